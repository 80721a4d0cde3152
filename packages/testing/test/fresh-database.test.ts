/** Databases of one's own on the servers of the run. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { freshDatabase, testDatabases, type FreshDatabase } from '@espalier/testing';
import { connectToMysql, connectToPostgres, withClient } from '@espalier/testing/servers/bare-client';

const CONNECT = { postgres: connectToPostgres, mariadb: connectToMysql, mysql: connectToMysql };

const dropLater: FreshDatabase[] = [];

afterEach(async () => {
  for (const database of dropLater.splice(0)) await database.drop();
});

async function fresh(...given: Parameters<typeof freshDatabase>): Promise<FreshDatabase> {
  const database = await freshDatabase(...given);
  dropLater.push(database);
  return database;
}

for (const { dialect, url, skipped } of testDatabases()) {
  if (dialect === 'sqlite') continue;
  const connect = CONNECT[dialect];
  (skipped === undefined ? describe : describe.skip)(`a fresh database on ${dialect}`, () => {
    const server = { dialect, url: url! };
    const send = (to: FreshDatabase, sql: string) => withClient(connect, to.url, (client) => client.query(sql));

    it('shares nothing with another one', async () => {
      const [one, other] = await Promise.all([fresh(server), fresh(server)]);
      await send(one, 'create table things (id int)');
      await send(other, 'create table things (id int)');
      await send(one, 'insert into things values (1)');
      expect(await send(other, 'select id from things')).toEqual([]);
      expect(await send(one, 'select id from things')).toEqual([{ id: 1 }]);
    });

    it('is gone after drop, which may be called again', async () => {
      const database = await fresh(server);
      await database.drop();
      await database.drop();
      await expect(send(database, 'select 1')).rejects.toThrow(/does not exist|unknown database/i);
    });

    it('is dropped while somebody is connected', async () => {
      const database = await fresh(server);
      const client = await connect(database.url);
      await database.drop();
      await expect(connect(database.url)).rejects.toThrow(/does not exist|unknown database/i);
      await client.end().catch(() => undefined);
    });

    it('holds text of any language', async () => {
      const database = await fresh(server);
      await send(database, 'create table words (word varchar(20))');
      await send(database, `insert into words values ('наутилус 🐚')`);
      expect(await send(database, 'select word from words')).toEqual([{ word: 'наутилус 🐚' }]);
    });
  });
}

describe('a fresh database on sqlite', () => {
  it('is the name of a new file, in a folder that goes with it', async () => {
    const [one, other] = await Promise.all([
      fresh({ dialect: 'sqlite', url: ':memory:' }),
      fresh({ dialect: 'sqlite', url: ':memory:' }),
    ]);
    expect(one.url).not.toBe(other.url);
    expect(existsSync(one.url)).toBe(false);
    writeFileSync(one.url, '');
    writeFileSync(`${one.url}-wal`, '');
    await one.drop();
    await one.drop();
    expect(existsSync(dirname(one.url))).toBe(false);
    expect(existsSync(dirname(other.url))).toBe(true);
  });
});
