/**
 * How values travel. All columns come as the text that the server writes. The column types of the core read those texts;
 * those that are many in a page of rows, and whose texts have one form here, have faster readers.
 */
import { cachedCodecs, type Codec, type ColumnType } from '@espalier/core/driver';

export const codecOf = cachedCodecs(ownCodec);

function ownCodec(type: ColumnType): Codec | undefined {
  switch (type.name) {
    case 'boolean':
      return { toDatabase: toDatabaseOf(type), fromDatabase: booleanReader(type) };
    case 'timestamp':
    case 'timestamptz':
      if (type.options.as === 'string') return undefined;
      return { toDatabase: toDatabaseOf(type), fromDatabase: timestampReader(type) };
    case 'array':
    case 'bigint':
    case 'binary':
    case 'char':
    case 'date':
    case 'decimal':
    case 'enum':
    case 'float':
    case 'integer':
    case 'json':
    case 'smallint':
    case 'text':
    case 'time':
    case 'uuid':
    case 'varchar':
      return undefined;
  }
}

function toDatabaseOf(type: ColumnType): Codec['toDatabase'] {
  return (value) => type.toDatabase(value);
}

function booleanReader(type: ColumnType): Codec['fromDatabase'] {
  return (raw) => (raw === 't' ? true : raw === 'f' ? false : type.fromDatabase(raw));
}

/**
 * `2024-02-29 12:30:00.123456+00`, the zone missing from a timestamp without one; three times as fast as a reader that must
 * doubt each digit. Infinity and years of more than four digits or before Christ are left to the core, which refuses them.
 */
function timestampReader(type: ColumnType): Codec['fromDatabase'] {
  const zone = type.name === 'timestamptz' ? '+00' : '';
  return (raw) => {
    if (typeof raw !== 'string' || raw.charCodeAt(4) !== DASH || raw.charCodeAt(10) !== BLANK)
      return type.fromDatabase(raw);
    const end = raw.length - zone.length;
    if (!raw.endsWith(zone) || !isDigit(raw.charCodeAt(end - 1))) return type.fromDatabase(raw);
    return new Date(momentOf(raw, end));
  };
}

const ZERO = 48;
const DASH = 45;
const BLANK = 32;
const FRACTION_START = 20;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

/** Milliseconds since 1970; digits below a millisecond are left out. */
function momentOf(text: string, end: number): number {
  const days = daysSince1970(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8));
  const minutes = (days * 24 + twoDigits(text, 11)) * 60 + twoDigits(text, 14);
  let milliseconds = minutes * 60_000 + twoDigits(text, 17) * 1_000;
  let unit = 100;
  for (let at = FRACTION_START; at < end && unit >= 1; at++) {
    milliseconds += (text.charCodeAt(at) - ZERO) * unit;
    unit /= 10;
  }
  return milliseconds;
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
