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
  },
];

for (const { engine, installed, ...how } of ENGINES) {
  (installed ? describe : describe.skip)(`a throwaway ${engine}`, () => {
    let server: ThrowawayServer;
    let other: ThrowawayServer;
    const ask = async ({ url }: ThrowawayServer, sql: string) =>
      (await withClient(how.connect, url, (client) => client.query(sql)))[0]!;

    beforeAll(async () => {
      [server, other] = await Promise.all([how.start(), how.start()]);
    });

    afterAll(() => Promise.all([server.stop(), other.stop()]));

    it('answers, with the settings that tests need', async () => {
      expect(await ask(server, how.settings)).toEqual(how.expected);
    });

    it('shares nothing with another one', async () => {
      const [folder, otherFolder] = [await ask(server, how.dataFolder), await ask(other, how.dataFolder)];
      expect(otherFolder).not.toEqual(folder);
    });

    it('leaves no folder and no server behind when it is stopped, though a client is connected', async () => {
      const client = await how.connect(other.url);
      const folder = dirname(String((await ask(other, how.dataFolder)).value));
      expect(existsSync(folder)).toBe(true);
      await Promise.all([other.stop(), other.stop()]);
      expect(existsSync(folder)).toBe(false);
      await expect(client.query('select 1')).rejects.toThrow();
      await expect(how.connect(other.url)).rejects.toThrow();
      await client.end().catch(() => undefined);
    });

    it('goes on when another one is stopped', async () => {
      await other.stop();
      expect(await ask(server, 'select 1 as one')).toEqual({ one: 1 });
    });
  });
}
