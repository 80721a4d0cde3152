/**
 * What the clients without threads have in common: statements are run where they are called, rows come as arrays with exact
 * floats, so nothing needs to go through JSON.
 */
import type { BoundStatement, DriverValue } from '@espalier/core/driver';
import type { Rows, SqliteHandle } from './client';
import { namedColumns, RESULT } from './json-rows';
import { LruCache } from './lru-cache';
import { isQuery } from './sql-kind';

export interface SyncStatement {
  all(parameters: readonly DriverValue[]): unknown[][];
  /** Names of the columns of what `all` gave last. */
  names(): readonly string[];
  /** The number of rows changed. */
  run(parameters: readonly DriverValue[]): number;
}

export interface SyncDatabase {
  /** Whether rows come as arrays. From a client that gives objects they come right only where no two columns have one name. */
  readonly givesArrays: boolean;
  prepare(sql: string): SyncStatement;
  exec(sql: string): void;
  close(): void;
}

const CACHED_STATEMENTS = 250;

export class SyncHandle implements SqliteHandle {
  readonly #statements = new LruCache<SyncStatement>(CACHED_STATEMENTS, () => {
    // The client frees a statement when nothing refers to it any more.
  });

  constructor(private readonly database: SyncDatabase) {}

  read(statement: BoundStatement): Promise<Rows> {
    return settled(() => {
      const prepared = this.#prepare(statement, this.database.givesArrays ? asItIs : namedSelect);
      const rows = prepared.all(statement.parameters);
      return statement.columns === undefined ? { rows, fields: prepared.names() } : { rows };
    });
  }

  write(statement: BoundStatement): Promise<number> {
    return settled(() => this.#prepare(statement, asItIs).run(statement.parameters));
  }

  exec(sql: string): Promise<void> {
    return settled(() => {
      this.database.exec(sql);
    });
  }

  close(): Promise<void> {
    this.#statements.clear();
    return settled(() => {
      this.database.close();
    }).catch(() => undefined);
  }

  /** Found by the statement's own text, which is at hand and hashed already; what is around it is written when it is prepared. */
  #prepare(statement: BoundStatement, spell: (statement: BoundStatement) => string): SyncStatement {
    const { reusable, sql } = statement;
    if (!reusable) return this.database.prepare(spell(statement));
    let prepared = this.#statements.get(sql);
    if (!prepared) this.#statements.set(sql, (prepared = this.database.prepare(spell(statement))));
    return prepared;
  }
}

/** Where rows are objects, names of ours keep columns of equal names apart. */
function namedSelect({ columns, readOnly, sql }: BoundStatement): string {
  return columns && (readOnly || isQuery(sql)) ? `${namedColumns(columns)}${sql}\n) select * from ${RESULT}` : sql;
}

function asItIs({ sql }: BoundStatement): string {
  return sql;
}

/** The outcome of a plain call as a promise, so that errors come the same way from every client. */
function settled<R>(work: () => R): Promise<R> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
