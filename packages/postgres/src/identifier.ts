/** Names in SQL. https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
import { QueryError } from '@espalier/core/driver';

/** Longer names are cut by the server without an error. */
const MAX_IDENTIFIER_BYTES = 63;

/** @throws QueryError for an empty name, one with a NUL, or one longer than the server keeps */
export function quoteIdentifier(identifier: string): string {
  if (identifier === '') throw new QueryError('An identifier is empty: give the table or column a name.');
  if (identifier.includes('\0')) throw new QueryError('An identifier holds a NUL character: no database takes that.');
  if (Buffer.byteLength(identifier) > MAX_IDENTIFIER_BYTES) {
    throw new QueryError(
      `The identifier "${identifier}" is longer than the ${String(MAX_IDENTIFIER_BYTES)} bytes that PostgreSQL keeps: give it a shorter name.`,
    );
  }
  return `"${identifier.replaceAll('"', '""')}"`;
}
