/** A dialect of no engine, so that what the room `schema` asks of a dialect can be seen in its texts. */
import type { DdlSpelling } from '../../src/sql';
import type { SchemaDialect } from '../../src/schema/ddl';

const doubled = (text: string, mark: string): string => mark + text.replaceAll(mark, mark + mark) + mark;

const spelling: DdlSpelling = {
  columnType: (type, use) => `${type.options.sqlType ?? type.name}${use.indexed ? '!' : ''}${use.identity ? '#' : ''}`,
  literal: (value, type) => `${type.name}:${typeof value === 'string' ? doubled(value, "'") : JSON.stringify(value)}`,
  identityClause: 'numbered',
  identityIsInlineKey: false,
  tableSuffix: (comment) => (comment === undefined ? '' : `comment ${doubled(comment, "'")}`),
  computedClause: (expression) => `as (${expression})`,
  columnComment: (comment) => `comment ${doubled(comment, "'")}`,
  commentStatements: (table, { table: own, columns }) => [
    `comments on ${table.name}: ${[own ?? '-', ...columns.map(({ name, comment }) => `${name} ${comment}`)].join(', ')}`,
  ],
  prelude: ({ schemas, enums }) => [
    ...schemas.map((schema) => `create schema ${schema}`),
    ...enums.map(({ name, values }) => `create type ${name} (${values.join(' ')})`),
  ],
  epilogue: ({ schemas, enums }) => [
    ...enums.map(({ name }) => `drop type ${name}`),
    ...schemas.map((schema) => `drop schema ${schema}`),
  ],
  indexMethod: (method) => (method === 'other' ? undefined : `using ${method}`),
  foreignKeysByAlter: true,
  dropTable: ({ schema, name }) => `drop table if exists ${schema === undefined ? '' : `${schema}.`}${name}`,
  aroundDrop: { before: ['checks off'], after: ['checks on'] },
};

export function fakeDialect(changes: Partial<DdlSpelling> = {}, arrays = true): SchemaDialect {
  const quote = (name: string): string => doubled(name, '"');
  return {
    quote,
    quoteTable: ({ schema, name }) => (schema === undefined ? quote(name) : `${quote(schema)}.${quote(name)}`),
    ddl: { ...spelling, ...changes },
    capabilities: {
      arrays,
      errorAbortsTransaction: false,
      snapshotReads: false,
      conflictsLock: false,
      deletesSelfReferring: true,
    },
  };
}
