/**
 * Which children of a session their rows give to which owner: asked when a relation that is not loaded gets other content. Children that are known let go
 * of their owner at once, so that a reference that is set afterwards is seen to be set.
 */
import type { BelongsToModel, EntityObject, HasManyModel, HasOneModel } from '../metadata';
import { identityOf, type Identity } from './entity-key';
import { referenceIn } from './former';
import { placeOfTarget, type Place } from './place';
import { hasMark, recordOf, rowKey, rowReference, type EntityRecord } from './record';

type ByOwner = Map<Identity, EntityRecord[]>;

/** Made once for all relations that are set until the next flush: a search for each of them would take quadratic time. */
export class ChildrenByRow {
  readonly #places = new Map<Place, { readonly relations: Map<BelongsToModel, ByOwner>; fresh: EntityRecord[] }>();

  constructor(private readonly recordsOf: (place: Place) => ReadonlyMap<unknown, EntityRecord>) {}

  /** A record has come in, whose row is looked at when it is asked for. */
  note(record: EntityRecord): void {
    this.#places.get(record.place)?.fresh.push(record);
  }

  of(owner: EntityRecord, relation: HasManyModel | HasOneModel): EntityObject[] {
    const { inverse } = relation;
    const known = this.#byOwner(placeOfTarget(relation, owner), inverse);
    const identity = identityOf(inverse.target, rowKey(owner)!);
    const children: EntityObject[] = [];
    for (const record of new Set(known.get(identity))) {
      // A relation does not show those that are soft-deleted. What was read before a transaction says nothing of the rows that it sees.
      const isShown = record.store === owner.store && !hasMark(record) && !owner.store?.isStale(record);
      const isChild = isShown && ownerOf(record, inverse) === identity;
      if (isChild) children.push(record.entity);
    }
    return children;
  }

  #byOwner(place: Place, inverse: BelongsToModel): ByOwner {
    let known = this.#places.get(place);
    if (!known) this.#places.set(place, (known = { relations: new Map<BelongsToModel, ByOwner>(), fresh: [] }));
    for (const record of known.fresh.splice(0))
      for (const [relation, byOwner] of known.relations) enter(byOwner, relation, record);
    let byOwner = known.relations.get(inverse);
    if (!byOwner) {
      known.relations.set(inverse, (byOwner = new Map<Identity, EntityRecord[]>()));
      for (const record of this.recordsOf(place).values()) enter(byOwner, inverse, record);
    }
    return byOwner;
  }
}

function enter(byOwner: ByOwner, relation: BelongsToModel, record: EntityRecord): void {
  const owner = ownerOf(record, relation);
  if (owner === undefined) return;
  const children = byOwner.get(owner);
  if (children) children.push(record);
  else byOwner.set(owner, [record]);
}

/** The key that the row of a child names, or where that was not read, the child itself; undefined where it names none. */
function ownerOf(record: EntityRecord, relation: BelongsToModel): Identity | undefined {
  const key = rowReference(record, relation);
  if (key !== undefined) return key ? identityOf(relation.target, key) : undefined;
  const held = referenceIn(record.entity, relation);
  const owner = typeof held === 'object' && held !== null ? recordOf(held) : undefined;
  return owner?.hasRow ? identityOf(relation.target, rowKey(owner)!) : undefined;
}
