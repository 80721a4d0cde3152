/** date: a calendar date as text, in no time zone. */
import { dayMs } from './calendar';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';

const DATE_LENGTH = 10;

export function dateType(options: ColumnTypeOptions): ColumnType {
  return {
    name: 'date',
    options,
    immutable: true,
    refuse(value) {
      if (typeof value !== 'string') {
        const remedy =
          kindOf(value) === 'a Date'
            ? ' (a Date is a moment, not a day; write value.toISOString().slice(0, 10) for its day in UTC)'
            : '';
        return `must be a calendar date as text ('2024-02-29'), got ${kindOf(value)}${remedy}`;
      }
      if (value.length === DATE_LENGTH && !Number.isNaN(dayMs(value))) return undefined;
      return "must be a calendar date as text ('2024-02-29') of the years 0001 to 9999, got another text";
    },
    toDatabase: (value) => value as string,
    fromDatabase: readDate,
    snapshot: (value) => value,
    equals: (value, snapshot) => value === snapshot,
    fromSnapshot: (snapshot) => snapshot,
  };
}

/** A time after the date is left out: engines without a date type may hold one. */
function readDate(raw: unknown): string {
  if (typeof raw === 'string' && !Number.isNaN(dayMs(raw))) {
    if (raw.length === DATE_LENGTH) return raw;
    const separator = raw.charAt(DATE_LENGTH);
    if ((separator === ' ' || separator === 'T') && raw.charAt(DATE_LENGTH + 3) === ':')
      return raw.slice(0, DATE_LENGTH);
  }
  throw unreadable(
    'date',
    raw,
    "it is no date of the years 0001 to 9999; declare the column as 'text' if such values belong there",
  );
}
