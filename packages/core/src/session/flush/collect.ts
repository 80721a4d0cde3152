/** Compares and cascades: which rows a flush is to write. Nothing is changed but what cascades bring in. */
import { QueryError } from '../../errors';
import type { ColumnModel, EntityObject, HasManyModel, HasOneModel } from '../../metadata';
import { identityOf, keyOf, recordOf, type Collection, type EntityRecord, type EntityStore } from '../../loading';
import { attach, newRelated } from '../attach';
import type { ChangeSet, LinkChange, UpdateChange } from './change-set';
import { changedColumns } from './comparator';

/** Everything that is pending in the session. */
export function collectChanges(store: EntityStore): ChangeSet {
  removeOrphans(store);
  let updates = compareAll(store);
  if (cascadeAll(store, updates)) updates = compareAll(store);
  const inserts = [...store.added];
  const { links, unlinks } = collectLinks(store);
  const deletes: EntityRecord[] = [];
  const softDeletes: UpdateChange[] = [];
  for (const [record, force] of store.removed) {
    const mark = record.model.softDelete;
    if (!mark || force) deletes.push(record);
    else softDeletes.push({ record, columns: [mark] });
  }
  const collections = [...store.changedCollections];
  return { inserts, updates: mergeUpdates(updates, softDeletes), deletes, links, unlinks, collections };
}

/** One new entity, and what it refers to that is new: nothing else of the session. */
export function collectOne(store: EntityStore, record: EntityRecord): ChangeSet {
  const inserts = new Set<EntityRecord>();
  const pending = [record];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (inserts.has(next) || next.status !== 'new') continue;
    inserts.add(next);
    for (const relation of next.model.relations) {
      if (relation.kind !== 'belongsTo') continue;
      const value = next.entity[relation.property];
      const related = typeof value === 'object' && value !== null ? recordOf(value) : undefined;
      if (store.owns(related)) pending.push(related);
    }
  }
  return { inserts: [...inserts], updates: [], deletes: [], links: [], unlinks: [], collections: [] };
}

/** The changes of entities that are there already and are given by name: `updateOrCreate`. */
export function collectUpdate(record: EntityRecord): ChangeSet {
  const columns = changedColumns(record);
  return {
    inserts: [],
    updates: columns ? [{ record, columns }] : [],
    deletes: [],
    links: [],
    unlinks: [],
    collections: [],
  };
}

function compareAll(store: EntityStore): UpdateChange[] {
  const updates: UpdateChange[] = [];
  for (const [, map] of store.identityMaps()) {
    for (const record of map.values()) {
      const columns = record.status === 'managed' ? changedColumns(record) : undefined;
      if (columns) updates.push({ record, columns });
    }
  }
  return updates;
}

/** Brings in what is new along relations. @returns whether anything came */
function cascadeAll(store: EntityStore, updates: readonly UpdateChange[]): boolean {
  const before = store.added.size;
  const sources = new Set<EntityRecord>(store.added);
  for (const { record, columns } of updates) if (columns.some((column) => column.relation)) sources.add(record);
  for (const collection of store.changedCollections) sources.add(recordOf(collection.owner)!);
  for (const record of changedOnes(store)) sources.add(record);
  for (const record of sources) {
    if (!store.owns(record)) continue;
    for (const item of newRelated(store, record)) attach(store, item, record.database);
  }
  return store.added.size > before || sources.size > before;
}

/** Owners of has-one relations whose child was replaced. The child that was there loses its owner, or goes. */
function changedOnes(store: EntityStore): EntityRecord[] {
  const changed: EntityRecord[] = [];
  for (const [model, map] of store.identityMaps()) {
    const ones = model.relations.filter((relation) => relation.kind === 'hasOne');
    if (ones.length === 0) continue;
    for (const record of map.values())
      if (ones.some((relation) => replaceOne(store, record, relation))) changed.push(record);
  }
  return changed;
}

function replaceOne(store: EntityStore, record: EntityRecord, relation: HasOneModel): boolean {
  if (!Object.hasOwn(record.entity, relation.property)) return false;
  const now = (record.entity[relation.property] ?? null) as EntityObject | null;
  const before = record.loadedOnes?.get(relation.property);
  if (before === now) return false;
  if (before?.[relation.inverse.property] === record.entity) abandon(store, before, relation);
  return now !== null;
}

/** Children that were taken out of a has-many relation and have no parent now. */
function removeOrphans(store: EntityStore): void {
  for (const collection of store.changedCollections) {
    const { relation } = collection;
    if (relation.kind !== 'hasMany') continue;
    for (const child of collection.pendingRemoves as ReadonlySet<EntityObject>) {
      const parent = child[relation.inverse.property];
      if (parent === null || parent === undefined || parent === collection.owner) abandon(store, child, relation);
    }
  }
}

function abandon(store: EntityStore, child: EntityObject, relation: HasManyModel | HasOneModel): void {
  const record = recordOf(child);
  if (!store.owns(record)) return;
  if (relation.orphanRemoval) {
    if (record.status === 'new') {
      store.added.delete(record);
      record.status = 'detached';
      record.store = undefined;
    } else if (!store.removed.has(record)) {
      record.status = 'removed';
      store.removed.set(record, false);
    }
    return;
  }
  const { inverse } = relation;
  if (!inverse.nullable) {
    throw new QueryError(
      `A ${relation.target.name} was taken out of ${relation.owner.name}.${relation.property}, but ${inverse.owner.name}.${inverse.property} is required: ` +
        `delete it, give it another ${relation.owner.name}, or declare orphanRemoval on ${relation.owner.name}.${relation.property}.`,
      { entity: relation.owner.name, property: relation.property },
    );
  }
  child[inverse.property] = null;
}

function collectLinks(store: EntityStore): { links: LinkChange[]; unlinks: LinkChange[] } {
  const links = new Map<string, LinkChange>();
  const unlinks = new Map<string, LinkChange>();
  for (const collection of store.changedCollections) {
    if (collection.relation.kind !== 'manyToMany') continue;
    for (const item of collection.pendingAdds) addLink(store, links, { collection, item });
    for (const item of collection.pendingRemoves) {
      // A new one has no row that could go.
      if (recordOf(item)?.status !== 'new') addLink(store, unlinks, { collection, item });
    }
  }
  // Both ends may have been told of one and the same row.
  for (const name of [...links.keys()]) if (links.has(name) && unlinks.has(name)) links.delete(name);
  return { links: [...links.values()], unlinks: [...unlinks.values()] };
}

let newEntities = 0;
const newNames = new WeakMap<EntityRecord, string>();

function addLink(
  store: EntityStore,
  found: Map<string, LinkChange>,
  { collection, item }: { collection: Collection<object>; item: object },
): void {
  const { relation } = collection;
  if (relation.kind !== 'manyToMany') return;
  const owner = recordOf(collection.owner);
  const itemRecord = recordOf(item);
  if (!store.owns(owner) || !store.owns(itemRecord) || owner.status === 'removed' || itemRecord.status === 'removed')
    return;
  const { table, from } = relation.through;
  const ends = [
    [from.map(({ name }) => name).join(), nameOf(owner)],
    [relation.through.to.map(({ name }) => name).join(), nameOf(itemRecord)],
  ].sort(([a], [b]) => (a! < b! ? -1 : 1));
  const name = `${table.schema ?? ''}.${table.name}|${ends.map((end) => end.join('=')).join('|')}`;
  found.set(name, { relation, owner, item: itemRecord });
}

function nameOf(record: EntityRecord): string {
  const key = record.status === 'new' ? undefined : keyOf(record.model, record.entity);
  if (key) return String(identityOf(record.model, key));
  let name = newNames.get(record);
  if (name === undefined) newNames.set(record, (name = `new ${String(++newEntities)}`));
  return name;
}

/** Changes of one row in one change. */
function mergeUpdates(updates: readonly UpdateChange[], more: readonly UpdateChange[]): UpdateChange[] {
  if (more.length === 0) return [...updates];
  const byRecord = new Map<EntityRecord, readonly ColumnModel[]>(
    updates.map(({ record, columns }) => [record, columns]),
  );
  for (const { record, columns } of more) {
    const all = new Set([...(byRecord.get(record) ?? changedColumns(record) ?? []), ...columns]);
    byRecord.set(
      record,
      record.model.columns.filter((column) => all.has(column)),
    );
  }
  return [...byRecord].map(([record, columns]) => ({ record, columns }));
}
