/** The state of a connection's transaction, followed by the statements that pass: who holds the write lock depends on it. */
import { TransactionError } from '@espalier/core/driver';
import { firstWord } from './sql-kind';

/**
 * `none`: each statement is a transaction of its own. `reading`: begun without the write lock. `writing`: holds the write lock.
 * `lost`: the engine rolled it back by itself (a full disk, a trigger's `raise(rollback)`); only a rollback is taken now.
 */
export type TransactionState = 'none' | 'reading' | 'writing' | 'lost';

/** What a statement run by text does to the transaction. */
export type TransactionStep = 'begin reading' | 'begin writing' | 'commit' | 'rollback' | 'savepoint' | 'other';

const SAVEPOINTS: ReadonlySet<string> = new Set(['savepoint', 'release']);

export function transactionStep(sql: string): TransactionStep {
  const word = firstWord(sql);
  if (word === 'begin') return /\b(?:immediate|exclusive)\b/i.test(sql) ? 'begin writing' : 'begin reading';
  if (word === 'commit' || word === 'end') return 'commit';
  if (word === 'rollback') return /\bto\b/i.test(sql) ? 'savepoint' : 'rollback';
  return SAVEPOINTS.has(word) ? 'savepoint' : 'other';
}

/** @throws TransactionError where the step makes no sense in this state. */
export function checkStep(step: TransactionStep, state: TransactionState, sql: string): void {
  if (step === 'rollback') return;
  if (state === 'lost') {
    throw new TransactionError(
      `The database has rolled this transaction back after an error, so '${sql}' is not possible: roll back and begin again.`,
      { sql },
    );
  }
  if ((step === 'commit' || step === 'savepoint') && state === 'none') {
    throw new TransactionError(`There is no transaction, so '${sql}' is not possible: begin one first.`, { sql });
  }
  if ((step === 'begin reading' || step === 'begin writing') && state !== 'none') {
    throw new TransactionError(`A transaction is open already, so '${sql}' is not possible: use a savepoint.`, { sql });
  }
}
