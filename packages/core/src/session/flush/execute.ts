/** Carries the steps of a flush out: rows → batches → statements; keys and defaults come back; snapshots move forward. */
import { QueryError, StaleDataError, type EspalierError } from '../../errors';
import type {
  BelongsToModel,
  ColumnModel,
  EntityModel,
  EntityObject,
  ManyToManyModel,
  TableName,
} from '../../metadata';
import {
  columnValue,
  describe,
  ownCollection,
  rowKey,
  UNREAD,
  type EntityRecord,
  type EntityStore,
} from '../../loading';
import { emptyState, planLinks, planSelect } from '../../query';
import {
  bind,
  type BatchColumn,
  type BatchStatement,
  type Dialect,
  type InsertBatch,
  type StatementResult,
} from '../../sql';
import type { DatabaseTransaction } from '../transaction';
import type { LinkChange } from './change-set';
import { naming } from './integrity';
import type { Journal } from './journal';
import type { FlushStep } from './plan';

export interface FlushTarget {
  readonly store: EntityStore;
  /** The open transaction on a database. */
  transaction(database: string): DatabaseTransaction;
  readonly journal: Journal;
}

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
        await purgeLinks(target, step.relation, step.records);
        break;
      default:
        await writeLinks(target, step);
    }
  }
}

// -- inserts

interface InsertShape {
  readonly batch: InsertBatch;
  readonly records: readonly EntityRecord[];
  readonly rows: unknown[][];
  /** What becomes of the rows as snapshots: taken before anything is sent. */
  readonly images: unknown[][];
}

async function insertRows(
  target: FlushTarget,
  records: readonly EntityRecord[],
  deferred: readonly { record: EntityRecord; relation: BelongsToModel }[],
): Promise<void> {
  const { model, database } = records[0]!;
  const transaction = target.transaction(database);
  const cleared = new Map<EntityRecord, BelongsToModel[]>();
  for (const { record, relation } of deferred) cleared.set(record, [...(cleared.get(record) ?? []), relation]);
  for (const shape of insertShapes(model, records, cleared)) {
    for (const part of transaction.dialect.batch.insert(shape.batch)) {
      const result = await naming(model, transaction.execute(part.statement, 'primary'));
      takeReturned(target, shape, { part, result, dialect: transaction.dialect });
    }
  }
}

/** Rows that leave the same columns to the database go into one batch. */
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
    const shape = optional.map((column) => (row[column.index] === undefined ? '-' : '+')).join('');
    const group = groups.get(shape);
    if (group) {
      group.records.push(record);
      group.rows.push(row);
    } else groups.set(shape, { records: [record], rows: [row] });
  }
  return [...groups.values()].map(({ records: members, rows }) => ({
    records: members,
    rows,
    images: imagesOf(model, rows),
    batch: insertBatch(model, rows),
  }));
}

/** Rows of immutable values are their own images. */
function imagesOf(model: EntityModel, rows: unknown[][]): unknown[][] {
  const mutable = model.columns.filter(({ type }) => !type.immutable);
  if (mutable.length === 0) return rows;
  return rows.map((row) => {
    const image = [...row];
    for (const column of mutable)
      if (image[column.index] !== undefined) image[column.index] = imageOf(column, image[column.index]);
    return image;
  });
}

function insertBatch(model: EntityModel, rows: unknown[][]): InsertBatch {
  const [first] = rows as [unknown[], ...unknown[][]];
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

/** @throws QueryError for an entity without a key that no step of this flush gives one: it is in another session, or in none */
function foreignKey(entity: EntityObject, column: ColumnModel): unknown {
  const value = columnValue(entity, column);
  if (value !== undefined) return value;
  const { owner, property, target } = column.relation!;
  if (entity[property] === undefined) return null;
  throw new QueryError(
    `${owner.name}.${property} refers to a ${target.name} that has no key yet and is not in this session: add it, or flush its own session first.`,
    { entity: owner.name, property },
  );
}

/** What an entity has in a column, for a row to be written. */
function writtenValue(entity: EntityObject, column: ColumnModel): unknown {
  return column.relation ? foreignKey(entity, column) : (entity[column.property] ?? null);
}

function takeReturned(
  { store, journal }: FlushTarget,
  { batch, records, images }: InsertShape,
  { part, result, dialect }: { part: BatchStatement; result: StatementResult; dialect: Dialect },
): void {
  const returned = batch.returning.length === 0 ? [] : dialect.batch.returned(batch, part, result);
  for (let i = part.from; i < part.to; i++) {
    const record = records[i]!;
    const image = images[i]!;
    const values = returned[i - part.from];
    journal.keepRecord(record);
    batch.returning.forEach((column, place) => {
      const value = values?.[place];
      const model = record.model.columns[column.index]!;
      image[column.index] = value === undefined ? UNREAD : imageOf(model, value);
      if (value !== undefined) journal.setProperty(record.entity, model.property, value);
    });
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

// -- updates

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

function imageOf({ type }: ColumnModel, value: unknown): unknown {
  return value === null || value === UNREAD || type.immutable ? value : type.snapshot(value);
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

// -- deletes

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
    record.status = 'detached';
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

// -- join tables

function joinColumns({ through }: ManyToManyModel): BatchColumn[] {
  return [...through.from, ...through.to].map(({ name, target }, index) => ({ name, type: target.type, index }));
}

async function writeLinks(
  target: FlushTarget,
  { kind, relation, links }: { kind: 'link' | 'unlink'; relation: ManyToManyModel; links: readonly LinkChange[] },
): Promise<void> {
  const transaction = target.transaction(links[0]!.owner.database);
  const { dialect } = transaction;
  const columns = joinColumns(relation);
  const table: TableName = relation.through.table;
  let rows = links.map(linkRow);
  if (kind === 'link') {
    rows = await withoutPresent(transaction, relation, { rows, links });
    if (rows.length === 0) return;
    const batch: InsertBatch = { table, columns, rows, returning: [], identity: undefined };
    for (const part of dialect.batch.insert(batch)) await transaction.execute(part.statement, 'primary');
    return;
  }
  for (const part of dialect.batch.delete({ table, match: columns, rows })) {
    await transaction.execute(part.statement, 'primary');
  }
}

function linkRow({ relation, owner, item }: LinkChange): unknown[] {
  const value = (record: EntityRecord, column: ColumnModel): unknown => columnValue(record.entity, column);
  return [
    ...relation.through.from.map(({ target }) => value(owner, target)),
    ...relation.through.to.map(({ target }) => value(item, target)),
  ];
}

/** Adding to a collection that was not loaded may name a row that is there already: that is no error. */
async function withoutPresent(
  transaction: DatabaseTransaction,
  relation: ManyToManyModel,
  { rows, links }: { rows: unknown[][]; links: readonly LinkChange[] },
): Promise<unknown[][]> {
  const { property, inverse } = relation;
  const doubtful = links.filter(({ owner, item }) => {
    const other = inverse && ownCollection(item.entity, inverse.property);
    return ownCollection(owner.entity, property)?.isLoaded === false || other?.isLoaded === false;
  });
  if (doubtful.length === 0) return rows;
  const present = await presentLinks(transaction, relation, doubtful);
  return rows.filter((row) => !present.has(row.map(String).join('\0')));
}

async function presentLinks(
  transaction: DatabaseTransaction,
  relation: ManyToManyModel,
  links: readonly LinkChange[],
): Promise<Set<string>> {
  const { dialect } = transaction;
  const rows = links.map(linkRow);
  const { plan, values } = planLinks(relation, dialect, rows);
  const result = await transaction.execute(bind(plan, values), 'primary');
  const codecs = plan.columns!.map((type) => dialect.codec(type));
  return new Set(result.rows.map((row) => row.map((raw, i) => String(codecs[i]!.fromDatabase(raw))).join('\0')));
}

/** Deletes all rows of a join table that tell of these entities. */
async function purgeLinks(
  target: FlushTarget,
  relation: ManyToManyModel,
  records: readonly EntityRecord[],
): Promise<void> {
  const transaction = target.transaction(records[0]!.database);
  const match = relation.through.from.map(({ name, target: column }, index) => ({ name, type: column.type, index }));
  const rows = records.map((record) => rowKey(record)!);
  for (const part of transaction.dialect.batch.delete({ table: relation.through.table, match, rows })) {
    await transaction.execute(part.statement, 'primary');
  }
}
