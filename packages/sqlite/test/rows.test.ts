/** Rows come back as arrays, in order, exact to the last bit, by whichever way. */
import { createColumnType, type DriverConnection } from '@espalier/core/driver';
import fc from 'fast-check';
import { openConnection, raw, rowsOf, select, write } from './open-driver';

const INTEGER = createColumnType('integer');
const TEXT = createColumnType('text');
const FLOAT = createColumnType('float');
const BIGINT = createColumnType('bigint');
const BINARY = createColumnType('binary');

let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
});

async function roundTrip(
  declared: string,
  values: readonly (string | number | Uint8Array | null)[],
  type = TEXT,
): Promise<unknown[]> {
  await connection.run(`drop table if exists kept`);
  await connection.run(`create table kept (id integer primary key, value ${declared})`);
  for (const value of values) await connection.execute(write('insert into kept (value) values (?)', [value]));
  const { rows } = await connection.execute(select('select value from kept order by id', [type]));
  return rows.map((row) => row[0]);
}

describe('rows', () => {
  it('are arrays in the order of the columns', async () => {
    const { rows } = await connection.execute(select("select 2 as b, 'x' as a, null as c", [INTEGER, TEXT, TEXT]));
    expect(rows).toEqual([[2, 'x', null]]);
  });

  it('keep columns of equal names apart', async () => {
    const { rows } = await connection.execute(
      select('select 1 as x, 2 as x, 3 as `__proto__`', [INTEGER, INTEGER, INTEGER]),
    );
    expect(rows).toEqual([[1, 2, 3]]);
  });

  it('keep columns of equal names apart where binary data is among them', async () => {
    const { rows } = await connection.execute(
      select("select 1 as x, x'00ff' as x, 3 as `7`", [INTEGER, BINARY, INTEGER]),
    );
    expect(rows).toEqual([[1, Buffer.from([0, 255]), 3]]);
  });

  it('are an empty list for a select that finds nothing', async () => {
    const { rows, rowCount } = await connection.execute(select('select 1 where 1 = 0', [INTEGER]));
    expect(rows).toEqual([]);
    expect(rowCount).toBe(0);
  });

  it('come in the order of the select, also where that order is not that of the table', async () => {
    await connection.run('create table numbers (id integer primary key, n integer)');
    const shuffled = Array.from({ length: 2_000 }, (_, i) => (i * 7_919) % 2_000);
    for (const n of shuffled) await connection.execute(write('insert into numbers (n) values (?)', [n]));
    const descending = await connection.execute(select('select n from numbers order by n desc', [INTEGER]));
    expect(descending.rows.map((row) => row[0])).toEqual(shuffled.toSorted((a, b) => b - a));
    const page = await connection.execute(
      select('select n from numbers order by n % 10, n limit 5 offset 3', [INTEGER]),
    );
    expect(page.rows.map((row) => row[0])).toEqual([30, 40, 50, 60, 70]);
  });

  it('come by a select that ends in a comment, and by one that begins with one', async () => {
    const { rows } = await connection.execute(select('/* MyApp | a.ts:f:1 */ select 1 -- one', [INTEGER]));
    expect(rows).toEqual([[1]]);
  });

  it('come by a select with common table expressions', async () => {
    const sql =
      'with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select i from n order by i desc';
    expect((await connection.execute(select(sql, [INTEGER]))).rows).toEqual([[3], [2], [1]]);
  });

  it('come where a table has more columns than a function takes arguments', async () => {
    const columns = Array.from({ length: 1_200 }, (_, i) => i);
    const { rows } = await connection.execute(
      select(
        `select ${columns.join(', ')}`,
        columns.map(() => INTEGER),
      ),
    );
    expect(rows).toEqual([columns]);
  });

  it('come row by row where a text column holds binary data, which JSON cannot', async () => {
    const { rows } = await connection.execute(select("select 1, x'6162'", [INTEGER, TEXT]));
    expect(rows).toEqual([[1, Buffer.from('ab')]]);
  });

  it('come row by row where they are too much for one text', async () => {
    const sql =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select i, printf('%.*c', 200000000, 'x') from n";
    const { rows } = await connection.execute(select(sql, [INTEGER, TEXT]));
    expect(rows.map(([i, text]) => [i, (text as string).length])).toEqual([1, 2, 3].map((i) => [i, 200_000_000]));
  });

  it('of raw SQL come with the names of their columns', async () => {
    const result = await connection.execute(raw('select 1 as b, null as a'));
    expect(result).toMatchObject({ rows: [[1, null]], fields: ['b', 'a'] });
  });
});

describe('values', () => {
  it('of 64-bit integers are exact', async () => {
    const values = ['9223372036854775807', '-9223372036854775808', '9007199254740993', '0'];
    await connection.run('create table big (id integer primary key, value bigint)');
    for (const value of values) await connection.execute(write('insert into big (value) values (?)', [value]));
    const { rows } = await connection.execute(select('select cast(value as text) from big order by id', [BIGINT]));
    expect(rows.map(([value]) => BIGINT.fromDatabase(value))).toEqual(values.map(BigInt));
    expect(await rowsOf(connection, 'select distinct typeof(value) from big')).toEqual([['integer']]);
  });

  it('of floats are exact to the last bit', async () => {
    const limits = [
      5e-324,
      -5e-324,
      2.225073858507201e-308,
      1.7976931348623157e308,
      0.1 + 0.2,
      1 / 3,
      1e23,
      2 ** 53 + 2,
      Infinity,
      -Infinity,
      5,
    ];
    expect(await roundTrip('double precision', limits, FLOAT)).toEqual(limits);
    const any = fc.double({ noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 200 }), async (values) => {
        // SQLite does not keep the sign of zero.
        expect(await roundTrip('double precision', values, FLOAT)).toEqual(values.map((value) => value + 0));
      }),
      { numRuns: 30 },
    );
  });

  it('of floats next to binary data are exact too', async () => {
    const { rows } = await connection.execute(select("select 0.1 + 0.2, x'00'", [FLOAT, BINARY]));
    expect(rows[0]?.[0]).toBe(0.1 + 0.2);
  });

  it('of texts keep every character', async () => {
    const control = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i + 1));
    const values = [
      control,
      '"\\/\b\f\n\r\t',
      '\u007f\u0080\u2028\u2029\ufeff',
      '😀👩‍👩‍👧',
      'null',
      '[1]',
      '{"a":1}',
      '1e5',
      '',
      ' ',
      "it's",
      'a\u0000b',
    ];
    expect(await roundTrip('text', values)).toEqual(values);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 100 }), async (texts) => {
        expect(await roundTrip('text', texts)).toEqual(texts);
      }),
      { numRuns: 30 },
    );
  });

  it('of JSON functions come as the text that they are', async () => {
    const { rows } = await connection.execute(select(`select coalesce(null, '{"a": 1}'), '[1, 2]'`, [TEXT, TEXT]));
    expect(rows).toEqual([['{"a": 1}', '[1, 2]']]);
  });

  it('of binary columns are bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    expect(await roundTrip('blob', [bytes, Buffer.alloc(0), null], BINARY)).toEqual([bytes, Buffer.alloc(0), null]);
  });
});
