/** The pool of connections of one database: tarn, with its traps covered. */
import { Pool as TarnPool, TimeoutError } from 'tarn';
import { ConnectionLostError, PoolTimeoutError, type EspalierError, type PoolFigures } from '../errors';
import type { Driver, DriverConnection, PoolOptions } from './driver';

/** A connection as the pool knows it. */
export interface PooledConnection {
  readonly driver: DriverConnection;
  readonly createdAt: number;
  /** When it was given back last. */
  idleSince: number;
  /** When it was lent; 0 while it is idle. */
  lentAt: number;
  /** Not to be lent again. */
  discarded: boolean;
}

const PING_AFTER_IDLE_MS = 5_000;
const PING_TIMEOUT_MS = 5_000;
/** How long `close` waits for borrowers before it closes their connections under them. */
const DRAIN_TIMEOUT_MS = 10_000;

export class ConnectionPool {
  readonly #pool: TarnPool<PooledConnection>;
  readonly #max: number;
  readonly #name: string;
  readonly #lent = new Set<PooledConnection>();
  /** tarn keeps only the message of a failed connect; the error itself is kept here. */
  #lastConnectError: unknown;
  #closed = false;

  constructor(name: string, driver: Driver, options: PoolOptions = {}) {
    this.#name = name;
    const max = Math.min(options.max ?? 10, driver.poolLimits?.max ?? Infinity);
    const min = Math.min(max, Math.max(options.min ?? 0, driver.poolLimits?.min ?? 0));
    this.#max = max;
    this.#pool = new TarnPool<PooledConnection>({
      min,
      max,
      acquireTimeoutMillis: options.acquireTimeout ?? 30_000,
      idleTimeoutMillis: options.idleTimeout ?? 30_000,
      propagateCreateError: true,
      create: async () => {
        try {
          const connection = await driver.connect();
          const now = Date.now();
          this.#lastConnectError = undefined;
          return { driver: connection, createdAt: now, idleSince: now, lentAt: 0, discarded: false };
        } catch (error) {
          this.#lastConnectError = driver.translateError(error, undefined);
          throw error;
        }
      },
      // tarn awaits what this returns (Pool._validateResource), though its types do not say so.
      validate: (connection) => this.#isUsable(connection, options) as boolean,
      destroy: (connection) => connection.driver.close(),
    });
  }

  /** @throws PoolTimeoutError when none becomes free in time, ConnectionLostError when none can be opened. */
  async acquire(): Promise<PooledConnection> {
    if (this.#closed) throw new ConnectionLostError(`Database '${this.#name}' is closed: connect again.`);
    let connection: PooledConnection;
    try {
      connection = await this.#pool.acquire().promise;
    } catch (error) {
      throw this.#acquireError(error);
    }
    connection.lentAt = Date.now();
    this.#lent.add(connection);
    return connection;
  }

  release(connection: PooledConnection): void {
    this.#lent.delete(connection);
    connection.lentAt = 0;
    connection.idleSince = Date.now();
    // A broken one fails its validation at the next acquire; what it holds on the server is given up now.
    if (connection.discarded) void connection.driver.close();
    this.#pool.release(connection);
  }

  figures(): PoolFigures {
    const now = Date.now();
    let oldest = 0;
    for (const { lentAt } of this.#lent) oldest = Math.max(oldest, now - lentAt);
    return {
      used: this.#pool.numUsed(),
      free: this.#pool.numFree(),
      pending: this.#pool.numPendingAcquires(),
      max: this.#max,
      oldestBorrowMs: oldest,
    };
  }

  /** Waits for borrowed connections, but not for ever; then closes all. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const timer = setTimeout(() => {
      for (const connection of this.#lent) void connection.driver.close().then(() => this.#pool.release(connection));
    }, DRAIN_TIMEOUT_MS);
    try {
      await this.#pool.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  #isUsable(connection: PooledConnection, options: PoolOptions): boolean | Promise<boolean> {
    if (connection.discarded || connection.driver.broken) return false;
    const now = Date.now();
    if (options.maxLifetime !== undefined && now - connection.createdAt > options.maxLifetime) return false;
    if (options.prePing === false || now - connection.idleSince < PING_AFTER_IDLE_MS) return true;
    return answers(connection.driver);
  }

  #acquireError(error: unknown): EspalierError {
    const cause = this.#lastConnectError;
    if (error instanceof TimeoutError) {
      const figures = this.figures();
      return new PoolTimeoutError(
        `No connection to database '${this.#name}' became free in time: ${String(figures.used)} of ${String(figures.max)} ` +
          `in use, ${String(figures.pending)} waiting, the oldest borrowed ${String(figures.oldestBorrowMs)} ms ago. ` +
          'Close sessions that hold a transaction, or raise pool.max.',
        figures,
        { cause: cause ?? error },
      );
    }
    if (cause instanceof ConnectionLostError) return cause;
    const reason = error instanceof Error ? error.message : String(error);
    return new ConnectionLostError(`Database '${this.#name}' cannot be reached: ${reason}`, { cause: cause ?? error });
  }
}

async function answers(connection: DriverConnection): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, PING_TIMEOUT_MS);
  });
  try {
    return await Promise.race([connection.ping().then(() => true), timeout]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
