/** A repository starts querysets. It is no queryset itself: awaiting one by accident must not read a table. */
import type { EntityClass } from '../metadata';
import {
  emptyState,
  EntityQuerySet,
  type CreateData,
  type ColumnPath,
  type Criterion,
  type Defer,
  type DeleteOptions,
  type EntityOf,
  type IncludeOptions,
  type IncludePath,
  type IterateOptions,
  type Loaded,
  type Only,
  type OrderPath,
  type Promised,
  type Serialized,
  type PromisedAll,
  type PrimaryKeyValue,
  type QuerySet,
  type SqlText,
  type Undefer,
  type UpdateData,
  type Where,
} from '../query';
import type { SignalLike, SqlTemplateTag } from '../sql';
import { internalsOf } from './internals';

/** What `session.delete` takes after the entities. */
export interface DeleteEntityOptions {
  /** Delete the row itself where the entity is soft-deleted. */
  force?: boolean;
}

/** What queries with a name may want of their session: all that a `Session` does but to end it. */
export interface RepositorySession {
  /** The repository of an entity: its own class where `@Entity({ repository })` names one. */
  repository<T extends object>(entityClass: EntityClass<T>): Repository<T>;

  /** Makes an entity (calling its constructor without arguments), sets its properties and adds it. It is written at the next flush. */
  create<T extends object>(entityClass: EntityClass<T>, data: CreateData<T>): T;

  /** Adds entities, and along their relations what is new. They are written at the next flush. */
  add(...entities: object[]): void;

  /** Deletes entities at the next flush: marks them where soft-deleted, unless `force`. Takes a new entity out again. */
  delete(...args: [...entities: object[], options: DeleteEntityOptions] | object[]): void;

  /** Loads relations of one entity or several, for all that were read together with them: one query a relation. */
  load<
    E extends object | readonly object[],
    P1 extends string = never,
    P2 extends string = never,
    P3 extends string = never,
    P4 extends string = never,
  >(
    given: E,
    path?: IncludePath<EntityOf<OneOf<E>>, P1>,
    second?: IncludePath<EntityOf<OneOf<E>>, P2>,
    third?: IncludePath<EntityOf<OneOf<E>>, P3>,
    fourth?: IncludePath<EntityOf<OneOf<E>>, P4>,
  ): Promise<LoadedWith<E, Promised<P1> | Promised<P2> | Promised<P3> | Promised<P4>>>;
  load<E extends object | readonly object[], P extends string, const A extends readonly string[]>(
    given: E,
    ...paths: A & readonly IncludePath<EntityOf<OneOf<E>>, P>[]
  ): Promise<LoadedWith<E, PromisedAll<A>>>;

  /**
   * Reads the row again and overwrites what the entity says; to-many and has-one relations that were loaded are read again, and what was added to
   * them or taken out stays pending.
   *
   * @throws NotFoundError where the row is gone
   */
  refresh<T extends object>(entity: T): Promise<T>;

  /** Writes what is pending, in as few statements as it takes. @returns number of rows written */
  flush(): Promise<number>;

  /** Runs `work` in a savepoint: if it throws, its rows and its changes to entities are undone, and the error goes on. */
  transaction<R>(work: (session: RepositorySession) => PromiseLike<R>): Promise<R>;

  /** Raw SQL, values always bound: plain rows by the database's column names. */
  readonly sql: SqlTemplateTag;
}

/** The entity, of one or of several that are given together. */
export type OneOf<E> = E extends readonly (infer One)[] ? One : E;

/** What `session.serialize` gives for `E`, an entity or an array of entities. */
export type SerializedWith<E, I, O, M, G> = E extends readonly (infer One)[]
  ? Serialized<One, I, O, M, G>[]
  : Serialized<E, I, O, M, G>;

/** What `load` gives: the same entity or entities, typed as loaded. Editors complete the paths of a first overload only, so that there is one for both. */
export type LoadedWith<E, P extends string> = E extends readonly (infer One)[] ? Loaded<One, P>[] : Loaded<E, P>;

/**
 * The querysets of one entity in one session. Extend it for queries that have a name, and give the class to
 * `@Entity({ repository: () => AlbumRepository })`.
 */
export class Repository<T extends object> {
  constructor(
    readonly session: RepositorySession,
    readonly entityClass: EntityClass<T>,
  ) {}

  /** A queryset of everything; a mass `update` or `delete` of it is meant. */
  all(): QuerySet<T> {
    return this.query().all();
  }

  /** Rows for which all criteria hold. */
  filter(...criteria: Criterion<T>[]): QuerySet<T> {
    return this.query().filter(...criteria);
  }

  /** Rows for which the criteria do not all hold. */
  exclude(...criteria: Criterion<T>[]): QuerySet<T> {
    return this.query().exclude(...criteria);
  }

  /** Soft-deleted rows too. */
  withDeleted(): QuerySet<T> {
    return this.query().withDeleted();
  }

  /** Soft-deleted rows only. */
  onlyDeleted(): QuerySet<T> {
    return this.query().onlyDeleted();
  }

  /** Sorts by these fields; `'-title'` is descending. */
  orderBy<P extends string = never>(...paths: OrderPath<T, P>[]): QuerySet<T> {
    return this.query().orderBy<P>(...paths);
  }

  /** Sorts by the key backwards. */
  reverse(): QuerySet<T> {
    return this.query().reverse();
  }

  /** At most this many rows. */
  limit(rows: number): QuerySet<T> {
    return this.query().limit(rows);
  }

  /** Leaves out this many rows first. */
  offset(rows: number): QuerySet<T> {
    return this.query().offset(rows);
  }

  /** Loads relations along. */
  include<P1 extends string = never, P2 extends string = never, P3 extends string = never, P4 extends string = never>(
    path?: IncludePath<T, P1>,
    second?: IncludePath<T, P2>,
    third?: IncludePath<T, P3>,
    fourth?: IncludePath<T, P4>,
  ): QuerySet<T, Loaded<T, Promised<P1> | Promised<P2> | Promised<P3> | Promised<P4>>>;
  include<P extends string, const A extends readonly string[]>(
    ...paths: A & readonly IncludePath<T, P>[]
  ): QuerySet<T, Loaded<T, PromisedAll<A>>>;
  include<P extends string>(
    path: IncludePath<T, P>,
    ...pathsThenOptions: [...IncludePath<T, P>[], IncludeOptions]
  ): QuerySet<T, Loaded<T, P>>;
  include(...args: readonly unknown[]): QuerySet<T, never> {
    return this.query().include(...(args as never[])) as QuerySet<T, never>;
  }

  /** Reads these columns and the key only. */
  only<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Only<T, P>> {
    return this.query().only<P>(...paths);
  }

  /** Leaves these columns unread. */
  defer<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Defer<T, P>> {
    return this.query().defer<P>(...paths);
  }

  /** Reads these columns too, which are deferred otherwise. */
  undefer<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Undefer<T, P>> {
    return this.query().undefer<P>(...paths);
  }

  /** The one row with this key or meeting this criterion. @throws NotFoundError, MultipleFoundError */
  get(): Promise<T>;
  get(keyOrCriterion: PrimaryKeyValue<T> | Criterion<T>): Promise<T>;
  get(...args: [] | [PrimaryKeyValue<T> | Criterion<T>]): Promise<T> {
    return this.query().get(...(args as [Criterion<T>]));
  }

  /** The row with this key, soft-deleted or not; null when no row matches. */
  find(key: PrimaryKeyValue<T>): Promise<T | null> {
    return this.query().find(key);
  }

  /** The first row by key; null when no row matches. */
  first(): Promise<T | null> {
    return this.query().first();
  }

  /** The last row by key; null when no row matches. */
  last(): Promise<T | null> {
    return this.query().last();
  }

  /** The only row. @throws NotFoundError, MultipleFoundError */
  one(): Promise<T> {
    return this.query().one();
  }

  /** Number of rows. */
  count(): Promise<number> {
    return this.query().count();
  }

  /** Whether there is a row. */
  exists(): Promise<boolean> {
    return this.query().exists();
  }

  /** All rows one after another, in constant memory. */
  iterate(options?: IterateOptions): AsyncIterable<T> {
    return this.query().iterate(options);
  }

  /** Adds a new entity and inserts it at once. */
  create(data: CreateData<T>): Promise<T> {
    return this.query().create(data);
  }

  /** The one row that meets the conditions, or a new one; and whether it was made. */
  getOrCreate(where: Where<T>, defaults?: Partial<CreateData<T>>): Promise<[entity: T, created: boolean]> {
    return this.query().getOrCreate(where, defaults);
  }

  /** As `getOrCreate` for many rows, by one query and one insert: in the order given. */
  getOrCreateMany<W extends Where<T>>(
    wheres: readonly W[],
    defaults?: Partial<CreateData<T>> | ((where: W, index: number) => Partial<CreateData<T>>),
  ): Promise<[entity: T, created: boolean][]> {
    return this.query().getOrCreateMany(wheres, defaults);
  }

  /** As `getOrCreate`, but a row that is found gets `values`. */
  updateOrCreate(where: Where<T>, values: Partial<CreateData<T>>): Promise<[entity: T, created: boolean]> {
    return this.query().updateOrCreate(where, values);
  }

  /** Inserts rows without making entities of them. */
  insertMany(rows: readonly CreateData<T>[]): Promise<number> {
    return this.query().insertMany(rows);
  }

  /** Refused: says that a condition, or `all()`, comes first. */
  update(values: UpdateData<T>): Promise<number> {
    return this.query().update(values);
  }

  /** Refused: says that a condition, or `all()`, comes first. */
  delete(options?: DeleteOptions): Promise<number> {
    return this.query().delete(options);
  }

  /** A queryset on another database, by its name, or on the 'primary' or a 'replica'. */
  using(database: string): QuerySet<T> {
    return this.query().using(database);
  }

  /** Given up when the signal (an `AbortSignal`) is aborted, on the server too. */
  signal(signal: SignalLike): QuerySet<T> {
    return this.query().signal(signal);
  }

  /** Given up after that many milliseconds, on the server too. */
  timeout(ms: number): QuerySet<T> {
    return this.query().timeout(ms);
  }

  /** The select statement that `all()` would send. */
  toSQL(): SqlText {
    return this.query().toSQL();
  }

  /** The queryset that all others start from; override it to narrow a repository down. */
  protected query(): QuerySet<T> {
    const { unit, database } = internalsOf(this.session);
    const model = unit.context.models.of(this.entityClass);
    return new EntityQuerySet<T>(unit.store.runner, emptyState(model, model.database ?? database));
  }
}
