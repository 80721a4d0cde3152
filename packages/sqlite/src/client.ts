/**
 * What this package asks of a client library: one open database handle, statements one after another. Everything that
 * differs between the clients (rows as objects or arrays, callbacks or plain calls, caches) stays behind this.
 */
import type { BoundStatement } from '@espalier/core/driver';

export interface Rows {
  readonly rows: readonly (readonly unknown[])[];
  /** Names of the columns, where the statement said nothing of its columns. */
  readonly fields?: readonly string[] | undefined;
}

/** One open database. Calls never overlap. What the client throws is handed on as it is. */
export interface SqliteHandle {
  /** Runs a statement that returns rows: a select, or a write with `returning`. Values of statements with known columns are exact. */
  read(statement: BoundStatement): Promise<Rows>;
  /** Runs a statement that returns none. Resolves to the number of rows it changed. */
  write(statement: BoundStatement): Promise<number>;
  /** Runs texts without parameters, each to its end. */
  exec(sql: string): Promise<void>;
  /** Makes the statement that runs fail. Undefined: while one runs, this process does nothing else. */
  interrupt?(): void;
  /** Frees statements and handle; never rejects. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Milliseconds that the engine waits for a lock that another process holds. */
  readonly busyTimeout: number;
}

export interface SqliteClient {
  /** @throws what the client throws where the file cannot be opened. */
  open(path: string, options: OpenOptions): Promise<SqliteHandle>;
}

/**
 * Bytes of the longest text or blob: JavaScript's longest string has 2^29 - 24 UTF-16 units, and handing the client a longer text
 * ends the process with sqlite3 6.0. With this limit the engine itself refuses it (SQLITE_TOOBIG), and it takes no more bytes than units.
 */
export const MAX_TEXT_BYTES = 500_000_000;
