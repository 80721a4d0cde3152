/**
 * What a new entity needs, and what an update may change, by type.
 */
import type { Reference, ReferenceValue, SingleKey } from './filters';
import type { IsDefaulted, OwnColumn, Plain, ToMany } from './properties';
import type { KeyOf, PartOf, PropertyKind, RefTo, TargetOf } from './relations';
import type { KeyNames, VersionName } from './declared';

/** What a property is given: a to-one relation also takes the value of the key it refers to. */
type Given<V> = PropertyKind<V> extends 'toOne' ? V | PartOf<TargetOf<V>> | ReferenceValue<V> : Plain<V>;

/** Properties that are filled without being asked for, known by their names. */
type FilledByName<T> = ('id' & KeyNames<T>) | 'createdAt' | 'updatedAt' | 'deletedAt' | VersionName<T>;

/** What a collection is given: an entity, a reference, or a key. */
type Item<T> = RefTo<T> | SingleKey<T, KeyNames<T>>;

type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends <G>() => G extends B ? 1 : 2 ? true : false;

/** Readonly properties, which getters are too. */
type IsReadonly<T, K extends keyof T> = Same<Pick<T, K>, { -readonly [P in K]: T[P] }> extends true ? false : true;

type IsOptional<T, K extends keyof T> = Record<never, never> extends Pick<T, K> ? true : false;

type IsRequired<T, K extends keyof T> =
  K extends FilledByName<T>
    ? false
    : unknown extends T[K]
      ? false
      : null extends T[K]
        ? false
        : IsDefaulted<T[K]> extends true
          ? false
          : IsOptional<T, K> extends true
            ? false
            : IsReadonly<T, K> extends true
              ? false
              : true;

type RequiredColumn<T> = { [K in OwnColumn<T>]: IsRequired<T, K> extends true ? K : never }[OwnColumn<T>];

/**
 * The properties of a new `T`. Columns and to-one relations that are not nullable are required, except for `id`, `createdAt`, `updatedAt`,
 * `deletedAt`, `version`, optional properties, readonly ones (getters, computed columns) and those declared as `Defaulted`.
 */
export type CreateData<T> = { [K in RequiredColumn<T>]: Given<T[K]> } & {
  [K in Exclude<OwnColumn<T>, RequiredColumn<T>>]?: Given<T[K]> | undefined;
} & { [K in ToMany<T>]?: readonly Item<TargetOf<T[K]>>[] | undefined };

type Writable<T> = {
  [K in OwnColumn<T>]: K extends KeyNames<T> | VersionName<T> ? never : IsReadonly<T, K> extends true ? never : K;
}[OwnColumn<T>];

/** The columns that one statement gives new values in all rows it finds: never the key or the version. */
export type UpdateData<T> = { [K in Writable<T>]?: Given<T[K]> };

/** A value, or what stands for it in JSON: a moment or a bigint as text. */
type FromJson<V> = V extends Date ? V | string : V extends bigint ? V | string | number : V;

type Assigned<V> =
  PropertyKind<V> extends 'toOne' ? Given<V> | Reference<V> | FromJson<ReferenceValue<V>> : FromJson<Plain<V>>;

type AssignedItem<T> = Item<T> | KeyOf<T> | FromJson<SingleKey<T, KeyNames<T>>>;

/**
 * What data from outside may say of a `T`: its columns, but the key, the optimistic lock and readonly ones, its to-one relations by entity or key, its
 * collections by arrays of these.
 */
export type AssignData<T> = { [K in Writable<T>]?: Assigned<T[K]> | undefined } & {
  [K in ToMany<T>]?: readonly AssignedItem<TargetOf<T[K]>>[] | undefined;
};
