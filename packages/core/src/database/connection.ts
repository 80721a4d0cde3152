/**
 * The one gate to a driver: statements of one connection go one after another, errors come out typed, events tell of them.
 */
import { ConnectionLostError, type EspalierError } from '../errors';
import type { BoundStatement, Dialect, StatementResult } from '../sql';
import type { Events } from './events';
import type { PooledConnection } from './pool';

/** What a connection needs of the database that lends it. */
export interface Lender {
  readonly name: string;
  readonly dialect: Dialect;
  readonly events: Events;
  translateError(error: unknown, sql: string | undefined): EspalierError;
  release(pooled: PooledConnection): void;
}

export class Connection {
  /** The end of the queue of statements. */
  #last: Promise<unknown> = Promise.resolve();
  /** How many are in the queue. */
  #queued = 0;
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
    return this.pooled.driver.broken;
  }

  execute(statement: BoundStatement): Promise<StatementResult> {
    return this.#inTurn(() =>
      this.#send(statement.sql, statement.parameters, () => this.pooled.driver.execute(statement)),
    );
  }

  /** Statements without parameters and results: begin, savepoint, commit, DDL. */
  async run(sql: string): Promise<void> {
    await this.#inTurn(() =>
      this.#send(sql, [], async () => {
        await this.pooled.driver.run(sql);
        return NOTHING;
      }),
    );
  }

  /** Rows in batches. The connection takes no other statement until the iterator ends. */
  async *stream(statement: BoundStatement, batchSize: number): AsyncGenerator<readonly (readonly unknown[])[]> {
    let finish!: () => void;
    const turn = this.#last;
    this.#last = new Promise<void>((resolve) => (finish = resolve));
    this.#queued += 1;
    await turn;
    const started = performance.now();
    let rowCount = 0;
    let failure: EspalierError | undefined;
    try {
      for await (const rows of this.pooled.driver.stream(statement, batchSize)) {
        rowCount += rows.length;
        yield rows;
      }
    } catch (error) {
      failure = this.database.translateError(error, statement.sql);
      throw failure;
    } finally {
      this.#queued -= 1;
      finish();
      this.#tell(statement.sql, statement.parameters, { started, rowCount, failure });
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

  /** Gives it back to be closed: nobody knows what state it is in. */
  discard(): void {
    this.pooled.discarded = true;
    this.release();
  }

  /** Sends at once where nothing waits: the caller may go on while the database works. */
  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.#released)
      return Promise.reject(new ConnectionLostError('This connection was given back to the pool already.'));
    const result = this.#queued === 0 ? work() : this.#last.then(work);
    this.#queued += 1;
    const done = (): void => {
      this.#queued -= 1;
    };
    this.#last = result.then(done, done);
    return result;
  }

  async #send(
    sql: string,
    parameters: readonly unknown[],
    send: () => Promise<StatementResult>,
  ): Promise<StatementResult> {
    // Reading the clock is no small part of a small statement.
    const started = this.database.events.heard('query') ? performance.now() : undefined;
    let result: StatementResult;
    try {
      result = await send();
    } catch (error) {
      const failure = this.database.translateError(error, sql);
      this.#tell(sql, parameters, { started, rowCount: 0, failure });
      throw failure;
    }
    this.#tell(sql, parameters, { started, rowCount: result.rowCount, failure: undefined });
    return result;
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

const NOTHING: StatementResult = { rows: [], rowCount: 0, insertId: undefined };
