/** The pool of connections, over a driver that opens nothing: who gets which connection, and what is closed when. */
import { setImmediate as nextRound } from 'node:timers/promises';
import type { PoolOptions } from '../../src/database/driver';
import { ConnectionPool } from '../../src/database/pool';
import { EspalierError, PoolTimeoutError } from '../../src/errors';
import { FakeServer } from './fake-server';

const pools: ConnectionPool[] = [];

function open(options: PoolOptions = {}): { server: FakeServer; pool: ConnectionPool } {
  const server = new FakeServer();
  const pool = new ConnectionPool('music', server.driver, options);
  pools.push(pool);
  return { server, pool };
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

describe('the process', () => {
  it('is kept alive by a connection that is lent, and by none that is idle', async () => {
    const { server, pool } = open();
    const connection = await pool.acquire();
    const [opened] = server.connections;
    expect(opened!.held).toBe(true);
    pool.release(connection);
    await nextRound();
    expect(opened!.held).toBe(false);
    const again = await pool.acquire();
    expect(opened!.held).toBe(true);
    pool.release(again);
    // At hand, and lent again from there.
    expect(await pool.acquire()).toBe(connection);
    await nextRound();
    expect(opened!.held).toBe(true);
    pool.release(connection);
  });

  it('is not kept alive by a connection whose borrower gave up before it was open', async () => {
    const { server, pool } = open({ acquireTimeout: 1 });
    let connect = (): void => undefined;
    server.opens = new Promise((resolve) => (connect = resolve));
    await expect(pool.acquire()).rejects.toThrow(PoolTimeoutError);
    connect();
    await nextRound();
    expect(server.connections[0]!.held).toBe(false);
  });
});

describe('a connection that is given back', () => {
  it('is lent again at once to who asks in the same round of the event loop', async () => {
    const { pool } = open();
    const first = await pool.acquire();
    pool.release(first);
    const second = pool.acquire();
    expect(second).toBe(first);
    pool.release(first);
  });

  it('is lent again in later rounds', async () => {
    const { server, pool } = open();
    for (let i = 0; i < 3; i++) {
      pool.release(await pool.acquire());
      await nextRound();
    }
    expect(server.connections).toHaveLength(1);
  });

  it('counts as free from that moment on', async () => {
    const { pool } = open();
    const connection = await pool.acquire();
    expect(pool.stats()).toMatchObject({ used: 1, free: 0 });
    pool.release(connection);
    expect(pool.stats()).toMatchObject({ used: 0, free: 1 });
    await nextRound();
    expect(pool.stats()).toMatchObject({ used: 0, free: 1 });
  });

  it('goes to who waits longest', async () => {
    const { pool } = open({ max: 1 });
    const first = await pool.acquire();
    const order: string[] = [];
    const waiting = ['a', 'b'].map(async (name) => {
      const connection = await pool.acquire();
      order.push(name);
      pool.release(connection);
    });
    pool.release(first);
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b']);
  });

  it('is not lent again when it broke', async () => {
    const { server, pool } = open();
    const first = await pool.acquire();
    server.connections[0]!.broken = true;
    pool.release(first);
    const second = await pool.acquire();
    expect(second).not.toBe(first);
    expect(server.connections).toHaveLength(2);
    pool.release(second);
  });

  it('is closed at once when it is to be discarded', async () => {
    const { server, pool } = open();
    const first = await pool.acquire();
    first.discarded = true;
    pool.release(first);
    expect(server.connections[0]!.closed).toBe(true);
  });

  it('is not lent again when its life is over', async () => {
    const { pool } = open({ maxLifetime: 60_000 });
    const first = await pool.acquire();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(first.createdAt + 60_001);
    pool.release(first);
    const second = await pool.acquire();
    clock.mockRestore();
    expect(second).not.toBe(first);
    pool.release(second);
  });
});

describe('an exhausted pool', () => {
  it('fails with its figures', async () => {
    const { pool } = open({ max: 1, acquireTimeout: 20 });
    const lent = await pool.acquire();
    const failure = await Promise.resolve(pool.acquire()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PoolTimeoutError);
    expect((failure as PoolTimeoutError).figures).toMatchObject({ used: 1, free: 0, max: 1 });
    expect((failure as PoolTimeoutError).figures.oldestBorrowMs).toBeGreaterThan(0);
    pool.release(lent);
  });
});

describe('a server that cannot be reached', () => {
  it('is told of by what the driver said, and not by a time-out', async () => {
    const { server, pool } = open();
    server.refuses = new Error('connect ECONNREFUSED');
    await expect(pool.acquire()).rejects.toMatchObject({ name: 'ConnectionLostError', cause: server.refuses });
  });
});

describe('an idle connection that does not answer', () => {
  it('is what the time-out names, although another connection was opened meanwhile', async () => {
    const { server, pool } = open({ max: 2, acquireTimeout: 200 });
    pool.release(await pool.acquire());
    await nextRound();
    let connect = (): void => undefined;
    server.opens = new Promise((resolve) => (connect = resolve));
    let answer = (): void => undefined;
    server.connections[0]!.ping = () => new Promise((resolve) => (answer = resolve));
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 60_000);
    const asks = [pool.acquire(), pool.acquire()].map((ask) => Promise.resolve(ask));
    connect();
    const lent = await asks[1]!;
    clock.mockRestore();
    await expect(asks[0]!).rejects.toThrow('idle connections do not answer');
    answer();
    pool.release(lent);
  });
});

describe('options', () => {
  it.each<[string, unknown]>([
    ['no connections at all', { max: 0 }],
    ['half a connection', { max: 1.5 }],
    ['not a number', { max: NaN }],
    ['a text for a number', { acquireTimeout: '5' }],
    ['no time at all', { idleTimeout: 0 }],
    ['an unknown name', { maximum: 5 }],
    ['a text for a boolean', { prePing: 'no' }],
  ])('%s are refused', (_, options) => {
    expect(() => new ConnectionPool('music', new FakeServer().driver, options as PoolOptions)).toThrow(EspalierError);
  });
});

describe('closing connections', () => {
  it('closeIdle() closes those that are not borrowed', async () => {
    const { server, pool } = open();
    const [lent, idle] = [await pool.acquire(), await pool.acquire()];
    pool.release(idle);
    expect(await pool.closeIdle()).toBe(1);
    expect(server.connections.map(({ closed }) => closed)).toEqual([false, true]);
    expect(pool.stats()).toMatchObject({ used: 1, free: 0 });
    pool.release(lent);
  });

  it('closeAll() closes those that are borrowed when they are given back', async () => {
    const { server, pool } = open();
    const lent = await pool.acquire();
    expect(await pool.closeAll()).toBe(1);
    expect(server.connections[0]!.closed).toBe(false);
    pool.release(lent);
    expect(server.connections[0]!.closed).toBe(true);
  });

  it('closeStale() spares those that are younger', async () => {
    const { pool } = open();
    pool.release(await pool.acquire());
    expect(await pool.closeStale(60_000)).toBe(0);
    expect(await pool.closeStale(0)).toBe(1);
  });

  it('leaves a pool that opens another for who asks next', async () => {
    const { server, pool } = open();
    pool.release(await pool.acquire());
    await pool.closeAll();
    pool.release(await pool.acquire());
    expect(server.connections).toHaveLength(2);
  });

  it.each([NaN, -1, '5' as unknown as number])('closeStale(%p) is refused', async (age) => {
    await expect(open().pool.closeStale(age)).rejects.toThrow(EspalierError);
  });

  it('a pool that is closed lends no more', async () => {
    const { pool } = open();
    await pool.close();
    await expect(pool.acquire()).rejects.toThrow(/closed/);
  });
});
