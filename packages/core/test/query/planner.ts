/** Querysets without a database: each call is planned for a dialect and its statement is written down. */
import { bind, type CompiledStatement, type Dialect } from '../../src/sql';
import { createModels, type EntityClass } from '../../src/metadata';
import {
  EntityQuerySet,
  emptyState,
  planCount,
  planDelete,
  planExists,
  planSelect,
  planUpdate,
  type ColumnValues,
  type QueryRunner,
  type QuerySet,
  type QueryState,
} from '../../src/query';
import { MariadbDialect, MysqlDialect, type ServerFacts } from '@espalier/mysql';
import { PostgresDialect } from '@espalier/postgres';
import { SqliteDialect } from '../../../sqlite/src/dialect';

const facts: ServerFacts = {
  mariadb: false,
  version: [8, 4, 0],
  maxAllowedPacket: 16_777_216,
  autoIncrementIncrement: 1,
  consecutiveAutoIncrement: true,
};

export const DIALECTS = {
  sqlite: new SqliteDialect(),
  postgres: new PostgresDialect(),
  mysql: new MysqlDialect(facts),
  mariadb: new MariadbDialect({ ...facts, mariadb: true, version: [10, 11, 6] }),
} satisfies Record<string, Dialect>;

/** A statement's text, and the values of its placeholders in order. */
export type Statement = readonly [sql: string, ...parameters: unknown[]];

/** Answers every read with no rows and every write with no rows written. */
export class Planner {
  readonly statements: Statement[] = [];
  readonly #runner: QueryRunner;

  constructor(dialect: Dialect, entities: readonly EntityClass[]) {
    const models = createModels([...entities]);
    const note = <A>(
      { plan, values }: { plan: CompiledStatement; values: readonly unknown[] },
      answer: A,
    ): Promise<A> => {
      const { sql, parameters } = bind(plan, values);
      this.statements.push([sql, ...parameters]);
      return Promise.resolve(answer);
    };
    const select = (state: QueryState): Promise<object[]> => {
      const { plan, values } = planSelect(state, dialect);
      return note({ plan: plan.statement, values }, []);
    };
    const unplanned = (): never => {
      throw new Error('This method sends no statement of its own: it is tested with the session.');
    };
    this.#runner = {
      models,
      dialect: () => dialect,
      fetch: select,
      stream: unplanned,
      count: (state) => note(planCount(state, dialect), 0),
      exists: (state) => note(planExists(state, dialect), false),
      find: unplanned,
      create: unplanned,
      createUnlessThere: unplanned,
      getOrCreateMany: unplanned,
      noteSeen: unplanned,
      link: unplanned,
      change: unplanned,
      insertMany: unplanned,
      update: (state, values: ColumnValues) => note(planUpdate(state, dialect, values), 0),
      remove: (state) => note(planDelete(state, dialect), 0),
      route: (state) => state,
    };
  }

  query<T extends object>(entity: EntityClass<T>): QuerySet<T> {
    return new EntityQuerySet<T>(this.#runner, emptyState(this.#runner.models.of(entity), 'default'));
  }
}
