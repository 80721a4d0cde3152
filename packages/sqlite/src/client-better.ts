/** The client `better-sqlite3`. https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md */
import type { DriverValue } from '@espalier/core/driver';
import type { OpenOptions, SqliteClient } from './client';
import { loadClient } from './load-client';
import { SyncHandle, type SyncDatabase } from './sync-handle';

/** What is used of the library, which an application installs beside this package. */
type BetterSqlite = new (path: string, options: { timeout: number }) => BetterDatabase;

interface BetterDatabase {
  prepare(sql: string): BetterStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

interface BetterStatement {
  readonly reader: boolean;
  raw(enabled: boolean): BetterStatement;
  columns(): readonly { name: string }[];
  all(...parameters: readonly DriverValue[]): unknown[][];
  run(...parameters: readonly DriverValue[]): { changes: number };
}

/** @throws EspalierError where the package is not installed, or does not run on this Node. */
export function betterClient(): SqliteClient {
  const Library = loadClient(
    'better-sqlite3',
    "install it beside @espalier/sqlite (npm install better-sqlite3, Node 22 or newer), or leave out 'client' to use 'sqlite3'",
  ) as BetterSqlite;
  return {
    open: (path: string, { busyTimeout }: OpenOptions) =>
      Promise.resolve().then(() => new SyncHandle(adapt(new Library(path, { timeout: busyTimeout })))),
  };
}

function adapt(database: BetterDatabase): SyncDatabase {
  return {
    givesArrays: true,
    prepare(sql) {
      const statement = database.prepare(sql);
      if (statement.reader) statement.raw(true);
      return {
        all(parameters) {
          if (statement.reader) return statement.all(...parameters);
          statement.run(...parameters);
          return [];
        },
        names: () => (statement.reader ? statement.columns().map(({ name }) => name) : []),
        // It refuses to run what returns rows.
        run: (parameters) =>
          statement.reader ? statement.all(...parameters).length : statement.run(...parameters).changes,
      };
    },
    exec: (sql) => {
      database.exec(sql);
    },
    close: () => {
      database.close();
    },
  };
}
