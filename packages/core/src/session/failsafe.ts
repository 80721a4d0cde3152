/** An insert that may lose a race: in a savepoint, and when another row was there first, that row's entity instead. */
import { IntegrityError, MultipleFoundError, SerializationError, UniqueViolationError } from '../errors';
import type { Limit } from '../database';
import type { EntityObject } from '../metadata';
import { Journal, Links, renewReferences, type EntityRecord } from '../entities';
import { fetchRecords, type ReadPort } from '../loading';
import type { QueryState } from '../query';
import { attach, detach } from './attach';
import { backTo } from './blocks';
import { mayCollide } from './flush/alike-values';
import { collectOne } from './flush/collect';
import { atRisk, beginAgain, mayTryAgain } from './first-work';
import { isGoing } from './going';
import { isSnapshotLevel } from './stale';
import type { UnitOfWork } from './unit-of-work';
import { readsWithin, turnWithin } from './within';

export interface FailsafeInsert {
  readonly entity: object;
  readonly database: string;
  /** Finds the row that was there first; undefined: a conflict is no matter. */
  readonly there: QueryState | undefined;
  readonly limit?: Limit | undefined;
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
 * @returns the entity of the row, undefined where there was a conflict and the row that won was not asked for; and whether it was inserted
 * @throws the IntegrityError of the insert where no row is found, for then the data was at fault; MultipleFoundError where several are
 */
export function failsafeInsert(
  unit: UnitOfWork,
  { entity, database, there, limit }: FailsafeInsert,
): Promise<[object | undefined, boolean]> {
  unit.assertUsable('failsafeAdd');
  return turnWithin(unit, limit, async () => {
    const pendingBefore = new Set(unit.store.added);
    const record = attach(unit.store, entity, { database });
    const holders = [...unit.store.changedViews].filter(
      (view) => view instanceof Links && view.came().includes(record.entity),
    );
    let conflict = await tryInsert(unit, record, { pendingBefore, limit });
    let found = conflict && there ? await winner(unit, { there, limit, conflict }) : [];
    if (conflict && isOwnDeletion(unit, record, found)) {
      // The row in the way is one that this session is to delete, which comes first.
      await unit.writePending(limit);
      attach(unit.store, entity, { database });
      for (const view of holders) (view as Links<object>).add(entity);
      conflict = await tryInsert(unit, record, { pendingBefore, limit });
      found = conflict && there ? await winner(unit, { there, limit, conflict }) : [];
    }
    if (!conflict) return [entity, true];
    if (!there) return [undefined, false];
    if (found.length === 0) throw conflict;
    if (found.length > 1) {
      throw new MultipleFoundError(
        `The ${record.model.name} could not be inserted, and the filters of failsafeAdd find several rows instead of the one in its way: narrow them down to a unique key.`,
        { entity: record.model.name, cause: conflict },
      );
    }
    // Whatever was to be linked to the one that lost is linked to the row that won, and what refers to it refers to that.
    const { entity: won } = found[0]!;
    for (const view of holders) (view as Links<object>).add(won);
    referInstead(unit, record, won);
    return [won, false];
  });
}

/**
 * On some engines a conflict leaves the row in the way locked, and the snapshot may be older than that row. Where the transaction had done nothing else, it begins
 * again: nothing is locked, and the row can be read.
 *
 * @returns the conflict, after which the entity is not in the session any more; undefined where it was inserted
 */
async function tryInsert(
  unit: UnitOfWork,
  record: EntityRecord,
  { pendingBefore, limit }: { pendingBefore: ReadonlySet<EntityRecord>; limit: Limit | undefined },
): Promise<IntegrityError | undefined> {
  const { database } = record;
  await unit.begin([database], limit);
  const transaction = unit.transaction(database);
  return atRisk(unit, async () => {
    for (let tries = 1; ; tries++) {
      const isFirst = transaction.isUntouched;
      const failure = await insertInSavepoint(unit, record, limit);
      if (failure === undefined) return undefined;
      if (isFirst && mayTryAgain(failure, tries)) {
        await beginAgain(unit, transaction, limit);
        continue;
      }
      withdraw(unit, record, pendingBefore);
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
async function insertInSavepoint(unit: UnitOfWork, record: EntityRecord, limit: Limit | undefined): Promise<unknown> {
  const transaction = unit.transaction(record.database);
  const name = await transaction.savepoint(limit);
  const journal = new Journal();
  try {
    await unit.write(() => collectOne(unit.store, record), { journal, limit });
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
function isOwnDeletion({ store }: UnitOfWork, record: EntityRecord, found: readonly EntityRecord[]): boolean {
  if (found.length > 0) return found.every((one) => isGoing(store, one));
  return [...store.removed.keys()].some((one) => one.place === record.place && mayCollide(one, record.entity));
}

/** Takes the entity out of the session, and what came into it with it. */
function withdraw({ store }: UnitOfWork, record: EntityRecord, pendingBefore: ReadonlySet<EntityRecord>): void {
  for (const pending of [...store.added]) if (pending === record || !pendingBefore.has(pending)) detach(store, pending);
}

function referInstead({ store }: UnitOfWork, { entity }: EntityRecord, won: EntityObject): void {
  const instead = <T extends object>(held: T): T => (held === (entity as object) ? (won as object as T) : held);
  for (const record of [...store.managed(), ...store.added]) renewReferences(record, instead);
}

/** The row that won, also where the transaction reads from a snapshot that is older than it. */
async function winner(
  unit: UnitOfWork,
  { there, limit, conflict }: { there: QueryState; limit: Limit | undefined; conflict: IntegrityError },
): Promise<EntityRecord[]> {
  const { database } = there;
  // The snapshot is made by the first read.
  const isBehind = unit.dialect(database).capabilities.snapshotReads && unit.transaction(database).hasRead;
  // Not exclusively: all who lost go on with it, and none may wait until another has ended.
  const lock = isBehind ? 'share' : undefined;
  const found = await fetchRecords(
    readsWithin(unit, { onlyLooks: true, limit }),
    { ...there, limit: 2, lock },
    { overwrite: 'clean', isAnswer: true },
  );
  if (isBehind) for (const record of found) unit.store.noteOutside(record);
  if (found.length > 0 || !(conflict instanceof UniqueViolationError)) return found;
  const isolation = unit.isolation(database);
  if (!isSnapshotLevel(isolation)) return found;
  // The snapshot hides a row that is committed: only another connection sees it.
  const outside: ReadPort = {
    store: unit.store,
    dialect: (name) => unit.dialect(name),
    read: (target, statement) => unit.database(target.database).executeApart(statement),
  };
  const hidden = await fetchRecords(outside, { ...there, limit: 2 }, { isAnswer: true });
  // To go on with a row that this transaction cannot have read would not be serializable.
  if (hidden.length > 0 && isolation === 'serializable') {
    const error = hiddenWinner(conflict);
    // Nor with what it has learnt by the conflict.
    unit.transaction(database).fail(error);
    throw error;
  }
  for (const record of hidden) unit.store.noteOutside(record);
  return hidden;
}

function hiddenWinner(cause: IntegrityError): SerializationError {
  return new SerializationError(
    'Another session has committed a row of the same key after this transaction had begun to read, and at serializable it cannot go on with it: run the whole transaction again.',
    { cause, entity: cause.entity, sql: cause.sql },
  );
}
