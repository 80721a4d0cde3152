/** Compares and cascades: which rows a flush is to write. What cascades bring in is noted in the journal. */
import type { ColumnModel } from '../../metadata';
import { identityOf, keyOf, recordOf, type Collection, type EntityRecord, type EntityStore } from '../../entities';
import { attach, newRelated } from '../attach';
import { NO_CHANGES, type ChangeSet, type LinkChange, type OneChange, type UpdateChange } from './change-set';
import { changedColumns } from './comparator';
import type { Journal } from '../../entities';
import { followOwnership } from './ownership';

/** Everything that is pending in the session. */
export function collectChanges(store: EntityStore, journal: Journal): ChangeSet {
  const ones = followOwnership(store, journal);
  let updates = compareAll(store);
  if (cascadeAll(store, { updates, ones }, journal)) updates = compareAll(store);
  const inserts = [...store.added];
  const { links, unlinks } = collectLinks(store);
  const deletes: EntityRecord[] = [];
  const softDeletes: EntityRecord[] = [];
  for (const [record, force] of store.removed) (record.model.softDelete && !force ? softDeletes : deletes).push(record);
  const marks = softDeletes.map((record) => ({ record, columns: [record.model.softDelete!] }));
  const collections = [...store.changedCollections];
  return { inserts, updates: mergeUpdates(updates, marks), deletes, softDeletes, links, unlinks, collections, ones };
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
  return { ...NO_CHANGES, inserts: [...inserts] };
}

/** The changes of entities that are there already and are given by name: `updateOrCreate`. */
export function collectUpdate(record: EntityRecord): ChangeSet {
  const columns = changedColumns(record);
  return columns ? { ...NO_CHANGES, updates: [{ record, columns }] } : NO_CHANGES;
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

/** Brings in what is new along relations. @returns whether foreign keys may have changed on the way, as those of children that a new owner holds */
function cascadeAll(
  store: EntityStore,
  { updates, ones }: { updates: readonly UpdateChange[]; ones: readonly OneChange[] },
  journal: Journal,
): boolean {
  const sources = new Set<EntityRecord>(store.added);
  for (const { record, columns } of updates) if (columns.some((column) => column.relation)) sources.add(record);
  for (const collection of store.changedCollections) sources.add(recordOf(collection.owner)!);
  for (const { owner } of ones) sources.add(owner);
  for (const record of sources) {
    if (!store.owns(record)) continue;
    for (const item of newRelated(store, record)) attach(store, item, { database: record.database, journal });
  }
  return sources.size > 0;
}

function collectLinks(store: EntityStore): { links: LinkChange[]; unlinks: LinkChange[] } {
  const links = new Map<string, LinkChange>();
  const unlinks = new Map<string, LinkChange>();
  for (const collection of store.changedCollections) {
    if (collection.relation.kind !== 'manyToMany') continue;
    for (const item of collection.pendingAdds) addLink(store, links, { collection, item });
    // New ones have no rows that could go.
    if (recordOf(collection.owner)?.status === 'new') continue;
    for (const item of collection.pendingRemoves) {
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
