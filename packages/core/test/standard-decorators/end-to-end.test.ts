import { complianceOfClasses } from '../compliance-of-classes';

complianceOfClasses('standard');
