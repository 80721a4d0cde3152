/** A reference to an entity that has no row any more, and whose key another one has or gets: the row that it is written to names that one. */
import {
  identityOf,
  keyOf,
  type EntityRecord,
  type EntityStore,
  type Identity,
  type Journal,
  type Place,
} from '../../entities';
import type { ChangeSet } from './change-set';
import { referredRecord } from './referred-record';

/** Who has or gets a key. */
export class Namesakes {
  readonly #store: EntityStore;
  readonly #inserts: readonly EntityRecord[];
  /** Few flushes need it. */
  #made: Map<Place, Map<Identity, EntityRecord>> | undefined;

  constructor(store: EntityStore, inserts: readonly EntityRecord[]) {
    this.#store = store;
    this.#inserts = inserts;
  }

  /** The references of an entity lead to who has the keys of those that were deleted. */
  follow({ entity, model }: EntityRecord, journal: Journal): void {
    for (const relation of model.relations) {
      if (relation.kind !== 'belongsTo') continue;
      const held = referredRecord(entity, relation);
      const now = held?.status === 'deleted' ? this.#of(held) : undefined;
      if (now) journal.setProperty(entity, relation.property, now.entity);
    }
  }

  #of({ model, place, entity }: EntityRecord): EntityRecord | undefined {
    const key = keyOf(model, entity);
    if (!key) return undefined;
    const made = this.#news(place).get(identityOf(model, key));
    if (made) return made;
    const stored = this.#store.find(place, key);
    return stored?.status === 'managed' ? stored : undefined;
  }

  #news(place: Place): Map<Identity, EntityRecord> {
    this.#made ??= new Map();
    let found = this.#made.get(place);
    if (found) return found;
    this.#made.set(place, (found = new Map<Identity, EntityRecord>()));
    for (const record of this.#inserts) {
      const key = record.place === place ? keyOf(record.model, record.entity) : undefined;
      if (key) found.set(identityOf(record.model, key), record);
    }
    return found;
  }
}

/** Entities that are deleted, and the new ones that get their keys in the same flush. */
export function successorsOf(store: EntityStore, { inserts, deletes }: ChangeSet): Map<EntityRecord, EntityRecord> {
  const successors = new Map<EntityRecord, EntityRecord>();
  if (deletes.length === 0) return successors;
  const places = new Set(deletes.map(({ place }) => place));
  const gone = new Set(deletes);
  for (const record of inserts) {
    const key = places.has(record.place) ? keyOf(record.model, record.entity) : undefined;
    const old = key && store.find(record.place, key);
    if (old && gone.has(old)) successors.set(old, record);
  }
  return successors;
}

/** Rows that named the old ones and were let be name the new ones. @returns their entities */
export function followSuccessors(
  store: EntityStore,
  successors: ReadonlyMap<EntityRecord, EntityRecord>,
  journal: Journal,
): EntityRecord[] {
  const moved: EntityRecord[] = [];
  if (successors.size === 0) return moved;
  for (const record of store.managed()) {
    for (const relation of record.model.relations) {
      const held = relation.kind === 'belongsTo' ? referredRecord(record.entity, relation) : undefined;
      const now = held && successors.get(held);
      if (!now) continue;
      journal.setProperty(record.entity, relation.property, now.entity);
      moved.push(record);
    }
  }
  return moved;
}
