/** How entities come into a session: by `add`, and along relations from entities that are in it. */
import { QueryError } from '../errors';
import type { BelongsToModel, EntityModel, EntityObject, HasOneModel, RelationModel, ToManyModel } from '../metadata';
import { Collection, EntityRecord, keyOf, ownCollection, recordOf, rowKey, stamp, type EntityStore } from '../entities';
import { assertNotReadOnly, describeValue, isPlainObject, keyFrom } from '../query';
import type { Journal } from '../entities';

/** Where an entity goes, and what it takes to bring it out again. */
export interface Attaching {
  /** The database of an entity whose model names none. */
  readonly database: string;
  /** Notes what came in, so that a failed flush can be undone. */
  readonly journal?: Journal | undefined;
}

/**
 * Puts an entity into the session, and what is new along its relations.
 *
 * @throws QueryError for what is no entity, or belongs to another session
 */
export function attach(store: EntityStore, entity: object, where: Attaching): EntityRecord {
  const first = attachOne(store, entity, where);
  const pending: EntityRecord[] = [first];
  // A list instead of recursion: graphs of entities can be as deep as they like.
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const item of newRelated(store, next)) pending.push(attachOne(store, item, where));
  }
  return first;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function attachOne(store: EntityStore, entity: object, { database, journal }: Attaching): EntityRecord {
  const model = isObject(entity) ? store.models.ofEntity(entity) : undefined;
  if (!model) {
    throw new QueryError(
      `${describeValue(entity)} is no entity of this connection: annotate its class with @Entity and list it in 'entities' of Espalier.connect.`,
    );
  }
  const previous = recordOf(entity);
  if (store.owns(previous) && previous.status !== 'removed') return previous;
  assertNotReadOnly(model);
  if (previous?.store === store && previous.status === 'removed') {
    journal?.keepRecord(previous);
    store.removed.delete(previous);
    previous.status = 'managed';
    return previous;
  }
  if (previous?.store) throw ofAnotherSession(model);
  const record = previous?.snapshot ? reattach(store, previous) : attachNew(store, entity, { model, database });
  journal?.keepAttached(record);
  return record;
}

function ofAnotherSession(model: EntityModel): QueryError {
  return new QueryError(
    `This ${model.name} belongs to another session: load it in this one, or detach it there first.`,
    {
      entity: model.name,
    },
  );
}

function attachNew(
  store: EntityStore,
  entity: object,
  { model, database }: { model: EntityModel; database: string },
): EntityRecord {
  const record = new EntityRecord(entity as EntityObject, model, model.database ?? database, store);
  stamp(entity, record);
  store.added.add(record);
  return record;
}

/** A detached entity that has a row comes back with the snapshot it left with. */
function reattach(store: EntityStore, record: EntityRecord): EntityRecord {
  const key = rowKey(record);
  if (key && store.find(record.model, record.database, key)) {
    throw new QueryError(
      `The session has another object for this ${record.model.name} already: one row is one object per session.`,
      { entity: record.model.name },
    );
  }
  record.store = store;
  record.status = 'managed';
  if (key) store.register(record, key);
  return record;
}

/**
 * The entities that an entity relates to and that are new: they are saved with it. Brings both sides of relations into step
 * on the way, and takes plain objects that name a key for references.
 */
export function newRelated(store: EntityStore, record: EntityRecord): readonly object[] {
  let found: object[] | undefined;
  for (const relation of record.model.relations) {
    for (const item of relatedItems(store, record, relation)) {
      const itemRecord = recordOf(item);
      if (itemRecord?.store === store) continue;
      if (relation.kind === 'belongsTo') {
        // An entity that has a row, here or elsewhere, is referred to by its key; nothing of it is written. One that had a row is no new one.
        if (itemRecord?.snapshot || itemRecord?.status === 'deleted') continue;
      }
      if (itemRecord?.store) throw ofAnotherSession(itemRecord.model);
      if (!relation.cascade.includes('persist')) {
        throw new QueryError(
          `${relation.owner.name}.${relation.property} holds a new ${relation.target.name}, and the relation does not cascade 'persist': session.add() it.`,
          { entity: relation.owner.name, property: relation.property },
        );
      }
      (found ??= []).push(item);
    }
  }
  return found ?? NONE;
}

const NONE: readonly never[] = [];

function relatedItems(store: EntityStore, record: EntityRecord, relation: RelationModel): readonly object[] {
  switch (relation.kind) {
    case 'belongsTo':
      return toOneItem(store, record, relation);
    case 'hasOne':
      return hasOneItem(record, relation);
    case 'hasMany':
    case 'manyToMany':
      return collectionItems(record, relation);
  }
}

function toOneItem(
  store: EntityStore,
  { entity, model, database }: EntityRecord,
  relation: BelongsToModel,
): readonly object[] {
  if (!Object.hasOwn(entity, relation.property)) return NONE;
  const value = entity[relation.property];
  if (value === null || value === undefined) return NONE;
  const subject = `${model.name}.${relation.property}`;
  const { target } = relation;
  if (typeof value === 'object' && value instanceof target.entityClass) return [value];
  if (typeof value !== 'object' || !isPlainObject(value)) {
    throw new QueryError(`${subject} takes a ${target.name}, got ${describeValue(value)}.`, {
      entity: model.name,
      property: relation.property,
    });
  }
  const key = keyFrom(store.models, target, value, subject);
  entity[relation.property] = store.reference(target, target.database ?? database, key).entity;
  return [];
}

function hasOneItem(record: EntityRecord, relation: HasOneModel): readonly object[] {
  const { entity, loadedOnes } = record;
  const descriptor = Object.getOwnPropertyDescriptor(entity, relation.property);
  const value = descriptor?.value as EntityObject | null | undefined;
  if (value === undefined && descriptor && record.status === 'new') Reflect.deleteProperty(entity, relation.property);
  if (value === null || value === undefined) return NONE;
  // What it was loaded with may refer to another by now: the child's own reference counts.
  if (loadedOnes?.get(relation.property) === value) return NONE;
  assertTarget(relation, value);
  value[relation.inverse.property] = entity;
  return [value];
}

function collectionItems({ entity }: EntityRecord, relation: ToManyModel): readonly object[] {
  if (!Object.hasOwn(entity, relation.property)) return NONE;
  const value: unknown = entity[relation.property];
  let collection = value instanceof Collection ? (value as Collection<object>) : undefined;
  if (!collection) {
    // A class field that was declared without a value, or an array that was given in place of the collection.
    if (value !== undefined && !Array.isArray(value)) {
      throw new QueryError(
        `${relation.owner.name}.${relation.property} takes ${relation.target.name} entities, got ${describeValue(value)}.`,
        {
          entity: relation.owner.name,
          property: relation.property,
        },
      );
    }
    collection = new Collection<object>(entity, relation);
    entity[relation.property] = collection;
    for (const item of (value ?? []) as object[]) collection.add(item);
  }
  collection.joined();
  return collection.pendingAdds.size > 0 ? [...collection.pendingAdds] : NONE;
}

export function assertTarget(relation: RelationModel, value: unknown): void {
  if (typeof value === 'object' && value instanceof relation.target.entityClass) return;
  throw new QueryError(
    `${relation.owner.name}.${relation.property} takes a ${relation.target.name}, got ${describeValue(value)}.`,
    {
      entity: relation.owner.name,
      property: relation.property,
    },
  );
}

/** Takes an entity out of the session; what was pending for it is forgotten. */
export function detach(store: EntityStore, record: EntityRecord): void {
  if (record.status === 'new') for (const collection of store.changedCollections) collection.forget(record.entity);
  const key = rowKey(record) ?? keyOf(record.model, record.entity);
  if (key) store.unregister(record, key);
  store.added.delete(record);
  store.removed.delete(record);
  for (const relation of record.model.relations) {
    const collection = relation.toMany ? ownCollection(record.entity, relation.property) : undefined;
    if (collection) store.changedCollections.delete(collection);
  }
  record.status = 'detached';
  record.store = undefined;
  record.group = undefined;
}
