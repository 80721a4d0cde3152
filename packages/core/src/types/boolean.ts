/** boolean: true and false, however the engine spells them. */
import { types } from 'node:util';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

const SPELLINGS = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  [1n, true],
  ['1', true],
  ['t', true],
  ['true', true],
  [false, false],
  [0, false],
  [0n, false],
  ['0', false],
  ['f', false],
  ['false', false],
]);

export function booleanType(options: ColumnTypeOptions): ColumnType {
  return {
    name: 'boolean',
    options,
    immutable: true,
    refuse: (value) => (typeof value === 'boolean' ? undefined : `must be true or false, got ${kindOf(value)}`),
    toDatabase: (value) => value as boolean,
    fromDatabase: readBoolean,
    snapshot: (value) => value,
    equals: (value, snapshot) => value === snapshot,
    fromSnapshot: (snapshot) => snapshot,
  };
}

function readBoolean(raw: unknown): boolean {
  if (raw === true || raw === false) return raw;
  // MySQL's bit(1) comes as one byte.
  const read = SPELLINGS.get(types.isUint8Array(raw) && raw.length === 1 ? raw[0] : raw);
  if (read === undefined)
    throw unreadable('boolean', raw, "declare it with the type 'integer' or 'text' if such values belong there");
  return read;
}
