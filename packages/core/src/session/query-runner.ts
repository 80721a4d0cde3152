/** Carries querysets out on a session: the port of the room `query`, implemented. */
import { QueryError } from '../errors';
import { lacksColumns, placeOf, recordOf, type EntityRecord } from '../entities';
import { answerWith, fetchRecords, recogniseKeys } from '../loading';
import type { ColumnModel, EntityModels } from '../metadata';
import {
  askedBy,
  equalTo,
  hidesRelated,
  planCount,
  planDelete,
  planExists,
  planUpdate,
  RelationPath,
  withOnUpdate,
  type CollectionPort,
  type ColumnValues,
  type QueryRunner,
  type QueryState,
  type WantedRow,
  type WantedRows,
} from '../query';
import { bind, type CompiledStatement, type Dialect } from '../sql';
import { attach } from './attach';
import { detach } from './leave';
import { instantiate } from './create-entity';
import { changeFound } from './change-found';
import { insertOrFind } from './failsafe';
import { collectLinks, collectNew } from './flush/collect';
import { timestampOf } from './flush/fill';
import { getOrCreateMany } from './get-or-create-many';
import { isGoing } from './going';
import { insertPlainRows } from './insert-many';
import { EntityIterator } from './iterator';
import { limitOf, type Executor } from '../database';
import type { UnitOfWork } from './unit-of-work';
import { readsWithin, turnWithin } from './within';

export class SessionQueryRunner implements QueryRunner {
  constructor(private readonly unit: UnitOfWork) {}

  get models(): EntityModels {
    return this.unit.context.models;
  }

  dialect(database: string): Dialect {
    return this.unit.dialect(database);
  }

  async fetch(state: QueryState, { renew = false, lasting = false, onlyLooks = false } = {}): Promise<object[]> {
    const { unit } = this;
    const limit = limitOf(state.bounds);
    const port = readsWithin(unit, { onlyLooks, limit });
    const overwrite = renew && 'clean';
    let found = await fetchRecords(port, state, { overwrite, isAnswer: true });
    if (lasting && found.some((record) => isGoing(unit.store, record))) {
      await turnWithin(unit, limit, () => unit.writePending(limit));
      found = await fetchRecords(port, state, { overwrite, isAnswer: true });
    }
    return found.map(({ entity }) => entity);
  }

  noteSeen(database: string): void {
    this.unit.transaction(database).isUntouched = false;
  }

  stream(state: QueryState, batchSize: number): AsyncIterable<object> {
    return new EntityIterator(this.unit, state, batchSize);
  }

  async count(state: QueryState): Promise<number> {
    const dialect = this.dialect(state.database);
    const { plan, values } = planCount(state, dialect);
    const { rows } = await this.unit.read(state, bind(plan, values), { limit: limitOf(state.bounds) });
    const total = Number(rows[0]![0]);
    return Math.min(Math.max(0, total - (state.offset ?? 0)), state.limit ?? Infinity);
  }

  async exists(state: QueryState): Promise<boolean> {
    if (state.limit === 0) return false;
    const { plan, values } = planExists(state, this.dialect(state.database));
    const limit = limitOf(state.bounds);
    return (await this.unit.read(state, bind(plan, values), { limit })).rows.length > 0;
  }

  async find(
    state: QueryState,
    key: readonly unknown[],
    { deleted }: Pick<QueryState, 'deleted'>,
  ): Promise<object | undefined> {
    const { model, database } = state;
    const plain =
      state.conditions.length === 0 &&
      state.includes.size === 0 &&
      state.columns === undefined &&
      state.limit === undefined;
    const limit = limitOf(state.bounds);
    if (limit?.reached) throw limit.error();
    const known = plain ? this.unit.store.find(placeOf(model, database), key) : undefined;
    if (known && !this.unit.store.isStale(known) && (known.status === 'removed' || !lacksColumns(known))) {
      if (!isShown(known, deleted)) return undefined;
      answerWith([known], askedBy(state.includes, hidesRelated(state)));
      return known.entity;
    }
    const wanted: QueryState = {
      ...state,
      conditions: [...state.conditions, equalTo(RelationPath.of(model), model.key, key)],
      deleted,
      relatedDeleted: hidesRelated(state) ? 'hidden' : 'shown',
    };
    const recognise = recogniseKeys(this.unit, wanted, { keys: [key] });
    return (await fetchRecords(readsWithin(this.unit, { limit }), wanted, { recognise, isAnswer: true }))[0]?.entity;
  }

  create(state: QueryState, values: object): Promise<object> {
    const { unit } = this;
    const limit = limitOf(state.bounds);
    return turnWithin(unit, limit, async () => {
      const pendingBefore = new Set(unit.store.added);
      const entity = instantiate({ store: unit.store, database: state.database }, state.model, values);
      try {
        const record = attach(unit.store, entity, { database: state.database });
        await unit.write(() => collectNew(unit.store, [record]), { limit });
      } catch (error) {
        // Only this statement holds them: they must not wait in the session for the next flush.
        detach(
          unit.store,
          [...unit.store.added].filter((pending) => !pendingBefore.has(pending)),
        );
        throw error;
      }
      return entity;
    });
  }

  createUnlessThere(state: QueryState, values: object, there: QueryState): Promise<[entity: object, created: boolean]> {
    const { unit } = this;
    const { model, database } = state;
    const entity = instantiate({ store: unit.store, database }, model, values);
    return insertOrFind(unit, { entity, database, there, limit: limitOf(state.bounds) });
  }

  async getOrCreateMany(state: QueryState, wanted: WantedRows): Promise<Map<WantedRow, [object, boolean]>> {
    return getOrCreateMany(this.unit, state, wanted);
  }

  link(state: QueryState, collection: CollectionPort, items: readonly object[]): Promise<void> {
    const { unit } = this;
    const limit = limitOf(state.bounds);
    return turnWithin(unit, limit, async () => {
      collection.add(...items);
      await unit.write((journal) => collectLinks(readsWithin(unit, { limit }), { collection, ends: items }, journal), {
        limit,
      });
    });
  }

  change(entity: object, values: object, there: QueryState): Promise<void> {
    return changeFound(this.unit, { record: recordOf(entity)!, values, there });
  }

  insertMany(state: QueryState, rows: readonly object[]): Promise<number> {
    return insertPlainRows(this.unit, state, rows);
  }

  update(state: QueryState, values: ColumnValues): Promise<number> {
    return this.#update(state, values);
  }

  #update(state: QueryState, values: ColumnValues, options?: { unmarkedOnly: boolean }): Promise<number> {
    const { updatedAt } = state.model;
    const assignments = new Map<ColumnModel, unknown>(withOnUpdate(state.model, values));
    if (updatedAt && !assignments.has(updatedAt)) assignments.set(updatedAt, timestampOf(updatedAt.type, new Date()));
    return this.#write(state, planUpdate(state, this.dialect(state.database), assignments, options));
  }

  remove(state: QueryState, { force }: { force: boolean }): Promise<number> {
    const { softDelete } = state.model;
    if (!softDelete || force) return this.#write(state, planDelete(state, this.dialect(state.database)));
    const mark = new Map([[softDelete, timestampOf(softDelete.type, new Date())]]);
    return this.#update(state, mark, { unmarkedOnly: true });
  }

  route(state: QueryState, name: string): QueryState {
    if (name === 'primary' || name === 'replica') return { ...state, route: name };
    this.unit.database(name);
    const { model } = state;
    if (model.database !== undefined && model.database !== name) {
      throw new QueryError(
        `${model.name} lives in database '${model.database}' by its @Entity annotation and cannot be read from '${name}'.`,
        {
          entity: model.name,
        },
      );
    }
    return { ...state, database: name };
  }

  #write(
    state: QueryState,
    { plan, values }: { plan: CompiledStatement; values: readonly unknown[] },
  ): Promise<number> {
    const { unit } = this;
    unit.assertUsable('write');
    const statement = bind(plan, values);
    const limit = limitOf(state.bounds);
    const send = async (transaction: Executor): Promise<number> =>
      (await transaction.execute(statement, 'primary')).rowCount;
    return turnWithin(unit, limit, () => unit.writeDirectly(state.database, send, limit));
  }
}

/** Whether an entity that the session has would be found by a query. */
function isShown({ model, entity, status }: EntityRecord, deleted: QueryState['deleted']): boolean {
  if (status === 'removed') return false;
  if (!model.softDelete || deleted === 'shown') return true;
  const mark = entity[model.softDelete.property];
  return (mark === null || mark === undefined) === (deleted === 'hidden');
}
