/** Many rows in few statements of constant text, exact for every type, each row paired with its own key. */
import {
  createColumnType,
  customColumnType,
  type BatchColumn,
  type BatchStatement,
  type ColumnType,
  type DriverConnection,
  type InsertBatch,
} from '@espalier/core/driver';
import fc from 'fast-check';
import { SqliteDialect } from '../src/dialect';
import { openConnection, rowsOf, select, write } from './open-driver';

const dialect = new SqliteDialect();
const { batch: writer } = dialect;
const INTEGER = createColumnType('integer');
const BIGINT = createColumnType('bigint');
const TEXT = createColumnType('text');

let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
});

function columns(types: Readonly<Record<string, ColumnType>>): BatchColumn[] {
  return Object.entries(types).map(([name, type], index) => ({ name, type, index }));
}

async function insert(batch: InsertBatch): Promise<{ returned: unknown[][]; statements: readonly BatchStatement[] }> {
  const statements = writer.insert(batch);
  const returned: unknown[][] = [];
  for (const part of statements) {
    const result = await connection.execute(part.statement);
    for (const row of writer.returned(batch, part, result)) returned.push([...row]);
  }
  return { returned, statements };
}

/** Checks that the parts cover all rows, in order and once. */
function expectWhole(statements: readonly BatchStatement[], rows: number): void {
  let next = 0;
  for (const { from, to } of statements) {
    expect(from).toBe(next);
    next = to;
  }
  expect(next).toBe(rows);
}

const EVERY_TYPE = {
  small: createColumnType('smallint'),
  whole: INTEGER,
  big: BIGINT,
  float: createColumnType('float'),
  price: createColumnType('decimal', { precision: 20, scale: 4 }),
  exact: createColumnType('decimal'),
  text: TEXT,
  flag: createColumnType('boolean'),
  day: createColumnType('date'),
  clock: createColumnType('time'),
  moment: createColumnType('timestamptz'),
  micro: createColumnType('timestamp', { as: 'string' }),
  meta: createColumnType('json'),
  uid: createColumnType('uuid'),
  bytes: createColumnType('binary'),
  mood: createColumnType('enum', { values: ['good', "it's"] }),
  custom: customColumnType(TEXT, {
    toDatabase: (value) => (value as Set<string>).values().next().value,
    fromDatabase: (value) => new Set([value as string]),
  }),
} satisfies Readonly<Record<string, ColumnType>>;

const ROWS = [
  [
    -32768,
    2147483647,
    2n ** 63n - 1n,
    0.1 + 0.2,
    '-9999999999999999.0001',
    '0.5',
    'a "b" \\ \n 😀',
    true,
    '2024-02-29',
    '23:59:59.999999',
    new Date(123),
    '2024-02-29T12:30:00.123456',
    { a: [1, null, 'x"'] },
    '00000000-0000-4000-8000-000000000001',
    Buffer.from([0, 255]),
    "it's",
    new Set(['one']),
  ],
  [
    0,
    -1,
    -(2n ** 63n),
    5e-324,
    '0.0000',
    '12345678901234567890.000000000000000001',
    '',
    false,
    '0001-01-01',
    '00:00:00',
    new Date(-1),
    '0001-01-01T00:00:00.000000',
    [],
    'ffffffff-ffff-4fff-bfff-ffffffffffff',
    Buffer.alloc(0),
    'good',
    new Set(['two']),
  ],
  Array.from({ length: 17 }, () => null),
];

describe('an insert', () => {
  const ddl = (types: Readonly<Record<string, ColumnType>>): string =>
    Object.entries(types)
      .map(
        ([name, type]) => `${dialect.quote(name)} ${dialect.ddl.columnType(type, { indexed: false, identity: false })}`,
      )
      .join(', ');

  it('keeps every value of every type, and NULL', async () => {
    await connection.run(`create table kept (id integer primary key autoincrement, ${ddl(EVERY_TYPE)})`);
    const all = columns(EVERY_TYPE);
    const { statements } = await insert({
      table: { name: 'kept' },
      columns: all,
      rows: ROWS,
      returning: [],
      identity: undefined,
    });
    expect(statements).toHaveLength(1);
    const selected = all.map(({ name, type }) => dialect.selected(dialect.quote(name), type)).join(', ');
    const { rows } = await connection.execute(
      select(
        `select ${selected} from kept order by id`,
        all.map(({ type }) => type),
      ),
    );
    const decoded = rows.map((row) =>
      row.map((raw, i) => (raw === null ? null : dialect.codec(all[i]!.type).fromDatabase(raw))),
    );
    expect(decoded).toEqual(ROWS);
  });

  it('returns generated keys and defaults in the order of the rows', async () => {
    await connection.run(
      "create table people (id integer primary key autoincrement, name text, state text default 'new', made bigint default 9007199254740993)",
    );
    const names = Array.from({ length: 2_500 }, (_, i) => `person ${String((i * 7_919) % 2_500)}`);
    const returning: BatchColumn[] = [
      { name: 'id', type: INTEGER, index: 1 },
      { name: 'state', type: TEXT, index: 2 },
      { name: 'made', type: BIGINT, index: 3 },
    ];
    const rows = names.map((name) => [name]);
    const { returned, statements } = await insert({
      table: { name: 'people' },
      columns: columns({ name: TEXT }),
      rows,
      returning,
      identity: returning[0],
    });
    expectWhole(statements, 2_500);
    expect(new Set(statements.map(({ statement }) => statement.sql)).size).toBe(1);
    expect(returned[0]).toEqual([expect.any(Number), 'new', 9007199254740993n]);
    const stored = new Map((await rowsOf(connection, 'select id, name from people')) as [number, string][]);
    expect(returned.map(([id]) => stored.get(id as number))).toEqual(names);
  });

  it('pairs keys with rows also where the database returns them in another order', () => {
    const identity: BatchColumn = { name: 'id', type: BIGINT, index: 0 };
    const batch: InsertBatch = {
      table: { name: 't' },
      columns: [],
      rows: [[], [], []],
      returning: [identity],
      identity,
    };
    const [part] = writer.insert({ ...batch, rows: [[]] });
    const rows = [['10'], ['8'], ['9']];
    expect(writer.returned(batch, part!, { rows, rowCount: 3, insertId: undefined })).toEqual([[8n], [9n], [10n]]);
  });

  it('returns defaults of rows whose keys are given, each of its own row', async () => {
    await connection.run(
      "create table tags (code text primary key, label text default 'none', upper text generated always as (upper(code)) stored)",
    );
    const returning: BatchColumn[] = [{ name: 'upper', type: TEXT, index: 1 }];
    const rows = ['c', 'a', 'b'].map((code) => [code]);
    const { returned } = await insert({
      table: { name: 'tags' },
      columns: columns({ code: TEXT }),
      rows,
      returning,
      identity: undefined,
    });
    expect(returned).toEqual([['C'], ['A'], ['B']]);
  });

  it('of rows without columns takes every default', async () => {
    await connection.run("create table blanks (id integer primary key autoincrement, name text default 'x')");
    const identity: BatchColumn = { name: 'id', type: INTEGER, index: 0 };
    const { returned, statements } = await insert({
      table: { name: 'blanks' },
      columns: [],
      rows: [[], []],
      returning: [identity],
      identity,
    });
    expectWhole(statements, 2);
    expect(returned).toEqual([[1], [2]]);
  });

  it('returns columns whose names are numbers or equal to each other but for quotes', async () => {
    await connection.run(
      'create table odd (id integer primary key autoincrement, `7` text default 7, `c0` text default 0, `__proto__` text default 1)',
    );
    const returning: BatchColumn[] = ['id', '7', 'c0', '__proto__'].map((name, index) => ({
      name,
      type: index === 0 ? INTEGER : TEXT,
      index,
    }));
    const { returned } = await insert({
      table: { name: 'odd' },
      columns: columns({ id: INTEGER }),
      rows: [[5]],
      returning,
      identity: returning[0],
    });
    expect(returned).toEqual([[5, '7', '0', '1']]);
  });

  it('of rows with long values goes in several statements', () => {
    const long = 'x'.repeat(5_000_000);
    const rows = Array.from({ length: 7 }, () => [long]);
    const statements = writer.insert({
      table: { name: 't' },
      columns: columns({ name: TEXT }),
      rows,
      returning: [],
      identity: undefined,
    });
    expectWhole(statements, 7);
    expect(statements.map(({ from, to }) => to - from)).toEqual([3, 3, 1]);
  });

  it('of values that JSON would turn into NULL is refused', () => {
    const batch = (value: unknown, type: ColumnType): InsertBatch => ({
      table: { name: 't' },
      columns: columns({ n: type }),
      rows: [[value], [value]],
      returning: [],
      identity: undefined,
    });
    expect(() => writer.insert(batch(NaN, INTEGER))).toThrow(/NaN/);
    expect(() => writer.insert(batch(Infinity, INTEGER))).toThrow(/Infinity/);
    expect(() => writer.insert(batch(NaN, EVERY_TYPE.float))).toThrow(/NaN/);
  });

  it('of floats is exact to the last bit', async () => {
    await connection.run('create table numbers (id integer primary key autoincrement, n double precision)');
    const float = EVERY_TYPE.float;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 300 }), async (values) => {
        await connection.execute(write('delete from numbers'));
        await insert({
          table: { name: 'numbers' },
          columns: columns({ n: float }),
          rows: values.map((value) => [value]),
          returning: [],
          identity: undefined,
        });
        const { rows } = await connection.execute(select('select n from numbers order by id', [float]));
        expect(rows.map(([n]) => n)).toEqual(values.map((value) => value + 0));
      }),
      { numRuns: 40 },
    );
  });
});

describe('an update', () => {
  it('sets the new values of every type, row by row, and counts the rows matched', async () => {
    const types = { id: BIGINT, ...EVERY_TYPE };
    const all = columns(types);
    const declared = all.map(
      ({ name, type }) => `${dialect.quote(name)} ${dialect.ddl.columnType(type, { indexed: false, identity: false })}`,
    );
    await connection.run(`create table kept (${declared.join(', ')})`);
    const keys = [2n ** 60n + 1n, 2n ** 60n, 7n];
    for (const key of keys) await connection.execute(write('insert into kept (id) values (?)', [String(key)]));
    const [id, ...set] = all;
    const rows = keys.map((key, i) => [key, ...ROWS[i]!]);
    const statements = writer.update({ table: { name: 'kept' }, match: [id!], set, rows });
    expect(statements).toHaveLength(1);
    expect((await connection.execute(statements[0]!.statement)).rowCount).toBe(3);
    const selected = all.map(({ name, type }) => dialect.selected(dialect.quote(name), type)).join(', ');
    const read = await connection.execute(
      select(
        `select ${selected} from kept order by rowid`,
        all.map(({ type }) => type),
      ),
    );
    const decoded = read.rows.map((row) =>
      row.map((raw, i) => (raw === null ? null : dialect.codec(all[i]!.type).fromDatabase(raw))),
    );
    expect(decoded).toEqual(rows);
  });

  it('counts rows whose values were the same already, and not rows that are gone', async () => {
    await connection.run('create table people (id integer primary key, name text)');
    await connection.execute(write("insert into people values (1, 'a'), (2, 'b')"));
    const [match, set] = columns({ id: INTEGER, name: TEXT });
    const statements = writer.update({
      table: { name: 'people' },
      match: [match!],
      set: [set!],
      rows: [
        [1, 'a'],
        [2, 'x'],
        [3, 'y'],
      ],
    });
    expect((await connection.execute(statements[0]!.statement)).rowCount).toBe(2);
    expect(await rowsOf(connection, 'select * from people')).toEqual([
      [1, 'a'],
      [2, 'x'],
    ]);
  });

  it('matches by several columns, and sets columns that it matches by', async () => {
    await connection.run('create table seats (row text, place integer, version integer, taken boolean)');
    await connection.execute(write("insert into seats values ('a', 1, 1, 0), ('a', 2, 1, 0), ('b', 1, 2, 0)"));
    const [row, place, version] = columns({ row: TEXT, place: INTEGER, version: INTEGER });
    const set: BatchColumn[] = [
      { name: 'version', type: INTEGER, index: 3 },
      { name: 'taken', type: EVERY_TYPE.flag, index: 4 },
    ];
    const rows = [
      ['a', 2, 1, 2, true],
      ['b', 1, 1, 2, true],
    ];
    const statements = writer.update({ table: { name: 'seats' }, match: [row!, place!, version!], set, rows });
    expect((await connection.execute(statements[0]!.statement)).rowCount).toBe(1);
    expect(await rowsOf(connection, 'select * from seats')).toEqual([
      ['a', 1, 1, 0],
      ['a', 2, 2, 1],
      ['b', 1, 2, 0],
    ]);
  });

  it('of many rows is one text', async () => {
    await connection.run('create table people (id integer primary key, name text)');
    const rows = Array.from({ length: 2_500 }, (_, i) => [i + 1, `n${String(i)}`]);
    await insert({
      table: { name: 'people' },
      columns: columns({ id: INTEGER, name: TEXT }),
      rows: rows.map(([id]) => [id, 'old']),
      returning: [],
      identity: undefined,
    });
    const [match, set] = columns({ id: INTEGER, name: TEXT });
    const statements = writer.update({ table: { name: 'people' }, match: [match!], set: [set!], rows });
    expectWhole(statements, 2_500);
    expect(new Set(statements.map(({ statement }) => statement.sql)).size).toBe(1);
    for (const { statement, from, to } of statements)
      expect((await connection.execute(statement)).rowCount).toBe(to - from);
    expect(await rowsOf(connection, 'select id, name from people order by id')).toEqual(rows);
  });
});

describe('a delete', () => {
  it('takes the rows of the keys given, and counts those that were there', async () => {
    await connection.run('create table people (id integer primary key)');
    await connection.execute(write('insert into people values (1), (2), (3)'));
    const match = columns({ id: INTEGER });
    const statements = writer.delete({ table: { name: 'people' }, match, rows: [[1], [3], [9]] });
    expect(statements).toHaveLength(1);
    expect((await connection.execute(statements[0]!.statement)).rowCount).toBe(2);
    expect(await rowsOf(connection, 'select id from people')).toEqual([[2]]);
  });

  it('takes the rows of composite keys', async () => {
    await connection.run('create table seats (row text, place bigint)');
    await connection.execute(write("insert into seats values ('a', 1), ('a', 2), ('b', 1)"));
    const match = columns({ row: TEXT, place: BIGINT });
    const statements = writer.delete({
      table: { name: 'seats' },
      match,
      rows: [
        ['a', 2n],
        ['b', 1n],
      ],
    });
    expect((await connection.execute(statements[0]!.statement)).rowCount).toBe(2);
    expect(await rowsOf(connection, 'select * from seats')).toEqual([['a', 1]]);
  });
});
