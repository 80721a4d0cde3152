/** What one session holds: its identity map, what was added and removed, and the relations that were changed. */
import type { EntityModels, EntityObject, HasManyModel, HasOneModel } from '../metadata';
import type { QueryRunner } from '../query';
import { ChildrenByRow } from './children-by-row';
import { identityOf, rowIdentity, type Identity, type KeyValues } from './entity-key';
import { FormerObjects } from './former';
import { isLeaving, pairsOf, relationsThrough } from './join-pairs';
import { placeOfTarget, type Place } from './place';
import { bareSnapshot, EntityRecord, recordOf, stampFresh, type PairOfEntities, type RecordOwner } from './record';
import { shapesOf } from './shapes';
import { addSpelling, Spellings } from './spellings';
import { viewIn, type View } from './view';

/** Takes note of what reads change while a rollback may undo what they read. */
export interface ReadJournal {
  /** Whether rows were written past the entities, so that anything may read otherwise after a rollback. */
  readonly notesAll: boolean;
  /** Call before a read fills or overwrites the record, or after it made it. `snapshot`: what it was known to have before. */
  keepRead(record: EntityRecord, snapshot: unknown[]): void;
}

/** Takes calls that are to be made once more. */
interface Repeating {
  note(call: () => void): void;
}

const NONE: readonly never[] = [];

/** The entities of one place, by key. */
export type IdentityMap = Map<Identity, EntityRecord>;

export class EntityStore implements RecordOwner {
  readonly #maps = new Map<Place, IdentityMap>();
  /** Entities without a row, in the order of their adding. */
  readonly added = new Set<EntityRecord>();
  /** Entities to be deleted at the next flush; true: their rows too, where they are soft-deleted otherwise. */
  readonly removed = new Map<EntityRecord, boolean>();
  /** Relations with changes that were not flushed. */
  readonly changedViews = new Set<View>();
  readonly takenOut = new Set<EntityObject>();
  readonly former: FormerObjects = new FormerObjects(this);
  /** How often all were let go. */
  clears = 0;

  #spellings: Spellings | undefined;
  /** References whose row a load did not find: it is soft-deleted, or gone. Few sessions have any. */
  #unseen: Set<EntityRecord> | undefined;
  /** Few flushes need it. */
  #rowsOfChildren: ChildrenByRow | undefined;
  readJournal: ReadJournal | undefined = undefined;
  /** What was read before a transaction that vouches for what it shows, and not in it. Few sessions have any. */
  #stale: Set<EntityRecord> | undefined;
  /** Read past the snapshot of the transaction, which may hide their rows. Few sessions have any. */
  #outside: Set<EntityRecord> | undefined;
  /** Whether a row that is read may overwrite a record. Set by the session. */
  renews: { clean(record: EntityRecord): boolean; stale(record: EntityRecord): boolean } | undefined = undefined;
  /** The blocks of its session that run and that the caller is not inside of. Set by the session. */
  outside: () => Iterable<Repeating> = () => NONE;
  /** Where hydration notes the records it makes, while they are asked for. */
  made: EntityRecord[] | undefined = undefined;

  constructor(
    readonly models: EntityModels,
    /** How a collection asks for its queryset. */
    readonly runner: QueryRunner,
    /** The database of an entity whose model names none. */
    readonly defaultDatabase: string,
  ) {}

  /** Keys that the database holds for equal. Few sessions meet any. */
  get spellings(): Spellings {
    return (this.#spellings ??= new Spellings());
  }

  identityMap(place: Place): IdentityMap {
    let map = this.#maps.get(place);
    if (!map) this.#maps.set(place, (map = new Map<Identity, EntityRecord>()));
    return map;
  }

  find(place: Place, key: KeyValues): EntityRecord | undefined {
    const map = this.#maps.get(place);
    if (!map) return undefined;
    const identity = identityOf(place.model, key);
    return map.get(identity) ?? this.#bySpelling(map, { key, identity });
  }

  /** The key of the row that this one is known to be another spelling of, else itself. */
  ownIdentity(place: Place, identity: Identity): Identity {
    return this.#spellings?.ownKey(this.identityMap(place), identity)?.identity ?? identity;
  }

  #bySpelling(map: IdentityMap, { identity, key }: { identity: Identity; key: KeyValues }): EntityRecord | undefined {
    const own = this.#spellings?.ownKey(map, identity);
    const found = own && map.get(own.identity);
    if (found) addSpelling(found, key);
    return found;
  }

  /** The entity of a key: the one that is there, or a reference whose other properties are not loaded. */
  reference(place: Place, key: KeyValues): EntityRecord {
    const map = this.identityMap(place);
    const { model } = place;
    const identity = identityOf(model, key);
    const found = map.get(identity) ?? this.#bySpelling(map, { identity, key });
    if (found) return found;
    const own = this.#spellings?.ownKey(map, identity);
    if (own) {
      const record = this.reference(place, own.key);
      addSpelling(record, key);
      return record;
    }
    const entity = shapesOf(model).reference(
      key,
      (relation, targetKey) => this.reference(placeOfTarget(relation, place), targetKey).entity,
    );
    const record = new EntityRecord(entity, place, this);
    record.status = 'managed';
    record.partial = true;
    record.snapshot = bareSnapshot(model, key);
    stampFresh(entity, record);
    this.enter(record, identity);
    this.made?.push(record);
    return record;
  }

  /** Whether a load did not find the row of this reference: it is not looked for again. */
  isUnseen(record: EntityRecord): boolean {
    return this.#unseen?.has(record) ?? false;
  }

  noteUnseen(record: EntityRecord): void {
    this.#unseen ??= new Set();
    this.#unseen.add(record);
  }

  get hasStale(): boolean {
    return this.#stale !== undefined && this.#stale.size > 0;
  }

  isStale(record: EntityRecord): boolean {
    return this.#stale?.has(record) ?? false;
  }

  /** A transaction began that vouches for what it shows: what is known of this database is older. */
  noteStale(database: string): void {
    for (const record of this.managed()) if (record.database === database) (this.#stale ??= new Set()).add(record);
  }

  noteFresh(record: EntityRecord): void {
    this.#stale?.delete(record);
  }

  get hasOutside(): boolean {
    return this.#outside !== undefined && this.#outside.size > 0;
  }

  isOutside(record: EntityRecord): boolean {
    return this.#outside?.has(record) ?? false;
  }

  noteOutside(record: EntityRecord): void {
    (this.#outside ??= new Set()).add(record);
  }

  noteInside(record: EntityRecord): void {
    this.#outside?.delete(record);
  }

  /** The transaction has ended, and what it vouched for. */
  forgetSnapshot(): void {
    this.#stale = undefined;
    this.#outside = undefined;
  }

  /**
   * Whether a row that was read overwrites what the session knows.
   *
   * @param mode what the reader asked for
   * @param isWhole whether the row has all columns that are not deferred
   */
  overwrites(record: EntityRecord, mode: boolean | 'clean', isWhole: boolean): boolean {
    if (mode === true) {
      if (isWhole) this.noteFresh(record);
      return true;
    }
    if (this.isStale(record) && this.renews?.stale(record)) {
      // What was not read is as old as before.
      if (isWhole) this.noteFresh(record);
      return true;
    }
    return mode === 'clean' && (this.renews?.clean(record) ?? false);
  }

  /** Puts a record under the key of its row: all that held a former object of the row holds this one. */
  enter(record: EntityRecord, identity = rowIdentity(record)!, map = this.identityMap(record.place)): void {
    map.set(identity, record);
    this.#rowsOfChildren?.note(record);
    this.former.meets(record, identity);
  }

  /** The record is in none of the lists any more: `life-state.ts` puts it into those of its state. */
  forget(record: EntityRecord): void {
    if (record.status === 'new') this.added.delete(record);
    if (record.status === 'removed') this.removed.delete(record);
    const identity = rowIdentity(record);
    const map = identity === undefined ? undefined : this.#maps.get(record.place);
    if (map?.get(identity!) === record) map.delete(identity!);
  }

  /** All records that have rows. */
  *managed(): Generator<EntityRecord> {
    for (const map of this.#maps.values()) yield* map.values();
  }

  /** How many records have rows. */
  get size(): number {
    let count = 0;
    for (const { size } of this.#maps.values()) count += size;
    return count;
  }

  /** Managed records, place by place, for the comparison at flush. */
  identityMaps(): Iterable<[Place, IdentityMap]> {
    return this.#maps;
  }

  childrenByRow(owner: EntityRecord, relation: HasManyModel | HasOneModel): readonly EntityObject[] {
    this.#rowsOfChildren ??= new ChildrenByRow((place) => this.identityMap(place));
    return this.#rowsOfChildren.of(owner, relation);
  }

  /** Rows are known to say something else by now. */
  forgetRowsOfChildren(): void {
    this.#rowsOfChildren = undefined;
  }

  /** Whether this very object belongs to the session. */
  owns(record: EntityRecord | undefined): record is EntityRecord {
    return record?.store === this;
  }

  /** Whoever was taken out of a relation is no orphan: it was added elsewhere, or by itself. */
  pardon(entity: EntityObject): void {
    const record = recordOf(entity);
    if (record && relationsThrough(this.models, record.model).length > 0)
      for (const { relation, owner, item } of pairsOf(this, [record]))
        viewIn(owner.entity, relation.property)?.readmit(item.entity);
    if (!this.takenOut.delete(entity)) return;
    for (const view of this.changedViews) view.pardon(entity);
  }

  perform(call: () => void): void {
    for (const block of this.outside()) block.note(call);
    call();
  }

  isLeaving(pair: PairOfEntities): boolean {
    return isLeaving(this, pair);
  }

  forgetChanges(): void {
    this.changedViews.clear();
    this.takenOut.clear();
    this.forgetRowsOfChildren();
  }

  clear(): void {
    this.clears++;
    for (const map of this.#maps.values()) map.forEach(release);
    this.added.forEach(release);
    for (const record of this.removed.keys()) release(record);
    this.#maps.clear();
    this.added.clear();
    this.removed.clear();
    this.forgetChanges();
    this.#unseen = undefined;
    this.former.forget();
    this.forgetSnapshot();
    this.#spellings = undefined;
  }
}

function release(record: EntityRecord): void {
  record.status = 'detached';
  record.store = undefined;
  record.group = undefined;
}
