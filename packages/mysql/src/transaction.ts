/** The verbs of a transaction in the words of MySQL and MariaDB, which set the isolation level of the next one first. */
import { isolationLevel, standardTransaction } from '@espalier/core/driver';

export const transaction = standardTransaction(({ isolation, readOnly }) => {
  const begin = readOnly ? 'start transaction read only' : 'start transaction';
  return isolation === undefined ? [begin] : [`set transaction isolation level ${isolationLevel(isolation)}`, begin];
});
