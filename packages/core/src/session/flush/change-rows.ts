/** Rows that are there: updated, emptied for a while, taken over, deleted. */
import { StaleDataError, type EspalierError } from '../../errors';
import { describe, live, rowKey, UNREAD, type EntityRecord } from '../../entities';
import { describeKey, type ColumnModel, type EntityModel } from '../../metadata';
import { askedColumns, NOTHING_ASKED } from '../../query';
import type { BatchColumn } from '../../sql';
import type { FlushAction } from './action';
import { becomeManaged } from './insert-rows';
import { naming } from './integrity';
import { keyValues } from './plan-builder';
import { imageOfWritten, matchRow, withKnownKeys, type RowValues } from './rows';
import type { FlushTarget } from './target';

export async function updateRows(target: FlushTarget, actions: readonly FlushAction<'update'>[]): Promise<void> {
  const { columns } = actions[0]!;
  const rows = actions.map(({ row }) => row);
  await sendUpdates(
    target,
    rows.map((row) => ({ record: row.record, values: withKnownKeys(row) })),
    columns,
  );
  for (const row of rows) {
    const { record } = row;
    target.journal.writeSlots(record, columns, imagesOf(row, columns));
    // What the program has set, the JSON of the entity has from now on.
    record.asked = askedColumns(record.model, record.asked ?? NOTHING_ASKED, columns);
  }
}

function imagesOf({ values }: RowValues, columns: readonly ColumnModel[]): unknown[] {
  return columns.map((column) => imageOfWritten(column, values[column.index]));
}

/** What the columns are to be comes with a later step. */
export async function clearColumns(target: FlushTarget, actions: readonly FlushAction<'clear'>[]): Promise<void> {
  const { columns } = actions[0]!;
  const rows = actions.map(({ record, values: cleared }) => {
    const values = keyValues(record);
    columns.forEach(({ index }, i) => (values[index] = cleared[i]));
    return { record, values };
  });
  await sendUpdates(target, rows, columns);
}

/** The rows of deleted entities become those of new ones. */
export async function replaceRows(target: FlushTarget, actions: readonly FlushAction<'insert'>[]): Promise<void> {
  const { model } = actions[0]!.group.place;
  const written = model.columns.filter(({ primary, computed }) => !primary && computed === undefined);
  const rows = actions.map(({ row, replaces }) => {
    const values = withKnownKeys(row);
    if (model.version) values[model.columns.length] = replaces!.snapshot![model.version.index];
    return { record: replaces!, values };
  });
  await sendUpdates(target, rows, written);
  for (const { row, replaces } of actions) {
    live(target.store, replaces!, 'erase', { journal: target.journal });
    row.values.length = model.columns.length;
    for (const { index, computed } of model.columns) if (computed !== undefined) row.values[index] = UNREAD;
    becomeManaged(target, row);
  }
}

interface WrittenRow {
  readonly record: EntityRecord;
  readonly values: readonly unknown[];
}

async function sendUpdates(
  target: FlushTarget,
  all: readonly WrittenRow[],
  set: readonly BatchColumn[],
): Promise<void> {
  const { model, place } = all[0]!.record;
  const transaction = target.transaction(place);
  for (const [match, rows] of byMatch(model, all)) {
    const batch = { table: model.table, match, set, rows: rows.map(({ values }) => values) };
    for (const { statement, from, to } of transaction.dialect.batch.update(batch)) {
      const { rowCount } = await naming(
        { models: target.store.models, model },
        transaction.execute(statement, 'primary'),
      );
      if (rowCount !== to - from) throw stale(rows.slice(from, to), rowCount, 'updated');
    }
  }
}

export async function deleteRows(target: FlushTarget, actions: readonly FlushAction<'delete'>[]): Promise<void> {
  const { store, journal } = target;
  const { place } = actions[0]!.group;
  const { model } = place;
  const transaction = target.transaction(place);
  const all = actions.map(({ record }) => ({ record, values: matchRow(record) }));
  for (const [match, rows] of byMatch(model, all)) {
    const batch = { table: model.table, match, rows: rows.map(({ values }) => values) };
    for (const { statement, from, to } of transaction.dialect.batch.delete(batch)) {
      const { rowCount } = await naming(
        { models: store.models, model, isDelete: true },
        transaction.execute(statement, 'primary'),
      );
      if (rowCount !== to - from) throw stale(rows.slice(from, to), rowCount, 'deleted');
    }
  }
  for (const { record } of actions) live(store, record, 'erase', { journal });
}

/** Rows are found by their key, and by the version that was read where one was. */
function byMatch(
  model: EntityModel,
  rows: readonly WrittenRow[],
): (readonly [match: readonly BatchColumn[], rows: readonly WrittenRow[]])[] {
  const { version, key, columns } = model;
  if (!version) return [[key, rows]];
  const read = ({ values }: WrittenRow): boolean => {
    const value = values[columns.length];
    return value !== undefined && value !== UNREAD;
  };
  const versioned = [...key, { name: version.name, type: version.type, index: columns.length }];
  const [known, unknown] = [rows.filter(read), rows.filter((row) => !read(row))];
  return (
    [
      [versioned, known],
      [key, unknown],
    ] as const
  ).filter(([, some]) => some.length > 0);
}

/** Of those that did not change all alike: the database says how many, not which. */
const SHOWN_KEYS = 10;

function stale(rows: readonly WrittenRow[], rowCount: number, verb: string): EspalierError {
  const [{ record }] = rows as [WrittenRow];
  const { model } = record;
  const named = rows.length === 1 ? describe(model, rowKey(record)) : `${String(rows.length)} rows of ${model.name}`;
  const keys = rows.slice(0, SHOWN_KEYS).map((row) => describeKey(model, rowKey(row.record)!));
  const which = rows.length === 1 ? '' : ` The rows: ${keys.join(', ')}${rows.length > SHOWN_KEYS ? ', …' : ''}.`;
  const reason = model.version
    ? 'changed or deleted by another transaction since'
    : 'deleted by another transaction since';
  return new StaleDataError(
    `${named} could not be ${verb}: ${String(rows.length - rowCount)} of them ${reason} they were read. Roll back, read again and repeat the change.${which}`,
    { entity: model.name },
  );
}
