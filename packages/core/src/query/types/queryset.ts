/**
 * The public face of querysets as an interface, and the collections that start them.
 */
import type { SignalLike } from '../../sql';
import type { CreateData, UpdateData } from './create';
import type { Criterion, PrimaryKeyValue, Where } from './filters';
import type { Defer, Loaded, Only, Undefer } from './loaded';
import type { ColumnPath, IncludePath, OrderPath, Promised, PromisedAll } from './paths';
import type { CollectionOf, LoadedItems, RefTo } from './relations';

/** A statement as text with placeholders of the engine's, and the values for them in order. */
export interface SqlText {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface IterateOptions {
  /** Rows fetched at a time. Default: 1000. */
  readonly batch?: number;
}

/** How a to-one relation is fetched; to-many relations always take one keyed query a level. */
export type IncludeStrategy = 'join' | 'query';

export interface IncludeOptions {
  /** How to-one relations on the paths are fetched: `'join'` (default) in the same statement, `'query'` by a keyed query of their own. */
  readonly strategy: IncludeStrategy;
}

export interface DeleteOptions {
  /** Delete the rows themselves where the entity is soft-deleted. */
  readonly force?: boolean;
}

/**
 * A query that can be narrowed, ordered and shaped step by step. Each step gives a new queryset and leaves the old one as it was; nothing is
 * sent before it is awaited (an array of all rows), iterated, or one of the reading or writing methods is called.
 *
 * `T` is the entity, `R` what comes out: more than `T` after `include`, less after `only` and `defer`.
 *
 * All methods throw QueryError, before any SQL, for names that are no properties of the entity and for values that do not fit their column.
 */
export interface QuerySet<T extends object, R = T> extends PromiseLike<R[]>, AsyncIterable<R> {
  // -- narrowing

  /** Rows for which all criteria hold. As in SQL, a comparison with a column that is null does not hold. */
  filter(...criteria: Criterion<T>[]): QuerySet<T, R>;
  /** Rows for which the criteria do not all hold; a row where that cannot be said, as a column is null, stays in. */
  exclude(...criteria: Criterion<T>[]): QuerySet<T, R>;
  /** Soft-deleted rows too, in includes as well. */
  withDeleted(): QuerySet<T, R>;
  /** Soft-deleted rows only. */
  onlyDeleted(): QuerySet<T, R>;
  /** At most this many rows: a whole number, not negative. */
  limit(rows: number): QuerySet<T, R>;
  /** Leaves out this many rows first: a whole number, not negative. */
  offset(rows: number): QuerySet<T, R>;
  /** All rows. Says that an `update` or `delete` without a condition is meant. */
  all(): QuerySet<T, R>;

  // -- order

  /**
   * Sorts by these fields, the first one first, in place of an order given before; `'-title'` is descending, `'artist.name'` goes along
   * to-one relations. Without arguments the rows are in no order.
   */
  orderBy<P extends string = never>(...paths: OrderPath<T, P>[]): QuerySet<T, R>;
  /** The opposite order; by descending key where no order was given. @throws QueryError after `limit` or `offset` */
  reverse(): QuerySet<T, R>;

  // -- shape

  /** Loads relations along: `'artist'`, `'tracks.genres'`. No relation is fetched twice. Options, where given, come last. Types promise what is written as literals. */
  include<P1 extends string = never, P2 extends string = never, P3 extends string = never, P4 extends string = never>(
    path?: IncludePath<T, P1>,
    second?: IncludePath<T, P2>,
    third?: IncludePath<T, P3>,
    fourth?: IncludePath<T, P4>,
  ): QuerySet<T, Loaded<R, Promised<P1> | Promised<P2> | Promised<P3> | Promised<P4>>>;
  include<P extends string, const A extends readonly string[]>(
    ...paths: A & readonly IncludePath<T, P>[]
  ): QuerySet<T, Loaded<R, PromisedAll<A>>>;
  include<P extends string>(
    path: IncludePath<T, P>,
    ...pathsThenOptions: [...IncludePath<T, P>[], IncludeOptions]
  ): QuerySet<T, Loaded<R, P>>;
  /**
   * Reads these columns and the key only; reading another property of such an entity is a compile error, and NotLoadedError when run. Paths are about relations that
   * are included: `only('title', 'author.name')`. An entity of which no column is named is read as it would be otherwise.
   */
  only<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Only<R, P>>;
  /** Leaves these columns unread, of the entity or of relations that are included: `defer('notes', 'author.passwordHash')`. */
  defer<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Defer<R, P>>;
  /** Reads these columns too, which are deferred otherwise: `undefer('notes', 'author.biography')`. */
  undefer<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Undefer<R, P>>;

  // -- reading

  /**
   * The one row of this queryset, or of those in it that have this key or meet this criterion.
   *
   * @throws NotFoundError when no row matches.
   * @throws MultipleFoundError where there are several.
   */
  get(): Promise<R>;
  get(keyOrCriterion: PrimaryKeyValue<T> | Criterion<T>): Promise<R>;
  /** The row with this key, soft-deleted or not; null when no row matches. */
  find(key: PrimaryKeyValue<T>): Promise<R | null>;
  /** The first row in the order given, or by key; null when no row matches. */
  first(): Promise<R | null>;
  /** The last row in the order given, or by key; null when no row matches. */
  last(): Promise<R | null>;
  /**
   * The only row.
   *
   * @throws NotFoundError when no row matches.
   * @throws MultipleFoundError where there are several.
   */
  one(): Promise<R>;
  /** Number of rows, within limit and offset. */
  count(): Promise<number>;
  /** Whether there is a row. */
  exists(): Promise<boolean>;
  /** The rows one after another through a cursor, in constant memory. */
  iterate(options?: IterateOptions): AsyncIterable<R>;

  // -- writing

  /** Adds a new entity and inserts it at once. @throws IntegrityError where a constraint refuses the row. */
  create(data: CreateData<T>): Promise<T>;
  /**
   * The one row that meets the conditions, or a new one made of their equalities and of `defaults`; and whether it was made. Right under
   * concurrent callers where a unique constraint covers the conditions.
   *
   * @throws QueryError for an empty condition.
   * @throws MultipleFoundError where several rows meet the conditions.
   */
  getOrCreate(where: Where<T>, defaults?: Partial<CreateData<T>>): Promise<[entity: T, created: boolean]>;
  /**
   * As `getOrCreate` for many rows, by one query and one insert: their entities in the order given. All are known by the same properties, of which values are given.
   * `defaults`: of all, or of each; conditions that are equal make one row. On a many-to-many collection the rows are looked for among all, and linked.
   *
   * @example const tags = await session.repository(Tag).getOrCreateMany(names.map((name) => ({ name })));
   * @throws QueryError for conditions that are no values, or that name other properties than the first.
   * @throws MultipleFoundError where several rows are known by the same values.
   */
  getOrCreateMany<W extends Where<T>>(
    wheres: readonly W[],
    defaults?: Partial<CreateData<T>> | ((where: W, index: number) => Partial<CreateData<T>>),
  ): Promise<[entity: T, created: boolean][]>;
  /** As `getOrCreate`, but a row that is found gets `values`. */
  updateOrCreate(where: Where<T>, values: Partial<CreateData<T>>): Promise<[entity: T, created: boolean]>;
  /** Inserts rows without making entities of them, in as few statements as the engine allows. Resolves to the number of rows. */
  insertMany(rows: readonly CreateData<T>[]): Promise<number>;
  /**
   * Changes all rows of this queryset in one statement. Resolves to their number.
   *
   * @throws QueryError where there is no condition, or one that every row meets, and `all()` was not called.
   */
  update(values: UpdateData<T>): Promise<number>;
  /**
   * Deletes all rows of this queryset in one statement: marks them where the entity is soft-deleted. Resolves to their number.
   *
   * @throws QueryError where there is no condition, or one that every row meets, and `all()` was not called.
   */
  delete(options?: DeleteOptions): Promise<number>;

  // -- running and looking

  /** Runs on another database, by its name among those connected, or on the 'primary' or a 'replica', what it includes too. */
  using(database: string): QuerySet<T, R>;
  /**
   * Given up when the signal (an `AbortSignal`) is aborted, on the server too: then it is a QueryAbortedError. An iterator ends by it at any time.
   */
  signal(signal: SignalLike): QuerySet<T, R>;
  /**
   * Given up after that many milliseconds, on the server too: then it is a QueryTimeoutError. They are for all that the call sends, includes too; of an iterator for each
   * wait for rows.
   */
  timeout(ms: number): QuerySet<T, R>;
  /** The select statement that awaiting this queryset would send. */
  toSQL(): SqlText;
}

/**
 * A to-many relation. Its items are asked for explicitly: by `include`, by `session.load`, or through `query()`.
 *
 * @example
 * class Album {
 *   tracks!: Many<Track>;
 * }
 */
export interface Many<T extends object> extends CollectionOf<T> {
  /** Relates these entities; written at the next flush. Needs nothing loaded. */
  add(...items: RefTo<T>[]): void;
  /** Ends the relation to these entities at the next flush: removes them where the relation removes orphans. */
  remove(...items: RefTo<T>[]): void;
  /** Makes these its items at the next flush; assigning an array to the property does the same. Needs nothing loaded. */
  set(items: Iterable<RefTo<T>>): void;
  /** Takes all items out at the next flush. Needs nothing loaded. */
  clear(): void;
  /** Whether this entity belongs to it: as far as that is known or changed in memory, otherwise asked of the database. */
  has(item: RefTo<T>): Promise<boolean>;
  /** How many items it has: of a loaded one those in memory, otherwise those that the database holds. */
  count(): Promise<number>;
  /** The related rows as a queryset. @throws QueryError for an owner that has no row */
  query(): QuerySet<T>;
}

/** A to-many relation whose items are there. */
export interface LoadedMany<T extends object, L = T> extends Many<T>, LoadedItems<L> {}
