/** An insert that may lose a race: in a savepoint, and when another row was there first, that row's entity instead. */
import { IntegrityError, MultipleFoundError, SerializationError, UniqueViolationError } from '../errors';
import { type EntityRecord } from '../entities';
import { fetchRecords, type ReadPort } from '../loading';
import type { QueryState } from '../query';
import { attach, detach } from './attach';
import { backTo } from './blocks';
import { collectOne } from './flush/collect';
import { Journal, Links } from '../entities';
import { isSnapshotLevel } from './stale';
import type { UnitOfWork } from './unit-of-work';

export interface FailsafeInsert {
  readonly entity: object;
  readonly database: string;
  /** Finds the row that was there first; undefined: a conflict is no matter. */
  readonly there: QueryState | undefined;
}

/** @returns the entity of the row, and whether this call inserted it */
export async function insertOrFind(
  unit: UnitOfWork,
  insert: FailsafeInsert & { readonly there: QueryState },
): Promise<[object, boolean]> {
  const [entity, created] = await failsafeInsert(unit, insert);
  return [entity!, created];
}

/**
 * @returns the entity of the row, undefined where there was a conflict and nobody asked for the row that won; and whether it was inserted
 * @throws the IntegrityError of the insert where no row is found, for then the data was at fault; MultipleFoundError where several are
 */
export function failsafeInsert(
  unit: UnitOfWork,
  { entity, database, there }: FailsafeInsert,
): Promise<[object | undefined, boolean]> {
  unit.assertUsable('failsafeAdd');
  return unit.turns.take(async () => {
    const pendingBefore = new Set(unit.store.added);
    const record = attach(unit.store, entity, { database });
    const holders = [...unit.store.changedViews].filter(
      (view) => view instanceof Links && view.came().includes(record.entity),
    );
    const conflict = await tryInsert(unit, record, pendingBefore);
    if (!conflict) return [entity, true];
    if (!there) return [undefined, false];
    const found = await winner(unit, there, conflict);
    if (found.length === 0) throw conflict;
    if (found.length > 1) {
      throw new MultipleFoundError(
        `The ${record.model.name} could not be inserted, and the filters of failsafeAdd find several rows instead of the one in its way: narrow them down to a unique key.`,
        { entity: record.model.name, cause: conflict },
      );
    }
    // Whatever was to be linked to the one that lost is linked to the row that won.
    for (const view of holders) (view as Links<object>).add(found[0]!.entity);
    return [found[0]!.entity, false];
  });
}

/** @returns the conflict, after which the entity is not in the session any more; undefined where it was inserted */
async function tryInsert(
  unit: UnitOfWork,
  record: EntityRecord,
  pendingBefore: ReadonlySet<EntityRecord>,
): Promise<IntegrityError | undefined> {
  await unit.begin([record.database]);
  const transaction = unit.transaction(record.database);
  const name = await transaction.savepoint();
  const journal = new Journal();
  let safe!: () => void;
  unit.risk = new Promise<void>((resolve) => (safe = resolve));
  try {
    await unit.write(() => collectOne(unit.store, record), journal);
    await transaction.release(name);
    unit.journals.at(-1)!.absorb(journal);
    return undefined;
  } catch (error) {
    await backTo(transaction, name);
    journal.undo(unit.store);
    withdraw(unit, record, pendingBefore);
    if (error instanceof IntegrityError && transaction.state === 'open') return error;
    throw error;
  } finally {
    unit.risk = undefined;
    safe();
  }
}

/** Takes the entity out of the session, and what came into it with it. */
function withdraw({ store }: UnitOfWork, record: EntityRecord, pendingBefore: ReadonlySet<EntityRecord>): void {
  for (const pending of [...store.added]) if (pending === record || !pendingBefore.has(pending)) detach(store, pending);
}

/** The row that won, also where the transaction reads from a snapshot that is older than it. */
async function winner(unit: UnitOfWork, there: QueryState, conflict: IntegrityError): Promise<EntityRecord[]> {
  const { database } = there;
  // Not exclusively: all who lost go on with it, and none may wait until another has ended.
  const lock = unit.dialect(database).capabilities.snapshotReads ? 'share' : undefined;
  // The snapshot is made by the first read.
  const { hasRead } = unit.transaction(database);
  const found = await fetchRecords(unit, { ...there, limit: 2, lock }, { overwrite: 'clean' });
  if (lock && hasRead) for (const record of found) unit.store.noteOutside(record);
  if (found.length > 0 || !(conflict instanceof UniqueViolationError)) return found;
  const isolation = unit.isolation(database);
  if (!isSnapshotLevel(isolation)) return found;
  // To go on with a row that this transaction cannot have read would not be serializable.
  if (isolation === 'serializable') throw hiddenWinner(conflict);
  // The snapshot hides a row that is committed: only another connection sees it.
  const outside: ReadPort = {
    store: unit.store,
    dialect: (name) => unit.dialect(name),
    read: (target, statement) => unit.database(target.database).executeApart(statement),
  };
  const hidden = await fetchRecords(outside, { ...there, limit: 2 });
  for (const record of hidden) unit.store.noteOutside(record);
  return hidden;
}

function hiddenWinner(cause: IntegrityError): SerializationError {
  return new SerializationError(
    'Another session has committed a row of the same key after this transaction had begun to read, and at serializable it cannot go on with it: run the whole transaction again.',
    { cause, entity: cause.entity, sql: cause.sql },
  );
}
