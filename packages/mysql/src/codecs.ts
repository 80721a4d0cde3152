/** How values travel: the neutral codecs of the column types fit, but for what these engines have not. */
import { cachedCodecs, QueryError } from '@espalier/core/driver';

export const codecOf = cachedCodecs(({ name }) => {
  if (name === 'array') throw refuseArrays();
  return undefined;
});

export function refuseArrays(): QueryError {
  return new QueryError("MySQL and MariaDB have no array columns: declare the column with the type 'json'.");
}
