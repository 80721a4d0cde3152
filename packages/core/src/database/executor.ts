/** A transaction as one call sees it, which is not waited for any longer than its limit. */
import type { Limit } from './limit';
import type { DatabaseTransaction } from './transaction';

/** What sends statements in a transaction. */
export type Executor = Pick<DatabaseTransaction, 'dialect' | 'execute'>;

export function executorWithin(transaction: DatabaseTransaction, limit: Limit | undefined): Executor {
  if (!limit) return transaction;
  return {
    dialect: transaction.dialect,
    execute: (statement, route, options) => transaction.execute(statement, route, { ...options, limit }),
  };
}
