/**
 * The port through which a queryset reaches a connection and the identity map. The room `session` implements it;
 * this room knows nothing of sessions.
 */
import type { ColumnModel, EntityModels } from '../metadata';
import type { Dialect } from '../sql';
import type { CollectionPort, QueryState } from './queryset/state';
import type { WantedRow, WantedRows } from './wanted-row';

/** A to-one or column value of a row to be written, checked and by column. */
export type ColumnValues = ReadonlyMap<ColumnModel, unknown>;

export interface QueryRunner {
  readonly models: EntityModels;
  /** @throws QueryError for a database that was not connected */
  dialect(database: string): Dialect;
  /**
   * The entities of a queryset, its includes loaded.
   *
   * @param options `renew`: those that the session has, and has no changes of, become what their rows say. `lasting`: where one of them is to be deleted, that is
   * flushed first, and they are read again. `onlyLooks`: for who says by `noteSeen` or by what it writes that it goes on with them
   */
  fetch(state: QueryState, options?: { renew?: boolean; lasting?: boolean; onlyLooks?: boolean }): Promise<object[]>;
  stream(state: QueryState, batchSize: number): AsyncIterable<object>;
  count(state: QueryState): Promise<number>;
  exists(state: QueryState): Promise<boolean>;
  /** By key, soft-deleted or not as `deleted` says; from the session where it has the entity. undefined when no row matches. */
  find(state: QueryState, key: readonly unknown[], options: Pick<QueryState, 'deleted'>): Promise<object | undefined>;
  /** A new entity with these property values, inserted at once with what it refers to that is new. */
  create(state: QueryState, values: object): Promise<object>;
  /** What was looked at in this database is given to the user: the transaction stands by it. */
  noteSeen(database: string): void;
  /** `failsafeAdd` of a new entity, which only looks for the row that won; the second value tells whether it was inserted. */
  createUnlessThere(state: QueryState, values: object, there: QueryState): Promise<[entity: object, created: boolean]>;
  /** Of each row its entity, the one that is there or a new one; the second value tells whether it was inserted. Only looks for those that are there. */
  getOrCreateMany(state: QueryState, wanted: WantedRows): Promise<Map<WantedRow, [entity: object, created: boolean]>>;
  /** Adds entities that have rows to a many-to-many collection, and writes that at once. */
  link(state: QueryState, collection: CollectionPort, items: readonly object[]): Promise<void>;
  /** Sets properties of an entity that was looked at, and writes it at once. `there` finds it. */
  change(entity: object, values: object, there: QueryState): Promise<void>;
  insertMany(state: QueryState, rows: readonly object[]): Promise<number>;
  update(state: QueryState, values: ColumnValues): Promise<number>;
  remove(state: QueryState, options: { force: boolean }): Promise<number>;
  /** The state for `using(name)`: 'primary', 'replica', or the name of a database. @throws QueryError for an unknown name */
  route(state: QueryState, name: string): QueryState;
}
