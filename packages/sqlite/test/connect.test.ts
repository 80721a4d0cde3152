/** `sqlite(…)`: options, and what is set on every connection. */
import { existsSync } from 'node:fs';
import { EspalierError } from '@espalier/core/driver';
import { sqlite, type SqliteOptions } from '../src';
import { connectTo, newFile, openDriver, rowsOf, write } from './open-driver';

describe('sqlite(…)', () => {
  it.each<[string, unknown, RegExp]>([
    ['an empty path', '', /file name/],
    ['no path', {}, /file name/],
    ['a URI', 'file:music.db', /plain file name/],
    ['an unknown client', { path: 'x.db', client: 'sqlite' }, /no client 'sqlite'.*sqlite3/],
    ['a client that only an object has', { path: 'x.db', client: 'toString' }, /no client/],
    ['an invalid busyTimeout', { path: 'x.db', busyTimeout: -1 }, /busyTimeout/],
    ['a busyTimeout that is text', { path: 'x.db', busyTimeout: '5' }, /busyTimeout/],
  ])('refuses %s', (_, options, message) => {
    expect(() => sqlite(options as SqliteOptions)).toThrow(EspalierError);
    expect(() => sqlite(options as SqliteOptions)).toThrow(message);
  });

  it('touches no file before it is opened', () => {
    const path = newFile();
    sqlite(path);
    expect(existsSync(path)).toBe(false);
  });

  it('hands on the options of the pool', () => {
    expect(sqlite({ path: 'x.db', pool: { max: 3 } }).pool).toEqual({ max: 3 });
  });

  it('leaves the number of connections to a file to the pool', async () => {
    expect((await openDriver()).poolLimits).toBeUndefined();
  });
});

describe('a connection', () => {
  it('checks foreign keys, trusts no schema, waits for locks, and writes ahead', async () => {
    const connection = await connectTo(await openDriver({ busyTimeout: 1_234 }));
    const setting = async (name: string): Promise<unknown> => (await rowsOf(connection, `pragma ${name}`))[0]?.[0];
    expect(await setting('foreign_keys')).toBe(1);
    expect(await setting('trusted_schema')).toBe(0);
    expect(await setting('busy_timeout')).toBe(1_234);
    expect(await setting('journal_mode')).toBe('wal');
  });

  it('answers a ping', async () => {
    const connection = await connectTo(await openDriver());
    await expect(connection.ping()).resolves.toBeUndefined();
  });

  it('closes without complaint, twice too, with statements prepared', async () => {
    const connection = await connectTo(await openDriver());
    await connection.execute(write('create table t (id integer)'));
    await connection.execute(write('insert into t values (1)'));
    await expect(connection.close()).resolves.toBeUndefined();
    await expect(connection.close()).resolves.toBeUndefined();
  });

  it('keeps a bounded number of prepared statements', async () => {
    const connection = await connectTo(await openDriver());
    await connection.run('create table t (id integer)');
    for (let i = 0; i < 600; i++) await connection.execute(write(`insert into t values (${String(i)})`));
    expect(await rowsOf(connection, 'select count(*) from t')).toEqual([[600]]);
  });

  it('runs a prepared statement again after its table has changed', async () => {
    const connection = await connectTo(await openDriver());
    await connection.run('create table t (id integer)');
    const insert = write('insert into t values (1)');
    await connection.execute(insert);
    await connection.run('drop table t');
    await connection.run('create table t (id text)');
    await connection.execute(insert);
    expect(await rowsOf(connection, 'select id, typeof(id) from t')).toEqual([['1', 'text']]);
  });
});

describe('two databases in memory', () => {
  it('are two', async () => {
    const [one, other] = [
      await connectTo(await openDriver({ path: ':memory:' })),
      await connectTo(await openDriver({ path: ':memory:' })),
    ];
    await one.run('create table t (id integer)');
    await expect(rowsOf(other, 'select * from t')).rejects.toThrow('no such table');
  });
});
