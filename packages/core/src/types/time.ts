/** time: a time of day as text, to the microsecond, in no time zone. */
import { endOfFraction, fractionDigits, secondsOfDay, significantDigits } from './calendar';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, unreadable } from './refusal';
import { digitsTaken, ENGINE_PRECISION, finerColumn } from './second-digits';

const SECOND_LENGTH = 8;

/** Written with all digits of its precision, so that texts sort as times do; read without zeros at the end: `10:00:00`, `10:00:00.5`. */
export function timeType(options: ColumnTypeOptions): ColumnType {
  const precision = options.precision ?? ENGINE_PRECISION;
  const spell = (value: unknown, digits: number): unknown =>
    typeof value === 'string' && fractionEnd(value) === value.length ? withDigits(value, digits) : value;
  return {
    name: 'time',
    options,
    immutable: true,
    refuse(value, use) {
      if (typeof value !== 'string') return `must be a time of day as text ('14:30:00'), got ${kindOf(value)}`;
      const end = fractionEnd(value);
      if (end !== value.length)
        return "must be a time of day as text ('14:30:00' or '14:30:00.123456'), got another text";
      const most = digitsTaken(precision, use);
      return significantDigits(fractionDigits(value, SECOND_LENGTH, end), 0).length <= most
        ? undefined
        : `must be a time of at most ${String(most)} digits after the second, got more${finerColumn(most)}`;
    },
    toDatabase: (value) => spell(value, precision) as string,
    fromDatabase: readTime,
    snapshot: (value) => spell(value, 0),
    equals: (value, snapshot) =>
      value === snapshot || (typeof value === 'string' && spell(value, 0) === spell(snapshot, 0)),
    fromSnapshot: (snapshot) => snapshot,
  };
}

/** Where a time and its fraction end; -1 where there is no time. */
function fractionEnd(text: string): number {
  return Number.isNaN(secondsOfDay(text, 0)) ? -1 : endOfFraction(text, SECOND_LENGTH);
}

function withDigits(text: string, precision: number): string {
  const digits = significantDigits(fractionDigits(text, SECOND_LENGTH, text.length), precision);
  return digits === '' ? text.slice(0, SECOND_LENGTH) : `${text.slice(0, SECOND_LENGTH)}.${digits}`;
}

/** A text that is no time of day (MySQL's times may be spans of many hours) is read as it is. */
function readTime(raw: unknown): string {
  if (typeof raw !== 'string') throw unreadable('time', raw, 'it is no text');
  return fractionEnd(raw) === raw.length ? withDigits(raw, 0) : raw;
}
