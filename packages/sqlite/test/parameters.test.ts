/** Only scalars reach the client. */
import { QueryError, type DriverConnection, type DriverValue } from '@espalier/core/driver';
import { openConnection, raw, rowsOf } from './open-driver';

let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
});

describe('parameters', () => {
  const refused: [string, unknown][] = [
    ['undefined', undefined],
    ['an object', { a: 1 }],
    [
      'an object that throws when it is converted',
      {
        toString: () => {
          throw new Error('called');
        },
      },
    ],
    ['an object without prototype', Object.create(null)],
    ['an array', [1]],
    ['a Date', new Date(0)],
    ['a bigint, which the client would bind as NULL', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['NaN, which SQLite stores as NULL', NaN],
  ];
  it.each(refused)('are refused where one is %s', async (_, value) => {
    await expect(connection.execute(raw('select ?', [value as DriverValue]))).rejects.toThrow(QueryError);
  });

  it('that are refused are named by position, and not shown', async () => {
    const secret = { password: 'xyzzy' } as unknown as DriverValue;
    const error: unknown = await connection
      .execute(raw('select ?, ?', ['a', secret]))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(/^Parameter 2 is /) as string, sql: 'select ?, ?' });
    expect(JSON.stringify(error)).not.toContain('xyzzy');
  });

  it('may be texts, numbers, bytes, null, and booleans as 1 and 0', async () => {
    const rows = await rowsOf(connection, 'select ? a, ? b, ? c, ? d, ? e, ? f', [
      'a',
      1.5,
      Buffer.from([1]),
      null,
      true,
      false,
    ]);
    expect(rows).toEqual([['a', 1.5, Buffer.from([1]), null, 1, 0]]);
  });

  it('are looked for in the text itself, not in literals', async () => {
    expect(await rowsOf(connection, "select '?' a, ? b -- ?", ['$1 :id @p0'])).toEqual([['?', '$1 :id @p0']]);
  });

  it('and a second statement behind the first is refused with it', async () => {
    await connection.run('create table t (id integer)');
    await expect(rowsOf(connection, 'select 1 as one; drop table t')).rejects.toThrow(QueryError);
    expect(await rowsOf(connection, 'select count(*) from t')).toEqual([[0]]);
    expect(await rowsOf(connection, "select ';' as a; -- the end; really")).toEqual([[';']]);
  });
});
