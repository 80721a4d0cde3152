/** Spelling: names, lists, matches, limits, literals. */
import {
  bind,
  compile,
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
  QueryError,
  type ColumnNode,
  type ColumnType,
  type ConditionNode,
  type MatchKind,
  type SelectNode,
  type TransactionOptions,
} from '@espalier/core/driver';
import { PostgresDialect } from '../src';
import { connectTo, failureOf, onPostgres, openDriver, rowsOf } from './open-driver';

const dialect = new PostgresDialect();
const integer = createColumnType('integer');
const text = createColumnType('text');

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
    ['name', '"name"'],
    ['id"; drop table users; --', '"id""; drop table users; --"'],
    ['a.b', '"a.b"'],
    ['select', '"select"'],
    ['é'.repeat(31), `"${'é'.repeat(31)}"`],
  ])('%s is quoted', (name, quoted) => {
    expect(dialect.quote(name)).toBe(quoted);
  });

  it.each(['', 'a\0b', 'x'.repeat(64), 'é'.repeat(32)])('that no table can have is refused (%j)', (name) => {
    expect(() => dialect.quote(name)).toThrow(QueryError);
  });

  it('of a table may have a schema', () => {
    expect(dialect.quoteTable({ schema: 'a"b', name: 'c.d' })).toBe('"a""b"."c.d"');
  });
});

describe('a transaction', () => {
  it.each([
    [{}, 'begin'],
    [{ readOnly: true }, 'begin read only'],
    [{ isolation: 'serializable' }, 'begin isolation level serializable'],
    [{ isolation: 'repeatable read', readOnly: true }, 'begin isolation level repeatable read read only'],
  ] as const)('begins as %j asks', (options, sql) => {
    expect(dialect.transaction.begin(options)).toEqual([sql]);
  });

  it.each(['serializable; drop table users', 'toString', '__proto__'])('has no isolation level %s', (isolation) => {
    expect(() => dialect.transaction.begin({ isolation } as unknown as TransactionOptions)).toThrow(QueryError);
  });
});

onPostgres('a select', () => {
  async function found(where: ConditionNode | undefined, rest: Partial<SelectNode> = {}): Promise<unknown[]> {
    const connection = await connectTo(await openDriver());
    await connection.run('drop table if exists words');
    await connection.run('create table words (n int, word text, price numeric, moment timestamptz, id uuid)');
    await connection.run(`insert into words values
      (1, 'Alpha', 1.50, '2024-01-01', '00000000-0000-0000-0000-000000000001'),
      (2, 'alpha%', 2.50, '2024-01-02', '00000000-0000-0000-0000-000000000002'),
      (3, 'al_pha!', 3.50, '2024-01-03', '00000000-0000-0000-0000-000000000003'),
      (4, 'BETA\\', 4.50, '2024-01-04', '00000000-0000-0000-0000-000000000004'),
      (5, null, null, null, null)`);
    const node = selectFrom(where, rest);
    const values = valuesOf(fold(node, dialect));
    const { rows } = await connection.execute(bind(compile(node, dialect), values));
    return rows.map(([n]) => Number(n));
  }

  it.each<[MatchKind, boolean, string, number[]]>([
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
  ])('matches a text: %s, insensitive %s, %j', async (kind, insensitive, value, expected) => {
    const where = match(column('word', text), { match: kind, insensitive, text: value });
    expect(await found(where)).toEqual(expected);
  });

  it('matches columns that are no text by their text', async () => {
    const operand = column('id', createColumnType('uuid'));
    expect(await found(match(operand, { match: 'endsWith', insensitive: false, text: '04' }))).toEqual([4]);
  });

  it.each<[string, ColumnType, unknown[], number[]]>([
    ['n', integer, [1, 3, 9], [1, 3]],
    ['word', text, ['Alpha', 'BETA\\', '"'], [1, 4]],
    ['price', createColumnType('decimal'), ['1.5', '4.500'], [1, 4]],
    ['moment', createColumnType('timestamptz'), [new Date('2024-01-02'), new Date('2024-01-03')], [2, 3]],
    ['id', createColumnType('uuid'), ['00000000-0000-0000-0000-000000000002'], [2]],
  ])('finds a list of values of column %s', async (name, type, list, expected) => {
    expect(await found(inValues(column(name, type), list))).toEqual(expected);
  });

  it('finds a long list by the same text as a short one', async () => {
    const list = Array.from({ length: 100_000 }, (_, i) => i + 4);
    const node = inValues(column('n', integer), list, true);
    const short = inValues(column('n', integer), [1, 2], true);
    expect(compile(selectFrom(node), dialect).sql).toBe(compile(selectFrom(short), dialect).sql);
    expect(await found(node)).toEqual([1, 2, 3]);
  });

  it('finds nothing in an empty list, and everything outside of it', async () => {
    expect(await found(inValues(column('n', integer), []))).toEqual([]);
    expect(await found(inValues(column('n', integer), [], true))).toEqual([1, 2, 3, 4, 5]);
  });

  it('finds pairs of values', async () => {
    const operands = [column('n', integer), column('id', createColumnType('uuid'))];
    const rows = [
      [1, '00000000-0000-0000-0000-000000000001'],
      [2, '00000000-0000-0000-0000-000000000003'],
    ];
    expect(await found(inRows(operands, rows))).toEqual([1]);
  });

  it('has limit and offset, bound', async () => {
    expect(await found(undefined, { limit: rowCount(2), offset: rowCount(1) })).toEqual([2, 3]);
    expect(await found(undefined, { offset: rowCount(3) })).toEqual([4, 5]);
  });

  it.each(['share', 'update'] as const)('locks for %s', async (lock) => {
    expect(await found(undefined, { lock })).toEqual([1, 2, 3, 4, 5]);
  });

  it('has no list of arrays', () => {
    const operand = column('tags', createColumnType('array', { element: text }));
    expect(() => compile(selectFrom(inValues(operand, [['a']])), dialect)).toThrow(QueryError);
  });
});

onPostgres('a literal', () => {
  const json = createColumnType('json');
  const binary = createColumnType('binary');

  it.each<[ColumnType, unknown]>([
    [text, "it's"],
    [text, 'a\\'],
    [text, "\\'; drop table users; --"],
    [text, 'null'],
    [integer, -5],
    [createColumnType('float'), 5e-324],
    [createColumnType('boolean'), true],
    [createColumnType('bigint'), -(2n ** 63n)],
    [createColumnType('decimal', { precision: 10, scale: 2 }), '-1.50'],
    [createColumnType('timestamptz'), new Date('2024-02-29T12:30:00.123Z')],
    [json, { a: "x'); DROP TABLE t;--", b: '\\"' }],
    [binary, Buffer.from([0, 39, 92])],
    [createColumnType('array', { element: text }), ["it's", 'a"b\\']],
  ])('is the default that was meant: %j', async (type, value) => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    const { ddl } = driver.dialect;
    const sqlType = ddl.columnType(type, { indexed: false, identity: false });
    for (const conforming of ['on', 'off']) {
      await connection.run(`set standard_conforming_strings = ${conforming}`);
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
    }
  });

  it('of nothing is null', () => {
    expect(dialect.ddl.literal(null, text)).toBe('null');
  });
});

onPostgres('DDL', () => {
  it('makes enum types and schemas once, and drops them when no table uses them', async () => {
    const connection = await connectTo(await openDriver());
    const needs = { schemas: ['own "schema"'], enums: [{ name: 'it\'s "one"', values: ["a'b", 'c\\d'] }] };
    for (const statement of [...dialect.ddl.prelude(needs), ...dialect.ddl.prelude(needs)])
      await connection.run(statement);
    await connection.run(`create table user_of_enum (value ${dialect.quote('it\'s "one"')} default 'c\\d')`);
    for (const statement of dialect.ddl.epilogue(needs)) await connection.run(statement);
    await connection.run('insert into user_of_enum default values');
    expect(await rowsOf(connection, 'select value::text from user_of_enum')).toEqual([['c\\d']]);
    for (const statement of [dialect.ddl.dropTable({ name: 'user_of_enum' }), ...dialect.ddl.epilogue(needs)]) {
      await connection.run(statement);
    }
    expect(await rowsOf(connection, "select 1 from pg_type where typname like 'it%'")).toEqual([]);
  });

  it('comments on tables and columns', async () => {
    const connection = await connectTo(await openDriver());
    await connection.run('drop table if exists "odd ""name"');
    await connection.run('create table "odd ""name" ("col ""umn" int)');
    const comments = { table: "it's a \\ table; */ --", columns: [{ name: 'col "umn', comment: "'" }] };
    for (const statement of dialect.ddl.commentStatements({ name: 'odd "name' }, comments))
      await connection.run(statement);
    const rows = await rowsOf(
      connection,
      `select obj_description('"odd ""name"'::regclass), col_description('"odd ""name"'::regclass, 1)`,
    );
    expect(rows).toEqual([["it's a \\ table; */ --", "'"]]);
  });

  it('refuses an index method that is no name', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    await connection.run('create temp table indexed (n int)');
    const using = (method: string) => dialect.ddl.indexMethod(method);
    await connection.run(`create index on indexed ${using('hash')} (n)`);
    const failure = await failureOf(
      driver,
      connection.run(`create index on indexed ${using('hash (n); drop table indexed; --')} (n)`),
    );
    expect(failure.message).toContain('does not exist');
  });
});
