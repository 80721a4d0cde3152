/**
 * The wire: what a dialect package must bring to talk to its engine. A driver knows connections and values, no SQL of ours.
 */
import type { EspalierError } from '../errors';
import type { BoundStatement, Dialect, StatementResult } from '../sql';

/** One connection, used by one borrower at a time; calls never overlap. */
export interface DriverConnection {
  /** @throws what the client library throws; `Driver.translateError` makes a typed error of it. */
  execute(statement: BoundStatement): Promise<StatementResult>;
  /** Rows in batches through a cursor, in constant memory. Closing the iterator early closes the cursor. */
  stream(statement: BoundStatement, batchSize: number): AsyncIterable<readonly (readonly unknown[])[]>;
  /** Runs statements without parameters or results (begin, savepoint, commit, DDL). @throws TransactionError where a commit was answered by a rollback. */
  run(sql: string): Promise<void>;
  /** Rejects where the connection does not answer any more. */
  ping(): Promise<void>;
  /** Ends the connection; never rejects. */
  close(): Promise<void>;
  /** True after an error that leaves its state unknown: it is destroyed, never lent again. */
  readonly broken: boolean;
}

/** What opens connections to one server. */
export interface Driver {
  /** The engine's SQL. */
  readonly dialect: Dialect;
  /** Opens a connection, its session settings made (time zone UTC, character set, foreign keys). */
  connect(): Promise<DriverConnection>;
  /** Typed error for what the client threw, the original as `cause`. */
  translateError(error: unknown, sql: string | undefined): EspalierError;
  /** A wish for the pool: an engine with one writer, or a database that lives in one connection. */
  readonly poolLimits?: { readonly max?: number; readonly min?: number } | undefined;
  /** Frees what all connections share; called after the pool was emptied. */
  close?(): Promise<void>;
}

/** How many connections a database has, and how long they live. Times in milliseconds. */
export interface PoolOptions {
  /** Connections kept open; 0 unless said. */
  min?: number;
  /** Connections at the most; 10 unless said. */
  max?: number;
  /** Milliseconds to wait for a connection; 30 000 unless said. */
  acquireTimeout?: number;
  /** Milliseconds after which an idle connection is closed; 30 000 unless said. */
  idleTimeout?: number;
  /** Milliseconds after which a connection is not lent again; unlimited unless said. */
  maxLifetime?: number;
  /** Ask a connection that was idle for long whether it lives before lending it; true unless said. */
  prePing?: boolean;
}

/** What `postgres(...)`, `mysql(...)` and `sqlite(...)` give to `Espalier.connect`. */
export interface DatabaseConfig {
  /**
   * Finds the engine's version and settings and gives the driver for it (a MariaDB server gets MariaDB's dialect).
   * May open and close a connection of its own.
   */
  open(): Promise<Driver>;
  /** Of the connections that the driver opens. */
  readonly pool?: PoolOptions | undefined;
}
