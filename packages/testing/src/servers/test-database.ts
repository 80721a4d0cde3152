/** Which databases the tests run on: how the process that starts the servers tells those that run the tests. */
import { TestServerError } from './test-server-error';

export type TestDialect = 'sqlite' | 'postgres' | 'mariadb' | 'mysql';

/** All dialects, in the order in which tests see them. */
export const TEST_DIALECTS: readonly TestDialect[] = ['sqlite', 'postgres', 'mariadb', 'mysql'];

export interface AvailableDatabase {
  readonly dialect: TestDialect;
  /**
   * Of a server on which databases may be made and dropped, as an administrator; for SQLite `':memory:'`.
   * Tests make a database of their own there: see `freshDatabase`.
   */
  readonly url: string;
  readonly skipped?: undefined;
}

export interface SkippedDatabase {
  readonly dialect: TestDialect;
  readonly url?: undefined;
  /** Why its tests are skipped and how to get it, in one line. */
  readonly skipped: string;
}

export type TestDatabase = AvailableDatabase | SkippedDatabase;

/** What `databaseServers` found, as it goes through the environment to the processes that run the tests. */
export interface TestRun {
  readonly databases: readonly TestDatabase[];
  /** For the files of SQLite; it is removed after the run. */
  readonly temporaryFolder: string;
}

/** The environment variable that carries a `TestRun` as JSON. */
export const TEST_SERVERS_VARIABLE = 'ESPALIER_TEST_SERVERS';

/**
 * One entry a dialect, sqlite first; those that cannot be had say in `skipped` why.
 * @throws TestServerError where no set-up called `databaseServers` before
 */
export function testDatabases(): readonly TestDatabase[] {
  const { databases } = currentTestRun() ?? {};
  if (databases) return databases;
  throw new TestServerError(
    `${TEST_SERVERS_VARIABLE} is not set: call databaseServers() in the global set-up of the tests, and its publish().`,
  );
}

/** Undefined where no set-up called `databaseServers` before. */
export function currentTestRun(): TestRun | undefined {
  const json = process.env[TEST_SERVERS_VARIABLE];
  return json === undefined || json === '' ? undefined : (JSON.parse(json) as TestRun);
}
