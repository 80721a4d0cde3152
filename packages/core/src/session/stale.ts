/**
 * What a session read before a transaction that vouches for what it shows. At repeatable read and serializable, where they are asked for, that is read again at
 * its first use; a row that is written without having been read is compared first. docs/decisions/009-what-a-transaction-vouches-for.md
 */
import { SerializationError, StaleDataError } from '../errors';
import type { DatabaseTransaction } from '../database';
import { byPlace, describe, EntityStore, rowKey, UNREAD, viewsOf, type EntityRecord } from '../entities';
import { fetchRecords, keyChunks, type ReadPort } from '../loading';
import type { EntityModels } from '../metadata';
import { rowsByKey } from '../query';
import type { TransactionOptions } from '../sql';
import type { ChangeSet } from './flush/change-set';
import { changedColumns } from './flush/comparator';

/** What is needed of a unit of work. */
interface Reader extends ReadPort {
  readonly context: { readonly models: EntityModels; readonly defaultDatabase: string };
  transaction(database: string): DatabaseTransaction;
}

/** Whether a transaction of this level sees one state of the database from its beginning to its end. */
export function isSnapshotLevel(isolation: TransactionOptions['isolation']): boolean {
  return isolation === 'repeatable read' || isolation === 'serializable';
}

/** What a row says may take the place of what the session knows: nothing of it is to be written. Relations that were loaded are loaded again. */
export function renewStale(record: EntityRecord): boolean {
  if (!isClean(record)) return false;
  for (const view of viewsOf(record.entity, record.model)) if (view.shown() !== undefined) view.unload();
  return true;
}

export function isClean(record: EntityRecord): boolean {
  return record.status === 'managed' && changedColumns(record) === undefined;
}

/** Reads the rows of those that are stale again. */
export async function readStale(unit: Reader, records: readonly EntityRecord[]): Promise<void> {
  const stale = records.filter((record) => unit.store.isStale(record) && isClean(record));
  for (const members of byPlace(stale).values()) {
    const { model, database } = members[0]!;
    const keys = members.map((record) => rowKey(record)!);
    for (const some of keyChunks(keys, unit.dialect(database))) {
      await fetchRecords(unit, { ...rowsByKey(model, some, database), deleted: 'shown' });
    }
  }
}

/**
 * Compares the rows that are to be written, and that this transaction has not read, with what the session knows of them, and locks them.
 *
 * @throws StaleDataError for a row that was changed or deleted since
 */
export async function compareStale(unit: Reader, { updates, deletes }: ChangeSet): Promise<void> {
  const { store, context } = unit;
  if (!store.hasStale && !store.hasOutside) return;
  const written = new Set([...updates.map(({ record }) => record), ...deletes]);
  for (const record of written) {
    // An engine that reads a snapshot and writes what is there finds the row.
    if (store.isOutside(record) && !unit.dialect(record.database).capabilities.snapshotReads)
      throw outsideError(record);
  }
  const stale = [...written].filter((record) => store.isStale(record));
  for (const members of byPlace(stale).values()) {
    const { model, database, place } = members[0]!;
    const scratch = new EntityStore(context.models, store.runner, context.defaultDatabase);
    const port: ReadPort = {
      store: scratch,
      dialect: (name) => unit.dialect(name),
      read: (target, statement) => unit.transaction(target.database).execute(statement, 'primary'),
    };
    const keys = members.map((record) => rowKey(record)!);
    for (const some of keyChunks(keys, unit.dialect(database))) {
      const rows = {
        ...rowsByKey(model, some, database),
        columns: model.columns,
        deleted: 'shown',
        lock: 'update',
      } as const;
      await fetchRecords(port, rows);
    }
    for (const record of members) {
      compare(record, scratch.find(place, rowKey(record)!));
      store.noteFresh(record);
    }
  }
}

/**
 * Rows that won a race were read past the snapshot of this transaction, in which nothing that belongs to them can be seen.
 *
 * @throws SerializationError where the snapshot hides one: the whole transaction can be run again
 */
export async function assertSeen(unit: Reader, records: readonly EntityRecord[]): Promise<void> {
  const { store } = unit;
  if (!store.hasOutside) return;
  for (const record of records) {
    if (!store.isOutside(record)) continue;
    const row = { ...rowsByKey(record.model, [rowKey(record)!], record.database), deleted: 'shown' } as const;
    if ((await fetchRecords(unit, row)).length === 0) throw outsideError(record);
    store.noteInside(record);
  }
}

export function outsideError(record: EntityRecord): SerializationError {
  const { model } = record;
  return new SerializationError(
    `The row of ${describe(model, rowKey(record))} was committed by another session after this transaction had begun to read: it can be neither read nor changed here. Run the transaction again.`,
    { entity: model.name },
  );
}

function compare(record: EntityRecord, now: EntityRecord | undefined): void {
  const { model, snapshot } = record;
  const changed = model.columns.find(({ index, type }) => {
    const [before, after] = [snapshot?.[index], now?.snapshot?.[index]];
    if (!now || before === UNREAD || after === UNREAD) return !now;
    if (before === null || after === null || type.immutable) return before !== after && !sameValue(before, after, type);
    return !type.equals(type.fromSnapshot(after), before);
  });
  if (!changed) return;
  const what = now
    ? `its ${changed.hidden ? 'row' : changed.property} was changed by another session`
    : 'its row was deleted by another session';
  throw new StaleDataError(
    `${describe(model, rowKey(record))} was read before this transaction began, and ${what} since: refresh it in this transaction and try again.`,
    { entity: model.name, property: now && !changed.hidden ? changed.property : undefined },
  );
}

function sameValue(
  before: unknown,
  after: unknown,
  type: { equals(value: unknown, snapshot: unknown): boolean },
): boolean {
  return before !== null && after !== null && type.equals(after, before);
}
