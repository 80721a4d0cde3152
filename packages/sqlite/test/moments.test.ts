/** Moments and times compare as such, with however many digits after the second they are stored. */
import {
  bind,
  compareValue,
  compile,
  createColumnType,
  inRows,
  resultRow,
  select,
  TableSource,
  type ColumnType,
  type DriverConnection,
} from '@espalier/core/driver';
import { SqliteDialect } from '../src/dialect';
import { openConnection, write } from './open-driver';

const dialect = new SqliteDialect();
let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
  await connection.run('create table events (at text)');
  await connection.run('create index events_at on events (at)');
});

const DAY = '2024-02-29 ';
const TIMES = [
  '11:59:59.999999',
  '12:30:00',
  '12:30:00.000',
  '12:30:00.000000',
  '12:30:00.5',
  '12:30:00.500',
  '12:30:01',
];

async function ask(
  type: ColumnType,
  condition: Parameters<typeof compareValue>[1] | 'in',
  value: unknown,
): Promise<string[]> {
  const events = new TableSource({ name: 'events' });
  const at = events.column({ name: 'at', type, nullable: true });
  const where = condition === 'in' ? inRows([at], [[value]]) : compareValue(at, condition, value);
  const statement = bind(compile(select(resultRow([at]), events, { where }), dialect), [
    condition === 'in' ? [value] : value,
  ]);
  const { rows } = await connection.execute(statement);
  const plan = await connection.execute(write(`explain query plan ${statement.sql}`, statement.parameters));
  if (condition !== '<>') expect(JSON.stringify(plan.rows)).toContain('SEARCH');
  return rows.map(([text]) => (text as string).replace(DAY, '')).sort();
}

const zero = ['12:30:00', '12:30:00.000', '12:30:00.000000'];
const half = ['12:30:00.5', '12:30:00.500'];
const [before, after] = [['11:59:59.999999'], ['12:30:01']];

describe.each<[string, ColumnType, string, (time: string) => unknown]>([
  ['a Date', createColumnType('timestamptz'), DAY, (time) => new Date(`2024-02-29T${time}Z`)],
  [
    'a Date to the millisecond',
    createColumnType('timestamp', { precision: 3 }),
    DAY,
    (time) => new Date(`2024-02-29T${time}Z`),
  ],
  ['a text', createColumnType('timestamptz', { as: 'string' }), DAY, (time) => `2024-02-29T${time}Z`],
  ['a time of day', createColumnType('time'), '', (time) => time],
])('%s', (name, type, day, value) => {
  const isShort = name.includes('millisecond');

  beforeEach(async () => {
    for (const time of TIMES) {
      // No more digits than the column is declared with.
      const stored = isShort ? time.slice(0, 12) : time;
      await connection.execute(write('insert into events values (?)', [day + stored]));
    }
  });

  const found = (...lists: string[][]): string[] =>
    lists
      .flat()
      .map((time) => (isShort ? time.slice(0, 12) : time))
      .sort();

  it('is equal to all texts of its moment', async () => {
    expect(await ask(type, '=', value('12:30:00'))).toEqual(found(zero));
    expect(await ask(type, '=', value('12:30:00.500'))).toEqual(found(half));
    expect(await ask(type, 'in', value('12:30:00'))).toEqual(found(zero));
    expect(await ask(type, 'in', value('12:30:00.5'))).toEqual(found(half));
    expect(await ask(type, '<>', value('12:30:00'))).toEqual(found(before, half, after));
  });

  it('comes before and after others', async () => {
    expect(await ask(type, '<', value('12:30:00'))).toEqual(found(before));
    expect(await ask(type, '<=', value('12:30:00'))).toEqual(found(before, zero));
    expect(await ask(type, '>', value('12:30:00'))).toEqual(found(half, after));
    expect(await ask(type, '>=', value('12:30:00'))).toEqual(found(zero, half, after));
    expect(await ask(type, '<', value('12:30:00.5'))).toEqual(found(before, zero));
    expect(await ask(type, '>', value('12:30:00.5'))).toEqual(found(after));
    expect(await ask(type, '<=', value('12:30:00.5'))).toEqual(found(before, zero, half));
  });
});

it('a moment without digits after the second is compared as it is', async () => {
  const type = createColumnType('timestamp', { precision: 0 });
  await connection.execute(write('insert into events values (?), (?)', [`${DAY}12:30:00`, `${DAY}12:30:10`]));
  expect(await ask(type, '=', new Date('2024-02-29T12:30:10Z'))).toEqual(['12:30:10']);
  expect(await ask(type, '>=', new Date('2024-02-29T12:30:10Z'))).toEqual(['12:30:10']);
});
