/** What the client hands over as the answer to a statement: rows, or a header for a statement without rows. */
import type { StatementResult } from '@espalier/core/driver';
import type { ClientField, ClientHeader } from './client';

export function isHeader(result: unknown): result is ClientHeader {
  return typeof result === 'object' && result !== null && 'serverStatus' in result;
}

export function writtenRows({ affectedRows, insertId }: ClientHeader): StatementResult {
  return { rows: [], rowCount: affectedRows, insertId: insertId === 0 ? undefined : insertId };
}

export interface ResultSet {
  readonly rows: readonly (readonly unknown[])[];
  readonly fields: readonly ClientField[] | undefined;
}

/** A stored procedure answers with several result sets and a header: the first counts. */
export function firstResultSet(result: readonly unknown[], fields: readonly unknown[] | undefined): ResultSet {
  if (fields && Array.isArray(fields[0])) {
    return { rows: result[0] as ResultSet['rows'], fields: fields[0] as readonly ClientField[] };
  }
  return { rows: result as ResultSet['rows'], fields: fields as readonly ClientField[] | undefined };
}
