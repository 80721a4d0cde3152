/**
 * What flushes changed in memory since a transaction or savepoint began, so that it can be undone when the rows are. Those who change something
 * note it here by themselves: the lifecycle, the views of relations, hydration.
 */
import type { ColumnModel, EntityObject } from '../metadata';
import type { EntityStore } from './entity-store';
import { enterOutside, enterState, lifeStateOf, writeSlots, type LifeState } from './life-state';
import { recordOf, UNREAD, type EntityRecord } from './record';
import { shapesOf } from './shapes';
import { viewsOf, type View } from './view';

interface Entries {
  /** An event of its life: what its state was. */
  life: {
    readonly record: EntityRecord;
    readonly state: LifeState;
    /** How often the session had let all go until then. */
    readonly clears: number;
  };
  /** Columns of its row were written: what was known of them. The others may be read meanwhile. */
  slots: { readonly record: EntityRecord; readonly written: readonly (readonly [index: number, image: unknown])[] };
  /** A property was set that the user did not set. */
  property: {
    readonly entity: EntityObject;
    readonly property: string;
    readonly had: boolean;
    readonly value: unknown;
  };
  /** A read filled, overwrote or made it: what its row was known to say before. */
  read: { readonly record: EntityRecord; readonly snapshot: unknown[] };
  /** A view of a relation changed. */
  view: { readonly view: View; readonly restore: () => void };
}

type Entry = { [K in keyof Entries]: { readonly kind: K } & Entries[K] }[keyof Entries];

export class Journal {
  #entries: Entry[] = [];
  /** Views whose state is among the entries: what they were first is what they go back to. */
  #views: Set<View> | undefined;

  /** Call before an event of the record's life. */
  keepLife(store: EntityStore, record: EntityRecord): void {
    this.#entries.push({ kind: 'life', record, state: lifeStateOf(store, record), clears: store.clears });
  }

  /** The row of the record says something else in these columns from now on. */
  writeSlots(record: EntityRecord, columns: readonly ColumnModel[], images: readonly unknown[]): void {
    const snapshot = record.snapshot!;
    const written = columns.map(({ index }) => [index, snapshot[index]] as const);
    this.#entries.push({ kind: 'slots', record, written });
    for (let i = 0; i < columns.length; i++) snapshot[columns[i]!.index] = images[i];
  }

  /** Call before a read changes what is known of the record. */
  keepRead(record: EntityRecord, snapshot: unknown[]): void {
    this.#entries.push({ kind: 'read', record, snapshot });
  }

  /** Sets a property that the user did not set: a generated key, a default, a timestamp. */
  setProperty(entity: EntityObject, property: string, value: unknown): void {
    const had = Object.hasOwn(entity, property);
    this.#entries.push({ kind: 'property', entity, property, had, value: had ? entity[property] : undefined });
    entity[property] = value;
  }

  /** Call before a view changes. */
  keepView(view: View): void {
    this.#views ??= new Set();
    if (this.#views.has(view)) return;
    this.#views.add(view);
    this.#entries.push({ kind: 'view', view, restore: view.image() });
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
   * Brings records, generated values and views back to where they were before; what was pending then is pending again. What happened to a row
   * whose object has left is undone of the object of now. Entities that left stay as they are, and those of `kept` databases, whose rows are not undone. One that was deleted before the session
   * let all go has its row again, and is not of the session.
   */
  undo(store: EntityStore, kept: ReadonlySet<string> = new Set()): void {
    this.#views = undefined;
    store.forgetRowsOfChildren();
    const restores: (() => void)[] = [];
    const outside = new Set<EntityRecord>();
    for (const entry of this.#entries.splice(0).reverse()) {
      const record = recordIn(entry);
      if (record && kept.has(record.database)) continue;
      if (record && !outside.has(record) && hasLeft(record, store)) {
        const now = store.former.successor(record);
        if (now) undoOfFormer(store, entry, now);
      } else if (entry.kind === 'life' && entry.clears < store.clears) {
        enterOutside(store, entry.record, entry.state);
        outside.add(entry.record);
      } else if (entry.kind === 'view') restores.push(entry.restore);
      else undoEntry(store, entry);
    }
    // Their owners are of the session again by now.
    for (const restore of restores) restore();
    for (const { entity, model } of outside) for (const view of viewsOf(entity, model)) view.discard();
    store.former.renew();
  }
}

function undoEntry(store: EntityStore, entry: Exclude<Entry, { kind: 'view' }>): void {
  switch (entry.kind) {
    case 'life':
      enterState(store, entry.record, entry.state);
      break;
    case 'slots':
      writeSlots(entry.record, entry.written);
      break;
    case 'property':
      if (entry.had) entry.entity[entry.property] = entry.value;
      else Reflect.deleteProperty(entry.entity, entry.property);
      break;
    case 'read':
      unread(entry.record, entry.snapshot);
      break;
  }
}

/** What was written of a row before `record` was read of it. What was read or loaded of the former object is no matter of this one. */
function undoOfFormer(store: EntityStore, entry: Entry, record: EntityRecord): void {
  const isRead = (index: number): boolean => record.snapshot?.[index] !== UNREAD;
  switch (entry.kind) {
    case 'life': {
      const { snapshot } = entry.state;
      const known = snapshot?.map((image, index) => (isRead(index) ? image : UNREAD));
      undoEntry(store, { ...entry, record, state: { ...entry.state, snapshot: known } });
      break;
    }
    case 'slots':
      undoEntry(store, { ...entry, record, written: entry.written.filter(([index]) => isRead(index)) });
      break;
    case 'property':
      undoEntry(store, { ...entry, entity: record.entity });
      break;
    case 'read':
    case 'view':
  }
}

function recordIn(entry: Entry): EntityRecord | undefined {
  switch (entry.kind) {
    case 'property':
      return recordOf(entry.entity);
    case 'view':
      return recordOf(entry.view.owner);
    case 'life':
    case 'slots':
    case 'read':
      return entry.record;
  }
}

/** Taken out by `clear` or `detach`, or in another session: such a record knows its row, where one whose row was deleted knows none. */
function hasLeft({ store: owner, snapshot }: EntityRecord, store: EntityStore): boolean {
  return owner !== store && (snapshot !== undefined || owner !== undefined);
}

/** What was not known before is not loaded; what was, is as it was known. The entity's own values follow where pending changes are discarded. */
function unread(record: EntityRecord, snapshot: unknown[]): void {
  const { entity, model } = record;
  for (const { index, property, references } of model.columns) {
    if (snapshot[index] !== UNREAD || record.snapshot?.[index] === UNREAD) continue;
    for (const name of [property, ...references.map((relation) => relation.property)])
      Reflect.deleteProperty(entity, name);
  }
  record.snapshot = snapshot;
  record.partial = snapshot.includes(UNREAD);
  if (record.partial) Object.setPrototypeOf(entity, shapesOf(model).guarded);
}
