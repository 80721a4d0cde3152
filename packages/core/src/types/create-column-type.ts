/** Column types by name and options, checked and made once: equal declarations share one object. */
import { MetadataError } from '../errors';
import { arrayType } from './array';
import { bigintType } from './bigint';
import { binaryType } from './binary';
import { booleanType } from './boolean';
import type { ColumnType, ColumnTypeName, ColumnTypeOptions } from './column-type';
import { dateType } from './date';
import { decimalType } from './decimal';
import { enumType } from './enum';
import { floatType } from './float';
import { integerType } from './integer';
import { jsonType } from './json';
import { ENGINE_PRECISION } from './second-digits';
import { charType, textOrCharType, textType } from './text';
import { timeType } from './time';
import { timestampType } from './timestamp';
import { uuidType } from './uuid';

type OptionName = keyof ColumnTypeOptions;

interface Definition {
  /** What it takes beside `sqlType`, which every type takes. */
  readonly takes: readonly OptionName[];
  readonly defaults?: ColumnTypeOptions;
  readonly make: (options: ColumnTypeOptions) => ColumnType;
}

/** The widest of PostgreSQL's `numeric` (https://www.postgresql.org/docs/current/datatype-numeric.html). */
const MAX_DECIMAL_PRECISION = 1_000;

const DEFINITIONS: Readonly<Record<ColumnTypeName, Definition>> = {
  smallint: { takes: [], make: (options) => integerType('smallint', options) },
  integer: { takes: [], make: (options) => integerType('integer', options) },
  bigint: { takes: [], make: bigintType },
  float: { takes: [], make: floatType },
  decimal: { takes: ['precision', 'scale'], make: decimalType },
  text: { takes: ['length'], make: (options) => textOrCharType('text', options) },
  varchar: { takes: ['length'], defaults: { length: 255 }, make: (options) => textOrCharType('varchar', options) },
  char: { takes: ['length'], defaults: { length: 1 }, make: (options) => charType('char', options) },
  boolean: { takes: [], make: booleanType },
  date: { takes: [], make: dateType },
  time: { takes: ['precision'], defaults: { precision: ENGINE_PRECISION }, make: timeType },
  timestamp: timestampDefinition('timestamp'),
  timestamptz: timestampDefinition('timestamptz'),
  json: { takes: [], make: jsonType },
  uuid: { takes: [], make: uuidType },
  binary: { takes: ['length'], make: binaryType },
  enum: { takes: ['values', 'native', 'enumName'], make: enumType },
  array: { takes: ['element'], make: (options) => arrayType(options.element!, options) },
};

function timestampDefinition(name: 'timestamp' | 'timestamptz'): Definition {
  return {
    takes: ['precision', 'as'],
    defaults: { precision: ENGINE_PRECISION, as: 'date' },
    make: (options) => timestampType(name, options),
  };
}

const made = new Map<string, ColumnType>();
/** Types by number, so that an array type's key can name its element, which may be a custom type. */
const numbers = new WeakMap<ColumnType, number>();
let lastNumber = 0;

/**
 * The column type of that name. The same name and options give the same frozen object.
 * @throws MetadataError for an unknown name, an option that the type does not have, or one that contradicts itself; the message ends the
 * sentence "Album.title: …"
 */
export function createColumnType(name: ColumnTypeName, options: ColumnTypeOptions = {}): ColumnType {
  if (!Object.hasOwn(DEFINITIONS, name)) {
    throw new MetadataError(`There is no column type '${name}'. The types are ${Object.keys(DEFINITIONS).join(', ')}.`);
  }
  const definition = DEFINITIONS[name];
  const complete = completeOptions(name, definition, options);
  const problem = contradiction(name, complete);
  if (problem !== undefined) throw new MetadataError(problem);
  const key = keyOf(name, complete);
  let type = made.get(key);
  if (!type) made.set(key, (type = Object.freeze(definition.make(complete))));
  return type;
}

function completeOptions(name: ColumnTypeName, definition: Definition, given: ColumnTypeOptions): ColumnTypeOptions {
  const complete: Record<string, unknown> = { ...definition.defaults };
  for (const [option, value] of Object.entries(given) as [OptionName, unknown][]) {
    if (value === undefined) continue;
    if (option !== 'sqlType' && !definition.takes.includes(option)) {
      const takes = definition.takes.length === 0 ? 'It takes none' : `It takes ${definition.takes.join(', ')}`;
      throw new MetadataError(`The column type '${name}' has no option '${option}'. ${takes}.`);
    }
    complete[option] = option === 'values' && Array.isArray(value) ? Object.freeze([...(value as string[])]) : value;
  }
  // Without a scale SQL means no digits after the point.
  if (name === 'decimal' && complete.precision !== undefined) complete.scale ??= 0;
  return Object.freeze(complete);
}

function contradiction(name: ColumnTypeName, options: ColumnTypeOptions): string | undefined {
  // Decorators are also written in JavaScript, where no compiler looks at the options.
  const { length, precision, sqlType, as } = options as Readonly<Record<string, unknown>>;
  if (sqlType !== undefined && (typeof sqlType !== 'string' || sqlType.trim() === '')) {
    return 'sqlType must be the text of an SQL type.';
  }
  if (length !== undefined && !isCount(length, 1)) return `The length of a ${name} must be a positive integer.`;
  if (name === 'decimal') return decimalContradiction(options);
  if (precision !== undefined && !(isCount(precision, 0) && precision <= ENGINE_PRECISION)) {
    return `The precision of a ${name} is the number of digits after the second, an integer from 0 to ${String(ENGINE_PRECISION)}.`;
  }
  if (as !== undefined && as !== 'date' && as !== 'string') return `'as' of a ${name} must be 'date' or 'string'.`;
  if (name === 'enum') return enumContradiction(options);
  if (name === 'array') return arrayContradiction(options);
  return undefined;
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function decimalContradiction({ precision, scale }: ColumnTypeOptions): string | undefined {
  if (precision === undefined) {
    return scale === undefined
      ? undefined
      : "A decimal with a scale needs a precision as well: { precision: 10, scale: 2 } is up to '99999999.99'.";
  }
  if (!isCount(precision, 1) || precision > MAX_DECIMAL_PRECISION) {
    return `The precision of a decimal is the number of all its digits, an integer from 1 to ${String(MAX_DECIMAL_PRECISION)}.`;
  }
  return isCount(scale, 0) && scale <= precision
    ? undefined
    : 'The scale of a decimal is the number of its digits after the point, an integer from 0 to its precision.';
}

function enumContradiction({ values, native, enumName }: ColumnTypeOptions): string | undefined {
  if (!Array.isArray(values) || values.length === 0)
    return "An enum needs its values: { type: 'enum', values: ['draft', 'final'] }.";
  const text = textType('text', {});
  for (const value of values as unknown[]) {
    const refusal = text.refuse(value);
    if (refusal !== undefined) return `Each value of an enum ${refusal}.`;
  }
  if (new Set(values).size < values.length) return 'The values of an enum must differ from one another.';
  if (native !== undefined && typeof native !== 'boolean') return "'native' of an enum must be true or false.";
  if (enumName !== undefined && (typeof enumName !== 'string' || enumName === ''))
    return "'enumName' must be the name of an enum type.";
  return undefined;
}

function arrayContradiction({ element }: ColumnTypeOptions): string | undefined {
  if (typeof element !== 'object') return "An array needs the type of its elements: { type: 'array', of: 'text' }.";
  return element.name === 'array' ? "Arrays in arrays are not supported: use the type 'json'." : undefined;
}

function keyOf(name: ColumnTypeName, options: ColumnTypeOptions): string {
  const entries = (Object.entries(options) as [string, unknown][]).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    name,
    ...entries.map(([option, value]) => [option, option === 'element' ? numberOf(value as ColumnType) : value]),
  ]);
}

function numberOf(type: ColumnType): number {
  let number = numbers.get(type);
  if (number === undefined) numbers.set(type, (number = ++lastNumber));
  return number;
}
