/** What the server refuses, as typed errors. */
import {
  CheckViolationError,
  DeadlockError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  QueryError,
  QueryTimeoutError,
  SerializationError,
  TransactionError,
  UniqueViolationError,
  type Driver,
  type DriverConnection,
} from '@espalier/core/driver';
import { connectTo, failureOf, onPostgres, openDriver, raw, rowsOf } from './open-driver';

async function prepared(): Promise<{ driver: Driver; connection: DriverConnection }> {
  const driver = await openDriver();
  const connection = await connectTo(driver);
  await connection.run('drop table if exists child, parent');
  await connection.run(
    `create table parent (id int primary key, "eMail, x" text not null, n int constraint n_positive check (n > 0),
      constraint one_email unique ("eMail, x", n), exclude using btree (n with =) where (n > 50))`,
  );
  await connection.run('create unique index on parent (lower("eMail, x"), n)');
  await connection.run('create table child (parent_id int constraint to_parent references parent)');
  await connection.run("insert into parent values (1, 'a', 1)");
  return { driver, connection };
}

const cases: readonly (readonly [
  sql: string,
  type: new (message: string) => IntegrityError,
  details: Partial<IntegrityError>,
])[] = [
  [
    "insert into parent values (1, 'b', 2)",
    UniqueViolationError,
    { table: 'parent', columns: ['id'], constraint: 'parent_pkey' },
  ],
  [
    "insert into parent values (2, 'a', 1)",
    UniqueViolationError,
    { table: 'parent', columns: ['eMail, x', 'n'], constraint: 'one_email' },
  ],
  ["insert into parent values (2, 'A', 1)", UniqueViolationError, { columns: ['lower("eMail, x")', 'n'] }],
  [
    'insert into child values (7)',
    ForeignKeyViolationError,
    { table: 'child', columns: ['parent_id'], constraint: 'to_parent' },
  ],
  ['insert into parent values (2, null, 2)', NotNullViolationError, { table: 'parent', columns: ['eMail, x'] }],
  ["insert into parent values (2, 'b', 0)", CheckViolationError, { table: 'parent', constraint: 'n_positive' }],
];

onPostgres('a constraint', () => {
  it.each(cases)('%s', async (sql, type, details) => {
    const { driver, connection } = await prepared();
    const failure = await failureOf(driver, connection.execute(raw(sql)));
    expect(failure).toBeInstanceOf(type);
    expect(failure).toMatchObject(details);
    expect(failure.cause).toHaveProperty('severity');
  });

  it('that keeps a row that others refer to names the table that refers', async () => {
    const { driver, connection } = await prepared();
    await connection.run('insert into child values (1)');
    const failure = await failureOf(driver, connection.execute(raw('delete from parent')));
    expect(failure).toBeInstanceOf(ForeignKeyViolationError);
    expect(failure).toMatchObject({ constraint: 'to_parent', table: 'child', columns: [] });
  });

  it('without a type of its own is an IntegrityError', async () => {
    const { driver, connection } = await prepared();
    const twice = raw("insert into parent values (2, 'b', 60), (3, 'c', 60)");
    expect(await failureOf(driver, connection.execute(twice))).toBeInstanceOf(IntegrityError);
  });
});

onPostgres('a statement', () => {
  it('that is wrong is a QueryError with the hint of the server', async () => {
    const { driver, connection } = await prepared();
    const failure = await failureOf(driver, connection.execute(raw('select parentid from child')));
    expect(failure).toBeInstanceOf(QueryError);
    expect(failure.message).toContain('Perhaps you meant to reference the column "child.parent_id"');
  });

  it('that takes too long is a QueryTimeoutError', async () => {
    const { driver, connection } = await prepared();
    await connection.run("set statement_timeout = '20ms'");
    expect(await failureOf(driver, connection.execute(raw('select pg_sleep(30)')))).toBeInstanceOf(QueryTimeoutError);
    expect(connection.broken).toBe(false);
  });

  it('that waits too long for a lock is a LockTimeoutError', async () => {
    const { driver, connection } = await prepared();
    const other = await connectTo(driver);
    await connection.begin({});
    await rowsOf(connection, 'update parent set n = n returning 1');
    await other.run("set lock_timeout = '20ms'");
    expect(await failureOf(driver, other.execute(raw('update parent set n = n')))).toBeInstanceOf(LockTimeoutError);
    const noWait = other.execute(raw('select 1 from parent for update nowait'));
    expect(await failureOf(driver, noWait)).toBeInstanceOf(LockTimeoutError);
    await connection.rollback();
  });
});

onPostgres('a transaction', () => {
  it('that failed takes nothing more, and says what to do', async () => {
    const { driver, connection } = await prepared();
    await connection.begin({});
    await failureOf(driver, connection.execute(raw('select 1 / 0')));
    const failure = await failureOf(driver, connection.execute(raw('select 1')));
    expect(failure).toBeInstanceOf(TransactionError);
    expect(failure.message).toContain('savepoint');
    await connection.rollback();
  });

  it('that failed is not said to be committed', async () => {
    const { driver, connection } = await prepared();
    await connection.begin({});
    await failureOf(driver, connection.execute(raw('select 1 / 0')));
    await expect(connection.commit()).rejects.toThrow(TransactionError);
    expect(connection.broken).toBe(false);
    expect(await rowsOf(connection, 'select 1')).toEqual([[1]]);
  });

  it('may be rolled back, to a savepoint too', async () => {
    const { driver, connection } = await prepared();
    await connection.begin({});
    await connection.savepoint('s1');
    await failureOf(driver, connection.execute(raw('select 1 / 0')));
    await connection.rollbackTo('s1');
    await connection.release('s1');
    await connection.commit();
    await connection.begin({});
    await connection.rollback();
  });

  it('fails at commit with the error of a deferred constraint', async () => {
    const { driver, connection } = await prepared();
    await connection.run('alter table child alter constraint to_parent deferrable initially deferred');
    await connection.begin({});
    await rowsOf(connection, 'insert into child values (9) returning 1');
    expect(await failureOf(driver, connection.commit())).toBeInstanceOf(ForeignKeyViolationError);
  });

  it('that read what another has changed is a SerializationError', async () => {
    const { driver, connection } = await prepared();
    const other = await connectTo(driver);
    await connection.begin({ isolation: 'repeatable read' });
    await rowsOf(connection, 'select * from parent');
    await other.run('update parent set n = 5');
    expect(await failureOf(driver, connection.run('update parent set n = 6'))).toBeInstanceOf(SerializationError);
    await connection.rollback();
  });

  it('of two that wait for one another one is a DeadlockError', async () => {
    const { driver, connection } = await prepared();
    const other = await connectTo(driver);
    await connection.run("insert into parent values (2, 'b', 2)");
    for (const each of [connection, other]) {
      await each.run("set deadlock_timeout = '20ms'");
      await each.begin({});
    }
    await connection.run('update parent set n = n where id = 1');
    await other.run('update parent set n = n where id = 2');
    const outcomes = await Promise.allSettled([
      connection.run('update parent set n = n where id = 2'),
      other.run('update parent set n = n where id = 1').finally(() => other.rollback()),
    ]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(failures.map((failure) => driver.translateError(failure, undefined))).toEqual([expect.any(DeadlockError)]);
    await connection.rollback();
  });

  it('that only reads refuses to write', async () => {
    const { driver, connection } = await prepared();
    await connection.begin({ isolation: 'serializable', readOnly: true });
    expect(await rowsOf(connection, 'show transaction_isolation')).toEqual([['serializable']]);
    expect(await failureOf(driver, connection.run('delete from child'))).toBeInstanceOf(QueryError);
    await connection.rollback();
  });
});
