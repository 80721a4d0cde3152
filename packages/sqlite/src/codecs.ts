/**
 * How values travel where the neutral codecs of the column types do not fit: SQLite has integers, floats, texts and blobs.
 * Dates and times are texts of fixed width in UTC, so that they sort; the neutral codecs write them so.
 */
import { cachedCodecs, QueryError, type Codec, type ColumnType } from '@espalier/core/driver';

export const codecOf = cachedCodecs(ownCodec);

function ownCodec(type: ColumnType): Codec | undefined {
  switch (type.name) {
    case 'boolean':
      return { toDatabase: (value) => (value === true ? 1 : 0), fromDatabase: (raw) => type.fromDatabase(raw) };
    case 'decimal':
      return type.options.scale === undefined ? shortestDecimal(type) : undefined;
    case 'array':
      throw refuseArrays();
    case 'bigint':
    case 'binary':
    case 'char':
    case 'date':
    case 'enum':
    case 'float':
    case 'integer':
    case 'json':
    case 'smallint':
    case 'text':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'uuid':
    case 'varchar':
      return undefined;
  }
}

export function refuseArrays(): QueryError {
  return new QueryError("SQLite has no array columns: declare the column with the type 'json'.");
}

/** Without a scale there is no number of digits to write, so equal numbers are made equal texts by writing no zeros at the end. */
function shortestDecimal(type: ColumnType): Codec {
  return {
    toDatabase(value) {
      const text = type.toDatabase(value) as string;
      return text.includes('.') ? withoutZeros(text) : text;
    },
    fromDatabase: (raw) => type.fromDatabase(raw),
  };
}

/** A decimal with a point, without the zeros at its end, and without the point where nothing else follows it. */
function withoutZeros(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end--;
  return text.slice(0, text.charCodeAt(end - 1) === POINT ? end - 1 : end);
}

const ZERO = 48;
const POINT = 46;
