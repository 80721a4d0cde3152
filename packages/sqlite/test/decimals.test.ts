/** Decimals compare and sort as numbers, to the last digit, in our own tables and in those of others. */
import {
  bind,
  compareValue,
  compile,
  inRows,
  order,
  resultRow,
  select,
  TableSource,
  createColumnType,
  type ColumnType,
  type DriverConnection,
} from '@espalier/core/driver';
import fc from 'fast-check';
import { SqliteDialect } from '../src/dialect';
import { openConnection, write } from './open-driver';

const dialect = new SqliteDialect();
let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
});

async function fill(
  type: ColumnType,
  values: readonly string[],
  declared = dialect.ddl.columnType(type, { indexed: false, identity: false }),
): Promise<void> {
  await connection.run('drop table if exists prices');
  await connection.run(`create table prices (value ${declared})`);
  for (const value of values)
    await connection.execute(write('insert into prices values (?)', [dialect.codec(type).toDatabase(value)]));
}

async function read(
  type: ColumnType,
  operator: '=' | '<>' | '<' | '<=' | '>' | '>=',
  operand: string,
): Promise<string[]> {
  const prices = new TableSource({ name: 'prices' });
  const value = prices.column({ name: 'value', type, nullable: true });
  const node = select(resultRow([value]), prices, {
    where: compareValue(value, operator, operand),
    orderBy: [order(value)],
  });
  const { rows } = await connection.execute(bind(compile(node, dialect), [operand]));
  return rows.map((row) => dialect.codec(type).fromDatabase(row[0]) as string);
}

/** The decimal as an integer of 40 digits after the point. */
function image(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole.replace('-', '') + fraction.padEnd(40, '0')) * (text.startsWith('-') ? -1n : 1n);
}

function compare(a: string, b: string): number {
  return image(a) < image(b) ? -1 : Number(image(a) > image(b));
}

function decimals(whole: number, fraction: number): fc.Arbitrary<string> {
  const digits = (max: number): fc.Arbitrary<string> =>
    fc
      .array(fc.constantFrom(...Array.from('0123456789')), { minLength: 1, maxLength: Math.max(1, max) })
      .map((list) => list.join(''));
  return fc
    .tuple(fc.boolean(), digits(whole), fraction === 0 ? fc.constant('') : digits(fraction))
    .map(([negative, before, after]) => `${negative ? '-' : ''}${before}${after === '' ? '' : `.${after}`}`);
}

describe.each([
  ['decimal(10, 2)', createColumnType('decimal', { precision: 10, scale: 2 }), 8, 2],
  ['decimal(15, 15)', createColumnType('decimal', { precision: 15, scale: 15 }), 0, 15],
  ['decimal(15)', createColumnType('decimal', { precision: 15 }), 15, 0],
  ['decimal(16, 3)', createColumnType('decimal', { precision: 16, scale: 3 }), 13, 3],
  ['decimal(38)', createColumnType('decimal', { precision: 38 }), 38, 0],
  ['decimal(40, 20)', createColumnType('decimal', { precision: 40, scale: 20 }), 20, 20],
  ['decimal', createColumnType('decimal'), 35, 30],
])('%s', (_, type, whole, fraction) => {
  const any =
    whole === 0 ? decimals(1, fraction).map((text) => text.replace(/\d+\./, '0.')) : decimals(whole, fraction);

  it('filters and sorts as exact numbers do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 12 }), any, async (values, operand) => {
        await fill(type, values);
        const spelled = values.map((value) => type.fromDatabase(dialect.codec(type).toDatabase(value)) as string);
        const sorted = (list: string[]): string[] => list.toSorted(compare);
        expect(await read(type, '<', operand)).toEqual(sorted(spelled.filter((value) => compare(value, operand) < 0)));
        expect(await read(type, '<=', operand)).toEqual(
          sorted(spelled.filter((value) => compare(value, operand) <= 0)),
        );
        expect(await read(type, '>', operand)).toEqual(sorted(spelled.filter((value) => compare(value, operand) > 0)));
        expect(await read(type, '>=', operand)).toEqual(
          sorted(spelled.filter((value) => compare(value, operand) >= 0)),
        );
        expect(await read(type, '=', operand)).toEqual(
          sorted(spelled.filter((value) => compare(value, operand) === 0)),
        );
        expect(await read(type, '<>', operand)).toEqual(
          sorted(spelled.filter((value) => compare(value, operand) !== 0)),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('a text column in which other programs wrote, or that was computed', () => {
  const price = createColumnType('decimal', { precision: 10, scale: 2 });
  const whole = createColumnType('decimal', { precision: 10 });
  const free = createColumnType('decimal');

  const texts = async (...values: string[]): Promise<void> => {
    await connection.run('drop table if exists prices');
    await connection.run('create table prices (value text)');
    for (const value of values) await connection.execute(write('insert into prices values (?)', [value]));
  };

  it.each<[string, ColumnType, string[], string, string[]]>([
    ['two digits', price, ['100', '100.0', '100.00', '19.9', '19.90', '10'], '100', ['100.00', '100.00', '100.00']],
    ['two digits, one of them zero', price, ['19.9', '19.90', '19.99', '190'], '19.90', ['19.90', '19.90']],
    ['no digits', whole, ['100', '100.0', '10', '1'], '100', ['100', '100']],
    ['any digits', free, ['100', '100.0', '1.5', '10'], '100.00', ['100', '100.0']],
  ])('is found by whatever spelling it is read in (%s)', async (_, type, stored, operand, found) => {
    await texts(...stored);
    expect(await read(type, '=', operand)).toEqual(found);
    expect(await read(type, '<>', operand)).toHaveLength(stored.length - found.length);
    const prices = new TableSource({ name: 'prices' });
    const value = prices.column({ name: 'value', type, nullable: true });
    const node = select(resultRow([value]), prices, { where: inRows([value], [[operand]]) });
    const { rows } = await connection.execute(bind(compile(node, dialect), [[operand]]));
    expect(rows).toHaveLength(found.length);
  });

  it('is found by its index', async () => {
    await texts('100');
    await connection.run('create index prices_value on prices (value)');
    const prices = new TableSource({ name: 'prices' });
    const value = prices.column({ name: 'value', type: price, nullable: true });
    const statement = bind(
      compile(select(resultRow([value]), prices, { where: compareValue(value, '=', '100') }), dialect),
      ['100'],
    );
    const { rows } = await connection.execute(write(`explain query plan ${statement.sql}`, statement.parameters));
    expect(JSON.stringify(rows)).toContain('SEARCH');
  });

  it('is read as it was computed', async () => {
    await connection.run(
      'create table lines (price decimal_text, total decimal_text generated always as (price * 2) stored)',
    );
    await connection.run("insert into lines (price) values ('10.00'), ('9.99'), ('0.05'), ('-0.00')");
    const { rows } = await connection.execute(write(`select ${dialect.selected('total', price)} from lines`, []));
    expect(rows.map((row) => dialect.codec(price).fromDatabase(row[0]))).toEqual(['20.00', '19.98', '0.10', '0.00']);
  });

  it.each([
    ['leading zeros', price, '007.00', /printf\('%\.2f'/],
    ['more zeros than declared', price, '5.1000', /printf/],
    [
      'zeros in the middle of what is declared',
      createColumnType('decimal', { precision: 10, scale: 4 }),
      '5.10',
      /4 digits/,
    ],
    ['zeros where no scale is declared', free, '5.100', /without zeros/],
    ['a minus before zero', price, '-0.00', /text/],
  ])('is refused where no comparison would find it: %s', (_, type, raw, message) => {
    expect(() => dialect.codec(type).fromDatabase(raw)).toThrow(message);
  });
});

describe('a numeric column of another program', () => {
  const price = createColumnType('decimal', { precision: 10, scale: 2 });
  const wide = createColumnType('decimal', { precision: 20, scale: 2 });

  async function fillNumeric(): Promise<void> {
    await connection.run('create table prices (value numeric(10,2))');
    await connection.execute(
      write('insert into prices values (0.99), (1), (1.99), (10.5), (-3.1), (0.1 + 0.2), (null)'),
    );
  }

  it.each([
    ['short', price],
    ['wide', wide],
  ])('is read with the declared scale and without the noise of floats (%s)', async (_, type) => {
    await fillNumeric();
    expect(await read(type, '>=', '-99')).toEqual(['-3.10', '0.30', '0.99', '1.00', '1.99', '10.50']);
  });

  it.each([
    ['short', price],
    ['wide', wide],
  ])('is filtered right (%s)', async (_, type) => {
    await fillNumeric();
    expect(await read(type, '=', '0.99')).toEqual(['0.99']);
    expect(await read(type, '=', '1')).toEqual(['1.00']);
    expect(await read(type, '<>', '0.99')).not.toContain('0.99');
    expect(await read(type, '<=', '0.30')).toEqual(['-3.10', '0.30']);
    expect(await read(type, '<', '0.30')).toEqual(['-3.10']);
    expect(await read(type, '>', '1.99')).toEqual(['10.50']);
    expect(await read(type, '>=', '1.99')).toEqual(['1.99', '10.50']);
  });

  it('is found by a list', async () => {
    await fillNumeric();
    const prices = new TableSource({ name: 'prices' });
    const value = prices.column({ name: 'value', type: price, nullable: true });
    const node = select(resultRow([value]), prices, { where: inRows([value], [['0.99'], ['1'], ['10.50']]) });
    const { rows } = await connection.execute(bind(compile(node, dialect), [['0.99', '1', '10.50']]));
    expect(rows.map((row) => price.fromDatabase(row[0])).toSorted()).toEqual(['0.99', '1.00', '10.50']);
  });
});
