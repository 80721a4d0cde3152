/**
 * The client `sqlite3`: works on every Node, in threads of its own. https://github.com/TryGhost/node-sqlite3/wiki/API
 * It gives rows as objects by name, rounds 64-bit integers, and binds what it does not know as NULL; so results
 * come as one JSON text wherever they can, and only scalars are handed to it (driver.ts sees to that).
 */
import { types } from 'node:util';
import type { BoundStatement, DriverValue } from '@espalier/core/driver';
import type { Database, Statement } from 'sqlite3';
import { MAX_TEXT_BYTES, type OpenOptions, type Rows, type SqliteClient, type SqliteHandle } from './client';
import { refusesJson } from './errors';
import { RESULT, jsonWrapping, namedColumns, parseRows } from './json-rows';
import { loadClient } from './load-client';
import { LruCache } from './lru-cache';
import { isQuery } from './sql-kind';

/** Prepared statements kept by a connection. A cached one takes a quarter of the time of one that is prepared anew. */
const CACHED_STATEMENTS = 250;
/** A prepared statement keeps what was bound to it last: long values are not to stay in memory for that. */
const LONG_PARAMETER = 1_000_000;

type Row = Readonly<Record<string, unknown>>;

/** @throws EspalierError where the package is not there or was not built. */
export function sqlite3Client(): SqliteClient {
  const library = loadClient(
    'sqlite3',
    'install it (it comes with @espalier/sqlite, and is built when it is installed)',
  ) as typeof import('sqlite3');
  return {
    async open(path: string, { busyTimeout }: OpenOptions): Promise<SqliteHandle> {
      const database = await new Promise<Database>((resolve, reject) => {
        const opening: Database = new library.Database(path, (error) => {
          if (error) reject(error);
          else resolve(opening);
        });
      });
      database.configure('busyTimeout', busyTimeout);
      database.configure('limit', library.LIMIT_LENGTH, MAX_TEXT_BYTES);
      return new Sqlite3Handle(database);
    },
  };
}

class Sqlite3Handle implements SqliteHandle {
  readonly #statements = new LruCache<Statement>(CACHED_STATEMENTS, (statement) => {
    statement.finalize();
  });

  constructor(private readonly database: Database) {}

  async read(statement: BoundStatement): Promise<Rows> {
    const { columns, sql } = statement;
    if (!columns) return byName(await this.#all(sql, statement));
    // What `returning` gives cannot be wrapped into a select.
    if (!statement.readOnly && !isQuery(sql)) return { rows: values(await this.#all(sql, statement)) };
    const wrapping = jsonWrapping(columns);
    if (wrapping) {
      try {
        const [row] = await this.#all(wrapping.head + sql + wrapping.tail, statement);
        return { rows: parseRows(row!.j as string, wrapping.floats) };
      } catch (error) {
        if (!refusesJson(error)) throw error;
      }
    }
    return { rows: values(await this.#all(`${namedColumns(columns)}${sql}\n) select * from ${RESULT}`, statement)) };
  }

  async write(statement: BoundStatement): Promise<number> {
    const { parameters, sql } = statement;
    const prepared = isCacheable(statement) ? await this.#prepare(sql) : undefined;
    return new Promise((resolve, reject) => {
      const done = function (this: { changes: number }, error: Error | null): void {
        if (error) reject(error);
        else resolve(this.changes);
      };
      if (prepared) prepared.run(parameters, done);
      else this.database.run(sql, parameters, done);
    });
  }

  exec(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.database.exec(sql, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#statements.clear();
    return new Promise((resolve) => {
      this.database.close(() => {
        resolve();
      });
    });
  }

  async #all(sql: string, statement: BoundStatement): Promise<Row[]> {
    const prepared = isCacheable(statement) ? await this.#prepare(sql) : undefined;
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, rows: Row[]): void => {
        if (error) reject(error);
        else resolve(rows);
      };
      if (prepared) prepared.all(statement.parameters, done);
      else this.database.all(sql, statement.parameters, done);
    });
  }

  #prepare(sql: string): Statement | Promise<Statement> {
    const known = this.#statements.get(sql);
    if (known) return known;
    return new Promise((resolve, reject) => {
      const statement = this.database.prepare(sql, (error: Error | null) => {
        if (error) {
          reject(error);
          return;
        }
        this.#statements.set(sql, statement);
        resolve(statement);
      });
    });
  }
}

function isCacheable({ reusable, parameters }: BoundStatement): boolean {
  return reusable && !parameters.some(isLong);
}

function isLong(value: DriverValue): boolean {
  return (typeof value === 'string' || types.isUint8Array(value)) && value.length > LONG_PARAMETER;
}

/** The properties of a row stand in the order of its columns, for none of our names is a number. */
function values(rows: readonly Row[]): unknown[][] {
  return rows.map((row) => Object.values(row));
}

/** Raw SQL: the client tells the columns by its rows only. */
function byName(rows: readonly Row[]): Rows {
  const [first] = rows;
  return { rows: values(rows), fields: first ? Object.keys(first) : [] };
}
