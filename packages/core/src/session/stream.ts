/** Entities one after another in constant memory. */
import { atCaller } from '../caller';
import { recordOf, rowKey, viewIn, type EntityRecord, type EntityStore, type KeyValues } from '../entities';
import { answerWith, hydrate, loadIncludes } from '../loading';
import { limitOf } from '../database';
import type { ColumnModel } from '../metadata';
import { askedOf, byKey, planSelect, RelationPath, rowsWith, type QueryState, type SelectPlan } from '../query';
import { bind, compareValue, type ConditionNode, type Dialect } from '../sql';
import { asRead, travelsBack } from '../types';
import { reattach } from './attach';
import { detach } from './leave';
import { isPending } from './changes';
import type { UnitOfWork } from './unit-of-work';
import { readsWithin } from './within';

/**
 * Through a cursor on a connection of its own. Inside a transaction, whose one connection others need between two rows, by windows
 * of rows instead. Entities that a batch made leave the session after it, unless they have been changed.
 *
 * @param ended is called when it has ended, in whatever way
 */
export async function* streamEntities(
  unit: UnitOfWork,
  state: QueryState,
  { batchSize, ended }: { batchSize: number; ended: () => void },
): AsyncGenerator<object> {
  const transaction = unit.transaction(state.database);
  const batches =
    transaction.isOpen || transaction.database.isSingleConnection
      ? windows(unit, state, batchSize)
      : cursor(unit, state, batchSize);
  try {
    for await (const batch of batches) {
      for (const record of batch.records) yield presentOf(unit.store, record);
      release(unit, batch);
    }
  } catch (error) {
    throw atCaller(error, streamEntities);
  } finally {
    ended();
  }
}

interface Batch {
  readonly records: readonly EntityRecord[];
  /** What the session did not have before, of included relations too. */
  readonly made: readonly EntityRecord[];
}

/** What the loop took out of the session before its turn, as by `clear()`, comes back with what it relates to: changes of it are flushed. */
function presentOf(store: EntityStore, record: EntityRecord): object {
  if (record.status !== 'detached' || record.model.key.length === 0) return record.entity;
  const coming = [record];
  for (const one of coming) {
    if (one.status !== 'detached' || !one.hasRow || store.find(one.place, rowKey(one)!)) continue;
    reattach(store, one);
    coming.push(...relatedTo(one));
  }
  return (store.find(record.place, rowKey(record)!) ?? record).entity;
}

/** The entities that one refers to, and those of its relations. */
function relatedTo({ entity, model }: EntityRecord): EntityRecord[] {
  const related: unknown[] = [];
  for (const { kind, property } of model.relations) {
    if (kind !== 'belongsTo') related.push(...(viewIn(entity, property)?.held() ?? []));
    else if (Object.hasOwn(entity, property)) related.push(entity[property]);
  }
  return related.flatMap((held) => (typeof held === 'object' && held !== null ? (recordOf(held) ?? []) : []));
}

async function* cursor(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  const { plan, values } = planSelect(state, unit.dialect(state.database));
  const route = state.route ?? (unit.hasWritten ? 'primary' : 'replica');
  const rows = unit
    .transaction(state.database)
    .stream(bind(plan.statement, values), batchSize, { route, bounds: state.bounds });
  for await (const part of rows) yield await batchOf(unit, state, { plan, rows: part });
}

/**
 * Statements that each read a part. Rows in the order of their key go on after the last one, by the key that the database holds, for what
 * is read of it may be spelled otherwise; for any other order the keys are read first, so that what the loop changes meanwhile neither hides rows nor shows
 * them twice.
 */
async function* windows(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  if (state.model.key.length === 0) {
    // Nothing tells where to go on: the rows are read at once, their entities are made part by part.
    const { plan, rows } = await readRows(unit, state);
    for (let at = 0; at < rows.length; at += batchSize)
      yield await batchOf(unit, state, { plan, rows: rows.slice(at, at + batchSize) });
    return;
  }
  const plain = state.order.length === 0 && state.offset === undefined && state.model.key.length === 1;
  if (!plain) {
    yield* windowsOfKeys(unit, state, batchSize);
    return;
  }
  const { limit = Infinity } = state;
  let after: ConditionNode[] = [];
  for (let seen = 0; seen < limit;) {
    const size = Math.min(batchSize, limit - seen);
    const conditions = [...state.conditions, ...after];
    const { plan, rows } = await readRows(unit, { ...state, order: byKey(state.model), conditions, limit: size });
    const last = rows.at(-1);
    if (!last) return;
    // The key is noted before hydration decodes the rows in place.
    const { columns, keys } = keysAsRead([last], plan, unit.dialect(state.database));
    after = [compareValue(RelationPath.of(state.model).column(columns[0]!), '>', keys[0]![0])];
    yield await batchOf(unit, state, { plan, rows });
    if (rows.length < size) return;
    seen += rows.length;
  }
}

async function* windowsOfKeys(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  const { plan, rows } = await readRows(unit, { ...state, columns: state.model.key, includes: new Map() });
  const { columns, keys } = keysAsRead(rows, plan, unit.dialect(state.database));
  for (let at = 0; at < keys.length; at += batchSize) {
    const wanted = keys.slice(at, at + batchSize);
    const conditions = [rowsWith(state.model, columns, wanted)];
    const window = { ...state, conditions, limit: undefined, offset: undefined };
    yield await batchOf(unit, state, await readRows(unit, window));
  }
}

interface ReadRows {
  readonly plan: SelectPlan;
  readonly rows: readonly (readonly unknown[])[];
}

async function readRows(unit: UnitOfWork, state: QueryState): Promise<ReadRows> {
  const { plan, values } = planSelect(state, unit.dialect(state.database));
  const { rows } = await unit.read(state, bind(plan.statement, values), { limit: limitOf(state.bounds) });
  return { plan, rows };
}

/** The entities of rows, with what the queryset includes. */
async function batchOf(unit: UnitOfWork, state: QueryState, { plan, rows }: ReadRows): Promise<Batch> {
  const made: EntityRecord[] = [];
  const { database } = state;
  const { store } = unit;
  const asked = askedOf(state, plan);
  const dialect = unit.dialect(database);
  const hydrated = hydrate({ plan, rows, store, database, dialect, overwrite: false, made, asked });
  await loadIncludes(readsWithin(unit, { limit: limitOf(state.bounds) }), hydrated, { state, made });
  answerWith(hydrated.records, asked);
  return { records: hydrated.records, made };
}

/** The keys of rows as the database spells them where they can travel back so, and the columns to compare with them. */
function keysAsRead(
  rows: ReadRows['rows'],
  { model, columns: read }: SelectPlan,
  dialect: Dialect,
): { columns: readonly ColumnModel[]; keys: readonly KeyValues[] } {
  const parts = model.key.map((column) => {
    const at = read.indexOf(column);
    if (rows.every((row) => travelsBack(column.type, row[at])))
      return { column: { ...column, type: asRead(column.type) }, valueIn: (row: readonly unknown[]) => row[at] };
    const codec = dialect.codec(column.type);
    return { column, valueIn: (row: readonly unknown[]) => codec.fromDatabase(row[at]) };
  });
  return {
    columns: parts.map(({ column }) => column),
    keys: rows.map((row) => parts.map(({ valueIn }) => valueIn(row))),
  };
}

/** Entities with changes stay, those that changes of relations concern, and those that the session had; what they refer to stays with them. */
function release({ store }: UnitOfWork, { records, made }: Batch): void {
  const changed = changedIn(store);
  const kept = new Set(
    made.filter((record) => record.status !== 'managed' || changed.has(record) || isPending(record)),
  );
  const referred = new Set<unknown>();
  const fresh = new Set(made);
  for (const { entity, model } of [...kept, ...records.filter((record) => !fresh.has(record))]) {
    for (const { kind, property } of model.relations) {
      if (kind === 'belongsTo' && Object.hasOwn(entity, property)) referred.add(entity[property]);
    }
  }
  const here = made.filter((record) => record.store === store);
  // What stays must not keep its whole batch in memory.
  for (const record of here) record.group = undefined;
  detach(
    store,
    here.filter((record) => !kept.has(record) && !referred.has(record.entity)),
  );
}

/** The owners of relations with changes, and what was added to them or taken out. */
function changedIn(store: EntityStore): Set<EntityRecord | undefined> {
  const records = new Set<EntityRecord | undefined>();
  for (const view of store.changedViews) {
    records.add(recordOf(view.owner));
    for (const item of view.concerned()) records.add(recordOf(item));
  }
  return records;
}
