/** What the library's own functions see of a session, which its public face does not show. */
import { QueryError } from '../errors';
import type { UnitOfWork } from './unit-of-work';

/** A symbol, so that no editor offers it. */
export const INTERNALS: unique symbol = Symbol('espalier.internals');

export interface SessionInternals {
  readonly unit: UnitOfWork;
  /** The database of entities that name none. */
  readonly database: string;
}

/** What all sessions are at run time. */
abstract class Session {
  abstract readonly [INTERNALS]: SessionInternals;
}
export const SessionClass = Session;

/** @throws QueryError for what `orm.session()` did not make */
export function internalsOf(session: object): SessionInternals {
  const internals = (session as Partial<Session> | null | undefined)?.[INTERNALS];
  if (internals) return internals;
  throw new QueryError('This is no session of Espalier: orm.session(), orm.transaction(…) and orm.run(…) give one.');
}
