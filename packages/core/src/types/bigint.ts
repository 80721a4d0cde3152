/** bigint: 64-bit integers as JavaScript bigints, over the wire as decimal text, so that no driver rounds them. */
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** Also takes numbers that are safe integers; they are read back as bigints. */
export function bigintType(options: ColumnTypeOptions): ColumnType {
  return {
    name: 'bigint',
    options,
    immutable: true,
    refuse(value) {
      if (typeof value === 'bigint') {
        return value >= MIN && value <= MAX ? undefined : 'must be a bigint of 64 bits, got one out of that range';
      }
      if (typeof value === 'number' && Number.isInteger(value)) {
        return Number.isSafeInteger(value)
          ? undefined
          : 'must be a bigint, got a number too large to be exact (write it as a bigint: 9007199254740993n)';
      }
      return `must be a bigint, got ${kindOf(value)}`;
    },
    toDatabase: (value) => String(value),
    fromDatabase: readBigint,
    snapshot: asBigint,
    equals: (value, snapshot) => value === snapshot || (isWhole(value) && asBigint(value) === asBigint(snapshot)),
    fromSnapshot: asBigint,
  };
}

function isWhole(value: unknown): boolean {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

function asBigint(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function readBigint(raw: unknown): bigint {
  if (typeof raw === 'bigint') return raw;
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return BigInt(raw);
  if (typeof raw === 'string' && raw.trim() !== '') {
    try {
      return BigInt(raw);
    } catch {
      // Not a whole number: said below.
    }
  }
  throw unreadable(
    'bigint',
    raw,
    "it is no whole number, or was rounded on its way; declare the column as 'decimal' or 'float' if such values belong there",
  );
}
