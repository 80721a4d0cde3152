/** Transactions, the write lock, and what is left when the engine ends a transaction by itself. */
import {
  LockTimeoutError,
  QueryError,
  TransactionError,
  UniqueViolationError,
  type Driver,
  type DriverConnection,
} from '@espalier/core/driver';
import sqlite3 from 'sqlite3';
import { connectTo, openConnection, openDriver, newFile, raw, rowsOf, write } from './open-driver';

const COUNTER = 'create table counter (id integer primary key, n integer not null)';
const READ = 'select n from counter where id = 1';

describe('a transaction', () => {
  let driver: Driver;
  let one: DriverConnection;
  let other: DriverConnection;

  beforeEach(async () => {
    driver = await openDriver();
    one = await connectTo(driver);
    other = await connectTo(driver);
    await one.run(COUNTER);
    await one.execute(write('insert into counter values (1, 0)'));
  });

  it('is seen by others when it was committed, and not when it was rolled back', async () => {
    await one.begin({});
    await one.execute(write('update counter set n = 1'));
    expect(await rowsOf(other, READ)).toEqual([[0]]);
    await one.rollback();
    expect(await rowsOf(other, READ)).toEqual([[0]]);
    await one.begin({});
    await one.execute(write('update counter set n = 2'));
    await one.commit();
    expect(await rowsOf(other, READ)).toEqual([[2]]);
  });

  it('lets others read while it writes', async () => {
    await one.begin({});
    await one.execute(write('update counter set n = 1'));
    await other.begin({ readOnly: true });
    expect(await rowsOf(other, READ)).toEqual([[0]]);
    await other.commit();
    await one.commit();
  });

  it('that wants to write waits for the one that writes', async () => {
    await one.begin({});
    const steps: string[] = [];
    const second = other.begin({}).then(() => steps.push('second began'));
    await one.execute(write('update counter set n = n + 1'));
    steps.push('first commits');
    await one.commit();
    await second;
    await other.commit();
    expect(steps).toEqual(['first commits', 'second began']);
  });

  it('that may only read refuses to write, and the connection writes again after it', async () => {
    await one.begin({ readOnly: true });
    await expect(one.execute(write('update counter set n = 1'))).rejects.toThrow(/read-only/);
    await one.rollback();
    expect((await one.execute(write('update counter set n = 1'))).rowCount).toBe(1);
  });

  it('undoes what came after a savepoint, and keeps what came before', async () => {
    await one.begin({});
    await one.execute(write('update counter set n = 1'));
    await one.savepoint('s1');
    await one.execute(write('update counter set n = 2'));
    await one.rollbackTo('s1');
    await one.release('s1');
    await one.commit();
    expect(await rowsOf(other, READ)).toEqual([[1]]);
  });

  it('stays open after a failed statement', async () => {
    await one.begin({});
    await one.execute(write('update counter set n = 7'));
    await expect(one.execute(write('insert into counter values (1, 1)'))).rejects.toThrow(UniqueViolationError);
    await one.commit();
    expect(await rowsOf(other, READ)).toEqual([[7]]);
  });

  it('that the engine rolled back by itself takes nothing but a rollback, and nothing is written outside of it', async () => {
    await one.run(
      "create trigger strict before insert on counter when new.n < 0 begin select raise(rollback, 'negative'); end",
    );
    await one.begin({});
    await one.execute(write('update counter set n = 9'));
    await expect(one.execute(write('insert into counter values (2, -1)'))).rejects.toThrow('negative');
    await expect(one.execute(write('insert into counter values (3, 1)'))).rejects.toThrow(TransactionError);
    await expect(one.commit()).rejects.toThrow(TransactionError);
    await expect(one.savepoint('s1')).rejects.toThrow(TransactionError);
    // Its lock is free: it has none any more.
    expect((await other.execute(write('insert into counter values (4, 1)'))).rowCount).toBe(1);
    await one.rollback();
    expect(await rowsOf(one, 'select id, n from counter order by id')).toEqual([
      [1, 0],
      [4, 1],
    ]);
    expect(one.broken).toBe(false);
  });

  it('is over, and its lock free, where a deferred foreign key fails its commit', async () => {
    await one.run(
      'create table child (id integer primary key, parent integer references counter (id) deferrable initially deferred)',
    );
    await one.begin({});
    await one.execute(write('insert into child values (1, 99)'));
    await expect(one.commit()).rejects.toMatchObject({ name: 'ForeignKeyViolationError' });
    expect((await other.execute(write('update counter set n = 5'))).rowCount).toBe(1);
    expect(await rowsOf(one, 'select count(*) from child')).toEqual([[0]]);
  });

  it('is rolled back, and its lock freed, when its connection closes', async () => {
    await one.begin({});
    await one.execute(write('update counter set n = 1'));
    await one.close();
    expect((await other.execute(write('update counter set n = n + 1'))).rowCount).toBe(1);
    expect(await rowsOf(other, READ)).toEqual([[1]]);
  });

  it('must be open for a commit and for savepoints', async () => {
    await expect(one.commit()).rejects.toThrow(TransactionError);
    await expect(one.savepoint('s1')).rejects.toThrow(TransactionError);
    await expect(one.release('s1')).rejects.toThrow(TransactionError);
    await expect(one.rollbackTo('s1')).rejects.toThrow(TransactionError);
  });

  it('cannot begin inside another', async () => {
    await one.begin({});
    await expect(one.begin({})).rejects.toThrow(TransactionError);
    await one.commit();
  });

  it('includes DDL', async () => {
    await one.begin({});
    await one.run('create table extra (id integer)');
    await one.rollback();
    await expect(rowsOf(one, 'select * from extra')).rejects.toThrow(QueryError);
  });
});

describe('writers', () => {
  it('race by the hundred without one of them failing, or an update lost', async () => {
    const driver = await openDriver();
    const connections = await Promise.all(Array.from({ length: 12 }, () => connectTo(driver)));
    await connections[0]!.run(COUNTER);
    await connections[0]!.execute(write('insert into counter values (1, 0)'));
    await Promise.all(
      connections.map(async (connection) => {
        for (let i = 0; i < 20; i++) {
          await connection.begin({});
          const [[n]] = (await rowsOf(connection, READ)) as [[number]];
          await connection.execute(write('update counter set n = ?', [n + 1]));
          await connection.commit();
        }
      }),
    );
    expect(await rowsOf(connections[0]!, READ)).toEqual([[240]]);
  });

  it('wait for one another also where two drivers have opened one file', async () => {
    const path = newFile();
    const [first, second] = [
      await openDriver({ path, busyTimeout: 5_000 }),
      await openDriver({ path, busyTimeout: 5_000 }),
    ];
    const [one, other] = [await connectTo(first), await connectTo(second)];
    await one.run(COUNTER);
    await one.begin({});
    const waiting = other.execute(write('insert into counter values (2, 2)'));
    await one.execute(write('insert into counter values (1, 1)'));
    await one.commit();
    expect((await waiting).rowCount).toBe(1);
  });

  it('that wait too long are told so', async () => {
    const driver = await openDriver({ busyTimeout: 50 });
    const [one, other] = [await connectTo(driver), await connectTo(driver)];
    await one.run(COUNTER);
    await one.begin({});
    const error: unknown = await other.begin({}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ message: expect.stringContaining('busyTimeout') as string, sql: 'begin immediate' });
    await one.commit();
    await other.begin({});
    await other.commit();
  });

  it('of another process are waited for, and not for longer than busyTimeout', async () => {
    const path = newFile();
    const connection = await connectTo(await openDriver({ path, busyTimeout: 60 }));
    await connection.run(COUNTER);
    // A handle that knows nothing of this driver's lock stands for the other process.
    const stranger = new sqlite3.Database(path);
    const strangely = (sql: string): Promise<void> =>
      new Promise((resolve, reject) => {
        stranger.exec(sql, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    await strangely('begin immediate');
    await expect(connection.execute(write('insert into counter values (1, 1)'))).rejects.toThrow(/another process/);
    await strangely('commit');
    expect((await connection.execute(write('insert into counter values (1, 1)'))).rowCount).toBe(1);
    await new Promise((resolve) => stranger.close(resolve));
  });

  it('are let in in the order in which they came', async () => {
    const driver = await openDriver();
    const [holder, ...waiting] = await Promise.all(Array.from({ length: 5 }, () => connectTo(driver)));
    await holder!.begin({});
    const order: number[] = [];
    const turns = waiting.map(async (connection, i) => {
      await connection.begin({});
      order.push(i);
      await connection.commit();
    });
    await holder!.commit();
    await Promise.all(turns);
    expect(order).toEqual([0, 1, 2, 3]);
  });
});

describe('a connection in memory', () => {
  it('keeps its database when it is closed, and its open transaction is rolled back', async () => {
    const driver = await openDriver({ path: ':memory:' });
    expect(driver.poolLimits?.max).toBe(1);
    const first = await driver.connect();
    await first.run(COUNTER);
    await first.execute(write('insert into counter values (1, 1)'));
    await first.begin({});
    await first.execute(write('update counter set n = 2'));
    await first.close();
    expect(await rowsOf(await connectTo(driver), READ)).toEqual([[1]]);
  });
});

describe('the number of rows', () => {
  it('is that of the rows matched by a write, and none for DDL', async () => {
    const connection = await openConnection({ path: ':memory:' });
    await connection.run(COUNTER);
    expect((await connection.execute(raw('insert into counter values (1, 1), (2, 2)'))).rowCount).toBe(2);
    expect((await connection.execute(raw('update counter set n = 1'))).rowCount).toBe(2);
    expect((await connection.execute(raw('create table other (id integer)'))).rowCount).toBe(0);
    expect((await connection.execute(raw("delete from counter where n = 1 and 'returning' <> ''"))).rowCount).toBe(2);
    expect(
      (await connection.execute(raw('with r as (select 3 as id) insert into counter select id, 3 from r'))).rowCount,
    ).toBe(1);
    const returned = await connection.execute(raw('delete from counter returning id'));
    expect(returned).toMatchObject({ rowCount: 1, rows: [[3]], fields: ['id'] });
  });
});
