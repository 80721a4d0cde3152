/**
 * The to-many side of a relation at run time: `Many<T>` before it is loaded, `LoadedMany<T>` after. What it holds is what the rows say and what was
 * changed since; how changes are kept depends on the kind of relation.
 */
import { NotLoadedError, QueryError } from '../errors';
import type { EntityObject, ToManyModel } from '../metadata';
import {
  describeValue,
  EntityQuerySet,
  relatedTo,
  rowsWith,
  type LoadedMany,
  type QueryRunner,
  type QuerySet,
  type QueryState,
} from '../query';
import { ArrayFace } from './array-face';
import { keyOf } from './entity-key';
import { placeOfTarget } from './place';
import { plainRelation } from './plain';
import { INSPECT } from './inspect-symbol';
import { isStale, isWithoutRows, recordOf, rowKey } from './record';
import type { Present, View } from './view';

const NONE: readonly never[] = [];

export abstract class Collection<T extends object> extends ArrayFace<T> implements LoadedMany<T>, View {
  readonly owner: EntityObject;
  /** The rows as they were read or written last, in their order; undefined while they are not known. */
  #rows: readonly T[] | undefined;
  #inRows: ReadonlySet<T> | undefined;
  /** What it holds, put together when it is asked for. */
  #items: readonly T[] | undefined;
  /** What `set` made of it while its rows were not known: the difference is found when they are. */
  #replacement: Set<T> | undefined;
  leavesOutMarked = false;

  constructor(
    owner: EntityObject,
    readonly relation: ToManyModel,
  ) {
    super();
    this.owner = owner;
    if (isWithoutRows(owner)) this.#rows = NONE;
  }

  // -- reading

  get isLoaded(): boolean {
    return this.#rows !== undefined || this.#replacement !== undefined;
  }

  /** What JSON.stringify sees: the items where they were asked for, nothing else. */
  toJSON(): unknown {
    return plainRelation(this.owner, this.relation);
  }

  /** What console.log shows. */
  [INSPECT](): unknown {
    return this.shown() ?? `${this.name} (not loaded)`;
  }

  // -- changing

  /** Adds entities; new ones are saved with the owner. Needs no loading. */
  add(...items: T[]): void {
    this.#assertTakes('add');
    for (const item of items) this.#checkItem(item);
    this.#perform(() => {
      this.#addAll(items);
    });
  }

  /** Takes entities out: the rows of a many-to-many relation go, a child loses its parent (or goes, with `orphanRemoval`). Needs no loading. */
  remove(...items: T[]): void {
    for (const item of items) this.#checkItem(item);
    this.#perform(() => {
      this.#removeAll(items);
    });
  }

  /** Makes these its items. Needs no loading: what is to go is found when the change is flushed. */
  set(items: Iterable<T>): void {
    const wanted = new Set(itemsGiven(items, this.name));
    for (const item of wanted) this.#checkItem(item);
    if (wanted.size > 0) this.#assertTakes('set');
    this.#perform(() => {
      // What was read before the transaction says nothing of the rows that it is to leave.
      if (isStale(this.owner)) this.setRows(undefined);
      const goes = (item: T): boolean => !wanted.has(item);
      const shown = this.held() as readonly unknown[] as readonly T[];
      if (!this.isLoaded) this.#replacement = new Set();
      this.#removeAll(shown.filter(goes));
      this.#removeAll(this.heldByRows().filter(goes));
      this.#addAll(wanted);
    });
  }

  /** Takes all items out. Needs no loading. */
  clear(): void {
    this.set(NONE);
  }

  /** Whether an entity is to belong to it, as far as that is known here; otherwise whether the database holds it. */
  async has(item: T): Promise<boolean> {
    this.#checkItem(item);
    const known = this.#known();
    if (known) return known.includes(item);
    const pending = this.pendingOf(item);
    if (pending !== undefined) return pending;
    const record = recordOf(item);
    const key = record && rowKey(record);
    if (!key) return false;
    const { runner, state } = this.#stored();
    const conditions = [...state.conditions, rowsWith(record.model, record.model.key, [key])];
    return new EntityQuerySet(runner, { ...state, conditions }).exists();
  }

  /** How many items it holds: of a loaded one those in memory, otherwise those that the database holds. */
  async count(): Promise<number> {
    return this.#known()?.length ?? this.query().count();
  }

  /** A queryset of what the database holds of this collection. @throws QueryError for an owner that no session holds */
  query(): QuerySet<T> {
    const { runner, state } = this.#stored();
    return new EntityQuerySet<T>(runner, { ...state, collection: this });
  }

  // What follows is for the unit of work and for loading; the public types do not show it.

  get hasRows(): boolean {
    return this.#rows !== undefined;
  }

  get needsRows(): boolean {
    return this.#rows === undefined && this.#replacement !== undefined;
  }

  abstract get isChanged(): boolean;

  abstract joined(): void;
  abstract reborn(): void;
  abstract left(isDeleted?: boolean): void;
  abstract takenOut(): readonly EntityObject[];
  abstract readmit(item: EntityObject): void;
  abstract pardon(item: EntityObject): void;
  abstract meet(item: EntityObject): void;
  abstract take(item: EntityObject): void;
  abstract drop(item: EntityObject): void;
  abstract forget(item: EntityObject): void;
  abstract concerned(): Iterable<EntityObject>;
  abstract image(): () => void;
  abstract came(): readonly EntityObject[];

  brings(item: EntityObject): boolean {
    return this.pendingOf(item as unknown as T) === true;
  }

  /** What it holds, or what of it is known. */
  held(): readonly EntityObject[] {
    return (this.#known() ?? this.itemsOf([])) as readonly unknown[] as readonly EntityObject[];
  }

  shown(): T[] | undefined {
    const items = this.#known();
    return items && [...items];
  }

  /** The rows were read: what is pending stays on top of them. */
  fill(rows: readonly T[]): void {
    this.setRows(rows);
    this.rowsRead(rows);
    const wanted = this.#replacement;
    this.#replacement = undefined;
    if (wanted) for (const item of [...this.loaded('set()')]) if (!wanted.has(item)) this.removeOne(item);
    this.changed();
  }

  unload(): void {
    this.setRows(undefined);
  }

  renew(present: Present): void {
    if (this.#rows?.some((row) => present(row) !== row)) this.setRows([...new Set(this.#rows.map(present))]);
    if (!this.#replacement) return;
    this.#replacement = new Set([...this.#replacement].map(present));
    this.#items = undefined;
  }

  discard(): void {
    this.#replacement = undefined;
    this.forgetChanges();
    this.changed();
  }

  // -- for the kinds of collections

  /** Notes that an item is to belong to it. */
  protected abstract addOne(item: T): void;
  /** Notes that an item is not to belong to it any more. */
  protected abstract removeOne(item: T): void;
  /** What it holds, if these are its rows. */
  protected abstract itemsOf(rows: readonly T[]): readonly T[];
  /** Its rows have become known: a change that they hold already is not pending. */
  protected abstract rowsRead(rows: readonly T[]): void;
  /** Its content is replaced: what its rows give it as far as that is known, and belongs to it by now though that may not show. */
  protected abstract heldByRows(): readonly T[];
  /** Whether an item is to belong to it, where that was changed. */
  protected abstract pendingOf(item: T): boolean | undefined;
  /** Forgets what was changed. */
  protected abstract forgetChanges(): void;

  get name(): string {
    return `${this.relation.owner.name}.${this.relation.property}`;
  }

  protected get rows(): readonly T[] | undefined {
    return this.#rows;
  }

  protected get replacement(): Set<T> | undefined {
    return this.#replacement;
  }

  protected set replacement(items: Set<T> | undefined) {
    this.#replacement = items;
  }

  protected setRows(rows: readonly T[] | undefined): void {
    this.#rows = rows;
    this.#inRows = undefined;
    this.#items = undefined;
  }

  /** Whether its rows are known to have this item; undefined where they are not known. */
  hasRowOf(item: object): boolean | undefined {
    if (!this.#rows) return undefined;
    this.#inRows ??= new Set(this.#rows);
    return this.#inRows.has(item as T);
  }

  /** What it holds is put together again, and its session hears of it. */
  protected changed(): void {
    this.#items = undefined;
    const store = recordOf(this.owner)?.store;
    if (store && (this.isChanged || this.#replacement)) store.changedViews.add(this);
  }

  /** A change of the user's. */
  #perform(change: () => void): void {
    const store = recordOf(this.owner)?.store;
    if (store) store.perform(change);
    else change();
  }

  #addAll(items: Iterable<T>): void {
    for (const item of items) {
      this.#replacement?.add(item);
      this.addOne(item);
    }
    this.changed();
  }

  #removeAll(items: Iterable<T>): void {
    for (const item of items) {
      this.#replacement?.delete(item);
      this.removeOne(item);
    }
    this.changed();
  }

  #known(): readonly T[] | undefined {
    if (this.#items) return this.#items;
    if (this.#replacement) this.#items = [...this.#replacement];
    else if (this.#rows) this.#items = this.isChanged ? this.itemsOf(this.#rows) : this.#rows;
    return this.#items;
  }

  #stored(): { runner: QueryRunner; state: QueryState } {
    const record = recordOf(this.owner);
    const key = record?.status === 'new' ? undefined : record && keyOf(record.model, this.owner);
    if (record?.store && key) {
      const { database } = placeOfTarget(this.relation, record);
      return { runner: record.store.runner, state: relatedTo(this.relation, key, database) };
    }
    const reason =
      record?.status === 'deleted'
        ? 'its owner was deleted'
        : 'its owner has no row in this session yet: add it and flush first';
    throw new QueryError(`${this.name} cannot be queried: ${reason}.`, {
      entity: this.relation.owner.name,
      property: this.relation.property,
    });
  }

  refusal(use: string, wanted: string, given: unknown): QueryError {
    const { owner, property } = this.relation;
    return new QueryError(`${this.name}: ${use} takes ${wanted}, got ${describeValue(given)}.`, {
      entity: owner.name,
      property,
    });
  }

  loaded(use: string): readonly T[] {
    const items = this.#known();
    if (items) return items;
    const { owner, property } = this.relation;
    const variable = owner.name.charAt(0).toLowerCase() + owner.name.slice(1);
    throw new NotLoadedError(
      `${this.name} is not loaded (${use}): write .include('${property}') in the query, or await session.load(${variable}, '${property}').`,
      { entity: owner.name, property },
    );
  }

  /** What was deleted is in no session, so that nothing would be written. */
  #assertTakes(use: string): void {
    if (recordOf(this.owner)?.status !== 'deleted') return;
    const { owner, property } = this.relation;
    throw new QueryError(
      `${this.name} takes nothing in (${use}): this ${owner.name} was deleted. session.add() it first to have it inserted again, or use another ${owner.name}.`,
      { entity: owner.name, property },
    );
  }

  #checkItem(item: T): void {
    const { target, owner, property } = this.relation;
    if (typeof item === 'object' && (item as unknown) !== null && item instanceof target.entityClass) return;
    throw new QueryError(`${this.name} takes ${target.name} entities, got ${describeValue(item)}.`, {
      entity: owner.name,
      property,
    });
  }
}

function itemsGiven<T>(items: Iterable<T>, name: string): readonly T[] {
  if (typeof items === 'object' && (items as unknown) !== null && Symbol.iterator in items) return [...items];
  throw new QueryError(`${name} takes an array of entities, got ${describeValue(items)}.`);
}
