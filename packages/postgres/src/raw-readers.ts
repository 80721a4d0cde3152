/**
 * Values of raw SQL, whose columns are not declared: read by the type that the server names.
 * https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
 */
import { arrayCodec } from '@espalier/core/driver';

type Reader = (text: string) => unknown;

const asText: Reader = (text) => text;

/** A number where a number holds it exactly, else a bigint. */
const wholeNumber: Reader = (text) => {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
};

/** Timestamps are UTC, by definition or by the session's setting. What a Date cannot hold (infinity, years before Christ) stays text. */
const timestamp: Reader = (text) => {
  const date = new Date(`${text.replace(' ', 'T').replace(/\+00$/, '')}Z`);
  return Number.isNaN(date.getTime()) ? text : date;
};

const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [16, (text) => text === 't'], // bool
  [17, (text) => Buffer.from(text.slice(2), 'hex')], // bytea
  [20, wholeNumber], // int8
  [21, Number], // int2
  [23, Number], // int4
  [26, Number], // oid
  [114, (text) => JSON.parse(text) as unknown], // json
  [700, Number], // float4
  [701, Number], // float8
  [1114, timestamp], // timestamp
  [1184, timestamp], // timestamptz
  [3802, (text) => JSON.parse(text) as unknown], // jsonb
]);

/** Types of arrays and of their elements. */
const ARRAYS: ReadonlyMap<number, number> = new Map([
  [1000, 16],
  [1001, 17],
  [1005, 21],
  [1007, 23],
  [1009, 25],
  [1015, 1043],
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1115, 1114],
  [1185, 1184],
  [1231, 1700],
  [2951, 2950],
]);

/** Numerics, dates, times, uuids and all that is not known here stay as the server writes them. */
export function rawReader(typeId: number): Reader {
  const elementId = ARRAYS.get(typeId);
  if (elementId === undefined) return READERS.get(typeId) ?? asText;
  const readElement = READERS.get(elementId) ?? asText;
  const array = arrayCodec({ toDatabase: String, fromDatabase: (text) => readElement(text as string) });
  // Arrays of several dimensions stay text.
  return (text) => (/^(?:\[.*?=)?\{\{/.test(text) ? text : array.fromDatabase(text));
}
