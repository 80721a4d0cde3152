/**
 * The one gate to a driver: statements of one connection go one after another, errors come out typed, events tell of them.
 */
import { ConnectionLostError, type EspalierError } from '../errors';
import type { BoundStatement, Dialect, StatementBounds, StatementResult, TransactionOptions } from '../sql';
import type { DriverConnection } from './driver';
import type { Pending } from './deadline';
import type { Events } from './events';
import { limitOf, waitWithin, type Limit } from './limit';
import type { PooledConnection } from './pool';
import { untilLimit, type UnderWay } from './until-limit';

/** What a connection needs of the database that lends it. */
export interface Lender {
  readonly name: string;
  readonly dialect: Dialect;
  readonly events: Events;
  /** Milliseconds that a statement is waited for whose caller has given up. */
  readonly closeTimeout: number;
  translateError(error: unknown, sql: string | undefined): EspalierError;
  release(pooled: PooledConnection): void;
}

export class Connection implements Pending {
  /** The end of the queue of statements. */
  #last: Promise<unknown> = Promise.resolve();
  /** How many are in the queue. */
  #queued = 0;
  /** How many of them were answered. */
  #answered = 0;
  /** Whether a statement is under way, and not a verb of a transaction, which is not to be given up. */
  #isCancellable = false;
  /** Until the engine has been asked to give up what is under way: a later statement would be meant. */
  #cancelling: Promise<void> | undefined;
  #isGivenUp = false;
  #released = false;

  constructor(
    readonly database: Lender,
    private readonly pooled: PooledConnection,
  ) {}

  get dialect(): Dialect {
    return this.database.dialect;
  }

  /** True when its state is unknown; it will not be lent again. */
  get broken(): boolean {
    return this.pooled.driver.broken || this.#isGivenUp;
  }

  /** True while the engine has ended its transaction by itself. */
  get transactionLost(): boolean {
    return this.pooled.driver.transactionLost ?? false;
  }

  execute(statement: BoundStatement, limit?: Limit): Promise<StatementResult> {
    const send = (): Promise<StatementResult> =>
      this.#send(statement.sql, statement.parameters, () => this.pooled.driver.execute(statement));
    return limit ? this.#within(limit, statement.sql, send) : this.#inTurn(send);
  }

  /** A statement without parameters and results: DDL. */
  run(sql: string): Promise<void> {
    return this.#do([sql], (driver) => driver.run(sql));
  }

  /** @throws QueryError for an isolation level that the engine does not have */
  begin(options: TransactionOptions, limit?: Limit): Promise<void> {
    return this.#do(this.dialect.transaction.begin(options), (driver) => driver.begin(options), limit);
  }

  commit(): Promise<void> {
    return this.#do([this.dialect.transaction.commit], (driver) => driver.commit());
  }

  rollback(): Promise<void> {
    return this.#do([this.dialect.transaction.rollback], (driver) => driver.rollback());
  }

  savepoint(name: string, limit?: Limit): Promise<void> {
    return this.#do([this.dialect.transaction.savepoint(name)], (driver) => driver.savepoint(name), limit);
  }

  releaseSavepoint(name: string, limit?: Limit): Promise<void> {
    return this.#do([this.dialect.transaction.release(name)], (driver) => driver.release(name), limit);
  }

  rollbackTo(name: string): Promise<void> {
    return this.#do([this.dialect.transaction.rollbackTo(name)], (driver) => driver.rollbackTo(name));
  }

  /**
   * Rows in batches. The connection takes no other statement until the iterator ends.
   *
   * @param bounds its timeout is one of the wait for each batch: how long the caller takes for the rows is no matter
   */
  async *stream(
    statement: BoundStatement,
    batchSize: number,
    bounds?: StatementBounds,
  ): AsyncGenerator<readonly (readonly unknown[])[]> {
    let finish!: () => void;
    const turn = this.#last;
    this.#last = new Promise<void>((resolve) => (finish = resolve));
    this.#queued += 1;
    await turn;
    const started = performance.now();
    let rowCount = 0;
    let failure: EspalierError | undefined;
    this.#isCancellable = true;
    try {
      for await (const rows of this.#batches(statement, batchSize, bounds)) {
        rowCount += rows.length;
        yield rows;
      }
    } catch (error) {
      failure = this.database.translateError(error, statement.sql);
      throw failure;
    } finally {
      await this.#cancelled();
      this.#queued -= 1;
      finish();
      this.#tell(statement.sql, statement.parameters, { started, rowCount, failure });
    }
  }

  #batches(
    statement: BoundStatement,
    batchSize: number,
    bounds: StatementBounds | undefined,
  ): AsyncIterable<readonly (readonly unknown[])[]> {
    const batches = this.pooled.driver.stream(statement, batchSize);
    return bounds ? this.#boundedBatches(batches, bounds, statement.sql) : batches;
  }

  async *#boundedBatches(
    batches: AsyncIterable<readonly (readonly unknown[])[]>,
    bounds: StatementBounds,
    sql: string,
  ): AsyncGenerator<readonly (readonly unknown[])[]> {
    const rows = batches[Symbol.asyncIterator]();
    try {
      for (;;) {
        const limit = limitOf(bounds);
        if (limit?.reached) throw limit.error(sql);
        const next = (): Promise<IteratorResult<readonly (readonly unknown[])[]>> =>
          rows.next().catch((error: unknown) => {
            throw this.database.translateError(error, sql);
          });
        const step = await (limit ? untilLimit(limit, next, this.#underWay(sql)) : next());
        if (step.done) return;
        yield step.value;
      }
    } finally {
      // One that was given up may never end.
      const ended = rows.return?.();
      if (!this.pooled.discarded) await ended;
      else ended?.catch(() => undefined);
    }
  }

  /** Gives it back when the statements that wait for their turn have been answered. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    void this.#last.then(() => {
      this.database.release(this.pooled);
    });
  }

  /** Gives it back to be closed: its state is unknown. */
  discard(): void {
    this.pooled.discarded = true;
    this.release();
  }

  get unanswered(): number | undefined {
    return this.#queued > 0 ? this.#answered : undefined;
  }

  cancel(): void {
    if (this.#isCancellable) this.#cancelling = this.pooled.driver.cancel?.();
  }

  /** The statement is over: nothing of it is to be cancelled, and nothing that was asked may meet the next one. */
  #cancelled(): Promise<void> | undefined {
    this.#isCancellable = false;
    const cancelling = this.#cancelling;
    this.#cancelling = undefined;
    return this.#isGivenUp ? undefined : cancelling;
  }

  /** Closes it under what is asked of it, which fails. */
  giveUp(): void {
    this.pooled.discarded = true;
    this.#isGivenUp = true;
    void this.pooled.driver.close();
  }

  /** Sends at once where nothing waits: the caller may go on while the database works. */
  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.#released)
      return Promise.reject(
        new ConnectionLostError('This connection was given back to the pool already.', { audience: 'developer' }),
      );
    const result = this.#queued === 0 ? work() : this.#last.then(work);
    this.#queued += 1;
    const done = (): void => {
      this.#queued -= 1;
      this.#answered += 1;
    };
    this.#last = result.then(done, done);
    return result;
  }

  /** Waits neither for its turn nor for its answer longer than the limit says. */
  #within<R>(limit: Limit, sql: string, send: () => Promise<R>): Promise<R> {
    const enqueue = (isGivenUp: () => boolean): Promise<R> =>
      this.#inTurn(() =>
        isGivenUp() ? Promise.reject(limit.error(sql)) : untilLimit(limit, send, this.#underWay(sql)),
      );
    return waitWithin(limit, enqueue, sql);
  }

  #underWay(sql: string): UnderWay {
    return {
      sql,
      patience: this.database.closeTimeout,
      cancel: () => this.pooled.driver.cancel?.() ?? Promise.resolve(),
      giveUp: () => {
        this.giveUp();
      },
      answeredLate: () => {
        this.pooled.discarded = true;
      },
    };
  }

  /** What gives no rows. `texts`: the statements that it sends, for those who listen. */
  #do(texts: readonly string[], work: (driver: DriverConnection) => Promise<void>, limit?: Limit): Promise<void> {
    const send = async (): Promise<void> => {
      const started = this.#clock();
      try {
        await work(this.pooled.driver);
      } catch (error) {
        const failure = this.database.translateError(error, texts.at(-1));
        this.#tell(failure.sql ?? texts.at(-1)!, [], { started, rowCount: 0, failure });
        throw failure;
      }
      for (const sql of texts) this.#tell(sql, [], { started, rowCount: 0, failure: undefined });
    };
    return limit ? this.#within(limit, texts.at(-1)!, send) : this.#inTurn(send);
  }

  async #send(
    sql: string,
    parameters: readonly unknown[],
    send: () => Promise<StatementResult>,
  ): Promise<StatementResult> {
    const started = this.#clock();
    let result: StatementResult;
    this.#isCancellable = true;
    try {
      result = await send();
    } catch (error) {
      const failure = this.database.translateError(error, sql);
      this.#tell(sql, parameters, { started, rowCount: 0, failure });
      throw failure;
    } finally {
      await this.#cancelled();
    }
    this.#tell(sql, parameters, { started, rowCount: result.rowCount, failure: undefined });
    return result;
  }

  /** Undefined where no one listens: reading the clock is no small part of a small statement. */
  #clock(): number | undefined {
    return this.database.events.heard('query') ? performance.now() : undefined;
  }

  #tell(
    sql: string,
    parameters: readonly unknown[],
    {
      started,
      rowCount,
      failure,
    }: { started: number | undefined; rowCount: number; failure: EspalierError | undefined },
  ): void {
    const { events, name } = this.database;
    // Who began to listen while the statement ran learns of the next.
    if (started === undefined || !events.heard('query')) return;
    events.emit('query', {
      database: name,
      sql,
      parameters,
      durationMs: performance.now() - started,
      rowCount,
      error: failure,
    });
  }
}
