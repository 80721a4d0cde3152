/** The session: the unit of work as users see it. `EntitySession` implements it. */
import type { EntityClass } from '../metadata';
import type { AssignData, EntityOf, IncludePath, PrimaryKeyValue, PropertyPath, Ref } from '../query';
import type { BeginOptions } from '../sql';
import type { PendingChange } from './changes';
import { SessionClass } from './internals';
import type { OneOf, RepositorySession, SerializedWith } from './repository';

/**
 * A unit of work: the entities that it read and those that were added to it, and what of them is to be written. Made by `orm.session()`;
 * close it, or declare it with `await using`. Calls may overlap: what writes takes turns.
 *
 * @throws TransactionError from every call after `close()`, and from what reads or writes rows once its transaction has failed: roll back.
 */
export interface Session extends RepositorySession {
  /**
   * The entity of a key: the one that the session has, or a reference of which only the key can be read. Nothing is sent.
   *
   * @throws QueryError for what is no key of it
   */
  reference<T extends object>(entityClass: EntityClass<T>, key: PrimaryKeyValue<T>): Ref<T>;

  /**
   * Sets what data from outside says, such as the parsed body of a request: columns (a moment as text with its zone, a bigint as digits), to-one
   * relations by an entity, by `null` or by a key, collections by arrays of entities or keys. Nothing is set where anything is refused, and nothing
   * is sent: what a key names need not be loaded.
   *
   * @param entity one of this session, or a new one of no session
   * @param options `allow`: the properties that may be given. Default: all but the key, the optimistic lock and what the database generates
   * @throws QueryError for names that are no properties, that are not allowed, or that no data sets. @throws ValidationFailedError for values that
   * the property does not take
   */
  assign<E extends object>(
    entity: E,
    data: AssignData<EntityOf<E>>,
    options?: { allow?: readonly (keyof AssignData<EntityOf<E>> & string)[] },
  ): E;

  /**
   * Entities as plain data: a new object, or a list of them, which says what it is by its type. Without options it is what `JSON.stringify` writes of them, except that
   * a `toJSON` of their class is not asked. Sends nothing.
   *
   * @param options `include`: the relations that are written; they must be loaded. `only`, `omit`: properties, by paths. `groups`: of columns that have groups, those of one of these
   * @throws QueryError for what is no entity, and for names that are no properties or hidden. @throws NotLoadedError for relations and columns that are named and not loaded
   */
  serialize<
    E extends object | readonly object[],
    P extends string = never,
    N extends string = never,
    L extends string = never,
    const I extends readonly string[] | undefined = undefined,
    const O extends readonly string[] | undefined = undefined,
    const M extends readonly string[] | undefined = undefined,
    const G extends readonly string[] | undefined = undefined,
  >(
    given: E,
    options?: {
      include?: I & readonly IncludePath<EntityOf<OneOf<E>>, P>[];
      only?: O & readonly PropertyPath<EntityOf<OneOf<E>>, N>[];
      omit?: M & readonly PropertyPath<EntityOf<OneOf<E>>, L>[];
      groups?: G;
    },
  ): SerializedWith<E, I, O, M, G>;

  /** Takes an entity out of the session; it keeps its values and is not written any more. */
  detach(entity: object): void;

  /** Lets go of all entities and forgets what was pending. */
  clear(): void;

  /** Whether a flush would write this entity, or many-to-many rows of it. */
  isDirty(entity: object): boolean;

  /** What is pending, without writing it: a flush also follows cascades and orphan removal. */
  changes(): PendingChange[];

  /**
   * Opens the transaction that commit or rollback ends; where one is open already it goes on.
   *
   * @throws QueryError for an isolation level that the engine does not have. @throws TransactionError for options of an open transaction
   */
  begin(options?: BeginOptions): Promise<void>;

  /** Flushes, and commits on every database that the session wrote to. @throws PartialCommitError where only some could commit */
  commit(): Promise<void>;

  /** Undoes the transaction in the databases and in memory: entities are as they were when it began. */
  rollback(): Promise<void>;

  /** Runs `work` in a savepoint: if it throws, its rows and its changes to entities are undone, and the error goes on. */
  transaction<R>(work: (session: Session) => PromiseLike<R>): Promise<R>;

  /** The same unit of work, on another database for entities that name none. */
  using(database: string): Session;

  /** Rolls back what is open (entities are as they were when it began), gives the connection back and lets the entities go. */
  close(): Promise<void>;

  /** `close()`, at the end of a block: `await using session = orm.session()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Sessions as a value: for `instanceof`, and where dependencies are injected by class. `orm.session()` makes them, `new` does not. */
export const Session: abstract new (madeByEspalier: never) => Session = SessionClass as never;
