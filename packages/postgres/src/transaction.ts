/** The verbs of a transaction in PostgreSQL's words. https://www.postgresql.org/docs/current/sql-begin.html */
import { isolationLevel, standardTransaction } from '@espalier/core/driver';

export const transaction = standardTransaction(({ isolation, readOnly }) => {
  let begin = 'begin';
  if (isolation !== undefined) begin += ` isolation level ${isolationLevel(isolation)}`;
  if (readOnly) begin += ' read only';
  return [begin];
});
