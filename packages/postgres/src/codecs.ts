/**
 * How values travel. All columns come as the text that the server writes. The column types of the core read those texts;
 * those that are many in a page of rows, and whose texts have one form here, have faster readers.
 */
import { cachedCodecs, validMomentReader, type Codec, type ColumnType } from '@espalier/core/driver';

export const codecOf = cachedCodecs(ownCodec);

function ownCodec(type: ColumnType): Codec | undefined {
  switch (type.name) {
    case 'boolean':
      return { toDatabase: toDatabaseOf(type), fromDatabase: booleanReader(type) };
    case 'timestamp':
    case 'timestamptz':
      if (type.options.as === 'string') return undefined;
      return {
        toDatabase: toDatabaseOf(type),
        fromDatabase: validMomentReader(type, type.name === 'timestamptz' ? '+00' : ''),
      };
    case 'array':
    case 'bigint':
    case 'binary':
    case 'char':
    case 'date':
    case 'decimal':
    case 'enum':
    case 'float':
    case 'integer':
    case 'json':
    case 'smallint':
    case 'text':
    case 'time':
    case 'uuid':
    case 'varchar':
      return undefined;
  }
}

function toDatabaseOf(type: ColumnType): Codec['toDatabase'] {
  return (value) => type.toDatabase(value);
}

function booleanReader(type: ColumnType): Codec['fromDatabase'] {
  return (raw) => (raw === 't' ? true : raw === 'f' ? false : type.fromDatabase(raw));
}
