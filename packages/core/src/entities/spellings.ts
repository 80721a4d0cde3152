/**
 * Keys that the database holds for equal though they are spelled differently: `'rex'` and `'Rex'` where case does not count. One row is one
 * object whichever of them refers to it, and its identity is the key of the row itself.
 */
import type { BelongsToModel, EntityModel, EntityObject } from '../metadata';
import { identityOf, type Identity, type KeyValues } from './entity-key';
import { placeOfTarget, type Place } from './place';
import { UNREAD, type EntityRecord } from './record';

type IdentityMap = Map<Identity, EntityRecord>;

/** What is asked of the session's store. */
interface Store {
  readonly spellings: Spellings;
  readonly added: Iterable<EntityRecord>;
  identityMap(place: Place): IdentityMap;
  reference(place: Place, key: KeyValues): EntityRecord;
  managed(): Iterable<EntityRecord>;
}

/** The key of the row that a spelling stands for. */
interface OwnKey {
  readonly key: KeyValues;
  readonly identity: Identity;
}

export class Spellings {
  readonly #own = new Map<IdentityMap, Map<Identity, OwnKey>>();

  /** The key of the row that `identity` is another spelling of; undefined where it is not known to be one. */
  ownKey(map: IdentityMap, identity: Identity): OwnKey | undefined {
    const known = this.#own.get(map);
    let own = known?.get(identity);
    // What was taken for the key of the row may have turned out to be a spelling itself.
    for (let next = own; next; next = known!.get(next.identity)) own = next;
    return own;
  }

  note(map: IdentityMap, identity: Identity, own: OwnKey): void {
    let known = this.#own.get(map);
    if (!known) this.#own.set(map, (known = new Map<Identity, OwnKey>()));
    known.set(identity, own);
    // The key of a row stands for itself.
    known.delete(own.identity);
  }
}

/** A key as something refers to it, and the key of the row that the database finds by it. */
export interface Spelling {
  readonly spelled: KeyValues;
  readonly own: KeyValues;
}

/** From now on both keys lead to one entity; a reference by the other spelling becomes that of the row, or gives way to it. */
export function noteSpelling(store: Store, place: Place, { spelled, own }: Spelling): void {
  const { model } = place;
  const identity = identityOf(model, own);
  const other = identityOf(model, spelled);
  const map = store.identityMap(place);
  if (identity === other || store.spellings.ownKey(map, other)?.identity === identity) return;
  const held = map.get(other);
  const record = map.get(identity);
  // A row of its own is no spelling of another: what was read of one of them has changed meanwhile.
  if (held && !isReference(held)) return;
  store.spellings.note(map, other, { key: own, identity });
  const kept = record ?? held;
  if (kept) addSpelling(kept, spelled);
  if (!held) return;
  map.delete(other);
  if (record) replace(store, held, record);
  else {
    map.set(identity, held);
    rename(store, held, own);
  }
}

/** Remembers that foreign keys of this spelling refer to the entity: they have not changed. */
export function addSpelling(record: EntityRecord, spelled: KeyValues): void {
  const { model } = record;
  const identity = identityOf(model, spelled);
  if (record.spellings?.some((known) => identityOf(model, known) === identity)) return;
  record.spellings = [...(record.spellings ?? []), spelled];
}

function isReference({ partial, snapshot, model }: EntityRecord): boolean {
  return partial && model.columns.every(({ primary, index }) => primary || snapshot?.[index] === UNREAD);
}

/** The reference by another spelling gets the key of its row. */
function rename(store: Store, record: EntityRecord, own: KeyValues): void {
  const { model, entity, snapshot } = record;
  model.key.forEach(({ index, type, relation, property }, i) => {
    snapshot![index] = type.immutable ? own[i] : type.snapshot(own[i]);
    if (!relation) entity[property] = own[i];
  });
  for (const relation of keyRelations(model)) {
    const key = relation.columns.map((column) => own[model.key.indexOf(column)]);
    entity[relation.property] = store.reference(placeOfTarget(relation, record), key).entity;
  }
}

function keyRelations(model: EntityModel): BelongsToModel[] {
  return model.relations
    .filter((relation) => relation.kind === 'belongsTo')
    .filter(({ columns }) => columns[0]!.primary);
}

/** What the session refers to by the reference, it refers to by the entity of the row; what was written on the reference goes along. */
function replace(store: Store, reference: EntityRecord, record: EntityRecord): void {
  for (const [property, held] of record.model.properties) {
    const isKey = record.model.keyProperties.includes(property);
    if (
      !isKey &&
      (held.kind === 'column' || held.relation.kind === 'belongsTo') &&
      Object.hasOwn(reference.entity, property)
    )
      record.entity[property] = reference.entity[property];
  }
  for (const referrer of [...store.managed(), ...store.added]) repoint(referrer, reference.entity, record.entity);
}

function repoint({ model, entity }: EntityRecord, from: EntityObject, to: EntityObject): void {
  for (const { kind, property } of model.relations) {
    if (kind === 'belongsTo' && Object.hasOwn(entity, property) && entity[property] === from) entity[property] = to;
  }
}
