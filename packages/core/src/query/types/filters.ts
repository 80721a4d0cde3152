/**
 * Conditions: what `filter`, `exclude`, `and`, `some` and their like take.
 */
import type { AnyField, AnyText, Combination, Operator, Quantifier } from '../expressions/operator-values';
import type { Field, OwnColumn, Plain, Rel, Scalar, ToOne } from './properties';
import type { KeyNames, KeyOf, PropertyKind, ReferenceKey, TargetOf } from './relations';

/** What a column holds that is declared as `V`: an optional property is null there. */
type Stored<V> = V extends null | undefined ? null : Plain<V>;

/** Stands in the operands of fields that hold texts. */
type TextIn<V> = V extends string ? AnyText : never;

/**
 * What a field of type `V` can be held against: a value, null where the column is nullable, or an operator. A field that holds an
 * object or an array (json, array columns) takes `isNull()` and `isNotNull()` only.
 *
 * Each conditional type here asks about `V` itself, never about the outcome of another one: where `V` is still to be inferred the compiler
 * looks at all outcomes of nested ones, and their number doubles with each.
 */
export type FieldCondition<V> = unknown extends V
  ? Operator<AnyField> | null
  : [V] extends [Scalar | null | undefined]
    ? Stored<V> | Operator<Stored<V> | TextIn<V> | AnyField>
    : Operator<AnyField> | NullIn<V>;

type NullIn<V> = V extends null | undefined ? null : never;

/** The value of a key of one property, which may stand for the entity; `never` where the key has several. */
export type SingleKey<T, K, All = K> = K extends keyof T ? ([All] extends [K] ? KeyValue<T[K]> : never) : never;

/**
 * The value of a property of a key, which may be of an own type; where it is a relation, the value of the key at its other end.
 * `Exclude` and not `NonNullable`: an intersection with `{}` makes the compiler compare three times as many types.
 */
type KeyValue<V> =
  PropertyKind<V> extends 'toOne' ? SingleKey<TargetOf<V>, ReferenceKey<V>> : Exclude<Plain<V>, null | undefined>;

/** The value of the key by which a to-one relation refers; `never` where the key has several parts. */
export type ReferenceValue<V> = SingleKey<TargetOf<V>, ReferenceKey<V>>;

/** What a to-one relation can be named by: an entity, a reference or any other object with its key, or the value of its key. */
export type Reference<V> = KeyOf<TargetOf<V>, ReferenceKey<V> & keyof TargetOf<V>> | ReferenceValue<V>;

type ToOneCondition<V> =
  Criterion<TargetOf<V>> | Reference<V> | Operator<Reference<V> | NullIn<V> | AnyField> | NullIn<V>;

/** What a key of an own type can be held against: what a key holds can be compared. */
type OwnKey<T, K extends keyof T> = [T[K]] extends [Scalar | null | undefined]
  ? never
  : K extends KeyNames<T>
    ? T[K] | Operator<T[K]>
    : never;

type PropertyCondition<V> =
  PropertyKind<V> extends 'field'
    ? FieldCondition<V>
    : PropertyKind<V> extends 'toOne'
      ? ToOneCondition<V>
      : Quantifier<TargetOf<V>>;

/**
 * Conditions on an entity by property, all of which must hold. A to-one relation takes conditions on the entity it refers to, which rows
 * without one never meet, an entity, the value of its key, or null where it is nullable; a to-many relation takes `some`, `none` or `every`.
 *
 * @example
 * const cheapJazz: Where<Album> = { price: lt('5.00'), artist: { name: icontains('davis') }, genres: some({ name: 'jazz' }) };
 */
export type Where<T> = { [K in Field<T> | Rel<T>]?: PropertyCondition<T[K]> | OwnKey<T, K> };

/** A condition on an entity: an object of conditions, or a combination by `and`, `or`, `not`. */
export type Criterion<T> = Where<T> | Combination<T>;

/**
 * Named conditions that are kept with an entity.
 *
 * @example
 * static scopes = { cheap: { price: lt('5.00') } } satisfies Scopes<Album>;
 */
export type Scopes<T> = Readonly<Record<string, Criterion<T> | (() => Criterion<T>)>>;

type ColumnValue<T> = Exclude<Extract<{ [K in OwnColumn<T>]: KeyValue<T[K]> }[OwnColumn<T>], Scalar>, boolean>;

type KeyObject<T> = {
  readonly [K in Field<T> | ToOne<T>]?: K extends ToOne<T>
    ? Reference<T[K]>
    : K extends KeyNames<T>
      ? Exclude<Plain<T[K]>, null | undefined>
      : Extract<NonNullable<Plain<T[K]>>, Scalar>;
};

/**
 * What names one row of `T`: the value of its key; an entity, a reference, or any other object with all properties of the key. Where the key
 * is not called `id` and the class does not name it by `KEY`, types cannot see which properties make it: then the value of any column is taken, and checked when it is used.
 */
export type PrimaryKeyValue<T> =
  ([KeyNames<T>] extends [never] ? ColumnValue<T> | KeyObject<T> : SingleKey<T, KeyNames<T>> | WithId<T>) | KeyOf<T>;

/** A composite key may have an `id` among its properties. */
type WithId<T> = KeyObject<T> & {
  readonly [K in KeyNames<T>]: PropertyKind<T[K]> extends 'toOne' ? unknown : NonNullable<Plain<T[K]>>;
};
