/**
 * Arrays as text: `{1,NULL,"a \"b\""}`.
 * https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
import type { Codec, DriverValue } from '@espalier/core/driver';

/** One element of an array literal. */
export function arrayElement(value: DriverValue): string {
  switch (typeof value) {
    case 'number':
      return String(value);
    case 'boolean':
      return value ? 't' : 'f';
    case 'string':
      return quotedElement(value);
    case 'bigint':
    case 'function':
    case 'object':
    case 'symbol':
    case 'undefined':
      if (value === null) return 'NULL';
      // The backslash of bytea's `\x…` is escaped once more inside the quotes.
      return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`;
  }
}

/** A list of values as the literal of one array parameter. */
export function arrayLiteral(values: readonly unknown[], codec: Codec): string {
  let literal = '';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) literal += ',';
    const value = values[i];
    literal += value === null || value === undefined ? 'NULL' : arrayElement(codec.toDatabase(value));
  }
  return `{${literal}}`;
}

function quotedElement(text: string): string {
  let escaped = text;
  if (escaped.includes('\\')) escaped = escaped.replaceAll('\\', '\\\\');
  if (escaped.includes('"')) escaped = escaped.replaceAll('"', '\\"');
  return `"${escaped}"`;
}
