/**
 * Where rows are: a model in one database. Places are interned, so that they are compared as objects: the identity map, every grouping of a
 * flush and the ends of links are by place, and two classes of one name, or one class in two databases, cannot be taken for each other.
 */
import type { EntityModel, RelationModel } from '../metadata';

export class Place {
  /** Made by `placeOf` alone. */
  constructor(
    readonly model: EntityModel,
    readonly database: string,
  ) {}
}

const places = new WeakMap<EntityModel, Map<string, Place>>();

/** The one place of a model in a database. */
export function placeOf(model: EntityModel, database: string): Place {
  let ofModel = places.get(model);
  if (!ofModel) places.set(model, (ofModel = new Map<string, Place>()));
  let place = ofModel.get(database);
  if (!place) ofModel.set(database, (place = new Place(model, database)));
  return place;
}

/** Where the other end of a relation is: in the database of its own model, or where this end is. */
export function placeOfTarget({ target }: RelationModel, { database }: { readonly database: string }): Place {
  return placeOf(target, target.database ?? database);
}

/** Things by their place, in the order of their first. */
export function byPlace<T extends { readonly place: Place }>(items: Iterable<T>): Map<Place, T[]> {
  const groups = new Map<Place, T[]>();
  for (const item of items) {
    const group = groups.get(item.place);
    if (group) group.push(item);
    else groups.set(item.place, [item]);
  }
  return groups;
}
