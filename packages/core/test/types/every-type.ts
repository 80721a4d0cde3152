/** One declaration of each column type, with generators of values that it takes: what the tests of this folder go through. */
import fc from 'fast-check';
import { createColumnType, type ColumnType } from '../../src/types';

export interface TypeUnderTest {
  readonly label: string;
  readonly type: ColumnType;
  readonly values: fc.Arbitrary<unknown>;
}

const wellFormedText = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
const day = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const micros = fc.integer({ min: 0, max: 999_999 }).map((value) => String(value).padStart(6, '0'));
const jsonValue = fc
  .jsonValue({ depthSize: 'medium', stringUnit: 'grapheme' })
  .filter((value) => value !== null && !JSON.stringify(value).includes('\\u0000'));

const decimalText = fc
  .tuple(fc.bigInt({ min: -99_999_999n, max: 99_999_999n }), fc.integer({ min: 0, max: 99 }))
  .map(([whole, cents]) => `${String(whole)}.${String(cents).padStart(2, '0')}`);

export const everyType: readonly TypeUnderTest[] = [
  { label: 'smallint', type: createColumnType('smallint'), values: fc.integer({ min: -32_768, max: 32_767 }) },
  { label: 'integer', type: createColumnType('integer'), values: fc.integer() },
  { label: 'bigint', type: createColumnType('bigint'), values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { label: 'float', type: createColumnType('float'), values: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { label: 'decimal', type: createColumnType('decimal', { precision: 10, scale: 2 }), values: decimalText },
  { label: 'text', type: createColumnType('text'), values: wellFormedText },
  { label: 'varchar', type: createColumnType('varchar', { length: 400 }), values: wellFormedText },
  { label: 'char', type: createColumnType('char', { length: 400 }), values: wellFormedText },
  { label: 'boolean', type: createColumnType('boolean'), values: fc.boolean() },
  { label: 'date', type: createColumnType('date'), values: day.map((text) => text.slice(0, 10)) },
  {
    label: 'time',
    type: createColumnType('time'),
    values: fc.tuple(day, micros).map(([text, fraction]) => `${text.slice(11, 19)}.${fraction}`),
  },
  { label: 'timestamp', type: createColumnType('timestamp'), values: day.map((text) => new Date(text)) },
  { label: 'timestamptz', type: createColumnType('timestamptz'), values: day.map((text) => new Date(text)) },
  {
    label: 'timestamp as text',
    type: createColumnType('timestamp', { as: 'string' }),
    values: fc.tuple(day, micros).map(([text, fraction]) => `${text.slice(0, 19)}.${fraction}`),
  },
  {
    label: 'timestamptz as text',
    type: createColumnType('timestamptz', { as: 'string' }),
    values: fc.tuple(day, micros).map(([text, fraction]) => `${text.slice(0, 19)}.${fraction}Z`),
  },
  { label: 'json', type: createColumnType('json'), values: jsonValue },
  { label: 'uuid', type: createColumnType('uuid'), values: fc.uuid() },
  { label: 'binary', type: createColumnType('binary'), values: fc.uint8Array() },
  {
    label: 'enum',
    type: createColumnType('enum', { values: ['draft', "it's"] }),
    values: fc.constantFrom('draft', "it's"),
  },
  {
    label: 'array of texts',
    type: createColumnType('array', { element: createColumnType('text') }),
    values: fc.array(fc.option(wellFormedText)),
  },
  {
    label: 'array of timestamps',
    type: createColumnType('array', { element: createColumnType('timestamptz') }),
    values: fc.array(fc.option(day.map((text) => new Date(text)))),
  },
];

/** A type of that name without options. */
export function typeOf(label: string): ColumnType {
  const found = everyType.find((entry) => entry.label === label);
  if (!found) throw new Error(`no type ${label}`);
  return found.type;
}
