/** MySQL's words for tables. https://dev.mysql.com/doc/refman/8.4/en/create-table.html */
import type { ColumnType, DdlSpelling, Dialect, DriverValue, TableReference } from '@espalier/core/driver';
import { binaryLiteral, textLiteral } from './literal';
import { columnSqlType } from './sql-types';

/** Types whose columns take a default only as an expression, in brackets. */
const DEFAULT_BY_EXPRESSION: ReadonlySet<string> = new Set(['longtext', 'longblob', 'json']);

export class MysqlDdl implements DdlSpelling {
  readonly identityClause = 'auto_increment';
  readonly identityIsInlineKey = false;
  readonly foreignKeysByAlter = true;
  readonly partialIndexes = false;
  readonly deferrableConstraints = false;
  readonly indexesForeignKeys = true;
  readonly nativeEnums = true;
  readonly aroundDrop = { before: ['set foreign_key_checks = 0'], after: ['set foreign_key_checks = 1'] };

  constructor(
    private readonly dialect: Pick<Dialect, 'quoteTable' | 'quote' | 'codec'>,
    private readonly collation: string,
    readonly expressionIndexes: boolean,
  ) {}

  columnType(type: ColumnType, { indexed }: { indexed: boolean }): string {
    return columnSqlType(type, indexed);
  }

  literal(value: unknown, type: ColumnType): string {
    const literal = driverLiteral(value === null ? null : this.dialect.codec(type).toDatabase(value));
    return DEFAULT_BY_EXPRESSION.has(columnSqlType(type, false)) ? `(${literal})` : literal;
  }

  tableSuffix(comment: string | undefined): string {
    const suffix = `engine = InnoDB default character set utf8mb4 collate ${this.collation}`;
    return comment === undefined ? suffix : `${suffix} comment = ${textLiteral(comment)}`;
  }

  computedClause(expression: string): string {
    return `generated always as (${expression}) stored`;
  }

  columnComment(comment: string): string {
    return `comment ${textLiteral(comment)}`;
  }

  commentStatements(): readonly string[] {
    return [];
  }

  /** InnoDB has B-trees only; asked for a hash index it makes one without a word (https://dev.mysql.com/doc/refman/8.4/en/create-index.html). */
  indexMethod(method: string): string | undefined {
    return method.toLowerCase() === 'btree' ? '' : undefined;
  }

  /** What the others call a schema is a database here. */
  prelude({ schemas }: { schemas: readonly string[] }): readonly string[] {
    return schemas.map((schema) => `create database if not exists ${this.dialect.quote(schema)}`);
  }

  /** Databases stay: dropping one would drop all that is in it. */
  epilogue(): readonly string[] {
    return [];
  }

  dropTable(table: TableReference): string {
    return `drop table if exists ${this.dialect.quoteTable(table)}`;
  }
}

function driverLiteral(value: DriverValue): string {
  switch (typeof value) {
    case 'number':
      return value < 0 ? `(${String(value)})` : String(value);
    case 'boolean':
      return value ? '1' : '0';
    case 'string':
      return textLiteral(value);
    case 'bigint':
    case 'function':
    case 'object':
    case 'symbol':
    case 'undefined':
      return value === null ? 'null' : binaryLiteral(value);
  }
}
