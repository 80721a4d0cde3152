/** Named statements: who gets a name, how many there are, and what happens when the server has forgotten or outdated one. */
import { createColumnType, type DriverConnection } from '@espalier/core/driver';
import { PreparedStatements } from '../src/prepared-statements';
import { connectTo, failureOf, onPostgres, openConnection, openDriver, rowsOf, select } from './open-driver';

const integer = createColumnType('integer');

async function preparedOn(connection: DriverConnection): Promise<unknown> {
  const [row] = await rowsOf(connection, 'select count(*) from pg_prepared_statements');
  return row![0];
}

describe('which text is prepared', () => {
  it('is parsed once, under the same name on every connection', () => {
    const statements = new PreparedStatements(true);
    const first = statements.use('select 1', true);
    expect(first).toMatchObject({ parse: true });
    statements.parsed('select 1');
    expect(statements.use('select 1', true)).toEqual({ name: first.name, parse: false, close: [] });
    expect(new PreparedStatements(true).use('select 1', true).name).toBe(first.name);
    expect(statements.use('select 2', true).name).not.toBe(first.name);
  });

  it('is parsed again as long as the server did not take it', () => {
    const statements = new PreparedStatements(true);
    const { name } = statements.use('select 1', true);
    expect(statements.use('select 1', true)).toEqual({ name, parse: true, close: [name] });
  });

  it('forgets the one used longest ago beyond the bound', () => {
    const statements = new PreparedStatements(true, 2);
    for (const text of ['a', 'b', 'a']) {
      statements.use(text, true);
      statements.parsed(text);
    }
    const b = new PreparedStatements(true).use('b', true).name;
    expect(statements.use('c', true).close).toContain(b);
    expect(statements.use('a', true).parse).toBe(false);
    expect(statements.use('b', true).parse).toBe(true);
  });

  it('has no name where it comes once only, or where names are off', () => {
    expect(new PreparedStatements(true).use('select 1', false).name).toBe('');
    expect(new PreparedStatements(false).use('select 1', true).name).toBe('');
  });
});

onPostgres('on a server', () => {
  it('a statement that comes again is prepared once', async () => {
    const connection = await openConnection();
    for (let i = 0; i < 3; i++) await connection.execute(select('select $1::int', [integer], [i]));
    expect(await preparedOn(connection)).toBe(1);
  });

  it('nothing is prepared where names are off', async () => {
    const connection = await openConnection({ preparedStatements: false });
    for (let i = 0; i < 3; i++) await connection.execute(select('select $1::int', [integer], [i]));
    expect(await preparedOn(connection)).toBe(0);
  });

  it('the number of prepared statements is bounded', async () => {
    const connection = await openConnection();
    for (let i = 0; i < 300; i++) await connection.execute(select(`select ${String(i)}`, [integer]));
    expect(await preparedOn(connection)).toBe(256);
  });

  it('a statement that failed may be used again', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    const division = (by: number) => connection.execute(select('select 10 / $1::int', [integer], [by]));
    await failureOf(driver, division(0));
    await division(5);
    await failureOf(driver, division(0));
    expect((await division(2)).rows).toEqual([['5']]);
  });

  it('a plan that the table has outgrown is made anew, outside a transaction unseen', async () => {
    const connection = await openConnection();
    await connection.run('create temp table growing (a int)');
    await connection.run('insert into growing values (1)');
    const all = { ...select('select * from growing', []), columns: undefined };
    await connection.execute(all);
    await connection.execute(all);
    await connection.run('alter table growing add b int default 2');
    expect((await connection.execute(all)).rows).toEqual([[1, 2]]);
    expect((await connection.execute(all)).rows).toEqual([[1, 2]]);
  });

  it('inside a transaction an outgrown plan fails, and the next transaction has a new one', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    await connection.run('create temp table growing (a int)');
    const all = { ...select('select * from growing', []), columns: undefined };
    await connection.execute(all);
    await connection.execute(all);
    await connection.begin({});
    await connection.run('alter table growing add b int');
    expect((await failureOf(driver, connection.execute(all))).message).toContain('cached plan');
    await connection.rollback();
    await connection.run('alter table growing add b int');
    await connection.begin({});
    expect((await connection.execute(all)).fields).toEqual(['a', 'b']);
    await connection.commit();
  });

  it('statements that were deallocated behind its back are prepared anew', async () => {
    const connection = await openConnection();
    const one = select('select 1', [integer]);
    await connection.execute(one);
    await connection.run('deallocate all');
    expect((await connection.execute(one)).rows).toEqual([['1']]);
  });
});
