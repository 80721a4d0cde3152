/** `sqlite(…)`: from options to a database that `Espalier.connect` opens. */
import { EspalierError, optionsOf, type DatabaseConfig, type Driver, type PoolOptions } from '@espalier/core/driver';
import { chooseClient, CLIENT_NAMES, type SqliteClientName } from './choose-client';
import { SqliteDialect } from './dialect';
import { IN_MEMORY, openFile, openMemory } from './driver';

/** What `sqlite(…)` takes. */
export interface SqliteOptions {
  /** A file, or ':memory:' for a database that lives as long as its `Espalier` and has one connection. */
  path: string;
  /**
   * Who talks to SQLite. `sqlite3` works in threads, on every Node. `node:sqlite` (Node >= 22.13) and `better-sqlite3` (to be installed beside
   * this package, Node >= 22) are faster for small statements but hold up the whole process while one runs. Default: `sqlite3`, and where its
   * binary is missing the first of the others that is there; a warning says so once.
   */
  client?: SqliteClientName;
  /** Of the connections to a file; one in memory has one. */
  pool?: PoolOptions;
  /** Milliseconds to wait for the write lock, which another session or another process holds. Default: 30 000. */
  busyTimeout?: number;
}

const BUSY_TIMEOUT_MS = 30_000;

const GIVEN = {
  caller: 'sqlite',
  option: 'path',
  example: "a file name, ':memory:' for a database in memory, or options with the path",
};

/**
 * A SQLite database: `sqlite('music.db')`, `sqlite(':memory:')`, `sqlite('music.db', { client: 'node:sqlite' })`; or all of it as options.
 * @throws EspalierError for options that cannot be meant; for a client that is not there when it is opened.
 */
export function sqlite(given: string | SqliteOptions, more?: Omit<SqliteOptions, 'path'>): DatabaseConfig<Driver> {
  const options = optionsOf<SqliteOptions>(given, more, GIVEN);
  const { path, client, pool, busyTimeout = BUSY_TIMEOUT_MS } = options;
  checkPath(path);
  if (client !== undefined && !CLIENT_NAMES.includes(client)) {
    throw new EspalierError(
      `sqlite(…): there is no client ${typeof client === 'string' ? `'${client as string}'` : `that is a ${typeof client}`}; the clients are ${CLIENT_NAMES.join(', ')}.`,
    );
  }
  if (!Number.isSafeInteger(busyTimeout) || busyTimeout < 0 || busyTimeout > MAX_TIMER_MS) {
    throw new EspalierError(
      `sqlite(…): busyTimeout must be milliseconds, an integer from 0 to ${String(MAX_TIMER_MS)}.`,
    );
  }
  return {
    pool,
    async open() {
      const chosen = chooseClient(client);
      const driver = {
        path,
        client: chosen.client,
        busyTimeout,
        dialect: new SqliteDialect(chosen.name === 'sqlite3' ? 'json' : 'values'),
      };
      return path === IN_MEMORY ? openMemory(driver) : openFile(driver);
    },
  };
}

/** The longest time a timer of Node, and a busy time-out of SQLite, can be set to. */
const MAX_TIMER_MS = 2_147_483_647;

function checkPath(path: string): void {
  if (path.includes('\0')) {
    throw new EspalierError("sqlite(…): the path must be a file name, or ':memory:' for a database in memory.");
  }
  if (/^(?:file|sqlite):/i.test(path)) {
    throw new EspalierError(`sqlite(…): '${path}' is a URI; give the plain file name ('music.db'), or ':memory:'.`);
  }
}
