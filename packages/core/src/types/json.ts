/** json: plain data. What is stored comes back as it was, so what JSON would change on the way is refused. */
import { types } from 'node:util';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { equalsJson } from './json-compare';
import { kindOf, unreadable } from './refusal';
import { refuseCharacters } from './text';

/** Levels of nesting; MySQL takes no more (https://dev.mysql.com/doc/refman/8.4/en/json.html). */
const MAX_DEPTH = 100;
/** A bound for objects that refer to one another in so many ways that writing them out would never end. */
const MAX_VALUES = 5_000_000;

/**
 * Objects, arrays, texts, finite numbers, booleans and null. A Date, a Map or an instance of a class is refused, because it
 * would come back as something else; properties that are undefined are left out, as JSON does.
 */
export function jsonType(options: ColumnTypeOptions): ColumnType {
  return {
    name: 'json',
    options,
    immutable: false,
    refuse(value) {
      try {
        return refuseJson(value);
      } catch {
        return 'must be plain JSON data, got an object whose properties cannot be read';
      }
    },
    toDatabase: (value) => (value instanceof JsonText ? value.text : JSON.stringify(value)),
    fromDatabase: readJson,
    snapshot: (value) => JSON.stringify(value),
    equals: (value, snapshot) => typeof snapshot === 'string' && equalsJson(value, snapshot),
    fromSnapshot: (snapshot) => JSON.parse(snapshot as string) as unknown,
    frozen: (snapshot) => new JsonText(snapshot as string),
    thawed: (value) => (value instanceof JsonText ? value.text : JSON.stringify(value)),
  };
}

/** JSON that is written already: a value is written once, for its snapshot and for the database. */
class JsonText {
  constructor(readonly text: string) {}
}

interface Level {
  readonly value: unknown;
  readonly depth: number;
}

/** A loop with its own stack: hostile input is nested deeper than the language's. A circle ends at the greatest depth. */
function refuseJson(root: unknown): string | undefined {
  const waiting: Level[] = [{ value: root, depth: 0 }];
  let count = 0;
  for (let level = waiting.pop(); level; level = waiting.pop()) {
    const { value, depth } = level;
    if (++count > MAX_VALUES)
      return `must be JSON of at most ${String(MAX_VALUES)} values, got more, or objects that refer to one another`;
    if (typeof value !== 'object' || value === null) {
      const refusal = refuseScalar(value);
      if (refusal !== undefined) return refusal;
      continue;
    }
    if (depth >= MAX_DEPTH)
      return `must be JSON nested at most ${String(MAX_DEPTH)} levels deep, got more, or an object that contains itself`;
    const refusal = Array.isArray(value) ? pushElements(value, depth, waiting) : pushProperties(value, depth, waiting);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseScalar(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : `must be plain JSON data, got ${kindOf(value)} in it`;
  if (typeof value !== 'string') return `must be plain JSON data, got ${kindOf(value)} in it`;
  const refusal = refuseCharacters(value);
  return refusal === undefined ? undefined : `must be plain JSON data: each text in it ${refusal}`;
}

function pushElements(array: readonly unknown[], depth: number, waiting: Level[]): string | undefined {
  // JSON calls `toJSON` wherever it is a function.
  if (typeof (array as { toJSON?: unknown }).toJSON === 'function')
    return 'must be plain JSON data, got an array with a toJSON method in it';
  if (array.length > MAX_VALUES) return `must be JSON of at most ${String(MAX_VALUES)} values, got more`;
  for (let i = array.length - 1; i >= 0; i--) waiting.push({ value: array[i], depth: depth + 1 });
  return undefined;
}

function pushProperties(object: object, depth: number, waiting: Level[]): string | undefined {
  if (!isPlain(object)) {
    const remedy = types.isDate(object) ? 'write its toISOString()' : 'write a plain object';
    return `must be plain JSON data, got ${kindOf(object) === 'an object' ? 'an instance of a class' : kindOf(object)} in it, which would come back as something else: ${remedy}`;
  }
  for (const key of Object.keys(object)) {
    const refusal = refuseCharacters(key);
    if (refusal !== undefined) return `must be plain JSON data: each key in it ${refusal}`;
    const value = (object as Record<string, unknown>)[key];
    if (value !== undefined) waiting.push({ value, depth: depth + 1 });
  }
  if (typeof (object as { toJSON?: unknown }).toJSON === 'function')
    return 'must be plain JSON data, got an object with a toJSON method in it';
  return undefined;
}

/** Object literals and objects without prototype, of whatever realm. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && !isBoxed(object))
  );
}

function isBoxed(object: object): boolean {
  return (
    types.isBoxedPrimitive(object) ||
    types.isDate(object) ||
    Object.prototype.toString.call(object) !== '[object Object]'
  );
}

/** Text as the database holds it, or what the driver has parsed already. */
function readJson(raw: unknown): unknown {
  const text = types.isUint8Array(raw) ? Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8') : raw;
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('json', text, "it is no JSON; declare the column as 'text' if such values belong there");
  }
}
