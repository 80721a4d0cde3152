/** What one session holds: its identity map, what was added and removed, and the collections that were touched. */
import type { EntityModel, EntityModels } from '../metadata';
import type { QueryRunner } from '../query';
import type { Collection } from './collection';
import { identityOf, type Identity, type KeyValues } from './entity-key';
import { EntityRecord, stampFresh, UNREAD, type RecordOwner } from './record';
import { shapesOf } from './shapes';
import { addSpelling, Spellings } from './spellings';

/** Takes note of what reads change while a rollback may undo what they read. */
export interface ReadJournal {
  /** Whether rows were written past the entities, so that anything may read otherwise after a rollback. */
  readonly notesAll: boolean;
  /** Call before a read fills or overwrites the record, or after it made it. `snapshot`: what it was known to have before. */
  keepRead(record: EntityRecord, snapshot: unknown[]): void;
}

/** The entities of one model in one database, by key. */
export type IdentityMap = Map<Identity, EntityRecord>;

export class EntityStore implements RecordOwner {
  readonly #maps = new Map<string, Map<EntityModel, IdentityMap>>();
  /** Entities without a row, in the order of their adding. */
  readonly added = new Set<EntityRecord>();
  /** Entities to be deleted at the next flush; true: their rows too, where they are soft-deleted otherwise. */
  readonly removed = new Map<EntityRecord, boolean>();
  /** Collections with changes that were not flushed. */
  readonly changedCollections = new Set<Collection<object>>();

  #spellings: Spellings | undefined;
  /** References whose row a load did not find: it is soft-deleted, or gone. Few sessions have any. */
  #unseen: Set<EntityRecord> | undefined;
  readJournal: ReadJournal | undefined = undefined;
  /** Where hydration notes the records it makes, while somebody wants to know. */
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

  identityMap(model: EntityModel, database: string): IdentityMap {
    let maps = this.#maps.get(database);
    if (!maps) this.#maps.set(database, (maps = new Map<EntityModel, IdentityMap>()));
    let map = maps.get(model);
    if (!map) maps.set(model, (map = new Map<Identity, EntityRecord>()));
    return map;
  }

  find(model: EntityModel, database: string, key: KeyValues): EntityRecord | undefined {
    const map = this.#maps.get(database)?.get(model);
    if (!map) return undefined;
    const identity = identityOf(model, key);
    return map.get(identity) ?? this.#bySpelling(map, { key, identity });
  }

  /** The key of the row that this one is known to be another spelling of, else itself. */
  ownIdentity(model: EntityModel, database: string, identity: Identity): Identity {
    return this.#spellings?.ownKey(this.identityMap(model, database), identity)?.identity ?? identity;
  }

  #bySpelling(map: IdentityMap, { identity, key }: { identity: Identity; key: KeyValues }): EntityRecord | undefined {
    const own = this.#spellings?.ownKey(map, identity);
    const found = own && map.get(own.identity);
    if (found) addSpelling(found, key);
    return found;
  }

  /** The entity of a key: the one that is there, or a reference whose other properties are not loaded. */
  reference(model: EntityModel, database: string, key: KeyValues): EntityRecord {
    const map = this.identityMap(model, database);
    const identity = identityOf(model, key);
    const found = map.get(identity) ?? this.#bySpelling(map, { identity, key });
    if (found) return found;
    const own = this.#spellings?.ownKey(map, identity);
    if (own) {
      const record = this.reference(model, database, own.key);
      addSpelling(record, key);
      return record;
    }
    const entity = shapesOf(model).reference(
      key,
      (target, targetKey) => this.reference(target, target.database ?? database, targetKey).entity,
    );
    const record = new EntityRecord(entity, model, database, this);
    record.status = 'managed';
    record.partial = true;
    record.snapshot = bareSnapshot(model, key);
    stampFresh(entity, record);
    map.set(identity, record);
    this.made?.push(record);
    return record;
  }

  /** Whether a load has sought the row of this reference in vain: it is not sought again and again. */
  isUnseen(record: EntityRecord): boolean {
    return this.#unseen?.has(record) ?? false;
  }

  noteUnseen(record: EntityRecord): void {
    this.#unseen ??= new Set();
    this.#unseen.add(record);
  }

  collectionChanged(collection: object): void {
    this.changedCollections.add(collection as Collection<object>);
  }

  /** Puts a record under its key, which it just got. */
  register(record: EntityRecord, key: KeyValues): void {
    this.identityMap(record.model, record.database).set(identityOf(record.model, key), record);
  }

  unregister(record: EntityRecord, key: KeyValues): void {
    const map = this.identityMap(record.model, record.database);
    const identity = identityOf(record.model, key);
    if (map.get(identity) === record) map.delete(identity);
  }

  /** All records that have rows. */
  *managed(): Generator<EntityRecord> {
    for (const maps of this.#maps.values()) for (const map of maps.values()) yield* map.values();
  }

  /** Managed records, model by model, for the comparison at flush. */
  *identityMaps(): Generator<[EntityModel, IdentityMap]> {
    for (const maps of this.#maps.values()) yield* maps;
  }

  /** Whether this very object belongs to the session. */
  owns(record: EntityRecord | undefined): record is EntityRecord {
    return record?.store === this && record.status !== 'detached';
  }

  clear(): void {
    for (const maps of this.#maps.values()) for (const map of maps.values()) map.forEach(release);
    this.added.forEach(release);
    for (const record of this.removed.keys()) release(record);
    this.#maps.clear();
    this.added.clear();
    this.removed.clear();
    this.changedCollections.clear();
    this.#unseen = undefined;
    this.#spellings = undefined;
  }
}

/** The snapshot of which nothing but the key was read. */
export function bareSnapshot(model: EntityModel, key: KeyValues): unknown[] {
  const snapshot = new Array<unknown>(model.columns.length).fill(UNREAD);
  model.key.forEach((column, i) => {
    snapshot[column.index] = column.type.immutable ? key[i] : column.type.snapshot(key[i]);
  });
  return snapshot;
}

function release(record: EntityRecord): void {
  record.status = 'detached';
  record.store = undefined;
  record.group = undefined;
}
