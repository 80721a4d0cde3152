/**
 * The wire: what a dialect package must bring to talk to its engine. A driver knows connections and values, no SQL of ours.
 */
import type { EspalierError } from '../errors';
import type { BoundStatement, Dialect, StatementResult, TransactionOptions } from '../sql';

/**
 * One connection, used by one borrower at a time; calls never overlap. The verbs of a transaction send what `Dialect.transaction` spells; a driver
 * may hold back a verb that needs no answer and send it together with the next statement.
 */
export interface DriverConnection {
  /** Opens a transaction; none is open. */
  begin(options: TransactionOptions): Promise<void>;
  /**
   * Afterwards no transaction is open, whether it was committed or refused; or the connection is `broken`.
   * @throws what the engine says where it refuses, and TransactionError where it answered by a rollback
   */
  commit(): Promise<void>;
  /** Afterwards no transaction is open, where one was open and where the engine had ended it by itself. */
  rollback(): Promise<void>;
  savepoint(name: string): Promise<void>;
  /** Gives a savepoint up; what came after it stays. */
  release(name: string): Promise<void>;
  /** Undoes what came after a savepoint, which stays; after a failed statement the transaction goes on from there. */
  rollbackTo(name: string): Promise<void>;
  /** @throws what the client library throws; `Driver.translateError` makes a typed error of it. */
  execute(statement: BoundStatement): Promise<StatementResult>;
  /** Rows in batches through a cursor, in constant memory. Closing the iterator early closes the cursor. */
  stream(statement: BoundStatement, batchSize: number): AsyncIterable<readonly (readonly unknown[])[]>;
  /** Runs a statement without parameters or results: DDL and settings. */
  run(sql: string): Promise<void>;
  /** Rejects where the connection does not answer any more. */
  ping(): Promise<void>;
  /**
   * Asks the engine to give up the statement under way, which then fails, or is answered after all. Resolves when the engine has been asked, so that no later
   * statement is meant by it; never rejects, and takes some seconds at the most. Undefined: the client cannot ask.
   */
  cancel?(): Promise<void>;
  /** Ends the connection; never rejects. */
  close(): Promise<void>;
  /** The process lives while this connection is open: it was lent. Undefined: the client holds the process only while a statement runs. */
  ref?(): void;
  /** The process may end though this connection is open: it is idle. Not called while a statement runs. */
  unref?(): void;
  /** True while the engine has ended the transaction by itself: only `rollback` goes on from there. Undefined: an engine that never does. */
  readonly transactionLost?: boolean;
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
  /** The isolation level that the server's settings, or the URL's, give to transactions that ask for none; undefined where it is the engine's own. */
  readonly isolation?: TransactionOptions['isolation'];
  /** Milliseconds that a rollback or a close waits for a statement under way. Default: 5 000. */
  readonly closeTimeout?: number | undefined;
  /** A wish for the pool: an engine with one writer, or a database that lives in one connection. */
  readonly poolLimits?: { readonly max?: number; readonly min?: number } | undefined;
  /** Frees what all connections share; called after the pool was emptied. */
  close?(): Promise<void>;
}

/** How many connections a database has, and how long they live. Times in milliseconds. */
export interface PoolOptions {
  /** Connections kept open. Default: 0. */
  min?: number;
  /** Connections at the most. Default: 10. */
  max?: number;
  /** Milliseconds to wait for a connection. Default: 30 000. */
  acquireTimeout?: number;
  /** Milliseconds after which an idle connection is closed. Default: 30 000. */
  idleTimeout?: number;
  /** Milliseconds after which a connection is not lent again. Default: unlimited. */
  maxLifetime?: number;
  /** Ask a connection that was idle for long whether it lives before lending it. Default: true. */
  prePing?: boolean;
}

/**
 * What `postgres(...)`, `mysql(...)` and `sqlite(...)` give to `Espalier.connect`. What it opens is a `Driver`, which its author says by the type argument
 * and which users of entities need not know: see `@espalier/core/driver`.
 */
export interface DatabaseConfig<D extends object = object> {
  /**
   * Finds the engine's version and settings and gives the driver for it (a MariaDB server gets MariaDB's dialect).
   * May open and close a connection of its own.
   */
  open(): Promise<D>;
  /** Of the connections that the driver opens. */
  readonly pool?: PoolOptions | undefined;
}
