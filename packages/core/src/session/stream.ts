/** Entities one after another in constant memory. */
import { recordOf, rowKey, type EntityRecord, type EntityStore, type KeyValues } from '../entities';
import { fetchRecords, hydrate, loadIncludes } from '../loading';
import { byKey, planSelect, rowsByKey, type Condition, type QueryState } from '../query';
import { bind } from '../sql';
import { detach } from './attach';
import { isPending } from './changes';
import type { UnitOfWork } from './unit-of-work';

/**
 * Through a cursor on a connection of its own. Inside a transaction, whose one connection others need between two rows, by windows
 * of rows instead. Entities that a batch made leave the session behind it, unless they have been changed.
 */
export async function* streamEntities(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<object> {
  unit.assertUsable('iterate');
  const transaction = unit.transaction(state.database);
  const batches =
    transaction.isOpen || transaction.database.isSingleConnection
      ? windows(unit, state, batchSize)
      : cursor(unit, state, batchSize);
  for await (const { records, made } of batches) {
    for (const { entity } of records) yield entity;
    release(unit, made);
  }
}

interface Batch {
  readonly records: readonly EntityRecord[];
  /** What the session did not have before, of included relations too. */
  readonly made: readonly EntityRecord[];
}

async function* cursor(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  const { store } = unit;
  const dialect = unit.dialect(state.database);
  const { plan, values } = planSelect(state, dialect);
  const route = state.route ?? (unit.hasWritten ? 'primary' : 'replica');
  const rows = unit.transaction(state.database).stream(bind(plan.statement, values), batchSize, route);
  for await (const part of rows) {
    const made: EntityRecord[] = [];
    const hydrated = hydrate({ plan, rows: part, store, database: state.database, dialect, overwrite: false, made });
    await loadIncludes(unit, hydrated, { state, made });
    yield { records: hydrated.records, made };
  }
}

/**
 * Statements that each read a part. Rows in the order of their key go on behind the last one; for any other order the keys are read
 * first, so that what the loop changes meanwhile neither hides rows nor shows them twice.
 */
async function* windows(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  const plain = state.order.length === 0 && state.offset === undefined && state.model.key.length === 1;
  if (!plain) {
    yield* windowsOfKeys(unit, state, batchSize);
    return;
  }
  const { limit = Infinity } = state;
  let after: Condition[] = [];
  for (let seen = 0; seen < limit;) {
    const size = Math.min(batchSize, limit - seen);
    const conditions = [...state.conditions, ...after];
    const made: EntityRecord[] = [];
    const records = await fetchRecords(
      unit,
      { ...state, order: byKey(state.model), conditions, limit: size },
      { made },
    );
    const last = records.at(-1);
    if (!last) return;
    // The key is read before the batch is handed out: the row may be gone afterwards.
    const value = rowKey(last)![0];
    after = [{ kind: 'compare', path: [], column: state.model.key[0]!, operator: 'gt', value }];
    yield { records, made };
    if (records.length < size) return;
    seen += records.length;
  }
}

async function* windowsOfKeys(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  const keys = await readKeys(unit, state);
  for (let at = 0; at < keys.length; at += batchSize) {
    const rows = keys.slice(at, at + batchSize);
    const made: EntityRecord[] = [];
    const { conditions } = rowsByKey(state.model, rows, state.database);
    const window = { ...state, conditions, limit: undefined, offset: undefined };
    yield { records: await fetchRecords(unit, window, { made }), made };
  }
}

async function readKeys(unit: UnitOfWork, state: QueryState): Promise<KeyValues[]> {
  const dialect = unit.dialect(state.database);
  const keysOnly: QueryState = { ...state, columns: state.model.key, includes: new Map() };
  const { plan, values } = planSelect(keysOnly, dialect);
  const { rows } = await unit.read(state, bind(plan.statement, values));
  const codecs = plan.columns.map((column) => dialect.codec(column.type));
  return rows.map((row) =>
    state.model.key.map((column) =>
      codecs[plan.columns.indexOf(column)]!.fromDatabase(row[plan.columns.indexOf(column)]),
    ),
  );
}

/** Entities with changes stay, and those that hold pending additions of others; what they refer to stays with them. */
function release({ store }: UnitOfWork, made: readonly EntityRecord[]): void {
  const changed = changedOwners(store);
  const kept = new Set(
    made.filter((record) => record.status !== 'managed' || changed.has(record) || isPending(record)),
  );
  const referred = new Set<unknown>();
  for (const { entity, model } of kept) {
    for (const { kind, property } of model.relations) {
      if (kind === 'belongsTo' && Object.hasOwn(entity, property)) referred.add(entity[property]);
    }
  }
  for (const record of made) {
    if (record.store !== store) continue;
    // What stays must not keep its whole batch in memory.
    record.group = undefined;
    if (!kept.has(record) && !referred.has(record.entity)) detach(store, record);
  }
}

function changedOwners(store: EntityStore): Set<EntityRecord | undefined> {
  const owners = new Set<EntityRecord | undefined>();
  for (const collection of store.changedCollections) owners.add(recordOf(collection.owner));
  return owners;
}
