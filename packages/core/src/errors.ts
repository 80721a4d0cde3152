/**
 * The error tree. Every error that leaves Espalier is an EspalierError; what the driver said is kept as `cause`.
 */
import { AUDIENCES, type ErrorAudience, type ErrorCode } from './error-codes';

export type { ErrorAudience, ErrorCode };

/** What an error is told beside its message. */
export interface ErrorDetails {
  /** Default: the code of the class. */
  code?: ErrorCode | undefined;
  /** Default: the audience of the code. */
  audience?: ErrorAudience | undefined;
  /** What caused it: the driver's own error, kept as it came. */
  cause?: unknown;
  /** Name of the entity class concerned. */
  entity?: string | undefined;
  /** Name of the property concerned. */
  property?: string | undefined;
  /** The SQL text that failed. Parameters are never kept: they may be secrets. */
  sql?: string | undefined;
}

/** Frames that are kept of a stack, at least. */
const FRAMES = 40;

/** What every error that leaves Espalier is; `cause` is what the driver threw, where it was the driver. */
export class EspalierError extends Error {
  /** The code of errors of this class that are told no other. */
  static readonly code: ErrorCode = 'INVALID_OPTION';
  /** What went wrong, as a stable name; docs/errors has a page on each. */
  readonly code: ErrorCode;
  /** Who can mend it: who sent the values (HTTP 4xx), who wrote the code (500), or who runs the process and its databases (503). */
  readonly audience: ErrorAudience;
  /** Name of the entity class concerned. */
  readonly entity: string | undefined;
  /** Name of the property concerned. */
  readonly property: string | undefined;
  /** The SQL text that failed, never its parameters. */
  readonly sql: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    const { stackTraceLimit } = Error;
    // A condition may nest deeper than the frames that are kept: the line that called is below them.
    if (stackTraceLimit > 0 && stackTraceLimit < FRAMES) Reflect.set(Error, 'stackTraceLimit', FRAMES);
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    this.name = new.target.name;
    this.code = details.code ?? new.target.code;
    this.audience = details.audience ?? AUDIENCES[this.code];
    this.entity = details.entity;
    this.property = details.property;
    this.sql = details.sql;
  }
}

/** One mistake in the annotations of an entity. */
export interface MetadataProblem {
  /** Name of the class. */
  entity: string;
  /** Undefined where it is about the class. */
  property?: string | undefined;
  /** What is wrong and what to write instead. */
  message: string;
}

/** The annotations contradict themselves. Thrown by `Espalier.connect`, with all mistakes of all entities at once. */
export class MetadataError extends EspalierError {
  static override readonly code: ErrorCode = 'INVALID_METADATA';

  constructor(
    message: string,
    /** Every mistake found; the message lists them too. */
    readonly problems: readonly MetadataProblem[] = [],
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** A query that cannot be meant: an unknown property, a value of the wrong type, an empty condition on a mass write; or SQL that the database refused. */
export class QueryError extends EspalierError {
  static override readonly code: ErrorCode = 'INVALID_QUERY';
}

/** `get` or `one` found no row, or a row that was to be read again is gone. */
export class NotFoundError extends EspalierError {
  static override readonly code: ErrorCode = 'NOT_FOUND';
}

/** `get` or `one` found several rows. */
export class MultipleFoundError extends EspalierError {
  static override readonly code: ErrorCode = 'MULTIPLE_FOUND';
}

/** A relation or deferred column was read before it was loaded. The message says what to write to load it. */
export class NotLoadedError extends EspalierError {
  static override readonly code: ErrorCode = 'NOT_LOADED';
}

/** What an `IntegrityError` is told; each where the engine tells it. */
export interface ConstraintDetails extends ErrorDetails {
  /** Name of the table in the database. */
  table?: string | undefined;
  /** Names of columns, not of properties. */
  columns?: readonly string[] | undefined;
  /** Name of the constraint or index. */
  constraint?: string | undefined;
}

/** The database refused a row because of a constraint. */
export class IntegrityError extends EspalierError {
  static override readonly code: ErrorCode = 'INTEGRITY_VIOLATION';

  /** Name of the table, where the engine tells it. */
  readonly table: string | undefined;
  /** Names of columns, not of properties; empty where the engine does not tell them. */
  readonly columns: readonly string[];
  /** Name of the constraint or index, where the engine tells it. */
  readonly constraint: string | undefined;

  constructor(message: string, details: ConstraintDetails = {}) {
    super(message, details);
    this.table = details.table;
    this.columns = details.columns ?? [];
    this.constraint = details.constraint;
  }
}

/** Another row has the same values in a unique index or key. `failsafeAdd` finds that row. */
export class UniqueViolationError extends IntegrityError {
  static override readonly code: ErrorCode = 'UNIQUE_VIOLATION';
}
/** The row refers to one that is not there, or is referred to and cannot go. */
export class ForeignKeyViolationError extends IntegrityError {
  static override readonly code: ErrorCode = 'FOREIGN_KEY_VIOLATION';
}
/** A column that is not nullable got no value. */
export class NotNullViolationError extends IntegrityError {
  static override readonly code: ErrorCode = 'NOT_NULL_VIOLATION';
}
/** The row does not meet the condition of a check. */
export class CheckViolationError extends IntegrityError {
  static override readonly code: ErrorCode = 'CHECK_VIOLATION';
}

/** One value that a row cannot have. */
export interface ValidationFailure {
  /** Name of the entity class. */
  readonly entity: string;
  readonly property: string;
  /** What is wrong, without the value. */
  readonly message: string;
  /** Where the value stands among rows that were given as plain values: `[3].name` of `insertMany`. */
  readonly path?: string | undefined;
  /** The values of the row's key, where it is known and not hidden. */
  readonly key?: readonly unknown[] | undefined;
}

/** Values do not fit their columns, found before anything was sent. */
export class ValidationFailedError extends EspalierError {
  static override readonly code: ErrorCode = 'VALIDATION_FAILED';

  constructor(
    message: string,
    /** All that was found in the flush; the message lists the first ten. */
    readonly failures: readonly ValidationFailure[] = [],
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** A row that was to be updated or deleted is not there any more, or was changed by another transaction since it was read. Refresh and try again. */
export class StaleDataError extends EspalierError {
  static override readonly code: ErrorCode = 'STALE_DATA';
}

/** The database chose this transaction as the victim of a deadlock: it is rolled back as a whole; run it again. */
export class DeadlockError extends EspalierError {
  static override readonly code: ErrorCode = 'DEADLOCK';
}

/** The isolation level forbids this interleaving (SQLSTATE 40001 and its like): run the whole transaction again. */
export class SerializationError extends EspalierError {
  static override readonly code: ErrorCode = 'SERIALIZATION_FAILURE';
}

/** A lock could not be had in the time allowed. */
export class LockTimeoutError extends EspalierError {
  static override readonly code: ErrorCode = 'LOCK_TIMEOUT';
}

/** The connections of a pool at one moment, in numbers: what `orm.pool(name).stats()` gives. */
export interface PoolFigures {
  /** Connections that are borrowed. */
  used: number;
  /** Open connections that are not borrowed. */
  free: number;
  /** Callers that wait for a connection. */
  pending: number;
  /** Connections at the most. */
  max: number;
  /** How long the oldest borrower has held its connection, in milliseconds; 0 where none is borrowed. */
  oldestBorrowMs: number;
}

/** No connection became free in time. */
export class PoolTimeoutError extends EspalierError {
  static override readonly code: ErrorCode = 'POOL_TIMEOUT';

  constructor(
    message: string,
    /** The pool when the wait ended. */
    readonly figures: PoolFigures,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** There is no connection: it broke, or none could be made. Inside a transaction its work is lost: roll back and begin again. */
export class ConnectionLostError extends EspalierError {
  static override readonly code: ErrorCode = 'CONNECTION_LOST';
}

/** What was to be connected to, as far as it is known. The password is no part of it. */
export interface ConnectTarget {
  /** Name or address of the server, or the path of its socket; undefined for a database that is a file. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Name of the database, or the path of its file. */
  readonly database?: string | undefined;
  readonly user?: string | undefined;
}

/** A connection could not be made: no server at that host and port, a password or a name that it refuses, a file that cannot be opened. */
export class ConnectError extends ConnectionLostError {
  static override readonly code: ErrorCode = 'CONNECT_FAILED';
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Name of the database, or the path of its file. */
  readonly database: string | undefined;
  readonly user: string | undefined;

  constructor(message: string, target: ConnectTarget = {}, details: ErrorDetails = {}) {
    super(message, details);
    this.host = target.host;
    this.port = target.port;
    this.database = target.database;
    this.user = target.user;
  }
}

/** The connection broke while it committed, or before it answered a write outside of a transaction: the work may be there or not. It is never tried again by itself. */
export class CommitOutcomeUnknownError extends ConnectionLostError {
  static override readonly code: ErrorCode = 'COMMIT_OUTCOME_UNKNOWN';
}

/** A statement took longer than its time limit. */
export class QueryTimeoutError extends EspalierError {
  static override readonly code: ErrorCode = 'QUERY_TIMEOUT';
}

/** A signal was aborted while, or before, it was waited for an answer. `cause` is the signal's reason. */
export class QueryAbortedError extends EspalierError {
  static override readonly code: ErrorCode = 'QUERY_ABORTED';
}

/** A call that the state of the session's transaction does not allow; the message names the call and the state. */
export class TransactionError extends EspalierError {
  static override readonly code: ErrorCode = 'TRANSACTION_STATE';
}

/** What became of a unit of work on several databases, by their names. */
export interface CommitOutcome {
  /** Their rows are there to stay. */
  committed: readonly string[];
  /** The one whose commit failed. */
  failed: readonly string[];
  /** Not tried: rolled back after the failure. */
  rolledBack: readonly string[];
}

/** Of several databases in one unit of work some had committed before one failed. */
export class PartialCommitError extends EspalierError {
  static override readonly code: ErrorCode = 'PARTIAL_COMMIT';

  constructor(
    message: string,
    /** Which databases committed and which did not. */
    readonly outcome: CommitOutcome,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** For migrations, which this version does not have. */
export class MigrationError extends EspalierError {
  static override readonly code: ErrorCode = 'MIGRATION_FAILED';
}
