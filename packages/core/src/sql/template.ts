/** Raw SQL as a tagged template: text is the program's own, every value is bound. */
import { types } from 'node:util';
import { QueryError } from '../errors';
import { createColumnType, type DriverValue } from '../types';
import type { Dialect } from './dialect';
import { boundStatement, type BoundStatement } from './statement';
import { checkBounds, type StatementBounds } from './statement-bounds';

/** A row as the database names its columns. */
export type PlainRow = Record<string, unknown>;

/** Runs raw SQL. */
export interface SqlTemplateTag {
  /** ``sql`select … where id = ${id}` `` */
  <R extends object = PlainRow>(parts: TemplateStringsArray, ...values: readonly unknown[]): Promise<R[]>;
  /** The same with bounds: ``sql({ timeout: 500 })`select …` `` */
  (bounds: StatementBounds): SqlTemplateTag;
}

/** What a tag was given. */
export interface RawTemplate {
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
}

/** Sends what a template says. */
type RunTemplate = <R extends object>(template: RawTemplate, bounds: StatementBounds | undefined) => Promise<R[]>;

export function templateTag(run: RunTemplate, bounds?: StatementBounds): SqlTemplateTag {
  function tag<R extends object = PlainRow>(parts: TemplateStringsArray, ...values: readonly unknown[]): Promise<R[]>;
  function tag(given: StatementBounds): SqlTemplateTag;
  function tag<R extends object>(
    given: TemplateStringsArray | StatementBounds,
    ...values: readonly unknown[]
  ): Promise<R[]> | SqlTemplateTag {
    if (!isBounds(given, values)) return run<R>({ parts: given, values }, bounds);
    checkBounds('sql({ signal, timeout })', given);
    return templateTag(run, { ...bounds, ...given });
  }
  return tag;
}

function isBounds(given: unknown, values: readonly unknown[]): given is StatementBounds {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || values.length > 0) return false;
  return Object.keys(given).every((name) => name === 'signal' || name === 'timeout');
}

/**
 * The statement of a template.
 *
 * @throws QueryError for a value that is no scalar: objects are never handed to a driver; and for statements that begin or end
 * transactions, which the session would not learn of
 */
export function bindTemplate(dialect: Dialect, parts: readonly string[], values: readonly unknown[]): BoundStatement {
  if (!isTemplate(parts, values.length)) {
    throw new QueryError('sql is a template tag: write sql`select … where id = ${id}`, so that values are bound.');
  }
  let sql = parts[0]!;
  const parameters = values.map((value, i) => {
    sql += dialect.placeholder(i + 1) + parts[i + 1]!;
    return scalar(dialect, value, i + 1);
  });
  refuseTransactionControl(sql);
  const readOnly =
    /^\s*(select|with|values|explain|show)\b/i.test(sql) && !/\b(insert|update|delete|into|for)\b/i.test(sql);
  return boundStatement(sql, parameters, { readOnly, reusable: false });
}

/** A plain array of texts may have come in as data; one with `raw` was written in the program. */
function isTemplate(parts: unknown, values: number): boolean {
  return Array.isArray(parts) && Object.hasOwn(parts, 'raw') && parts.length === values + 1;
}

const LEADING = /^(?:\s+|;|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const TRANSACTION_CONTROL =
  /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction|xa|set\s+(?:session\s+|local\s+|@@\w*\.?)?autocommit)\b/i;

/** The session keeps account of its transactions: what ends one without its knowledge would let the rest of the work commit by itself. */
function refuseTransactionControl(sql: string): void {
  if (!TRANSACTION_CONTROL.test(sql.slice(LEADING.exec(sql)![0].length))) return;
  throw new QueryError(
    'Raw SQL does not begin or end transactions: use session.begin(), commit(), rollback(), or session.transaction(…) for a savepoint.',
  );
}

const moment = createColumnType('timestamptz', {});
const text = createColumnType('text', {});

/** Dates and binary data are known by what they are, not by what they say they are. */
function scalar(dialect: Dialect, value: unknown, position: number): DriverValue {
  if (value === null || typeof value === 'boolean' || types.isUint8Array(value)) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint') return value.toString();
  const type = types.isDate(value) ? moment : text;
  const reason = type.refuse(value);
  if (reason === undefined) return dialect.codec(type).toDatabase(value);
  throw new QueryError(
    `Value ${String(position)} of a sql template cannot be bound: text, numbers, booleans, dates, binary and null can. It ${reason}.`,
    { code: 'INVALID_VALUE' },
  );
}
