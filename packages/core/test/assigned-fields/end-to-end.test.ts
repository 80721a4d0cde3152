import { complianceOfClasses } from '../compliance-of-classes';

complianceOfClasses('legacy, assigned fields');
