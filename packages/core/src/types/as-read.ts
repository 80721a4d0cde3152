/** Values as the database spells them, to compare a column with what was read from it. */
import type { ColumnType, DriverValue } from './column-type';

const made = new WeakMap<ColumnType, ColumnType>();

/**
 * A type for values of `type` that were read and not decoded: they travel back as they are. What a codec reads it may spell otherwise than the
 * database does (a moment with microseconds, a text that a conversion changes), and the database compares what it holds.
 */
export function asRead(type: ColumnType): ColumnType {
  let raw = made.get(type);
  if (!raw) {
    raw = Object.freeze<ColumnType>({
      ...(type.custom?.base ?? type),
      custom: undefined,
      asRead: true,
      toDatabase: (value) => value as DriverValue,
      fromDatabase: (value) => value,
    });
    made.set(type, raw);
  }
  return raw;
}

/**
 * Whether a value that was read can travel back: drivers take texts and numbers as they give them. Blanks at the end of a char are compared or not, depending
 * on the type beside it, and a decimal is selected by an expression on some engines: these travel as they are decoded, which loses nothing of them.
 */
export function travelsBack({ name }: ColumnType, raw: unknown): boolean {
  return name !== 'char' && name !== 'decimal' && (typeof raw === 'string' || typeof raw === 'number');
}
