/**
 * What PostgreSQL and its client say → typed errors, by SQLSTATE.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
import { types } from 'node:util';
import {
  cannotConnect,
  CheckViolationError,
  ConnectError,
  ConnectionLostError,
  DeadlockError,
  EspalierError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  QueryError,
  QueryTimeoutError,
  SerializationError,
  TransactionError,
  UniqueViolationError,
  type ConnectTarget,
  type ConstraintDetails,
  type ErrorCode,
  type ErrorDetails,
} from '@espalier/core/driver';
import type { ProtocolClient } from './protocol';

/** The fields of an error message of the server that are used here. */
export interface ServerError extends Error {
  readonly code: string;
  readonly severity?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly routine?: string;
}

type IntegrityErrorClass = new (message: string, details: ConstraintDetails) => IntegrityError;
type ErrorClass = new (message: string, details: ErrorDetails) => EspalierError;

const CONSTRAINTS: ReadonlyMap<string, IntegrityErrorClass> = new Map<string, IntegrityErrorClass>([
  ['23001', ForeignKeyViolationError], // restrict_violation
  ['23502', NotNullViolationError],
  ['23503', ForeignKeyViolationError],
  ['23505', UniqueViolationError],
  ['23514', CheckViolationError],
]);

const CONDITIONS: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ['40001', SerializationError],
  ['40P01', DeadlockError],
  ['55P03', LockTimeoutError], // lock_not_available
  ['57014', QueryTimeoutError], // query_canceled
]);

/** Conditions that end the connection, beside class 08: shutdowns, terminated and idle sessions. */
const CONNECTION_ENDS: ReadonlySet<string> = new Set(['25P03', '57P01', '57P02', '57P03', '57P05']);

const FAILED_TRANSACTION = '25P02';
const INSUFFICIENT_PRIVILEGE = '42501';

export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';
}

/** Whether the connection is of no use after this: it ended, or its state is unknown. */
export function endsConnection(error: unknown): boolean {
  if (!isServerError(error)) return !(error instanceof EspalierError);
  return error.severity === 'FATAL' || error.severity === 'PANIC' || meansConnectionLost(error.code);
}

/** The plan of a prepared statement does not fit the tables any more, or the server does not know its name. Nothing was executed. */
export function isStalePlan(error: unknown): boolean {
  if (!isServerError(error)) return false;
  if (error.code === '26000') return true; // invalid_sql_statement_name
  return error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
}

export function translateError(error: unknown, sql: string | undefined): EspalierError {
  if (error instanceof EspalierError) return error;
  if (!isServerError(error)) return clientError(error, sql);
  const { code } = error;
  const details = { cause: error, sql };
  const message = error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  if (code.startsWith('23')) {
    const Constraint = CONSTRAINTS.get(code) ?? IntegrityError;
    return new Constraint(message, { ...details, ...constraintOf(error) });
  }
  const Condition = CONDITIONS.get(code);
  if (Condition) return new Condition(message, details);
  if (meansConnectionLost(code)) return new ConnectionLostError(message + poolerRemedy(message), details);
  if (code === FAILED_TRANSACTION) {
    return new TransactionError(
      'A statement of this transaction failed before, so PostgreSQL takes nothing more in it: roll it back. ' +
        'To be able to go on after a failure, put what may fail into session.transaction(...), a savepoint.',
      details,
    );
  }
  return new QueryError(message, { ...details, code: refusalCode(code) });
}

/** Data exceptions are about values; what a role may not do is granted by who runs the server. */
function refusalCode(state: string): ErrorCode {
  if (state === INSUFFICIENT_PRIVILEGE) return 'PERMISSION_DENIED';
  return state.startsWith('22') ? 'INVALID_VALUE' : 'STATEMENT_REFUSED';
}

/** By SQLSTATE. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CONNECT_REMEDIES: ReadonlyMap<string, string> = new Map([
  ['28000', 'look at the name of the user and at pg_hba.conf'],
  ['28P01', 'look at the name of the user and the password'],
  ['3D000', 'create the database, or name another one'],
  ['53300', 'lower pool.max, or raise max_connections of the server'],
]);

/** Whatever keeps a connection from being made. */
export function connectError(error: unknown, client: ProtocolClient): EspalierError {
  if (error instanceof ConnectError) return error;
  const isServers = isServerError(error);
  return cannotConnect('PostgreSQL', targetOf(client), {
    reason: isServers ? error.message + poolerRemedy(error.message) : reason(error),
    remedy: isServers ? CONNECT_REMEDIES.get(error.code) : undefined,
    cause: error,
  });
}

export function targetOf({ host, port, database, user }: ProtocolClient): ConnectTarget {
  // The directory of a socket is no host with a port.
  return {
    host,
    port: host.startsWith('/') ? undefined : port,
    database: database ?? undefined,
    user: user ?? undefined,
  };
}

function meansConnectionLost(code: string): boolean {
  return code.startsWith('08') || CONNECTION_ENDS.has(code);
}

/** PgBouncer takes no options in the startup message unless it is told to ignore them, which must not be. */
function poolerRemedy(message: string): string {
  return message.includes('unsupported startup parameter')
    ? ' (behind a pooler say postgres({ primary: …, preparedStatements: false }))'
    : '';
}

/** Without a SQLSTATE it is the socket or the client library that speaks; only a mistake in a call has nothing to do with the connection. */
function clientError(error: unknown, sql: string | undefined): EspalierError {
  const details = { cause: error, sql };
  if (error instanceof TypeError || error instanceof RangeError)
    return new QueryError(error.message, { ...details, code: 'STATEMENT_REFUSED' });
  return new ConnectionLostError(`The connection to PostgreSQL failed: ${reason(error)}`, details);
}

function reason(error: unknown): string {
  // Node tries each address of a name and puts what it met into one error without a message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reason).join('; ');
  return types.isNativeError(error) ? error.message : String(error);
}

function constraintOf(error: ServerError): ConstraintDetails {
  const { table, constraint, column, detail = '' } = error;
  // Of a row that others refer to the detail tells its own key, and `table` is that of the others.
  if (CONSTRAINTS.get(error.code) === ForeignKeyViolationError && namesReferring(detail, table))
    return { table, constraint };
  return { table, constraint, columns: column === undefined ? keyColumns(detail) : [column] };
}

/**
 * Whether it is `Key (…)=(…) is still referenced from table "…"` rather than `… is not present in table "…"`, in whatever language: the first names the table
 * that has the constraint. Where a table refers to itself, both do.
 */
function namesReferring(detail: string, table = ''): boolean {
  const [before, after] = detail.slice(detail.lastIndexOf(')') + 1).split(table, 2);
  return table !== '' && after !== undefined && !/[\p{L}\p{N}_]$/u.test(before!) && !/^[\p{L}\p{N}_]/u.test(after);
}

/** The columns of `Key (a, "B c")=(…) already exists.`, whatever the language; expressions of an index as they are written. */
function keyColumns(detail: string): string[] {
  const end = detail.indexOf(')=(');
  const start = detail.indexOf('(');
  if (start < 0 || end < start) return [];
  return splitList(detail.slice(start + 1, end)).map((name) =>
    name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  );
}

/** Splits at commas outside of quotes and brackets. */
function splitList(list: string): string[] {
  const items: string[] = [];
  let item = '';
  let depth = 0;
  let quoted = false;
  for (const char of list) {
    if (char === '"') quoted = !quoted;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    if (char === ',' && depth === 0 && !quoted) {
      items.push(item.trim());
      item = '';
    } else {
      item += char;
    }
  }
  items.push(item.trim());
  return items;
}
