/** Rows in batches. */
import { createColumnType, QueryError, type DriverConnection } from '@espalier/core/driver';
import { connectTo, failureOf, onPostgres, openConnection, openDriver, raw, rowsOf, select } from './open-driver';

const integer = createColumnType('integer');

async function batchesOf(connection: DriverConnection, sql: string, size: number): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const rows of connection.stream(select(sql, [integer]), size)) batches.push(rows);
  return batches;
}

onPostgres('a stream', () => {
  it('brings all rows, the last batch smaller', async () => {
    const connection = await openConnection();
    expect(await batchesOf(connection, 'select generate_series(1, 5)', 2)).toEqual([
      [['1'], ['2']],
      [['3'], ['4']],
      [['5']],
    ]);
  });

  it('brings no empty batch where the rows come out even, or where there are none', async () => {
    const connection = await openConnection();
    expect(await batchesOf(connection, 'select generate_series(1, 4)', 2)).toHaveLength(2);
    expect(await batchesOf(connection, 'select 1 where false', 2)).toEqual([]);
  });

  it('binds parameters and reads raw columns by their types', async () => {
    const connection = await openConnection();
    for await (const rows of connection.stream(raw('select $1::int, true, $2::text', [3, 'x']), 10)) {
      expect(rows).toEqual([[3, true, 'x']]);
    }
  });

  it('leaves the connection free when it is ended early', async () => {
    const connection = await openConnection();
    for await (const rows of connection.stream(select('select generate_series(1, 1000000)', [integer]), 3)) {
      expect(rows).toHaveLength(3);
      break;
    }
    expect(await rowsOf(connection, 'select 7')).toEqual([[7]]);
    expect(connection.broken).toBe(false);
  });

  it('ended early inside a transaction it holds its table no longer', async () => {
    const connection = await openConnection();
    await connection.run('create temp table read_from as select generate_series(1, 100) as n');
    await connection.begin({});
    for await (const rows of connection.stream(select('select n from read_from', [integer]), 3)) {
      expect(rows).toHaveLength(3);
      break;
    }
    await connection.run('alter table read_from add m int');
    await connection.commit();
  });

  it('throws in the middle what the server says in the middle, and the connection goes on', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    const seen: unknown[] = [];
    const failure = await failureOf(
      driver,
      (async () => {
        const statement = select('select 12 / (5 - n) from generate_series(1, 9) n', [integer]);
        for await (const rows of connection.stream(statement, 2)) seen.push(...rows);
      })(),
    );
    expect(failure).toBeInstanceOf(QueryError);
    expect(seen).toEqual([['3'], ['4'], ['6'], ['12']]);
    expect(await rowsOf(connection, 'select 7')).toEqual([[7]]);
  });

  it('throws where the text is wrong', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    expect(await failureOf(driver, batchesOf(connection, 'selec', 2))).toBeInstanceOf(QueryError);
    expect(await rowsOf(connection, 'select 7')).toEqual([[7]]);
  });

  it('does not take a connection that is cut between two batches for the end', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    const [row] = await rowsOf(connection, 'select pg_backend_pid()');
    const other = await connectTo(driver);
    const work = (async () => {
      for await (const rows of connection.stream(select('select generate_series(1, 100000)', [integer]), 2)) {
        expect(rows).toHaveLength(2);
        if (!connection.broken) await rowsOf(other, 'select pg_terminate_backend($1, 5000)', [row![0] as number]);
      }
    })();
    expect((await failureOf(driver, work)).name).toBe('ConnectionLostError');
    expect(connection.broken).toBe(true);
  });
});
