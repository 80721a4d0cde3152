/** Changes → the steps of a flush, sorted: pure data that can be printed and tested without a database. */
import type {
  BelongsToModel,
  ColumnModel,
  EntityModel,
  EntityModels,
  EntityObject,
  IndexModel,
  JoinTable,
  ManyToManyModel,
} from '../../metadata';
import { columnValue, keyOf, recordOf, rowReference, type EntityRecord, type EntityStore } from '../../entities';
import type { ChangeSet, LinkChange, UpdateChange } from './change-set';
import { orderByReference, type Reference } from './commit-order';

export type FlushStep =
  | {
      readonly kind: 'insert';
      readonly records: readonly EntityRecord[];
      readonly deferred: readonly DeferredReference[];
    }
  | { readonly kind: 'update'; readonly columns: readonly ColumnModel[]; readonly records: readonly EntityRecord[] }
  /** Columns set to NULL for now, so that rows of a circle can be deleted or unique values change hands. */
  | { readonly kind: 'clear'; readonly columns: readonly ColumnModel[]; readonly records: readonly EntityRecord[] }
  | { readonly kind: 'delete'; readonly records: readonly EntityRecord[] }
  | { readonly kind: 'link' | 'unlink'; readonly relation: ManyToManyModel; readonly links: readonly LinkChange[] }
  /** All rows of a join table that tell of entities to be deleted. */
  | { readonly kind: 'purge'; readonly through: JoinTable; readonly records: readonly EntityRecord[] };

export interface DeferredReference {
  readonly record: EntityRecord;
  readonly relation: BelongsToModel;
}

export function planFlush(store: EntityStore, changes: ChangeSet): FlushStep[] {
  const early = withReferring(store, reusedRows(changes), changes.deletes);
  const { freeing, others } = splitFreeing(changes);
  const deletes = changes.deletes.filter((record) => !early.has(record));
  const inserts = orderByReference(changes.inserts, (record) => references(record));
  return [
    ...linkSteps('unlink', changes.unlinks),
    ...deleteSteps(store, [...early]),
    ...updateSteps(freeing),
    ...inserts.groups.map((records) => insertStep(records, inserts.deferred)),
    ...updateSteps(withDeferred(others, inserts.deferred)),
    ...linkSteps('link', changes.links),
    ...deleteSteps(store, deletes),
  ];
}

/** Rows that go early, and those to be deleted that refer to them: these have to go before. */
function withReferring(
  store: EntityStore,
  early: Set<EntityRecord>,
  deletes: readonly EntityRecord[],
): ReadonlySet<EntityRecord> {
  if (early.size === 0) return early;
  for (let grown = true; grown;) {
    grown = false;
    for (const record of deletes) {
      if (early.has(record) || !rowReferences(store, record).some(({ target }) => early.has(target))) continue;
      early.add(record);
      grown = true;
    }
  }
  return early;
}

/** Updates that give up a unique value which a new row takes go before the inserts, unless they refer to a new row themselves. */
function splitFreeing({ updates, inserts }: ChangeSet): { freeing: UpdateChange[]; others: UpdateChange[] } {
  if (updates.length === 0) return { freeing: [], others: [] };
  const wanted = new Set<string>();
  for (const record of inserts) {
    for (const index of uniques(record)) {
      const value = uniqueValue(index, record, 'entity');
      if (value !== undefined) wanted.add(value);
    }
  }
  const created = new Set(inserts);
  const isFreeing = (change: UpdateChange): boolean =>
    wanted.size > 0 &&
    uniquesOf(change).some((index) => wanted.has(uniqueValue(index, change.record, 'row') ?? '')) &&
    !references(change.record).some(({ target }) => created.has(target));
  const freeing = new Set(updates.filter(isFreeing));
  return { freeing: [...freeing], others: updates.filter((change) => !freeing.has(change)) };
}

/** One line a step, for tests and for looking at a plan. */
export function describePlan(steps: readonly FlushStep[]): string[] {
  return steps.map((step) => {
    switch (step.kind) {
      case 'link':
      case 'unlink':
        return `${step.kind} ${step.relation.owner.name}.${step.relation.property} ×${String(step.links.length)}`;
      case 'purge':
        return `purge ${step.through.table.name} of ${step.records[0]!.model.name} ×${String(step.records.length)}`;
      case 'update':
      case 'clear':
        return `${step.kind} ${step.records[0]!.model.name}(${step.columns.map((column) => column.property).join(', ')}) ×${String(step.records.length)}`;
      default:
        return `${step.kind} ${step.records[0]!.model.name} ×${String(step.records.length)}`;
    }
  });
}

/** The entities that an entity refers to now. */
function references({ entity, model }: EntityRecord): readonly Reference[] {
  let found: Reference[] | undefined;
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo') continue;
    const value = entity[relation.property];
    const target = typeof value === 'object' && value !== null ? recordOf(value) : undefined;
    // A row may refer to itself where its key is known beforehand.
    if (!target || (target.entity === entity && keyOf(model, entity))) continue;
    (found ??= []).push({ relation, target });
  }
  return found ?? NONE;
}

const NONE: readonly never[] = [];

/** The entities that a row referred to when it was read or written last. */
function rowReferences(store: EntityStore, record: EntityRecord): Reference[] {
  const found: Reference[] = [];
  for (const relation of record.model.relations) {
    const key = relation.kind === 'belongsTo' ? rowReference(record, relation) : undefined;
    if (!key || relation.kind !== 'belongsTo') continue;
    const target = store.find(relation.target, relation.target.database ?? record.database, key);
    if (target) found.push({ relation, target });
  }
  return found;
}

function insertStep(records: readonly EntityRecord[], deferred: readonly DeferredReference[]): FlushStep {
  if (deferred.length === 0) return { kind: 'insert', records, deferred };
  const among = new Set(records);
  return { kind: 'insert', records, deferred: deferred.filter(({ record }) => among.has(record)) };
}

function withDeferred(updates: readonly UpdateChange[], deferred: readonly DeferredReference[]): UpdateChange[] {
  return [...updates, ...deferred.map(({ record, relation }) => ({ record, columns: relation.columns }))];
}

/** Rows of one table that get new values in the same columns go together; unique values that change hands are made way for. */
function updateSteps(updates: readonly UpdateChange[]): FlushStep[] {
  const groups = new Map<string, { columns: readonly ColumnModel[]; records: EntityRecord[] }>();
  const clears: FlushStep[] = [];
  const waiting = orderByUnique(updates, clears);
  for (const [round, changes] of waiting.entries()) {
    for (const { record, columns } of changes) {
      const shape = `${String(round)}|${record.model.name}|${record.database}|${columns.map((column) => column.index).join(',')}`;
      const group = groups.get(shape);
      if (group) group.records.push(record);
      else groups.set(shape, { columns, records: [record] });
    }
  }
  return [
    ...clears,
    ...[...groups.values()].map(({ columns, records }) => ({ kind: 'update', columns, records }) as const),
  ];
}

/**
 * Rounds of updates in which no row takes a unique value that another row of the same round still has: engines check
 * uniqueness row by row. A circle of such rows is opened by a NULL where a column allows it.
 */
function orderByUnique(updates: readonly UpdateChange[], clears: FlushStep[]): UpdateChange[][] {
  const holders = new Map<string, UpdateChange>();
  const contested = updates.filter((change) => {
    const indexes = uniquesOf(change);
    for (const index of indexes) {
      const held = uniqueValue(index, change.record, 'row');
      if (held !== undefined) holders.set(held, change);
    }
    return indexes.length > 0;
  });
  if (contested.length < 2) return [[...updates]];
  const blockedBy = new Map<UpdateChange, Set<UpdateChange>>();
  for (const change of contested) {
    const blockers = uniquesOf(change)
      .map((index) => uniqueValue(index, change.record, 'entity'))
      .map((wanted) => (wanted === undefined ? undefined : holders.get(wanted)))
      .filter((holder) => holder !== undefined && holder !== change);
    blockedBy.set(change, new Set(blockers as UpdateChange[]));
  }
  return rounds(updates, blockedBy, clears);
}

function rounds(
  updates: readonly UpdateChange[],
  blockedBy: Map<UpdateChange, Set<UpdateChange>>,
  clears: FlushStep[],
): UpdateChange[][] {
  const result: UpdateChange[][] = [];
  let left = [...updates];
  while (left.length > 0) {
    const pending = new Set(left);
    const free = left.filter((change) => ![...(blockedBy.get(change) ?? [])].some((blocker) => pending.has(blocker)));
    if (free.length === 0) {
      const opened = left.find((change) => clearable(change).length > 0);
      // Without a nullable column the database has the last word: its unique violation names the constraint.
      if (!opened) return [...result, left];
      clears.push({ kind: 'clear', columns: clearable(opened), records: [opened.record] });
      for (const blockers of blockedBy.values()) blockers.delete(opened);
      continue;
    }
    result.push(free);
    const done = new Set(free);
    left = left.filter((change) => !done.has(change));
  }
  return result.length > 0 ? result : [[]];
}

function clearable(change: UpdateChange): ColumnModel[] {
  const columns = uniquesOf(change).flatMap((index) => index.columns);
  return columns.filter((column) => column.nullable && change.columns.includes(column)).slice(0, 1);
}

function uniquesOf({ record, columns }: UpdateChange): IndexModel[] {
  return uniques(record).filter((index) => index.columns.some((column) => columns.includes(column)));
}

function uniques({ model }: EntityRecord): IndexModel[] {
  return model.indexes.filter((index) => index.unique && index.expression === undefined && index.columns.length > 0);
}

/** A unique tuple as a text; undefined where a part is NULL or not known, which collides with nothing. */
function uniqueValue(
  index: { name: string; columns: readonly ColumnModel[] },
  record: EntityRecord,
  of: 'row' | 'entity',
): string | undefined {
  const { entity, snapshot, model, database } = record;
  const parts: string[] = [];
  for (const column of index.columns) {
    const value = of === 'row' ? snapshot?.[column.index] : imageOf(entity, column);
    if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('hex'));
    else if (typeof value === 'string') parts.push(value);
    else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      parts.push(String(value));
    else return undefined;
  }
  return `${database}|${model.name}|${index.name}|${parts.join('\0')}`;
}

function imageOf(entity: EntityObject, column: ColumnModel): unknown {
  if (!column.relation && !Object.hasOwn(entity, column.property)) return undefined;
  const value = columnValue(entity, column);
  return value === null || value === undefined ? value : column.type.snapshot(value);
}

/** Rows to be deleted whose key or unique values come back in new or changed rows: these go before the rest. */
function reusedRows({ deletes, inserts, updates }: ChangeSet): Set<EntityRecord> {
  const reused = new Set<EntityRecord>();
  if (deletes.length === 0) return reused;
  const taken = new Set<string>();
  for (const record of [...inserts, ...updates.map((change) => change.record)]) {
    for (const index of [...uniques(record), keyIndex(record)]) {
      const value = uniqueValue(index, record, 'entity');
      if (value !== undefined) taken.add(value);
    }
  }
  for (const record of deletes) {
    for (const index of [...uniques(record), keyIndex(record)]) {
      const value = uniqueValue(index, record, 'row');
      if (value !== undefined && taken.has(value)) reused.add(record);
    }
  }
  return reused;
}

function keyIndex({ model }: EntityRecord): { name: string; columns: readonly ColumnModel[] } {
  return { name: 'key', columns: model.key };
}

/** Rows that refer go before the rows that they refer to; their rows in join tables go first of all. */
function deleteSteps(store: EntityStore, deletes: readonly EntityRecord[]): FlushStep[] {
  if (deletes.length === 0) return [];
  const order = orderByReference(deletes, (record) => rowReferences(store, record));
  const groups = [...order.groups].reverse();
  const purges = groups.flatMap((records) =>
    joinTablesOf(store.models, records[0]!.model).map((through) => ({ kind: 'purge', through, records }) as const),
  );
  const clears = groupedBy(order.deferred, ({ relation }) => relation).map(
    ([{ columns }, deferred]) => ({ kind: 'clear', columns, records: deferred.map(({ record }) => record) }) as const,
  );
  return [...purges, ...clears, ...groups.map((records) => ({ kind: 'delete', records }) as const)];
}

/** The join tables that have rows of an entity, each seen from its side; the relation may be declared on the other side only. */
function joinTablesOf(models: EntityModels, model: EntityModel): JoinTable[] {
  const tables: JoinTable[] = [];
  for (const { relations } of models.all) {
    for (const relation of relations) {
      if (relation.kind !== 'manyToMany' || !relation.owning) continue;
      const { table, from, to } = relation.through;
      if (relation.owner === model) tables.push(relation.through);
      if (relation.target === model) tables.push({ table, from: to, to: from });
    }
  }
  return tables;
}

function linkSteps(kind: 'link' | 'unlink', links: readonly LinkChange[]): FlushStep[] {
  return groupedBy(links, ({ relation }) => relation).map(([relation, group]) => ({ kind, relation, links: group }));
}

function groupedBy<T, K>(items: readonly T[], keyOfItem: (item: T) => K): [K, T[]][] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups];
}
