/** Servers of one's own: they answer, are set up for tests, and leave nothing behind. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { startMariadb, startPostgres, type ThrowawayServer } from '@espalier/testing';
import { connectToMysql, connectToPostgres, withClient, type Connect } from '@espalier/testing/servers/bare-client';
import { findMariadb, findPostgres } from '@espalier/testing/servers/binaries';

interface Engine {
  readonly engine: string;
  readonly installed: boolean;
  start(): Promise<ThrowawayServer>;
  readonly connect: Connect;
  /** A statement that gives the path of the data directory. */
  readonly dataFolder: string;
  /** A statement that gives what the server is set to, as one row. */
  readonly settings: string;
  readonly expected: object;
  /** Whom the server runs as when the tests run as root. */
  readonly users: readonly string[];
}

const ENGINES: readonly Engine[] = [
  {
    engine: 'PostgreSQL',
    installed: findPostgres() !== undefined,
    start: startPostgres,
    connect: connectToPostgres,
    dataFolder: `select current_setting('data_directory') as value`,
    settings: `
      select current_setting('timezone') as zone, current_setting('max_connections') as connections, current_setting('fsync') as fsync,
        current_setting('max_prepared_transactions') as prepared, current_setting('server_encoding') as encoding, lower('Ä') as lower`,
    expected: {
      zone: 'America/New_York',
      connections: '400',
      fsync: 'off',
      prepared: '50',
      encoding: 'UTF8',
      lower: 'ä',
    },
    users: ['postgres', 'nobody'],
  },
  {
    engine: 'MariaDB',
    installed: findMariadb() !== undefined,
    start: startMariadb,
    connect: connectToMysql,
    dataFolder: 'select @@datadir as value',
    settings: `
      select @@time_zone as zone, @@max_connections as connections, @@innodb_flush_log_at_trx_commit as flushed,
        @@character_set_database as encoding`,
    expected: { zone: '+05:30', connections: 400, flushed: 0, encoding: 'utf8mb4' },
    users: ['mysql', 'nobody'],
  },
];

for (const { engine, installed, ...how } of ENGINES) {
  (installed ? describe : describe.skip)(`a throwaway ${engine}`, () => {
    let server: ThrowawayServer;
    const ask = async (sql: string) => (await withClient(how.connect, server.url, (client) => client.query(sql)))[0]!;

    beforeEach(async () => {
      server = await how.start();
    });

    afterEach(() => server.stop());

    it('answers, with the settings that tests need', async () => {
      expect(await ask(how.settings)).toEqual(how.expected);
    });

    it('runs beside another one', async () => {
      const other = await how.start();
      try {
        expect(other.url).not.toBe(server.url);
        await expect(withClient(how.connect, other.url, (client) => client.query('select 1'))).resolves.toHaveLength(1);
      } finally {
        await other.stop();
      }
    });

    it('leaves no folder and no server behind when it is stopped, however often', async () => {
      const dataFolder = String((await ask(how.dataFolder)).value);
      expect(existsSync(dataFolder)).toBe(true);
      await Promise.all([server.stop(), server.stop()]);
      await server.stop();
      expect(existsSync(dirname(dataFolder))).toBe(false);
      await expect(how.connect(server.url)).rejects.toThrow();
    });

    it('stops while clients are connected', async () => {
      const client = await how.connect(server.url);
      const dataFolder = String((await ask(how.dataFolder)).value);
      await server.stop();
      expect(existsSync(dirname(dataFolder))).toBe(false);
      await expect(client.query('select 1')).rejects.toThrow();
      await client.end().catch(() => undefined);
    });
  });
}
