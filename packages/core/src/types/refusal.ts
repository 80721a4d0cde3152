/**
 * How values are named in refusals. The values themselves are never shown: they may be secrets.
 */
import { types } from 'node:util';
import { QueryError } from '../errors';

/** Names what a value is, for the end of "must be …, got …". Never throws, whatever it is given. */
export function kindOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return kindOfNumber(value);
    case 'bigint':
      return 'a bigint';
    case 'boolean':
      return 'a boolean';
    case 'undefined':
      return 'undefined';
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object':
      return kindOfObject(value);
  }
}

function kindOfNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return Number.isInteger(value) ? 'a number' : 'a number with a fraction';
}

function kindOfObject(value: unknown): string {
  if (value === null) return 'null';
  if (types.isProxy(value)) return 'a proxy';
  if (Array.isArray(value)) return 'an array';
  if (types.isDate(value)) return Number.isNaN(timeOf(value)) ? 'an invalid Date' : 'a Date';
  if (types.isUint8Array(value)) return 'binary data';
  return 'an object';
}

/** Milliseconds of a Date, asked of the language itself: a subclass or an own property cannot answer in its place. */
export function timeOf(date: Date): number {
  return Date.prototype.getTime.call(date);
}

const SHOWN_CHARACTERS = 60;

/** The error for a raw value that a column of this type cannot hold. It names the value: it is the database's, and the way to find the row. */
export function unreadable(type: string, raw: unknown, remedy: string): QueryError {
  const text = textOf(raw);
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return new QueryError(`The database holds ${JSON.stringify(shown)} in a ${type} column: ${remedy}.`, {
    code: 'UNREADABLE_VALUE',
  });
}

function textOf(raw: unknown): string {
  switch (typeof raw) {
    case 'string':
      return raw;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(raw);
    case 'function':
    case 'object':
    case 'symbol':
    case 'undefined':
      return kindOf(raw);
  }
}
