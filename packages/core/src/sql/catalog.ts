/** What is there: tables as a database holds them, in terms that all engines share. A dialect reads them; the room `schema` compares. */
import type { ColumnTypeName, DriverValue } from '../types';
import type { TableReference } from './nodes/tree';

/** Reads an engine's catalogue. It changes nothing, and needs no more rights than to see the tables. */
export interface CatalogReader {
  /**
   * The families of SQL types that keep and compare the values of a column type as well as the one that `DdlSpelling.columnType` names for it. Types
   * that change values silently, or fail in one of the statements that a session sends, are not among them.
   */
  readonly keeps: Readonly<Record<ColumnTypeName, readonly SqlFamily[]>>;
  /** Whether the engine holds values to the lengths and digits that types say: by refusing what is longer, by rounding the others. */
  readonly bindsLimits: boolean;
  /** What an SQL type is, whether DDL or the catalogue spells it. Never throws. */
  sqlType(sql: string): SqlTypeFacts;
  /** A name as the engine tells columns apart: in small letters where it does not count case. */
  columnKey(name: string): string;
  /**
   * In the order of `tables`; undefined for one that is not there, or that the user may not see.
   * @throws what `ask` throws
   */
  read(tables: readonly TableReference[], ask: CatalogQuestion): Promise<readonly (FoundTable | undefined)[]>;
}

/** Sends a question to the catalogue: SQL text with placeholders, and their values. Rows come as raw SQL's do. */
export type CatalogQuestion = (
  sql: string,
  parameters?: readonly DriverValue[],
) => Promise<readonly (readonly unknown[])[]>;

/** Kinds of SQL types. `any` keeps what it is given, as it is; `other` is all that has no name here. */
export type SqlFamily =
  | 'integer'
  | 'float'
  | 'decimal'
  | 'text'
  | 'char'
  | 'boolean'
  | 'bit'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'json'
  | 'uuid'
  | 'binary'
  | 'enum'
  | 'array'
  | 'any'
  | 'other';

/** An SQL type taken apart. What is undefined is not limited, or means nothing for it. */
export interface SqlTypeFacts {
  /** Without length, one for all spellings of a type: two of one name are the same type. */
  readonly name: string;
  readonly family: SqlFamily;
  /** Of integers all bits, of floats those of the fraction. */
  readonly bits?: number | undefined;
  /** Characters, or bytes. */
  readonly length?: number | undefined;
  /** Digits of a decimal. */
  readonly precision?: number | undefined;
  /** Digits of a decimal after the point. */
  readonly scale?: number | undefined;
  /** Digits after the second. */
  readonly seconds?: number | undefined;
  /** Of an enum of the engine's own. */
  readonly values?: readonly string[] | undefined;
  /** Of an array. */
  readonly element?: SqlTypeFacts | undefined;
}

export interface FoundTable {
  /** It has no keys and no indexes, and does not tell which columns may be NULL. */
  readonly isView: boolean;
  readonly columns: readonly FoundColumn[];
  /** Columns of each key or index by which no two rows are alike: of all rows, and of columns alone. */
  readonly uniques: readonly (readonly string[])[];
  /** Columns of each index of all rows, keys among them, in order, as far as there is no expression. */
  readonly indexes: readonly (readonly string[])[];
}

export interface FoundColumn {
  readonly name: string;
  /** As the engine writes it. */
  readonly sql: string;
  readonly type: SqlTypeFacts;
  readonly nullable: boolean;
  /** Whether an insert may leave it out though it is not nullable. */
  readonly hasDefault: boolean;
  /** Whether the database makes a value where an insert leaves it out, and tells it. */
  readonly isNumbered: boolean;
  /** Whether it is computed of others, and cannot be written. */
  readonly isComputed: boolean;
  /** What its texts are compared by; undefined for what is no text, or where that is not known. */
  readonly collation: string | undefined;
  /** What texts of the connection are compared by, where that is neither the column's collation nor one that `orm.schema` would have taken. */
  readonly connectionCollation?: string | undefined;
}

/** Puts the columns of indexes together, that come a row each, in order. */
export function columnsByIndex<K>(
  rows: readonly { readonly index: K; readonly column: string | undefined }[],
): Map<K, (string | undefined)[]> {
  const columns = new Map<K, (string | undefined)[]>();
  for (const { index, column } of rows) columns.set(index, [...(columns.get(index) ?? []), column]);
  return columns;
}

/** The columns that an index begins with, before the first expression. */
export function leadingColumns(columns: readonly (string | undefined | null)[]): string[] {
  const end = columns.findIndex((column) => typeof column !== 'string');
  return (end < 0 ? columns : columns.slice(0, end)) as string[];
}
