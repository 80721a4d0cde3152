/** binary: bytes, read as a Buffer. */
import { types } from 'node:util';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

export function binaryType(options: ColumnTypeOptions): ColumnType {
  const { length } = options;
  return {
    name: 'binary',
    options,
    immutable: false,
    refuse(value) {
      if (!types.isUint8Array(value)) return `must be a Uint8Array or Buffer, got ${kindOf(value)}`;
      if (length === undefined || value.byteLength <= length) return undefined;
      return `must be at most ${String(length)} bytes, got more`;
    },
    // A fresh view: drivers want Buffers, and look for methods of their own on what they are given.
    toDatabase: (value) => viewOf(value as Uint8Array),
    fromDatabase: readBinary,
    snapshot: (value) => (types.isUint8Array(value) ? copyOf(value) : value),
    equals: (value, snapshot) =>
      types.isUint8Array(value) && types.isUint8Array(snapshot) && viewOf(value).equals(viewOf(snapshot)),
    fromSnapshot: (snapshot) => copyOf(snapshot as Uint8Array),
  };
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function copyOf(bytes: Uint8Array): Buffer {
  return Buffer.from(viewOf(bytes));
}

const HEX = /^\\x(?:[0-9a-f]{2})*$/i;

function readBinary(raw: unknown): Buffer {
  if (types.isUint8Array(raw)) return viewOf(raw);
  if (typeof raw === 'string' && HEX.test(raw)) return Buffer.from(raw.slice(2), 'hex');
  throw unreadable('binary', raw, "it is no binary data; declare the column as 'text' if texts belong there");
}
