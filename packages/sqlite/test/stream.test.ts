/** Rows in batches. */
import { createColumnType, QueryError, type DriverConnection } from '@espalier/core/driver';
import { connectTo, openDriver, rowsOf, select, write } from './open-driver';

const INTEGER = createColumnType('integer');
const FLOAT = createColumnType('float');
const BINARY = createColumnType('binary');
const NUMBERS = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500) select i from n';

let connection: DriverConnection;
let other: DriverConnection;

beforeEach(async () => {
  const driver = await openDriver();
  connection = await connectTo(driver);
  other = await connectTo(driver);
  await connection.run('create table numbers (i integer primary key)');
  await connection.execute(write(`insert into numbers ${NUMBERS}`));
});

async function collect(
  batches: AsyncIterable<readonly (readonly unknown[])[]>,
): Promise<{ sizes: number[]; values: unknown[] }> {
  const sizes: number[] = [];
  const values: unknown[] = [];
  for await (const rows of batches) {
    sizes.push(rows.length);
    for (const row of rows) values.push(row[0]);
  }
  return { sizes, values };
}

const temporaryTables = async (): Promise<unknown> =>
  (await rowsOf(connection, 'select count(*) from sqlite_temp_schema'))[0]?.[0];

describe('a stream', () => {
  it('gives all rows, in order, in batches of the size asked for', async () => {
    const { sizes, values } = await collect(
      connection.stream(select('select i from numbers order by i desc', [INTEGER]), 1_000),
    );
    expect(sizes).toEqual([1_000, 1_000, 500]);
    expect(values).toEqual(Array.from({ length: 2_500 }, (_, i) => 2_500 - i));
  });

  it('ends where the rows fill the last batch', async () => {
    const { sizes } = await collect(connection.stream(select('select i from numbers limit 20', [INTEGER]), 10));
    expect(sizes).toEqual([10, 10]);
  });

  it('gives nothing where there is nothing', async () => {
    expect(await collect(connection.stream(select('select i from numbers where i < ?', [INTEGER], [0]), 10))).toEqual({
      sizes: [],
      values: [],
    });
  });

  it('gives values as a select does', async () => {
    const columns = [FLOAT, BINARY];
    const rows: unknown[] = [];
    for await (const batch of connection.stream(select("select 0.1 + 0.2 as x, x'01' as x", columns), 10))
      rows.push(...batch);
    expect(rows).toEqual([[0.1 + 0.2, Buffer.from([1])]]);
  });

  it('leaves no table behind, also when it is left early', async () => {
    for await (const rows of connection.stream(select('select i from numbers', [INTEGER]), 10)) {
      expect(rows).toHaveLength(10);
      break;
    }
    expect(await temporaryTables()).toBe(0);
  });

  it('shows the rows of the moment when it began, whatever its reader and others write meanwhile', async () => {
    let seen = 0;
    for await (const rows of connection.stream(select('select i from numbers', [INTEGER]), 500)) {
      seen += rows.length;
      await connection.execute(write('insert into numbers (i) select max(i) + 1 from numbers'));
      await other.execute(write('delete from numbers where i <= 2'));
    }
    expect(seen).toBe(2_500);
  });

  it('goes on over commits', async () => {
    await connection.begin({});
    let seen = 0;
    for await (const rows of connection.stream(select('select i from numbers', [INTEGER]), 1_000)) {
      seen += rows.length;
      await connection.commit();
      await connection.begin({});
    }
    await connection.rollback();
    expect(seen).toBe(2_500);
  });

  it('works in a transaction that only reads', async () => {
    await connection.begin({ readOnly: true });
    const { values } = await collect(connection.stream(select('select i from numbers', [INTEGER]), 1_000));
    expect(values).toHaveLength(2_500);
    await expect(connection.execute(write('delete from numbers'))).rejects.toThrow(/read-only/);
    await connection.commit();
  });

  it('fails with a typed error where the select is wrong', async () => {
    await expect(collect(connection.stream(select('select nothing from numbers', [INTEGER]), 10))).rejects.toThrow(
      QueryError,
    );
    expect(await temporaryTables()).toBe(0);
  });
});
