/** The session: the unit of work as users see it. A façade; what its methods do stands in the files beside it. */
import { NotFoundError, QueryError } from '../errors';
import type { Limit } from '../database';
import { byPlace, isMarked, live, placeOf, recordOf, rowKey, UNREAD, type EntityRecord } from '../entities';
import { fetchRecords, keyChunks, loadRelations, recogniseKeys, reloadRelations } from '../loading';
import type { EntityClass } from '../metadata';
import {
  assertNotReadOnly,
  describeValue,
  isPlainObject,
  keyFrom,
  rowsByKey,
  withPaths,
  type CreateData,
  type EntityOf,
  type IncludePath,
  type PrimaryKeyValue,
  type Promised,
  type PromisedAll,
  type Ref,
} from '../query';
import { templateTag, type BeginOptions, type SqlTemplateTag } from '../sql';
import { detach, withdraw } from './attach';
import { begin, close, commit, flush, nested, rollback } from './blocks';
import { instantiate } from './create-entity';
import { INTERNALS, type SessionInternals } from './internals';
import { isPending, pendingChanges, type PendingChange } from './changes';
import { SessionQueryRunner } from './query-runner';
import { runRaw } from './raw';
import { assertSeen, outsideError, readStale } from './stale';
import { Repository, type LoadedWith, type OneOf, type RepositorySession } from './repository';
import { UnitOfWork, type SessionContext } from './unit-of-work';

/** What `session.delete` takes after the entities. */
export interface DeleteEntityOptions {
  /** Delete the row itself where the entity is soft-deleted. */
  force?: boolean;
}

/**
 * A unit of work: the entities that it read and those that were added to it, and what of them is to be written. Made by `orm.session()`;
 * close it, or declare it with `await using`. Calls may overlap: what writes takes turns.
 *
 * @throws TransactionError from every call after `close()`, and from what reads or writes rows once its transaction has failed: roll back.
 */
export class Session implements RepositorySession {
  readonly #unit: UnitOfWork;
  readonly #database: string;

  /** Made by `orm.session()`. */
  constructor(context: SessionContext, view?: { unit: UnitOfWork; database: string }) {
    this.#unit = view?.unit ?? new UnitOfWork(context, (unit) => new SessionQueryRunner(unit));
    this.#database = view?.database ?? context.defaultDatabase;
  }

  /** For this package alone. */
  get [INTERNALS](): SessionInternals {
    return { unit: this.#unit, database: this.#database };
  }

  // -- entities

  /** The repository of an entity: its own class where `@Entity({ repository })` names one. */
  repository<T extends object>(entityClass: EntityClass<T>): Repository<T> {
    const model = this.#unit.context.models.of(entityClass);
    const Custom = model.repository?.() as typeof Repository<T> | undefined;
    return new (Custom ?? Repository)(this, entityClass);
  }

  /** Makes an entity (calling its constructor without arguments), sets its properties and adds it. It is written at the next flush. */
  create<T extends object>(entityClass: EntityClass<T>, data: CreateData<T>): T {
    this.#unit.assertUsable('create');
    const { store, context } = this.#unit;
    const model = context.models.of(entityClass);
    const entity = instantiate({ store, database: model.database ?? this.#database }, model, data);
    this.#unit.attach(entity, this.#database);
    return entity as T;
  }

  /** Adds entities, and along their relations what is new. They are written at the next flush. */
  add(...entities: object[]): void {
    this.#unit.assertUsable('add');
    for (const entity of entities) this.#unit.attach(entity, this.#database);
  }

  /**
   * The entity of a key: the one that the session has, or a reference of which only the key can be read. Nothing is sent.
   *
   * @throws QueryError for what is no key of it
   */
  reference<T extends object>(entityClass: EntityClass<T>, key: PrimaryKeyValue<T>): Ref<T> {
    this.#unit.assertUsable('reference');
    const { store, context } = this.#unit;
    const model = context.models.of(entityClass);
    const values = keyFrom(context.models, model, key, `session.reference(${model.name})`);
    return store.reference(placeOf(model, model.database ?? this.#database), values).entity as Ref<T>;
  }

  /** Deletes entities at the next flush: marks them where soft-deleted, unless `force`. Takes a new entity out again. */
  delete(...args: [...entities: object[], options: DeleteEntityOptions] | object[]): void {
    this.#unit.assertUsable('delete');
    const options = args.length > 1 && isDeleteOptions(args.at(-1)) ? (args.at(-1) as DeleteEntityOptions) : undefined;
    for (const entity of options ? args.slice(0, -1) : args) {
      // It went along with another one.
      if (isDeleted(entity)) continue;
      const record = this.#recordOf(entity, 'delete');
      assertNotReadOnly(record.model);
      const { store } = this.#unit;
      if (record.status === 'new') withdraw(store, record);
      else if (options?.force || !isMarked(record)) {
        const force = options?.force ?? false;
        store.perform(() => {
          if (store.owns(record) && record.status !== 'new') live(store, record, 'delete', { force });
        });
      }
    }
  }

  /**
   * Reads the row again and overwrites what the entity says; to-many and has-one relations that were loaded are read again, and what was added to
   * them or taken out stays pending.
   *
   * @throws NotFoundError where the row is gone
   */
  async refresh<T extends object>(entity: T): Promise<T> {
    const record = this.#recordOf(entity, 'refresh');
    const { model, database } = record;
    const key = rowKey(record);
    if (!key) throw new QueryError(`This ${model.name} has no row yet: flush it first.`, { entity: model.name });
    const state = { ...rowsByKey(model, [key], database), columns: model.columns, deleted: 'shown' as const };
    // In a turn of its own: the answer to a read that a flush has overtaken would undo what was written.
    return this.#unit.turns.take(async () => {
      const recognise = recogniseKeys(this.#unit, state, { keys: [key] });
      const [found] = await fetchRecords(this.#unit, state, { overwrite: true, recognise });
      if (!found && this.#unit.store.isOutside(record)) throw outsideError(record);
      if (!found) throw new NotFoundError(`The row of this ${model.name} is gone.`, { entity: model.name });
      await reloadRelations(this.#unit, record);
      return entity;
    });
  }

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
  async load(given: object, ...paths: (string | undefined)[]): Promise<never> {
    this.#unit.assertUsable('load');
    const entities: readonly object[] = Array.isArray(given) ? (given as object[]) : [given];
    const records = entities.map((entity) => this.#recordOf(entity, 'load'));
    for (const members of byPlace(records).values()) {
      const tree = withPaths(new Map(), members[0]!.model, { paths });
      await assertSeen(this.#unit, members);
      await readStale(this.#unit, members);
      await this.#complete(members, [...tree.keys()]);
      await loadRelations(this.#unit, members, tree);
    }
    return given as never;
  }

  /** Takes an entity out of the session; it keeps its values and is not written any more. */
  detach(entity: object): void {
    detach(this.#unit.store, this.#recordOf(entity, 'detach'));
  }

  /** Lets go of all entities and forgets what was pending. */
  clear(): void {
    const unit = this.#unit;
    unit.store.clear();
    for (const journal of unit.journals) journal.forgetLeft(unit.store);
    // What was written is forgotten too, and may be read again.
    if (unit.hasPendingRows) unit.noteWrite({ isPastUs: true });
  }

  /** Whether a flush would write this entity, or many-to-many rows of it. */
  isDirty(entity: object): boolean {
    return isPending(this.#recordOf(entity, 'isDirty'));
  }

  /** What is pending, without writing it: a flush also follows cascades and orphan removal. */
  changes(): PendingChange[] {
    return pendingChanges(this.#unit.store);
  }

  // -- transactions

  /**
   * Opens the transaction that commit or rollback ends; where one is open already it goes on.
   *
   * @throws QueryError for an isolation level that the engine does not have. @throws TransactionError for options of an open transaction
   */
  begin(options: BeginOptions = {}): Promise<void> {
    return begin(this.#unit, this.#database, { options });
  }

  /** Writes what is pending, in as few statements as it takes. @returns number of rows written */
  flush(): Promise<number> {
    return flush(this.#unit);
  }

  /** Flushes, and commits on every database that the session wrote to. @throws PartialCommitError where only some could commit */
  commit(): Promise<void> {
    return commit(this.#unit);
  }

  /** Undoes the transaction in the databases and in memory: entities are as they were when it began. */
  rollback(): Promise<void> {
    return rollback(this.#unit);
  }

  /** Runs `work` in a savepoint: if it throws, its rows and its changes to entities are undone, and the error goes on. */
  transaction<R>(work: (session: Session) => PromiseLike<R>): Promise<R> {
    return nested(this.#unit, this.#database, () => work(this));
  }

  /** The same unit of work, on another database for entities that name none. */
  using(database: string): Session {
    this.#unit.database(database);
    return new Session(this.#unit.context, { unit: this.#unit, database });
  }

  /** Raw SQL, values always bound: plain rows by the database's column names. */
  get sql(): SqlTemplateTag {
    return templateTag((template, bounds) => runRaw(this.#unit, this.#database, { ...template, bounds }));
  }

  /** Rolls back what is open (entities are as they were when it began), gives the connection back and lets the entities go. */
  close(): Promise<void> {
    return close(this.#unit);
  }

  /** `close()`, at the end of a block: `await using session = orm.session()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** References are read first, and entities that lack the foreign key of a relation to be loaded. */
  async #complete(records: readonly EntityRecord[], properties: readonly string[]): Promise<void> {
    const bare = records.filter(({ partial, entity, model, snapshot }) => {
      if (!partial) return false;
      const isReference = model.columns.every(({ primary, index }) => primary || snapshot?.[index] === UNREAD);
      const lacks = (property: string): boolean => {
        const held = model.properties.get(property);
        return held?.kind === 'relation' && held.relation.kind === 'belongsTo' && !Object.hasOwn(entity, property);
      };
      return isReference || properties.some(lacks);
    });
    const [first] = bare;
    if (!first) return;
    const { model, database } = first;
    const keys = bare.map((record) => rowKey(record)!);
    for (const some of keyChunks(keys, this.#unit.dialect(database))) {
      const state = { ...rowsByKey(model, some, database), deleted: 'shown' as const };
      await fetchRecords(this.#unit, state, { recognise: recogniseKeys(this.#unit, state, { keys: some }) });
    }
  }

  #recordOf(entity: object, operation: string): EntityRecord {
    const { store, context } = this.#unit;
    this.#unit.assertUsable(operation);
    const isObject = typeof entity === 'object' && (entity as unknown) !== null;
    const record = isObject ? recordOf(entity) : undefined;
    if (store.owns(record)) return record;
    const model = isObject ? context.models.ofEntity(entity) : undefined;
    const remedy = model
      ? `: this ${model.name} is not in it, add() it or load it here`
      : `, got ${describeValue(entity)}`;
    throw new QueryError(`${operation} takes an entity of this session${remedy}.`, { entity: model?.name });
  }
}

/** `session.begin` with a limit that began before: that of several tries. */
export function beginWithin(session: Session, options: BeginOptions, limit: Limit | undefined): Promise<void> {
  const { unit, database } = session[INTERNALS];
  return begin(unit, database, { options, limit });
}

function isDeleteOptions(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).every((name) => name === 'force');
}

function isDeleted(entity: unknown): boolean {
  return typeof entity === 'object' && entity !== null && recordOf(entity)?.status === 'deleted';
}
