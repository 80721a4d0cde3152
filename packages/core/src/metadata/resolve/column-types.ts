/** The column type of a property: said, implied by its options, or seen by the compiler. */
import {
  createColumnType,
  customColumnType,
  type ColumnType,
  type ColumnTypeName,
  type ColumnTypeOptions,
} from '../../types';
import type { ColumnOptions, CustomType, PrimaryKeyOptions } from '../definition';

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

/** What a type is made of: options of a column or of a key. */
export type TypedOptions = ColumnOptions & Pick<PrimaryKeyOptions, never>;

/** A type, or the sentence that says what is missing. */
export type TypeAnswer = { readonly type: ColumnType } | { readonly problem: string };

export function columnTypeOf(
  property: string,
  options: TypedOptions,
  {
    designType,
    decorator,
    nativeName,
  }: { designType: unknown; decorator: string; /** For a native enum that names none. */ nativeName: string },
): TypeAnswer {
  const custom = typeof options.type === 'object' ? options.type : undefined;
  const name = custom
    ? (custom.base ?? 'text')
    : ((options.type as ColumnTypeName | undefined) ?? implied(options) ?? designed(designType));
  if (name === undefined) {
    return {
      problem:
        `its type cannot be seen (the compiler emits none, or it is no scalar): write ` +
        `@${decorator}({ type: 'text' }) ${property}!: string; or whichever type it has.`,
    };
  }
  if (!TYPE_NAMES.has(name)) {
    return {
      problem: `there is no column type '${name}': choose one of ${[...TYPE_NAMES].join(', ')}, or { sqlType: '${name}' }.`,
    };
  }
  try {
    return {
      type: transformed(
        createColumnType(name, typeOptions(options.native ? { enumName: nativeName, ...options } : options, custom)),
        options,
        custom,
      ),
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function implied({ values, of, precision, scale, length, default: value }: TypedOptions): ColumnTypeName | undefined {
  if (values) return 'enum';
  if (of) return 'array';
  if (precision !== undefined && scale !== undefined) return 'decimal';
  if (length !== undefined) return 'varchar';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'bigint';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'float';
    default:
      return undefined;
  }
}

const DESIGNED = new Map<unknown, ColumnTypeName>([
  [String, 'text'],
  [Number, 'integer'],
  [Boolean, 'boolean'],
  [BigInt, 'bigint'],
  [Date, 'timestamptz'],
  [Buffer, 'binary'],
  [Uint8Array, 'binary'],
]);

function designed(designType: unknown): ColumnTypeName | undefined {
  return DESIGNED.get(designType);
}

function typeOptions(options: TypedOptions, custom: CustomType | undefined): ColumnTypeOptions {
  const { length, precision, scale, values, native, enumName, of, as } = options;
  return defined({
    length,
    precision,
    scale,
    values,
    native,
    enumName,
    as,
    element: of === undefined ? undefined : createColumnType(of, {}),
    sqlType: custom?.sqlType,
  });
}

function defined(options: ColumnTypeOptions): ColumnTypeOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
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
