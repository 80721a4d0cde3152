/** Models, columns and complaints of classes, for tests. */
import { MetadataError } from '../../src/errors';
import { createModels, type ColumnModel, type EntityClass, type EntityModel } from '../../src/metadata';

/** The model of the first class. */
export function modelOf(entity: EntityClass, ...others: EntityClass[]): EntityModel {
  return createModels([entity, ...others]).of(entity);
}

export function columnOf(model: EntityModel, property: string): ColumnModel {
  const found = model.properties.get(property);
  if (found?.kind !== 'column') throw new Error(`${model.name}.${property} is no column`);
  return found.column;
}

/** A relation of the kind expected. */
export function relationOf<K extends EntityModel['relations'][number]['kind']>(
  model: EntityModel,
  property: string,
  kind: K,
): Extract<EntityModel['relations'][number], { kind: K }> {
  const found = model.relations.find((relation) => relation.property === property);
  if (found?.kind !== kind) throw new Error(`${model.name}.${property} is no ${kind}`);
  return found as Extract<EntityModel['relations'][number], { kind: K }>;
}

/** What is wrong with these classes, all of it; fails where nothing is. */
export function complaintsOf(...entities: EntityClass[]): string[] {
  try {
    createModels(entities);
  } catch (error) {
    if (error instanceof MetadataError) return error.problems.map(({ message }) => message);
    throw error;
  }
  throw new Error('Nothing is wrong with these classes.');
}
