/** Forgets what was not flushed: entities say again what their rows say. The in-memory half of a rollback. */
import type { BelongsToModel, EntityObject } from '../metadata';
import {
  ownCollection,
  recordOf,
  rowReference,
  UNREAD,
  type Collection,
  type EntityRecord,
  type EntityStore,
} from '../entities';
import { detach } from './attach';
import { changedColumns } from './flush/comparator';

/** @param spared new entities that stay pending */
export function discardPending(store: EntityStore, spared?: { has(record: EntityRecord): boolean }): void {
  const moved: EntityRecord[] = [];
  // Collections first: each entity that leaves would ask all of them to forget it.
  for (const collection of store.changedCollections) {
    if (collection.relation.kind === 'hasMany')
      for (const child of collection.pendingAdds) moved.push(recordOf(child)!);
    collection.discard();
  }
  store.changedCollections.clear();
  for (const record of store.added) if (!spared?.has(record)) detach(store, record);
  for (const record of store.removed.keys()) record.status = 'managed';
  store.removed.clear();
  for (const record of store.managed()) {
    const columns = changedColumns(record);
    if (columns)
      for (const property of new Set(columns.map((column) => column.property))) revert(store, record, property);
    revertOnes(record);
  }
  // A child that went away and came back refers to its parent as before, and left its collection with what was added.
  for (const record of moved) if (store.owns(record) && record.status === 'managed') rejoin(record);
}

function rejoin({ entity, model }: EntityRecord): void {
  for (const relation of model.relations) {
    const collection = relation.kind === 'belongsTo' ? parentCollection(entity, relation) : undefined;
    if (collection?.isLoaded) collection.mirrorAdd(entity);
  }
}

function revert(store: EntityStore, record: EntityRecord, property: string): void {
  const { entity, model, snapshot } = record;
  const held = model.properties.get(property)!;
  if (held.kind === 'column') {
    const { index, type } = held.column;
    const image = snapshot![index];
    if (image === UNREAD) Reflect.deleteProperty(entity, property);
    else entity[property] = image === null || type.immutable ? image : type.fromSnapshot(image);
  } else if (held.relation.kind === 'belongsTo') revertReference(store, record, held.relation);
}

function revertReference(store: EntityStore, record: EntityRecord, relation: BelongsToModel): void {
  const { entity, database } = record;
  const key = rowReference(record, relation);
  parentCollection(entity, relation)?.mirrorRemove(entity);
  if (key === undefined) Reflect.deleteProperty(entity, relation.property);
  else if (key === null) entity[relation.property] = null;
  else {
    const parent = store.reference(relation.target, relation.target.database ?? database, key).entity;
    entity[relation.property] = parent;
    // It left the collection of its parent when it was moved away.
    if (relation.inverse?.kind === 'hasMany') ownCollection(parent, relation.inverse.property)?.mirrorAdd(entity);
  }
  const collection = parentCollection(entity, relation);
  if (collection?.isLoaded) collection.mirrorAdd(entity);
}

/** The collection that the parent of an entity holds already. */
function parentCollection(entity: EntityObject, relation: BelongsToModel): Collection<object> | undefined {
  if (relation.inverse?.kind !== 'hasMany' || !Object.hasOwn(entity, relation.property)) return undefined;
  const parent = entity[relation.property];
  return typeof parent === 'object' && parent !== null
    ? ownCollection(parent as EntityObject, relation.inverse.property)
    : undefined;
}

/** Has-one relations hold what was loaded, or are not loaded. */
function revertOnes({ entity, model, loadedOnes }: EntityRecord): void {
  for (const { kind, property } of model.relations) {
    if (kind !== 'hasOne' || !Object.hasOwn(entity, property)) continue;
    if (loadedOnes?.has(property)) entity[property] = loadedOnes.get(property);
    else Reflect.deleteProperty(entity, property);
  }
}
