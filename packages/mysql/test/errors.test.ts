/** What the server refuses, as typed errors. */
import {
  CheckViolationError,
  ConnectionLostError,
  DeadlockError,
  ForeignKeyViolationError,
  LockTimeoutError,
  NotNullViolationError,
  QueryError,
  QueryTimeoutError,
  SerializationError,
  TransactionError,
  UniqueViolationError,
  type Driver,
  type DriverConnection,
  type IntegrityError,
} from '@espalier/core/driver';
import { endsConnection, translateError } from '../src/errors';
import { failureOf, onEachServer, raw, rowsOf, type TestServer } from './open-driver';

async function prepared(server: TestServer): Promise<{ driver: Driver; connection: DriverConnection }> {
  const driver = await server.openDriver();
  const connection = await server.connectTo(driver);
  await connection.run('drop table if exists child, parent');
  await connection.run(
    `create table parent (id int primary key, name varchar(60) not null, n int not null,
      constraint one_name unique (name), constraint n_positive check (n > 0)) engine = InnoDB`,
  );
  await connection.run(
    'create table child (parent_id int, other int, constraint to_parent foreign key (parent_id) references parent (id)) engine = InnoDB',
  );
  await connection.run("insert into parent values (1, 'a', 1), (2, 'b', 2)");
  return { driver, connection };
}

const cases: readonly (readonly [
  sql: string,
  type: new (message: string) => IntegrityError,
  details: Partial<IntegrityError>,
])[] = [
  ["insert into parent values (1, 'c', 2)", UniqueViolationError, { constraint: 'PRIMARY' }],
  ["insert into parent values (3, 'a', 1)", UniqueViolationError, { constraint: 'one_name' }],
  [
    'insert into child values (7, 1)',
    ForeignKeyViolationError,
    { table: 'child', columns: ['parent_id'], constraint: 'to_parent' },
  ],
  ['insert into parent values (3, null, 2)', NotNullViolationError, { columns: ['name'] }],
  ['insert into parent (id, n) values (3, 2)', NotNullViolationError, { columns: ['name'] }],
  ["insert into parent values (3, 'c', 0)", CheckViolationError, { constraint: 'n_positive' }],
];

onEachServer('a constraint', (server) => {
  it.each(cases)('%s', async (sql, type, details) => {
    const { driver, connection } = await prepared(server);
    const failure = await failureOf(driver, connection.execute(raw(sql)));
    expect(failure).toBeInstanceOf(type);
    expect(failure).toMatchObject(details);
    expect(failure.cause).toHaveProperty('errno');
  });

  it('is named also where the value looks like the rest of the message', async () => {
    const { driver, connection } = await prepared(server);
    const name = "x' for key 'other";
    const insert = (id: number) => connection.execute(raw('insert into parent values (?, ?, 1)', [id, name]));
    await insert(8);
    expect(await failureOf(driver, insert(9))).toMatchObject({ constraint: 'one_name' });
  });

  it('that keeps a row that others refer to names the table that refers', async () => {
    const { driver, connection } = await prepared(server);
    await connection.run('insert into child values (1, 1)');
    const failure = await failureOf(driver, connection.execute(raw('delete from parent')));
    expect(failure).toBeInstanceOf(ForeignKeyViolationError);
    expect(failure).toMatchObject({ constraint: 'to_parent', table: 'child', columns: ['parent_id'] });
  });
});

onEachServer('a statement', (server) => {
  it.each([
    'selec',
    'select * from no_such_table',
    "insert into parent values (3, repeat('x', 61), 1)",
    "insert into parent values (3, 'x', 'y')",
  ])('that is wrong is a QueryError: %s', async (sql) => {
    const { driver, connection } = await prepared(server);
    expect(await failureOf(driver, connection.execute(raw(sql)))).toBeInstanceOf(QueryError);
    expect(connection.broken).toBe(false);
  });

  (server.name === 'mariadb' ? it : it.skip)('that takes too long is a QueryTimeoutError', async () => {
    const { driver, connection } = await prepared(server);
    await connection.run('set max_statement_time = 0.02');
    expect(await failureOf(driver, connection.execute(raw('select sleep(30)')))).toBeInstanceOf(QueryTimeoutError);
    expect(connection.broken).toBe(false);
  });

  it('that waits too long for a lock is a LockTimeoutError', async () => {
    const { driver, connection } = await prepared(server);
    const other = await server.connectTo(driver);
    await connection.begin({});
    await connection.run('update parent set n = 5 where id = 1');
    const noWait = other.execute(raw('select 1 from parent where id = 1 for update nowait'));
    expect(await failureOf(driver, noWait)).toBeInstanceOf(LockTimeoutError);
    await connection.rollback();
  });
});

onEachServer('a transaction', (server) => {
  it('of two that wait for one another one is a DeadlockError', async () => {
    const { driver, connection } = await prepared(server);
    const other = await server.connectTo(driver);
    for (const each of [connection, other]) await each.begin({});
    await connection.run('update parent set n = 5 where id = 1');
    await other.run('update parent set n = 5 where id = 2');
    const outcomes = await Promise.allSettled([
      connection.run('update parent set n = 6 where id = 2').finally(() => connection.rollback()),
      other.run('update parent set n = 6 where id = 1').finally(() => other.rollback()),
    ]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(failures.map((failure) => driver.translateError(failure, undefined))).toEqual([expect.any(DeadlockError)]);
  });

  it('that a deadlock ended takes nothing but a rollback, so that nothing is committed by itself', async () => {
    const { driver, connection } = await prepared(server);
    const other = await server.connectTo(driver);
    for (const each of [connection, other]) await each.begin({});
    await connection.run('update parent set n = 5 where id = 1');
    await other.run('update parent set n = 5 where id = 2');
    const attempts = [connection, other].map(async (each, i) => {
      try {
        await each.run(`update parent set n = 6 where id = ${String(2 - i)}`);
        await each.rollback();
        return undefined;
      } catch {
        return each;
      }
    });
    const victim = (await Promise.all(attempts)).find((each) => each !== undefined)!;
    await expect(victim.execute(raw("insert into parent values (8, 'stray', 1)"))).rejects.toThrow(TransactionError);
    await expect(victim.rollbackTo('s1')).rejects.toThrow(TransactionError);
    await expect(victim.commit()).rejects.toThrow(TransactionError);
    await victim.rollback();
    expect(await rowsOf(victim, 'select id, n from parent order by id')).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('that only reads refuses to write, at the level asked for', async () => {
    const { driver, connection } = await prepared(server);
    await connection.begin({ isolation: 'read committed', readOnly: true });
    expect(await failureOf(driver, connection.run('delete from child'))).toBeInstanceOf(QueryError);
    const other = await server.connectTo(driver);
    expect(await rowsOf(connection, 'select n from parent where id = 1')).toEqual([[1]]);
    await other.run('update parent set n = 9 where id = 1');
    expect(await rowsOf(connection, 'select n from parent where id = 1')).toEqual([[9]]);
    await connection.rollback();
  });
});

describe('an error number', () => {
  const serverError = (errno: number, sqlState = 'HY000') =>
    Object.assign(new Error('what the server says'), { errno, sqlState, sqlMessage: 'what the server says' });

  it.each([
    [1020, SerializationError],
    [1205, LockTimeoutError],
    [1213, DeadlockError],
    [1317, QueryTimeoutError],
    [1969, QueryTimeoutError],
    [3024, QueryTimeoutError],
    [3572, LockTimeoutError],
    [1153, ConnectionLostError],
    [1927, ConnectionLostError],
    [4031, ConnectionLostError],
    [3819, CheckViolationError],
    [1064, QueryError],
  ])('%d has its type', (errno, type) => {
    const cause = serverError(errno);
    const failure = translateError(cause, 'select 1');
    expect(failure).toBeInstanceOf(type);
    expect(failure).toMatchObject({ cause, sql: 'select 1' });
  });

  it.each([1040, 1053, 1153, 1161, 1927])('%d ends the connection', (errno) => {
    expect(endsConnection(serverError(errno))).toBe(true);
  });

  it('of the class of connection errors ends the connection, whatever the number', () => {
    expect(endsConnection(serverError(9_999, '08S01'))).toBe(true);
    expect(endsConnection(serverError(1_062, '23000'))).toBe(false);
  });
});
