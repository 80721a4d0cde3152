/** The view of a relation, made when it is first asked for. */
import type { EntityObject, RelationModel } from '../metadata';
import type { Collection } from './collection';
import { Children } from './has-many';
import { HasOne } from './has-one';
import { linksOf } from './many-to-many';
import { keepView, viewIn, type View } from './view';

type Viewed = Exclude<RelationModel, { kind: 'belongsTo' }>;

export function viewOf(entity: EntityObject, relation: Viewed): View {
  switch (relation.kind) {
    case 'hasMany':
    case 'manyToMany':
      return collectionOf(entity, relation);
    case 'hasOne':
      return hasOneOf(entity, relation);
  }
}

export function collectionOf(
  entity: EntityObject,
  relation: Extract<Viewed, { kind: 'hasMany' | 'manyToMany' }>,
): Collection<object> {
  if (relation.kind === 'manyToMany') return linksOf(entity, relation);
  const found = viewIn(entity, relation.property);
  if (found instanceof Children) return found as Children<object>;
  const made = new Children<object>(entity, relation);
  keepView(entity, relation.property, made);
  return made;
}

export function hasOneOf(entity: EntityObject, relation: Extract<Viewed, { kind: 'hasOne' }>): HasOne {
  const found = viewIn(entity, relation.property);
  if (found instanceof HasOne) return found;
  const made = new HasOne(entity, relation);
  keepView(entity, relation.property, made);
  return made;
}
