/** Values of query strings and JSON bodies → values of columns and keys. */
import type { ColumnModel, EntityModel } from '../../metadata';
import { fromJson, type ColumnType } from '../../types';
import { isPlainObject } from '../expressions/operator-checks';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** A value as a query string or JSON has it; what it cannot be read as stays as it is, and the type refuses it. */
export function fromOutside(type: ColumnType, value: unknown): unknown {
  if (type.custom) return value;
  switch (type.name) {
    case 'smallint':
    case 'integer':
    case 'float':
      return typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
    case 'decimal':
      // Its digits are those that the client wrote: a number has at most fifteen that count.
      return typeof value === 'number' && NUMBER.test(String(value)) ? String(value) : value;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'array':
    case 'bigint':
    case 'binary':
    case 'char':
    case 'date':
    case 'enum':
    case 'json':
    case 'text':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'uuid':
    case 'varchar':
      return fromJson(type, value);
  }
}

/** A key by itself, or the parts of one in an object. */
export function keyFromOutside(
  target: EntityModel,
  value: unknown,
  read: (type: ColumnType, value: unknown) => unknown,
): unknown {
  const [first] = target.key as [ColumnModel];
  if (!isPlainObject(value)) return target.key.length === 1 ? read(first.type, value) : value;
  if (first.type.custom || !target.keyProperties.some((name) => Object.hasOwn(value, name))) return value;
  const key: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const column = target.key.find(({ property }) => property === name);
    Object.defineProperty(key, name, { value: column ? read(column.type, part) : part, enumerable: true });
  }
  return key;
}
