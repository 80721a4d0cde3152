/** The driver: connections to one database file, or to one database in memory. */
import { realpathSync } from 'node:fs';
import {
  boundStatement,
  cannotConnect,
  ConnectionLostError,
  EspalierError,
  LockTimeoutError,
  QueryError,
  type Dialect,
  type Driver,
  type DriverConnection,
} from '@espalier/core/driver';
import type { SqliteClient, SqliteHandle } from './client';
import { SqliteConnection } from './connection';
import { translateError } from './errors';
import { joinWriteLock, WriteLock } from './write-lock';

export interface DriverOptions {
  readonly path: string;
  readonly client: SqliteClient;
  readonly busyTimeout: number;
  readonly dialect: Dialect;
}

export const IN_MEMORY = ':memory:';

/** `unhex` is the youngest of what is used here: https://www.sqlite.org/releaselog/3_41_0.html */
const OLDEST_VERSION = [3, 41] as const;

/**
 * Settings of every connection. A foreign schema must not call functions with side effects
 * (https://www.sqlite.org/pragma.html#pragma_trusted_schema).
 */
const SETTINGS = 'pragma foreign_keys = on; pragma trusted_schema = off';

/** Opens a handle and makes it ready. @throws typed errors. */
async function openHandle(
  { path, client, busyTimeout }: DriverOptions,
  prepare?: (handle: SqliteHandle) => Promise<void>,
): Promise<SqliteHandle> {
  let handle: SqliteHandle;
  try {
    handle = await client.open(path, { busyTimeout });
  } catch (error) {
    throw connectError(error, path);
  }
  try {
    await handle.exec(SETTINGS);
    await prepare?.(handle);
    return handle;
  } catch (error) {
    await handle.close();
    throw connectError(error, path);
  }
}

/** A lock that others hold, and a client that is too old, are no matter of the file. */
function connectError(error: unknown, database: string): EspalierError {
  const typed = translateError(error, { sql: undefined });
  if (!(typed instanceof QueryError || typed instanceof ConnectionLostError)) return typed;
  return cannotConnect('SQLite', { database }, { reason: typed.message, remedy: undefined, cause: error });
}

/**
 * A database file: as many connections as the pool likes. Readers go side by side (write-ahead log), writers
 * one after another (write-lock.ts).
 */
export async function openFile(options: DriverOptions): Promise<Driver> {
  const { path, busyTimeout, dialect } = options;
  const first = await openHandle(options, async (handle) => {
    await checkVersion(handle);
    await switchToWriteAheadLog(handle, busyTimeout);
  });
  await first.close();
  const { lock, leave } = joinWriteLock(realpathSync(path));
  return {
    dialect,
    translateError: (error, sql) => translateError(error, { sql }),
    async connect(): Promise<DriverConnection> {
      const handle = await openHandle(options);
      return new SqliteConnection(handle, { lock, busyTimeout, close: () => handle.close() });
    },
    close() {
      leave();
      return Promise.resolve();
    },
  };
}

/**
 * A database in memory lives as long as its one handle. The pool may drop a connection (idle, or its life over) without
 * losing the database: the handle is the driver's.
 */
export async function openMemory(options: DriverOptions): Promise<Driver> {
  const { busyTimeout, dialect } = options;
  const handle = await openHandle(options, checkVersion);
  const lock = new WriteLock();
  return {
    dialect,
    poolLimits: { max: 1 },
    translateError: (error, sql) => translateError(error, { sql }),
    connect: () => Promise.resolve(new SqliteConnection(handle, { lock, busyTimeout, close: () => Promise.resolve() })),
    close: () => handle.close(),
  };
}

async function checkVersion(handle: SqliteHandle): Promise<void> {
  const { rows } = await handle.read(
    boundStatement('select sqlite_version() as version', [], { readOnly: true, reusable: false }),
  );
  const version = String(rows[0]?.[0]);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_VERSION;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new EspalierError(
    `The client brings SQLite ${version}, but Espalier needs ${OLDEST_VERSION.join('.')} or newer: update the client's package, or Node for 'node:sqlite'.`,
    { code: 'CLIENT_PACKAGE_MISSING' },
  );
}

const RETRY_MS = 20;

/**
 * The mode stays with the file, so this writes once in its life. Where two processes open a new file at the same moment, one is refused at once
 * whatever its busy time-out. A file system without shared memory keeps its old mode, which works too: readers then wait for writers.
 */
async function switchToWriteAheadLog(handle: SqliteHandle, busyTimeout: number): Promise<void> {
  const end = performance.now() + busyTimeout;
  for (;;) {
    try {
      await handle.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      const typed = translateError(error, { sql: 'pragma journal_mode = wal' });
      if (typed instanceof QueryError) return;
      if (!(typed instanceof LockTimeoutError) || performance.now() > end) throw typed;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
