/** The client `node:sqlite`, part of Node since 22.5. https://nodejs.org/api/sqlite.html */
import { EspalierError, type DriverValue } from '@espalier/core/driver';
import type { OpenOptions, SqliteClient } from './client';
import { SyncHandle, type SyncDatabase } from './sync-handle';

/** What is used of the module, whose types come with newer Nodes only. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: object) => NodeDatabase;
}

interface NodeDatabase {
  prepare(sql: string): NodeStatement;
  exec(sql: string): void;
  close(): void;
}

interface NodeStatement {
  all(...parameters: readonly DriverValue[]): unknown[];
  run(...parameters: readonly DriverValue[]): { changes: number | bigint };
  columns?(): readonly { name: string }[];
  setReturnArrays?(enabled: boolean): void;
}

/** @throws EspalierError on a Node that has no `node:sqlite`. */
export function nodeClient(): SqliteClient {
  const find = (process as { getBuiltinModule?: (name: string) => unknown }).getBuiltinModule;
  const library = find?.('node:sqlite') as NodeSqlite | undefined;
  if (!library) {
    throw new EspalierError(
      `The SQLite client 'node:sqlite' needs Node 22.5 or newer, and this is ${process.version}: leave out 'client' to use 'sqlite3'.`,
    );
  }
  return {
    open(path: string, { busyTimeout }: OpenOptions) {
      return Promise.resolve().then(() => {
        const database = new library.DatabaseSync(path, { enableForeignKeyConstraints: true });
        database.exec(`pragma busy_timeout = ${String(busyTimeout)}`);
        return new SyncHandle(adapt(database));
      });
    },
  };
}

function adapt(database: NodeDatabase): SyncDatabase {
  return {
    prepare(sql) {
      const statement = database.prepare(sql);
      statement.setReturnArrays?.(true);
      return {
        all(parameters) {
          const rows = statement.all(...parameters);
          const fields = statement.columns?.().map(({ name }) => name) ?? namesOf(rows[0]);
          return { rows: rows.map(asArray), fields };
        },
        run: (parameters) => Number(statement.run(...parameters).changes),
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

function asArray(row: unknown): unknown[] {
  return Array.isArray(row) ? row : Object.values(row as object);
}

function namesOf(row: unknown): string[] {
  return Array.isArray(row) || row === undefined ? [] : Object.keys(row as object);
}
