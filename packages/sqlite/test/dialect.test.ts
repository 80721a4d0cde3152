/** What the dialect spells, run on a real database. */
import {
  QueryError,
  bind,
  compile,
  createColumnType,
  fold,
  inRows,
  match as matchText,
  order,
  resultRow,
  rowCount,
  select,
  TableSource,
  valuesOf,
  type ColumnNode,
  type ColumnType,
  type DriverConnection,
  type ConditionNode,
  type MatchKind,
  type SelectNode,
} from '@espalier/core/driver';
import fc from 'fast-check';
import { SqliteDialect } from '../src/dialect';
import { openConnection, rowsOf, write } from './open-driver';

const dialect = new SqliteDialect();
const INTEGER = createColumnType('integer');
const BIGINT = createColumnType('bigint');
const TEXT = createColumnType('text');
const FLOAT = createColumnType('float');
const BINARY = createColumnType('binary');
const BOOLEAN = createColumnType('boolean');
const TIMESTAMP = createColumnType('timestamptz', { precision: 3 });

let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
});

const THINGS = new TableSource({ name: 'things' });

function column(name: string, type: ColumnType): ColumnNode {
  return THINGS.column({ name, type, nullable: true });
}

function selectIds(where?: ConditionNode, more: Partial<SelectNode> = {}): SelectNode {
  const id = column('id', INTEGER);
  return select(resultRow([id]), THINGS, { where, orderBy: [order(id)], ...more });
}

async function found(node: SelectNode): Promise<unknown[]> {
  const { rows } = await connection.execute(bind(compile(node, dialect), valuesOf(fold(node, dialect))));
  return rows.map((row) => row[0]);
}

function inValues(operand: ColumnNode, list: readonly unknown[], negated = false): ConditionNode {
  return inRows(
    [operand],
    list.map((one) => [one]),
    negated,
  );
}

describe('an identifier', () => {
  const names = [
    'plain',
    'sp ace',
    'a.b',
    'a`b',
    '``',
    'a"b',
    "a'b",
    'a]b',
    '[x]',
    'id`; drop table things; --',
    'select',
    'ünï',
    '2024',
    'x'.repeat(300),
    '$1',
    '?',
    ':a',
  ];
  it.each(names)('called %j is quoted as one name', async (name) => {
    await connection.run(`create table ${dialect.quote(name)} (${dialect.quote(name)} integer)`);
    await connection.execute(write(`insert into ${dialect.quote(name)} (${dialect.quote(name)}) values (1)`));
    expect(await rowsOf(connection, `select ${dialect.quote(name)} as x from ${dialect.quote(name)}`)).toEqual([[1]]);
    expect(await rowsOf(connection, 'select name from sqlite_schema')).toEqual([[name]]);
  });

  it.each(['', 'a\0b'])('that is %j is refused', (name) => {
    expect(() => dialect.quote(name)).toThrow(QueryError);
  });

  it('that no column has is an error, and never a text', async () => {
    await connection.run('create table things (id integer)');
    for (const clause of ['where `nosuch` = 1', 'order by `nosuch`', 'group by `nosuch`']) {
      await expect(rowsOf(connection, `select id from things ${clause}`)).rejects.toThrow('no such column');
    }
    await expect(rowsOf(connection, `select ${dialect.quote('nosuch')} from things`)).rejects.toThrow('no such column');
    // This is why: in double quotes it would be a text.
    expect(await rowsOf(connection, 'select "nosuch"')).toEqual([['nosuch']]);
  });

  it('of a schema is refused, because SQLite has no schemas', () => {
    expect(() => dialect.quoteTable({ name: 'albums', schema: 'music' })).toThrow(/albums.*music.*no schemas/);
  });
});

describe('a text match', () => {
  const stored = [
    'Jazz',
    'jazz',
    'JAZZ rock',
    '100%',
    '100 percent',
    '_under',
    'xunder',
    'back\\slash',
    'a!b',
    'a*b',
    'axb',
    'a?b',
    'a[b]c',
    'abc',
    '',
    'Käse',
    'KÄSE',
    'x]y',
  ];

  async function matches(match: MatchKind, insensitive: boolean, value: string): Promise<unknown[]> {
    const node = selectIds(matchText(column('name', TEXT), { match, insensitive, text: value }));
    return (await found(node)).map((id) => stored[(id as number) - 1]);
  }

  beforeEach(async () => {
    await connection.run('create table things (id integer primary key, name text)');
    for (const name of stored) await connection.execute(write('insert into things (name) values (?)', [name]));
    await connection.execute(write('insert into things (name) values (null)'));
  });

  it.each<[MatchKind, boolean, string, string[]]>([
    ['contains', false, 'azz', ['Jazz', 'jazz']],
    ['contains', false, '%', ['100%']],
    ['contains', false, '*', ['a*b']],
    ['contains', false, '[', ['a[b]c']],
    ['contains', false, '\\', ['back\\slash']],
    ['contains', true, 'AZZ', ['Jazz', 'jazz', 'JAZZ rock']],
    ['contains', true, '%', ['100%']],
    ['contains', true, '_', ['_under']],
    ['contains', true, '!', ['a!b']],
    ['contains', true, 'k', ['JAZZ rock', 'back\\slash', 'Käse', 'KÄSE']],
    ['startsWith', false, 'J', ['Jazz', 'JAZZ rock']],
    ['startsWith', false, '_', ['_under']],
    ['startsWith', false, 'a?', ['a?b']],
    ['startsWith', false, 'a[', ['a[b]c']],
    ['startsWith', false, 'x]', ['x]y']],
    ['startsWith', true, 'j', ['Jazz', 'jazz', 'JAZZ rock']],
    ['startsWith', true, '100%', ['100%']],
    ['endsWith', false, 'zz', ['Jazz', 'jazz']],
    ['endsWith', false, '%', ['100%']],
    ['endsWith', false, ']c', ['a[b]c']],
    ['endsWith', true, 'ZZ', ['Jazz', 'jazz']],
    ['like', false, 'J%', ['Jazz', 'JAZZ rock']],
    ['like', false, 'a_b', ['a!b', 'a*b', 'axb', 'a?b']],
    ['like', false, 'a!!b', ['a!b']],
    ['like', false, '100!%', ['100%']],
    ['like', false, '!_%', ['_under']],
    ['like', false, 'a!*b', ['a*b']],
    ['like', false, 'a[b]c', ['a[b]c']],
    ['like', true, 'j%', ['Jazz', 'jazz', 'JAZZ rock']],
    ['like', true, '100!%', ['100%']],
    ['like', true, 'a!!b', ['a!b']],
  ])('by %s (insensitive: %s) of %j finds %j', async (match, insensitive, value, expected) => {
    expect(await matches(match, insensitive, value)).toEqual(expected);
  });

  it('of an empty text finds every text, and never a NULL', async () => {
    for (const match of ['contains', 'startsWith', 'endsWith'] as const) {
      for (const insensitive of [false, true]) expect(await matches(match, insensitive, '')).toEqual(stored);
    }
  });

  it('knows case for the letters A to Z only', async () => {
    expect(await matches('contains', true, 'käse')).toEqual(['Käse']);
  });

  it('is literal for any text', async () => {
    const alphabet = fc.constantFrom(...Array.from('ab*?[]^-!%_\\\'"`{}😀'));
    const text = fc.array(alphabet, { maxLength: 6 }).map((letters) => letters.join(''));
    await fc.assert(
      fc.asyncProperty(text, text, async (name, value) => {
        await connection.run('delete from things');
        await connection.execute(write('insert into things (id, name) values (1, ?)', [name]));
        const one = async (match: MatchKind, insensitive: boolean): Promise<boolean> =>
          (await matches(match, insensitive, value)).length === 1;
        for (const insensitive of [false, true]) {
          expect(await one('contains', insensitive)).toBe(name.includes(value));
          expect(await one('startsWith', insensitive)).toBe(name.startsWith(value));
          expect(await one('endsWith', insensitive)).toBe(name.endsWith(value));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('by a pattern that ends in an escape is refused', async () => {
    for (const insensitive of [false, true]) {
      await expect(matches('like', insensitive, 'a!')).rejects.toThrow(QueryError);
      await expect(matches('like', insensitive, 'a!!!')).rejects.toThrow(QueryError);
    }
  });

  it('by a regular expression is refused with what to use instead', async () => {
    await expect(matches('matches', false, '^J')).rejects.toThrow(/regular expressions.*contains/);
    await expect(matches('matches', true, '^J')).rejects.toThrow(QueryError);
  });
});

describe('a list', () => {
  async function inList(
    type: ColumnType,
    declared: string,
    stored: readonly unknown[],
    list: readonly unknown[],
  ): Promise<unknown[]> {
    await connection.run(`create table things (id integer primary key, value ${declared})`);
    const codec = dialect.codec(type);
    for (const value of stored)
      await connection.execute(write('insert into things (value) values (?)', [codec.toDatabase(value)]));
    return found(selectIds(inValues(column('value', type), list)));
  }

  it.each<[string, ColumnType, string, unknown[], unknown[], number[]]>([
    ['integers', INTEGER, 'integer', [1, 2, 3], [3, 1, 7], [1, 3]],
    ['texts', TEXT, 'text', ['a', 'B', "it's", '1', '😀'], ["it's", 'b', '1', '😀'], [3, 4, 5]],
    [
      'bigints',
      BIGINT,
      'bigint',
      [9007199254740993n, 9007199254740992n, -(2n ** 63n)],
      [9007199254740993n, -(2n ** 63n)],
      [1, 3],
    ],
    [
      'floats',
      FLOAT,
      'double precision',
      [0.1 + 0.2, 0.3, 335787.3597999177, 1.7976931348623157e308, 5e-324],
      [0.1 + 0.2, 335787.3597999177, 1.7976931348623157e308, 5e-324],
      [1, 3, 4, 5],
    ],
    ['booleans', BOOLEAN, 'boolean', [true, false], [true], [1]],
    [
      'bytes',
      BINARY,
      'blob',
      [Buffer.from([1]), Buffer.from([2]), Buffer.alloc(0)],
      [Buffer.from([2]), Buffer.alloc(0)],
      [2, 3],
    ],
    ['moments', TIMESTAMP, 'timestamp(3)', [new Date(0), new Date(1)], [new Date(1)], [2]],
  ])('of %s finds exactly those', async (_, type, declared, stored, list, expected) => {
    expect(await inList(type, declared, stored, list)).toEqual(expected);
  });

  it('of a hundred thousand is one parameter', async () => {
    const list = Array.from({ length: 100_000 }, (_, i) => i + 2);
    expect(await inList(INTEGER, 'integer', [1, 2, 100_001, 100_002], list)).toEqual([2, 3]);
  });

  it('that is empty finds nothing, and everything where it is negated', async () => {
    await connection.run('create table things (id integer primary key)');
    await connection.execute(write('insert into things (id) values (1)'));
    const id = column('id', INTEGER);
    expect(await found(selectIds(inValues(id, [])))).toEqual([]);
    expect(await found(selectIds(inValues(id, [], true)))).toEqual([1]);
  });

  it('of composite keys finds those whose columns match together', async () => {
    await connection.run('create table things (id integer primary key, a bigint, b text, c double precision)');
    const stored = [
      [1n, 'x', 0.5],
      [1n, 'y', 0.1 + 0.2],
      [2n ** 60n + 1n, 'x', 0.5],
      [2n, 'y', 0.5],
    ] as const;
    for (const [a, b, c] of stored)
      await connection.execute(write('insert into things (a, b, c) values (?, ?, ?)', [String(a), b, c]));
    const operands = [column('a', BIGINT), column('b', TEXT), column('c', FLOAT)];
    const rows = [
      [1n, 'y', 0.1 + 0.2],
      [2n ** 60n + 1n, 'x', 0.5],
      [2n, 'x', 0.5],
    ];
    expect(await found(selectIds(inRows(operands, rows)))).toEqual([2, 3]);
  });

  it('is looked up by the index of the column', async () => {
    await connection.run('create table things (id integer primary key, a integer, b text, unique (a, b))');
    const one = compile(selectIds(inValues(column('id', INTEGER), [1])), dialect);
    const two = compile(selectIds(inRows([column('a', INTEGER), column('b', TEXT)], [[1, 'x']])), dialect);
    const plan = async (sql: string, parameters: string[]): Promise<string> =>
      (await rowsOf(connection, `explain query plan ${sql}`, parameters)).map((row) => row[3]).join('\n');
    expect(await plan(one.sql, ['[1]'])).toContain('SEARCH t0 USING INTEGER PRIMARY KEY');
    expect(await plan(two.sql, ['[1]', '["x"]'])).toContain('SEARCH t0 USING COVERING INDEX');
  });
});

describe('a page', () => {
  it.each<[number | undefined, number | undefined, number[]]>([
    [2, undefined, [1, 2]],
    [2, 1, [2, 3]],
    [undefined, 3, [4, 5]],
    [0, undefined, []],
    [3_000_000_000, 4, [5]],
  ])('of limit %s and offset %s is %j', async (limit, offset, expected) => {
    await connection.run('create table things (id integer primary key)');
    await connection.execute(write('insert into things (id) values (1), (2), (3), (4), (5)'));
    const rows = (count: number | undefined) => (count === undefined ? undefined : rowCount(count));
    expect(await found(selectIds(undefined, { limit: rows(limit), offset: rows(offset) }))).toEqual(expected);
  });

  it.each(['1; drop table things', -1, 1.5, NaN, Infinity, '10', {}, null])('of limit %p is refused', (limit) => {
    const compiled = compile(selectIds(undefined, { limit: rowCount(1) }), dialect);
    if (limit === null) expect(bind(compiled, [limit]).parameters).toEqual([null]);
    else expect(() => bind(compiled, [limit])).toThrow(QueryError);
  });
});

describe('a transaction', () => {
  it('takes the write lock at once, unless it only reads', () => {
    expect(dialect.transaction.begin({})).toEqual(['begin immediate']);
    expect(dialect.transaction.begin({ isolation: 'read committed' })).toEqual(['begin immediate']);
    expect(dialect.transaction.begin({ readOnly: true })).toEqual(['pragma query_only = on', 'begin deferred']);
  });
});
