/**
 * What an engine spells differently. The compiler of this room writes everything that all engines agree on and asks the
 * dialect for the rest; no other room asks which engine it is.
 */
import type { Codec, ColumnType } from '../types';
import type { BatchWriter } from './batch';
import type { Capabilities } from './capabilities';
import type { CatalogReader } from './catalog';
import type { MatchKind, TableReference } from './nodes/tree';
import type { SqlWriter } from './sql-writer';
import type { TransactionSpelling } from './transaction-spelling';

/** The SQL of one engine, in what it spells otherwise than the others. */
export interface Dialect {
  /** For messages and documentation only: no code decides by it. */
  readonly name: string;
  /** What it can do, for code that must choose a way. */
  readonly capabilities: Capabilities;
  /** Inserts, updates and deletes of many rows. */
  readonly batch: BatchWriter;
  /** The spelling of tables and indexes. */
  readonly ddl: DdlSpelling;
  /** What tables are there, and what their types are. */
  readonly catalog: CatalogReader;
  /** The verbs of a transaction. */
  readonly transaction: TransactionSpelling;

  /** An identifier quoted, its quote character doubled. @throws QueryError for an empty name, a NUL, or one longer than the engine keeps. */
  quote(identifier: string): string;
  /** Schema and table, both quoted. @throws QueryError as `quote` */
  quoteTable(table: TableReference): string;
  /** The placeholder of parameter `position`, counted from 1. */
  placeholder(position: number): string;
  /** The codec of a column type for this engine's driver. Cached: the same type gives the same object. */
  codec(type: ColumnType): Codec;
  /** How a column of this type is written where it is selected (`cast(x as text)` where the driver would round it). `reference` is quoted SQL. */
  selected(reference: string, type: ColumnType): string;
  /** `left operator right` where columns of this type need more than the plain comparison (decimals kept as text); undefined: plain. Operators: = <> < <= > >= */
  writeComparison(writer: SqlWriter, comparison: Comparison): boolean;
  /** The sort key of a column of this type; `reference` is quoted SQL. */
  orderKey(reference: string, type: ColumnType): string;

  /** The number of placeholders a list of this length is written with: 1 where a list is one parameter, else padded so that few texts arise. */
  listLength(length: number): number;
  /** Writes `operands in (list)` without the negation. */
  writeIn(writer: SqlWriter, membership: ListMembership): void;
  /** Writes a text match. @throws QueryError where the engine has no such match, naming it and the remedy. */
  writeMatch(writer: SqlWriter, match: TextMatch): void;
  /** Writes `limit … offset …`; at least one of them is there. */
  writeLimit(writer: SqlWriter, window: RowWindow): void;
  /** The lock clause with a leading space, or an empty text where reading locks by itself (a single-writer engine). */
  lockClause(lock: 'share' | 'update'): string;
}

/** A column by the name that its table has in the statement; undefined in statements on one table. */
export interface ColumnReference {
  readonly table: string | undefined;
  readonly name: string;
  readonly type: ColumnType;
}

/** `operands in (list)`. With several operands (a composite key) there is one list for each, all of one length. */
export interface ListMembership {
  readonly operands: readonly ColumnReference[];
  /** One slot an operand, each holding an array of values. Lists hold no null. */
  readonly slots: readonly number[];
  /** Number of placeholders a list is padded to, where the dialect expands lists (`listLength`). */
  readonly length: number;
}

/** A column matched against the text in `slot`. */
export interface TextMatch {
  readonly match: MatchKind;
  readonly insensitive: boolean;
  readonly operand: ColumnReference;
  readonly slot: number;
}

/** Slots that hold safe integers from 0. */
export interface RowWindow {
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

/** A comparison as the compiler meets it: the sides write themselves. */
export interface Comparison {
  /** One of = <> < <= > >= */
  readonly operator: string;
  /** Of both sides. */
  readonly type: ColumnType;
  /** Writes the column, quoted. */
  writeLeft(): void;
  /** Writes the other side: a placeholder or a column. */
  writeRight(): void;
  /** Whether the other side is a value. */
  readonly isBound: boolean;
}

/** DDL in this engine's words: used by the room `schema`. Names come in unquoted, expressions as SQL text. */
export interface DdlSpelling {
  /** The SQL type of a column. `indexed`: it is part of a key, index or foreign key. */
  columnType(type: ColumnType, use: { indexed: boolean; identity: boolean }): string;
  /** A literal for a column default, with the engine's rules of escape. */
  literal(value: unknown, type: ColumnType): string;
  /** What follows the type of an auto-increment key column: `generated by default as identity`, `auto_increment`, … */
  identityClause: string;
  /** Whether the identity column carries its own `primary key` (SQLite's rowid alias). */
  identityIsInlineKey: boolean;
  /** What follows the closing bracket of `create table`: engine, character set. `comment` where the engine has it there. */
  tableSuffix(comment: string | undefined): string;
  /** `generated always as (…) stored` */
  computedClause(expression: string): string;
  /** The comment of a column inside its definition, empty where the engine has none or says it elsewhere. */
  columnComment(comment: string): string;
  /** Statements after `create table` that set comments. */
  commentStatements(
    table: TableReference,
    comments: { table?: string | undefined; columns: readonly { name: string; comment: string }[] },
  ): readonly string[];
  /** What puts an index method (btree, gin …) before the columns of an index: nothing where it is the engine's own choice, undefined where there is no such method. */
  indexMethod(method: string): string | undefined;
  /** Whether an index may have a condition. Default: true. */
  readonly partialIndexes?: boolean | undefined;
  /** Whether an index may be one of an expression, in two pairs of brackets. Default: true. */
  readonly expressionIndexes?: boolean | undefined;
  /** Whether the engine makes an index for each foreign key by itself. Default: false. */
  readonly indexesForeignKeys?: boolean | undefined;
  /** Whether foreign keys can be checked at the commit. Default: true. */
  readonly deferrableConstraints?: boolean | undefined;
  /** Whether the SQL type of a native enum holds its values, so that no check is needed. Default: false. */
  readonly nativeEnums?: boolean | undefined;
  /** Whether a native enum is a type with a name, made beside the tables. Default: false. */
  readonly namedEnums?: boolean | undefined;
  /** Statements before any table: enum types, schemas. */
  prelude(needs: { schemas: readonly string[]; enums: readonly NativeEnum[] }): readonly string[];
  /** Statements after all tables were dropped. */
  epilogue(needs: { schemas: readonly string[]; enums: readonly NativeEnum[] }): readonly string[];
  /** Whether foreign keys can be added after `create table` (`alter table … add constraint`), which cycles between tables need; where not, they are always inline and cycles are no matter. */
  foreignKeysByAlter: boolean;
  /** Drops a table that may not be there; `cascade` where cycles of foreign keys would forbid it. */
  dropTable(table: TableReference): string;
  /** Statements around dropping tables that refer to one another (switching foreign key checks off and on). */
  aroundDrop: { before: readonly string[]; after: readonly string[] };
}

/** An enum type of the database. */
export interface NativeEnum {
  /** Unquoted. */
  readonly name: string;
  /** In the order of their definition. */
  readonly values: readonly string[];
}
