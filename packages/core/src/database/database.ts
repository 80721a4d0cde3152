/** One database of an `Espalier`: its dialect, its pool, and who lends its connections. */
import { describeValue } from '../describe-value';
import {
  CommitOutcomeUnknownError,
  ConnectionLostError,
  EspalierError,
  MetadataError,
  QueryAbortedError,
  QueryError,
  QueryTimeoutError,
} from '../errors';
import type { BoundStatement, Dialect, StatementResult, TransactionOptions } from '../sql';
import { Connection, type Lender } from './connection';
import type { DatabaseConfig, Driver, DriverConnection } from './driver';
import type { Events } from './events';
import { waitWithin, type Limit } from './limit';
import { CLOSE_TIMEOUT_MS } from './network';
import { ConnectionPool, type Borrower, type PooledConnection } from './pool';

/** Where a statement may go. Everything goes to the primary as long as a database has no replicas. */
export type Route = 'primary' | 'replica';

/** How a statement fails whose answer was lost. */
const ENDS = [ConnectionLostError, QueryTimeoutError, QueryAbortedError];

export class Database implements Lender {
  private constructor(
    readonly name: string,
    readonly events: Events,
    private readonly driver: Driver,
    readonly pool: ConnectionPool,
  ) {}

  /** Opens the first connection, so that a server that does not answer is an error here. @throws ConnectError */
  static async open(name: string, config: DatabaseConfig, events: Events): Promise<Database> {
    const driver = (await config.open()) as Driver;
    if (typeof (driver as Partial<Driver> | undefined)?.connect !== 'function')
      throw new MetadataError(`The database '${name}' opens no driver: make it by sqlite(…), postgres(…) or mysql(…).`);
    let pool: ConnectionPool | undefined;
    try {
      pool = new ConnectionPool(name, driver, config.pool);
      pool.release(await pool.acquire());
      return new Database(name, events, driver, pool);
    } catch (error) {
      await pool?.close();
      await driver.close?.();
      throw error;
    }
  }

  get dialect(): Dialect {
    return this.driver.dialect;
  }

  /** The level of its transactions where none is asked for; undefined where that is the engine's own. */
  get isolation(): TransactionOptions['isolation'] {
    return this.driver.isolation;
  }

  /** Whether its pool has one connection only, so that no iterator may hold on to it between two statements. */
  get isSingleConnection(): boolean {
    return this.pool.max === 1;
  }

  /** Lends a connection; the borrower calls `release()`. */
  async connect(_route: Route, borrower: Borrower = 'statement', limit?: Limit): Promise<Connection> {
    // Before a connection is on its way.
    if (limit?.reached) throw limit.error();
    const acquired = this.pool.acquire();
    const pooled = acquired instanceof Promise ? await this.#acquiredWithin(limit, acquired) : acquired;
    pooled.borrower = borrower;
    return new Connection(this, pooled);
  }

  /** One that comes after its caller has given up is given back. */
  #acquiredWithin(limit: Limit | undefined, acquired: Promise<PooledConnection>): Promise<PooledConnection> {
    return waitWithin(limit, async (isGivenUp) => {
      const pooled = await acquired;
      if (isGivenUp()) this.pool.release(pooled);
      return pooled;
    });
  }

  /** Milliseconds that a rollback or a close waits for a statement under way. */
  get closeTimeout(): number {
    return this.driver.closeTimeout ?? CLOSE_TIMEOUT_MS;
  }

  /** Runs one statement on a connection of its own. */
  async execute(statement: BoundStatement, route: Route, limit?: Limit): Promise<StatementResult> {
    const connection = await this.connect(route, 'statement', limit);
    try {
      return await connection.execute(statement, limit);
    } catch (error) {
      throw statement.readOnly ? error : this.#unknownOutcome(error, connection);
    } finally {
      connection.release();
    }
  }

  /** A write outside of a transaction commits by itself: where its answer is lost, no one knows whether it did. */
  #unknownOutcome(error: unknown, connection: Connection): unknown {
    if (!connection.broken || !(error instanceof EspalierError) || !ENDS.some((End) => error instanceof End))
      return error;
    return new CommitOutcomeUnknownError(
      `The connection to database '${this.name}' broke before it answered a statement that may have written: whether it was carried out is not known. ` +
        'Look for what was to be written before you write it again.',
      { cause: error, sql: error.sql },
    );
  }

  /**
   * Runs one statement on a connection opened for it: for who holds a connection of the pool already. Were all to wait for a second one, none
   * would be given back.
   */
  async executeApart(statement: BoundStatement): Promise<StatementResult> {
    let connection: DriverConnection | undefined;
    try {
      connection = await this.driver.connect();
      return await connection.execute(statement);
    } catch (error) {
      throw this.translateError(error, statement.sql);
    } finally {
      await connection?.close();
    }
  }

  release(pooled: PooledConnection): void {
    this.pool.release(pooled);
  }

  translateError(error: unknown, sql: string | undefined): EspalierError {
    if (error instanceof EspalierError) return error;
    try {
      return this.driver.translateError(error, sql);
    } catch {
      return new QueryError(error instanceof Error ? error.message : String(error), {
        code: 'STATEMENT_REFUSED',
        cause: error,
        sql,
      });
    }
  }

  /** @param timeout milliseconds that borrowers have to give their connections back */
  async close(timeout?: number): Promise<void> {
    await this.pool.close(timeout);
    await this.driver.close?.();
  }
}

/** @throws QueryError for a database that was not connected */
export function databaseNamed(databases: ReadonlyMap<string, Database>, name: string): Database {
  const database = databases.get(name);
  if (database) return database;
  const given: unknown = name;
  const called = typeof given === 'string' ? `'${given.slice(0, 60)}'` : `that is ${describeValue(given)}`;
  throw new QueryError(`There is no database ${called}: connected are ${[...databases.keys()].join(', ')}.`);
}
