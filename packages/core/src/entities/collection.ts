/**
 * The to-many side of a relation at run time: `Many<T>` before it is loaded, `LoadedMany<T>` after.
 * It remembers what was added and removed since the last flush; the unit of work asks it.
 */
import { inspect } from 'node:util';
import { NotLoadedError, QueryError } from '../errors';
import type { EntityObject, ToManyModel } from '../metadata';
import { EntityQuerySet, relatedTo, type LoadedMany, type QuerySet } from '../query';
import { keyOf } from './entity-key';
import { recordOf } from './record';

const NONE: ReadonlySet<never> = new Set();

export class Collection<T extends object> implements LoadedMany<T> {
  readonly #owner: EntityObject;
  readonly #relation: ToManyModel;
  /** What the collection holds now; undefined while it is not loaded. */
  #items: Set<T> | undefined;
  /** What was added and removed since the last flush or load. Most collections are never changed: their sets are made when they are. */
  #added: Set<T> | undefined;
  #removed: Set<T> | undefined;

  constructor(owner: EntityObject, relation: ToManyModel) {
    this.#owner = owner;
    this.#relation = relation;
    const status = recordOf(owner)?.status;
    // A new entity has no rows that could be missing here.
    if (status === undefined || status === 'new') this.#items = new Set<T>();
  }

  get isLoaded(): boolean {
    return this.#items !== undefined;
  }

  get length(): number {
    return this.#loaded('length').size;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#loaded('iterating').values();
  }

  at(index: number): T | undefined {
    return [...this.#loaded('at()')].at(index);
  }

  map<U>(project: (item: T, index: number) => U): U[] {
    return [...this.#loaded('map()')].map((item, index) => project(item, index));
  }

  filter(test: (item: T, index: number) => boolean): T[] {
    return [...this.#loaded('filter()')].filter((item, index) => test(item, index));
  }

  find(test: (item: T, index: number) => boolean): T | undefined {
    return [...this.#loaded('find()')].find((item, index) => test(item, index));
  }

  some(test: (item: T, index: number) => boolean): boolean {
    return [...this.#loaded('some()')].some((item, index) => test(item, index));
  }

  every(test: (item: T, index: number) => boolean): boolean {
    return [...this.#loaded('every()')].every((item, index) => test(item, index));
  }

  includes(item: object): boolean {
    return this.#loaded('includes()').has(item as T);
  }

  toArray(): T[] {
    return [...this.#loaded('toArray()')];
  }

  /** What JSON.stringify sees: the items where they are loaded, nothing else. */
  toJSON(): T[] | undefined {
    return this.#items && [...this.#items];
  }

  /** What console.log shows. */
  [inspect.custom](): unknown {
    return this.#items ? [...this.#items] : `${this.#name} (not loaded)`;
  }

  /** Adds entities; new ones are saved with the owner. Needs no loading. */
  add(...items: T[]): void {
    for (const item of items) {
      this.#checkItem(item);
      if (this.#items?.has(item)) continue;
      if (this.#isThere(item)) {
        this.#items?.add(item);
        this.#removed?.delete(item);
        continue;
      }
      this.#items?.add(item);
      if (!this.#removed?.delete(item) || this.#isGuess) this.#noteAdded(item);
      this.#mirror(item, true);
    }
    this.#touch();
  }

  /** Takes entities out: the rows of a many-to-many relation go, a child loses its parent (or goes, with `orphanRemoval`). Needs no loading. */
  remove(...items: T[]): void {
    for (const item of items) {
      this.#checkItem(item);
      if (this.#items && !this.#items.delete(item)) continue;
      const { inverse } = this.#relation;
      const other = this.#isGuess && inverse ? ownCollection(item as EntityObject, inverse.property) : undefined;
      // The other end knows that there is no such row.
      if (other?.isLoaded && !other.includes(this.#owner)) continue;
      if (!this.#added?.delete(item) || this.#isGuess) this.#noteRemoved(item);
      this.#mirror(item, false);
    }
    this.#touch();
  }

  /** Makes these its items; the collection must be loaded, for else what is to go is not known. */
  set(items: Iterable<T>): void {
    const wanted = new Set(items);
    const current = this.#loaded('set()');
    for (const item of [...current]) if (!wanted.has(item)) this.remove(item);
    for (const item of wanted) this.add(item);
  }

  /** A queryset of what the database holds of this collection. @throws QueryError for an owner that no session holds */
  query(): QuerySet<T> {
    const record = recordOf(this.#owner);
    const key = record?.status === 'new' ? undefined : record && keyOf(record.model, this.#owner);
    if (!record?.store || !key) {
      throw new QueryError(
        `${this.#name} cannot be queried: its owner has no row in this session yet. Add the owner to a session and flush first.`,
        { entity: this.#relation.owner.name, property: this.#relation.property },
      );
    }
    const state = relatedTo(this.#relation, key, this.#relation.target.database ?? record.database);
    return new EntityQuerySet<T>(record.store.runner, state);
  }

  /** Whether the other end knows that the item is in: a child with a row that refers to the owner, a loaded end that holds it. */
  #isThere(item: T): boolean {
    const relation = this.#relation;
    if (relation.kind === 'manyToMany') {
      const other = relation.inverse && ownCollection(item as EntityObject, relation.inverse.property);
      return other?.isLoaded === true && other.includes(this.#owner);
    }
    if (this.#items || recordOf(item)?.snapshot === undefined) return false;
    const { property } = relation.inverse;
    return Object.hasOwn(item, property) && (item as EntityObject)[property] === this.#owner;
  }

  /** Nobody knows which rows there are: adding and removing one and the same item do not cancel each other out. */
  get #isGuess(): boolean {
    return this.#items === undefined && this.#relation.kind === 'manyToMany';
  }

  get #name(): string {
    return `${this.#relation.owner.name}.${this.#relation.property}`;
  }

  #loaded(use: string): Set<T> {
    if (this.#items) return this.#items;
    const { owner, property } = this.#relation;
    const variable = owner.name.charAt(0).toLowerCase() + owner.name.slice(1);
    throw new NotLoadedError(
      `${this.#name} is not loaded (${use}): write .include('${property}') in the query, or await session.load(${variable}, '${property}').`,
      { entity: owner.name, property },
    );
  }

  #checkItem(item: T): void {
    const { target } = this.#relation;
    if (typeof item === 'object' && (item as unknown) !== null && item instanceof target.entityClass) return;
    throw new QueryError(`${this.#name} takes ${target.name} entities, got ${typeof item}.`, {
      entity: this.#relation.owner.name,
      property: this.#relation.property,
    });
  }

  /** Keeps the other side in step: a child's reference, or the other end's collection where it was touched already. */
  #mirror(item: T, present: boolean): void {
    const relation = this.#relation;
    if (relation.kind === 'hasMany') {
      const child = item as EntityObject;
      const { property } = relation.inverse;
      if (present) {
        const previous = Object.hasOwn(child, property) ? child[property] : undefined;
        child[property] = this.#owner;
        if (previous !== this.#owner) leave(previous, relation.property, item);
      } else if (Object.hasOwn(child, property) && child[property] === this.#owner) child[property] = null;
      return;
    }
    if (!relation.inverse) return;
    const other = ownCollection(item as EntityObject, relation.inverse.property);
    // A removal of a loaded end was of a row that is there.
    if (present && other?.mirrorAdd(this.#owner) && other.isLoaded) this.#added?.delete(item);
    else if (!present) other?.mirrorRemove(this.#owner);
  }

  /**
   * The other end added this item: only the owner of the change writes the row, and the later change counts.
   * @returns whether its removal was pending here
   */
  mirrorAdd(item: object): boolean {
    this.#items?.add(item as T);
    return this.#removed?.delete(item as T) ?? false;
  }

  mirrorRemove(item: object): void {
    this.#items?.delete(item as T);
    this.#added?.delete(item as T);
  }

  #noteAdded(item: T): void {
    this.#added ??= new Set();
    this.#added.add(item);
  }

  #noteRemoved(item: T): void {
    this.#removed ??= new Set();
    this.#removed.add(item);
  }

  #touch(): void {
    const store = recordOf(this.#owner)?.store;
    if (store && (this.#added?.size || this.#removed?.size)) store.collectionChanged(this);
  }

  // What follows is for the room `session` and the loading of includes; the public types do not show it.

  get owner(): EntityObject {
    return this.#owner;
  }

  get relation(): ToManyModel {
    return this.#relation;
  }

  get pendingAdds(): ReadonlySet<T> {
    return this.#added ?? NONE;
  }

  get pendingRemoves(): ReadonlySet<T> {
    return this.#removed ?? NONE;
  }

  /** The rows were read: what is pending stays on top of them. */
  fill(rows: Iterable<T>): void {
    const items = new Set<T>();
    for (const item of rows) {
      if (!this.#removed?.has(item)) items.add(item);
      // It was there already: there is nothing to write.
      this.#added?.delete(item);
    }
    for (const item of this.pendingAdds) items.add(item);
    this.#items = items;
  }

  /** Its items are to be read again; what was not flushed stays on top of them. */
  unload(): void {
    this.#items = undefined;
  }

  /** The owner joined a session: changes made before count from now on. */
  joined(): void {
    this.#touch();
  }

  /** The changes were written, or are dropped along with the transaction. */
  settle(): void {
    this.#added = undefined;
    this.#removed = undefined;
  }

  /** An item that will not be saved: it was taken out of the session before it had a row. */
  forget(item: object): void {
    this.#items?.delete(item as T);
    this.#added?.delete(item as T);
    this.#removed?.delete(item as T);
  }

  /** Forgets what was not flushed: the collection is what the rows say. */
  discard(): void {
    const { inverse } = this.#relation;
    const otherEnd = (item: T) =>
      inverse?.kind === 'manyToMany' ? ownCollection(item as EntityObject, inverse.property) : undefined;
    for (const item of this.pendingAdds) {
      this.#items?.delete(item);
      otherEnd(item)?.mirrorRemove(this.#owner);
    }
    for (const item of this.pendingRemoves) {
      this.#items?.add(item);
      otherEnd(item)?.mirrorAdd(this.#owner);
    }
    this.settle();
  }

  image(): CollectionImage<T> {
    return {
      items: this.#items && [...this.#items],
      added: [...this.pendingAdds],
      removed: [...this.pendingRemoves],
    };
  }

  restore(image: CollectionImage<T>): void {
    this.#items = image.items && new Set(image.items);
    this.settle();
    if (image.added.length > 0) this.#added = new Set(image.added);
    if (image.removed.length > 0) this.#removed = new Set(image.removed);
    this.#touch();
  }
}

/** A collection at one moment, for rollback. */
export interface CollectionImage<T> {
  readonly items: readonly T[] | undefined;
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

/** The collection that an entity holds already; undefined where nobody has touched the property. */
export function ownCollection(entity: EntityObject, property: string): Collection<object> | undefined {
  const value: unknown = Object.hasOwn(entity, property) ? entity[property] : undefined;
  return value instanceof Collection ? (value as Collection<object>) : undefined;
}

/** A child that moved to another parent leaves the collection of the one before. */
function leave(previous: unknown, property: string, item: object): void {
  if (typeof previous !== 'object' || previous === null) return;
  ownCollection(previous as EntityObject, property)?.mirrorRemove(item);
}
