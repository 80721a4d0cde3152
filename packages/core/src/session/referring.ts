/** Children by their own references, which say whose they are whether the relation of their parent was touched or not. */
import { placeOfTarget, type EntityRecord, type EntityStore } from '../entities';
import type { EntityObject, HasManyModel, HasOneModel } from '../metadata';

/** The entities of the session whose own references lead to these owners, which are of one place. */
export function referringTo(
  store: EntityStore,
  owners: ReadonlySet<unknown>,
  { relation, owner }: { relation: HasManyModel | HasOneModel; owner: EntityRecord },
): EntityObject[] {
  const { property } = relation.inverse;
  const children: EntityObject[] = [];
  for (const { entity, model } of [...store.identityMap(placeOfTarget(relation, owner)).values(), ...store.added])
    if (model === relation.target && Object.hasOwn(entity, property) && owners.has(entity[property]))
      children.push(entity);
  return children;
}
