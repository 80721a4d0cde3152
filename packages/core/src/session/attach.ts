/** How entities come into a session: by `add`, and along relations from entities that are in it. */
import { QueryError } from '../errors';
import type { BelongsToModel, EntityModel, EntityObject, RelationModel } from '../metadata';
import {
  live,
  liveFirst,
  placeOf,
  placeOfTarget,
  recordOf,
  renewHeld,
  renewReferences,
  rowKey,
  shapesOf,
  uncoverFields,
  viewIn,
  viewOf,
  viewsOf,
  type EntityRecord,
  type EntityStore,
  type Journal,
} from '../entities';
import { assertNotReadOnly, describeValue, isPlainObject, keyFrom } from '../query';

const NONE: readonly never[] = [];

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
  // Whoever adds an entity by itself wants it, whichever relation it was taken out of.
  store.pardon(first.entity);
  attachRelated(store, first, where.journal);
  return first;
}

/** Puts what is new along the relations of an entity into the session. @returns what came in */
export function attachRelated(
  store: EntityStore,
  record: EntityRecord,
  journal: Journal | undefined,
): readonly EntityRecord[] {
  const first = newRelated(store, record);
  // Most bring in nothing.
  if (first.length === 0) return NONE;
  // A list that grows instead of recursion: graphs of entities can be as deep as they like. They come in the order in which they are met.
  const met = [record];
  for (const next of met)
    for (const item of newRelated(store, next)) met.push(attachOne(store, item, { database: next.database, journal }));
  return met.slice(1);
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
  if (previous?.store === store && previous.status !== 'removed') return previous;
  assertNotReadOnly(model);
  if (previous?.store === store) {
    live(store, previous, 'keep', { journal });
    return previous;
  }
  if (previous?.store) throw ofAnotherSession(model);
  const wasDeleted = previous?.status === 'deleted';
  const record = previous?.hasRow
    ? reattach(store, previous, journal)
    : liveFirst(store, entity as EntityObject, { place: placeOf(model, model.database ?? database), journal });
  renewReferences(record, store.former.present);
  uncoverFields(record.entity, model);
  for (const view of viewsOf(record.entity, model)) view.joined();
  if (record.status === 'new') {
    // What it has in them is known as long as it has no row, and stays known.
    for (const relation of shapesOf(model).viewed) {
      const view = viewOf(record.entity, relation);
      if (wasDeleted) view.reborn();
    }
    meetParents(record);
  }
  return record;
}

/** A new child shows in the relations of what it refers to, where they are loaded. */
function meetParents({ entity, model }: EntityRecord): void {
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo' || !relation.inverse || !Object.hasOwn(entity, relation.property)) continue;
    const parent = entity[relation.property];
    if (typeof parent !== 'object' || parent === null || recordOf(parent)?.status === 'deleted') continue;
    viewIn(parent as EntityObject, relation.inverse.property)?.meet(entity);
  }
}

function ofAnotherSession(model: EntityModel): QueryError {
  return new QueryError(
    `This ${model.name} belongs to another session: load it in this one, or detach it there first.`,
    {
      entity: model.name,
    },
  );
}

/** A detached entity that has a row comes back with the snapshot it left with. @throws QueryError where its row has another object by now */
export function reattach(store: EntityStore, record: EntityRecord, journal?: Journal): EntityRecord {
  if (store.find(record.place, rowKey(record)!)) {
    throw new QueryError(
      `The session has another object for this ${record.model.name} already: one row is one object per session.`,
      { entity: record.model.name },
    );
  }
  live(store, record, 'return', { journal });
  // It comes with what it was left with.
  renewHeld(record, store.former.present);
  return record;
}

/** The entities that an entity relates to and that are new: they are saved with it. Takes plain objects that name a key for references. */
function newRelated(store: EntityStore, record: EntityRecord): readonly object[] {
  let found: object[] | undefined;
  for (const relation of record.model.relations) {
    const related =
      relation.kind === 'belongsTo'
        ? referred(store, record, relation)
        : (viewIn(record.entity, relation.property)?.came() ?? NONE);
    for (const item of related) if (comesAlong(store, item, relation)) (found ??= []).push(item);
  }
  return found ?? NONE;
}

function comesAlong(store: EntityStore, item: object, relation: RelationModel): boolean {
  const record = recordOf(item);
  if (record?.store === store) return false;
  // An entity that has a row, here or elsewhere, is referred to by its key; nothing of it is written. One that was deleted is no new one.
  if (relation.kind === 'belongsTo' && (record?.hasRow || record?.status === 'deleted')) return false;
  if (record?.store) throw ofAnotherSession(record.model);
  if (relation.cascade.includes('persist')) return true;
  throw new QueryError(
    `${relation.owner.name}.${relation.property} holds a new ${relation.target.name}, and the relation does not cascade 'persist': session.add() it.`,
    { entity: relation.owner.name, property: relation.property },
  );
}

function referred(store: EntityStore, record: EntityRecord, relation: BelongsToModel): readonly object[] {
  const { entity, model } = record;
  const value = Object.hasOwn(entity, relation.property) ? entity[relation.property] : undefined;
  if (value === null || value === undefined) return NONE;
  const subject = `${model.name}.${relation.property}`;
  const { target } = relation;
  if (typeof value === 'object' && value instanceof target.entityClass) {
    const now = store.former.present(value);
    if (now !== value) entity[relation.property] = now;
    return [now];
  }
  if (!isPlainObject(value)) {
    throw new QueryError(
      `${subject} takes a ${target.name}, got ${describeValue(value)}: session.reference(${target.name}, key) is the ${target.name} of a key, and session.assign() takes keys.`,
      { entity: model.name, property: relation.property },
    );
  }
  const key = keyFrom(store.models, target, value, subject);
  entity[relation.property] = store.reference(placeOfTarget(relation, record), key).entity;
  return NONE;
}
