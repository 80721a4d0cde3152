/** The client `node:sqlite`, part of Node since 22.5. https://nodejs.org/api/sqlite.html */
import { EspalierError, type DriverValue } from '@espalier/core/driver';
import type { OpenOptions, SqliteClient } from './client';
import { SyncHandle, type SyncDatabase, type SyncStatement } from './sync-handle';

/** What is used of the module, whose types come with newer Nodes only. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: object) => NodeDatabase;
  readonly StatementSync: { readonly prototype: NodeStatement };
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
      `The SQLite client 'node:sqlite' needs Node 22.13 or newer, or 22.5 with --experimental-sqlite, and this is ${process.version}.`,
      { code: 'CLIENT_PACKAGE_MISSING' },
    );
  }
  return {
    open(path: string, { busyTimeout }: OpenOptions) {
      return Promise.resolve().then(() => {
        const database = new library.DatabaseSync(path, { enableForeignKeyConstraints: true });
        database.exec(`pragma busy_timeout = ${String(busyTimeout)}`);
        return new SyncHandle(adapt(database, 'setReturnArrays' in library.StatementSync.prototype));
      });
    },
  };
}

function adapt(database: NodeDatabase, givesArrays: boolean): SyncDatabase {
  return {
    givesArrays,
    prepare: (sql) => (givesArrays ? arrayStatement(database.prepare(sql)) : objectStatement(database.prepare(sql))),
    exec: (sql) => {
      database.exec(sql);
    },
    close: () => {
      database.close();
    },
  };
}

function arrayStatement(statement: NodeStatement): SyncStatement {
  statement.setReturnArrays?.(true);
  return {
    all: (parameters) => statement.all(...parameters) as unknown[][],
    names: () => statement.columns?.().map(({ name }) => name) ?? [],
    run: (parameters) => Number(statement.run(...parameters).changes),
  };
}

/** Before Node 22.16: the names of the columns are those of the first row. */
function objectStatement(statement: NodeStatement): SyncStatement {
  let names: string[] = [];
  return {
    all(parameters) {
      const rows = statement.all(...parameters) as object[];
      names = Object.keys(rows[0] ?? {});
      return rows.map((row) => Object.values(row) as unknown[]);
    },
    names: () => names,
    run: (parameters) => Number(statement.run(...parameters).changes),
  };
}
