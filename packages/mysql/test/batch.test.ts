/** Many rows in few statements: what is written, what comes back, and for which row. */
import {
  bind,
  compile,
  fold,
  inRows,
  resultRow,
  select as selectNode,
  TableSource,
  valuesOf,
  createColumnType,
  customColumnType,
  type BatchColumn,
  type BatchStatement,
  type ColumnType,
  type Driver,
  type DriverConnection,
  type InsertBatch,
} from '@espalier/core/driver';
import { MysqlDialect } from '../src';
import { failureOf, integer, onEachServer, rowsOf, select, text, type TestServer } from './open-driver';

/** A column of each type, with values that are hard to carry. */
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
  ['wide', createColumnType('decimal'), ['99999999999999999999999999999999999.5', '0.000000000000000000000000000001']],
  ['title', text, ['', ' ', 'a ', 'NULL', 'null', '"', '\\', "it's", '\n\t\u0001', '😀é\u2028', 'a,b', '\\u0041']],
  ['short', createColumnType('varchar', { length: 5 }), ['abcde', 'ABCDE', '😀😀😀😀😀']],
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
  [
    'exact',
    createColumnType('timestamptz', { as: 'string' }),
    ['2024-03-31T02:30:00.123456Z', '2040-01-01T00:00:00.000000Z'],
  ],
  ['uuid', createColumnType('uuid'), ['0b7d6c1e-1b1a-4f7e-9b59-000000000001', '0b7d6c1e-1b1a-4f7e-9b59-000000000002']],
  ['bytes', createColumnType('binary', { length: 20 }), [Buffer.from([0, 255, 92, 34]), Buffer.alloc(0)]],
  ['mood', createColumnType('enum', { values: ["it's", 'b"c\\'], native: true }), ["it's", 'b"c\\']],
  [
    'custom',
    customColumnType(text, { toDatabase: (v) => `<${String(v)}>`, fromDatabase: (v) => String(v).slice(1, -1) }),
    ['"wrapped"'],
  ],
  ['data', createColumnType('json'), [{ a: [1, null, '"\\😀'] }, [], 'text', 1.5, false]],
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

async function samples(server: TestServer): Promise<{ driver: Driver; connection: DriverConnection }> {
  const driver = await server.openDriver();
  const connection = await server.connectTo(driver);
  const { ddl } = driver.dialect;
  const lines = [
    `id ${ddl.columnType(integer, { indexed: true, identity: true })} ${ddl.identityClause} primary key`,
    ...SAMPLES.map(([name, type]) => `\`${name}\` ${ddl.columnType(type, { indexed: false, identity: false })}`),
  ];
  await connection.run('drop table if exists samples');
  await connection.run(`create table samples (${lines.join(', ')}) ${ddl.tableSuffix(undefined)}`);
  return { driver, connection };
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
  const types = all.map(({ type }) => type);
  const sql = `select ${all.map(({ name }) => `\`${name}\``).join(', ')} from samples order by id`;
  const { rows } = await connection.execute(select(sql, types));
  const codecs = types.map((type) => driver.dialect.codec(type));
  return rows.map((row) => row.map((value, i) => (value === null ? null : codecs[i]!.fromDatabase(value))));
}

/** Decimals without a scale come back with all digits of the column. */
function stored(row: readonly unknown[]): unknown[] {
  return row.map((value, i) => {
    if (i !== columns.find(({ name }) => name === 'wide')!.index || value === null) return value;
    const [whole, fraction = ''] = (value as string).split('.');
    return `${whole!}.${fraction.padEnd(30, '0')}`;
  });
}

onEachServer('an insert of many rows', (server) => {
  it.each([1, 2, 40])('stores each value of each type exactly (%d rows)', async (count) => {
    const { driver, connection } = await samples(server);
    const rows = sampleRows(count);
    const keys = await insert(driver, connection, { table, columns, rows, returning: [id], identity: id });
    const expected = rows.map((row, i) => stored([keys[i]![0], ...row.slice(1)]));
    expect(await readSamples(driver, connection)).toEqual(expected);
  });

  it('gives each row its own key', async () => {
    const { driver, connection } = await samples(server);
    const title = columns.find(({ name }) => name === 'title')!;
    const rows = Array.from({ length: 1_200 }, (_, i) => [null, ...columns.map(() => `t${String(i)}`)]);
    const returned = await insert(driver, connection, { table, columns: [title], rows, returning: [id], identity: id });
    const titles = new Map(
      (await rowsOf(connection, 'select id, title from samples')).map(([key, value]) => [key, value]),
    );
    expect(returned.map(([key]) => titles.get(key))).toEqual(rows.map((_, i) => `t${String(i)}`));
  });

  it('brings back defaults where inserts return anything', async () => {
    const { driver, connection } = await samples(server);
    await connection.run("alter table samples add echo varchar(9) default 'x'");
    const echo: BatchColumn = { name: 'echo', type: text, index: 99 };
    const batch: InsertBatch = { table, columns: [], rows: [[], []], returning: [id, echo], identity: id };
    const returned = await insert(driver, connection, batch);
    const whole = server.name === 'mariadb';
    expect(returned).toEqual(
      whole
        ? [
            [1, 'x'],
            [2, 'x'],
          ]
        : [[1], [2]],
    );
  });

  it('takes a key of zero as it is', async () => {
    const { driver, connection } = await samples(server);
    await insert(driver, connection, { table, columns: [id], rows: [[0], [7]], returning: [], identity: undefined });
    expect(await rowsOf(connection, 'select id from samples order by id')).toEqual([[0], [7]]);
  });

  it('is split below the size of a packet', async () => {
    const { driver, connection } = await samples(server);
    const title = columns.find(({ name }) => name === 'title')!;
    const [row] = await rowsOf(connection, 'select @@max_allowed_packet');
    const long = 'x'.repeat(Math.floor(Number(row![0]) / 8));
    const rows = Array.from({ length: 6 }, () => [null, ...columns.map(() => long)]);
    const batch: InsertBatch = { table, columns: [title], rows, returning: [id], identity: id };
    expect(await insert(driver, connection, batch)).toHaveLength(6);
    const changed = rows.map((each, i) => [i + 1, ...each.slice(1)]);
    expect(
      await sendAll(connection, driver.dialect.batch.update({ table, match: [id], set: [title], rows: changed })),
    ).toBe(6);
    expect(connection.broken).toBe(false);
  });
});

onEachServer('an update of many rows', (server) => {
  it.each([1, 40])('stores each value of each type exactly (%d rows)', async (count) => {
    const { driver, connection } = await samples(server);
    const empty = Array.from({ length: count }, () => []);
    const keys = await insert(driver, connection, { table, columns: [], rows: empty, returning: [id], identity: id });
    const rows = sampleRows(count).map((row, i) => [keys[i]![0], ...row.slice(1)]);
    expect(await sendAll(connection, driver.dialect.batch.update({ table, match: [id], set: columns, rows }))).toBe(
      count,
    );
    expect(await readSamples(driver, connection)).toEqual(rows.map(stored));
  });

  it('is one statement of one text a thousand rows', async () => {
    const { driver } = await samples(server);
    const rows = sampleRows(2_500);
    const parts = driver.dialect.batch.update({ table, match: [id], set: columns, rows });
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      [0, 1_000],
      [1_000, 2_000],
      [2_000, 2_500],
    ]);
    expect(new Set(parts.map(({ statement }) => statement.sql)).size).toBe(1);
  });

  it('counts rows that it found, also where nothing changed, and not those that are gone', async () => {
    const { driver, connection } = await samples(server);
    await connection.run("insert into samples (id, title) values (1, 'a'), (2, 'b')");
    const title = columns.find(({ name }) => name === 'title')!;
    const rowOf = (key: number, value: string) => [key, ...columns.map(() => value)];
    const batch = { table, match: [id], set: [title], rows: [rowOf(1, 'a'), rowOf(2, 'c'), rowOf(3, 'd')] };
    expect(await sendAll(connection, driver.dialect.batch.update(batch))).toBe(2);
    expect(await sendAll(connection, driver.dialect.batch.update(batch))).toBe(2);
  });

  it('finds rows by key and version, and may set the version', async () => {
    const { driver, connection } = await samples(server);
    await connection.run('insert into samples (id, whole) values (1, 1), (2, 1), (3, 5)');
    const version: BatchColumn = { name: 'whole', type: integer, index: 1 };
    const next: BatchColumn = { name: 'whole', type: integer, index: 2 };
    const rows = [1, 2, 3].map((key) => [key, 1, 2]);
    expect(
      await sendAll(connection, driver.dialect.batch.update({ table, match: [id, version], set: [next], rows })),
    ).toBe(2);
    expect(await rowsOf(connection, 'select id, whole from samples order by id')).toEqual([
      [1, 2],
      [2, 2],
      [3, 5],
    ]);
  });

  it.each(['short', 'small'])('refuses what does not fit the column "%s", and cuts nothing', async (name) => {
    const { driver, connection } = await samples(server);
    await connection.run('insert into samples (id) values (1), (2)');
    const column: BatchColumn = { ...columns.find((candidate) => candidate.name === name)!, index: 1 };
    const rows = [1, 2].map((key) => [key, name === 'short' ? 'abcdef' : 70_000]);
    const parts = driver.dialect.batch.update({ table, match: [id], set: [column], rows });
    expect((await failureOf(driver, sendAll(connection, parts))).name).toBe('QueryError');
  });

  it.each([
    'utf8mb4 collate utf8mb4_general_ci',
    'utf8mb3 collate utf8mb3_unicode_ci',
    'latin1 collate latin1_swedish_ci',
  ])('finds texts in tables of %s as an update of one row does: by the equality of the column', async (charset) => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    await connection.run('drop table if exists foreign_texts');
    await connection.run(`create table foreign_texts (k varchar(20) character set ${charset} primary key, n int)`);
    await connection.run("insert into foreign_texts values ('abc', 0), ('ö', 0), ('z', 0)");
    const key: BatchColumn = { name: 'k', type: createColumnType('varchar', { length: 20 }), index: 0 };
    const n: BatchColumn = { name: 'n', type: integer, index: 1 };
    const rows = [
      ['abc', 1],
      ['ö', 2],
      ['Z', 3],
    ];
    const update = (some: unknown[][]) =>
      driver.dialect.batch.update({ table: { name: 'foreign_texts' }, match: [key], set: [n], rows: some });
    expect(await sendAll(connection, update(rows))).toBe(3);
    const together = await rowsOf(connection, 'select k, n from foreign_texts order by n');
    expect(together.map(([, value]) => value)).toEqual([1, 2, 3]);
    for (const row of rows) await sendAll(connection, update([row]));
    expect(await rowsOf(connection, 'select k, n from foreign_texts order by n')).toEqual(together);
  });

  it('of texts goes in statements of few texts, and in smaller ones where rows are wide', async () => {
    const { driver } = await samples(server);
    const title = columns.find(({ name }) => name === 'title')!;
    const whole = columns.find(({ name }) => name === 'whole')!;
    const rows = sampleRows(300);
    const narrow = driver.dialect.batch.update({ table, match: [title], set: [whole], rows });
    expect(narrow.map(({ from, to }) => to - from)).toEqual([128, 128, 44]);
    expect(new Set(narrow.map(({ statement }) => statement.parameters.length))).toEqual(new Set([3 * 128, 3 * 64]));
    const wide = Array.from({ length: 100 }, (_, i) => ({ ...whole, name: `c${String(i)}` }));
    const [part] = driver.dialect.batch.update({ table, match: [title], set: wide, rows });
    expect(part!.to).toBe(32);
  });

  it('of texts may set a column that rows are found by', async () => {
    const { driver, connection } = await samples(server);
    await connection.run("insert into samples (id, title, whole) values (1, 'a', 1), (2, 'b', 1), (3, 'c', 5)");
    const title: BatchColumn = { name: 'title', type: text, index: 0 };
    const version: BatchColumn = { name: 'whole', type: integer, index: 1 };
    const next: BatchColumn = { name: 'whole', type: integer, index: 2 };
    const small: BatchColumn = { name: 'small', type: createColumnType('smallint'), index: 3 };
    const rows = ['a', 'b', 'c'].map((key, i) => [key, 1, 2, i]);
    const update = { table, match: [title, version], set: [next, small], rows };
    expect(await sendAll(connection, driver.dialect.batch.update(update))).toBe(2);
    const renamed: BatchColumn = { ...title, index: 4 };
    const more = ['a', 'b'].map((key) => [key, 2, 3, 9, `${key}${key}`]);
    const both = { table, match: [title, version], set: [next, renamed, small], rows: more };
    expect(await sendAll(connection, driver.dialect.batch.update(both))).toBe(2);
    expect(await rowsOf(connection, 'select title, whole, small from samples order by id')).toEqual([
      ['aa', 3, 9],
      ['bb', 3, 9],
      ['c', 5, null],
    ]);
  });

  it('of texts is split below the size of a packet', async () => {
    const { driver, connection } = await samples(server);
    const [row] = await rowsOf(connection, 'select @@max_allowed_packet');
    const long = 'x'.repeat(Math.floor(Number(row![0]) / 8));
    const title: BatchColumn = { name: 'title', type: text, index: 1 };
    const short: BatchColumn = { name: 'short', type: text, index: 0 };
    const rows = ['a', 'b', 'c', 'd', 'e'].map((key) => [key, long]);
    await connection.run("insert into samples (short) values ('a'), ('b'), ('c'), ('d'), ('e')");
    const parts = driver.dialect.batch.update({ table, match: [short], set: [title], rows });
    expect(await sendAll(connection, parts)).toBe(5);
  });
});

/** How key columns of tables that are there already may be declared. */
const FOREIGN_KEYS = [
  'character set utf8mb4 collate utf8mb4_general_ci',
  'character set utf8mb4 collate utf8mb4_bin',
  'character set utf8mb3 collate utf8mb3_unicode_ci',
  'character set latin1 collate latin1_swedish_ci',
  'character set latin1 collate latin1_bin',
  'character set ascii',
  'character set binary',
] as const;

onEachServer('rows of a table of its own character set', (server) => {
  const total = 1_000;
  const asked = 100;

  /** Rows that the engine reads while `work` runs. */
  async function rowsRead(connection: DriverConnection, work: () => Promise<unknown>): Promise<number> {
    const count = async (): Promise<number> => {
      const rows = await rowsOf(connection, "show session status like 'Handler_read%'");
      return rows.reduce((sum, [, value]) => sum + Number(value), 0);
    };
    const before = await count();
    await work();
    return (await count()) - before;
  }

  async function foreignTable(charset: string, key: string): Promise<{ driver: Driver; connection: DriverConnection }> {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    await connection.run('drop table if exists foreign_keys');
    await connection.run(
      `create table foreign_keys (tenant int not null, k varchar(36) ${charset} not null, n int, title varchar(20), ${key})`,
    );
    const rows = Array.from({ length: total }, (_, i) => `(${String(i % 7)}, '${keyOf(i)}', 0, '')`);
    await connection.run(`insert into foreign_keys values ${rows.join(', ')}`);
    await connection.run('analyze table foreign_keys');
    return { driver, connection };
  }

  function keyOf(i: number): string {
    return `key-${String(i).padStart(30, '0')}`;
  }

  const foreign = { name: 'foreign_keys' };
  const tenant: BatchColumn = { name: 'tenant', type: integer, index: 0 };
  const n: BatchColumn = { name: 'n', type: integer, index: 2 };
  const title: BatchColumn = { name: 'title', type: text, index: 3 };
  const few = Array.from({ length: asked }, (_, i) => i * 9);
  const rows = few.map((i) => [i % 7, keyOf(i), i, `t${String(i)}`]);

  function matchOf(charset: string, composite: boolean): readonly BatchColumn[] {
    const type = createColumnType(charset === 'character set binary' ? 'binary' : 'varchar', { length: 36 });
    const k: BatchColumn = { name: 'k', type, index: 1 };
    return composite ? [tenant, k] : [k];
  }

  function rowsOfType(charset: string): readonly (readonly unknown[])[] {
    return charset === 'character set binary'
      ? rows.map(([first, key, ...more]) => [first, Buffer.from(key as string), ...more])
      : rows;
  }

  const TABLES = FOREIGN_KEYS.flatMap((charset) => [[charset, 'k'] as const, [charset, 'tenant, k'] as const]);

  it.each(TABLES)('(%s) is updated by the index on (%s)', async (charset, key) => {
    const { driver, connection } = await foreignTable(charset, `primary key (${key})`);
    const match = matchOf(charset, key !== 'k');
    const parts = driver.dialect.batch.update({ table: foreign, match, set: [n, title], rows: rowsOfType(charset) });
    expect(await rowsRead(connection, () => sendAll(connection, parts))).toBeLessThan(asked * 2);
    const changed = await rowsOf(connection, 'select tenant, k, n, title from foreign_keys where n > 0 order by n');
    expect(changed).toEqual(rowsOfType(charset).slice(1));
  });

  it.each(TABLES)('(%s) is deleted by the index on (%s)', async (charset, key) => {
    const { driver, connection } = await foreignTable(charset, `primary key (${key})`);
    const match = matchOf(charset, key !== 'k');
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, asked],
    ] as const) {
      const some = rowsOfType(charset).slice(from, to);
      const parts = driver.dialect.batch.delete({ table: foreign, match, rows: some });
      let deleted = 0;
      const read = await rowsRead(connection, async () => (deleted = await sendAll(connection, parts)));
      expect([deleted, read < (to - from) * 3 + 5]).toEqual([to - from, true]);
    }
  });

  it.each(TABLES)('(%s) is read by lists of keys through the index on (%s)', async (charset, key) => {
    const { driver, connection } = await foreignTable(charset, `primary key (${key})`);
    const source = new TableSource(foreign);
    const operands = matchOf(charset, key !== 'k').map(({ name, type }) =>
      source.column({ name, type, nullable: false }),
    );
    const some = rowsOfType(charset).slice(0, 64);
    const where = inRows(operands, key === 'k' ? some.map((row) => [row[1]]) : some.map((row) => [row[0], row[1]]));
    const node = selectNode(resultRow([source.column({ name: 'n', type: integer, nullable: false })]), source, {
      where,
    });
    const statement = bind(compile(node, driver.dialect), valuesOf(fold(node, driver.dialect)));
    let found = 0;
    const read = await rowsRead(connection, async () => (found = (await connection.execute(statement)).rows.length));
    expect([found, read < 64 * 3]).toEqual([64, true]);
  });
});

onEachServer('a row found by a column', (server) => {
  it.each(SAMPLES.filter(([name]) => name !== 'data'))('of type %s', async (name, _type, values) => {
    const { driver, connection } = await samples(server);
    const column = columns.find((candidate) => candidate.name === name)!;
    const rows = values.map((value) => [null, ...columns.map(({ index }) => (index === column.index ? value : null))]);
    const keys = await insert(driver, connection, { table, columns, rows, returning: [id], identity: id });
    const found = rows.map((row, i) => [keys[i]![0], ...row.slice(1), 'found']);
    const mark: BatchColumn = { name: 'title', type: text, index: columns.length + 1 };
    if (name !== 'title') {
      const parts = driver.dialect.batch.update({ table, match: [id, column], set: [mark], rows: found });
      expect(await sendAll(connection, parts)).toBe(values.length);
    }
    const parts = driver.dialect.batch.delete({ table, match: [id, column], rows: found });
    expect(await sendAll(connection, parts)).toBe(values.length);
  });
});

onEachServer('a delete of many rows', (server) => {
  it('goes by lists of keys', async () => {
    const { driver, connection } = await samples(server);
    const rows = Array.from({ length: 2_500 }, (_, i) => [i + 1]);
    await insert(driver, connection, { table, columns: [id], rows, returning: [], identity: undefined });
    const parts = driver.dialect.batch.delete({ table, match: [id], rows: rows.slice(1) });
    expect(parts).toHaveLength(3);
    expect(await sendAll(connection, parts)).toBe(2_499);
    expect(await rowsOf(connection, 'select id from samples')).toEqual([[1]]);
  });
});

describe('MySQL, which returns nothing', () => {
  const facts = {
    mariadb: false,
    version: [8, 4, 0],
    maxAllowedPacket: 16_777_216,
    autoIncrementIncrement: 2,
    consecutiveAutoIncrement: true,
  } as const;
  const batch: InsertBatch = { table, columns, rows: sampleRows(3), returning: [id, columns[0]!], identity: id };

  it('counts keys on from the first, by the step of the server', () => {
    const dialect = new MysqlDialect(facts);
    const [part] = dialect.batch.insert(batch);
    expect(part!.statement.sql).not.toContain('returning');
    const result = { rows: [], rowCount: 3, insertId: 11 };
    expect(dialect.batch.returned(batch, part!, result)).toEqual([[11], [13], [15]]);
  });

  it('inserts row by row where keys of others may come between', () => {
    const dialect = new MysqlDialect({ ...facts, consecutiveAutoIncrement: false });
    expect(dialect.batch.insert(batch).map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(dialect.batch.insert({ ...batch, identity: undefined })).toHaveLength(1);
  });

  it('knows no keys that are no auto-increment', () => {
    const dialect = new MysqlDialect(facts);
    const [part] = dialect.batch.insert(batch);
    const result = { rows: [], rowCount: 3, insertId: undefined };
    expect(dialect.batch.returned({ ...batch, identity: undefined }, part!, result)).toEqual([]);
  });
});
