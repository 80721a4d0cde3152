/** The verbs of a transaction in SQLite's words, and the state of a connection's transaction: who holds the write lock depends on it. */
import { isolationLevel, standardTransaction, TransactionError } from '@espalier/core/driver';

/**
 * Every transaction of SQLite is serializable, which is at least what any level asks for. One that may write takes the write lock at once: taken
 * later, it is refused without waiting where others have written in between. https://www.sqlite.org/isolation.html
 */
export const transaction = standardTransaction(({ isolation, readOnly }) => {
  if (isolation !== undefined) isolationLevel(isolation);
  return readOnly ? ['pragma query_only = on', 'begin deferred'] : ['begin immediate'];
});

/**
 * `none`: each statement is a transaction of its own. `reading`: begun without the write lock, the engine refuses writes. `writing`: holds the
 * write lock. `lost`: the engine rolled it back by itself (a full disk, a trigger's `raise(rollback)`); only a rollback is taken now.
 */
export type TransactionState = 'none' | 'reading' | 'writing' | 'lost';

type Verb = 'begin' | 'commit' | 'savepoint' | 'execute';

/** @throws TransactionError where the verb makes no sense in this state */
export function checkVerb(verb: Verb, state: TransactionState, sql: string): void {
  if (state === 'lost') {
    throw new TransactionError(
      `The database has rolled this transaction back after an error, so '${sql}' is not possible: roll back and begin again.`,
      { sql },
    );
  }
  if (state === 'none' && (verb === 'commit' || verb === 'savepoint')) {
    throw new TransactionError(`There is no transaction, so '${sql}' is not possible: begin one first.`, { sql });
  }
  if (state !== 'none' && verb === 'begin') {
    throw new TransactionError(`A transaction is open already, so '${sql}' is not possible: use a savepoint.`, { sql });
  }
}
