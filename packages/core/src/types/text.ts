/** text, varchar and char: well-formed Unicode without NUL, which PostgreSQL cannot store. */
import { types } from 'node:util';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

export function textType(name: 'text' | 'varchar', options: ColumnTypeOptions): ColumnType {
  return {
    name,
    options,
    immutable: true,
    refuse: (value) =>
      typeof value === 'string' ? (refuseCharacters(value) ?? refuseLength(value, options)) : refuseKind(value),
    toDatabase: (value) => value as string,
    fromDatabase: readText,
    snapshot: (value) => value,
    equals: (value, snapshot) => value === snapshot,
    fromSnapshot: (snapshot) => snapshot,
  };
}

/** Blanks at the end mean nothing in `char(n)`: one engine adds them, another removes them. So they are neither written nor read. */
export function charType(name: 'text' | 'varchar' | 'char', options: ColumnTypeOptions): ColumnType {
  return {
    name,
    options,
    immutable: true,
    refuse: (value) =>
      typeof value === 'string'
        ? (refuseCharacters(value) ?? refuseLength(withoutPadding(value), options))
        : refuseKind(value),
    toDatabase: (value) => withoutPadding(value as string),
    fromDatabase: (raw) => withoutPadding(readText(raw)),
    snapshot: (value) => (typeof value === 'string' ? withoutPadding(value) : value),
    equals: (value, snapshot) =>
      value === snapshot ||
      (typeof value === 'string' && typeof snapshot === 'string' && withoutPadding(value) === withoutPadding(snapshot)),
    fromSnapshot: (snapshot) => snapshot,
  };
}

/** Names of `char(n)`, whatever follows; neither `character varying` nor PostgreSQL's `"char"`. */
const PADDED = /^\s*(?:bpchar|nchar|(?:national\s+)?char(?:acter)?)\b(?!\s*(?:varying|large))/i;

/** A text column that names its own SQL type: where that is `char(n)` it is read and written as one. */
export function textOrCharType(name: 'text' | 'varchar', options: ColumnTypeOptions): ColumnType {
  const isPadded = options.sqlType !== undefined && PADDED.test(options.sqlType);
  return (isPadded ? charType : textType)(name, options);
}

function refuseKind(value: unknown): string {
  return `must be a text, got ${kindOf(value)}`;
}

/** `String.prototype.isWellFormed` is in every Node we support, but not in the library of ES2022. */
interface Unicode {
  isWellFormed(): boolean;
}

/** Why no engine-independent text may be this one; shared with JSON. */
export function refuseCharacters(value: string): string | undefined {
  if (value.includes('\0')) return 'must be a text without NUL characters, got one with a NUL';
  if (!(value as unknown as Unicode).isWellFormed())
    return 'must be well-formed Unicode, got a text with half of a surrogate pair';
  return undefined;
}

function refuseLength(value: string, { length }: ColumnTypeOptions): string | undefined {
  // A character is one or two UTF-16 units: counting characters is seldom needed.
  if (length === undefined || value.length <= length) return undefined;
  if (value.length <= length * 2 && codePoints(value) <= length) return undefined;
  return `must be a text of at most ${String(length)} characters, got a longer one`;
}

function codePoints(value: string): number {
  return Array.from(value).length;
}

function withoutPadding(value: string): string {
  let end = value.length;
  while (end > 0 && value.charCodeAt(end - 1) === 32) end--;
  return end === value.length ? value : value.slice(0, end);
}

/** An engine without fixed types may hold a number here: it is read as its text. */
function readText(raw: unknown): string {
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
      if (types.isUint8Array(raw)) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8');
      throw unreadable('text', raw, 'it is no text');
  }
}
