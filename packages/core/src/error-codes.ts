/** The codes of errors, and who can mend what each stands for. Each code has a page in docs/errors. */

/**
 * Who can mend what an error says. `client`: who sent the values, as by another request (HTTP 4xx). `developer`: who wrote the code (500).
 * `operator`: who runs the process, its network and its databases (503).
 */
export type ErrorAudience = 'client' | 'developer' | 'operator';

/** Who can mend it, where the place that throws it does not know better. */
export const AUDIENCES = Object.freeze({
  CHECK_VIOLATION: 'client',
  CLIENT_PACKAGE_MISSING: 'operator',
  COMMIT_OUTCOME_UNKNOWN: 'operator',
  CONNECTION_LOST: 'operator',
  CONNECT_FAILED: 'operator',
  DEADLOCK: 'developer',
  FOREIGN_KEY_VIOLATION: 'client',
  INTEGRITY_VIOLATION: 'client',
  INVALID_METADATA: 'developer',
  INVALID_OPTION: 'developer',
  INVALID_QUERY: 'developer',
  INVALID_VALUE: 'client',
  LOCK_TIMEOUT: 'operator',
  MIGRATION_FAILED: 'operator',
  MULTIPLE_FOUND: 'developer',
  NOT_FOUND: 'client',
  NOT_LOADED: 'developer',
  NOT_NULL_VIOLATION: 'developer',
  PARTIAL_COMMIT: 'operator',
  PERMISSION_DENIED: 'operator',
  POOL_TIMEOUT: 'operator',
  QUERY_ABORTED: 'client',
  QUERY_TIMEOUT: 'operator',
  SERIALIZATION_FAILURE: 'developer',
  STALE_DATA: 'client',
  STATEMENT_REFUSED: 'developer',
  TRANSACTION_STATE: 'developer',
  UNIQUE_VIOLATION: 'client',
  UNREADABLE_VALUE: 'developer',
  VALIDATION_FAILED: 'client',
} as const satisfies Readonly<Record<string, ErrorAudience>>);

/** The stable name of what went wrong: for logs, and to tell errors apart where `instanceof` cannot. */
export type ErrorCode = keyof typeof AUDIENCES;
