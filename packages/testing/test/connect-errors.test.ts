/** What keeps a first connection from being made is one class on every engine, and says where it was to go. */
import { join } from 'node:path';
import { ConnectError, Espalier, EspalierError, type DatabaseConfig } from '@espalier/core';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';
import { testDatabases } from '@espalier/testing';

const OPEN = { postgres, mariadb: mysql, mysql, sqlite };

async function failureOf(config: DatabaseConfig): Promise<ConnectError> {
  try {
    const orm = await Espalier.connect({ entities: [], databases: { default: config } });
    await orm.close();
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error('It connected.');
}

/** A URL as another one, changed. */
function changed(
  url: string,
  change: Partial<Record<'hostname' | 'port' | 'username' | 'password' | 'pathname', string>>,
): string {
  return Object.assign(new URL(url), change).href;
}

for (const { dialect, url, skipped } of testDatabases()) {
  if (dialect === 'sqlite') continue;
  const open = OPEN[dialect];
  (skipped === undefined ? describe : describe.skip)(`on ${dialect}`, () => {
    test('a server that is not there', async () => {
      const failure = await failureOf(open(changed(url!, { port: '1', password: 's3cret', pathname: '/shop' })));
      expect(failure).toMatchObject({
        code: 'CONNECT_FAILED',
        audience: 'operator',
        host: new URL(url!).hostname,
        port: 1,
        database: 'shop',
        user: new URL(url!).username,
      });
      expect(failure.message).toMatch(/ECONNREFUSED.*look whether the server runs/);
    });

    test('a host that no one knows', async () => {
      const failure = await failureOf(open(changed(url!, { hostname: 'nosuch.invalid' })));
      expect(failure.message).toMatch(/nosuch\.invalid.*look at the name of the host/);
    });

    test('a user that the server does not know', async () => {
      const failure = await failureOf(open(changed(url!, { username: 'nosuch', password: 's3cret' })));
      expect(failure).toMatchObject({ host: new URL(url!).hostname, user: 'nosuch' });
      expect(failure.message).toMatch(/nosuch.*look at the name of the user/);
      expect(`${failure.stack!}${JSON.stringify(failure)}`).not.toContain('s3cret');
    });

    test('a database that is not there', async () => {
      const failure = await failureOf(open(changed(url!, { pathname: '/no_such_database' })));
      expect(failure.database).toBe('no_such_database');
      expect(failure.message).toMatch(/no_such_database.*create the database/);
    });
  });
}

describe('on sqlite', () => {
  test('a file in a directory that is not there', async () => {
    const path = join('/nosuch', 'app.db');
    const failure = await failureOf(sqlite(path));
    expect(failure).toMatchObject({ code: 'CONNECT_FAILED', database: path, host: undefined });
  });
});

describe.each([
  ['postgres', postgres],
  ['mysql', mysql],
  ['sqlite', sqlite],
] as const)('%s', (name, open) => {
  const loose = open as (...args: unknown[]) => unknown;
  const refusal = (...args: unknown[]): EspalierError => {
    try {
      loose(...args);
    } catch (error) {
      if (error instanceof EspalierError) return error;
      throw error;
    }
    throw new Error('It was taken.');
  };
  const option = name === 'sqlite' ? 'path' : 'primary';

  test.each([[undefined], [null], [''], [{}], [{ [option]: undefined }], [{ [option]: '' }]])(
    'says that there is no URL in %p',
    (given) => {
      const error = refusal(given);
      expect(error.message).toMatch(/is the variable of the environment set/);
      expect([error.code, error.audience]).toEqual(['INVALID_OPTION', 'operator']);
    },
  );

  test.each([[5], [[]], [Symbol('x')], [() => 'x'], [NaN], [{ [option]: 5 }], [{ [option]: {} }]])(
    'takes no %p',
    (given) => {
      expect(refusal(given).message).toMatch(/takes/);
    },
  );

  test('takes options as an object only', () => {
    for (const more of [null, 5, 'x', []]) expect(refusal('x', more).code).toBe('INVALID_OPTION');
  });

  test('takes options of a pool as an object only', async () => {
    const url = { postgres: 'postgres://u@127.0.0.1:1/x', mysql: 'mysql://u@127.0.0.1:1/x', sqlite: ':memory:' }[name];
    for (const pool of [null, 5, 'x', []]) {
      const config = loose(url, { pool }) as DatabaseConfig;
      await expect(Espalier.connect({ entities: [], databases: { default: config } })).rejects.toThrow(EspalierError);
    }
  });

  if (name !== 'sqlite')
    test('takes certificates as texts or bytes only', () => {
      for (const ssl of [null, 5, 'x', { ca: 5 }, { key: {} }, { rejectUnauthorized: 'no' }])
        expect(refusal(`${name}://u@127.0.0.1:1/x`, { ssl }).message).toMatch(/ssl/);
    });
});
