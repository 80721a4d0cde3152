/** Spelling: names, lists, matches, limits, literals. */
import {
  bind,
  compile,
  compareValue,
  fold,
  inRows,
  match,
  order,
  resultRow,
  rowCount,
  select,
  TableSource,
  valuesOf,
  createColumnType,
  deleteFrom,
  QueryError,
  type ColumnNode,
  type ColumnType,
  type ConditionNode,
  type MatchKind,
  type SelectNode,
  type TransactionOptions,
} from '@espalier/core/driver';
import { MariadbDialect, MysqlDialect, type ServerFacts } from '../src';
import { readServerFacts } from '../src/server';
import { integer, onEachServer, rowsOf, text } from './open-driver';

const facts: ServerFacts = {
  mariadb: false,
  version: [8, 4, 0],
  maxAllowedPacket: 16_777_216,
  autoIncrementIncrement: 1,
  consecutiveAutoIncrement: true,
};
const mysqlDialect = new MysqlDialect(facts);
const mariadbDialect = new MariadbDialect({ ...facts, mariadb: true, version: [10, 11, 6] });

const WORDS = new TableSource({ name: 'words' });

function column(name: string, type: ColumnType): ColumnNode {
  return WORDS.column({ name, type, nullable: true });
}

function selectFrom(where: ConditionNode | undefined, rest: Partial<SelectNode> = {}): SelectNode {
  const n = column('n', integer);
  return select(resultRow([n]), WORDS, { where, orderBy: [order(n)], ...rest });
}

function inValues(operand: ColumnNode, list: readonly unknown[], negated = false): ConditionNode {
  return inRows(
    [operand],
    list.map((one) => [one]),
    negated,
  );
}

describe('an identifier', () => {
  it.each([
    ['name', '`name`'],
    ['id`; drop table users; --', '`id``; drop table users; --`'],
    ['a.b`c', '`a.b``c`'],
    ['select', '`select`'],
    ['é'.repeat(64), `\`${'é'.repeat(64)}\``],
  ])('%s is quoted', (name, quoted) => {
    expect(mysqlDialect.quote(name)).toBe(quoted);
    expect(mariadbDialect.quote(name)).toBe(quoted);
  });

  it.each(['', 'a\0b', 'x'.repeat(65)])('that no table can have is refused (%j)', (name) => {
    expect(() => mysqlDialect.quote(name)).toThrow(QueryError);
  });

  it('of a table may have a database', () => {
    expect(mysqlDialect.quoteTable({ schema: 'a`b', name: 'c.d' })).toBe('`a``b`.`c.d`');
  });
});

describe('a server', () => {
  it.each([
    ['8.0.36', false, [8, 0, 36]],
    ['8.4.0-commercial', false, [8, 4, 0]],
    ['10.11.6-MariaDB-0+deb12u1', true, [10, 11, 6]],
    ['5.5.5-10.6.12-MariaDB-log', true, [10, 6, 12]],
    ['11.4.2-MariaDB-ubu2404', true, [11, 4, 2]],
  ])('of version %s is known', (version, mariadb, numbers) => {
    const read = readServerFacts([version, 1_048_576, '1', 2]);
    expect(read).toEqual({
      mariadb,
      version: numbers,
      maxAllowedPacket: 1_048_576,
      autoIncrementIncrement: 1,
      consecutiveAutoIncrement: false,
    });
  });

  it('returns columns of inserts from MariaDB 10.5 on only', () => {
    const returning = (version: ServerFacts['version']) =>
      new MariadbDialect({ ...facts, mariadb: true, version }).features.returning;
    expect([returning([10, 4, 30]), returning([10, 5, 0]), returning([11, 0, 1])]).toEqual([false, true, true]);
    expect(mysqlDialect.features.returning).toBe(false);
  });
});

describe('a transaction', () => {
  it.each([
    [{}, ['start transaction']],
    [{ readOnly: true }, ['start transaction read only']],
    [{ isolation: 'serializable' }, ['set transaction isolation level serializable', 'start transaction']],
  ] as const)('begins as %j asks', (options, statements) => {
    expect(mysqlDialect.transaction.begin(options)).toEqual(statements);
  });

  it.each(['serializable; drop table users', 'toString', '__proto__'])('has no isolation level %s', (isolation) => {
    expect(() => mysqlDialect.transaction.begin({ isolation } as unknown as TransactionOptions)).toThrow(QueryError);
  });
});

describe('a lock', () => {
  it('is spelled as each engine wants it', () => {
    expect([mysqlDialect.lockClause('share'), mariadbDialect.lockClause('share')]).toEqual([
      ' for share',
      ' lock in share mode',
    ]);
    expect([mysqlDialect.lockClause('update'), mariadbDialect.lockClause('update')]).toEqual([
      ' for update',
      ' for update',
    ]);
  });
});

describe('the length of a list', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 4],
    [5, 8],
    [1_000, 1_024],
    [40_000, 65_535],
    [70_000, 70_000],
  ])('of %d is %d', (length, padded) => {
    expect(mysqlDialect.listLength(length)).toBe(padded);
  });
});

describe('a list', () => {
  it('of one composite key is an equality, for which the index serves a delete too', () => {
    const node = deleteFrom(WORDS, inRows([column('n', integer), column('word', text)], [[1, 'a']]));
    for (const dialect of [mysqlDialect, mariadbDialect]) {
      expect(compile(node, dialect).sql).toBe('delete from `words` where (`words`.`n` = ? and `words`.`word` = ?)');
    }
  });
});

describe('a condition on MySQL, which cannot be run here without a server', () => {
  it.each<[ColumnType, string]>([
    [createColumnType('decimal', { precision: 10, scale: 2 }), 'cast(? as decimal(65, 30))'],
    [createColumnType('decimal', { precision: 60, scale: 0 }), 'cast(? as decimal(65, 5))'],
    [createColumnType('bigint'), 'cast(? as signed)'],
    [createColumnType('json'), 'cast(? as json)'],
    [text, '?'],
  ])('compares %j', (type, right) => {
    const where = compareValue(column('c', type), '=', null);
    expect(compile(selectFrom(where), mysqlDialect).sql).toContain(`where \`t0\`.\`c\` = ${right} order by`);
  });
});

onEachServer('a select', (server) => {
  async function found(where: ConditionNode | undefined, rest: Partial<SelectNode> = {}): Promise<unknown[]> {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const { ddl } = driver.dialect;
    await connection.run('drop table if exists words');
    await connection.run(
      `create table words (n int, word varchar(60), old varchar(60) character set utf8mb3 collate utf8mb3_general_ci, price decimal(40, 10),
        big bigint, moment datetime(6), id char(36), data json) ${ddl.tableSuffix(undefined)}`,
    );
    await connection.run(`insert into words values
      (1, 'Alpha', 'Alpha', 12345678901234567890.1234567891, 9007199254740992, '2024-01-01', '00000000-0000-0000-0000-000000000001', '{"a":1,"b":[2]}'),
      (2, 'alpha%', 'alpha%', 12345678901234567890.1234567892, 9007199254740993, '2024-01-02', '00000000-0000-0000-0000-000000000002', '{"a":2}'),
      (3, 'al_pha!', 'al_pha!', 3.5, 3, '2024-01-03', '00000000-0000-0000-0000-000000000003', '[]'),
      (4, 'BETA\\\\', 'BETA\\\\', 4.5, 4, '2024-01-04', '00000000-0000-0000-0000-000000000004', '"x"'),
      (5, null, null, null, null, null, null, null)`);
    const node = selectFrom(where, rest);
    const values = valuesOf(fold(node, driver.dialect));
    const { rows } = await connection.execute(bind(compile(node, driver.dialect), values));
    return rows.map(([n]) => Number(n));
  }

  const matches: [MatchKind, boolean, string, number[]][] = [
    ['contains', false, 'alpha', [2]],
    ['contains', true, 'ALPHA', [1, 2]],
    ['contains', false, '%', [2]],
    ['contains', false, '_', [3]],
    ['endsWith', false, '!', [3]],
    ['endsWith', false, '\\', [4]],
    ['startsWith', false, 'al', [2, 3]],
    ['startsWith', true, 'al', [1, 2, 3]],
    ['endsWith', true, 'PHA!', [3]],
    ['like', false, 'al%', [2, 3]],
    ['like', false, 'al!_%', [3]],
    ['like', true, '%PHA_', [2, 3]],
    ['matches', false, '^A', [1]],
    ['matches', true, '^a.*[%!]$', [2, 3]],
  ];

  describe.each(['word', 'old'])('on the column "%s"', (name) => {
    it.each(matches)('matches a text: %s, insensitive %s, %j', async (kind, insensitive, value, expected) => {
      const where = match(column(name, text), { match: kind, insensitive, text: value });
      expect(await found(where)).toEqual(expected);
    });
  });

  it.each<[string, ColumnType, unknown[], number[]]>([
    ['n', integer, [1, 3, 9], [1, 3]],
    ['word', text, ['Alpha', 'beta\\', '"'], [1]],
    [
      'price',
      createColumnType('decimal', { precision: 40, scale: 10 }),
      ['12345678901234567890.1234567891', '4.5'],
      [1, 4],
    ],
    ['big', createColumnType('bigint'), [9_007_199_254_740_993n, 4n], [2, 4]],
    ['moment', createColumnType('timestamptz'), [new Date('2024-01-02'), new Date('2024-01-03')], [2, 3]],
    ['id', createColumnType('uuid'), ['00000000-0000-0000-0000-000000000002'], [2]],
  ])('finds a list of values of column %s', async (name, type, list, expected) => {
    expect(await found(inValues(column(name, type), list))).toEqual(expected);
  });

  it.each([0, 1, 1_500, 5_000])('finds what is not in a list of %d', async (count) => {
    const list = Array.from({ length: count }, (_, i) => `x${'y'.repeat(i % 50)}${String(i)}`);
    expect(await found(inValues(column('word', text), list, true))).toEqual(
      count === 0 ? [1, 2, 3, 4, 5] : [1, 2, 3, 4],
    );
  });

  it('finds pairs of values', async () => {
    const operands = [column('n', integer), column('big', createColumnType('bigint'))];
    const rows = [
      [1, 9_007_199_254_740_992n],
      [2, 9_007_199_254_740_992n],
      [3, 3n],
    ];
    expect(await found(inRows(operands, rows))).toEqual([1, 3]);
  });

  it.each<[string, ColumnType, unknown, number[]]>([
    ['price', createColumnType('decimal', { precision: 40, scale: 10 }), '12345678901234567890.1234567892', [2]],
    ['big', createColumnType('bigint'), 9_007_199_254_740_993n, [2]],
    ['data', createColumnType('json'), { b: [2], a: 1 }, [1]],
    ['data', createColumnType('json'), 'x', [4]],
  ])('compares column %s exactly', async (name, type, value, expected) => {
    expect(await found(compareValue(column(name, type), '=', value))).toEqual(expected);
  });

  it('has limit and offset, bound', async () => {
    expect(await found(undefined, { limit: rowCount(2), offset: rowCount(1) })).toEqual([2, 3]);
    expect(await found(undefined, { offset: rowCount(3) })).toEqual([4, 5]);
    expect(await found(undefined, { limit: rowCount(0) })).toEqual([]);
  });

  it.each(['share', 'update'] as const)('locks for %s', async (lock) => {
    expect(await found(undefined, { lock })).toEqual([1, 2, 3, 4, 5]);
  });
});

onEachServer('DDL', (server) => {
  const json = createColumnType('json');
  const binary = createColumnType('binary');

  it.each<[ColumnType, unknown]>([
    [text, "it's"],
    [text, 'a\\'],
    [text, "\\'; drop table users; --"],
    [createColumnType('varchar'), '\\\' \\\\ " null'],
    [integer, -5],
    [createColumnType('float'), 5e-324],
    [createColumnType('boolean'), true],
    [createColumnType('bigint'), -(2n ** 63n)],
    [createColumnType('decimal', { precision: 10, scale: 2 }), '-1.50'],
    [createColumnType('timestamptz'), new Date('2024-02-29T12:30:00.123Z')],
    [json, { a: "x'); DROP TABLE t;--", b: '\\"' }],
    [binary, Buffer.from([0, 39, 92])],
    [createColumnType('binary', { length: 9 }), Buffer.from([1, 39, 92])],
  ])('gives the default that was meant: %j', async (type, value) => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const { ddl } = driver.dialect;
    const sqlType = ddl.columnType(type, { indexed: false, identity: false });
    await connection.run('drop table if exists defaults');
    await connection.run(`create table defaults (n int, value ${sqlType} default ${ddl.literal(value, type)})`);
    await connection.run('insert into defaults (n) values (1)');
    const { rows } = await connection.execute({
      sql: 'select value from defaults',
      parameters: [],
      columns: [type],
      readOnly: true,
      reusable: false,
    });
    expect(driver.dialect.codec(type).fromDatabase(rows[0]![0])).toEqual(value);
  });

  it('makes tables whose texts are equal only when they are the same', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const { ddl } = driver.dialect;
    const type = ddl.columnType(text, { indexed: true, identity: false });
    await connection.run('drop table if exists exact');
    await connection.run(`create table exact (word ${type} unique) ${ddl.tableSuffix(undefined)}`);
    await connection.run("insert into exact values ('a'), ('A'), ('a '), ('á')");
    expect(await rowsOf(connection, "select count(*) from exact where word = 'a'")).toEqual([[1]]);
  });

  it('comments on tables and columns', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const { ddl } = driver.dialect;
    const comment = 'it\'s a \\ comment; */ -- "';
    await connection.run('drop table if exists commented');
    await connection.run(`create table commented (n int ${ddl.columnComment(comment)}) ${ddl.tableSuffix(comment)}`);
    const rows = await rowsOf(
      connection,
      `select table_comment, column_comment from information_schema.tables join information_schema.columns using (table_schema, table_name)
        where table_name = 'commented' and table_schema = database()`,
    );
    expect(rows).toEqual([[comment, comment]]);
  });

  it('has no index method but B-trees: a hash index would silently be one', async () => {
    const connection = await server.openConnection();
    await connection.run('create table hashed (n int) engine = InnoDB');
    await connection.run('create index by_n on hashed (n) using hash');
    expect((await rowsOf(connection, 'show index from hashed'))[0]).toContain('BTREE');
    expect([mysqlDialect.ddl.indexMethod('BTREE'), mysqlDialect.ddl.indexMethod('hash')]).toEqual(['', undefined]);
  });

  it('knows indexes of expressions from MySQL 8.0.13 on, and in no MariaDB', () => {
    const mariadb = { ...facts, mariadb: true, version: [11, 4, 0] } as const;
    const has = (dialect: MysqlDialect | MariadbDialect) => dialect.ddl.expressionIndexes;
    expect(has(new MysqlDialect({ ...facts, version: [8, 0, 12] }))).toBe(false);
    expect(has(new MysqlDialect({ ...facts, version: [8, 0, 13] }))).toBe(true);
    expect(has(new MariadbDialect(mariadb))).toBe(false);
  });

  it('drops a table that others refer to, and one that is not there', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const { aroundDrop, dropTable } = {
      aroundDrop: driver.dialect.ddl.aroundDrop,
      dropTable: driver.dialect.ddl.dropTable.bind(driver.dialect.ddl),
    };
    await connection.run('create table left_one (id int primary key, other int)');
    await connection.run(
      'create table right_one (id int primary key, other int, foreign key (other) references left_one (id))',
    );
    await connection.run('alter table left_one add foreign key (other) references right_one (id)');
    for (const sql of [
      ...aroundDrop.before,
      dropTable({ name: 'left_one' }),
      dropTable({ name: 'right_one' }),
      dropTable({ name: 'no_such' }),
      ...aroundDrop.after,
    ]) {
      await connection.run(sql);
    }
    expect(await rowsOf(connection, 'select @@foreign_key_checks')).toEqual([[1]]);
  });

  it('has no array columns', () => {
    const type = createColumnType('array', { element: text });
    expect(() => mysqlDialect.codec(type)).toThrow(/type 'json'/);
    expect(() => mysqlDialect.ddl.columnType(type, { indexed: false, identity: false })).toThrow("type 'json'");
  });
});
