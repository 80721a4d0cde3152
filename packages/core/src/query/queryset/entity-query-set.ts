/** The queryset: a state and the runner that carries it out. Each method makes a new state or hands the state over. */
import { MultipleFoundError, NotFoundError, QueryError } from '../../errors';
import { called } from '../../caller';
import { describeNumber, describeValue } from '../../describe-value';
import { describeRow, type EntityModel } from '../../metadata';
import { bind, type SignalLike } from '../../sql';
import { isPlainObject } from '../expressions/operator-checks';
import {
  begun,
  withBounds,
  withCount,
  withFlag,
  withPaths as addPaths,
  withColumns,
  withCriteria,
  withOrder,
  withReverse,
} from './narrow';
import { byKey, reversed } from '../parse/order';
import { planSelect } from '../plan/reads';
import { keyFrom, keyNamedBy } from '../parse/reference-values';
import type { QueryRunner } from '../runner';
import type { QueryState } from './state';
import { CombinationValue } from '../expressions/operator-values';
import type { CreateData, UpdateData } from '../types/create';
import type { Criterion, PrimaryKeyValue, Where } from '../types/filters';
import type { Defer, Only, Undefer } from '../types/loaded';
import type { ColumnPath, OrderPath } from '../types/paths';
import type { DeleteOptions, IterateOptions, QuerySet, SqlText } from '../types/queryset';
import { joinCollection, memberOf, membersOf, withoutMembership } from './collection-rows';
import { wantedRows } from './wanted-rows';
import { assertNamesRow, assertWritable, equalities, massUpdate, newValues } from '../parse/write-values';

const DEFAULT_BATCH = 1000;

export class EntityQuerySet<T extends object, R = T> implements QuerySet<T, R> {
  readonly #runner: QueryRunner;
  readonly #state: QueryState;

  constructor(runner: QueryRunner, state: QueryState) {
    this.#runner = runner;
    this.#state = state;
  }

  // -- narrowing

  filter(...criteria: Criterion<T>[]): QuerySet<T, R> {
    return this.#with(withCriteria(this.#runner.models, this.#state, { criteria, negated: false }));
  }

  exclude(...criteria: Criterion<T>[]): QuerySet<T, R> {
    return this.#with(withCriteria(this.#runner.models, this.#state, { criteria, negated: true }));
  }

  withDeleted(): QuerySet<T, R> {
    return this.#with(withFlag(this.#state, { deleted: 'shown' }));
  }

  onlyDeleted(): QuerySet<T, R> {
    return this.#with(withFlag(this.#state, { deleted: 'only' }));
  }

  limit(rows: number): QuerySet<T, R> {
    return this.#with(withCount(this.#state, 'limit', rows));
  }

  offset(rows: number): QuerySet<T, R> {
    return this.#with(withCount(this.#state, 'offset', rows));
  }

  all(): QuerySet<T, R> {
    return this.#with(withFlag(this.#state, { everything: true }));
  }

  // -- order

  orderBy<P extends string = never>(...paths: OrderPath<T, P>[]): QuerySet<T, R> {
    return this.#with(withOrder(this.#state, paths));
  }

  reverse(): QuerySet<T, R> {
    return this.#with(withReverse(this.#state));
  }

  // -- shape

  include(...args: readonly unknown[]): QuerySet<T, never> {
    return new EntityQuerySet<T, never>(this.#runner, addPaths(this.#state, args));
  }

  only<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Only<R, P>> {
    return new EntityQuerySet<T, Only<R, P>>(this.#runner, withColumns(this.#state, 'only', paths));
  }

  defer<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Defer<R, P>> {
    return new EntityQuerySet<T, Defer<R, P>>(this.#runner, withColumns(this.#state, 'defer', paths));
  }

  undefer<P extends string = never>(...paths: ColumnPath<T, P>[]): QuerySet<T, Undefer<R, P>> {
    return new EntityQuerySet<T, Undefer<R, P>>(this.#runner, withColumns(this.#state, 'undefer', paths));
  }

  // -- reading

  then<A = R[], B = never>(
    fulfilled?: ((rows: R[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return called(() => this.#fetch()).then(fulfilled, rejected);
  }

  get(...args: [] | [PrimaryKeyValue<T> | Criterion<T>]): Promise<R> {
    return called(async () => {
      if (args.length === 0) return this.#only('get');
      const wanted: unknown = args[0];
      const model = this.#model;
      if (isPlainObject(wanted) || CombinationValue.is(wanted)) {
        const met = this.#with(withCriteria(this.#runner.models, this.#state, { criteria: [wanted], negated: false }));
        return met.#only('get', keyNamedBy(this.#runner.models, model, wanted));
      }
      const key = keyFrom(this.#runner.models, model, wanted, `${model.name}.get()`);
      const found = await this.#runner.find(this.#state, key, { deleted: this.#state.deleted });
      return this.#single(found ? [found] : [], 'get', key);
    });
  }

  find(key: PrimaryKeyValue<T>): Promise<R | null> {
    return called(async () => {
      const values = keyFrom(this.#runner.models, this.#model, key, `${this.#model.name}.find()`);
      return ((await this.#runner.find(this.#state, values, { deleted: 'shown' })) as R | undefined) ?? null;
    });
  }

  first(): Promise<R | null> {
    return called(async () => {
      return (
        (await this.#fetch({ ...this.#state, order: this.#sorted, limit: Math.min(1, this.#state.limit ?? 1) }))[0] ??
        null
      );
    });
  }

  last(): Promise<R | null> {
    return called(async () => {
      const { limit, offset } = this.#state;
      if (limit !== undefined || offset !== undefined)
        return (await this.#fetch({ ...this.#state, order: this.#sorted })).at(-1) ?? null;
      return (
        (await this.#fetch({ ...this.#state, order: reversed(this.#model, this.#state.order), limit: 1 }))[0] ?? null
      );
    });
  }

  one(): Promise<R> {
    return called(async () => {
      return this.#only('one');
    });
  }

  async #only(method: string, key?: readonly unknown[]): Promise<R> {
    // Two rows are enough to see that one is not the only one.
    const limit = Math.min(2, this.#state.limit ?? 2);
    return this.#single(await this.#runner.fetch({ ...this.#state, limit }), method, key);
  }

  count(): Promise<number> {
    return called(async () => {
      return this.#runner.count(this.#state);
    });
  }

  exists(): Promise<boolean> {
    return called(async () => {
      return this.#runner.exists(this.#state);
    });
  }

  iterate(options: IterateOptions = {}): AsyncIterable<R> {
    this.#assertOptions('iterate', options, '{ batch }');
    const { batch = DEFAULT_BATCH } = options;
    if (!Number.isSafeInteger(batch) || batch < 1) {
      throw new QueryError(`iterate({ batch }) takes a whole number of rows from 1, got ${describeNumber(batch)}.`, {
        entity: this.#model.name,
      });
    }
    return this.#runner.stream(this.#state, batch) as AsyncIterable<R>;
  }

  [Symbol.asyncIterator](): AsyncIterator<R> {
    return this.iterate()[Symbol.asyncIterator]();
  }

  // -- writing

  create(data: CreateData<T>): Promise<T> {
    return called(async () => {
      const state = begun(this.#state);
      const entity = await this.#runner.create(state, memberOf(this.#runner.models, state, data));
      await joinCollection(this.#runner, state, [entity]);
      return entity as T;
    });
  }

  getOrCreate(where: Where<T>, defaults: Partial<CreateData<T>> = {}): Promise<[entity: T, created: boolean]> {
    return called(async () => {
      const { entity, created } = await this.#findOrCreate(where, defaults, { renew: false });
      this.#runner.noteSeen(this.#state.database);
      return [entity, created];
    });
  }

  async #findOrCreate(
    where: Where<T>,
    defaults: Partial<CreateData<T>>,
    { renew }: { renew: boolean },
  ): Promise<{ entity: T; created: boolean; there: QueryState }> {
    assertNamesRow(this.#model, where);
    // All that it takes shares one time.
    const state = begun(this.#state);
    const given = { ...equalities(this.#model, state.criteria), ...newValues(this.#model, where, defaults) };
    const values = memberOf(this.#runner.models, state, given);
    const criterion = { criteria: [where], negated: false };
    const there = withCriteria(this.#runner.models, state, criterion);
    const found = await this.#runner.fetch({ ...there, limit: 2 }, { renew, onlyLooks: true, lasting: true });
    if (found.length > 0) return { entity: this.#single<T>(found, 'getOrCreate'), created: false, there };
    const winner = withCriteria(this.#runner.models, withoutMembership(state), criterion);
    const [entity, created] = await this.#runner.createUnlessThere(state, values, winner);
    await joinCollection(this.#runner, state, [entity]);
    return { entity: entity as T, created, there: winner };
  }

  updateOrCreate(where: Where<T>, values: Partial<CreateData<T>>): Promise<[entity: T, created: boolean]> {
    return called(async () => {
      // Compared with the row as it is now, not as the session read it before.
      const { entity, created, there } = await this.#findOrCreate(where, values, { renew: true });
      if (!created) await this.#runner.change(entity, values, there);
      return [entity, created];
    });
  }

  getOrCreateMany<W extends Where<T>>(
    wheres: readonly W[],
    defaults: Partial<CreateData<T>> | ((where: W, index: number) => Partial<CreateData<T>>) = {},
  ): Promise<[entity: T, created: boolean][]> {
    return called(async () => {
      const state = begun(this.#state);
      const wanted = wantedRows(this.#runner.models, state, { wheres, defaults });
      if (wanted.rows.length === 0) return [];
      const made = await this.#runner.getOrCreateMany(withoutMembership(state), wanted);
      const entities = wanted.rows.map((row) => made.get(row)![0] as T);
      await joinCollection(this.#runner, state, entities);
      this.#runner.noteSeen(state.database);
      const seen = new Set<number>();
      return wanted.places.map((place) => {
        const created = made.get(wanted.rows[place]!)![1] && !seen.has(place);
        seen.add(place);
        return [entities[place]!, created];
      });
    });
  }

  insertMany(rows: readonly CreateData<T>[]): Promise<number> {
    return called(async () => {
      return this.#runner.insertMany(this.#state, membersOf(this.#runner.models, this.#state, rows));
    });
  }

  update(values: UpdateData<T>): Promise<number> {
    return called(async () => {
      assertWritable(this.#state, 'update');
      return this.#runner.update(this.#state, massUpdate(this.#runner.models, this.#state, values));
    });
  }

  delete(options: DeleteOptions = {}): Promise<number> {
    return called(async () => {
      this.#assertOptions('delete', options, '{ force }');
      const { force = false } = options;
      assertWritable(this.#state, 'delete');
      return this.#runner.remove(this.#state, { force });
    });
  }

  // -- running and looking

  using(database: string): QuerySet<T, R> {
    return this.#with(this.#runner.route(this.#state, database));
  }

  signal(signal: SignalLike): QuerySet<T, R> {
    return this.#with(withBounds(this.#state, { signal }));
  }

  timeout(ms: number): QuerySet<T, R> {
    return this.#with(withBounds(this.#state, { timeout: ms }));
  }

  toSQL(): SqlText {
    const { plan, values } = planSelect(this.#state, this.#runner.dialect(this.#state.database));
    const { sql, parameters } = bind(plan.statement, values);
    return { sql, parameters };
  }

  #assertOptions(method: string, options: unknown, known: string): void {
    if (isPlainObject(options)) return;
    throw new QueryError(`${method}() takes options as an object, ${known}, got ${describeValue(options)}.`, {
      entity: this.#model.name,
    });
  }

  /** The order given, or that of the key. */
  get #sorted(): QueryState['order'] {
    return this.#state.order.length > 0 ? this.#state.order : byKey(this.#model);
  }

  get #model(): EntityModel {
    return this.#state.model;
  }

  #with(state: QueryState): EntityQuerySet<T, R> {
    return new EntityQuerySet<T, R>(this.#runner, state);
  }

  async #fetch(state = this.#state): Promise<R[]> {
    return (await this.#runner.fetch(state)) as R[];
  }

  /** @param key where the row was asked for by it */
  #single<E = R>(rows: readonly object[], method: string, key?: readonly unknown[]): E {
    const { name } = this.#model;
    if (rows.length === 1) return rows[0] as E;
    const where = { entity: name };
    if (rows.length === 0) {
      const missing = key
        ? `There is no ${describeRow(this.#model, key)}`
        : `No ${name} meets the conditions of ${method}()`;
      throw new NotFoundError(`${missing}: use ${key ? 'find()' : 'first()'} where that is no error.`, where);
    }
    throw new MultipleFoundError(
      `Several rows of ${name} meet the conditions of ${method}(), which wants one: narrow it down or use first().`,
      where,
    );
  }
}
