/** Names in SQL. https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
import { checkIdentifier, QueryError } from '@espalier/core/driver';

/** Longer names are cut by the server without an error. */
const MAX_IDENTIFIER_BYTES = 63;

/** @throws QueryError for an empty name, one with a NUL, or one longer than the server keeps */
export function quoteIdentifier(identifier: string): string {
  checkIdentifier(identifier);
  if (Buffer.byteLength(identifier) > MAX_IDENTIFIER_BYTES) {
    throw new QueryError(
      `The identifier "${identifier}" is longer than the ${String(MAX_IDENTIFIER_BYTES)} bytes that PostgreSQL keeps: give it a shorter name.`,
    );
  }
  return `"${identifier.replaceAll('"', '""')}"`;
}
