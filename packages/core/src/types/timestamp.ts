/**
 * timestamp and timestamptz: moments in UTC, whatever the zone of the server or of this process. As a Date, to the
 * millisecond, or as text, to the microsecond.
 */
import { types } from 'node:util';
import {
  EARLIEST_MS,
  LATEST_MS,
  endOfFraction,
  fractionDigits,
  fractionStart,
  millisText,
  significantDigits,
  timestampMs,
  utcSecondsText,
  wholeSecondMs,
  zoneSeconds,
} from './calendar';
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf, timeOf, unreadable } from './refusal';
import { digitsTaken, ENGINE_PRECISION, finerColumn } from './second-digits';

type TimestampName = 'timestamp' | 'timestamptz';

/** Of a Date, after the second. */
const DATE_DIGITS = 3;
const DATE_LENGTH = 10;
const SECOND_LENGTH = 19;
const MICROSECONDS = '000';
const REMEDY =
  "only moments of the years 0001 to 9999 can be read; declare the column as 'text' if such values belong there";

export function timestampType(name: TimestampName, options: ColumnTypeOptions): ColumnType {
  return options.as === 'string' ? timestampAsText(name, options) : timestampAsDate(name, options);
}

/**
 * Microseconds that the database holds are not seen, and not written back as zeros either as long as the Date is the one that was read.
 * A Date with milliseconds that the precision does not keep is refused; compared with such a column it keeps them.
 */
function timestampAsDate(name: TimestampName, options: ColumnTypeOptions): ColumnType {
  const precision = options.precision ?? ENGINE_PRECISION;
  /** The least that two moments of the column differ by. */
  const step = 10 ** Math.max(0, DATE_DIGITS - precision);
  return {
    name,
    options,
    immutable: false,
    refuse(value, use) {
      if (!types.isDate(value)) {
        const remedy = typeof value === 'string' ? ': write new Date(…)' : '';
        return `must be a Date, got ${kindOf(value)}${remedy}`;
      }
      const ms = timeOf(value);
      if (Number.isNaN(ms)) return 'must be a Date, got an invalid one';
      if (!(ms >= EARLIEST_MS && ms <= LATEST_MS))
        return 'must be a Date of the years 0001 to 9999, got one of another year';
      return ms % step === 0 || use === 'compared'
        ? undefined
        : `must be a Date of at most ${String(precision)} digits after the second, got more: ` +
            'round it (date.setMilliseconds(0)), or declare precision: 3';
    },
    toDatabase(value) {
      const ms = timeOf(value as Date);
      const seconds = utcSecondsText(ms);
      if (precision >= DATE_DIGITS) return `${seconds}.${(millisText(ms) + MICROSECONDS).slice(0, precision)}`;
      const digits = significantDigits(millisText(ms), precision);
      return digits === '' ? seconds : `${seconds}.${digits}`;
    },
    fromDatabase(raw) {
      if (typeof raw === 'string') {
        const ms = timestampMs(raw);
        if (ms >= EARLIEST_MS && ms <= LATEST_MS) return new Date(ms);
      } else if (types.isDate(raw) && !Number.isNaN(timeOf(raw))) return raw;
      throw unreadable(name, raw, REMEDY);
    },
    snapshot: (value) => (types.isDate(value) ? timeOf(value) : value),
    equals: (value, snapshot) => types.isDate(value) && timeOf(value) === snapshot,
    fromSnapshot: (snapshot) => new Date(snapshot as number),
  };
}

/** Texts without a zone are in UTC. Read as `2024-02-29T12:30:00.123456Z`, of a timestamp without zone without the Z. */
function timestampAsText(name: TimestampName, options: ColumnTypeOptions): ColumnType {
  const precision = options.precision ?? ENGINE_PRECISION;
  const suffix = name === 'timestamptz' ? 'Z' : '';
  const canonical = (value: unknown): string | undefined =>
    typeof value === 'string' ? spell(value, { separator: 'T', precision, suffix }) : undefined;
  return {
    name,
    options,
    immutable: true,
    refuse(value, use) {
      if (typeof value !== 'string') {
        const remedy = types.isDate(value) ? ': write value.toISOString()' : '';
        return `must be a timestamp as text ('2024-02-29T12:30:00.123456Z'), got ${kindOf(value)}${remedy}`;
      }
      const text = canonical(value);
      if (text === undefined || value.length <= DATE_LENGTH) {
        return "must be a timestamp as text ('2024-02-29T12:30:00.123456Z') of the years 0001 to 9999, got another text";
      }
      const digits = text.length - suffix.length - SECOND_LENGTH - 1;
      const most = digitsTaken(precision, use);
      return digits <= most
        ? undefined
        : `must be a timestamp of at most ${String(most)} digits after the second, got more${finerColumn(most)}`;
    },
    toDatabase: (value) => spell(value as string, { separator: ' ', precision, suffix: '' }) ?? (value as string),
    fromDatabase(raw) {
      const text = canonical(
        types.isDate(raw) && !Number.isNaN(timeOf(raw)) ? Date.prototype.toISOString.call(raw) : raw,
      );
      if (text === undefined) throw unreadable(name, raw, REMEDY);
      return text;
    },
    snapshot: (value) => canonical(value) ?? value,
    equals(value, snapshot) {
      if (value === snapshot) return true;
      const text = canonical(value);
      return text !== undefined && text === canonical(snapshot);
    },
    fromSnapshot: (snapshot) => snapshot,
  };
}

/** The same moment in UTC, with all digits of the precision and those beyond it that matter; undefined where the text names none. */
function spell(text: string, form: { separator: string; precision: number; suffix: string }): string | undefined {
  const ms = wholeSecondMs(text);
  const start = fractionStart(text);
  const end = endOfFraction(text, start);
  const utc = ms - zoneSeconds(text, end) * 1_000;
  if (!(utc >= EARLIEST_MS && utc <= LATEST_MS)) return undefined;
  const plain = utc === ms && start === SECOND_LENGTH ? text : new Date(utc).toISOString();
  const digits = significantDigits(fractionDigits(text, start, end), form.precision);
  const fraction = digits === '' ? '' : `.${digits}`;
  return (
    plain.slice(0, DATE_LENGTH) + form.separator + plain.slice(DATE_LENGTH + 1, SECOND_LENGTH) + fraction + form.suffix
  );
}
