/** Transactions, the write lock, and what is left when the engine ends a transaction by itself. */
import {
  LockTimeoutError,
  QueryError,
  SerializationError,
  TransactionError,
  UniqueViolationError,
  type Driver,
  type DriverConnection,
} from '@espalier/core/driver';
import sqlite3 from 'sqlite3';
import { connectTo, openConnection, openDriver, newFile, raw, rowsOf, write } from './open-driver';

async function begin(connection: DriverConnection, driver: Driver, readOnly = false): Promise<void> {
  for (const sql of driver.dialect.beginTransaction({ readOnly })) await connection.run(sql);
}

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
    await begin(one, driver);
    await one.execute(write('update counter set n = 1'));
    expect(await rowsOf(other, READ)).toEqual([[0]]);
    await one.run('rollback');
    expect(await rowsOf(other, READ)).toEqual([[0]]);
    await begin(one, driver);
    await one.execute(write('update counter set n = 2'));
    await one.run('commit');
    expect(await rowsOf(other, READ)).toEqual([[2]]);
  });

  it('lets others read while it writes', async () => {
    await begin(one, driver);
    await one.execute(write('update counter set n = 1'));
    await begin(other, driver, true);
    expect(await rowsOf(other, READ)).toEqual([[0]]);
    await other.run('commit');
    await one.run('commit');
  });

  it('that wants to write waits for the one that writes', async () => {
    await begin(one, driver);
    const steps: string[] = [];
    const second = begin(other, driver).then(() => steps.push('second began'));
    await one.execute(write('update counter set n = n + 1'));
    steps.push('first commits');
    await one.run('commit');
    await second;
    await other.run('commit');
    expect(steps).toEqual(['first commits', 'second began']);
  });

  it('that may only read refuses to write, and the connection writes again after it', async () => {
    await begin(one, driver, true);
    await expect(one.execute(write('update counter set n = 1'))).rejects.toThrow(/read-only/);
    await one.run('rollback');
    expect((await one.execute(write('update counter set n = 1'))).rowCount).toBe(1);
  });

  it('that began with a read is told to begin anew where others have written since', async () => {
    await one.run('begin deferred');
    expect(await rowsOf(one, READ)).toEqual([[0]]);
    await other.execute(write('update counter set n = 5'));
    await expect(one.execute(write('update counter set n = n + 1'))).rejects.toThrow(SerializationError);
    await one.run('rollback');
    expect((await one.execute(write('update counter set n = n + 1'))).rowCount).toBe(1);
    expect(await rowsOf(other, READ)).toEqual([[6]]);
  });

  it('that began with a read may write where nobody has written since, and others wait for it then', async () => {
    await one.run('begin');
    expect(await rowsOf(one, READ)).toEqual([[0]]);
    await one.execute(write('update counter set n = 1'));
    const second = other.execute(write('update counter set n = n + 10'));
    await one.execute(write('update counter set n = n + 1'));
    await one.run('commit');
    await second;
    expect(await rowsOf(one, READ)).toEqual([[12]]);
  });

  it('undoes what came after a savepoint, and keeps what came before', async () => {
    await begin(one, driver);
    await one.execute(write('update counter set n = 1'));
    await one.run('savepoint s1');
    await one.execute(write('update counter set n = 2'));
    await one.run('rollback to s1');
    await one.run('release s1');
    await one.run('commit');
    expect(await rowsOf(other, READ)).toEqual([[1]]);
  });

  it('stays open after a failed statement', async () => {
    await begin(one, driver);
    await one.execute(write('update counter set n = 7'));
    await expect(one.execute(write('insert into counter values (1, 1)'))).rejects.toThrow(UniqueViolationError);
    await one.run('commit');
    expect(await rowsOf(other, READ)).toEqual([[7]]);
  });

  it('that the engine rolled back by itself takes nothing but a rollback, and nothing is written outside of it', async () => {
    await one.run(
      "create trigger strict before insert on counter when new.n < 0 begin select raise(rollback, 'negative'); end",
    );
    await begin(one, driver);
    await one.execute(write('update counter set n = 9'));
    await expect(one.execute(write('insert into counter values (2, -1)'))).rejects.toThrow('negative');
    await expect(one.execute(write('insert into counter values (3, 1)'))).rejects.toThrow(TransactionError);
    await expect(one.run('commit')).rejects.toThrow(TransactionError);
    await expect(one.run('savepoint s1')).rejects.toThrow(TransactionError);
    // Its lock is free: it has none any more.
    expect((await other.execute(write('insert into counter values (4, 1)'))).rowCount).toBe(1);
    await one.run('rollback');
    expect(await rowsOf(one, 'select id, n from counter order by id')).toEqual([
      [1, 0],
      [4, 1],
    ]);
    expect(one.broken).toBe(false);
  });

  it('stays open for a rollback where a deferred foreign key fails its commit', async () => {
    await one.run(
      'create table child (id integer primary key, parent integer references counter (id) deferrable initially deferred)',
    );
    await begin(one, driver);
    await one.execute(write('insert into child values (1, 99)'));
    await expect(one.run('commit')).rejects.toMatchObject({ name: 'ForeignKeyViolationError' });
    await one.run('rollback');
    expect(await rowsOf(one, 'select count(*) from child')).toEqual([[0]]);
  });

  it('is rolled back, and its lock freed, when its connection closes', async () => {
    await begin(one, driver);
    await one.execute(write('update counter set n = 1'));
    await one.close();
    expect((await other.execute(write('update counter set n = n + 1'))).rowCount).toBe(1);
    expect(await rowsOf(other, READ)).toEqual([[1]]);
  });

  it.each(['commit', 'savepoint s1', 'release s1'])('must be open for %s', async (sql) => {
    await expect(one.run(sql)).rejects.toThrow(TransactionError);
  });

  it('cannot begin inside another', async () => {
    await begin(one, driver);
    await expect(one.run('begin immediate')).rejects.toThrow(TransactionError);
    await one.run('commit');
  });

  it('is followed where raw SQL begins and ends it', async () => {
    await one.execute(raw('/* by hand */ begin immediate'));
    await one.execute(write('update counter set n = 3'));
    const second = other.execute(write('update counter set n = n + 1'));
    await one.execute(raw('COMMIT'));
    await second;
    expect(await rowsOf(one, READ)).toEqual([[4]]);
  });

  it('includes DDL', async () => {
    await begin(one, driver);
    await one.run('create table extra (id integer)');
    await one.run('rollback');
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
          await begin(connection, driver);
          const [[n]] = (await rowsOf(connection, READ)) as [[number]];
          await connection.execute(write('update counter set n = ?', [n + 1]));
          await connection.run('commit');
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
    await begin(one, first);
    const waiting = other.execute(write('insert into counter values (2, 2)'));
    await one.execute(write('insert into counter values (1, 1)'));
    await one.run('commit');
    expect((await waiting).rowCount).toBe(1);
  });

  it('that wait too long are told so', async () => {
    const driver = await openDriver({ busyTimeout: 50 });
    const [one, other] = [await connectTo(driver), await connectTo(driver)];
    await one.run(COUNTER);
    await begin(one, driver);
    const error: unknown = await begin(other, driver).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ message: expect.stringContaining('busyTimeout') as string, sql: 'begin immediate' });
    await one.run('commit');
    await begin(other, driver);
    await other.run('commit');
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
    await begin(holder!, driver);
    const order: number[] = [];
    const turns = waiting.map(async (connection, i) => {
      await begin(connection, driver);
      order.push(i);
      await connection.run('commit');
    });
    await holder!.run('commit');
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
    await begin(first, driver);
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
