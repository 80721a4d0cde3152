/** Values as keys of a Map: two values that mean one row give one image. */
import { types } from 'node:util';
import type { ColumnType } from './column-type';
import { decimalImage } from './decimal';
import { timeOf } from './refusal';

/** For a value that the column type does not refuse. `5` and `5n` of a bigint column, two spellings of a uuid, a decimal or a moment are the same. */
export function keyImage(type: ColumnType, value: unknown): string | number | bigint | boolean {
  if (type.custom) return keyImage(type.custom.base, type.custom.conversion.toDatabase(value));
  switch (type.name) {
    case 'decimal':
      return typeof value === 'bigint' || typeof value === 'string' ? decimalImage(value) : String(value);
    case 'timestamp':
    case 'timestamptz':
      return types.isDate(value) ? timeOf(value) : String(type.toDatabase(value));
    case 'binary':
      return Buffer.from(value as Uint8Array).toString('hex');
    case 'json':
    case 'array':
      return String(type.toDatabase(value));
    case 'bigint':
    case 'boolean':
    case 'char':
    case 'date':
    case 'enum':
    case 'float':
    case 'integer':
    case 'smallint':
    case 'text':
    case 'time':
    case 'uuid':
    case 'varchar':
      return type.snapshot(value) as string | number | bigint | boolean;
  }
}
