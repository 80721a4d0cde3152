/** The unit of work: sessions, flushes, transactions, repositories. */
export { failsafeAdd } from './failsafe-add';
export { plainRow } from './raw';
export { internalsOf } from './internals';
export {
  Repository,
  type DeleteEntityOptions,
  type LoadedWith,
  type OneOf,
  type RepositorySession,
} from './repository';
export { beginWithin, EntitySession } from './entity-session';
export { Session } from './session';
export type { PendingChange } from './changes';
export type { SessionContext } from './unit-of-work';
