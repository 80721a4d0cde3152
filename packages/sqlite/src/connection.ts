/** One connection: statements, transactions, the write lock. */
import { types } from 'node:util';
import {
  boundStatement,
  ConnectionLostError,
  QueryError,
  type BoundStatement,
  type ColumnType,
  type DriverConnection,
  type DriverValue,
  type StatementResult,
  type TransactionOptions,
} from '@espalier/core/driver';
import type { SqliteHandle } from './client';
import { breaksHandle, meansNoTransaction, meansOpenTransaction, translateError } from './errors';
import { RESULT, namedColumns } from './json-rows';
import { changesRows, givesRows, hasMoreStatements, isQuery } from './sql-kind';
import { checkVerb, transaction, type TransactionState } from './transaction';
import type { WriteLock } from './write-lock';

export interface ConnectionOptions {
  readonly lock: WriteLock;
  /** Milliseconds to wait for the write lock. */
  readonly busyTimeout: number;
  /** Ends the connection, after an open transaction was rolled back. */
  readonly close: () => Promise<void>;
}

const INTERRUPT_MS = 10;

let lastStream = 0;

export class SqliteConnection implements DriverConnection {
  #state: TransactionState = 'none';
  #releaseLock: (() => void) | undefined;
  /** A read-only transaction is open: the engine refuses writes until `query_only` is switched off again. */
  #queryOnly = false;
  /** The statement that the client works on. */
  #underWay: Promise<unknown> | undefined;
  /** While it waits for the write lock. */
  #giveUpWaiting: (() => void) | undefined;
  #broken = false;
  #closed = false;

  constructor(
    private readonly handle: SqliteHandle,
    private readonly options: ConnectionOptions,
  ) {}

  get broken(): boolean {
    return this.#broken;
  }

  get transactionLost(): boolean {
    return this.#state === 'lost';
  }

  async execute(statement: BoundStatement): Promise<StatementResult> {
    const bound = withScalars(statement);
    const { reusable, sql } = bound;
    if (!reusable && hasMoreStatements(sql)) {
      throw new QueryError('SQLite was given several statements at once: send them one by one.', { sql });
    }
    checkVerb('execute', this.#state, sql);
    if (bound.readOnly || (!reusable && isQuery(sql))) return this.#guarded(sql, () => this.#query(bound));
    return this.#writing(sql, () => (bound.columns || givesRows(sql) ? this.#query(bound) : this.#write(bound)));
  }

  /**
   * The result is put into a temporary table first and read from there in pages: the client has no cursor that waits for its
   * reader, and a cursor would see what the reader's own loop writes. The table is in a file of its own, so memory stays constant.
   */
  async *stream(statement: BoundStatement, batchSize: number): AsyncGenerator<readonly (readonly unknown[])[]> {
    const bound = withScalars(statement);
    const { columns, sql } = bound;
    checkVerb('execute', this.#state, sql);
    const table = `temp.espalier_stream_${String(++lastStream)}`;
    await this.#guarded(sql, () => this.#materialize(table, bound));
    try {
      for (let from = 0; ; from += batchSize) {
        const { rows } = await this.#guarded(sql, () =>
          this.handle.read(pageOf(table, columns, [from, from + batchSize])),
        );
        if (rows.length > 0) yield rows;
        if (rows.length < batchSize) return;
      }
    } finally {
      if (!this.#closed) await this.#temporarily(() => this.handle.exec(`drop table if exists ${table}`)).catch(ignore);
    }
  }

  async run(sql: string): Promise<void> {
    checkVerb('execute', this.#state, sql);
    if (isQuery(sql)) await this.#guarded(sql, () => this.handle.exec(sql));
    else await this.#writing(sql, () => this.handle.exec(sql));
  }

  /** One that may write holds the write lock from the beginning. */
  async begin(options: TransactionOptions): Promise<void> {
    const texts = transaction.begin(options);
    const sql = texts.at(-1)!;
    checkVerb('begin', this.#state, sql);
    if (!options.readOnly) this.#releaseLock = await this.#acquireLock(sql);
    this.#queryOnly = options.readOnly ?? false;
    try {
      for (const text of texts) await this.#exec(text);
    } catch (error) {
      await this.#leave();
      throw error;
    }
    this.#state = options.readOnly ? 'reading' : 'writing';
  }

  async commit(): Promise<void> {
    const sql = transaction.commit;
    checkVerb('commit', this.#state, sql);
    try {
      await this.#guarded(sql, () => this.handle.exec(sql));
    } catch (error) {
      // The engine leaves the transaction open where it refuses to commit: a deferred foreign key, a reader of another process.
      if (!this.#broken) await this.rollback();
      throw error;
    }
    await this.#leave();
  }

  async rollback(): Promise<void> {
    const sql = transaction.rollback;
    try {
      await this.handle.exec(sql);
    } catch (error) {
      if (!meansNoTransaction(error)) {
        this.#broken = true;
        throw translateError(error, { sql });
      }
    }
    await this.#leave();
  }

  savepoint(name: string): Promise<void> {
    return this.#mark(transaction.savepoint(name));
  }

  release(name: string): Promise<void> {
    return this.#mark(transaction.release(name));
  }

  rollbackTo(name: string): Promise<void> {
    return this.#mark(transaction.rollbackTo(name));
  }

  async #mark(sql: string): Promise<void> {
    checkVerb('savepoint', this.#state, sql);
    await this.#guarded(sql, () => this.handle.exec(sql));
  }

  /** Again and again, for a statement that waits for a thread of the client has nothing to interrupt yet. */
  async cancel(): Promise<void> {
    this.#giveUpWaiting?.();
    const statement = this.#underWay;
    while (statement && this.#underWay === statement && this.handle.interrupt) {
      this.handle.interrupt();
      await new Promise((resolve) => setTimeout(resolve, INTERRUPT_MS));
    }
  }

  async ping(): Promise<void> {
    await this.#guarded('select 1', () => this.handle.exec('select 1'));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.#state !== 'none') await this.handle.exec('rollback').catch(ignore);
      if (this.#queryOnly) await this.handle.exec('pragma query_only = off').catch(ignore);
      await this.options.close();
    } finally {
      this.#end();
    }
  }

  async #query(statement: BoundStatement): Promise<StatementResult> {
    const { rows, fields } = await this.handle.read(statement);
    return { rows, rowCount: rows.length, insertId: undefined, fields };
  }

  async #write(statement: BoundStatement): Promise<StatementResult> {
    const changed = await this.handle.write(statement);
    // After anything else the engine still tells the number of the last write.
    const rowCount = statement.reusable || changesRows(statement.sql) ? changed : 0;
    return { rows: [], rowCount, insertId: undefined };
  }

  /** Runs a write under the write lock: that of the transaction, or one for this statement alone. */
  async #writing<R>(sql: string, work: () => Promise<R>): Promise<R> {
    if (this.#state !== 'none') return this.#guarded(sql, work);
    const release = await this.#acquireLock(sql);
    try {
      return await this.#guarded(sql, work);
    } finally {
      release();
    }
  }

  async #acquireLock(sql: string): Promise<() => void> {
    const { lock, busyTimeout } = this.options;
    const waiting = lock.acquire(busyTimeout, sql);
    this.#giveUpWaiting = waiting.giveUp;
    const release = await waiting.acquired.finally(() => (this.#giveUpWaiting = undefined));
    if (!this.#closed) return release;
    release();
    throw closedError(sql);
  }

  async #leave(): Promise<void> {
    this.#end();
    if (!this.#queryOnly) return;
    await this.#exec('pragma query_only = off');
    this.#queryOnly = false;
  }

  #end(): void {
    this.#state = 'none';
    this.#releaseLock?.();
    this.#releaseLock = undefined;
  }

  async #exec(sql: string): Promise<void> {
    try {
      await this.handle.exec(sql);
    } catch (error) {
      if (breaksHandle(error)) this.#broken = true;
      throw translateError(error, { sql });
    }
  }

  /** Runs work, and after an error finds out whether the transaction survived it. */
  async #guarded<R>(sql: string, work: () => Promise<R>): Promise<R> {
    if (this.#closed) throw closedError(sql);
    try {
      return await this.#interruptible(work());
    } catch (error) {
      if (breaksHandle(error)) this.#broken = true;
      if (this.#state !== 'none') await this.#checkTransaction();
      throw translateError(error, { sql });
    }
  }

  async #interruptible<R>(work: Promise<R>): Promise<R> {
    this.#underWay = work;
    try {
      return await work;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** The client does not tell whether a transaction is open, but a second `begin` does. */
  async #checkTransaction(): Promise<void> {
    try {
      await this.handle.exec('begin');
      await this.handle.exec('rollback');
    } catch (error) {
      if (meansOpenTransaction(error)) return;
      this.#broken = true;
    }
    this.#end();
    this.#state = 'lost';
  }

  async #materialize(table: string, statement: BoundStatement): Promise<void> {
    const { columns, sql } = statement;
    const select = columns ? `${namedColumns(columns)}${sql}\n) select * from ${RESULT}` : sql;
    const text = `create temp table ${table.slice('temp.'.length)} as ${select}`;
    const materializing = boundStatement(text, statement.parameters, { reusable: false });
    await this.#temporarily(() => this.handle.write(materializing));
  }

  /** A read-only transaction refuses temporary tables too. */
  async #temporarily<R>(work: () => Promise<R>): Promise<R> {
    if (!this.#queryOnly) return work();
    await this.handle.exec('pragma query_only = off');
    try {
      return await work();
    } finally {
      await this.handle.exec('pragma query_only = on');
    }
  }
}

function pageOf(
  table: string,
  columns: readonly ColumnType[] | undefined,
  between: readonly [number, number],
): BoundStatement {
  const sql = `select * from ${table} where _rowid_ > ? and _rowid_ <= ? order by _rowid_`;
  return boundStatement(sql, between, { columns, readOnly: true, reusable: false });
}

/** @throws QueryError where a parameter is nothing that SQLite stores: the client would call its methods, or bind NULL in its place. */
function withScalars(statement: BoundStatement): BoundStatement {
  const { parameters } = statement;
  if (parameters.every(isStorable)) return statement;
  const converted = parameters.map((value, i): DriverValue => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (isStorable(value)) return value;
    throw new QueryError(
      `Parameter ${String(i + 1)} is ${describe(value)}: SQLite takes texts, numbers, booleans, binary data and null.`,
      { sql: statement.sql },
    );
  });
  return boundStatement(statement.sql, converted, statement);
}

function isStorable(value: unknown): boolean {
  return typeof value === 'string' || value === null || isNumber(value) || types.isUint8Array(value);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value);
}

function describe(value: unknown): string {
  if (typeof value === 'number') return 'NaN';
  return value === undefined ? 'undefined' : `a value of type ${typeof value}`;
}

function closedError(sql: string): ConnectionLostError {
  return new ConnectionLostError('This connection is closed.', { sql });
}

function ignore(): void {
  // What was to be undone is gone with the transaction or the connection.
}
