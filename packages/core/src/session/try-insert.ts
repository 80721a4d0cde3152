/** Inserts that a unique key may refuse: in a savepoint, of which nothing is left where one of them is refused. */
import { IntegrityError } from '../errors';
import type { Limit } from '../database';
import { Journal, type EntityRecord } from '../entities';
import { detach } from './leave';
import { backTo } from './blocks';
import { collectNew } from './flush/collect';
import { mayCollide } from './flush/alike-values';
import { atRisk, beginAgain, mayTryAgain } from './first-work';
import { isGoing } from './going';
import { isSnapshotLevel } from './stale';
import type { UnitOfWork } from './unit-of-work';

/**
 * On some engines a conflict leaves the row in the way locked, and the snapshot may be older than that row. Where the transaction had done nothing else, it begins
 * again: nothing is locked, and the row can be read.
 *
 * `records`: of one database.
 *
 * @returns the conflict, after which none of the entities is in the session any more; undefined where all were inserted
 */
export async function tryInsert(
  unit: UnitOfWork,
  records: readonly EntityRecord[],
  { pendingBefore, limit }: { pendingBefore: ReadonlySet<EntityRecord>; limit: Limit | undefined },
): Promise<IntegrityError | undefined> {
  const { database } = records[0]!;
  await unit.begin([database], limit);
  const transaction = unit.transaction(database);
  return atRisk(unit, async () => {
    for (let tries = 1; ; tries++) {
      const isFirst = transaction.isUntouched;
      const failure = await insertInSavepoint(unit, records, limit);
      if (failure === undefined) return undefined;
      if (isFirst && mayTryAgain(failure, tries)) {
        await beginAgain(unit, transaction, limit);
        continue;
      }
      withdraw(unit, records, pendingBefore);
      if (!(failure instanceof IntegrityError) || transaction.state !== 'open') throw failure as Error;
      const hides = unit.dialect(database).capabilities.conflictsLock || isSnapshotLevel(unit.isolation(database));
      if (isFirst && hides) await beginAgain(unit, transaction, limit);
      // Else nothing is left of the insert.
      transaction.isUntouched = isFirst;
      return failure;
    }
  });
}

/** @returns what it failed with, undone in the database and in memory */
async function insertInSavepoint(
  unit: UnitOfWork,
  records: readonly EntityRecord[],
  limit: Limit | undefined,
): Promise<unknown> {
  const transaction = unit.transaction(records[0]!.database);
  const name = await transaction.savepoint(limit);
  const journal = new Journal();
  try {
    await unit.write(() => collectNew(unit.store, records), { journal, limit });
    await transaction.release(name, limit);
    unit.journals.at(-1)!.absorb(journal);
    return undefined;
  } catch (error) {
    await backTo(transaction, name);
    journal.undo(unit.store);
    return error;
  }
}

/** Whether a row that is in the way goes at the next flush: one of those found, or, where nothing is to be found, one with the same unique value. */
export function isOwnDeletion({ store }: UnitOfWork, record: EntityRecord, found: readonly EntityRecord[]): boolean {
  if (found.length > 0) return found.every((one) => isGoing(store, one));
  return [...store.removed.keys()].some((one) => one.place === record.place && mayCollide(one, record.entity));
}

/** Takes the entities out of the session, and what came into it with them. */
function withdraw(
  { store }: UnitOfWork,
  records: readonly EntityRecord[],
  pendingBefore: ReadonlySet<EntityRecord>,
): void {
  const own = new Set(records);
  detach(
    store,
    [...store.added].filter((pending) => own.has(pending) || !pendingBefore.has(pending)),
  );
}
