/** Connections that end in the middle of things, and what is left of the process. */
import { Espalier } from '@espalier/core';
import { ConnectionLostError, EspalierError } from '@espalier/core/driver';
import { postgres } from '../src';
import { connectTo, failureOf, onPostgres, openDriver, raw, rowsOf } from './open-driver';

onPostgres('a connection that is cut', () => {
  it('fails the statement under way with ConnectionLostError, and is broken', async () => {
    const driver = await openDriver();
    const victim = await connectTo(driver);
    const killer = await connectTo(driver);
    const [row] = await rowsOf(victim, 'select pg_backend_pid()');
    const failure = failureOf(driver, victim.execute(raw('select pg_sleep(30)')));
    await rowsOf(killer, 'select pg_terminate_backend($1)', [row![0] as number]);
    expect(await failure).toBeInstanceOf(ConnectionLostError);
    expect(victim.broken).toBe(true);
  });

  it('while it was idle, is broken and says so to the next caller', async () => {
    const driver = await openDriver();
    const victim = await connectTo(driver);
    const killer = await connectTo(driver);
    const [row] = await rowsOf(victim, 'select pg_backend_pid()');
    await rowsOf(killer, 'select pg_terminate_backend($1, 10000)', [row![0] as number]);
    expect(await failureOf(driver, victim.ping())).toBeInstanceOf(ConnectionLostError);
    expect(victim.broken).toBe(true);
  });

  it('may be closed, twice', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    await failureOf(driver, connection.execute(raw('select pg_terminate_backend(pg_backend_pid())')));
    await connection.close();
    await connection.close();
    expect(connection.broken).toBe(true);
  });
});

onPostgres('a connection that is closed', () => {
  it('takes no more statements', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    await connection.close();
    expect(await failureOf(driver, connection.ping())).toBeInstanceOf(ConnectionLostError);
  });

  it('is closed also while a statement is under way', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    const failure = failureOf(driver, connection.execute(raw('select pg_sleep(30)')));
    await connection.close();
    expect(await failure).toBeInstanceOf(ConnectionLostError);
  });
});

describe('a server that is not there', () => {
  it('is a ConnectionLostError with its reason', async () => {
    const driver = await postgres('postgres://nobody@127.0.0.1:1/nothing').open();
    const failure = await failureOf(driver, driver.connect());
    expect(failure).toBeInstanceOf(ConnectionLostError);
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('is told of by connect, and leaves nothing open', async () => {
    const databases = { default: postgres('postgres://nobody@127.0.0.1:1/nothing') };
    await expect(Espalier.connect({ entities: [], databases })).rejects.toThrow(ConnectionLostError);
  });

  it.each([':1', 'postgres://user:s3cret@ho st:port/x', 'postgres://user:s3cret@[::1/x'])(
    'has a URL that can be read (%s is refused, its password untold)',
    (url) => {
      let failure: unknown;
      try {
        postgres(url);
      } catch (error) {
        failure = error;
      }
      expect(failure).toBeInstanceOf(EspalierError);
      expect(JSON.stringify(failure) + String(failure)).not.toContain('s3cret');
      expect((failure as Error).cause).toBeUndefined();
    },
  );
});

onPostgres('a server that refuses', () => {
  it('says why', async () => {
    const driver = await openDriver();
    const [row] = await rowsOf(await connectTo(driver), "select current_setting('port')");
    const other = await postgres(`postgres://postgres@127.0.0.1:${String(row![0])}/no_such_database`).open();
    expect((await failureOf(other, other.connect())).message).toContain('no_such_database');
  });

  it('to speak TLS where TLS is asked for', async () => {
    const driver = await openDriver({ ssl: { rejectUnauthorized: true } });
    expect((await failureOf(driver, driver.connect())).message).toContain('SSL');
  });
});
