/** Entities one after another in constant memory. */
import { fetchRecords, hydrate, loadIncludes, rowKey, type EntityRecord } from '../loading';
import { byKey, planSelect, type Condition, type QueryState } from '../query';
import { bind } from '../sql';
import { detach } from './attach';
import { changedColumns } from './flush/comparator';
import type { UnitOfWork } from './unit-of-work';

/**
 * Through a cursor on a connection of its own. Inside a transaction, whose one connection others need between two rows, by windows
 * of rows instead. Entities leave the session behind their batch, unless they were in it before or have been changed.
 */
export async function* streamEntities(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<object> {
  unit.assertUsable('iterate');
  const transaction = unit.transaction(state.database);
  const batches =
    transaction.isOpen || transaction.database.isSingleConnection
      ? windows(unit, state, batchSize)
      : cursor(unit, state, batchSize);
  for await (const batch of batches) {
    for (const { entity } of batch.records) yield entity;
    release(unit, batch);
  }
}

interface Batch {
  readonly records: readonly EntityRecord[];
  /** Those that the session had before. */
  readonly known: ReadonlySet<EntityRecord>;
}

async function* cursor(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  const { store } = unit;
  const dialect = unit.dialect(state.database);
  const { plan, values } = planSelect(state, dialect);
  const route = state.route ?? (unit.hasWritten ? 'primary' : 'replica');
  const rows = unit.transaction(state.database).stream(bind(plan.statement, values), batchSize, route);
  for await (const part of rows) {
    const known = new Set(store.managed());
    const hydrated = hydrate({ plan, rows: part, store, database: state.database, dialect, overwrite: false });
    await loadIncludes(unit, hydrated, state);
    yield { records: hydrated.records, known };
  }
}

async function* windows(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<Batch> {
  const { limit = Infinity, offset = 0 } = state;
  const byKeyOnly = state.order.length === 0 && state.offset === undefined && state.model.key.length === 1;
  let after: Condition[] = [];
  for (let seen = 0; seen < limit;) {
    const known = new Set(unit.store.managed());
    const size = Math.min(batchSize, limit - seen);
    const window: QueryState = byKeyOnly
      ? { ...state, order: byKey(state.model), conditions: [...state.conditions, ...after], limit: size }
      : { ...state, order: [...state.order, ...byKey(state.model)], limit: size, offset: offset + seen };
    const records = await fetchRecords(unit, window);
    const last = records.at(-1);
    // The key is read before the batch is handed out: a row may be gone afterwards.
    if (last && byKeyOnly) {
      const column = state.model.key[0]!;
      after = [{ kind: 'compare', path: [], column, operator: 'gt', value: rowKey(last)![0] }];
    }
    if (records.length > 0) yield { records, known };
    if (records.length < size) return;
    seen += records.length;
  }
}

function release({ store }: UnitOfWork, { known }: Batch): void {
  for (const record of [...store.managed()]) {
    if (known.has(record) || record.status !== 'managed' || changedColumns(record)) continue;
    detach(store, record);
  }
}
