/** New entities from plain values: every name is a property of the model, so that nothing else can be smuggled in. */
import { QueryError, type ErrorAudience } from '../errors';
import type { EntityModel, EntityObject } from '../metadata';
import { collectionOf, newEntity, type EntityRecord } from '../entities';
import { describeValue, propertyOf } from '../query';
import { itemsFor, referenceFor, type Surroundings } from './related';

/** Calls the class's constructor without arguments, then sets the properties. @throws QueryError for names that are no properties */
export function instantiate(surroundings: Surroundings, model: EntityModel, values: object): EntityObject {
  const entity = newEntity(model);
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
    if (property.kind === 'column') {
      property.column.write(entity, value);
      continue;
    }
    const { relation } = property;
    if (relation.toMany) collectionOf(entity, relation).set(itemsFor(surroundings, relation, value));
    else if (value === null) entity[name] = null;
    else entity[name] = referenceFor(surroundings, relation.target, { value, subject: `${model.name}.${name}` });
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
    const subject = `${model.name}.${name}`;
    checked.push([name, value === null ? null : referenceFor({ store, database }, target, { value, subject })]);
  }
  return checked;
}

export function checkObject(model: EntityModel, values: object, audience?: ErrorAudience): void {
  if (typeof values === 'object' && (values as unknown) !== null && !Array.isArray(values)) return;
  throw new QueryError(`The values of a ${model.name} are an object of properties, got ${describeValue(values)}.`, {
    audience,
    entity: model.name,
  });
}
