/** New rows: batches are sent one after another, and what the database made comes back into the entities. */
import type { BelongsToModel, EntityModel } from '../../metadata';
import { rowKey, UNREAD, type EntityRecord, type EntityStore } from '../../loading';
import { emptyState, planSelect } from '../../query';
import { bind, type BatchStatement, type Dialect, type InsertBatch } from '../../sql';
import { naming } from './integrity';
import { foreignKey, imageOf } from './row-values';
import type { FlushTarget } from './target';

/** So many rows are encoded at a time. */
const ROWS_AT_A_TIME = 1_000;

/** Rows that leave the same columns to the database: they can go into one statement. */
interface InsertShape {
  readonly records: readonly EntityRecord[];
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
): InsertShape[] {
  const optional = model.columns.filter(
    (column) => column.generated !== undefined || column.databaseDefault !== undefined,
  );
  const groups = new Map<string, { records: EntityRecord[]; rows: unknown[][] }>();
  for (const record of records) {
    const row = rowOf(model, record, cleared.get(record));
    let shape = '';
    for (const { index } of optional) shape += row[index] === undefined ? '-' : '+';
    const group = groups.get(shape);
    if (group) {
      group.records.push(record);
      group.rows.push(row);
    } else groups.set(shape, { records: [record], rows: [row] });
  }
  return [...groups.values()];
}

function* encodedInserts(
  model: EntityModel,
  dialect: Dialect,
  shapes: readonly InsertShape[],
): Generator<EncodedInsert, undefined> {
  for (const shape of shapes) {
    for (let from = 0; from < shape.rows.length; from += ROWS_AT_A_TIME) {
      const rows = shape.rows.slice(from, from + ROWS_AT_A_TIME);
      const records = shape.records.slice(from, from + ROWS_AT_A_TIME);
      const batch = insertBatch(model, rows);
      const images = imagesOf(model, rows);
      for (const part of dialect.batch.insert(batch)) yield { batch, records, images, part };
    }
  }
}

/** Rows of immutable values are their own images. */
function imagesOf(model: EntityModel, rows: readonly unknown[][]): readonly unknown[][] {
  const mutable = model.columns.filter(({ type }) => !type.immutable);
  if (mutable.length === 0) return rows;
  return rows.map((row) => {
    const image = [...row];
    for (const column of mutable)
      if (image[column.index] !== undefined) image[column.index] = imageOf(column, image[column.index]);
    return image;
  });
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

/** Columns that the engine filled but could not return with the insert are read back by key, one query a model. */
export async function readBack(target: FlushTarget, records: readonly EntityRecord[]): Promise<void> {
  const groups = new Map<string, EntityRecord[]>();
  for (const record of records) {
    if (!record.partial || !record.snapshot || record.status !== 'managed') continue;
    const name = `${record.database}|${record.model.name}`;
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  for (const group of groups.values()) await readBackModel(target, group);
}

async function readBackModel(target: FlushTarget, records: readonly EntityRecord[]): Promise<void> {
  const { store, journal } = target;
  const { model, database } = records[0]!;
  const open = target.transaction(database);
  const rows = records.map((record) => rowKey(record)!);
  const state = {
    ...emptyState(model, database),
    deleted: 'shown' as const,
    columns: model.columns,
    conditions: [{ kind: 'in' as const, path: [], columns: model.key, rows, negated: false }],
  };
  const { plan, values } = planSelect(state, open.dialect);
  const result = await open.execute(bind(plan.statement, values), 'primary');
  const codecs = plan.columns.map((column) => open.dialect.codec(column.type));
  for (const row of result.rows) {
    const decoded = row.map((raw, i) => (raw === null ? null : codecs[i]!.fromDatabase(raw)));
    const key = model.key.map((column) => decoded[plan.columns.indexOf(column)]);
    const record = store.find(model, database, key);
    if (!record?.snapshot) continue;
    for (const [i, column] of plan.columns.entries()) {
      if (record.snapshot[column.index] !== UNREAD) continue;
      const value = decoded[i];
      record.snapshot[column.index] = value === null || column.type.immutable ? value : column.type.snapshot(value);
      if (!column.relation) journal.setProperty(record.entity, column.property, value);
    }
    record.partial = record.snapshot.includes(UNREAD);
  }
}
