/** After a flush: loaded collections say what the rows say, and nothing of what was written is pending any more. */
import type { EntityObject } from '../../metadata';
import { ownCollection, UNREAD, type Collection, type EntityRecord, type EntityStore } from '../../loading';
import { parentCollection } from '../discard';
import type { ChangeSet } from './change-set';
import type { Journal } from './journal';

/** A loaded collection that a child is about to leave. */
interface Departure {
  readonly collection: Collection<object>;
  readonly child: EntityObject;
}

/** The parents of children that get another one: to be asked before the rows are written, for then the snapshots tell. */
export function parentsLeft(store: EntityStore, { updates }: ChangeSet): Departure[] {
  const left: Departure[] = [];
  for (const { record, columns } of updates) {
    const relations = new Set(columns.map(({ relation }) => relation));
    for (const relation of relations) {
      if (relation?.inverse?.kind !== 'hasMany') continue;
      const key = relation.columns.map(({ index }) => record.snapshot![index]);
      if (key.includes(null) || key.includes(UNREAD)) continue;
      const parent = store.find(relation.target, relation.target.database ?? record.database, key);
      const collection = parent && ownCollection(parent.entity, relation.inverse.property);
      if (collection?.isLoaded) left.push({ collection, child: record.entity });
    }
  }
  return left;
}

export function settleCollections(
  store: EntityStore,
  changes: ChangeSet,
  { journal, left }: { journal: Journal; left: readonly Departure[] },
): void {
  for (const collection of changes.collections) {
    journal.keepCollection(collection);
    const added = [...collection.pendingAdds];
    collection.settle();
    store.changedCollections.delete(collection);
    for (const child of added) leave(collection, child as EntityObject);
  }
  for (const { collection, child } of left) {
    journal.keepCollection(collection);
    leave(collection, child);
  }
  settleOnes(store, journal);
  leaveOtherEnds(store, changes.deletes, journal);
  for (const record of changes.inserts) joinParents(record, journal);
  for (const { record, columns } of changes.updates) {
    if (columns.some((column) => column.relation)) joinParents(record, journal);
  }
  for (const record of changes.deletes) leaveParents(record, journal);
}

/** A child that refers to another parent now leaves the collection of this one. */
function leave(collection: Collection<object>, child: EntityObject): void {
  const { relation, owner } = collection;
  if (relation.kind === 'hasMany' && child[relation.inverse.property] !== owner) collection.mirrorRemove(child);
}

/** Deleted entities leave the many-to-many collections that hold them. */
function leaveOtherEnds(store: EntityStore, deletes: readonly EntityRecord[], journal: Journal): void {
  if (deletes.length === 0) return;
  const gone = new Set<object>(deletes.map(({ entity }) => entity));
  const models = new Set(deletes.map(({ model }) => model));
  for (const [model, map] of store.identityMaps()) {
    const relations = model.relations.filter(({ kind, target }) => kind === 'manyToMany' && models.has(target));
    if (relations.length === 0) continue;
    for (const { entity } of map.values()) {
      for (const { property } of relations) {
        const collection = ownCollection(entity, property);
        const leaving = collection?.isLoaded ? collection.filter((item) => gone.has(item)) : [];
        if (leaving.length === 0) continue;
        journal.keepCollection(collection!);
        for (const item of leaving) collection!.mirrorRemove(item);
      }
    }
  }
}

/** A child whose reference was set without its parent's collection: a loaded collection takes it in. */
function joinParents({ entity, model }: EntityRecord, journal: Journal): void {
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo') continue;
    const collection = parentCollection(entity, relation);
    if (!collection?.isLoaded || collection.includes(entity)) continue;
    journal.keepCollection(collection);
    collection.mirrorAdd(entity);
  }
}

function leaveParents({ entity, model }: EntityRecord, journal: Journal): void {
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo') continue;
    const collection = parentCollection(entity, relation);
    if (!collection?.isLoaded || !collection.includes(entity)) continue;
    journal.keepCollection(collection);
    collection.mirrorRemove(entity);
  }
}

/** What has-one relations hold now is what they were loaded with from now on. */
function settleOnes(store: EntityStore, journal: Journal): void {
  for (const [model, map] of store.identityMaps()) {
    const ones = model.relations.filter(({ kind }) => kind === 'hasOne');
    if (ones.length === 0) continue;
    for (const record of map.values()) {
      for (const { property } of ones) {
        if (!Object.hasOwn(record.entity, property)) continue;
        const now = (record.entity[property] ?? null) as EntityObject | null;
        if (record.loadedOnes?.get(property) === now) continue;
        journal.keepOnes(record);
        record.loadedOnes ??= new Map();
        record.loadedOnes.set(property, now);
      }
    }
  }
}
