/**
 * What MySQL, MariaDB and their client say → typed errors, by error number.
 * https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 * https://mariadb.com/kb/en/mariadb-error-code-reference/
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
  LockTimeoutError,
  NotNullViolationError,
  QueryError,
  QueryTimeoutError,
  SerializationError,
  UniqueViolationError,
  type ConnectTarget,
  type ConstraintDetails,
  type ErrorCode,
  type ErrorDetails,
  type IntegrityError,
} from '@espalier/core/driver';
import type { Client } from './client';

/** The properties of the client's errors that are used here. */
export interface ClientError extends Error {
  readonly errno?: number;
  readonly code?: string;
  readonly sqlState?: string;
  readonly sqlMessage?: string;
  /** The connection is closed. */
  readonly fatal?: boolean;
}

export const DEADLOCK = 1213;
/** MariaDB's innodb_snapshot_isolation. */
export const CHANGED_SINCE_READ = 1020;
export const UNKNOWN_VARIABLE = 1193;
export const UNSUPPORTED_BY_PREPARE = 1295;
export const NEEDS_REPREPARE = 1615;

type IntegrityErrorClass = new (message: string, details: ConstraintDetails) => IntegrityError;
type ErrorClass = new (message: string, details: ErrorDetails) => EspalierError;
type ConstraintReader = (message: string) => ConstraintDetails;

/** Duplicate entry '…' for key 'artists.uq_name' (MySQL) or 'uq_name' (MariaDB). The entry may hold anything: the last quotes count. */
const uniqueKey: ConstraintReader = (message) => {
  const key = /'([^']+)'$/.exec(message)?.[1];
  const point = key?.indexOf('.') ?? -1;
  return key === undefined || point < 0
    ? { constraint: key }
    : { table: key.slice(0, point), constraint: key.slice(point + 1) };
};

/** … a foreign key constraint fails (`db`.`child`, CONSTRAINT `fk` FOREIGN KEY (`a`, `b`) REFERENCES `parent` (…)) */
const foreignKey: ConstraintReader = (message) => {
  const [, table, constraint, columns] =
    /\(`(?:[^`]|``)*`\.`((?:[^`]|``)*)`, CONSTRAINT `((?:[^`]|``)*)` FOREIGN KEY \(((?:`(?:[^`]|``)*`(?:, )?)+)\)/.exec(
      message,
    ) ?? [];
  return {
    table: unquoted(table),
    constraint: unquoted(constraint),
    columns: [...(columns ?? '').matchAll(/`((?:[^`]|``)*)`/g)].map(([, name]) => unquoted(name)!),
  };
};

/** Column 'name' cannot be null. Field 'name' doesn't have a default value. */
const nullColumn: ConstraintReader = (message) => {
  const column = /'([^']+)'/.exec(message)?.[1];
  return { columns: column === undefined ? [] : [column] };
};

/** Check constraint 'name' is violated. (MySQL) CONSTRAINT `name` failed for `db`.`table` (MariaDB) */
const checkName: ConstraintReader = (message) => {
  const mariadb = /CONSTRAINT `((?:[^`]|``)*)` failed for `(?:[^`]|``)*`\.`((?:[^`]|``)*)`/.exec(message);
  if (mariadb) return { constraint: unquoted(mariadb[1]), table: unquoted(mariadb[2]) };
  return { constraint: /'([^']+)'/.exec(message)?.[1] };
};

const nothing: ConstraintReader = () => ({});

const CONSTRAINTS: ReadonlyMap<number, readonly [IntegrityErrorClass, ConstraintReader]> = new Map<
  number,
  readonly [IntegrityErrorClass, ConstraintReader]
>([
  [1022, [UniqueViolationError, uniqueKey]], // ER_DUP_KEY
  [1048, [NotNullViolationError, nullColumn]], // ER_BAD_NULL_ERROR
  [1062, [UniqueViolationError, uniqueKey]], // ER_DUP_ENTRY
  [1216, [ForeignKeyViolationError, nothing]], // ER_NO_REFERENCED_ROW
  [1217, [ForeignKeyViolationError, nothing]], // ER_ROW_IS_REFERENCED
  [1263, [NotNullViolationError, nullColumn]], // ER_WARN_NULL_TO_NOTNULL
  [1364, [NotNullViolationError, nullColumn]], // ER_NO_DEFAULT_FOR_FIELD
  [1451, [ForeignKeyViolationError, foreignKey]], // ER_ROW_IS_REFERENCED_2
  [1452, [ForeignKeyViolationError, foreignKey]], // ER_NO_REFERENCED_ROW_2
  [1557, [ForeignKeyViolationError, nothing]], // ER_FOREIGN_DUPLICATE_KEY
  [1586, [UniqueViolationError, uniqueKey]], // ER_DUP_ENTRY_WITH_KEY_NAME
  [1761, [ForeignKeyViolationError, nothing]], // ER_FOREIGN_DUPLICATE_KEY_WITH_CHILD_INFO
  [3819, [CheckViolationError, checkName]], // ER_CHECK_CONSTRAINT_VIOLATED
  [4025, [CheckViolationError, checkName]], // MariaDB: ER_CONSTRAINT_FAILED
]);

const CONDITIONS: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  [CHANGED_SINCE_READ, SerializationError], // ER_CHECKREAD
  [1205, LockTimeoutError], // ER_LOCK_WAIT_TIMEOUT
  [DEADLOCK, DeadlockError], // ER_LOCK_DEADLOCK
  [1317, QueryTimeoutError], // ER_QUERY_INTERRUPTED
  [1614, DeadlockError], // ER_XA_RBDEADLOCK
  [1969, QueryTimeoutError], // MariaDB: ER_STATEMENT_TIMEOUT
  [3024, QueryTimeoutError], // ER_QUERY_TIMEOUT
  [3572, LockTimeoutError], // ER_LOCK_NOWAIT
]);

/** Aborted, killed and timed-out connections, failures of the network, and packets too large, after which the server hangs up. */
const CONNECTION_ENDS: ReadonlySet<number> = new Set([
  1040, 1042, 1043, 1053, 1077, 1079, 1080, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184, 1203,
  1927, 4031,
]);

/** What else the server refuses is a mistake in the statement. */
const REFUSALS: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [1044, 'PERMISSION_DENIED'], // ER_DBACCESS_DENIED_ERROR
  [1142, 'PERMISSION_DENIED'], // ER_TABLEACCESS_DENIED_ERROR
  [1143, 'PERMISSION_DENIED'], // ER_COLUMNACCESS_DENIED_ERROR
  [1227, 'PERMISSION_DENIED'], // ER_SPECIFIC_ACCESS_DENIED_ERROR
  [1264, 'INVALID_VALUE'], // ER_WARN_DATA_OUT_OF_RANGE
  [1265, 'INVALID_VALUE'], // WARN_DATA_TRUNCATED
  [1290, 'PERMISSION_DENIED'], // ER_OPTION_PREVENTS_STATEMENT
  [1292, 'INVALID_VALUE'], // ER_TRUNCATED_WRONG_VALUE
  [1366, 'INVALID_VALUE'], // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
  [1406, 'INVALID_VALUE'], // ER_DATA_TOO_LONG
]);

export function errorNumber(error: unknown): number | undefined {
  return isServerError(error) ? error.errno : undefined;
}

/** Whether the connection is of no use after this: it ended, or its state is unknown. */
export function endsConnection(error: unknown): boolean {
  if (!isServerError(error)) return true;
  return error.fatal === true || meansConnectionLost(error);
}

export function translateError(error: unknown, sql: string | undefined): EspalierError {
  if (error instanceof EspalierError) return error;
  if (!isServerError(error)) return clientError(error, sql);
  const details = { cause: error, sql };
  const message = withoutValues(error.sqlMessage ?? error.message);
  const constraint = CONSTRAINTS.get(error.errno);
  if (constraint) {
    const [Constraint, read] = constraint;
    return new Constraint(message, { ...details, ...read(message) });
  }
  const Condition = CONDITIONS.get(error.errno);
  if (Condition) return new Condition(message, details);
  if (meansConnectionLost(error)) return new ConnectionLostError(message, details);
  return new QueryError(message, { ...details, code: REFUSALS.get(error.errno) ?? 'STATEMENT_REFUSED' });
}

/** The values of a row that is there already may be those of a hidden column. They stay in `cause`. */
function withoutValues(message: string): string {
  return message.replace(/^(Duplicate entry) '.*' (for key '[^']+')$/s, '$1 $2');
}

const ACCESS = 'look at the name of the user, the password, and what the user is granted';

/** By error number. */
const CONNECT_REMEDIES: ReadonlyMap<number, string> = new Map([
  [1040, 'lower pool.max, or raise max_connections of the server'],
  [1044, ACCESS],
  [1045, ACCESS],
  [1049, 'create the database, or name another one'],
  [1130, 'the server takes no connections of this user from this machine'],
  [1698, ACCESS],
]);

/** Whatever keeps a connection from being made. */
export function connectError(error: unknown, client: Client): EspalierError {
  if (error instanceof ConnectError) return error;
  const isServers = isServerError(error);
  return cannotConnect('MySQL', targetOf(client), {
    reason: isServers ? (error.sqlMessage ?? error.message) : reason(error),
    remedy: isServers ? CONNECT_REMEDIES.get(error.errno) : undefined,
    cause: error,
  });
}

export function targetOf({ config: { host, port, socketPath, database, user } }: Client): ConnectTarget {
  const at = socketPath === undefined ? { host, port } : { host: socketPath };
  return { ...at, database, user };
}

type ServerError = ClientError & { readonly errno: number; readonly sqlState: string };

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'sqlState' in error && typeof error.sqlState === 'string' && 'errno' in error;
}

function meansConnectionLost({ errno, sqlState }: ServerError): boolean {
  return sqlState.startsWith('08') || CONNECTION_ENDS.has(errno);
}

/** Without an SQLSTATE it is the socket or the client library that speaks; only a mistake in a call has nothing to do with the connection. */
function clientError(error: unknown, sql: string | undefined): EspalierError {
  const details = { cause: error, sql };
  const message = reason(error);
  // The client makes code of the names of columns, and gives up the connection over those that objects have by themselves.
  const mistake = error instanceof TypeError || error instanceof RangeError || message.startsWith('The field name (');
  if (mistake) return new QueryError(message, { ...details, code: 'STATEMENT_REFUSED' });
  return new ConnectionLostError(`The connection to MySQL failed: ${message}`, details);
}

function reason(error: unknown): string {
  // Node tries each address of a name and puts what it met into one error without a message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reason).join('; ');
  return types.isNativeError(error) ? error.message : String(error);
}

function unquoted(name: string | undefined): string | undefined {
  return name?.replaceAll('``', '`');
}
