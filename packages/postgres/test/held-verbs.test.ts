/** Verbs of a transaction that travel with the next statement. */
import { QueryError, TransactionError, UniqueViolationError, type DriverConnection } from '@espalier/core/driver';
import { connectTo, failureOf, onPostgres, openDriver, raw, rowsOf } from './open-driver';

async function prepared(): Promise<{ connection: DriverConnection; stateOf: () => Promise<unknown> }> {
  const driver = await openDriver();
  const connection = await connectTo(driver);
  const watcher = await connectTo(driver);
  await connection.run('drop table if exists held');
  await connection.run('create table held (id int primary key)');
  const [row] = await rowsOf(connection, 'select pg_backend_pid()');
  return {
    connection,
    stateOf: async () =>
      (await rowsOf(watcher, 'select state from pg_stat_activity where pid = $1', [row![0] as number]))[0]![0],
  };
}

const insert = (id: number) => raw('insert into held values ($1)', [id]);
const ids = async (connection: DriverConnection) =>
  (await rowsOf(connection, 'select id from held order by id')).flat();

onPostgres('a verb that is held back', () => {
  it('opens the transaction with the first statement, and not before', async () => {
    const { connection, stateOf } = await prepared();
    await connection.begin({ isolation: 'serializable' });
    expect(await stateOf()).toBe('idle');
    expect(await rowsOf(connection, 'show transaction_isolation')).toEqual([['serializable']]);
    expect(await stateOf()).toBe('idle in transaction');
    await connection.rollback();
    expect(await stateOf()).toBe('idle');
  });

  it('leaves nothing behind where the transaction stays empty', async () => {
    const { connection, stateOf } = await prepared();
    for (const end of ['commit', 'rollback'] as const) {
      await connection.begin({});
      await connection.savepoint('s1');
      await connection.release('s1');
      await connection[end]();
      await connection.execute(insert(end.length));
      expect(await stateOf()).toBe('idle');
    }
    expect(await ids(connection)).toEqual([6, 8]);
  });

  it('sets the savepoint that undoes the statement that it went with', async () => {
    const { connection } = await prepared();
    await connection.begin({});
    await connection.execute(insert(1));
    await connection.savepoint('s1');
    await expect(connection.execute(insert(1))).rejects.toMatchObject({ code: '23505' });
    await connection.rollbackTo('s1');
    await connection.release('s1');
    await connection.execute(insert(2));
    await connection.commit();
    expect(await ids(connection)).toEqual([1, 2]);
  });

  it('counts where the very first statement of the transaction fails', async () => {
    const driver = await openDriver();
    const { connection } = await prepared();
    await connection.execute(insert(1));
    await connection.begin({});
    await connection.savepoint('s1');
    expect(await failureOf(driver, connection.execute(insert(1)))).toBeInstanceOf(UniqueViolationError);
    expect(await failureOf(driver, connection.execute(insert(2)))).toBeInstanceOf(TransactionError);
    await connection.rollbackTo('s1');
    await connection.execute(insert(3));
    await connection.rollback();
    expect(await ids(connection)).toEqual([1]);
  });

  it('is dropped with the block in which it was given, and blocks in blocks keep their order', async () => {
    const { connection } = await prepared();
    await connection.begin({});
    await connection.savepoint('s1');
    await connection.savepoint('s2');
    await connection.rollbackTo('s2');
    await connection.release('s2');
    await connection.execute(insert(1));
    await connection.savepoint('s3');
    await connection.execute(insert(2));
    await connection.savepoint('s4');
    await connection.rollbackTo('s3');
    await connection.release('s3');
    await connection.execute(insert(3));
    await connection.release('s1');
    await connection.commit();
    expect(await ids(connection)).toEqual([1, 3]);
  });

  it('is not lost to a statement that is refused before it is sent', async () => {
    const { connection, stateOf } = await prepared();
    await connection.begin({});
    const tooMany = raw('select 1', new Array<number>(65_536).fill(1));
    await expect(connection.execute(tooMany)).rejects.toBeInstanceOf(QueryError);
    await connection.execute(insert(1));
    expect(await stateOf()).toBe('idle in transaction');
    await connection.rollback();
    expect(await ids(connection)).toEqual([]);
  });

  it('goes before a cursor too', async () => {
    const { connection, stateOf } = await prepared();
    await connection.begin({});
    for await (const rows of connection.stream(raw('select generate_series(1, 3)'), 2)) expect(rows).not.toEqual([]);
    expect(await stateOf()).toBe('idle in transaction');
    await connection.commit();
  });
});
