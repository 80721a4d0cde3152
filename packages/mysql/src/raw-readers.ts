/**
 * Values of raw SQL, whose columns are not declared: read by the type that the server names.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html
 */
import type { ClientField } from './client';

type Reader = (raw: unknown) => unknown;

const TIMESTAMP = 7;
const LONGLONG = 8;
const DATETIME = 12;
const JSON_DOCUMENT = 245;

/** A number where a number holds it exactly, else a bigint. */
const wholeNumber: Reader = (raw) => {
  const number = Number(raw);
  return Number.isSafeInteger(number) ? number : BigInt(raw as string);
};

/** Moments are in UTC, by definition or by the session's setting. What a Date cannot hold (zero dates) stays text. */
const moment: Reader = (raw) => {
  const date = new Date(`${String(raw).replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) ? raw : date;
};

const json: Reader = (raw) => (typeof raw === 'string' ? (JSON.parse(raw) as unknown) : raw);

const asItIs: Reader = (raw) => raw;

/** Decimals, dates, times and all that is not known here stay as the client gives them: text. */
export function rawReader({ columnType, extendedFormat }: ClientField): Reader {
  if (columnType === JSON_DOCUMENT || extendedFormat === 'json') return json;
  if (columnType === LONGLONG) return wholeNumber;
  return columnType === DATETIME || columnType === TIMESTAMP ? moment : asItIs;
}
