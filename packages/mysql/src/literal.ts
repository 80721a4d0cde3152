/** Values written into DDL, where nothing can be bound. */

/**
 * Quotes are doubled, never escaped by a backslash, so that no session's `sql_mode` lets a text out of its quotes; backslashes are
 * doubled as the sessions of this package read them.
 * https://dev.mysql.com/doc/refman/8.4/en/string-literals.html
 */
export function textLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

export function binaryLiteral(bytes: Uint8Array): string {
  return `x'${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}'`;
}
