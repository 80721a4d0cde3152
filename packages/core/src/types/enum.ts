/** enum: one of the texts declared, exactly. */
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

const SHOWN_VALUES = 10;

/** What the database holds is read as it is: a value may have been removed from the declaration while rows still hold it. */
export function enumType(options: ColumnTypeOptions): ColumnType {
  const values = options.values ?? [];
  const allowed = new Set<unknown>(values);
  const shown = values
    .slice(0, SHOWN_VALUES)
    .map((value) => JSON.stringify(value))
    .join(', ');
  const list = values.length > SHOWN_VALUES ? `${shown}, …` : shown;
  return {
    name: 'enum',
    options,
    immutable: true,
    refuse(value) {
      if (allowed.has(value)) return undefined;
      return `must be one of ${list}, got ${typeof value === 'string' ? 'another text' : kindOf(value)}`;
    },
    toDatabase: (value) => value as string,
    fromDatabase(raw) {
      if (typeof raw === 'string') return raw;
      throw unreadable('enum', raw, 'it is no text');
    },
    snapshot: (value) => value,
    equals: (value, snapshot) => value === snapshot,
    fromSnapshot: (snapshot) => snapshot,
  };
}
