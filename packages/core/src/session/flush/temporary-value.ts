/**
 * A value that a row holds for a moment, while its unique value changes hands within a circle of rows. It is chosen at random from so many that no
 * row can be expected to have it.
 */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { ColumnModel } from '../../metadata';

/** Fewer characters leave too few values. */
const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 40;

/** undefined where the column's type leaves no room: its values are few, or are those of other rows. */
export function temporaryValue({ type, references }: ColumnModel): unknown {
  if (references.length > 0 || type.custom || type.options.sqlType !== undefined) return undefined;
  const { length = MAX_CHARACTERS, precision, scale = 0 } = type.options;
  switch (type.name) {
    case 'text':
    case 'varchar':
      return length < MIN_CHARACTERS
        ? undefined
        : randomBytes(20).toString('hex').slice(0, Math.min(length, MAX_CHARACTERS));
    case 'uuid':
      return randomUUID();
    case 'integer':
      return randomInt(2 ** 30, 2 ** 31);
    case 'bigint':
      return type.immutable ? BigInt(randomInt(2 ** 40, 2 ** 47)) : undefined;
    case 'binary':
      return length < MIN_CHARACTERS ? undefined : randomBytes(Math.min(length, MAX_CHARACTERS));
    case 'decimal':
      return (precision ?? 0) - scale < MIN_CHARACTERS ? undefined : String(randomInt(10 ** 7, 10 ** 8));
    case 'date':
      return dayIn(randomInt(4_000, 9_999));
    case 'timestamp':
    case 'timestamptz':
      return type.options.as === 'string' ? undefined : new Date(`${dayIn(randomInt(4_000, 9_999))}T00:00:00.000Z`);
    // Their values are few, or mean too much.
    case 'smallint':
    case 'float':
    case 'char':
    case 'boolean':
    case 'time':
    case 'json':
    case 'enum':
    case 'array':
      return undefined;
  }
}

/** Any day of a year that no application writes about. */
function dayIn(year: number): string {
  const pad = (part: number): string => String(part).padStart(2, '0');
  return `${String(year)}-${pad(randomInt(1, 13))}-${pad(randomInt(1, 29))}`;
}
