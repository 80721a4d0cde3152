/** Names in SQL. https://dev.mysql.com/doc/refman/8.4/en/identifiers.html */
import { checkIdentifier, QueryError } from '@espalier/core/driver';

const MAX_IDENTIFIER_CHARACTERS = 64;

/** A point in a name is part of the name. @throws QueryError for an empty name, one with a NUL, or one longer than the server takes */
export function quoteIdentifier(identifier: string): string {
  checkIdentifier(identifier);
  if (identifier.length > MAX_IDENTIFIER_CHARACTERS) {
    throw new QueryError(
      `The identifier "${identifier}" is longer than the ${String(MAX_IDENTIFIER_CHARACTERS)} characters that MySQL takes: give it a shorter name.`,
    );
  }
  return `\`${identifier.replaceAll('`', '``')}\``;
}
