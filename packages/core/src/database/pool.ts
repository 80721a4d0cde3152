/** The pool of connections of one database: tarn, with its traps covered. */
import { Pool as TarnPool, TimeoutError } from 'tarn';
import { describeNumber } from '../describe-value';
import { ConnectError, ConnectionLostError, EspalierError, PoolTimeoutError, type PoolFigures } from '../errors';
import { withDeadline } from './deadline';
import type { Driver, DriverConnection, PoolOptions } from './driver';

/** Who has borrowed a connection, and so how it comes back: words for the message of a pool that has none left. */
const BORROWERS = {
  statement: 'by a statement that has not been answered',
  transaction: 'by a transaction that has not ended',
  iterator: 'by an iterator that has not ended',
} as const;

export type Borrower = keyof typeof BORROWERS;

/** A connection as the pool knows it. */
export interface PooledConnection {
  readonly driver: DriverConnection;
  readonly createdAt: number;
  /** When it was given back last. */
  idleSince: number;
  /** When it was lent; 0 while it is idle. */
  lentAt: number;
  /** Who has it, or had it last. */
  borrower: Borrower;
  /** Not to be lent again. */
  discarded: boolean;
}

const PING_AFTER_IDLE_MS = 5_000;
const PING_TIMEOUT_MS = 5_000;
/** How long `close` waits for borrowers before it closes their connections under them. */
const DRAIN_TIMEOUT_MS = 10_000;

/** What `orm.pool(name)` gives: the connections of one database, to look at and to close. Each close resolves to the number of connections it concerns. */
export interface Pool {
  stats(): PoolFigures;
  /** Closes the connections that are not borrowed. */
  closeIdle(): Promise<number>;
  /** Closes connections that were opened longer ago than that, in milliseconds; one that is borrowed when it is given back. */
  closeStale(ageMs: number): Promise<number>;
  /** Closes all connections; those that are borrowed when they are given back. The next statement opens another. */
  closeAll(): Promise<number>;
}

/** Closes idle connections from time to time, as long as something else keeps the process alive. */
class ReapingPool extends TarnPool<PooledConnection> {
  override _startReaping(): void {
    super._startReaping();
    this.interval?.unref();
  }
}

/** What is idle does not keep the process alive: a program that forgets to close its databases ends when its work does. */
export class ConnectionPool implements Pool {
  readonly #pool: ReapingPool;
  /** Connections at the most. */
  readonly max: number;
  readonly #maxLifetime: number | undefined;
  readonly #name: string;
  /** All that were opened and not closed, lent or not. */
  readonly #open = new Set<PooledConnection>();
  readonly #lent = new Set<PooledConnection>();
  /**
   * The connection that was given back last, kept until the event loop has gone round: who asks for one right after takes it without
   * tarn's queue and timers, which take as long as a small query. To tarn it is still lent.
   */
  #atHand: PooledConnection | undefined;
  #isRoundAwaited = false;
  /** tarn keeps only the message of a failed connect; the error itself is kept here. */
  #lastConnectError: unknown;
  /** Connections that are being opened. */
  #opening = 0;
  /** Idle connections that are being asked whether they live. */
  #asked = 0;
  /** Idle connections that did not answer, since the server was last heard of. */
  #unanswered = 0;
  #closed = false;

  constructor(name: string, driver: Driver, options: PoolOptions = {}) {
    this.#name = name;
    checkOptions(name, options);
    const max = Math.min(options.max ?? 10, driver.poolLimits?.max ?? Infinity);
    const min = Math.min(max, Math.max(options.min ?? 0, driver.poolLimits?.min ?? 0));
    this.max = max;
    this.#maxLifetime = options.maxLifetime;
    this.#pool = new ReapingPool({
      min,
      max,
      acquireTimeoutMillis: options.acquireTimeout ?? 30_000,
      idleTimeoutMillis: options.idleTimeout ?? 30_000,
      propagateCreateError: true,
      create: async () => {
        this.#opening += 1;
        try {
          const connection = await driver.connect();
          const now = Date.now();
          this.#lastConnectError = undefined;
          this.#unanswered = 0;
          const pooled = {
            driver: connection,
            createdAt: now,
            idleSince: now,
            lentAt: 0,
            borrower: 'statement',
            discarded: false,
          } as const;
          this.#open.add(pooled);
          // The one that it was opened for may have given up.
          connection.unref?.();
          return pooled;
        } catch (error) {
          this.#lastConnectError = driver.translateError(error, undefined);
          throw error;
        } finally {
          this.#opening -= 1;
        }
      },
      // tarn awaits what this returns (Pool._validateResource), though its types do not say so.
      validate: (connection) => this.#isUsable(connection, options.prePing ?? true) as boolean,
      destroy: (connection) => {
        this.#open.delete(connection);
        return connection.driver.close();
      },
    });
  }

  /** @throws PoolTimeoutError when none becomes free in time, ConnectionLostError when none can be opened. */
  acquire(): PooledConnection | Promise<PooledConnection> {
    const atHand = this.#atHand;
    if (!atHand || this.#isPastUse(atHand)) return this.#acquireFromTarn();
    this.#atHand = undefined;
    return this.#lend(atHand);
  }

  release(connection: PooledConnection): void {
    this.#lent.delete(connection);
    connection.lentAt = 0;
    connection.idleSince = Date.now();
    if (this.#atHand || this.#closed || this.#isPastUse(connection) || this.#pool.numPendingAcquires() > 0) {
      this.#giveBack(connection);
      return;
    }
    this.#atHand = connection;
    if (this.#isRoundAwaited) return;
    this.#isRoundAwaited = true;
    setImmediate(() => {
      this.#isRoundAwaited = false;
      this.#putAway();
    });
  }

  stats(): PoolFigures {
    const oldest = this.#oldest();
    return {
      used: this.#lent.size,
      free: [...this.#open].filter((connection) => !this.#lent.has(connection) && !connection.discarded).length,
      pending: this.#pool.numPendingAcquires(),
      max: this.max,
      oldestBorrowMs: oldest ? Date.now() - oldest.lentAt : 0,
    };
  }

  /** The one that was lent first. */
  #oldest(): PooledConnection | undefined {
    let oldest: PooledConnection | undefined;
    for (const connection of this.#lent) if (!oldest || connection.lentAt < oldest.lentAt) oldest = connection;
    return oldest;
  }

  closeIdle(): Promise<number> {
    return this.#closeThose((connection) => !this.#lent.has(connection));
  }

  async closeStale(ageMs: number): Promise<number> {
    if (typeof ageMs !== 'number' || !(ageMs >= 0)) {
      throw new EspalierError(
        `closeStale() takes an age in milliseconds that is not negative, got ${describeNumber(ageMs)}.`,
      );
    }
    const born = Date.now() - ageMs;
    return this.#closeThose(({ createdAt }) => createdAt <= born);
  }

  closeAll(): Promise<number> {
    return this.#closeThose(() => true);
  }

  /** Waits for borrowed connections, but not for ever; then closes all. */
  async close(timeout = DRAIN_TIMEOUT_MS): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#putAway();
    const timer = setTimeout(() => {
      for (const connection of this.#lent) void connection.driver.close().then(() => this.#pool.release(connection));
    }, timeout);
    try {
      await this.#pool.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Those that are lent are closed by `release`; tarn finds out about the others when it is about to lend them. */
  async #closeThose(isMeant: (connection: PooledConnection) => boolean): Promise<number> {
    this.#putAway();
    const meant = [...this.#open].filter((connection) => !connection.discarded && isMeant(connection));
    for (const connection of meant) connection.discarded = true;
    await Promise.all(meant.filter((connection) => !this.#lent.has(connection)).map(({ driver }) => driver.close()));
    return meant.length;
  }

  async #acquireFromTarn(): Promise<PooledConnection> {
    this.#putAway();
    if (this.#closed)
      throw new ConnectionLostError(`Database '${this.#name}' is closed: connect again.`, { audience: 'developer' });
    try {
      const connection = await this.#pool.acquire().promise;
      connection.driver.ref?.();
      return this.#lend(connection);
    } catch (error) {
      throw this.#acquireError(error);
    }
  }

  #lend(connection: PooledConnection): PooledConnection {
    connection.lentAt = Date.now();
    this.#lent.add(connection);
    return connection;
  }

  #putAway(): void {
    const atHand = this.#atHand;
    this.#atHand = undefined;
    if (atHand) this.#giveBack(atHand);
  }

  #giveBack(connection: PooledConnection): void {
    // A broken one fails its validation at the next acquire; what it holds on the server is given up now.
    if (connection.discarded) void connection.driver.close();
    else connection.driver.unref?.();
    this.#pool.release(connection);
  }

  #isPastUse({ discarded, driver, createdAt }: PooledConnection): boolean {
    return (
      discarded || driver.broken || (this.#maxLifetime !== undefined && Date.now() - createdAt > this.#maxLifetime)
    );
  }

  #isUsable(connection: PooledConnection, prePing: boolean): boolean | Promise<boolean> {
    if (this.#isPastUse(connection)) return false;
    if (!prePing || Date.now() - connection.idleSince < PING_AFTER_IDLE_MS) return true;
    return this.#answers(connection);
  }

  async #answers({ driver }: PooledConnection): Promise<boolean> {
    this.#asked += 1;
    const late = (): Error => {
      // What cut off this one cut off those that idle beside it: to ask each would take as long again.
      for (const other of this.#open) if (!this.#lent.has(other)) other.discarded = true;
      return new ConnectionLostError('An idle connection does not answer.');
    };
    try {
      await withDeadline(PING_TIMEOUT_MS, driver.ping(), late);
      this.#unanswered = 0;
      return true;
    } catch {
      this.#unanswered += 1;
      return false;
    } finally {
      this.#asked -= 1;
    }
  }

  #whyNone(figures: PoolFigures): string {
    const { used, max, pending, oldestBorrowMs } = figures;
    const silent = this.#asked + this.#unanswered;
    const start = `No connection to database '${this.#name}' became free in time: ${String(used)} of ${String(max)} in use, ${String(pending)} waiting`;
    if (used >= max || (this.#opening === 0 && silent === 0)) {
      const by = BORROWERS[this.#oldest()?.borrower ?? 'statement'];
      return `${start}, the oldest borrowed ${String(oldestBorrowMs)} ms ago ${by}. Close sessions, leave loops over iterators by break or return, or raise pool.max.`;
    }
    const signs = [
      ...(silent > 0 ? ['idle connections do not answer'] : []),
      ...(this.#opening > 0 ? [`${String(this.#opening)} being opened get no answer`] : []),
    ];
    return `${start}. The server does not answer: ${signs.join(', ')}. Look for what is between here and it (a firewall, a proxy, a server that stands still).`;
  }

  #acquireError(error: unknown): EspalierError {
    const cause = this.#lastConnectError;
    if (error instanceof TimeoutError) {
      const figures = this.stats();
      return new PoolTimeoutError(this.#whyNone(figures), figures, { cause: cause ?? error });
    }
    // One for each who waited: each has a stack of its own.
    if (cause instanceof ConnectError) return new ConnectError(cause.message, cause, { cause: cause.cause });
    if (cause instanceof ConnectionLostError) return cause;
    const reason = error instanceof Error ? error.message : String(error);
    return new ConnectError(`Database '${this.#name}' cannot be reached: ${reason}`, {}, { cause: cause ?? error });
  }
}

const OPTIONS: Readonly<Record<keyof PoolOptions, { readonly least: number } | 'boolean'>> = {
  min: { least: 0 },
  max: { least: 1 },
  acquireTimeout: { least: 1 },
  idleTimeout: { least: 1 },
  maxLifetime: { least: 1 },
  prePing: 'boolean',
};

/** @throws EspalierError naming database and option */
function checkOptions(name: string, options: PoolOptions): void {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new EspalierError(
      `The pool of database '${name}' is an object of options: ${Object.keys(OPTIONS).join(', ')}.`,
    );
  for (const [option, value] of Object.entries(options) as [keyof PoolOptions, unknown][]) {
    const rule = Object.hasOwn(OPTIONS, option) ? OPTIONS[option] : undefined;
    const subject = `The option '${option}' of the pool of database '${name}'`;
    if (!rule) throw new EspalierError(`${subject} is unknown: the options are ${Object.keys(OPTIONS).join(', ')}.`);
    if (value === undefined) continue;
    if (rule === 'boolean') {
      if (typeof value !== 'boolean') throw new EspalierError(`${subject} is true or false.`);
    } else if (!Number.isSafeInteger(value) || (value as number) < rule.least)
      throw new EspalierError(
        `${subject} is a whole number from ${String(rule.least)}, got ${typeof value === 'number' ? String(value) : typeof value}.`,
      );
  }
}
