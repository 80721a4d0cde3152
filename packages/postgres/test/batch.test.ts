/** Many rows in few statements: what is written, what comes back, and for which row. */
import {
  createColumnType,
  customColumnType,
  type BatchColumn,
  type BatchRow,
  type BatchStatement,
  type ColumnType,
  type Driver,
  type DriverConnection,
  type InsertBatch,
} from '@espalier/core/driver';
import { connectTo, failureOf, onPostgres, openDriver, raw, rowsOf, select } from './open-driver';

const integer = createColumnType('integer');
const text = createColumnType('text');

/** A column of each type, by the SQL type of the dialect, with values that are hard to carry. */
const SAMPLES: readonly (readonly [name: string, type: ColumnType, values: readonly unknown[]])[] = [
  ['small', createColumnType('smallint'), [-32_768, 32_767]],
  ['whole', integer, [-2_147_483_648, 0, 2_147_483_647]],
  ['big', createColumnType('bigint'), [-(2n ** 63n), 9_007_199_254_740_993n, 2n ** 63n - 1n]],
  ['real', createColumnType('float'), [0.1 + 0.2, 5e-324, -1.7976931348623157e308]],
  [
    'price',
    createColumnType('decimal', { precision: 30, scale: 10 }),
    ['12345678901234567890.1234567891', '-0.0000000001'],
  ],
  ['title', text, ['', ' ', 'NULL', 'null', '"', '\\', '{a,"b\\"}', "it's", '\n\t\u0001', '😀é\u2028', 'a,b']],
  ['short', createColumnType('varchar', { length: 5 }), ['abcde', '😀😀😀😀😀']],
  ['code', createColumnType('char', { length: 4 }), ['ab', 'abcd']],
  ['ok', createColumnType('boolean'), [true, false]],
  ['day', createColumnType('date'), ['0001-01-01', '2024-02-29', '9999-12-31']],
  ['hour', createColumnType('time'), ['00:00:00', '23:59:59.999999']],
  [
    'local',
    createColumnType('timestamp', { as: 'string' }),
    ['0001-01-01T00:00:00.000001', '9999-12-31T23:59:59.999999'],
  ],
  ['moment', createColumnType('timestamptz'), [new Date('0099-02-28T23:59:59.999Z'), new Date('2024-03-31T02:30:00Z')]],
  ['exact', createColumnType('timestamptz', { as: 'string' }), ['2024-03-31T02:30:00.123456Z']],
  ['data', createColumnType('json'), [{ a: [1, null, '"\\😀'] }, [], 'text', 1.5, false]],
  ['uuid', createColumnType('uuid'), ['0b7d6c1e-1b1a-4f7e-9b59-000000000001']],
  ['bytes', createColumnType('binary'), [Buffer.from([0, 255, 92, 34]), Buffer.alloc(0)]],
  ['mood', createColumnType('enum', { values: ["it's", 'b"c'], native: true, enumName: 'mood "x"' }), ["it's", 'b"c']],
  ['tags', createColumnType('array', { element: text }), [['a,b', 'c"d\\e', null, 'NULL', ''], []]],
  ['counts', createColumnType('array', { element: integer }), [[1, null, -1]]],
  ['moments', createColumnType('array', { element: createColumnType('timestamptz') }), [[new Date(0), null]]],
  [
    'custom',
    customColumnType(text, { toDatabase: (v) => `<${String(v)}>`, fromDatabase: (v) => String(v).slice(1, -1) }),
    ['"wrapped"'],
  ],
];

const id: BatchColumn = { name: 'id', type: integer, index: 0 };
const columns: readonly BatchColumn[] = SAMPLES.map(([name, type], i) => ({ name, type, index: i + 1 }));
const table = { name: 'samples' };

/** Rows of all values side by side, each column going round in its own; every seventh value is null. */
function sampleRows(count: number): unknown[][] {
  return Array.from({ length: count }, (_, r) => [
    null,
    ...SAMPLES.map(([, , values], c) => ((r + c) % 7 === 6 ? null : values[r % values.length])),
  ]);
}

async function createSamples(driver: Driver, connection: DriverConnection): Promise<void> {
  const { ddl } = driver.dialect;
  const lines = [
    `id ${ddl.columnType(integer, { indexed: true, identity: true })} ${ddl.identityClause} primary key`,
    ...SAMPLES.map(([name, type]) => `"${name}" ${ddl.columnType(type, { indexed: false, identity: false })}`),
  ];
  const enums = [{ name: 'mood "x"', values: ["it's", 'b"c'] }];
  for (const statement of ddl.prelude({ schemas: [], enums })) await connection.run(statement);
  await connection.run(`drop table if exists samples`);
  await connection.run(`create table samples (${lines.join(', ')})`);
}

async function insert(
  driver: Driver,
  connection: DriverConnection,
  batch: InsertBatch,
): Promise<(readonly unknown[])[]> {
  const returned: (readonly unknown[])[] = [];
  for (const part of driver.dialect.batch.insert(batch)) {
    const result = await connection.execute(part.statement);
    returned.push(...driver.dialect.batch.returned(batch, part, result));
  }
  return returned;
}

async function sendAll(connection: DriverConnection, parts: readonly BatchStatement[]): Promise<number> {
  let count = 0;
  for (const { statement } of parts) count += (await connection.execute(statement)).rowCount;
  return count;
}

/** All rows by key, decoded. */
async function readSamples(driver: Driver, connection: DriverConnection): Promise<unknown[][]> {
  const all = [id, ...columns];
  const sql = `select ${all.map(({ name }) => `"${name}"`).join(', ')} from samples order by id`;
  const types = all.map(({ type }) => type);
  const { rows } = await connection.execute(select(sql, types));
  const codecs = types.map((type) => driver.dialect.codec(type));
  return rows.map((row) => row.map((value, i) => (value === null ? null : codecs[i]!.fromDatabase(value))));
}

async function samples(): Promise<{ driver: Driver; connection: DriverConnection }> {
  const driver = await openDriver();
  const connection = await connectTo(driver);
  await createSamples(driver, connection);
  return { driver, connection };
}

onPostgres('an insert of many rows', () => {
  it.each([1, 2, 40])('stores each value of each type exactly (%d rows)', async (count) => {
    const { driver, connection } = await samples();
    const rows = sampleRows(count);
    const batch: InsertBatch = { table, columns, rows, returning: [id], identity: id };
    const keys = await insert(driver, connection, batch);
    expect(await readSamples(driver, connection)).toEqual(rows.map((row, i) => [keys[i]![0], ...row.slice(1)]));
  });

  it('takes one statement a thousand rows, all of one text', async () => {
    const { driver } = await samples();
    const rows = sampleRows(2_001);
    const parts = driver.dialect.batch.insert({ table, columns, rows, returning: [id], identity: id });
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      [0, 1_000],
      [1_000, 2_000],
      [2_000, 2_001],
    ]);
    expect(new Set(parts.map(({ statement }) => statement.sql)).size).toBe(1);
  });

  it('is cut where its values become too large for one message', async () => {
    const driver = await openDriver();
    const title = columns.find(({ name }) => name === 'title')!;
    const long = 'x'.repeat(10_000_000);
    const rows: BatchRow[] = [1, 2, 3].map(() => columns.map(() => long));
    const parts = driver.dialect.batch.insert({ table, columns: [title], rows, returning: [], identity: undefined });
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      [0, 2],
      [2, 3],
    ]);
  });

  it('gives each row its own key and its own defaults', async () => {
    const { driver, connection } = await samples();
    await connection.run(`alter table samples add echo text generated always as (title || '!') stored`);
    const title = columns.find(({ name }) => name === 'title')!;
    const echo: BatchColumn = { name: 'echo', type: text, index: 99 };
    const rows = Array.from({ length: 2_500 }, (_, i) => [null, ...columns.map(() => `t${String(i)}`)]);
    const returned = await insert(driver, connection, {
      table,
      columns: [title],
      rows,
      returning: [id, echo],
      identity: id,
    });
    expect(returned.map(([, value]) => value)).toEqual(rows.map((_, i) => `t${String(i)}!`));
    const stored = await rowsOf(connection, 'select id, title from samples');
    const titles = new Map(stored.map(([key, value]) => [key, value]));
    returned.forEach(([key], i) => expect(titles.get(key)).toBe(`t${String(i)}`));
  });

  it('pairs keys that come in another order, and those of a sequence that counts down', async () => {
    const { driver } = await samples();
    const batch: InsertBatch = { table, columns, rows: sampleRows(3), returning: [id], identity: id };
    const [part] = driver.dialect.batch.insert(batch);
    const returned = (...keys: string[]) =>
      driver.dialect.batch.returned(batch, part!, {
        rows: keys.map((key) => [key]),
        rowCount: keys.length,
        insertId: undefined,
      });
    expect(returned('12', '10', '11')).toEqual([[10], [11], [12]]);
    expect(returned('-1', '-2', '-3')).toEqual([[-1], [-2], [-3]]);
  });

  it('lets every column take its default', async () => {
    const { driver, connection } = await samples();
    const batch: InsertBatch = { table, columns: [], rows: [[], [], []], returning: [id], identity: id };
    expect(await insert(driver, connection, batch)).toEqual([[1], [2], [3]]);
  });

  it('takes keys that are given', async () => {
    const { driver, connection } = await samples();
    const batch: InsertBatch = { table, columns: [id], rows: [[70], [71]], returning: [], identity: undefined };
    expect(await insert(driver, connection, batch)).toEqual([]);
    expect(await rowsOf(connection, 'select id from samples order by id')).toEqual([[70], [71]]);
  });

  it.each(['short', 'code'])('refuses what is too long for the column "%s", and cuts nothing', async (name) => {
    const { driver, connection } = await samples();
    const column = columns.find((candidate) => candidate.name === name)!;
    const rows = [1, 2].map(() => [null, ...columns.map(() => 'abcdefgh')]);
    const batch: InsertBatch = { table, columns: [column], rows, returning: [], identity: undefined };
    expect((await failureOf(driver, insert(driver, connection, batch))).message).toContain('too long');
  });

  it('casts to a type that was named, without its length', async () => {
    const { driver, connection } = await samples();
    const address: BatchColumn = { name: 'address', type: createColumnType('text', { sqlType: 'inet' }), index: 1 };
    const label: BatchColumn = { name: 'label', type: createColumnType('text', { sqlType: 'char(3)' }), index: 2 };
    await connection.run('alter table samples add address inet, add label char(3)');
    const batch = { table, columns: [address, label], returning: [], identity: undefined };
    await insert(driver, connection, {
      ...batch,
      rows: [
        [null, '10.0.0.1', 'abc'],
        [null, '::1', null],
      ],
    });
    expect(await rowsOf(connection, 'select address::text, label from samples order by id')).toEqual([
      ['10.0.0.1/32', 'abc'],
      ['::1/128', null],
    ]);
    const tooLong = insert(driver, connection, {
      ...batch,
      rows: [
        [null, '10.0.0.1', 'abcd'],
        [null, '::1', null],
      ],
    });
    expect((await failureOf(driver, tooLong)).message).toContain('too long');
  });
});

onPostgres('an update of many rows', () => {
  it.each([1, 40])('stores each value of each type exactly (%d rows)', async (count) => {
    const { driver, connection } = await samples();
    const keys = await insert(driver, connection, {
      table,
      columns: [],
      rows: Array.from({ length: count }, () => []),
      returning: [id],
      identity: id,
    });
    const rows = sampleRows(count).map((row, i) => [keys[i]![0], ...row.slice(1)]);
    expect(await sendAll(connection, driver.dialect.batch.update({ table, match: [id], set: columns, rows }))).toBe(
      count,
    );
    expect(await readSamples(driver, connection)).toEqual(rows);
  });

  it('counts rows that it found, also where nothing changed, and not those that are gone', async () => {
    const { driver, connection } = await samples();
    await connection.run("insert into samples (id, title) values (1, 'a'), (2, 'b')");
    const title = columns.find(({ name }) => name === 'title')!;
    const rowOf = (key: number, value: string) => [key, ...columns.map(() => value)];
    const batch = { table, match: [id], set: [title], rows: [rowOf(1, 'a'), rowOf(2, 'c'), rowOf(3, 'd')] };
    expect(await sendAll(connection, driver.dialect.batch.update(batch))).toBe(2);
  });

  it('finds rows by key and version, and may set the version', async () => {
    const { driver, connection } = await samples();
    await connection.run('insert into samples (id, whole) values (1, 1), (2, 1), (3, 5)');
    const version: BatchColumn = { name: 'whole', type: integer, index: 1 };
    const next: BatchColumn = { name: 'whole', type: integer, index: 2 };
    const rows = [1, 2, 3].map((key) => [key, 1, 2]);
    const parts = driver.dialect.batch.update({ table, match: [id, version], set: [next], rows });
    expect(await sendAll(connection, parts)).toBe(2);
    expect(await rowsOf(connection, 'select id, whole from samples order by id')).toEqual([
      [1, 2],
      [2, 2],
      [3, 5],
    ]);
  });
});

onPostgres('a delete of many rows', () => {
  it('goes by one list of keys, whatever their number', async () => {
    const { driver, connection } = await samples();
    await connection.run('insert into samples (id) select generate_series(1, 3000)');
    const rows = Array.from({ length: 2_999 }, (_, i) => [i + 1]);
    const parts = driver.dialect.batch.delete({ table, match: [id], rows });
    expect(parts).toHaveLength(1);
    expect(await sendAll(connection, parts)).toBe(2_999);
    expect(await rowsOf(connection, 'select id from samples')).toEqual([[3_000]]);
  });

  it.each(SAMPLES.filter(([name]) => !['data', 'tags', 'counts', 'moments', 'real'].includes(name)))(
    'finds rows by a key of two columns, one of type %s',
    async (name, _type, values) => {
      const { driver, connection } = await samples();
      const rows = values.map((value) => [null, ...columns.map((column) => (column.name === name ? value : null))]);
      const keys = await insert(driver, connection, { table, columns, rows, returning: [id], identity: id });
      const column = columns.find((candidate) => candidate.name === name)!;
      const found = rows.map((row, i) => [keys[i]![0], ...row.slice(1)]);
      const parts = driver.dialect.batch.delete({ table, match: [id, column], rows: found });
      expect(await sendAll(connection, parts)).toBe(values.length);
    },
  );
});

onPostgres('a table in a schema, with names that need quotes', () => {
  it('is written like any other', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    await connection.run('create schema if not exists "my ""schema"');
    await connection.run('drop table if exists "my ""schema"."select; --"');
    await connection.run('create table "my ""schema"."select; --" (id int primary key, "a""b.c" text)');
    const odd = { schema: 'my "schema', name: 'select; --' };
    const value: BatchColumn = { name: 'a"b.c', type: text, index: 1 };
    const rows = [
      [1, 'x'],
      [2, 'y'],
    ];
    await insert(driver, connection, { table: odd, columns: [id, value], rows, returning: [], identity: undefined });
    const changed = rows.map(([key]) => [key, 'z']);
    expect(
      await sendAll(connection, driver.dialect.batch.update({ table: odd, match: [id], set: [value], rows: changed })),
    ).toBe(2);
    expect(await sendAll(connection, driver.dialect.batch.delete({ table: odd, match: [id], rows }))).toBe(2);
    await connection.execute(raw('drop schema "my ""schema" cascade'));
  });
});
