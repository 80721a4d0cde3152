import { complianceOfClasses } from '../compliance-of-classes';

complianceOfClasses('legacy, no metadata');
