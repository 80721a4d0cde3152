/** Rows in batches. */
import { QueryError, type DriverConnection } from '@espalier/core/driver';
import { failureOf, integer, numbersTo, onEachServer, raw, rowsOf, select } from './open-driver';

async function batchesOf(connection: DriverConnection, sql: string, size: number): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const rows of connection.stream(select(sql, [integer]), size)) batches.push(rows.map(([n]) => Number(n)));
  return batches;
}

onEachServer('a stream', (server) => {
  const five = `select n from ${numbersTo(5)} x order by n`;

  it('brings all rows, the last batch smaller', async () => {
    const connection = await server.openConnection();
    expect(await batchesOf(connection, five, 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(await rowsOf(connection, 'select 7')).toEqual([[7]]);
  });

  it('brings no empty batch', async () => {
    const connection = await server.openConnection();
    expect(await batchesOf(connection, `${five} limit 4`, 2)).toHaveLength(2);
    expect(await batchesOf(connection, `${five} limit 0`, 2)).toEqual([]);
  });

  it('binds parameters and reads raw columns by their types', async () => {
    const connection = await server.openConnection();
    for await (const rows of connection.stream(raw("select cast(? as signed), 'x'", [3]), 10)) {
      expect(rows).toEqual([[3, 'x']]);
    }
  });

  it('ended early outside a transaction costs the connection', async () => {
    const connection = await server.openConnection();
    for await (const rows of connection.stream(select(`select n from ${numbersTo(100_000)} x`, [integer]), 3)) {
      expect(rows).toHaveLength(3);
      break;
    }
    expect(connection.broken).toBe(true);
  });

  it('ended early inside a transaction leaves it as it was', async () => {
    const connection = await server.openConnection();
    await connection.run('create table kept (n int)');
    await connection.begin({});
    await connection.execute(raw('insert into kept values (1)'));
    for await (const rows of connection.stream(select(`select n from ${numbersTo(10_000)} x`, [integer]), 3)) {
      expect(rows).toHaveLength(3);
      break;
    }
    expect(connection.broken).toBe(false);
    await connection.commit();
    expect(await rowsOf(connection, 'select n from kept')).toEqual([[1]]);
    await connection.run('drop table kept');
  });

  it('throws what the server says, and the connection goes on', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    expect(await failureOf(driver, batchesOf(connection, 'select no_such_column', 2))).toBeInstanceOf(QueryError);
    expect(await rowsOf(connection, 'select 7')).toEqual([[7]]);
  });

  it('does not take a connection that is cut between two batches for the end', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const other = await server.connectTo(driver);
    const [row] = await rowsOf(connection, 'select connection_id()');
    const long = `select n, repeat('x', 5000) from ${numbersTo(100_000)} x`;
    let killed = false;
    const work = (async () => {
      for await (const rows of connection.stream(raw(long), 2)) {
        expect(rows.length).toBeGreaterThan(0);
        if (!killed) await other.run(`kill ${String(row![0])}`);
        killed = true;
      }
    })();
    expect((await failureOf(driver, work)).name).toBe('ConnectionLostError');
    expect(connection.broken).toBe(true);
  });
});
