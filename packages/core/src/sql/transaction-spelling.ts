/** How an engine spells the verbs of a transaction. A driver sends these texts, and the listeners of `'query'` see them. */

import type { StatementBounds } from './statement-bounds';

/** How a transaction is opened. */
export interface TransactionOptions {
  /** Default: the engine's own. SQLite is always serializable. QueryError for one that the engine does not have. */
  isolation?: 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable' | undefined;
  /** Whether the database refuses writes. Default: false. */
  readOnly?: boolean | undefined;
}

/** How a transaction is opened, and what is set to the wait for all that is asked in it but for its end. */
export interface BeginOptions extends TransactionOptions, StatementBounds {}

/** Names of savepoints are made by core: lower case letters, digits and underscores, so they need no quotes. */
export interface TransactionSpelling {
  /** The statements that open a transaction. @throws QueryError for an isolation level that the engine does not have */
  begin(options: TransactionOptions): readonly string[];
  readonly commit: string;
  readonly rollback: string;
  savepoint(name: string): string;
  /** Gives a savepoint up; what came after it stays. */
  release(name: string): string;
  /** Undoes what came after a savepoint, which stays. */
  rollbackTo(name: string): string;
}

/** The words of the standard, for all but the beginning. */
export function standardTransaction(begin: TransactionSpelling['begin']): TransactionSpelling {
  return {
    begin,
    commit: 'commit',
    rollback: 'rollback',
    savepoint: (name) => `savepoint ${name}`,
    release: (name) => `release savepoint ${name}`,
    rollbackTo: (name) => `rollback to savepoint ${name}`,
  };
}
