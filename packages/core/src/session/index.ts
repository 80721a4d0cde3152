/** The unit of work: sessions, flushes, transactions, repositories. */
export { failsafeAdd } from './failsafe-add';
export { plainRow } from './raw';
export { Repository } from './repository';
export { Session, type DeleteEntityOptions } from './session';
export type { PendingChange } from './changes';
export type { SessionContext } from './unit-of-work';
