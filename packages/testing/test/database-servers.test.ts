/** What a test run finds: servers of the environment, servers started for it, and dialects that are skipped. */
import { existsSync } from 'node:fs';
import {
  databaseServers,
  freshDatabase,
  testDatabases,
  TestServerError,
  type DatabaseServers,
} from '@espalier/testing';
import { currentTestRun, TEST_SERVERS_VARIABLE } from '@espalier/testing/servers/test-database';

/** Nobody listens on port 1. */
const NOBODY_THERE = 'postgres://someone:secret@127.0.0.1:1/nothing';

const running = testDatabases();
const urlOf = (dialect: string): string | undefined => running.find((database) => database.dialect === dialect)?.url;
/** The servers of this run serve as those that somebody else started; MySQL is nowhere. */
const ENVIRONMENT = { ESPALIER_POSTGRES_URL: urlOf('postgres'), ESPALIER_MARIADB_URL: urlOf('mariadb') };

const published = process.env[TEST_SERVERS_VARIABLE];
let servers: DatabaseServers | undefined;

afterEach(async () => {
  await servers?.stop();
  servers = undefined;
  process.env[TEST_SERVERS_VARIABLE] = published;
});

const both = urlOf('postgres') !== undefined && urlOf('mariadb') !== undefined;

(both ? describe : describe.skip)('databaseServers', () => {
  it('takes the servers that the environment names, and leaves them running', async () => {
    servers = await databaseServers(ENVIRONMENT);
    expect(servers.databases.slice(0, 3)).toEqual([
      { dialect: 'sqlite', url: ':memory:' },
      { dialect: 'postgres', url: urlOf('postgres') },
      { dialect: 'mariadb', url: urlOf('mariadb') },
    ]);
    await servers.stop();
    const database = await freshDatabase({ dialect: 'postgres', url: urlOf('postgres')! });
    await database.drop();
  });

  it('skips a dialect whose server cannot be had, and says how to get it', async () => {
    servers = await databaseServers(ENVIRONMENT);
    const skipped = 'there is no server of it: start a MySQL server and set ESPALIER_MYSQL_URL.';
    expect(servers.databases.at(-1)).toEqual({ dialect: 'mysql', skipped });
  });

  it('refuses to skip a dialect that is required', async () => {
    const environment = { ...ENVIRONMENT, ESPALIER_REQUIRE_DIALECTS: 'sqlite, mysql' };
    const message =
      'ESPALIER_REQUIRE_DIALECTS names mysql, but there is no server of it: start a MySQL server and set ESPALIER_MYSQL_URL.';
    await expect(databaseServers(environment)).rejects.toThrow(new TestServerError(message));
  });

  it('refuses a required dialect that it does not know', async () => {
    const environment = { ...ENVIRONMENT, ESPALIER_REQUIRE_DIALECTS: 'postgresql' };
    const message = "ESPALIER_REQUIRE_DIALECTS names 'postgresql'; the dialects are sqlite, postgres, mariadb, mysql.";
    await expect(databaseServers(environment)).rejects.toThrow(new TestServerError(message));
  });

  it('fails when a server that the environment names does not answer, without telling the password', async () => {
    const environment = { ...ENVIRONMENT, ESPALIER_POSTGRES_URL: NOBODY_THERE };
    const failure = await databaseServers(environment).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TestServerError);
    expect(String(failure)).toContain(
      'The server that ESPALIER_POSTGRES_URL names does not answer: connect ECONNREFUSED',
    );
    expect(String(failure)).not.toContain('secret');
  });

  it('tells testDatabases what it found when it is published', async () => {
    servers = await databaseServers(ENVIRONMENT);
    process.env[TEST_SERVERS_VARIABLE] = '';
    expect(() => testDatabases()).toThrow(
      'ESPALIER_TEST_SERVERS is not set: call databaseServers() in the global set-up',
    );
    servers.publish();
    expect(testDatabases()).toEqual(servers.databases);
  });

  it('removes the files of SQLite when it is stopped', async () => {
    servers = await databaseServers(ENVIRONMENT);
    servers.publish();
    const { temporaryFolder } = currentTestRun()!;
    const { url } = await freshDatabase({ dialect: 'sqlite', url: ':memory:' });
    expect(url.startsWith(temporaryFolder)).toBe(true);
    await servers.stop();
    expect(existsSync(temporaryFolder)).toBe(false);
  });
});
