/** float: double precision numbers. */
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

/**
 * Minus zero is written as zero: SQLite and MySQL do not keep its sign. NaN and infinities are refused, for only PostgreSQL has them;
 * where such a value is in the database already it is read as it is.
 */
export function floatType(options: ColumnTypeOptions): ColumnType {
  return {
    name: 'float',
    options,
    immutable: true,
    refuse: (value) =>
      typeof value === 'number' && Number.isFinite(value) ? undefined : `must be a finite number, got ${kindOf(value)}`,
    toDatabase: (value) => (value as number) + 0,
    fromDatabase: readFloat,
    snapshot: (value) => value,
    equals: (value, snapshot) => value === snapshot || Object.is(value, snapshot),
    fromSnapshot: (snapshot) => snapshot,
  };
}

function readFloat(raw: unknown): number {
  if (typeof raw === 'number') return raw;
  if (typeof raw === 'bigint' || (typeof raw === 'string' && raw.trim() !== '')) {
    const number = Number(raw);
    if (!Number.isNaN(number) || raw === 'NaN') return number;
  }
  throw unreadable('float', raw, 'it is no number');
}
