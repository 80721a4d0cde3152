/** What implements `Session`: a façade; what its methods do stands in the files beside it. */
import { called } from '../caller';
import { NotFoundError, QueryError } from '../errors';
import type { Limit } from '../database';
import { byPlace, describe, placeOf, recordOf, rowKey, UNREAD, type EntityRecord } from '../entities';
import { fetchRecords, keyChunks, loadRelations, recogniseKeys, reloadRelations } from '../loading';
import type { EntityClass, EntityObject } from '../metadata';
import {
  askedColumns,
  assertNotReadOnly,
  describeValue,
  isPlainObject,
  keyFrom,
  NOTHING_ASKED,
  rowsByKey,
  withPaths,
} from '../query';
import { templateTag, type BeginOptions, type SqlTemplateTag } from '../sql';
import { assignData } from './assign';
import { begin, close, commit, flush, nested, rollback } from './blocks';
import { instantiate } from './create-entity';
import { INTERNALS, internalsOf, SessionClass, type SessionInternals } from './internals';
import { isPending, pendingChanges, type PendingChange } from './changes';
import { SessionQueryRunner } from './query-runner';
import { detach, detachAll, remove } from './leave';
import { runRaw } from './raw';
import { assertSeen, outsideError, readStale } from './stale';
import { Repository, type DeleteEntityOptions } from './repository';
import { serializeAll } from './serialize';
import type { Session } from './session';
import { UnitOfWork, type SessionContext } from './unit-of-work';

/** Made by `orm.session()`; `view` is another face of a unit of work that is there already. */
export class EntitySession extends SessionClass implements Session {
  readonly #unit: UnitOfWork;
  readonly #database: string;

  constructor(context: SessionContext, view?: SessionInternals) {
    super();
    this.#unit = view?.unit ?? new UnitOfWork(context, (unit) => new SessionQueryRunner(unit));
    this.#database = view?.database ?? context.defaultDatabase;
  }

  get [INTERNALS](): SessionInternals {
    return { unit: this.#unit, database: this.#database };
  }

  // -- entities

  repository<T extends object>(entityClass: EntityClass<T>): Repository<T> {
    const model = this.#unit.context.models.of(entityClass);
    const Custom = model.repository?.() as typeof Repository<T> | undefined;
    return new (Custom ?? Repository)(this, entityClass);
  }

  create(entityClass: EntityClass, data: object): never {
    this.#unit.assertUsable('create');
    const { store, context } = this.#unit;
    const model = context.models.of(entityClass);
    const entity = instantiate({ store, database: model.database ?? this.#database }, model, data);
    this.#unit.attach(entity, this.#database);
    return entity as never;
  }

  add(...entities: object[]): void {
    this.#unit.assertUsable('add');
    for (const entity of entities) this.#unit.attach(entity, this.#database);
  }

  reference(entityClass: EntityClass, key: unknown): never {
    this.#unit.assertUsable('reference');
    const { store, context } = this.#unit;
    const model = context.models.of(entityClass);
    const values = keyFrom(context.models, model, key, `session.reference(${model.name})`);
    return store.reference(placeOf(model, model.database ?? this.#database), values).entity as never;
  }

  assign(entity: object, data: object, options?: object): never {
    this.#unit.assertUsable('assign');
    const { store, context } = this.#unit;
    // A new entity may come into the session afterwards.
    const isStranger = typeof entity === 'object' && (entity as unknown) !== null && !recordOf(entity);
    const stranger = isStranger ? context.models.ofEntity(entity) : undefined;
    const { model, database } = stranger
      ? { model: stranger, database: stranger.database ?? this.#database }
      : this.#recordOf(entity, 'assign');
    assignData({ store, database }, { entity: entity as EntityObject, model }, data, options);
    return entity as never;
  }

  delete(...args: [...entities: object[], options: DeleteEntityOptions] | object[]): void {
    this.#unit.assertUsable('delete');
    const options = args.length > 1 && isDeleteOptions(args.at(-1)) ? (args.at(-1) as DeleteEntityOptions) : undefined;
    const entities = (options ? args.slice(0, -1) : args).filter((entity) => !isDeleted(entity));
    const records = entities.map((entity) => this.#recordOf(entity, 'delete'));
    for (const { model } of records) assertNotReadOnly(model);
    const { store } = this.#unit;
    const force = options?.force ?? false;
    store.perform(() => {
      remove(
        store,
        records.map(({ entity }) => entity),
        { force },
      );
    });
  }

  refresh<T extends object>(entity: T): Promise<T> {
    return called(async () => {
      const record = this.#recordOf(entity, 'refresh');
      const { model, database } = record;
      const key = rowKey(record);
      if (model.key.length === 0)
        throw new QueryError(`refresh() needs a key, and ${model.name} has none: run the query again.`, {
          entity: model.name,
        });
      if (!key) throw new QueryError(`This ${model.name} has no row yet: flush it first.`, { entity: model.name });
      const state = { ...rowsByKey(model, [key], database), columns: model.columns, deleted: 'shown' as const };
      // In a turn of its own: the answer to a read that a flush has overtaken would undo what was written.
      return this.#unit.turns.take(async () => {
        const recognise = recogniseKeys(this.#unit, state, { keys: [key] });
        const [found] = await fetchRecords(this.#unit, state, { overwrite: true, recognise });
        if (!found && this.#unit.store.isOutside(record)) throw outsideError(record);
        if (!found) throw new NotFoundError(`The row of ${describe(model, key)} is gone.`, { entity: model.name });
        await reloadRelations(this.#unit, record);
        record.asked = askedColumns(model, record.asked ?? NOTHING_ASKED, model.columns);
        return entity;
      });
    });
  }

  load(given: object, ...paths: (string | undefined)[]): Promise<never> {
    return called(async () => {
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
    });
  }

  serialize(given: object, options: object = {}): never {
    this.#unit.assertUsable('serialize');
    return serializeAll(given, options) as never;
  }

  detach(entity: object): void {
    const record = this.#recordOf(entity, 'detach');
    const { store, turns } = this.#unit;
    for (const outside of turns.outside) outside.added.delete(record);
    store.perform(() => {
      if (store.owns(record)) detach(store, [record]);
    });
  }

  clear(): void {
    const unit = this.#unit;
    detachAll(unit.store);
    for (const outside of unit.turns.outside) outside.forget();
    for (const journal of unit.journals) journal.forgetLeft(unit.store);
    // What was written is forgotten too, and may be read again.
    if (unit.hasPendingRows) unit.noteWrite({ isPastUs: true });
  }

  isDirty(entity: object): boolean {
    return isPending(this.#recordOf(entity, 'isDirty'));
  }

  changes(): PendingChange[] {
    return pendingChanges(this.#unit.store);
  }

  // -- transactions

  begin(options: BeginOptions = {}): Promise<void> {
    return called(() => begin(this.#unit, this.#database, { options }));
  }

  flush(): Promise<number> {
    return called(() => flush(this.#unit));
  }

  commit(): Promise<void> {
    return called(() => commit(this.#unit));
  }

  rollback(): Promise<void> {
    return called(() => rollback(this.#unit));
  }

  transaction<R>(work: (session: Session) => PromiseLike<R>): Promise<R> {
    return called(async () => {
      const given: unknown = work;
      if (typeof given !== 'function')
        throw new QueryError(
          `session.transaction(work) takes a function: session.transaction(async () => { … }), got ${describeValue(given)}.`,
        );
      return nested(this.#unit, this.#database, () => work(this));
    });
  }

  using(database: string): Session {
    this.#unit.database(database);
    return new EntitySession(this.#unit.context, { unit: this.#unit, database });
  }

  get sql(): SqlTemplateTag {
    return templateTag((template, bounds) => called(() => runRaw(this.#unit, this.#database, { ...template, bounds })));
  }

  close(): Promise<void> {
    return called(() => close(this.#unit));
  }

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
  const { unit, database } = internalsOf(session);
  return begin(unit, database, { options, limit });
}

function isDeleteOptions(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).every((name) => name === 'force');
}

function isDeleted(entity: unknown): boolean {
  return typeof entity === 'object' && entity !== null && recordOf(entity)?.status === 'deleted';
}
