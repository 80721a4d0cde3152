/** New rows: batches are sent one after another, and what the database made comes back into the entities. */
import type { BelongsToModel, ColumnModel, EntityModel } from '../../metadata';
import { rowKey, UNREAD, type EntityRecord, type EntityStore } from '../../entities';
import { keyChunks } from '../../loading';
import { planSelect, rowsByKey } from '../../query';
import { bind, type BatchStatement, type Dialect, type InsertBatch } from '../../sql';
import { byTable } from '../by-table';
import type { ChangeSet } from './change-set';
import { naming } from './integrity';
import { foreignKey, imageOf } from './row-values';
import type { FlushTarget } from './target';

/** So many rows are encoded at a time. */
const ROWS_AT_A_TIME = 1_000;

/** They can go into one statement. */
interface RowsOfShape<T> {
  readonly items: readonly T[];
  readonly rows: readonly unknown[][];
}

/** One statement of an insert, and what it writes. */
interface EncodedInsert {
  readonly batch: InsertBatch;
  readonly records: readonly EntityRecord[];
  /** What becomes of the rows as snapshots: taken when they are encoded, for users may change values while the flush goes on. */
  readonly images: readonly unknown[][];
  readonly part: BatchStatement;
}

/** While the database works on one statement, the answer to the one before is taken over and the next rows are encoded. */
export async function insertRows(
  target: FlushTarget,
  records: readonly EntityRecord[],
  deferred: readonly { record: EntityRecord; relation: BelongsToModel }[],
): Promise<void> {
  const { model, database } = records[0]!;
  const transaction = target.transaction(database);
  const { dialect } = transaction;
  const cleared = new Map<EntityRecord, BelongsToModel[]>();
  for (const { record, relation } of deferred) cleared.set(record, [...(cleared.get(record) ?? []), relation]);
  const inserts = encodedInserts(model, dialect, insertShapes(model, records, cleared));
  let takeOver: (() => void) | undefined;
  for (let next = inserts.next(); !next.done;) {
    const insert = next.value;
    const answer = naming(model, transaction.execute(insert.part.statement, 'primary'));
    try {
      takeOver?.();
      next = inserts.next();
    } catch (error) {
      await answer.catch(() => undefined);
      throw error;
    }
    const result = await answer;
    takeOver = () => {
      takeReturned(target, insert, dialect.batch.returned(insert.batch, insert.part, result));
    };
  }
  takeOver?.();
}

/** @param cleared relations that are left NULL for now */
export function insertShapes(
  model: EntityModel,
  records: readonly EntityRecord[],
  cleared: ReadonlyMap<EntityRecord, readonly BelongsToModel[]>,
): RowsOfShape<EntityRecord>[] {
  return byShape(model, records, (record) => rowOf(model, record, cleared.get(record)));
}

/** Rows that leave the same columns to the database, in the order of what they are made of. */
export function byShape<T>(model: EntityModel, items: readonly T[], toRow: (item: T) => unknown[]): RowsOfShape<T>[] {
  const optional = model.columns.filter(
    ({ generated, databaseDefault }) => generated !== undefined || databaseDefault !== undefined,
  );
  const groups = new Map<string, { items: T[]; rows: unknown[][] }>();
  for (const item of items) {
    const row = toRow(item);
    let shape = '';
    for (const { index } of optional) shape += row[index] === undefined ? '-' : '+';
    const group = groups.get(shape);
    if (group) {
      group.items.push(item);
      group.rows.push(row);
    } else groups.set(shape, { items: [item], rows: [row] });
  }
  return [...groups.values()];
}

function* encodedInserts(
  model: EntityModel,
  dialect: Dialect,
  shapes: readonly RowsOfShape<EntityRecord>[],
): Generator<EncodedInsert, undefined> {
  for (const shape of shapes) {
    for (let from = 0; from < shape.rows.length; from += ROWS_AT_A_TIME) {
      const rows = shape.rows.slice(from, from + ROWS_AT_A_TIME);
      const records = shape.items.slice(from, from + ROWS_AT_A_TIME);
      const batch = insertBatch(model, rows);
      const parts = dialect.batch.insert(batch);
      becomeImages(model, rows);
      for (const part of parts) yield { batch, records, images: rows, part };
    }
  }
}

/** When rows are encoded their values are of use as snapshots only. */
function becomeImages(model: EntityModel, rows: readonly unknown[][]): void {
  const mutable = model.columns.filter(({ type }) => !type.immutable);
  if (mutable.length === 0) return;
  for (const row of rows) {
    for (const column of mutable)
      if (row[column.index] !== undefined) row[column.index] = imageOf(column, row[column.index]);
  }
}

export function insertBatch(model: EntityModel, rows: readonly unknown[][]): InsertBatch {
  const first = rows[0]!;
  const written = model.columns.filter((column) => column.computed === undefined && first[column.index] !== undefined);
  const left = model.columns.filter((column) => column.computed !== undefined || first[column.index] === undefined);
  const identity = left.find((column) => column.primary && column.generated !== undefined);
  const returning = identity ? [identity, ...left.filter((column) => column !== identity)] : left;
  return { table: model.table, columns: written, rows, returning, identity };
}

function rowOf(
  model: EntityModel,
  { entity }: EntityRecord,
  cleared: readonly BelongsToModel[] | undefined,
): unknown[] {
  const { columns } = model;
  const row = new Array<unknown>(columns.length);
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    if (column.computed !== undefined) row[i] = undefined;
    else if (column.relation === undefined) row[i] = entity[column.property];
    else row[i] = cleared?.includes(column.relation) ? null : foreignKey(entity, column);
  }
  return row;
}

/** @param returned values by row, or none where the engine returns none */
function takeReturned(
  { store, journal }: FlushTarget,
  { batch, records, images, part }: EncodedInsert,
  returned: readonly (readonly unknown[])[],
): void {
  const [{ model }] = records as [EntityRecord];
  const columns = batch.returning.map(({ index }) => model.columns[index]!);
  for (let i = part.from; i < part.to; i++) {
    const record = records[i]!;
    const image = images[i]!;
    const values = returned[i - part.from];
    journal.keepRecord(record);
    for (let place = 0; place < columns.length; place++) {
      const column = columns[place]!;
      const value = values?.[place];
      image[column.index] = value === undefined ? UNREAD : imageOf(column, value);
      if (value !== undefined) journal.setProperty(record.entity, column.property, value);
    }
    becomeManaged(store, record, image);
  }
}

function becomeManaged(store: EntityStore, record: EntityRecord, snapshot: unknown[]): void {
  record.snapshot = snapshot;
  record.partial = snapshot.includes(UNREAD);
  record.status = 'managed';
  store.added.delete(record);
  store.register(record, rowKey(record)!);
}

/**
 * Columns that the engine filled are read back by key, one query a model: of new rows those that it could not return with the insert, of
 * changed ones those that it computes of others.
 */
export async function readBack(target: FlushTarget, { inserts, updates }: ChangeSet): Promise<void> {
  const lacking = inserts.filter(({ partial, snapshot, status }) => partial && snapshot && status === 'managed');
  for (const records of byTable(lacking)) {
    const { model } = records[0]!;
    await readColumns(target, records, { columns: model.columns, isWanted: (image) => image === UNREAD });
  }
  const changed = updates.map(({ record }) => record).filter(({ status }) => status === 'managed');
  for (const records of byTable(changed)) {
    const { model } = records[0]!;
    const computed = model.columns.filter((column) => column.computed !== undefined);
    if (computed.length === 0) continue;
    const columns = model.columns.filter((column) => column.primary || computed.includes(column));
    await readColumns(target, records, { columns, isWanted: (image) => image !== UNREAD });
  }
}

async function readColumns(
  target: FlushTarget,
  records: readonly EntityRecord[],
  { columns, isWanted }: { columns: readonly ColumnModel[]; isWanted: (image: unknown) => boolean },
): Promise<void> {
  const { store, journal } = target;
  const { model, database } = records[0]!;
  const open = target.transaction(database);
  const keys = records.map((record) => rowKey(record)!);
  for (const rows of keyChunks(keys, open.dialect)) {
    const state = { ...rowsByKey(model, rows, database), deleted: 'shown' as const, columns };
    const { plan, values } = planSelect(state, open.dialect);
    const result = await open.execute(bind(plan.statement, values), 'primary');
    const codecs = plan.columns.map((column) => open.dialect.codec(column.type));
    for (const row of result.rows) {
      const decoded = row.map((raw, i) => (raw === null ? null : codecs[i]!.fromDatabase(raw)));
      const record = store.find(
        model,
        database,
        model.key.map((column) => decoded[plan.columns.indexOf(column)]),
      );
      if (!record?.snapshot) continue;
      const wanted = plan.columns.filter((column) => !column.primary && isWanted(record.snapshot![column.index]));
      journal.keepSlots(record, wanted);
      for (const column of wanted) {
        const value = decoded[plan.columns.indexOf(column)];
        record.snapshot[column.index] = imageOf(column, value);
        if (!column.relation) journal.setProperty(record.entity, column.property, value);
      }
      record.partial = record.snapshot.includes(UNREAD);
    }
  }
}
