/**
 * What a column type knows: which values it takes, how they travel, and how a change is seen.
 * A leaf of the house: no entity, no SQL text, no driver.
 */

export type ColumnTypeName =
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'float'
  | 'decimal'
  | 'text'
  | 'varchar'
  | 'char'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'json'
  | 'uuid'
  | 'binary'
  | 'enum'
  | 'array';

/** What may be handed to a driver. Nothing else ever reaches one: drivers call methods on objects that they do not know. */
export type DriverValue = string | number | boolean | null | Uint8Array;

/** The two ways over the wire. A dialect may replace a column type's own by a pair that fits its driver. Never called with null. */
export interface Codec {
  toDatabase(value: unknown): DriverValue;
  fromDatabase(raw: unknown): unknown;
}

/** How a type was declared; only what differs from engine to engine in DDL and what the codecs need. */
export interface ColumnTypeOptions {
  /** Characters (varchar, char) or bytes (binary). */
  readonly length?: number | undefined;
  /** Decimal: all digits. Time and timestamp: digits after the second, 0 to 6. Default: 6. */
  readonly precision?: number | undefined;
  /** Decimal: digits after the point. */
  readonly scale?: number | undefined;
  /** Enum: the values allowed. */
  readonly values?: readonly string[] | undefined;
  /** Enum: the engine's own enum type instead of text with a check. */
  readonly native?: boolean | undefined;
  /** Enum, native: the name of the engine's type where types have names. Default: `<table>_<column>`. */
  readonly enumName?: string | undefined;
  /** Array: the type of its elements. */
  readonly element?: ColumnType | undefined;
  /** Timestamps: `'string'` keeps microseconds, `'date'` is a JavaScript Date. */
  readonly as?: 'date' | 'string' | undefined;
  /** The SQL type to write in DDL, as it is, where the declared one has no name of ours. */
  readonly sqlType?: string | undefined;
}

/**
 * What an application puts on top of a column type. `toDatabase` gives a value as the entity would hold it without the
 * conversion, or null for NULL; for an object it gives the same again as long as the object means the same, because
 * changes are seen by it. Neither function is called with null.
 */
export interface ValueConversion {
  toDatabase(value: unknown): unknown;
  fromDatabase(value: unknown): unknown;
}

/** What a value is for. Times may be finer where a column is compared with them than where it is to keep them. */
export type ValueUse = 'stored' | 'compared';

/**
 * `toDatabase` and `fromDatabase` of a column type are its neutral codec; `resolveCodec` finds the one for an engine.
 */
export interface ColumnType extends Codec {
  readonly name: ColumnTypeName;
  readonly options: ColumnTypeOptions;
  /** Of a custom type: what it converts, and to values of which type. */
  readonly custom?: { readonly base: ColumnType; readonly conversion: ValueConversion } | undefined;
  /** Of values that were read and not decoded: no codec changes them. See `as-read.ts`. */
  readonly asRead?: true;
  /**
   * True where `fromDatabase`/`snapshot` give immutable values, so that a snapshot is the value itself
   * and `===` answers most comparisons (`equals` has the last word where two spellings mean one value).
   */
  readonly immutable: boolean;
  /**
   * Why `value` (never null or undefined) cannot be stored in such a column, or be compared with it, as the end of a sentence
   * ("must be …, got …"); undefined where it can. Default of `use`: `'stored'`.
   */
  refuse(value: unknown, use?: ValueUse): string | undefined;
  /** An image of the value that later changes to the value do not reach (a Date's milliseconds, a JSON text …). */
  snapshot(value: unknown): unknown;
  /** Whether `value` is still what `snapshot` was taken of. */
  equals(value: unknown, snapshot: unknown): boolean;
  /** A fresh value from its snapshot. */
  fromSnapshot(snapshot: unknown): unknown;
  /** What the codec takes for the value of a snapshot, where that is made faster than a fresh value. */
  readonly frozen?: ((snapshot: unknown) => unknown) | undefined;
  /** As `snapshot`, of a value or of what `frozen` made; there with it. */
  readonly thawed?: ((value: unknown) => unknown) | undefined;
}
