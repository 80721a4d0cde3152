/** Finds or starts a server for each dialect, for a whole test run. */
import { connectToMysql, connectToPostgres, withClient, type Connect } from './bare-client';
import { findMariadb, findPostgres } from './binaries';
import { GuardedFolder } from './guarded-folder';
import { MARIADB_MISSING, startMariadb } from './mariadb-server';
import { POSTGRES_MISSING, startPostgres } from './postgres-server';
import {
  TEST_DIALECTS,
  TEST_SERVERS_VARIABLE,
  type TestDatabase,
  type TestDialect,
  type TestRun,
} from './test-database';
import { TestServerError } from './test-server-error';
import type { ThrowawayServer } from './throwaway-server';

export interface DatabaseServers {
  /** One entry a dialect, sqlite first. */
  readonly databases: readonly TestDatabase[];
  /** Puts what was found into the environment of this process, where `testDatabases` looks, and of those that it starts from now on. */
  publish(): void;
  /** Ends the servers that were started. It happens by itself when this process ends. */
  stop(): Promise<void>;
}

/** How to get a server of one dialect. */
interface ServerSource {
  /** Names the environment variable with the URL of a server that is there already. */
  readonly variable: string;
  readonly connect: Connect;
  /** What to do where there is neither URL nor server to start. */
  readonly missing: string;
  /** Undefined where nothing is installed. */
  start(): Promise<ThrowawayServer> | undefined;
}

const SOURCES: Readonly<Record<Exclude<TestDialect, 'sqlite'>, ServerSource>> = {
  postgres: {
    variable: 'ESPALIER_POSTGRES_URL',
    connect: connectToPostgres,
    missing: POSTGRES_MISSING,
    start: () => (findPostgres() ? startPostgres() : undefined),
  },
  mariadb: {
    variable: 'ESPALIER_MARIADB_URL',
    connect: connectToMysql,
    missing: MARIADB_MISSING,
    start: () => (findMariadb() ? startMariadb() : undefined),
  },
  mysql: {
    variable: 'ESPALIER_MYSQL_URL',
    connect: connectToMysql,
    missing: 'start a MySQL server and set ESPALIER_MYSQL_URL',
    start: () => undefined,
  },
};

const REQUIRE_VARIABLE = 'ESPALIER_REQUIRE_DIALECTS';

interface Found {
  readonly database: TestDatabase;
  readonly server?: ThrowawayServer;
}

/**
 * For each dialect: the server that its environment variable names (`ESPALIER_POSTGRES_URL`, `ESPALIER_MARIADB_URL`, `ESPALIER_MYSQL_URL`),
 * else a throwaway server from installed binaries (not of MySQL), else an entry that says why it is skipped.
 * @throws TestServerError when a server of the environment does not answer, or when a dialect named in `ESPALIER_REQUIRE_DIALECTS`
 * (comma-separated) cannot be had
 */
export async function databaseServers(
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<DatabaseServers> {
  const required = requiredDialects(environment);
  const files = new GuardedFolder({ prefix: 'espalier-sqlite-' });
  void files.run({ commands: [], stopSignal: 'KILL' });
  const outcomes = await Promise.allSettled(
    Object.entries(SOURCES).map(([dialect, source]) =>
      find(dialect as TestDialect, source, environment[source.variable]),
    ),
  );
  const found = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all([files.remove(), ...found.map(({ server }) => server?.stop())]);
  };
  const databases: readonly TestDatabase[] = [
    { dialect: 'sqlite', url: ':memory:' },
    ...found.map(({ database }) => database),
  ];
  const problems = [
    ...outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [messageOf(outcome.reason)] : [])),
    ...databases.flatMap(({ dialect, skipped }) =>
      skipped !== undefined && required.includes(dialect)
        ? [`${REQUIRE_VARIABLE} names ${dialect}, but ${skipped}`]
        : [],
    ),
  ];
  if (problems.length > 0) {
    await stop();
    throw new TestServerError(problems.join('\n'));
  }
  const run: TestRun = { databases, temporaryFolder: files.path };
  return {
    databases,
    publish: () => {
      process.env[TEST_SERVERS_VARIABLE] = JSON.stringify(run);
    },
    stop,
  };
}

async function find(dialect: TestDialect, source: ServerSource, url: string | undefined): Promise<Found> {
  if (url !== undefined && url !== '') {
    await expectAnswer(url, source);
    return { database: { dialect, url } };
  }
  try {
    const server = await source.start();
    if (server) return { database: { dialect, url: server.url }, server };
  } catch (error) {
    return { database: { dialect, skipped: `its server does not start here: ${inOneLine(messageOf(error))}` } };
  }
  return { database: { dialect, skipped: `there is no server of it: ${source.missing}.` } };
}

/** A server that the environment names must be there: no silent skipping. The message leaves out the URL, which may hold a password. */
async function expectAnswer(url: string, { variable, connect }: ServerSource): Promise<void> {
  try {
    await withClient(connect, url, (client) => client.query('select 1'));
  } catch (error) {
    throw new TestServerError(`The server that ${variable} names does not answer: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function requiredDialects(environment: Readonly<NodeJS.ProcessEnv>): readonly TestDialect[] {
  const names = (environment[REQUIRE_VARIABLE] ?? '').split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      const dialect = TEST_DIALECTS.find((known) => known === name);
      if (dialect) return dialect;
      throw new TestServerError(`${REQUIRE_VARIABLE} names '${name}'; the dialects are ${TEST_DIALECTS.join(', ')}.`);
    });
}

/** Of a log, its end tells most. */
function inOneLine(message: string): string {
  const lines = message.split('\n');
  return lines.length > 1 ? `${lines[0]!} ${lines.at(-1)!}` : message;
}

/**
 * By its shape, for the errors of Node are no instances of the `Error` that Jest gives to tests. A refused connection is an AggregateError
 * without a message of its own.
 */
function messageOf(error: unknown): string {
  const { message = '', errors = [] } = error as { readonly message?: string; readonly errors?: readonly unknown[] };
  if (message !== '') return message;
  return errors.length > 0 ? errors.map(messageOf).join('; ') : String(error);
}
