/** The column type of a property: said, implied by its options, or seen by the compiler. */
import {
  createColumnType,
  customColumnType,
  type ColumnType,
  type ColumnTypeName,
  type ColumnTypeOptions,
} from '../../types';
import type { ColumnOptions, CustomType, ElementOptions } from '../definition';

const TYPE_NAMES: ReadonlySet<string> = new Set<ColumnTypeName>([
  'smallint',
  'integer',
  'bigint',
  'float',
  'decimal',
  'text',
  'varchar',
  'char',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'json',
  'uuid',
  'binary',
  'enum',
  'array',
]);

/** What a type is made of: options of a column, of a key or of an array's elements. */
export type TypedOptions = ElementOptions & Pick<ColumnOptions, 'of' | 'default' | 'transform' | 'nullable'>;

/** A type, or the sentence that says what is missing. */
export type TypeAnswer = { readonly type: ColumnType } | { readonly problem: string };

export interface TypeContext {
  /** What the compiler emitted. */
  readonly designType: unknown;
  /** The decorator that is to name the type where it cannot be seen. */
  readonly decorator: string;
  /** For a native enum that names none. */
  readonly nativeName: string;
}

export function columnTypeOf(property: string, options: TypedOptions, context: TypeContext): TypeAnswer {
  const custom = typeof options.type === 'object' ? options.type : undefined;
  const said = custom ? (custom.base ?? 'text') : (options.type as ColumnTypeName | undefined);
  const name = said ?? implied(options, context.designType);
  if (name === undefined) return { problem: unseen(property, options, context) };
  if (!TYPE_NAMES.has(name)) {
    return {
      problem: `there is no column type '${name}': choose one of ${[...TYPE_NAMES].join(', ')}, or write type: { sqlType: '${name}' }.`,
    };
  }
  const zoned = withZone(name, options.zone);
  if (zoned === undefined) {
    return {
      problem: `has the type '${name}' and zone: ${String(options.zone)}, which contradict each other: write type: 'timestamptz' for moments, 'timestamp' for times without a zone.`,
    };
  }
  return makeType(zoned, options, context);
}

function makeType(name: ColumnTypeName, options: TypedOptions, context: TypeContext): TypeAnswer {
  const custom = typeof options.type === 'object' ? options.type : undefined;
  const element = options.of === undefined ? undefined : elementType(options.of, context);
  if (element && 'problem' in element) return element;
  try {
    const type = createColumnType(name, typeOptions(options, { custom, element: element?.type, context }));
    return { type: transformed(type, options, custom) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function elementType(of: ColumnTypeName | ElementOptions, context: TypeContext): TypeAnswer {
  const options = typeof of === 'string' ? { type: of } : of;
  return columnTypeOf('of', options, { ...context, designType: undefined });
}

/** `timestamp` with `zone: true` is `timestamptz`; undefined for a contradiction. */
function withZone(name: ColumnTypeName, zone: boolean | undefined): ColumnTypeName | undefined {
  if (zone === undefined) return name;
  if (name === 'timestamp') return zone ? 'timestamptz' : 'timestamp';
  return name === 'timestamptz' && zone ? name : undefined;
}

/** Options say more than the compiler does: a `Date` with `zone: false` has no zone, a `number` with a default of 0.5 is no integer. */
function implied(options: TypedOptions, designType: unknown): ColumnTypeName | undefined {
  const { values, of, precision, scale, length, as, zone, default: value } = options;
  const designed = DESIGNED.get(designType);
  if (values) return 'enum';
  if (of !== undefined) return 'array';
  if (zone !== undefined) return 'timestamp';
  if (as !== undefined) return 'timestamptz';
  if (precision !== undefined && (scale !== undefined || designed === 'text')) return 'decimal';
  if (length !== undefined) return designed === 'binary' ? 'binary' : 'varchar';
  if (designed === 'integer' && typeof value === 'number' && !Number.isInteger(value)) return 'float';
  return designed ?? typeOfLiteral(value) ?? (options.nullable && designType === Object ? NULLABLE_UNION : undefined);
}

/**
 * Under strictNullChecks the compiler emits `Object` for `string | null`, as for any other union. A nullable column that says nothing
 * of its type is taken for text, which most of them are; values of other types are refused with the line to write.
 */
const NULLABLE_UNION: ColumnTypeName = 'text';

const DESIGNED = new Map<unknown, ColumnTypeName>([
  [String, 'text'],
  [Number, 'integer'],
  [Boolean, 'boolean'],
  [BigInt, 'bigint'],
  [Date, 'timestamptz'],
  [Buffer, 'binary'],
  [Uint8Array, 'binary'],
]);

function typeOfLiteral(value: unknown): ColumnTypeName | undefined {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'bigint';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'float';
    case 'object':
      if (value === null) return undefined;
      if (value instanceof Date) return 'timestamptz';
      return value instanceof Uint8Array ? 'binary' : 'json';
    case 'function':
    case 'symbol':
    case 'undefined':
      return undefined;
  }
}

/** Names the line to write, with the options that were written already. */
function unseen(property: string, options: TypedOptions, context: TypeContext): string {
  const { designType, decorator } = context;
  const isList = designType === Array;
  const given = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `, ${name}: ${literal(value)}`);
  const type = isList ? 'unknown[]' : 'string';
  const nullable = options.nullable ? ' | null' : '';
  const line = `@${decorator}({ type: '${isList ? 'json' : 'text'}'${given.join('')} }) ${property}!: ${type}${nullable};`;
  const hint = hintFor(designType);
  return `its type cannot be seen: write ${line} or whichever type it has${hint}.`;
}

function hintFor(designType: unknown): string {
  if (typeof designType !== 'function' || designType === Object || designType === Array) return '';
  return ` (for a relation, @BelongsTo(() => ${designType.name}))`;
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '…';
}

function typeOptions(
  options: TypedOptions,
  {
    custom,
    element,
    context,
  }: { custom: CustomType | undefined; element: ColumnType | undefined; context: TypeContext },
): ColumnTypeOptions {
  const { length, precision, scale, values, native, enumName, as } = options;
  return {
    length,
    precision,
    scale,
    // A TypeScript enum is an object of its values.
    values: values === undefined || Array.isArray(values) ? values : Object.values(values as Record<string, string>),
    native,
    enumName: enumName ?? (native ? context.nativeName : undefined),
    as,
    element,
    sqlType: custom?.sqlType,
  };
}

function transformed(type: ColumnType, { transform }: TypedOptions, custom: CustomType | undefined): ColumnType {
  const toDatabase = transform?.toDatabase ?? custom?.toDatabase;
  const fromDatabase = transform?.fromDatabase ?? custom?.fromDatabase;
  if (!toDatabase && !fromDatabase) return type;
  const same = (value: unknown): unknown => value;
  return customColumnType(type, {
    toDatabase: (toDatabase as ((value: unknown) => unknown) | undefined) ?? same,
    fromDatabase: (fromDatabase as ((value: unknown) => unknown) | undefined) ?? same,
  });
}
