/** What belongs to entities along their relations, as the session knows it, whether a relation was touched or not. */
import { placeOfTarget, viewIn, type EntityRecord, type EntityStore } from '../entities';
import type { BelongsToModel, EntityObject, HasManyModel, HasOneModel, RelationModel } from '../metadata';

export type ToChildren = Exclude<RelationModel, BelongsToModel>;

/** Children whose owner is deleted go along where the relation removes orphans: they would be some. */
export function goesAlong(relation: RelationModel): relation is ToChildren {
  if (relation.kind === 'belongsTo') return false;
  return relation.cascade.includes('delete') || (relation.kind !== 'manyToMany' && relation.orphanRemoval);
}

/** The entities of the session that are to belong to these owners, which are of one place: by their own references, by links that are to be written. */
export function belongingTo(
  store: EntityStore,
  owners: readonly EntityRecord[],
  relation: ToChildren,
): readonly EntityObject[] {
  if (relation.kind !== 'manyToMany') return referringTo(store, owners, relation);
  return owners.flatMap(({ entity }) => viewIn(entity, relation.property)?.came() ?? []);
}

function referringTo(
  store: EntityStore,
  owners: readonly EntityRecord[],
  relation: HasManyModel | HasOneModel,
): EntityObject[] {
  const { property } = relation.inverse;
  const held = new Set<unknown>(owners.map(({ entity }) => entity));
  const children: EntityObject[] = [];
  for (const { entity, model } of [...store.identityMap(placeOfTarget(relation, owners[0]!)).values(), ...store.added])
    if (model === relation.target && Object.hasOwn(entity, property) && held.has(entity[property]))
      children.push(entity);
  return children;
}
