/**
 * What flushes changed in memory since a transaction or savepoint began, so that it can be undone when the rows are.
 */
import type { EntityObject } from '../../metadata';
import {
  rowKey,
  type Collection,
  type CollectionImage,
  type EntityRecord,
  type EntityStatus,
  type EntityStore,
} from '../../loading';

interface RecordImage {
  readonly record: EntityRecord;
  readonly status: EntityStatus;
  readonly snapshot: unknown[] | undefined;
  readonly partial: boolean;
  /** Whether its row was to be deleted, and with force. */
  readonly removal: boolean | undefined;
}

interface PropertyImage {
  readonly entity: EntityObject;
  readonly property: string;
  readonly had: boolean;
  readonly value: unknown;
}

type Entry =
  | { readonly kind: 'record'; readonly image: RecordImage }
  | { readonly kind: 'property'; readonly image: PropertyImage }
  | { readonly kind: 'collection'; readonly collection: Collection<object>; readonly image: CollectionImage<object> };

export class Journal {
  readonly #entries: Entry[] = [];

  get length(): number {
    return this.#entries.length;
  }

  /** Call before a flush changes the record's snapshot or status. */
  keepRecord(record: EntityRecord): void {
    const { status, snapshot, partial } = record;
    const removal = record.store?.removed.get(record);
    this.#entries.push({
      kind: 'record',
      image: { record, status, snapshot: snapshot && [...snapshot], partial, removal },
    });
  }

  /** Sets a property that the user did not set: a generated key, a default, a timestamp. */
  setProperty(entity: EntityObject, property: string, value: unknown): void {
    const had = Object.hasOwn(entity, property);
    this.#entries.push({
      kind: 'property',
      image: { entity, property, had, value: had ? entity[property] : undefined },
    });
    entity[property] = value;
  }

  keepCollection(collection: Collection<object>): void {
    this.#entries.push({ kind: 'collection', collection, image: collection.image() });
  }

  /** Takes over the entries of an inner block that ended well. */
  absorb(inner: Journal): void {
    for (const entry of inner.#entries) this.#entries.push(entry);
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** Brings records, generated values and collections back to where they were before; what was pending then is pending again. */
  undo(store: EntityStore): void {
    for (const entry of this.#entries.splice(0).reverse()) {
      if (entry.kind === 'record') restoreRecord(store, entry.image);
      else if (entry.kind === 'property') restoreProperty(entry.image);
      else entry.collection.restore(entry.image);
    }
  }
}

function restoreRecord(store: EntityStore, { record, status, snapshot, partial, removal }: RecordImage): void {
  if (status === 'new') {
    // By its row's key: the generated key property is gone again by now.
    const key = rowKey(record);
    if (key) store.unregister(record, key);
  }
  record.status = status;
  record.snapshot = snapshot;
  record.partial = partial;
  record.store = store;
  store.added.delete(record);
  store.removed.delete(record);
  if (status === 'new') store.added.add(record);
  else {
    const key = rowKey(record);
    if (key) store.register(record, key);
    if (removal !== undefined) store.removed.set(record, removal);
  }
}

function restoreProperty({ entity, property, had, value }: PropertyImage): void {
  if (had) entity[property] = value;
  else Reflect.deleteProperty(entity, property);
}
