/** `column(…)`, `belongsTo(…)` and the others: each says what the decorator of its name says. */
import {
  columnDefinition,
  keyDefinition,
  manyToManyDefinition,
  relationDefinition,
  versionDefinition,
  type BelongsToOptions,
  type ColumnOptions,
  type ColumnTypeOption,
  type EntityClass,
  type HasManyOptions,
  type HasOneOptions,
  type ManyToManyInverseOptions,
  type ManyToManyOptions,
  type PrimaryKeyOptions,
  type PropertyDefinition,
  type Transform,
  type VersionOptions,
} from '../metadata';
import type { ColumnTypeName } from '../types';
import type {
  BelongsToDefinition,
  CollectionDefinition,
  ColumnDefinition,
  HasOneDefinition,
  KeyDefinition,
  ValueOf,
  VersionDefinition,
} from './definitions';

/** Types see which property a definition fits; what it says is no concern of who writes it. */
function opaque<D>(definition: PropertyDefinition): D {
  return definition as unknown as D;
}

/** Options of a column whose type and conversion are told apart for types. */
export interface TypedColumnOptions<N, X> extends Omit<ColumnOptions, 'type' | 'transform'> {
  /** Told by the other options where they can; MetadataError where nothing tells it. */
  type?: N;
  /** Converts between the property and the column type. */
  transform?: X;
}

/** Options of a key whose type and conversion are told apart for types. */
export interface TypedKeyOptions<N, X> extends Omit<PrimaryKeyOptions, 'type' | 'transform'> {
  /** Default: 'integer', or 'uuid' where `generated` makes uuids. */
  type?: N;
  /** Converts between the property and the column type. */
  transform?: X;
}

/** A key of the type integer that the database counts; in a list with `belongsTo(…)` the key is the related entity's. */
export function primaryKey(): KeyDefinition<number>;
/** A key property, as `@PrimaryKey`: several make a composite key. */
export function primaryKey<
  N extends ColumnTypeOption | undefined = undefined,
  X extends Transform | undefined = undefined,
>(options: TypedKeyOptions<N, X>): KeyDefinition<ValueOf<N, X>>;
export function primaryKey(options: PrimaryKeyOptions = {}): KeyDefinition<unknown> {
  return opaque(keyDefinition(options));
}

/** A column of this type. */
export function column<N extends ColumnTypeName>(type: N): ColumnDefinition<ValueOf<N, undefined>>;
/** A column, as `@Column`. No compiler emits its type here: the options tell it. */
export function column<N extends ColumnTypeOption | undefined = undefined, X extends Transform | undefined = undefined>(
  options: TypedColumnOptions<N, X>,
): ColumnDefinition<ValueOf<N, X>>;
export function column(options: ColumnTypeName | ColumnOptions): ColumnDefinition<unknown> {
  return opaque(columnDefinition(options));
}

/** The optimistic lock, as `@Version`: a number that each update counts up and checks. */
export function version(options: VersionOptions = {}): VersionDefinition {
  return opaque(versionDefinition(options));
}

/** A foreign key in this entity's table, as `@BelongsTo`. */
export function belongsTo<T extends object>(
  target: () => EntityClass<T>,
  options: BelongsToOptions & { inverse?: keyof T & string } = {},
): BelongsToDefinition<T> {
  return opaque(relationDefinition({ kind: 'belongsTo', target, options }));
}

/** The entities whose `inverse` refers to this one, as `@HasMany`. */
export function hasMany<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options: HasManyOptions = {},
): CollectionDefinition<T> {
  return opaque(relationDefinition({ kind: 'hasMany', target, inverse, options }));
}

/** The one entity whose `inverse` refers to this one, as `@HasOne`. */
export function hasOne<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options: HasOneOptions = {},
): HasOneDefinition<T> {
  return opaque(relationDefinition({ kind: 'hasOne', target, inverse, options }));
}

/** A relation through a join table, seen from the other side: `inverse` is the property that declares it. */
export function manyToMany<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options?: ManyToManyInverseOptions,
): CollectionDefinition<T>;
/** A relation through a join table, seen from the side that declares the table, as `@ManyToMany`. */
export function manyToMany<T extends object>(
  target: () => EntityClass<T>,
  options?: ManyToManyOptions,
): CollectionDefinition<T>;
export function manyToMany<T extends object>(
  target: () => EntityClass<T>,
  given: ManyToManyOptions | (keyof T & string) = {},
  inverseOptions: ManyToManyInverseOptions = {},
): CollectionDefinition<T> {
  return opaque(manyToManyDefinition(target, given, inverseOptions));
}
