/**
 * What is the first work of its transaction: where the database gives it up to what others do at the same time, the transaction begins again and the work
 * is done again, and no caller learns of it.
 */
import { isTransient, type DatabaseTransaction, type Limit } from '../database';
import type { UnitOfWork } from './unit-of-work';

/** Those who deadlock over one row write it one after another, so that each meets fewer others at each try. */
const MOST_TRIES = 10;

/** `stale`: whether the work reads again what others have changed. */
export function mayTryAgain(failure: unknown, tries: number, { stale = false } = {}): boolean {
  return tries < MOST_TRIES && isTransient(failure, { stale });
}

/** For who has done all that was done in the transaction: its locks and its snapshot are gone. */
export async function beginAgain(unit: UnitOfWork, transaction: DatabaseTransaction, limit?: Limit): Promise<void> {
  await transaction.rollback();
  await unit.begin([transaction.database.name], limit);
}

/** Runs what may end in a rollback; reads of others wait for its end. */
export async function atRisk<R>(unit: UnitOfWork, work: () => Promise<R>): Promise<R> {
  let safe!: () => void;
  unit.risk = new Promise<void>((resolve) => (safe = resolve));
  try {
    return await work();
  } finally {
    unit.risk = undefined;
    safe();
  }
}
