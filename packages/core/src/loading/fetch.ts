/** Queryset → entities with their includes: one query, then one keyed query for each further relation and level. */
import type {
  BelongsToModel,
  ColumnModel,
  EntityObject,
  HasManyModel,
  HasOneModel,
  ManyToManyModel,
} from '../metadata';
import {
  emptyState,
  hidesRelated,
  parseOrder,
  planMembers,
  planSelect,
  treeShape,
  type IncludeNode,
  type IncludeTree,
  type QueryState,
  type SelectPlan,
} from '../query';
import { bind, type Dialect } from '../sql';
import { ownCollection, type Collection } from '../entities';
import { identityOf, identityReader, keyOf, type Identity, type KeyValues } from '../entities';
import { hydrate, type Hydrated, type PendingInclude } from './hydrate';
import { groupsOf, withSiblings } from './load-group';
import type { ReadOptions, ReadPort } from './read-port';
import { lacksColumns, recordOf, type EntityRecord } from '../entities';

/** Values of keys in one statement where the engine wants a placeholder for each; lists are padded to the next power of two. */
const VALUES_PER_STATEMENT = 16_384;

/** The entities of a queryset, in its order, everything it includes loaded. */
export async function fetchRecords(
  port: ReadPort,
  state: QueryState,
  { overwrite = false, made }: { overwrite?: boolean; made?: EntityRecord[] | undefined } = {},
): Promise<EntityRecord[]> {
  const options: ReadOptions = { hideDeleted: hidesRelated(state), overwrite, made, route: state.route };
  const dialect = port.dialect(state.database);
  const { plan, values } = planSelect(state, dialect);
  const { rows } = await port.read(state, bind(plan.statement, values));
  return finish(
    port,
    hydrate({ plan, rows, store: port.store, database: state.database, dialect, overwrite, made }),
    options,
  );
}

/** Loads what the rows of a select did not bring along. */
export async function loadIncludes(
  port: ReadPort,
  hydrated: Hydrated,
  { state, made }: { state: QueryState; made: EntityRecord[] },
): Promise<void> {
  await finish(port, hydrated, { hideDeleted: hidesRelated(state), overwrite: false, made, route: state.route });
}

async function finish(port: ReadPort, { records, pending }: Hydrated, options: ReadOptions): Promise<EntityRecord[]> {
  for (const include of pending) await loadTree(port, include, options);
  return records;
}

/** Loads relations for these entities and all that were loaded along with them: `session.load`. */
export async function loadRelations(
  port: ReadPort,
  records: readonly EntityRecord[],
  tree: IncludeTree,
): Promise<void> {
  const [first] = records;
  if (!first) return;
  const shape = treeShape(tree);
  const groups = [...groupsOf(records)];
  // Siblings that have it, or are getting it, need not be looked at again, one time for each of them.
  const underWay = groups.flatMap((shared) => shared.loadOf(shape) ?? []);
  const fresh = groups.filter((shared) => !shared.loadOf(shape));
  const pending = { model: first.model, records: withSiblings(records, fresh), tree };
  const load = Promise.allSettled(underWay).then(() =>
    loadTree(port, pending, { hideDeleted: true, overwrite: false }),
  );
  for (const shared of fresh) shared.note(shape, load);
  await load;
}

/** Reads relations of one entity anew, those that it has loaded. What is pending in them stays: it is a change of other rows. */
export async function reloadRelations(port: ReadPort, record: EntityRecord): Promise<void> {
  const { model, entity } = record;
  const tree = new Map<string, IncludeNode>();
  for (const relation of model.relations) {
    const { property } = relation;
    if (relation.kind === 'belongsTo') continue;
    if (relation.kind === 'hasOne') {
      const isUnchanged = record.loadedOnes?.has(property) && record.loadedOnes.get(property) === entity[property];
      if (!Object.hasOwn(entity, property) || !isUnchanged) continue;
      Reflect.deleteProperty(entity, property);
    } else {
      const collection = ownCollection(entity, property);
      if (!collection?.isLoaded) continue;
      collection.unload();
    }
    tree.set(property, { relation, strategy: undefined, children: new Map() });
  }
  await loadTree(port, { model, records: [record], tree }, { hideDeleted: true, overwrite: false });
}

async function loadTree(port: ReadPort, { records, tree }: PendingInclude, options: ReadOptions): Promise<void> {
  if (records.length === 0) return;
  for (const node of tree.values()) {
    switch (node.relation.kind) {
      case 'belongsTo':
        await loadBelongsTo(port, { node, relation: node.relation, records }, options);
        break;
      case 'manyToMany':
        await loadManyToMany(port, { node, relation: node.relation, records }, options);
        break;
      case 'hasMany':
      case 'hasOne':
        await loadChildren(port, { node, relation: node.relation, records }, options);
    }
  }
}

interface RelationLoad<R> {
  readonly node: IncludeNode;
  readonly relation: R;
  readonly records: readonly EntityRecord[];
}

async function loadBelongsTo(
  port: ReadPort,
  { node, relation, records }: RelationLoad<BelongsToModel>,
  options: ReadOptions,
): Promise<void> {
  const missing = new Map<Identity, { readonly record: EntityRecord; readonly key: KeyValues }>();
  const present = new Set<EntityRecord>();
  for (const { entity } of records) {
    const related = Object.hasOwn(entity, relation.property)
      ? (entity[relation.property] as EntityObject | null)
      : null;
    const record = related ? recordOf(related) : undefined;
    if (!related || !record || !port.store.owns(record)) continue;
    present.add(record);
    if (!lacksColumns(record) || (options.hideDeleted && port.store.isUnseen(record))) continue;
    const key = keyOf(relation.target, related);
    if (key) missing.set(identityOf(relation.target, key), { record, key });
  }
  const sought = [...missing.values()];
  for (const part of keyChunks(
    sought.map(({ key }) => key),
    port.dialect(databaseOf(relation, records)),
  )) {
    await fetchRecords(port, keyedState(relation, { records, node, options }, [relation.target.key, part]), options);
  }
  if (options.hideDeleted) for (const { record } of sought) if (lacksColumns(record)) port.store.noteUnseen(record);
  if (node.children.size > 0 && present.size > 0) {
    await loadTree(port, { model: relation.target, records: [...present], tree: node.children }, options);
  }
}

async function loadChildren(
  port: ReadPort,
  { node, relation, records }: RelationLoad<HasManyModel | HasOneModel>,
  options: ReadOptions,
): Promise<void> {
  const { waiting, ready } = splitByLoaded(records, relation);
  const { columns } = relation.inverse;
  const dialect = port.dialect(databaseOf(relation, records));
  for (const part of keyChunks(
    [...waiting.values()].map(({ key }) => key),
    dialect,
  )) {
    const state = keyedState(relation, { records, node, options }, [columns, part]);
    const { plan, values } = planSelect(state, dialect);
    const places = columns.map((column) => ({ at: plan.columns.indexOf(column), codec: dialect.codec(column.type) }));
    await readOwned(port, { state, plan, values, readOwner: identityReader(relation.owner, places) }, waiting, options);
  }
  for (const owner of waiting.values()) settleChildren(port, owner, relation);
  await descend(port, { node, ready }, options);
}

async function loadManyToMany(
  port: ReadPort,
  { node, relation, records }: RelationLoad<ManyToManyModel>,
  options: ReadOptions,
): Promise<void> {
  const { waiting, ready } = splitByLoaded(records, relation);
  const dialect = port.dialect(databaseOf(relation, records));
  for (const part of keyChunks(
    [...waiting.values()].map(({ key }) => key),
    dialect,
  )) {
    const state = keyedState(relation, { records, node, options }, undefined);
    const { plan, values, ownerKey } = planMembers(state, dialect, { relation, keys: part });
    const places = relation.through.from.map(({ target }, i) => ({
      at: ownerKey + i,
      codec: dialect.codec(target.type),
    }));
    const readOwner = identityReader(relation.owner, places);
    await readOwned(port, { state, plan, values, readOwner }, waiting, options);
  }
  for (const { record, found } of waiting.values()) fill(port, collectionOf(record, relation.property), found);
  await descend(port, { node, ready }, options);
}

interface Owner {
  readonly record: EntityRecord;
  readonly key: KeyValues;
  /** Its items, in the order of the rows. */
  readonly found: EntityObject[];
}

/** A query for the items of several owners. */
interface OwnedRead {
  readonly state: QueryState;
  readonly plan: SelectPlan;
  readonly values: readonly unknown[];
  /** Who owns the item of a row. */
  readonly readOwner: (row: readonly unknown[]) => Identity | undefined;
}

/** Reads items with what they include, and hands them to their owners in the order of the rows. */
async function readOwned(
  port: ReadPort,
  { state, plan, values, readOwner }: OwnedRead,
  waiting: ReadonlyMap<Identity, Owner>,
  options: ReadOptions,
): Promise<void> {
  const { store } = port;
  const { database } = state;
  const { overwrite, made } = options;
  const { rows } = await port.read(state, bind(plan.statement, values));
  // Before hydration decodes the rows in place.
  const owners = rows.map(readOwner);
  const hydrated = hydrate({ plan, rows, store, database, dialect: port.dialect(database), overwrite, made });
  await finish(port, hydrated, options);
  owners.forEach((owner, i) => owner !== undefined && waiting.get(owner)?.found.push(hydrated.records[i]!.entity));
}

/** The owners whose relation is not loaded yet, by identity, and those where it is. */
function splitByLoaded(
  records: readonly EntityRecord[],
  relation: HasManyModel | HasOneModel | ManyToManyModel,
): { waiting: Map<Identity, Owner>; ready: EntityRecord[] } {
  const waiting = new Map<Identity, Owner>();
  const ready: EntityRecord[] = [];
  for (const record of records) {
    const loaded = relation.toMany
      ? collectionOf(record, relation.property).isLoaded
      : Object.hasOwn(record.entity, relation.property);
    const key = loaded ? undefined : keyOf(record.model, record.entity);
    if (key) waiting.set(identityOf(record.model, key), { record, key, found: [] });
    else ready.push(record);
  }
  return { waiting, ready };
}

/** A child belongs to the parent that its row names, unless it was moved in memory since. */
function settleChildren(port: ReadPort, { record, found }: Owner, relation: HasManyModel | HasOneModel): void {
  const { property } = relation.inverse;
  const children = found.filter((child) => !Object.hasOwn(child, property) || child[property] === record.entity);
  if (relation.kind === 'hasMany') {
    fill(port, collectionOf(record, relation.property), children);
    return;
  }
  record.entity[relation.property] = children[0] ?? null;
  record.loadedOnes ??= new Map();
  record.loadedOnes.set(relation.property, children[0] ?? null);
}

/** Entities that were loaded before this read may lack the levels below. */
async function descend(
  port: ReadPort,
  { node, ready }: { node: IncludeNode; ready: readonly EntityRecord[] },
  options: ReadOptions,
): Promise<void> {
  if (node.children.size === 0) return;
  const { relation } = node;
  const related = new Set<EntityRecord>();
  for (const { entity } of ready) {
    const held = entity[relation.property];
    const items = relation.toMany ? (held as Collection<object>).toArray() : held ? [held] : [];
    for (const item of items) {
      const record = recordOf(item);
      if (port.store.owns(record)) related.add(record);
    }
  }
  await loadTree(port, { model: relation.target, records: [...related], tree: node.children }, options);
}

function keyedState(
  relation: BelongsToModel | HasManyModel | HasOneModel | ManyToManyModel,
  { records, node, options }: { records: readonly EntityRecord[]; node: IncludeNode; options: ReadOptions },
  keyed: readonly [columns: readonly ColumnModel[], rows: readonly KeyValues[]] | undefined,
): QueryState {
  const state = emptyState(relation.target, databaseOf(relation, records));
  return {
    ...state,
    conditions: keyed ? [{ kind: 'in', path: [], columns: keyed[0], rows: keyed[1], negated: false }] : [],
    order: relation.toMany ? parseOrder(relation.target, relation.orderBy) : [],
    includes: node.children,
    deleted: options.hideDeleted ? 'hidden' : 'shown',
    route: options.route,
  };
}

function databaseOf(relation: { target: { database: string | undefined } }, records: readonly EntityRecord[]): string {
  return relation.target.database ?? records[0]!.database;
}

function fill(port: ReadPort, collection: Collection<object>, items: readonly object[]): void {
  port.beforeFill?.(collection);
  collection.fill(items);
}

function collectionOf(record: EntityRecord, property: string): Collection<object> {
  return ownCollection(record.entity, property) ?? (record.entity[property] as Collection<object>);
}

/** Keys in as many lists as statements are needed for them. */
export function keyChunks(keys: readonly KeyValues[], dialect: Dialect): (readonly KeyValues[])[] {
  if (keys.length === 0) return [];
  if (dialect.listLength(keys.length) === 1) return [keys];
  const full = Math.floor(VALUES_PER_STATEMENT / keys[0]!.length);
  const parts: (readonly KeyValues[])[] = [];
  for (let at = 0; at < keys.length; at += full) parts.push(keys.slice(at, at + full));
  return parts;
}
