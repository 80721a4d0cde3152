/** The same behaviour by each client that this Node has; where one is not there, what to do about it. */
import { createRequire } from 'node:module';
import { EspalierError, createColumnType, type DriverConnection } from '@espalier/core/driver';
import { sqlite, type SqliteClientName } from '../src';
import { SqliteDialect } from '../src/dialect';
import { connectTo, newFile, openDriver, raw, rowsOf, select, write } from './open-driver';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const hasNodeSqlite = major > 22 || (major === 22 && minor >= 5);

function isInstalled(name: string): boolean {
  try {
    createRequire(__filename).resolve(name);
    return true;
  } catch {
    return false;
  }
}

const betterIsInstalled = isInstalled('better-sqlite3');

const available: SqliteClientName[] = ['sqlite3'];
if (hasNodeSqlite) available.push('node:sqlite');
// It ends the process on older Nodes.
if (betterIsInstalled && major >= 22) available.push('better-sqlite3');

const dialect = new SqliteDialect();
const INTEGER = createColumnType('integer');
const FLOAT = createColumnType('float');
const TEXT = createColumnType('text');
const BIGINT = createColumnType('bigint');
const BINARY = createColumnType('binary');

describe.each(available)('the client %s', (client) => {
  let connection: DriverConnection;
  let other: DriverConnection;

  beforeEach(async () => {
    const driver = await openDriver({ path: newFile(), client });
    connection = await connectTo(driver);
    other = await connectTo(driver);
    await connection.run(
      'create table t (id integer primary key autoincrement, f double precision, s text unique, n bigint, b blob)',
    );
  });

  it('writes and reads exact values as arrays', async () => {
    const insert = write('insert into t (f, s, n, b) values (?, ?, ?, ?)', [
      0.1 + 0.2,
      '😀 "x"',
      '9223372036854775807',
      Buffer.from([0, 255]),
    ]);
    expect((await connection.execute(insert)).rowCount).toBe(1);
    const columns = [INTEGER, FLOAT, TEXT, BIGINT, BINARY];
    const { rows } = await connection.execute(select('select id, f, s, cast(n as text), b from t', columns));
    expect(rows.map((row) => row.map((value, i) => dialect.codec(columns[i]!).fromDatabase(value)))).toEqual([
      [1, 0.1 + 0.2, '😀 "x"', 9223372036854775807n, Buffer.from([0, 255])],
    ]);
  });

  it('keeps columns of equal names apart', async () => {
    expect((await connection.execute(select('select 1 as x, 2 as x', [INTEGER, INTEGER]))).rows).toEqual([[1, 2]]);
  });

  it('names the columns of raw SQL', async () => {
    await connection.execute(raw("insert into t (s) values ('a') returning id, s"));
    expect(await connection.execute(raw('select s as label, id from t'))).toMatchObject({
      rows: [['a', 1]],
      fields: ['label', 'id'],
    });
  });

  it.each(['json', 'values'] as const)('inserts batches (%s) and returns their keys', async (form) => {
    const { batch } = new SqliteDialect(form);
    const identity = { name: 'id', type: INTEGER, index: 4 };
    const columns = [
      { name: 's', type: TEXT, index: 0 },
      { name: 'f', type: FLOAT, index: 1 },
      { name: 'n', type: BIGINT, index: 2 },
      { name: 'b', type: BINARY, index: 3 },
    ];
    const rows = Array.from({ length: 1_100 }, (_, i) => [
      `t${String(i)}`,
      i === 7 ? null : i / 3,
      i === 8 ? null : 2n ** 62n + BigInt(i),
      Buffer.from([i % 256, 0]),
    ]);
    const parts = batch.insert({ table: { name: 't' }, columns, rows, returning: [identity], identity });
    const keys: unknown[] = [];
    for (const part of parts) {
      const result = await connection.execute(part.statement);
      const insert = { table: { name: 't' }, columns, rows, returning: [identity], identity };
      keys.push(...batch.returned(insert, part, result).map(([key]) => key));
    }
    expect(keys).toEqual(rows.map((_row, i) => i + 1));
    const types = columns.map(({ type }) => type);
    const found = await connection.execute(select('select s, f, cast(n as text), b from t order by id', types));
    const read = found.rows.map((row) =>
      row.map((value, i) => (value === null ? null : dialect.codec(types[i]!).fromDatabase(value))),
    );
    expect(read).toEqual(rows);
  });

  it('names the columns of raw SQL that gives no rows where it knows them, and none of a write', async () => {
    const { rows, fields } = await connection.execute(raw('select id, s from t'));
    expect(rows).toEqual([]);
    expect([[], ['id', 's']]).toContainEqual(fields);
    expect((await connection.execute(raw("insert into t (s) values ('x')"))).rowCount).toBe(1);
  });

  it('runs transactions, savepoints and waits of writers', async () => {
    await connection.begin({});
    const second = other.execute(write("insert into t (s) values ('second')"));
    await connection.execute(write("insert into t (s) values ('first')"));
    await connection.savepoint('s1');
    await expect(connection.execute(write("insert into t (s) values ('first')"))).rejects.toMatchObject({
      name: 'UniqueViolationError',
      table: 't',
      columns: ['s'],
    });
    await connection.rollbackTo('s1');
    await connection.release('s1');
    await connection.commit();
    await second;
    expect(await rowsOf(connection, 'select id, s from t order by id')).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
  });

  it('streams while its reader writes', async () => {
    await connection.execute(
      write(
        'with recursive n(i) as (select 1 union all select i + 1 from n where i < 100) insert into t (s) select i from n',
      ),
    );
    let seen = 0;
    for await (const rows of connection.stream(select('select id from t', [INTEGER]), 30)) {
      seen += rows.length;
      await connection.execute(write('insert into t (f) values (1)'));
    }
    expect(seen).toBe(100);
  });

  it('checks foreign keys, and takes no unknown name for a text', async () => {
    await connection.run('create table u (t integer references t (id))');
    await expect(connection.execute(write('insert into u values (99)'))).rejects.toMatchObject({
      name: 'ForeignKeyViolationError',
    });
    await expect(rowsOf(connection, `select ${dialect.quote('nosuch')} from t`)).rejects.toMatchObject({
      name: 'QueryError',
    });
  });

  it('keeps a database in memory', async () => {
    const driver = await openDriver({ path: ':memory:', client });
    const first = await driver.connect();
    await first.run('create table m (id integer)');
    await first.close();
    expect(await rowsOf(await connectTo(driver), 'select count(*) from m')).toEqual([[0]]);
  });

  it('says what is wrong with a path', async () => {
    await expect(sqlite({ path: '/nosuch/directory/x.db', client }).open()).rejects.toMatchObject({
      name: 'ConnectError',
    });
  });
});

(hasNodeSqlite ? describe.skip : describe)('the client node:sqlite on a Node without it', () => {
  it('names the Node that has it', async () => {
    await expect(sqlite({ path: ':memory:', client: 'node:sqlite' }).open()).rejects.toThrow(EspalierError);
    await expect(sqlite({ path: ':memory:', client: 'node:sqlite' }).open()).rejects.toThrow(/needs Node 22\.13/);
  });
});

(betterIsInstalled ? describe.skip : describe)('the client better-sqlite3 where it is not installed', () => {
  it('names what to install', async () => {
    await expect(sqlite({ path: ':memory:', client: 'better-sqlite3' }).open()).rejects.toThrow(
      major >= 22 ? /npm install better-sqlite3/ : /needs Node 22/,
    );
  });
});
