/** The names of MySQL's types: of columns in DDL, of comparisons, and of the rows that batches travel in. */
import { QueryError, type ColumnType, type DriverValue } from '@espalier/core/driver';
import { refuseArrays } from './codecs';
import { textLiteral } from './literal';

/** An index takes 3072 bytes of a column, 768 characters of four bytes; this is what an indexed text without a length gets. */
const INDEXED_LENGTH = 255;
/** The widest `char`. */
const MAX_CHAR = 255;
/** A row takes 65,535 bytes of its columns together: longer texts are kept beside it. */
const MAX_VARCHAR = 16_000;
/** The widest decimal: https://dev.mysql.com/doc/refman/8.4/en/fixed-point-types.html */
const MAX_DIGITS = 65;
const MAX_SCALE = 30;
const UNDECLARED_WHOLE_DIGITS = MAX_DIGITS - MAX_SCALE;

const SIMPLE = {
  smallint: 'smallint',
  integer: 'int',
  bigint: 'bigint',
  float: 'double',
  boolean: 'tinyint(1)',
  date: 'date',
  json: 'json',
  uuid: 'char(36)',
} as const;

/** The SQL type of a column. */
export function columnSqlType(type: ColumnType, indexed: boolean): string {
  const { options } = type;
  if (options.sqlType !== undefined) return options.sqlType;
  switch (type.name) {
    case 'text':
    case 'varchar':
      return textSqlType(options.length ?? (indexed ? INDEXED_LENGTH : undefined));
    case 'char':
      return (options.length ?? 1) <= MAX_CHAR ? `char(${String(options.length ?? 1)})` : textSqlType(options.length);
    case 'binary':
      return binarySqlType(options.length ?? (indexed ? INDEXED_LENGTH : undefined));
    case 'decimal':
      return decimalSqlType(type);
    case 'time':
      return `time(${String(options.precision ?? 6)})`;
    // `timestamp` ends in 2038, and is converted by the session's time zone.
    case 'timestamp':
    case 'timestamptz':
      return `datetime(${String(options.precision ?? 6)})`;
    case 'enum':
      return options.native
        ? `enum(${enumValues(type).map(textLiteral).join(', ')})`
        : textSqlType(longest(enumValues(type)));
    case 'array':
      throw refuseArrays();
    case 'bigint':
    case 'boolean':
    case 'date':
    case 'float':
    case 'integer':
    case 'json':
    case 'smallint':
    case 'uuid':
      return SIMPLE[type.name];
  }
}

/** A decimal wide enough for all values of the column, to compare with: as a text it would be compared as a float. */
export function widestDecimal({ options: { precision, scale = 0 } }: ColumnType): string {
  const whole = precision === undefined ? UNDECLARED_WHOLE_DIGITS : Math.min(precision - scale, MAX_DIGITS);
  return `decimal(${String(MAX_DIGITS)}, ${String(Math.min(MAX_SCALE, MAX_DIGITS - whole))})`;
}

/**
 * The type of a value that finds rows, inside a `json_table`: that of its column, so that the index of the column serves. undefined for texts
 * and bytes, whose column may have any character set: they are compared as parameters only.
 */
export function keySqlType(type: ColumnType): string | undefined {
  switch (type.name) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return 'bigint';
    case 'float':
      return 'double';
    case 'boolean':
      return 'tinyint';
    case 'decimal':
      return widestDecimal(type);
    case 'date':
      return 'date';
    case 'time':
      return 'time(6)';
    case 'timestamp':
    case 'timestamptz':
      return 'datetime(6)';
    case 'array':
    case 'binary':
    case 'char':
    case 'enum':
    case 'json':
    case 'text':
    case 'uuid':
    case 'varchar':
      return undefined;
  }
}

/** A parameter beside a column of this type. A text beside a number is compared as a float, which rounds what these types are for. */
export function comparedAs(type: ColumnType, parameter: string): string {
  const cast = castOf(type);
  return cast === undefined ? parameter : `cast(${parameter} as ${cast})`;
}

export function castOf(type: ColumnType): string | undefined {
  if (type.name === 'decimal') return widestDecimal(type);
  return type.name === 'bigint' ? 'signed' : undefined;
}

/** The type of a value that is assigned, inside a `json_table`: the column makes of the text what it makes of a literal, strictly. */
export function carriedText(collation: string): string {
  return `longtext character set utf8mb4 collate ${collation}`;
}

/** A value as the text that stands for it on its way, bytes in hexadecimal digits. */
export function carriedAsText(value: DriverValue): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
}

/** SQL of what `carriedAsText` gave → SQL of the value that is assigned. */
export function readCarried({ name }: ColumnType, carried: string): string {
  return name === 'binary' ? `unhex(${carried})` : carried;
}

function textSqlType(length: number | undefined): string {
  return length === undefined || length > MAX_VARCHAR ? 'longtext' : `varchar(${String(length)})`;
}

function binarySqlType(length: number | undefined): string {
  return length === undefined || length > MAX_VARCHAR ? 'longblob' : `varbinary(${String(length)})`;
}

function decimalSqlType({ options: { precision, scale = 0 } }: ColumnType): string {
  if (precision === undefined) return `decimal(${String(MAX_DIGITS)}, ${String(MAX_SCALE)})`;
  if (precision > MAX_DIGITS || scale > MAX_SCALE) {
    throw new QueryError(
      `A decimal of ${String(precision)} digits, ${String(scale)} of them after the point, is wider than MySQL's widest: ${String(MAX_DIGITS)} and ${String(MAX_SCALE)}.`,
    );
  }
  return `decimal(${String(precision)}, ${String(scale)})`;
}

function enumValues({ options }: ColumnType): readonly string[] {
  return options.values ?? [];
}

function longest(values: readonly string[]): number {
  return values.reduce((length, value) => Math.max(length, value.length), 1);
}
