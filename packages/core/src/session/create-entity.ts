/** New entities from plain values: every name is a property of the model, so that nothing else can be smuggled in. */
import { QueryError } from '../errors';
import type { EntityModel, EntityObject, ToManyModel } from '../metadata';
import { collectionOf, placeOf, uncoverFields, type EntityRecord, type EntityStore } from '../entities';
import { describeValue, keyFrom, propertyOf } from '../query';

/** Where the entities are that keys among the values refer to. */
export interface Surroundings {
  readonly store: EntityStore;
  /** The database of those whose model names none. */
  readonly database: string;
}

/** Calls the class's constructor without arguments, then sets the properties. @throws QueryError for names that are no properties */
export function instantiate(surroundings: Surroundings, model: EntityModel, values: object): EntityObject {
  const Class = model.entityClass as unknown as new () => object;
  const entity = new Class() as EntityObject;
  uncoverFields(entity, model);
  assign(surroundings, model, entity, values);
  return entity;
}

/** Sets properties by name; undefined means that the property was not given. */
function assign(surroundings: Surroundings, model: EntityModel, entity: EntityObject, values: object): void {
  checkObject(model, values);
  for (const name of Object.keys(values)) {
    const property = propertyOf(model, name);
    const value = (values as EntityObject)[name];
    if (value === undefined) continue;
    if (property.kind === 'column') property.column.write(entity, value);
    else if (property.relation.toMany) assignMany(entity, property.relation, value);
    else
      entity[name] = referenceFor(surroundings, property.relation.target, { value, subject: `${model.name}.${name}` });
  }
}

/** The values that a stored entity is to get, by property. @throws QueryError for names that are no columns or to-one relations, and for the key */
export function checkedValues(
  { store }: Pick<Surroundings, 'store'>,
  { model, database }: EntityRecord,
  values: object,
): [property: string, value: unknown][] {
  checkObject(model, values);
  const checked: [string, unknown][] = [];
  for (const name of Object.keys(values)) {
    const property = propertyOf(model, name);
    const value = (values as EntityObject)[name];
    if (value === undefined) continue;
    const where = { entity: model.name, property: name };
    if (model.keyProperties.includes(name))
      throw new QueryError(`${model.name}.${name} is part of the key, which an update never changes.`, where);
    if (property.kind === 'column') {
      checked.push([name, value]);
      continue;
    }
    const { target, kind } = property.relation;
    if (kind !== 'belongsTo')
      throw new QueryError(
        `${model.name}.${name} is held by no column of ${model.name}: change it on the entity.`,
        where,
      );
    checked.push([name, referenceFor({ store, database }, target, { value, subject: `${model.name}.${name}` })]);
  }
  return checked;
}

function checkObject(model: EntityModel, values: object): void {
  if (typeof values === 'object' && (values as unknown) !== null && !Array.isArray(values)) return;
  throw new QueryError(`The values of a ${model.name} are an object of properties, got ${describeValue(values)}.`, {
    entity: model.name,
  });
}

function assignMany(entity: EntityObject, relation: ToManyModel, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new QueryError(
      `${relation.owner.name}.${relation.property} takes an array of ${relation.target.name}, got ${describeValue(value)}.`,
      {
        code: 'INVALID_VALUE',
        entity: relation.owner.name,
        property: relation.property,
      },
    );
  }
  collectionOf(entity, relation).set(value as object[]);
}

/** An entity as it is; a key, by itself or in an object, as a reference of this session. */
function referenceFor(
  { store, database }: Surroundings,
  target: EntityModel,
  { value, subject }: { value: unknown; subject: string },
): unknown {
  if (value === null || (typeof value === 'object' && value instanceof target.entityClass)) return value;
  const key = keyFrom(store.models, target, value, subject);
  return store.reference(placeOf(target, target.database ?? database), key).entity;
}
