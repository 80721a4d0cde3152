/** After a flush: loaded collections say what the rows say, and nothing of what was written is pending any more. */
import type { BelongsToModel, EntityObject } from '../../metadata';
import { ownCollection, recordOf, type Collection, type EntityRecord, type EntityStore } from '../../loading';
import type { ChangeSet } from './change-set';
import type { Journal } from './journal';

export function settleCollections(store: EntityStore, changes: ChangeSet, journal: Journal): void {
  const written = new Set<EntityRecord>([
    ...changes.inserts,
    ...changes.updates.map(({ record }) => record),
    ...changes.deletes,
  ]);
  for (const { owner, item } of [...changes.links, ...changes.unlinks]) written.add(owner).add(item);
  for (const collection of store.changedCollections) {
    if (!isWritten(collection, written)) continue;
    journal.keepCollection(collection);
    collection.settle();
    store.changedCollections.delete(collection);
  }
  for (const record of changes.inserts) joinParents(record, journal);
  for (const { record, columns } of changes.updates) {
    if (columns.some((column) => column.relation)) joinParents(record, journal);
  }
  for (const record of changes.deletes) leaveParents(record, journal);
}

/** A subset flush leaves collections alone whose members it did not write. */
function isWritten(collection: Collection<object>, written: ReadonlySet<EntityRecord>): boolean {
  const owner = recordOf(collection.owner);
  if (collection.relation.kind === 'manyToMany') return owner !== undefined && written.has(owner);
  const members = [...collection.pendingAdds, ...collection.pendingRemoves];
  return members.every((member) => {
    const record = recordOf(member);
    return record?.status !== 'new' && record?.status !== 'removed';
  });
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

function parentCollection(entity: EntityObject, relation: BelongsToModel): Collection<object> | undefined {
  if (relation.inverse?.kind !== 'hasMany' || !Object.hasOwn(entity, relation.property)) return undefined;
  const parent = entity[relation.property];
  return typeof parent === 'object' && parent !== null
    ? ownCollection(parent as EntityObject, relation.inverse.property)
    : undefined;
}
