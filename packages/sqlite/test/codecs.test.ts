/** How values lie in the database: texts that sort as what they mean, equal values as equal texts. */
import { createColumnType, customColumnType, type ColumnType } from '@espalier/core/driver';
import { SqliteDialect } from '../src/dialect';
import { connectTo, openDriver, rowsOf, select, write } from './open-driver';

const dialect = new SqliteDialect();

async function stored(type: ColumnType, value: unknown): Promise<{ raw: unknown; back: unknown }> {
  const connection = await connectTo(await openDriver({ path: ':memory:' }));
  await connection.run(`create table t (value ${dialect.ddl.columnType(type, { indexed: false, identity: false })})`);
  await connection.execute(write('insert into t values (?)', [dialect.codec(type).toDatabase(value)]));
  const { rows } = await connection.execute(select(`select ${dialect.selected('value', type)} from t`, [type]));
  return {
    raw: (await rowsOf(connection, 'select value from t'))[0]?.[0],
    back: dialect.codec(type).fromDatabase(rows[0]?.[0]),
  };
}

describe('a value', () => {
  it.each<[string, ColumnType, unknown, unknown, unknown]>([
    ['true', createColumnType('boolean'), true, 1, true],
    ['false', createColumnType('boolean'), false, 0, false],
    ['a decimal', createColumnType('decimal', { precision: 10, scale: 2 }), '5', '5.00', '5.00'],
    [
      'a decimal with more zeros than declared',
      createColumnType('decimal', { precision: 10, scale: 2 }),
      '5.1000',
      '5.10',
      '5.10',
    ],
    ['a decimal without scale', createColumnType('decimal'), '5.1000', '5.1', '5.1'],
    ['a whole decimal without scale', createColumnType('decimal'), '500', '500', '500'],
    ['a zero decimal without scale', createColumnType('decimal'), '-0.00', '0', '0'],
    [
      'a moment',
      createColumnType('timestamptz'),
      new Date(Date.UTC(2024, 1, 29, 1, 2, 3, 45)),
      '2024-02-29 01:02:03.045000',
      new Date(Date.UTC(2024, 1, 29, 1, 2, 3, 45)),
    ],
    [
      'a moment to the second',
      createColumnType('timestamp', { precision: 0 }),
      new Date(Date.UTC(2024, 1, 29, 1, 2, 3)),
      '2024-02-29 01:02:03',
      new Date(Date.UTC(2024, 1, 29, 1, 2, 3)),
    ],
    [
      'a moment as text',
      createColumnType('timestamptz', { as: 'string' }),
      '2024-02-29T03:02:03.000001+02:00',
      '2024-02-29 01:02:03.000001',
      '2024-02-29T01:02:03.000001Z',
    ],
    ['a day', createColumnType('date'), '2024-02-29', '2024-02-29', '2024-02-29'],
    ['a time of day', createColumnType('time'), '10:00:00.5', '10:00:00.500000', '10:00:00.5'],
    ['a JSON number', createColumnType('json'), 1.0, '1', 1],
    ['a JSON text', createColumnType('json'), '007', '"007"', '007'],
    [
      'a uuid',
      createColumnType('uuid'),
      'ABCDEF00-0000-4000-8000-000000000000',
      'abcdef00-0000-4000-8000-000000000000',
      'abcdef00-0000-4000-8000-000000000000',
    ],
    ['a text of digits', createColumnType('text'), '007', '007', '007'],
  ])('that is %s', async (_, type, value, raw, back) => {
    expect(await stored(type, value)).toEqual({ raw, back });
  });

  it('of a custom type is converted around the codec of its base', async () => {
    const type = customColumnType(createColumnType('boolean'), {
      toDatabase: (value) => value === 'yes',
      fromDatabase: (value) => (value === true ? 'yes' : 'no'),
    });
    expect(await stored(type, 'yes')).toEqual({ raw: 1, back: 'yes' });
    expect(await stored(type, 'no')).toEqual({ raw: 0, back: 'no' });
  });

  it('has one codec, made once for each type', () => {
    const type = createColumnType('boolean');
    expect(dialect.codec(type)).toBe(dialect.codec(type));
  });
});

describe('a spelling that no comparison would find is refused', () => {
  it.each<[string, ColumnType, string, RegExp]>([
    [
      'a uuid in capitals',
      createColumnType('uuid'),
      'ABCDEF00-0000-4000-8000-000000000000',
      /in a uuid column: .*lower/,
    ],
    ['a char filled with blanks', createColumnType('char', { length: 6 }), 'ab    ', /in a char column: .*rtrim/],
    [
      'a moment with a T and a zone',
      createColumnType('timestamptz'),
      '2024-02-29T12:30:00Z',
      /in a timestamptz column/,
    ],
    ['a moment with an offset', createColumnType('timestamp'), '2024-02-29 12:30:00+02:00', /in a timestamp column/],
    [
      'a moment as text with a T',
      createColumnType('timestamptz', { as: 'string' }),
      '2024-02-29T12:30:00',
      /in a timestamptz column/,
    ],
    ['a day with a time', createColumnType('date'), '2024-02-29 00:00:00', /in a date column: .*date\(/],
    ['a truth as text', createColumnType('boolean'), 't', /in a boolean column: .*0 or 1/],
  ])('%s', (_, type, raw, message) => {
    expect(() => dialect.codec(type).fromDatabase(raw)).toThrow(message);
    expect(() => dialect.codec(type).fromDatabase(raw)).toThrow(JSON.stringify(raw));
  });

  it('and those that one finds are read', () => {
    const read = (type: ColumnType, raw: unknown) => dialect.codec(type).fromDatabase(raw);
    expect(read(createColumnType('timestamptz'), '2024-02-29 12:30:00')).toEqual(new Date('2024-02-29T12:30:00Z'));
    expect(read(createColumnType('boolean'), '1')).toBe(true);
    expect(read(createColumnType('char', { length: 6 }), 'ab')).toBe('ab');
  });
});
