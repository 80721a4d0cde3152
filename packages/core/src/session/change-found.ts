/** The change of `updateOrCreate`: of a row that was looked for just before. */
import { limitOf, type Limit } from '../database';
import { type EntityRecord, type Journal } from '../entities';
import { fetchRecords, type ReadPort } from '../loading';
import type { QueryState } from '../query';
import { checkedValues } from './create-entity';
import { atRisk, beginAgain, mayTryAgain } from './first-work';
import { collectUpdate } from './flush/collect';
import type { ChangeSet } from './flush/change-set';
import { isClean } from './stale';
import type { UnitOfWork } from './unit-of-work';
import { readsWithin, turnWithin } from './within';

export interface ChangeOfFound {
  readonly record: EntityRecord;
  readonly values: object;
  /** Finds the row. */
  readonly there: QueryState;
}

export function changeFound(unit: UnitOfWork, { record, values, there }: ChangeOfFound): Promise<void> {
  const transaction = unit.transaction(record.database);
  const limit = limitOf(there.bounds);
  // An entity with pending changes was not read again: its row may say something else than it did.
  const isOlder = !isClean(record);
  const collect = (journal: Journal): ChangeSet => {
    const given = checkedValues(unit, record, values);
    // By way of the journal, so that a value that is refused leaves none of them in place.
    for (const [property, value] of given) journal.setProperty(record.entity, property, value);
    return collectUpdate(record, new Set(isOlder ? given.map(([property]) => property) : []));
  };
  return turnWithin(unit, limit, () =>
    atRisk(unit, async () => {
      const wasOpen = transaction.isOpen;
      for (let tries = 1; ; tries++) {
        const isFirst = !transaction.isOpen || transaction.isUntouched;
        try {
          await unit.write(collect, { limit });
          transaction.isUntouched = false;
          return;
        } catch (error) {
          if (isFirst && mayTryAgain(error, tries, { stale: true })) {
            await beginAgain(unit, transaction, limit);
            if (await isStillThere(unit, record, { there, limit })) continue;
          }
          if (!wasOpen) await transaction.rollback();
          throw error;
        }
      }
    }),
  );
}

/** Whether the row is the one that is found, as it is in the transaction that has begun again. */
async function isStillThere(
  unit: UnitOfWork,
  record: EntityRecord,
  { there, limit }: { there: QueryState; limit: Limit | undefined },
): Promise<boolean> {
  // Past the readers who wait until this has ended.
  const port: ReadPort = {
    ...readsWithin(unit, { onlyLooks: true }),
    read: (target, statement) =>
      unit.transaction(target.database).execute(statement, 'primary', { onlyLooks: true, limit }),
  };
  const found = await fetchRecords(port, { ...there, limit: 2 }, { overwrite: 'clean' });
  return found.length === 1 && found[0] === record;
}
