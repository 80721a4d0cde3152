/** What inserts bring back, where the engine returns columns of the rows that it wrote. */
import type { BatchColumn } from './batch';
import type { Dialect } from './dialect';

/** ` returning a, b` with a leading space, the columns written as the dialect selects them; an empty text for no columns. */
export function returningClause(dialect: Dialect, columns: readonly BatchColumn[]): string {
  if (columns.length === 0) return '';
  return ` returning ${columns.map((column) => dialect.selected(dialect.quote(column.name), column.type)).join(', ')}`;
}

/** What came back, decoded, in the order it came. */
export function decodeReturned(
  dialect: Dialect,
  columns: readonly BatchColumn[],
  rows: readonly (readonly unknown[])[],
): unknown[][] {
  const codecs = columns.map((column) => dialect.codec(column.type));
  return rows.map((row) =>
    codecs.map((codec, i) => {
      const raw = row[i];
      return raw === null || raw === undefined ? null : codec.fromDatabase(raw);
    }),
  );
}

type RawRows = readonly (readonly unknown[])[];

/**
 * Rows as they came, sorted by their identity: the order of their insertion where one statement numbers its rows in their order.
 * Engines return them so, but none promises it. Sorted before they are decoded, for a key may be converted to what has no order.
 */
export function inOrderOfIdentity(rows: RawRows, identity: number): RawRows {
  // Rounded they are told apart more seldom, never in the wrong order, and many times faster.
  const rises = rows.every((row, i) => i === 0 || Number(row[identity]) > Number(rows[i - 1]![identity]));
  if (rises) return rows;
  return [...rows].sort((a, b) => (identityIn(a, identity) < identityIn(b, identity) ? -1 : 1));
}

/** The number that a row was given, whether the driver hands it over as a number or as text. */
export function identityIn(row: readonly unknown[], identity: number): bigint {
  return BigInt(row[identity] as string | number | bigint);
}
