/** Counts the executions of statements in every client of SQLite that the process has loaded, whichever copy of it. */
import Module from 'node:module';
import { sep } from 'node:path';

type Methods = Record<string, unknown>;

interface Statements {
  count: number;
}

/** Wraps the methods of a prototype, so that each call adds one. */
function countCalls(prototype: object, names: readonly string[], statements: Statements): void {
  const methods = prototype as Methods;
  for (const name of names) {
    const method = methods[name];
    if (typeof method !== 'function') continue;
    methods[name] = function (this: unknown, ...args: unknown[]): unknown {
      statements.count += 1;
      return Reflect.apply(method, this, args);
    };
  }
}

/** The methods of a Database of `sqlite3` call the same ones of a Statement that they make; only `exec` does not. */
function countInSqlite3(
  library: { Database: { prototype: object }; Statement: { prototype: object } },
  statements: Statements,
): void {
  countCalls(library.Statement.prototype, ['run', 'get', 'all', 'each'], statements);
  countCalls(library.Database.prototype, ['exec'], statements);
}

interface BetterSqlite3 {
  new (file: string): { prepare(sql: string): object; close(): void };
  prototype: object;
}

function countInBetterSqlite3(Database: BetterSqlite3, statements: Statements): void {
  const database = new Database(':memory:');
  const prototype = Object.getPrototypeOf(database.prepare('select 1')) as object;
  database.close();
  countCalls(prototype, ['run', 'get', 'all', 'iterate'], statements);
  countCalls(Database.prototype, ['exec'], statements);
}

function countInNode(statements: Statements): void {
  const library = process.getBuiltinModule('node:sqlite');
  countCalls(library.StatementSync.prototype, ['run', 'get', 'all', 'iterate'], statements);
  countCalls(library.DatabaseSync.prototype, ['exec'], statements);
}

/** To be called once the contender has connected: its client is loaded then. Returns what reads the number so far. */
export function countSqliteStatements(): () => number {
  const statements: Statements = { count: 0 };
  const loaded = (Module as unknown as { _cache: Record<string, { exports: unknown } | undefined> })._cache;
  for (const [file, module] of Object.entries(loaded)) {
    const path = file.split(sep).join('/');
    if (path.endsWith('/node_modules/sqlite3/lib/sqlite3.js')) {
      countInSqlite3(module!.exports as Parameters<typeof countInSqlite3>[0], statements);
    } else if (path.endsWith('/node_modules/better-sqlite3/lib/index.js')) {
      countInBetterSqlite3(module!.exports as BetterSqlite3, statements);
    }
  }
  countInNode(statements);
  return () => statements.count;
}
