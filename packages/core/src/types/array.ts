/** array: a list of scalars, in PostgreSQL's array text. */
import type { Codec, ColumnType, ColumnTypeOptions, DriverValue } from './column-type';
import { kindOf, unreadable } from './refusal';

/** Elements may be null; arrays in arrays are refused. */
export function arrayType(element: ColumnType, options: ColumnTypeOptions): ColumnType {
  return {
    name: 'array',
    options,
    immutable: false,
    refuse(value) {
      try {
        return refuseArray(value, element);
      } catch {
        return 'must be an array, got one whose elements cannot be read';
      }
    },
    ...arrayCodec(element),
    snapshot: (value) => (Array.isArray(value) ? mapElements(value, (item) => element.snapshot(item)) : value),
    equals(value, snapshot) {
      try {
        return sameElements(element, value, snapshot);
      } catch {
        return false;
      }
    },
    fromSnapshot: (snapshot) => mapElements(snapshot as readonly unknown[], (item) => element.fromSnapshot(item)),
  };
}

/** The codec of an array whose elements travel by `element`: the neutral one, or the one of an engine. */
export function arrayCodec(element: Codec): Codec {
  return {
    toDatabase: (value) =>
      `{${mapElements(value as readonly unknown[], (item) => literalOf(element.toDatabase(item)), 'NULL').join(',')}}`,
    fromDatabase(raw) {
      const items = typeof raw === 'string' ? readLiteral(raw) : raw;
      if (!Array.isArray(items)) throw unreadable('array', raw, 'it is no array');
      return mapElements(items, (item) => element.fromDatabase(item));
    },
  };
}

function refuseArray(value: unknown, element: ColumnType): string | undefined {
  if (!Array.isArray(value)) return `must be an array, got ${kindOf(value)}`;
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    if (item === null) continue;
    const refusal = item === undefined ? 'must be a value or null, got undefined' : element.refuse(item);
    if (refusal !== undefined)
      return `must be an array of which each element is valid: element ${String(i)} ${refusal}`;
  }
  return undefined;
}

function sameElements(element: ColumnType, value: unknown, snapshot: unknown): boolean {
  if (!Array.isArray(value) || !Array.isArray(snapshot) || value.length !== snapshot.length) return false;
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    const image: unknown = snapshot[i];
    const isNull = item === null || item === undefined || image === null;
    if (isNull ? item !== image : !element.equals(item, image)) return false;
  }
  return true;
}

/** Maps what is not null; null gives null, or what stands for it. */
function mapElements<R, N = null>(
  items: readonly unknown[],
  map: (item: unknown) => R,
  none: N = null as N,
): (R | N)[] {
  return items.map((item) => (item === null || item === undefined ? none : map(item)));
}

function literalOf(value: DriverValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') {
    return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`;
  }
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function readLiteral(text: string): (string | null)[] {
  // Bounds other than the usual ones stand before the braces: `[0:1]={a,b}`.
  let at = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  if (text[at] !== '{' || !text.endsWith('}')) throw unreadable('array', text, 'it is no array');
  const items: (string | null)[] = [];
  const end = text.length - 1;
  at++;
  while (at < end) {
    const item = text[at] === '"' ? readQuoted(text, at) : readBare(text, at);
    items.push(item.value);
    at = item.next + 1;
    if (item.next < end && text[item.next] !== ',') throw unreadable('array', text, 'it is no array of scalars');
  }
  return items;
}

interface Item {
  readonly value: string | null;
  /** Where the comma or the closing brace stands. */
  readonly next: number;
}

function readQuoted(text: string, start: number): Item {
  let value = '';
  let at = start + 1;
  let from = at;
  for (; text[at] !== '"'; at++) {
    if (at >= text.length) throw unreadable('array', text, 'it is no array');
    if (text[at] === '\\') {
      value += text.slice(from, at);
      at++;
      from = at;
    }
  }
  return { value: value + text.slice(from, at), next: at + 1 };
}

function readBare(text: string, start: number): Item {
  let next = text.indexOf(',', start);
  if (next === -1) next = text.length - 1;
  const value = text.slice(start, next);
  if (/[{}"\\]/.test(value)) throw unreadable('array', text, 'arrays in arrays are not supported');
  return { value: value.toUpperCase() === 'NULL' ? null : value, next };
}
