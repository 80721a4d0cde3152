/** Raw SQL as a tagged template: text is the program's own, every value is bound. */
import { QueryError } from '../errors';
import { createColumnType, type DriverValue } from '../types';
import type { Dialect } from './dialect';
import type { BoundStatement } from './statement';

/** A row as the database names its columns. */
export type PlainRow = Record<string, unknown>;

/** ``sql`select … where id = ${id}` `` */
export type SqlTemplateTag = <R extends object = PlainRow>(
  parts: TemplateStringsArray,
  ...values: readonly unknown[]
) => Promise<R[]>;

/** @throws QueryError for a value that is no scalar: objects are never handed to a driver */
export function bindTemplate(dialect: Dialect, parts: readonly string[], values: readonly unknown[]): BoundStatement {
  if (!(parts instanceof Array) || parts.length !== values.length + 1) {
    throw new QueryError('sql is a template tag: write sql`select … where id = ${id}`, so that values are bound.');
  }
  let sql = parts[0]!;
  const parameters = values.map((value, i) => {
    sql += dialect.placeholder(i + 1) + parts[i + 1]!;
    return scalar(dialect, value, i + 1);
  });
  const readOnly =
    /^\s*(select|with|values|explain|show)\b/i.test(sql) && !/\b(insert|update|delete|into|for)\b/i.test(sql);
  return { sql, parameters, columns: undefined, readOnly, reusable: false };
}

function scalar(dialect: Dialect, value: unknown, position: number): DriverValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array)
    return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return dialect.codec(createColumnType('timestamptz', {})).toDatabase(value);
  throw new QueryError(
    `Value ${String(position)} of a sql template cannot be bound: text, numbers, booleans, dates, binary and null can.`,
  );
}
