/**
 * What SQLite and its clients say → typed errors, by result code. https://www.sqlite.org/rescode.html
 * The client `sqlite3` gives primary codes only (`errno`), `node:sqlite` extended ones (`errcode`), `better-sqlite3` their names (`code`).
 */
import { types } from 'node:util';
import {
  CheckViolationError,
  ConnectionLostError,
  EspalierError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  QueryError,
  QueryTimeoutError,
  SerializationError,
  UniqueViolationError,
  type ConstraintDetails,
} from '@espalier/core/driver';

/** Primary result codes that are told apart here; all others are errors of the statement. */
const RESULT_CODES = {
  1: 'ERROR',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  9: 'INTERRUPT',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  21: 'MISUSE',
  26: 'NOTADB',
} as const;

export type ResultCode = (typeof RESULT_CODES)[keyof typeof RESULT_CODES];

const BUSY_SNAPSHOT = 517;

interface EngineError {
  readonly code: ResultCode | undefined;
  /** A transaction that began with a read wants to write, but others have written since. */
  readonly staleSnapshot: boolean;
  /** The message without the code before it. */
  readonly message: string;
}

function engineError(error: unknown): EngineError | undefined {
  // Errors of native code may come from another realm than ours (Jest), where `instanceof` does not see what they are.
  if (!types.isNativeError(error)) return undefined;
  const { errno, errcode, code } = error as { errno?: unknown; errcode?: unknown; code?: unknown };
  const name = typeof code === 'string' ? code : '';
  const number = typeof errcode === 'number' ? errcode : errno;
  const message = error.message.replace(/^SQLITE_[A-Z]+: /, '');
  // The low byte of an extended code is the primary one.
  if (typeof number === 'number') {
    return {
      code: RESULT_CODES[(number & 0xff) as keyof typeof RESULT_CODES],
      staleSnapshot: number === BUSY_SNAPSHOT,
      message,
    };
  }
  if (!name.startsWith('SQLITE_')) return undefined;
  const primary = name.split('_')[1];
  const known = Object.values(RESULT_CODES).find((candidate) => candidate === primary);
  return { code: known, staleSnapshot: name === 'SQLITE_BUSY_SNAPSHOT', message };
}

/** The primary result code of what a client threw; undefined for one that is of no interest here, or no error of the engine. */
export function resultCode(error: unknown): ResultCode | undefined {
  return engineError(error)?.code;
}

/** Whether the handle is of no use after this: what it does next cannot be trusted. */
export function breaksHandle(error: unknown): boolean {
  const code = resultCode(error);
  return (
    code === 'CORRUPT' ||
    code === 'NOTADB' ||
    code === 'IOERR' ||
    code === 'NOMEM' ||
    code === 'MISUSE' ||
    code === 'CANTOPEN'
  );
}

/** Whether the error says that a result did not fit into one JSON text, and may yet be had row by row. */
export function refusesJson(error: unknown): boolean {
  const known = engineError(error);
  return known?.code === 'TOOBIG' || known?.message.includes('JSON cannot hold BLOB values') === true;
}

/** Whether a commit or rollback was refused because there is nothing to end. */
export function meansNoTransaction(error: unknown): boolean {
  return engineError(error)?.message.includes('no transaction is active') === true;
}

/** Whether a `begin` was refused because a transaction is open. */
export function meansOpenTransaction(error: unknown): boolean {
  return engineError(error)?.message.includes('within a transaction') === true;
}

/** Where an error came from, as far as the code alone does not tell. */
export interface Origin {
  readonly sql: string | undefined;
}

/** The typed error for what a client threw, the original as its cause. Errors that are typed already stay as they are. */
export function translateError(error: unknown, { sql }: Origin): EspalierError {
  if (error instanceof EspalierError) return error;
  const details = { cause: error, sql };
  const known = engineError(error);
  if (!known)
    return new QueryError(types.isNativeError(error) ? error.message : String(error), {
      ...details,
      code: 'STATEMENT_REFUSED',
    });
  const { code, message } = known;
  switch (code) {
    case 'CONSTRAINT':
      return constraintError(message, details);
    case 'BUSY':
      if (known.staleSnapshot) {
        return new SerializationError(
          `This transaction began with a read, and others have written since (${message}): run it again, or begin it for writing.`,
          details,
        );
      }
      return lockTimeout(message, details);
    case 'LOCKED':
      return lockTimeout(message, details);
    case 'INTERRUPT':
      return new QueryTimeoutError(`The statement was interrupted (${message}).`, details);
    case 'READONLY':
      return new QueryError(
        `Nothing can be written: the transaction is read-only, or the file and its directory are (${message}).`,
        { ...details, code: 'STATEMENT_REFUSED' },
      );
    case 'TOOBIG':
      return new QueryError(`A value is longer than this driver takes, 500 MB (${message}).`, {
        ...details,
        code: 'INVALID_VALUE',
      });
    case 'ERROR':
    case undefined:
      return new QueryError(message, { ...details, code: 'STATEMENT_REFUSED' });
    case 'CANTOPEN':
    case 'CORRUPT':
    case 'FULL':
    case 'IOERR':
    case 'MISUSE':
    case 'NOMEM':
    case 'NOTADB':
      return brokenDatabase(code, message, details);
  }
}

interface Details {
  readonly cause: unknown;
  readonly sql: string | undefined;
}

function lockTimeout(message: string, details: Details): LockTimeoutError {
  return new LockTimeoutError(
    `The database file stayed locked by another process for longer than busyTimeout (${message}): keep transactions short, or raise it.`,
    details,
  );
}

const BROKEN = {
  NOMEM: 'SQLite ran out of memory',
  IOERR: 'The database file cannot be read or written; look at the disk',
  CORRUPT: "The database file is damaged; restore a backup, or try the command line's '.recover'",
  FULL: 'The disk is full',
  CANTOPEN:
    'The database file cannot be opened; its directory must exist, and be writable, for SQLite puts files beside it',
  MISUSE: 'The database handle is closed',
  NOTADB: 'The file is no SQLite database, or an encrypted one; look at the path',
} as const satisfies Partial<Record<ResultCode, string>>;

function brokenDatabase(code: keyof typeof BROKEN, message: string, details: Details): EspalierError {
  return new ConnectionLostError(`${BROKEN[code]} (${message}).`, details);
}

const COLUMN_CONSTRAINTS = [
  {
    prefix: 'UNIQUE constraint failed: ',
    error: UniqueViolationError,
    said: 'A row with the same values exists already',
  },
  {
    prefix: 'NOT NULL constraint failed: ',
    error: NotNullViolationError,
    said: 'A column that takes no NULL was given none',
  },
] as const;
const INDEX = /^index '(.*)'$/s;
const CHECK = 'CHECK constraint failed: ';
const FOREIGN_KEY = 'FOREIGN KEY constraint failed';

function constraintError(message: string, details: Details): IntegrityError {
  for (const { prefix, error, said } of COLUMN_CONSTRAINTS) {
    if (message.startsWith(prefix)) {
      return new error(`${said} (${message}).`, { ...details, ...placeOf(message.slice(prefix.length)) });
    }
  }
  if (message.startsWith(CHECK)) {
    const constraint = message.slice(CHECK.length);
    return new CheckViolationError(`A row does not fulfil the check '${constraint}' (${message}).`, {
      ...details,
      constraint,
    });
  }
  if (message.startsWith(FOREIGN_KEY)) {
    return new ForeignKeyViolationError(
      `A row refers to one that is not there, or one that others refer to was to go (${message}; SQLite does not say which).`,
      details,
    );
  }
  // A trigger's raise(), or a value that a strict table does not take.
  return new IntegrityError(message, details);
}

/** `table.column, table.column`, or `index 'name'` for an index on expressions. */
function placeOf(text: string): Pick<ConstraintDetails, 'table' | 'columns' | 'constraint'> {
  const index = INDEX.exec(text);
  if (index) return { constraint: index[1] };
  const first = text.indexOf('.');
  if (first === -1) return {};
  const table = text.slice(0, first);
  const columns = text.split(', ').map((name) => (name.startsWith(`${table}.`) ? name.slice(first + 1) : name));
  return { table, columns };
}
