/** Isolation levels: all engines write them in the words of the standard. */
import { QueryError } from '../errors';
import type { TransactionOptions } from './transaction-spelling';

const LEVELS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const;

/** The level as SQL, by a list of our own: what a caller hands in never becomes SQL. @throws QueryError for anything else */
export function isolationLevel(level: NonNullable<TransactionOptions['isolation']>): string {
  const known = LEVELS.find((name) => name === level);
  if (known !== undefined) return known;
  throw new QueryError(`There is no such isolation level: use ${LEVELS.join(', ')}.`);
}
