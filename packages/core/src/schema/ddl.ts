/** Tables → SQL texts in an engine's words. Every name is quoted by the dialect, every value is its literal. */
import { MetadataError } from '../errors';
import type { EntityModel } from '../metadata';
import type { Dialect, NativeEnum } from '../sql';
import type { ColumnType } from '../types';
import { tablesOf } from './from-metadata';
import { creationOrder } from './order';
import type { Check, Column, ForeignKey, Index, Table } from './table';

/** What of a dialect this room needs. */
export type SchemaDialect = Pick<Dialect, 'quote' | 'quoteTable' | 'ddl' | 'capabilities'>;

/**
 * The statements that create the tables of entities that live in one database, what is referred to first.
 * @throws MetadataError for what the engine cannot have, naming entity, table and column or index
 */
export function createStatements(models: readonly EntityModel[], dialect: SchemaDialect): string[] {
  return createTables(tablesOf(models), dialect);
}

/** What drops them again, tables that are not there tolerated. */
export interface DropSteps {
  /** To be run on the same connection before … */
  readonly before: readonly string[];
  readonly statements: readonly string[];
  /** … and after, also where dropping failed: they put the connection's settings back. */
  readonly after: readonly string[];
}

export function dropSteps(models: readonly EntityModel[], dialect: SchemaDialect): DropSteps {
  const tables = tablesOf(models);
  const { ddl } = dialect;
  return {
    before: ddl.aroundDrop.before,
    statements: [
      ...[...creationOrder(tables).tables].reverse().map(({ name, schema }) => ddl.dropTable({ name, schema })),
      ...ddl.epilogue(needsOf(tables)),
    ],
    after: ddl.aroundDrop.after,
  };
}

/** The statements that create these tables, with all that belongs to them. */
function createTables(tables: readonly Table[], dialect: SchemaDialect): string[] {
  const { ddl } = dialect;
  const order = creationOrder(tables);
  const statements = [...ddl.prelude(needsOf(tables))];
  const later: string[] = [];
  for (const table of order.tables) {
    const closing = ddl.foreignKeysByAlter ? (order.closing.get(table) ?? []) : [];
    statements.push(
      createTable(table, dialect, closing),
      ...createIndexes(table, dialect),
      ...comments(table, dialect),
    );
    for (const foreignKey of closing) {
      later.push(`alter table ${dialect.quoteTable(table)} add ${foreignKeyClause(table, foreignKey, dialect)}`);
    }
  }
  return [...statements, ...later];
}

/** What must be there before the tables. @throws MetadataError where two enums of one name differ */
function needsOf(tables: readonly Table[]): { schemas: string[]; enums: NativeEnum[] } {
  const schemas = new Set<string>();
  const enums = new Map<string, NativeEnum>();
  for (const table of tables) {
    if (table.schema !== undefined) schemas.add(table.schema);
    for (const column of table.columns) {
      const { native, enumName: name, values = [] } = (column.type.options.element ?? column.type).options;
      if (!native || name === undefined) continue;
      const present = enums.get(name);
      if (present && JSON.stringify(present.values) !== JSON.stringify(values)) {
        throw problem(
          table,
          `column ${column.name}`,
          `its enum type '${name}' has other values elsewhere: give it an enumName of its own`,
        );
      }
      enums.set(name, { name, values });
    }
  }
  return { schemas: [...schemas], enums: [...enums.values()] };
}

function problem({ entity, name }: Table, part: string, remedy: string): MetadataError {
  const message = `${entity} (table ${name}), ${part}: ${remedy}.`;
  return new MetadataError(message, [{ entity, message }], { entity });
}

function createTable(table: Table, dialect: SchemaDialect, without: readonly ForeignKey[]): string {
  const { ddl } = dialect;
  const inlineKey = ddl.identityIsInlineKey && table.columns.some((column) => column.identity);
  const lines = [
    ...table.columns.map((column) => columnDefinition(table, column, dialect)),
    ...(inlineKey || table.primaryKey.length === 0
      ? []
      : [`${keyName(table, dialect)}primary key ${columnList(table.primaryKey, dialect)}`]),
    ...table.uniques.map(
      ({ name, columns }) => `constraint ${dialect.quote(name)} unique ${columnList(columns, dialect)}`,
    ),
    ...table.checks.flatMap((check) => checkClause(table, check, dialect)),
    ...table.foreignKeys.filter((key) => !without.includes(key)).map((key) => foreignKeyClause(table, key, dialect)),
  ];
  const suffix = ddl.tableSuffix(table.comment);
  return `create table ${dialect.quoteTable(table)} (\n  ${lines.join(',\n  ')}\n)${suffix === '' ? '' : ` ${suffix.trimStart()}`}`;
}

function keyName({ primaryKeyName }: Table, dialect: SchemaDialect): string {
  return primaryKeyName === undefined ? '' : `constraint ${dialect.quote(primaryKeyName)} `;
}

function columnList(columns: readonly string[], dialect: SchemaDialect): string {
  return `(${columns.map((column) => dialect.quote(column)).join(', ')})`;
}

function columnDefinition(table: Table, column: Column, dialect: SchemaDialect): string {
  const { ddl } = dialect;
  const { name, type, identity, computed, comment } = column;
  if (type.name === 'array' && !dialect.capabilities.arrays) {
    throw problem(table, `column ${name}`, "this engine has no array columns: declare it with the type 'json'");
  }
  const parts = [dialect.quote(name), ddl.columnType(type, { indexed: isIndexed(table, name), identity })];
  if (computed !== undefined) parts.push(ddl.computedClause(computed));
  else if (identity) parts.push(...identityClauses(table, column, dialect));
  else {
    if (!column.nullable) parts.push('not null');
    parts.push(...defaultClause(table, column, dialect));
  }
  if (comment !== undefined) parts.push(ddl.columnComment(comment));
  return parts.filter((part) => part !== '').join(' ');
}

function identityClauses(table: Table, { name }: Column, dialect: SchemaDialect): string[] {
  const { ddl } = dialect;
  if (!ddl.identityIsInlineKey) return ['not null', ddl.identityClause];
  if (table.primaryKey.length === 1 && table.primaryKey[0] === name)
    return [keyName(table, dialect) + ddl.identityClause];
  throw problem(
    table,
    `column ${name}`,
    'on this engine a key of several columns cannot have one that is numbered: set generated: false, or make the key of this column alone',
  );
}

export function isIndexed(table: Table, column: string): boolean {
  return (
    table.primaryKey.includes(column) ||
    [table.uniques, table.foreignKeys, table.indexes].some((list) =>
      list.some(({ columns }) => columns.includes(column)),
    )
  );
}

/** SQL stands in brackets: without them most engines take literals only. */
function defaultClause(table: Table, column: Column, { ddl }: SchemaDialect): string[] {
  const { default: given, type, name } = column;
  if (given === undefined) return [];
  if ('sql' in given) return [`default (${given.sql})`];
  const { value } = given;
  if (value === null || value === undefined) return [];
  const refusal = type.refuse(value);
  if (refusal !== undefined) throw problem(table, `column ${name}`, `its default ${refusal}`);
  return [`default ${ddl.literal(value, type)}`];
}

/** Of a custom type the type below: what a check compares is what is stored. */
function storedType(type: ColumnType): ColumnType {
  return type.custom ? storedType(type.custom.base) : type;
}

function checkClause(table: Table, check: Check, dialect: SchemaDialect): string[] {
  const name = dialect.quote(check.name);
  if (check.kind === 'expression') return [`constraint ${name} check (${check.expression})`];
  const { type } = table.columns.find((column) => column.name === check.column)!;
  if (type.options.native && dialect.ddl.nativeEnums) return [];
  const values = check.values.map((value) => dialect.ddl.literal(value, storedType(type)));
  return [`constraint ${name} check (${dialect.quote(check.column)} in (${values.join(', ')}))`];
}

function foreignKeyClause(table: Table, key: ForeignKey, dialect: SchemaDialect): string {
  const { name, columns, target, targetColumns, onDelete, onUpdate, deferrable } = key;
  if (deferrable !== undefined && !(dialect.ddl.deferrableConstraints ?? true)) {
    throw problem(
      table,
      `constraint ${name}`,
      "this engine checks foreign keys at each statement and has no deferrable ones: leave out 'deferrable'",
    );
  }
  const parts = [
    `constraint ${dialect.quote(name)} foreign key ${columnList(columns, dialect)}`,
    `references ${dialect.quoteTable(target)} ${columnList(targetColumns, dialect)}`,
  ];
  if (onDelete !== undefined) parts.push(`on delete ${onDelete}`);
  if (onUpdate !== undefined) parts.push(`on update ${onUpdate}`);
  if (deferrable !== undefined) parts.push(`deferrable initially ${deferrable}`);
  return parts.join(' ');
}

function createIndexes(table: Table, dialect: SchemaDialect): string[] {
  return table.indexes
    .filter(({ forForeignKey }) => !(forForeignKey && dialect.ddl.indexesForeignKeys))
    .map((index) => createIndex(table, index, dialect));
}

function createIndex(table: Table, index: Index, dialect: SchemaDialect): string {
  const { name, unique, expression, using } = index;
  const parts = [
    `create ${unique ? 'unique ' : ''}index ${dialect.quote(name)} on ${dialect.quoteTable(table)}`,
    using === undefined ? '' : indexMethod(table, name, { using, dialect }),
    expression === undefined
      ? columnList(index.columns, dialect)
      : indexExpression(table, name, { expression, dialect }),
    indexCondition(table, index, dialect),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function indexMethod(
  table: Table,
  index: string,
  { using, dialect }: { using: string; dialect: SchemaDialect },
): string {
  const method = dialect.ddl.indexMethod(using);
  if (method !== undefined) return method;
  throw problem(table, `index ${index}`, `this engine has no index method '${using}': leave out the 'using'`);
}

function indexExpression(
  table: Table,
  index: string,
  { expression, dialect }: { expression: string; dialect: SchemaDialect },
): string {
  if (dialect.ddl.expressionIndexes ?? true) return `((${expression}))`;
  throw problem(
    table,
    `index ${index}`,
    `this engine has no indexes of expressions: add a column with generated: '${expression}', and put the index on that`,
  );
}

function indexCondition(table: Table, { name, unique, where }: Index, { ddl }: SchemaDialect): string {
  if (where === undefined) return '';
  if (ddl.partialIndexes ?? true) return `where ${where}`;
  throw problem(
    table,
    `index ${name}`,
    unique
      ? "this engine has no unique indexes of some of the rows: make it unique on all rows, or leave out the 'where'"
      : "this engine has no indexes of some of the rows: leave out the 'where', and it is one of all rows",
  );
}

function comments(table: Table, { ddl }: SchemaDialect): readonly string[] {
  const columns = table.columns.flatMap(({ name, comment }) => (comment === undefined ? [] : [{ name, comment }]));
  if (table.comment === undefined && columns.length === 0) return [];
  return ddl.commentStatements({ name: table.name, schema: table.schema }, { table: table.comment, columns });
}
