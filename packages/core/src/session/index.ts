/** The unit of work: sessions, flushes, transactions, repositories. */
export { failsafeAdd } from './failsafe-add';
export { plainRow } from './raw';
export { INTERNALS } from './internals';
export { Repository, type LoadedWith, type OneOf, type RepositorySession } from './repository';
export { beginWithin, Session, type DeleteEntityOptions } from './session';
export type { PendingChange } from './changes';
export type { SessionContext } from './unit-of-work';
