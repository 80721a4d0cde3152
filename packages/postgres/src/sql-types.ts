/** The names of PostgreSQL's types: of columns in DDL, and of the arrays that batches travel in. */
import { QueryError, type ColumnType } from '@espalier/core/driver';
import { quoteIdentifier } from './identifier';

/** The SQL type of a column. */
export function columnSqlType(type: ColumnType): string {
  const { options } = type;
  if (options.sqlType !== undefined) return options.sqlType;
  switch (type.name) {
    case 'text':
    case 'varchar':
      return options.length === undefined ? 'text' : `varchar(${String(options.length)})`;
    case 'decimal':
      return options.precision === undefined
        ? 'numeric'
        : `numeric(${String(options.precision)}, ${String(options.scale ?? 0)})`;
    case 'char':
      return `char(${String(options.length ?? 1)})`;
    case 'time':
    case 'timestamp':
      return `${type.name}(${String(options.precision ?? 6)})`;
    case 'timestamptz':
      return `timestamp(${String(options.precision ?? 6)}) with time zone`;
    case 'enum':
      return options.native ? enumSqlType(type) : 'text';
    case 'array':
      return `${columnSqlType(elementOf(type))}[]`;
    case 'json':
      return 'jsonb';
    case 'bigint':
    case 'binary':
    case 'boolean':
    case 'date':
    case 'float':
    case 'integer':
    case 'smallint':
    case 'uuid':
      return SIMPLE[type.name];
  }
}

const SIMPLE = {
  smallint: 'smallint',
  integer: 'integer',
  bigint: 'bigint',
  float: 'double precision',
  boolean: 'boolean',
  date: 'date',
  uuid: 'uuid',
  binary: 'bytea',
} as const;

/** How the values of a column travel in an array parameter and become values of the column again. */
export interface Carrier {
  /** The type of the elements of the array. */
  readonly element: string;
  /** What the element must be cast to, where an assignment to the column would not do it. */
  readonly cast: string | undefined;
}

/**
 * Never a cast to a type with a length: an explicit cast cuts what is too long, where an assignment refuses it.
 * https://www.postgresql.org/docs/current/datatype-character.html
 */
export function carrierOf(type: ColumnType): Carrier {
  const { sqlType } = type.options;
  if (sqlType !== undefined) return { element: 'text', cast: withoutLength(sqlType) };
  switch (type.name) {
    case 'text':
    case 'varchar':
    case 'char':
      return { element: 'text', cast: undefined };
    case 'decimal':
      return { element: 'numeric', cast: undefined };
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return { element: type.name, cast: undefined };
    case 'json':
      return { element: 'text', cast: 'jsonb' };
    case 'enum':
      return { element: 'text', cast: type.options.native ? enumSqlType(type) : undefined };
    // An array of arrays would be taken apart to its last element: each array travels as its text.
    case 'array':
      return { element: 'text', cast: withoutLength(columnSqlType(type)) };
    case 'bigint':
    case 'binary':
    case 'boolean':
    case 'date':
    case 'float':
    case 'integer':
    case 'smallint':
    case 'uuid':
      return { element: SIMPLE[type.name], cast: undefined };
  }
}

function elementOf(type: ColumnType): ColumnType {
  const { element } = type.options;
  if (element) return element;
  throw new QueryError("An array column has no type of elements: declare it with { type: 'array', of: … }.");
}

/** `numeric(10, 2)` → `numeric`, `timestamp(3) with time zone` → `timestamp with time zone`, `serial` → `integer`. */
function withoutLength(sqlType: string): string {
  const base = sqlType.replace(/\s*\([\d\s,-]*\)/g, '').trim();
  // `char` without a length is `char(1)`; `bpchar` is the type that has none.
  const type = base.replace(/^(?:char|character)(?=\s*(?:\[\])*$)/i, 'bpchar');
  return SERIALS.get(type.toLowerCase()) ?? type;
}

const SERIALS: ReadonlyMap<string, string> = new Map([
  ['smallserial', 'smallint'],
  ['serial', 'integer'],
  ['bigserial', 'bigint'],
]);

function enumSqlType({ options: { enumName } }: ColumnType): string {
  if (enumName !== undefined) return quoteIdentifier(enumName);
  throw new QueryError("A native enum has no name for its type: give the column { enumName: 'name_of_the_type' }.");
}
