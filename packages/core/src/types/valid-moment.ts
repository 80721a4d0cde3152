/**
 * A faster reader for the moments of engines that check them, and write them in one form in UTC: `2024-02-29 12:30:00.123456` and a zone that
 * is always the same, or none. It does not doubt each digit, which takes a third of the time.
 */
import type { Codec, ColumnType } from './column-type';

const ZERO = 48;
const DASH = 45;
const POINT = 46;
const BLANK = 32;
const SECOND_LENGTH = 19;
const FRACTION_START = 20;

/**
 * Reads what `type`, a timestamp that is held as a Date, reads. Texts of another form go to the type itself: infinity, years of more than four
 * digits or before Christ, dates with a zero in the place of a year, month or day. So do all texts where the column has another SQL type, which
 * may hold any.
 */
export function validMomentReader(type: ColumnType, zone: string): Codec['fromDatabase'] {
  if (type.options.sqlType !== undefined) return (raw) => type.fromDatabase(raw);
  return (raw) => {
    const ms = typeof raw === 'string' && raw.endsWith(zone) ? momentOf(raw, raw.length - zone.length) : NaN;
    return Number.isNaN(ms) ? type.fromDatabase(raw) : new Date(ms);
  };
}

function momentOf(text: string, end: number): number {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(10) !== BLANK || end < SECOND_LENGTH) return NaN;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (year === 0 || month === 0 || day === 0) return NaN;
  const minutes = (daysSince1970(year, month, day) * 24 + twoDigits(text, 11)) * 60 + twoDigits(text, 14);
  return minutes * 60_000 + twoDigits(text, 17) * 1_000 + milliseconds(text, end);
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

/** Of the fraction of a second, digits below a millisecond left out; NaN where anything but a fraction follows the second. */
function milliseconds(text: string, end: number): number {
  if (end === SECOND_LENGTH) return 0;
  if (text.charCodeAt(SECOND_LENGTH) !== POINT || end === FRACTION_START) return NaN;
  let value = 0;
  let unit = 100;
  for (let at = FRACTION_START; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    if (unit >= 1) value += digit * unit;
    unit /= 10;
  }
  return value;
}

const DAYS_BEFORE_1970 = 719_468;
const DAYS_PER_ERA = 146_097;

/** The Gregorian calendar, years beginning in March so that the leap day is the last; in eras of 400 years, all alike. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_BEFORE_1970;
}
