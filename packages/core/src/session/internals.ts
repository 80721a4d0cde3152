/** What the library's own functions see of a session: under a symbol, so that no editor offers it. */
import type { UnitOfWork } from './unit-of-work';

export const INTERNALS: unique symbol = Symbol('espalier.internals');

export interface SessionInternals {
  readonly unit: UnitOfWork;
  /** The database of entities that name none. */
  readonly database: string;
}
