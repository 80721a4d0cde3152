/** Carries the steps of a flush out: rows → batches → statements; snapshots move forward. */
import { StaleDataError, type EspalierError } from '../../errors';
import type { ColumnModel, EntityModel } from '../../metadata';
import { describe, rowKey, UNREAD, type EntityRecord } from '../../entities';
import type { BatchColumn } from '../../sql';
import { insertRows } from './insert-rows';
import { naming } from './integrity';
import type { FlushStep } from './plan';
import { imageOf, writtenValue } from './row-values';
import type { FlushTarget } from './target';
import { purgeLinks, writeLinks } from './write-links';

export async function executePlan(target: FlushTarget, steps: readonly FlushStep[]): Promise<void> {
  for (const step of steps) {
    switch (step.kind) {
      case 'insert':
        await insertRows(target, step.records, step.deferred);
        break;
      case 'update':
        await updateRows(target, step.records, step.columns);
        break;
      case 'clear':
        await clearColumns(target, step.records, step.columns);
        break;
      case 'delete':
        await deleteRows(target, step.records);
        break;
      case 'purge':
        await purgeLinks(target, step.through, step.records);
        break;
      default:
        await writeLinks(target, step);
    }
  }
}

async function updateRows(
  target: FlushTarget,
  records: readonly EntityRecord[],
  columns: readonly ColumnModel[],
): Promise<void> {
  const { model } = records[0]!;
  const rows = records.map((record) => {
    const row = matchRow(record);
    for (const column of columns) row[column.index] = writtenValue(record.entity, column);
    return row;
  });
  // Taken before anything is sent: what the user changes or deletes meanwhile is for the next flush.
  const images = rows.map((row) => columns.map((column) => imageOf(column, row[column.index])));
  const marked = records.map(
    ({ status, model: { softDelete } }, i) =>
      status === 'removed' && softDelete !== undefined && rows[i]![softDelete.index] !== undefined,
  );
  const set = columns.filter((column) => column.computed === undefined);
  await sendUpdates(target, records, { match: matchColumns(model, records), set, rows });
  for (const [i, record] of records.entries()) {
    target.journal.keepSlots(record, columns);
    const snapshot = record.snapshot!;
    columns.forEach((column, place) => (snapshot[column.index] = images[i]![place]));
    if (!marked[i]) continue;
    record.status = 'managed';
    target.store.removed.delete(record);
  }
}

/** Sets columns to NULL for now; what they are to be comes with a later step. */
async function clearColumns(
  target: FlushTarget,
  records: readonly EntityRecord[],
  columns: readonly ColumnModel[],
): Promise<void> {
  const { model } = records[0]!;
  const rows = records.map((record) => {
    const row = matchRow(record);
    for (const column of columns) row[column.index] = null;
    return row;
  });
  const match = model.key;
  await sendUpdates(target, records, { match, set: columns, rows });
}

async function sendUpdates(
  target: FlushTarget,
  records: readonly EntityRecord[],
  { match, set, rows }: { match: readonly BatchColumn[]; set: readonly BatchColumn[]; rows: readonly unknown[][] },
): Promise<void> {
  const { model, database } = records[0]!;
  const transaction = target.transaction(database);
  for (const part of transaction.dialect.batch.update({ table: model.table, match, set, rows })) {
    const { rowCount } = await naming(model, transaction.execute(part.statement, 'primary'));
    if (rowCount !== part.to - part.from) throw stale(records.slice(part.from, part.to), rowCount, 'updated');
  }
}

/** The key of a row, at the places of its columns; the version that was read, behind them all. */
function matchRow(record: EntityRecord): unknown[] {
  const { model, snapshot } = record;
  const row = new Array<unknown>(model.columns.length + 1);
  rowKey(record)!.forEach((value, i) => (row[model.key[i]!.index] = value));
  if (model.version) row[model.columns.length] = snapshot![model.version.index];
  return row;
}

/** The version is checked where it was read; of a bare reference it was not. */
function matchColumns(model: EntityModel, records: readonly EntityRecord[]): readonly BatchColumn[] {
  const { version } = model;
  if (!version || records.some(({ snapshot }) => snapshot![version.index] === UNREAD)) return model.key;
  return [...model.key, { name: version.name, type: version.type, index: model.columns.length }];
}

async function deleteRows(target: FlushTarget, records: readonly EntityRecord[]): Promise<void> {
  const { store, journal } = target;
  const { model, database } = records[0]!;
  const open = target.transaction(database);
  const rows = records.map(matchRow);
  for (const part of open.dialect.batch.delete({ table: model.table, match: matchColumns(model, records), rows })) {
    const { rowCount } = await naming(model, open.execute(part.statement, 'primary'));
    if (rowCount !== part.to - part.from) throw stale(records.slice(part.from, part.to), rowCount, 'deleted');
  }
  for (const record of records) {
    journal.keepRecord(record);
    store.unregister(record, rowKey(record)!);
    store.removed.delete(record);
    record.status = 'deleted';
    record.snapshot = undefined;
    record.store = undefined;
  }
}

function stale(records: readonly EntityRecord[], rowCount: number, verb: string): EspalierError {
  const [{ model }] = records as [EntityRecord];
  const named =
    records.length === 1 ? describe(model, rowKey(records[0]!)) : `${String(records.length)} rows of ${model.name}`;
  const reason = model.version ? 'changed or deleted by somebody else since' : 'deleted by somebody else since';
  return new StaleDataError(
    `${named} could not be ${verb}: ${String(records.length - rowCount)} of them ${reason} they were read. Roll back, read again and repeat the change.`,
    { entity: model.name },
  );
}
