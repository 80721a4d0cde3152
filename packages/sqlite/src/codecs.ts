/**
 * How values travel where the neutral codecs of the column types do not fit: SQLite has integers, floats, texts and blobs.
 * Dates and times are texts of fixed width in UTC, so that they sort; the neutral codecs write them so.
 */
import {
  booleanNumber,
  cachedCodecs,
  faithfulCodec,
  QueryError,
  uuidText,
  type Codec,
  type ColumnType,
} from '@espalier/core/driver';
import { decimalCodec } from './decimals';

export const codecOf = cachedCodecs(ownCodec);

function ownCodec(type: ColumnType): Codec | undefined {
  switch (type.name) {
    case 'boolean':
      return { ...faithfulCodec(type, booleanNumber), toDatabase: (value) => (value === true ? 1 : 0) };
    case 'uuid':
      return faithfulCodec(type, uuidText);
    case 'char':
      return faithfulCodec(type, CHAR);
    case 'date':
      return faithfulCodec(type, DATE);
    case 'timestamp':
    case 'timestamptz':
      return faithfulCodec(type, MOMENT);
    case 'decimal':
      return decimalCodec(type);
    case 'array':
      throw refuseArrays();
    case 'bigint':
    case 'binary':
    case 'enum':
    case 'float':
    case 'integer':
    case 'json':
    case 'smallint':
    case 'text':
    case 'time':
    case 'varchar':
      return undefined;
  }
}

const BLANK = 32;

/** Blanks at the end are compared here, where a char is but a text. */
const CHAR = {
  isFaithful: (raw: unknown): boolean => typeof raw !== 'string' || raw.charCodeAt(raw.length - 1) !== BLANK,
  remedy:
    "it ends with blanks, which are compared and would not be found: write it without (update … set … = rtrim(…)), or declare the column as 'varchar'",
};

const DATE_LENGTH = 10;

const DATE = {
  isFaithful: (raw: unknown): boolean => typeof raw === 'string' && raw.length === DATE_LENGTH,
  remedy:
    "it is compared as a text of ten characters, and would not be found: write it so (update … set … = date(…)), or declare the column as 'timestamp'",
};

/** As `T` comes after a blank, and a zone after everything, moments of another form are neither found nor sorted. */
const MOMENT_TEXT = /^.{10} [\d:.]+$/;

const MOMENT = {
  isFaithful: (raw: unknown): boolean => typeof raw === 'string' && MOMENT_TEXT.test(raw),
  remedy:
    "it is compared as a text of the form '2024-02-29 12:30:00', in UTC, and would not be found: write it so (update … set … = strftime('%Y-%m-%d %H:%M:%f', …)), or declare the column as 'text'",
};

export function refuseArrays(): QueryError {
  return new QueryError("SQLite has no array columns: declare the column with the type 'json'.");
}
