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
import { RESULT, jsonWrapping, namedColumns, parseRows, type Wrapping } from './json-rows';
import { loadClient } from './load-client';
import { LruCache } from './lru-cache';
import { isQuery } from './sql-kind';

/** Prepared statements kept by a connection. A cached one takes a quarter of the time of one that is prepared again. */
const CACHED_STATEMENTS = 250;
/** A prepared statement keeps what was bound to it last: long values are not to stay in memory for that. */
const LONG_PARAMETER = 1_000_000;

type Row = Readonly<Record<string, unknown>>;

/** The texts around a select: those of the JSON wrapping, or of the plain one. */
type Surroundings = Pick<Wrapping, 'head' | 'tail'>;

interface Prepared {
  readonly around: Surroundings;
  readonly statement: Statement;
}

const BARE: Surroundings = { head: '', tail: '' };

/** @throws EspalierError where the package is not there or was not built. */
export function sqlite3Client(): SqliteClient {
  const library = loadClient('sqlite3', {
    install: 'it comes with @espalier/sqlite, so install that again',
    rebuild: 'allow its install script (npm: allowScripts, pnpm: approve-builds), and run npm rebuild sqlite3',
  }) as typeof import('sqlite3');
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
  readonly #prepared = new LruCache<Prepared>(CACHED_STATEMENTS, ({ statement }) => {
    statement.finalize();
  });

  constructor(private readonly database: Database) {}

  async read(statement: BoundStatement): Promise<Rows> {
    const { columns, sql, readOnly } = statement;
    if (!columns) return byName(await this.#all(statement, BARE));
    // What `returning` gives cannot be wrapped into a select.
    if (!readOnly && !isQuery(sql)) return { rows: values(await this.#all(statement, BARE)) };
    const wrapping = jsonWrapping(columns);
    if (wrapping) {
      try {
        const [row] = await this.#all(statement, wrapping);
        return { rows: parseRows(row!.j as string, wrapping.floats) };
      } catch (error) {
        if (!refusesJson(error)) throw error;
      }
    }
    const plain = { head: namedColumns(columns), tail: `\n) select * from ${RESULT}` };
    return { rows: values(await this.#all(statement, plain)) };
  }

  async write(statement: BoundStatement): Promise<number> {
    const { parameters, sql } = statement;
    const prepared = isCacheable(statement) ? await this.#prepare(sql, BARE) : undefined;
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

  interrupt(): void {
    try {
      this.database.interrupt();
    } catch {
      // It is being closed, which waits for the statement.
    }
  }

  close(): Promise<void> {
    this.#prepared.clear();
    return new Promise((resolve) => {
      this.database.close(() => {
        resolve();
      });
    });
  }

  /** Not an async function: a find by key takes some thirty microseconds, and each turn of the promise queue is one of them. */
  #all(statement: BoundStatement, around: Surroundings): Promise<Row[]> {
    const { parameters, sql } = statement;
    if (!isCacheable(statement)) {
      return new Promise((resolve, reject) => {
        this.database.all(around.head + sql + around.tail, parameters, settling(resolve, reject));
      });
    }
    const prepared = this.#prepare(sql, around);
    return prepared instanceof Promise ? prepared.then((made) => allOf(made, parameters)) : allOf(prepared, parameters);
  }

  /** Found by the select itself, whose text is at hand and hashed already, and checked by what is around it. */
  #prepare(sql: string, around: Surroundings): Statement | Promise<Statement> {
    const known = this.#prepared.get(sql);
    if (known?.around.head === around.head && known.around.tail === around.tail) return known.statement;
    return new Promise((resolve, reject) => {
      const statement = this.database.prepare(around.head + sql + around.tail, (error: Error | null) => {
        if (error) {
          reject(error);
          return;
        }
        this.#prepared.set(sql, { around, statement });
        resolve(statement);
      });
    });
  }
}

type Settled = (error: Error | null, rows: Row[]) => void;

function settling(resolve: (rows: Row[]) => void, reject: (error: Error) => void): Settled {
  return (error, rows) => {
    if (error) reject(error);
    else resolve(rows);
  };
}

function allOf(statement: Statement, parameters: readonly DriverValue[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    statement.all(parameters, settling(resolve, reject));
  });
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
