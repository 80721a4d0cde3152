/** How values travel: the neutral codecs of the column types fit, but for what these engines have not, for spellings that they would not find, and for moments, which have a faster reader. */
import {
  booleanNumber,
  cachedCodecs,
  faithfulCodec,
  QueryError,
  uuidText,
  validMomentReader,
  type Codec,
  type ColumnType,
} from '@espalier/core/driver';

export const codecOf = cachedCodecs(ownCodec);

function ownCodec(type: ColumnType): Codec | undefined {
  if (type.name === 'array') throw refuseArrays();
  if (type.name === 'uuid') return faithfulCodec(type, uuidText);
  if (type.name === 'boolean') return faithfulCodec(type, booleanNumber);
  if ((type.name !== 'timestamp' && type.name !== 'timestamptz') || type.options.as === 'string') return undefined;
  return { toDatabase: (value) => type.toDatabase(value), fromDatabase: validMomentReader(type, '') };
}

export function refuseArrays(): QueryError {
  return new QueryError("MySQL and MariaDB have no array columns: declare the column with the type 'json'.");
}
