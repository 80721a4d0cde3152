/** New rows: batches are sent one after another, and what the database made comes back into the entities. */
import type { ColumnModel, EntityModel } from '../../metadata';
import { live, UNREAD, type Place } from '../../entities';
import type { BatchStatement, Dialect, InsertBatch } from '../../sql';
import { naming } from './integrity';
import { imageOfWritten, withKnownKeys, type RowValues } from './rows';
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
  readonly rows: readonly RowValues[];
  readonly part: BatchStatement;
}

/** While the database works on one statement, the answer to the one before is taken over and the next rows are encoded. */
export async function insertRows(target: FlushTarget, place: Place, rows: readonly RowValues[]): Promise<void> {
  const transaction = target.transaction(place);
  const { dialect } = transaction;
  const inserts = encodedInserts(place.model, dialect, rows);
  let takeOver: (() => void) | undefined;
  for (let next = inserts.next(); !next.done;) {
    const insert = next.value;
    const answer = naming(
      { models: target.store.models, model: place.model },
      transaction.execute(insert.part.statement, 'primary'),
    );
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
  rows: readonly RowValues[],
): Generator<EncodedInsert, undefined> {
  for (const shape of byShape(model, rows, withKnownKeys)) {
    for (let from = 0; from < shape.rows.length; from += ROWS_AT_A_TIME) {
      const some = shape.items.slice(from, from + ROWS_AT_A_TIME);
      const batch = insertBatch(model, shape.rows.slice(from, from + ROWS_AT_A_TIME));
      for (const part of dialect.batch.insert(batch)) yield { batch, rows: some, part };
    }
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

/** @param returned values by row, or none where the engine returns none */
function takeReturned(
  target: FlushTarget,
  { batch, rows, part }: EncodedInsert,
  returned: readonly (readonly unknown[])[],
): void {
  const { model } = rows[part.from]!.record;
  const columns = batch.returning.map(({ index }) => model.columns[index]!);
  for (let i = part.from; i < part.to; i++) takeRow(target, rows[i]!, { columns, values: returned[i - part.from] });
}

function takeRow(
  target: FlushTarget,
  row: RowValues,
  { columns, values }: { columns: readonly ColumnModel[]; values: readonly unknown[] | undefined },
): void {
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    const value = values?.[i];
    row.values[column.index] = value === undefined ? UNREAD : value;
    if (value !== undefined) target.journal.setProperty(row.record.entity, column.property, value);
  }
  becomeManaged(target, row);
}

/** The values that were written are the row from now on. */
export function becomeManaged({ store, journal }: FlushTarget, { record, values }: RowValues): void {
  for (const column of mutableColumns(record.model))
    values[column.index] = imageOfWritten(column, values[column.index]);
  live(store, record, 'insert', { snapshot: values, journal });
}

const mutable = new WeakMap<EntityModel, readonly ColumnModel[]>();

function mutableColumns(model: EntityModel): readonly ColumnModel[] {
  let columns = mutable.get(model);
  if (!columns) mutable.set(model, (columns = model.columns.filter(({ type }) => !type.immutable)));
  return columns;
}
