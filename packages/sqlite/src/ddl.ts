/** SQLite's DDL. https://www.sqlite.org/lang_createtable.html */
import {
  QueryError,
  type ColumnType,
  type DdlSpelling,
  type Dialect,
  type DriverValue,
  type TableReference,
} from '@espalier/core/driver';
import { refuseArrays } from './codecs';
import { carrierOf } from './json-values';

/** Digits that every decimal text of a float can have and be read back exactly. */
const SAFE_FLOAT_DIGITS = 15;

export class SqliteDdl implements DdlSpelling {
  readonly identityClause = 'primary key autoincrement';
  readonly identityIsInlineKey = true;
  /** Foreign keys may name tables that come later, so they are always inline. */
  readonly foreignKeysByAlter = false;
  /** These do nothing inside a transaction: tables are to be dropped outside of one (https://www.sqlite.org/pragma.html#pragma_foreign_keys). */
  readonly aroundDrop = { before: ['pragma foreign_keys = off'], after: ['pragma foreign_keys = on'] };

  constructor(private readonly dialect: Pick<Dialect, 'codec' | 'quoteTable'>) {}

  /**
   * Any words may name a type; what counts is the affinity that they mean (https://www.sqlite.org/datatype3.html#determination_of_column_affinity):
   * `text` in a name keeps decimals and JSON from becoming numbers.
   */
  columnType(type: ColumnType, use: { indexed: boolean; identity: boolean }): string {
    // Only under this very name a primary key is the rowid.
    if (use.identity) return 'integer';
    const { length, precision, scale, sqlType } = type.options;
    if (sqlType !== undefined) return sqlType;
    switch (type.name) {
      case 'float':
        return 'double precision';
      case 'decimal':
        return precision === undefined ? 'decimal_text' : `decimal_text(${String(precision)}, ${String(scale ?? 0)})`;
      case 'varchar':
      case 'char':
        return length === undefined ? type.name : `${type.name}(${String(length)})`;
      case 'time':
      case 'timestamp':
      case 'timestamptz':
        return precision === undefined ? type.name : `${type.name}(${String(precision)})`;
      case 'json':
        return 'json_text';
      case 'uuid':
        return 'uuid_text';
      case 'binary':
        return 'blob';
      case 'enum':
        return 'text';
      case 'array':
        throw refuseArrays();
      case 'bigint':
      case 'boolean':
      case 'date':
      case 'integer':
      case 'smallint':
      case 'text':
        return type.name;
    }
  }

  literal(value: unknown, type: ColumnType): string {
    if (value === null) return 'null';
    const encoded = this.dialect.codec(type).toDatabase(value);
    if (type.name === 'bigint' && typeof encoded === 'string') return encoded;
    if (typeof encoded === 'number' && needsExactParts(encoded)) {
      return `(${carrierOf(type).read(quoted(JSON.stringify(carrierOf(type).encode(value))))})`;
    }
    return scalarLiteral(encoded);
  }

  tableSuffix(): string {
    return '';
  }

  /** Every index is a B-tree (https://www.sqlite.org/fileformat2.html#representation_of_sql_indices). */
  indexMethod(method: string): string | undefined {
    return method.toLowerCase() === 'btree' ? '' : undefined;
  }

  computedClause(expression: string): string {
    return `generated always as (${expression}) stored`;
  }

  /** SQLite keeps no comments. */
  columnComment(): string {
    return '';
  }

  commentStatements(): readonly string[] {
    return [];
  }

  prelude(): readonly string[] {
    return [];
  }

  epilogue(): readonly string[] {
    return [];
  }

  dropTable(table: TableReference): string {
    return `drop table if exists ${this.dialect.quoteTable(table)}`;
  }
}

function needsExactParts(value: number): boolean {
  return !Number.isSafeInteger(value) && Number(value.toPrecision(SAFE_FLOAT_DIGITS)) !== value;
}

function scalarLiteral(value: DriverValue): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string') return quoted(value);
  return `x'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`;
}

/** @throws QueryError for a NUL, at which the text of a statement would end. */
function quoted(text: string): string {
  if (text.includes('\0')) throw new QueryError('A default holds a NUL character: no text of SQL can.');
  return `'${text.replaceAll("'", "''")}'`;
}
