/** The client `better-sqlite3`. https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md */
import { EspalierError, type DriverValue } from '@espalier/core/driver';
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

const OLDEST_NODE = 22;

/** @throws EspalierError where the package is not installed, or does not run on this Node. */
export function betterClient(): SqliteClient {
  // Newer versions end the process on an older Node.
  if (nodeMajor() < OLDEST_NODE) {
    throw new EspalierError(
      `The SQLite client 'better-sqlite3' needs Node ${String(OLDEST_NODE)} or newer, and this is ${process.version}.`,
      { code: 'CLIENT_PACKAGE_MISSING' },
    );
  }
  const Library = loadClient('better-sqlite3', {
    install: 'install it beside @espalier/sqlite (npm install better-sqlite3)',
    rebuild: 'allow its install script (npm: allowScripts, pnpm: approve-builds), and run npm rebuild better-sqlite3',
  }) as BetterSqlite;
  return {
    open: (path: string, { busyTimeout }: OpenOptions) =>
      Promise.resolve().then(() => new SyncHandle(adapt(new Library(path, { timeout: busyTimeout })))),
  };
}

function nodeMajor(): number {
  return Number(process.versions.node.split('.', 1)[0]);
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
