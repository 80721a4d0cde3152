/** DDL, executed and read back. */
import { createColumnType, QueryError, type ColumnType, type DriverConnection } from '@espalier/core/driver';
import { SqliteDialect } from '../src/dialect';
import { openConnection, rowsOf, select, write } from './open-driver';

const dialect = new SqliteDialect();
const { ddl } = dialect;
const NOT_INDEXED = { indexed: false, identity: false };

let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
});

describe('a column type', () => {
  it.each<[ColumnType, string]>([
    [createColumnType('smallint'), 'smallint'],
    [createColumnType('integer'), 'integer'],
    [createColumnType('bigint'), 'bigint'],
    [createColumnType('float'), 'double precision'],
    [createColumnType('decimal', { precision: 10, scale: 2 }), 'decimal_text(10, 2)'],
    [createColumnType('decimal'), 'decimal_text'],
    [createColumnType('text'), 'text'],
    [createColumnType('varchar', { length: 160 }), 'varchar(160)'],
    [createColumnType('char', { length: 2 }), 'char(2)'],
    [createColumnType('boolean'), 'boolean'],
    [createColumnType('date'), 'date'],
    [createColumnType('time', { precision: 0 }), 'time(0)'],
    [createColumnType('timestamp', { precision: 3 }), 'timestamp(3)'],
    [createColumnType('timestamptz'), 'timestamptz(6)'],
    [createColumnType('json'), 'json_text'],
    [createColumnType('uuid'), 'uuid_text'],
    [createColumnType('binary'), 'blob'],
    [createColumnType('enum', { values: ['a'] }), 'text'],
    [createColumnType('text', { sqlType: 'clob' }), 'clob'],
  ])('%# is written as %s', (type, expected) => {
    expect(ddl.columnType(type, NOT_INDEXED)).toBe(expected);
  });

  it.each<[ColumnType, string | number, string]>([
    [createColumnType('decimal', { precision: 10, scale: 2 }), '12.50', 'text'],
    [createColumnType('decimal'), '5', 'text'],
    [createColumnType('json'), '5', 'text'],
    [createColumnType('uuid'), '00000000-0000-4000-8000-000000000000', 'text'],
    [createColumnType('varchar', { length: 9 }), '007', 'text'],
    [createColumnType('date'), '2024-01-01', 'text'],
    [createColumnType('time'), '10:00:00.000000', 'text'],
    [createColumnType('timestamp'), '2024-01-01 10:00:00.000000', 'text'],
    [createColumnType('bigint'), '9007199254740993', 'integer'],
    [createColumnType('boolean'), 1, 'integer'],
    [createColumnType('float'), 5, 'real'],
  ])('%# keeps %s as %s', async (type, value, expected) => {
    await connection.run(`create table t (value ${ddl.columnType(type, NOT_INDEXED)})`);
    await connection.execute(write('insert into t values (?)', [value]));
    expect(
      await rowsOf(connection, 'select typeof(value), cast(value as text) = ? or value = ? from t', [value, value]),
    ).toEqual([[expected, 1]]);
  });

  it('of an array is refused with what to use instead', () => {
    const array = createColumnType('array', { element: createColumnType('text') });
    expect(() => ddl.columnType(array, NOT_INDEXED)).toThrow(/no array columns.*'json'/);
    expect(() => dialect.codec(array)).toThrow(QueryError);
  });

  it('of an identity makes the key the rowid, never used twice', async () => {
    for (const name of ['integer', 'bigint'] as const) {
      const type = ddl.columnType(createColumnType(name), { indexed: true, identity: true });
      await connection.run(`create table ${name}_keys (id ${type} ${ddl.identityClause}, name text)`);
      await connection.execute(write(`insert into ${name}_keys (name) values ('a'), ('b')`));
      await connection.execute(write(`delete from ${name}_keys where id = 2`));
      await connection.execute(write(`insert into ${name}_keys (name) values ('c')`));
      expect(await rowsOf(connection, `select id, rowid as r from ${name}_keys order by id`)).toEqual([
        [1, 1],
        [3, 3],
      ]);
    }
  });
});

describe('a default', () => {
  const TEXT = createColumnType('text');

  it.each<[ColumnType, unknown]>([
    [TEXT, "x'); drop table t;--"],
    [TEXT, 'it\'s "quoted" \\ and\nbroken'],
    [TEXT, ''],
    [TEXT, 'null'],
    [createColumnType('json'), { a: "x'); drop table t;--" }],
    [createColumnType('enum', { values: ["it's"] }), "it's"],
    [createColumnType('integer'), -5],
    [createColumnType('bigint'), 9223372036854775807n],
    [createColumnType('float'), 0.5],
    [createColumnType('float'), 335787.3597999177],
    [createColumnType('float'), -5e-324],
    [createColumnType('float'), 1e300],
    [createColumnType('decimal', { precision: 20, scale: 2 }), '-123456789012345678.90'],
    [createColumnType('boolean'), true],
    [createColumnType('boolean'), false],
    [createColumnType('binary'), Buffer.from([0, 39, 255])],
    [createColumnType('timestamptz', { precision: 3 }), new Date(1)],
  ])('%# comes back as it was declared', async (type, value) => {
    await connection.run(
      `create table t (id integer primary key, value ${ddl.columnType(type, NOT_INDEXED)} default ${ddl.literal(value, type)})`,
    );
    await connection.execute(write('insert into t (id) values (1)'));
    const { rows } = await connection.execute(select(`select ${dialect.selected('value', type)} from t`, [type]));
    expect(dialect.codec(type).fromDatabase(rows[0]?.[0])).toEqual(value);
  });

  it('of NULL is null', () => {
    expect(ddl.literal(null, TEXT)).toBe('null');
  });

  it('with a NUL is refused', () => {
    expect(() => ddl.literal('a\0b', TEXT)).toThrow(QueryError);
  });
});

describe('tables', () => {
  it('have computed columns', async () => {
    await connection.run(`create table t (a integer, b integer ${ddl.computedClause('a * 2')})`);
    await connection.execute(write('insert into t (a) values (21)'));
    expect(await rowsOf(connection, 'select b from t')).toEqual([[42]]);
  });

  it('that refer to one another are dropped in any order, and foreign keys are checked again after it', async () => {
    await connection.run('create table a (id integer primary key, b integer references b (id))');
    await connection.run('create table b (id integer primary key, a integer not null references a (id))');
    await connection.execute(write('insert into a values (1, null)'));
    await connection.execute(write('insert into b values (1, 1)'));
    await connection.execute(write('update a set b = 1'));
    for (const sql of [
      ...ddl.aroundDrop.before,
      ddl.dropTable({ name: 'a' }),
      ddl.dropTable({ name: 'b' }),
      ...ddl.aroundDrop.after,
    ])
      await connection.run(sql);
    expect(await rowsOf(connection, 'select name from sqlite_schema')).toEqual([]);
    await connection.run('create table c (id integer primary key, parent integer references c (id))');
    await expect(connection.execute(write('insert into c values (1, 5)'))).rejects.toMatchObject({
      name: 'ForeignKeyViolationError',
    });
  });

  it('that are not there are dropped without an error', async () => {
    await expect(connection.run(ddl.dropTable({ name: 'nosuch' }))).resolves.toBeUndefined();
  });
});
