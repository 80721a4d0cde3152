/** What relations are given among plain values: entities, or keys of them. */
import { placeOf, type EntityStore } from '../entities';
import { QueryError } from '../errors';
import type { EntityModel, EntityObject, ToManyModel } from '../metadata';
import { describeValue, keyFrom } from '../query';

/** Where the entities are that keys among the values refer to. */
export interface Surroundings {
  readonly store: EntityStore;
  /** The database of those whose model names none. */
  readonly database: string;
}

/** An entity as it is; a key, by itself or in an object, as a reference of this session. @throws QueryError for what is neither */
export function referenceFor(
  { store, database }: Surroundings,
  target: EntityModel,
  { value, subject }: { value: unknown; subject: string },
): EntityObject {
  if (typeof value === 'object' && value !== null && value instanceof target.entityClass) return value as EntityObject;
  const key = keyFrom(store.models, target, value, subject);
  return store.reference(placeOf(target, target.database ?? database), key).entity;
}

/** The items of a collection. @throws QueryError for what is no array of entities and keys */
export function itemsFor(surroundings: Surroundings, relation: ToManyModel, value: unknown): EntityObject[] {
  const { owner, property, target } = relation;
  const subject = `${owner.name}.${property}`;
  if (Array.isArray(value))
    return Array.from(value, (item: unknown) => referenceFor(surroundings, target, { value: item, subject }));
  throw new QueryError(`${subject} takes an array of ${target.name} or of their keys, got ${describeValue(value)}.`, {
    code: 'INVALID_VALUE',
    entity: owner.name,
    property,
  });
}
