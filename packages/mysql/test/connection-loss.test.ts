/** Connections that end in the middle of things, and what is left of the process. */
import { ConnectionLostError, EspalierError } from '@espalier/core/driver';
import { mysql } from '../src';
import { failureOf, onEachServer, raw, rowsOf } from './open-driver';

onEachServer('a connection that is cut', (server) => {
  it('fails the statement under way with ConnectionLostError, and is broken', async () => {
    const driver = await server.openDriver();
    const victim = await server.connectTo(driver);
    const killer = await server.connectTo(driver);
    const [row] = await rowsOf(victim, 'select connection_id()');
    const failure = failureOf(driver, victim.execute(raw('select sleep(30)')));
    await killer.run(`kill ${String(row![0])}`);
    expect(await failure).toBeInstanceOf(ConnectionLostError);
    expect(victim.broken).toBe(true);
  });

  it('while it was idle, says so to the next caller', async () => {
    const driver = await server.openDriver();
    const victim = await server.connectTo(driver);
    const killer = await server.connectTo(driver);
    const [row] = await rowsOf(victim, 'select connection_id()');
    await killer.run(`kill ${String(row![0])}`);
    expect(await failureOf(driver, victim.ping())).toBeInstanceOf(ConnectionLostError);
    expect(victim.broken).toBe(true);
  });

  it('may be closed, twice', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const [row] = await rowsOf(connection, 'select connection_id()');
    await failureOf(driver, connection.run(`kill ${String(row![0])}`));
    await connection.close();
    await connection.close();
    expect(connection.broken).toBe(true);
  });
});

onEachServer('a connection that is closed', (server) => {
  it('takes no more statements', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    await connection.close();
    expect(await failureOf(driver, connection.ping())).toBeInstanceOf(ConnectionLostError);
  });
});

onEachServer('a server', (server) => {
  it('that has no such database says so', async () => {
    const url = new URL(server.url());
    url.pathname = '/no_such_database';
    await expect(mysql(url.href).open()).rejects.toThrow('no_such_database');
  });

  it('is refused where TLS is asked for and it has none that can be verified', async () => {
    await expect(mysql({ primary: server.url(), ssl: true }).open()).rejects.toThrow(EspalierError);
  });
});

describe('a server that is not there', () => {
  it('is a ConnectionLostError with its reason', async () => {
    const failure = await mysql('mysql://nobody@127.0.0.1:1/nothing')
      .open()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConnectionLostError);
    expect((failure as Error).message).toContain('ECONNREFUSED');
  });
});
