/** The engine-neutral building blocks of batches, run on a real database. */
import {
  QueryError,
  createColumnType,
  deleteByKeys,
  insertByValues,
  returningClause,
  decodeReturned,
  updateEachRow,
  type BatchColumn,
  type BatchStatement,
  type Dialect,
  type DriverConnection,
  type ListMembership,
  type SqlWriter,
} from '@espalier/core/driver';
import { SqliteDialect } from '../src/dialect';
import { openConnection, rowsOf } from './open-driver';

const INTEGER = createColumnType('integer');
const BIGINT = createColumnType('bigint');
const TEXT = createColumnType('text');
const PRICE = createColumnType('decimal', { precision: 10, scale: 2 });

/** A dialect that numbers its placeholders and expands its lists, as some engines need it. */
class ExpandingDialect extends SqliteDialect {
  override placeholder(position?: number): string {
    return `?${String(position)}`;
  }

  override listLength(length: number): number {
    return length === 0 ? 0 : 2 ** Math.ceil(Math.log2(length));
  }

  override writeIn(writer: SqlWriter, { operands, slots, length }: ListMembership): void {
    writer.write(`(${operands.map(({ name }) => this.quote(name)).join(', ')}) in (values `);
    for (let element = 0; element < length; element++) {
      writer.write(element === 0 ? '(' : ', (');
      operands.forEach(({ type }, i) => {
        if (i > 0) writer.write(', ');
        writer.element(slots[i]!, element, this.codec(type));
      });
      writer.write(')');
    }
    writer.write(')');
  }
}

const PLAIN: Dialect = new SqliteDialect();
const EXPANDING: Dialect = new ExpandingDialect();
const SPELLING = { defaultRow: 'default values', suffix: '' };
const TABLE = { name: 'things' };

const id: BatchColumn = { name: 'id', type: BIGINT, index: 0 };
const name: BatchColumn = { name: 'name', type: TEXT, index: 1 };
const price: BatchColumn = { name: 'price', type: PRICE, index: 2 };

let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
  await connection.run(
    "create table things (id integer primary key, name text default 'none', price decimal_text(10, 2))",
  );
});

async function runAll(statements: readonly BatchStatement[]): Promise<number> {
  let rowCount = 0;
  for (const { statement } of statements) rowCount += (await connection.execute(statement)).rowCount;
  return rowCount;
}

const row = (n: number): unknown[] => [BigInt(n), n % 3 === 0 ? null : `name ${String(n)}`, `${String(n)}.5`];
const stored = (n: number): unknown[] => [n, n % 3 === 0 ? null : `name ${String(n)}`, `${String(n)}.50`];
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe.each([
  ['plain', PLAIN],
  ['expanding', EXPANDING],
])('on a dialect that is %s', (_, dialect) => {
  it('inserts rows in statements below the limit of parameters', async () => {
    const rows = numbers(10).map(row);
    const statements = insertByValues(
      dialect,
      { table: TABLE, columns: [id, name, price], rows, returning: [], identity: undefined },
      { maxParameters: 12, maxRows: 100 },
      SPELLING,
    );
    expect(statements.map(({ from, to }) => [from, to])).toEqual([
      [0, 4],
      [4, 8],
      [8, 10],
    ]);
    for (const { statement } of statements) expect(statement.parameters.length).toBeLessThanOrEqual(12);
    expect(await runAll(statements)).toBe(10);
    expect(await rowsOf(connection, 'select * from things order by id')).toEqual(numbers(10).map(stored));
  });

  it('updates each row by its keys', async () => {
    const rows = numbers(3).map(row);
    await runAll(
      insertByValues(
        dialect,
        { table: TABLE, columns: [id], rows, returning: [], identity: undefined },
        { maxParameters: 100, maxRows: 100 },
        SPELLING,
      ),
    );
    const statements = updateEachRow(dialect, {
      table: TABLE,
      match: [id],
      set: [name, price],
      rows: [...rows, row(99)],
    });
    expect(new Set(statements.map(({ statement }) => statement.sql)).size).toBe(1);
    expect(await runAll(statements)).toBe(3);
    expect(await rowsOf(connection, 'select * from things order by id')).toEqual(numbers(3).map(stored));
  });

  it.each([
    [1, [id]],
    [2, [id, name]],
  ])('deletes by lists of keys of %i columns', async (width, match) => {
    const rows = numbers(8).map((n) => [BigInt(n), `name ${String(n)}`]);
    await runAll(
      insertByValues(
        dialect,
        { table: TABLE, columns: [id, name], rows, returning: [], identity: undefined },
        { maxParameters: 100, maxRows: 100 },
        SPELLING,
      ),
    );
    const statements = deleteByKeys(
      dialect,
      { table: TABLE, match, rows: [...rows.slice(1, 7), [99n, 'x']] },
      { maxParameters: 3 * width, maxRows: 100 },
    );
    expect(statements.map(({ from, to }) => [from, to])).toEqual([
      [0, 3],
      [3, 6],
      [6, 7],
    ]);
    for (const { statement } of statements) expect(statement.parameters.length).toBeLessThanOrEqual(3 * width);
    expect(await runAll(statements)).toBe(6);
    expect(await rowsOf(connection, 'select id from things order by id')).toEqual([[1], [8]]);
  });
});

describe('chunks', () => {
  it('are bounded by rows and by bytes, but never empty', () => {
    const batch = (rows: unknown[][]) => ({ table: TABLE, columns: [name], rows, returning: [], identity: undefined });
    const sizes = (rows: unknown[][], limits: { maxRows: number; maxBytes?: number }) =>
      insertByValues(PLAIN, batch(rows), { maxParameters: 1_000, ...limits }, SPELLING).map(
        ({ from, to }) => to - from,
      );
    const short = numbers(7).map(() => [1n, 'x']);
    expect(sizes(short, { maxRows: 3 })).toEqual([3, 3, 1]);
    expect(sizes([], { maxRows: 3 })).toEqual([]);
    const long = numbers(3).map(() => [1n, 'x'.repeat(1_000)]);
    expect(sizes(long, { maxRows: 100, maxBytes: 7_000 })).toEqual([2, 1]);
    expect(sizes(long, { maxRows: 100, maxBytes: 10 })).toEqual([1, 1, 1]);
  });

  it('of a row with more columns than a statement takes are refused', () => {
    const batch = { table: TABLE, columns: [id, name, price], rows: [row(1)], returning: [], identity: undefined };
    expect(() => insertByValues(PLAIN, batch, { maxParameters: 2, maxRows: 1 }, SPELLING)).toThrow(QueryError);
  });

  it('are worth preparing where they are full or short', () => {
    const rows = numbers(130).map(row);
    const batch = { table: TABLE, columns: [id], rows, returning: [], identity: undefined };
    const statements = insertByValues(PLAIN, batch, { maxParameters: 1_000, maxRows: 50 }, SPELLING);
    expect(statements.map(({ statement }) => statement.reusable)).toEqual([true, true, false]);
  });
});

describe('what is returned', () => {
  it('is decoded by the columns asked for', async () => {
    const returning = [id, name, price];
    const batch = { table: TABLE, columns: [price], rows: [[0n, '', '7']], returning, identity: id };
    const [part] = insertByValues(
      PLAIN,
      batch,
      { maxParameters: 100, maxRows: 1 },
      { ...SPELLING, suffix: returningClause(PLAIN, returning) },
    );
    const { rows } = await connection.execute(part!.statement);
    expect(decodeReturned(PLAIN, returning, rows)).toEqual([[1n, 'none', '7.00']]);
  });

  it('is nothing where nothing is asked for', () => {
    expect(returningClause(PLAIN, [])).toBe('');
  });

  it('comes for rows of defaults too', async () => {
    const batch = { table: TABLE, columns: [], rows: [[], []], returning: [id], identity: id };
    const parts = insertByValues(
      PLAIN,
      batch,
      { maxParameters: 100, maxRows: 100 },
      { ...SPELLING, suffix: returningClause(PLAIN, [id]) },
    );
    const keys: unknown[] = [];
    for (const { statement } of parts)
      keys.push(...decodeReturned(PLAIN, [id], (await connection.execute(statement)).rows));
    expect(keys).toEqual([[1n], [2n]]);
  });

  it('is an integer as its type says', () => {
    expect(decodeReturned(PLAIN, [{ name: 'n', type: INTEGER, index: 0 }], [[5], [null]])).toEqual([[5], [null]]);
  });
});
