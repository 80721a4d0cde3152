/** uuid: the usual text of 36 characters, in lower case. */
import { types } from 'node:util';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_BYTES = 16;

export function uuidType(options: ColumnTypeOptions): ColumnType {
  return {
    name: 'uuid',
    options,
    immutable: true,
    refuse(value) {
      if (typeof value !== 'string') return `must be the text of a uuid, got ${kindOf(value)}`;
      return UUID.test(value)
        ? undefined
        : 'must be the text of a uuid (8-4-4-4-12 hexadecimal digits), got another text';
    },
    toDatabase: (value) => (value as string).toLowerCase(),
    fromDatabase: readUuid,
    snapshot: lowerCase,
    equals: (value, snapshot) =>
      value === snapshot || (typeof value === 'string' && lowerCase(value) === lowerCase(snapshot)),
    fromSnapshot: (snapshot) => snapshot,
  };
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function readUuid(raw: unknown): string {
  if (typeof raw === 'string') return raw.toLowerCase();
  if (types.isUint8Array(raw) && raw.length === UUID_BYTES) {
    const hex = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }
  throw unreadable('uuid', raw, 'it is no uuid');
}
