/**
 * What flushes changed in memory since a transaction or savepoint began, so that it can be undone when the rows are.
 */
import type { ColumnModel, EntityObject } from '../metadata';
import type { Collection, CollectionImage } from './collection';
import type { EntityStore } from './entity-store';
import { recordOf, rowKey, stamp, UNREAD, type EntityRecord, type EntityStatus } from './record';
import { shapesOf } from './shapes';

type WrittenSlot = readonly [index: number, image: unknown];

interface RecordEntry {
  readonly kind: 'record';
  readonly record: EntityRecord;
  readonly status: EntityStatus;
  /** The whole snapshot, of a record that is inserted or deleted. */
  readonly snapshot: unknown[] | undefined;
  /** Of one that is updated: the slots that are written, and what they held. The others may be read anew meanwhile. */
  readonly written: readonly WrittenSlot[] | undefined;
  /** Whether its row was to be deleted, and with force. */
  readonly removal: boolean | undefined;
}

interface PropertyEntry {
  readonly kind: 'property';
  readonly entity: EntityObject;
  readonly property: string;
  readonly had: boolean;
  readonly value: unknown;
}

type Entry =
  | RecordEntry
  | PropertyEntry
  /** A read filled, overwrote or made it: what it was known to have before. */
  | { readonly kind: 'read'; readonly record: EntityRecord; readonly snapshot: unknown[] }
  /** A cascade brought it in. */
  | { readonly kind: 'attached'; readonly record: EntityRecord }
  | {
      readonly kind: 'ones';
      readonly record: EntityRecord;
      readonly loaded: Map<string, EntityObject | null> | undefined;
    }
  | { readonly kind: 'collection'; readonly collection: Collection<object>; readonly image: CollectionImage<object> };

export class Journal {
  #entries: Entry[] = [];
  /** Collections whose state is among the entries: what they were first is what they go back to. */
  #collections: Set<Collection<object>> | undefined;

  /** Call before a flush inserts or deletes the record. */
  keepRecord(record: EntityRecord): void {
    const { snapshot } = record;
    this.#keep(record, snapshot && [...snapshot], undefined);
  }

  /** Call before a flush changes these slots of the record's snapshot. */
  keepSlots(record: EntityRecord, columns: readonly ColumnModel[]): void {
    const written = columns.map(({ index }): WrittenSlot => [index, record.snapshot![index]]);
    this.#keep(record, undefined, written);
  }

  #keep(record: EntityRecord, snapshot: unknown[] | undefined, written: readonly WrittenSlot[] | undefined): void {
    const { status, store } = record;
    this.#entries.push({ kind: 'record', record, status, snapshot, written, removal: store?.removed.get(record) });
  }

  /** Call after a cascade brought the record into the session. */
  keepAttached(record: EntityRecord): void {
    this.#entries.push({ kind: 'attached', record });
  }

  /** Call before a read changes what is known of the record. */
  keepRead(record: EntityRecord, snapshot: unknown[]): void {
    this.#entries.push({ kind: 'read', record, snapshot });
  }

  /** Call before what a has-one relation was loaded with is replaced. */
  keepOnes(record: EntityRecord): void {
    this.#entries.push({ kind: 'ones', record, loaded: record.loadedOnes && new Map(record.loadedOnes) });
  }

  /** Sets a property that the user did not set: a generated key, a default, a timestamp. */
  setProperty(entity: EntityObject, property: string, value: unknown): void {
    const had = Object.hasOwn(entity, property);
    this.#entries.push({ kind: 'property', entity, property, had, value: had ? entity[property] : undefined });
    entity[property] = value;
  }

  keepCollection(collection: Collection<object>): void {
    this.#collections ??= new Set();
    if (this.#collections.has(collection)) return;
    this.#collections.add(collection);
    this.#entries.push({ kind: 'collection', collection, image: collection.image() });
  }

  /** Takes over the entries of an inner block that ended well. */
  absorb(inner: Journal): void {
    if (this.#entries.length === 0) this.#entries = inner.#entries;
    else for (const entry of inner.#entries) this.#entries.push(entry);
    inner.#entries = [];
  }

  /** Lets go of entries of entities that have left the session: nothing of them is to be undone. */
  forgetLeft(store: EntityStore): void {
    this.#entries = this.#entries.filter((entry) => {
      const record = recordIn(entry);
      return !record || !hasLeft(record, store);
    });
  }

  /**
   * Brings records, generated values and collections back to where they were before; what was pending then is pending again.
   * Entities that left the session meanwhile are let be, and those of `kept` databases, whose rows are not undone.
   */
  undo(store: EntityStore, kept: ReadonlySet<string> = new Set()): void {
    this.#collections = undefined;
    for (const entry of this.#entries.splice(0).reverse()) {
      const record = recordIn(entry);
      if (record && (hasLeft(record, store) || kept.has(record.database))) continue;
      if (entry.kind === 'record') restoreRecord(store, entry);
      else if (entry.kind === 'property') restoreProperty(entry);
      else if (entry.kind === 'read') unread(entry.record, entry.snapshot);
      else if (entry.kind === 'attached') leave(store, entry.record);
      else if (entry.kind === 'ones') entry.record.loadedOnes = entry.loaded;
      else entry.collection.restore(entry.image);
    }
  }
}

function recordIn(entry: Entry): EntityRecord | undefined {
  if (entry.kind === 'property') return recordOf(entry.entity);
  return entry.kind === 'collection' ? recordOf(entry.collection.owner) : entry.record;
}

/** Taken out by `clear` or `detach`: such a record has a snapshot still, where one whose row was deleted has none. */
function hasLeft({ store: owner, snapshot }: EntityRecord, store: EntityStore): boolean {
  return owner !== store && snapshot !== undefined;
}

function restoreRecord(store: EntityStore, entry: RecordEntry): void {
  const { record, status, written, removal } = entry;
  if (!takeBack(store, record)) return;
  if (written) restoreSlots(record, written);
  else {
    // By its row's key: the generated key property is gone again by now.
    const key = status === 'new' ? rowKey(record) : undefined;
    if (key) store.unregister(record, key);
    record.snapshot = entry.snapshot;
    record.partial = entry.snapshot?.includes(UNREAD) ?? false;
  }
  record.status = status;
  record.store = store;
  store.added.delete(record);
  store.removed.delete(record);
  if (status === 'new') {
    store.added.add(record);
    return;
  }
  const key = rowKey(record);
  if (key && !store.find(record.model, record.database, key)) store.register(record, key);
  if (removal !== undefined) store.removed.set(record, removal);
}

/** What was not known before is not loaded; what was, is as it was known. The entity's own values follow where pending changes are discarded. */
function unread(record: EntityRecord, snapshot: unknown[]): void {
  const { entity, model } = record;
  for (const { index, property } of model.columns) {
    if (snapshot[index] === UNREAD && record.snapshot?.[index] !== UNREAD) Reflect.deleteProperty(entity, property);
  }
  record.snapshot = snapshot;
  record.partial = snapshot.includes(UNREAD);
  if (record.partial) Object.setPrototypeOf(entity, shapesOf(model).guarded);
}

/** An entity that was added again behind its deletion has another record by now. @returns false where that is of another session */
function takeBack(store: EntityStore, record: EntityRecord): boolean {
  const current = recordOf(record.entity);
  if (current === record) return true;
  if (current?.store && current.store !== store) return false;
  if (current) leave(store, current);
  stamp(record.entity, record);
  return true;
}

function restoreSlots(record: EntityRecord, written: readonly WrittenSlot[]): void {
  const { snapshot, entity, model } = record;
  if (!snapshot) return;
  for (const [index, image] of written) snapshot[index] = image;
  if (!snapshot.includes(UNREAD)) return;
  record.partial = true;
  Object.setPrototypeOf(entity, shapesOf(model).guarded);
}

function leave(store: EntityStore, record: EntityRecord): void {
  const key = rowKey(record);
  if (key) store.unregister(record, key);
  store.added.delete(record);
  record.status = 'detached';
  record.store = undefined;
}

function restoreProperty({ entity, property, had, value }: PropertyEntry): void {
  if (had) entity[property] = value;
  else Reflect.deleteProperty(entity, property);
}
