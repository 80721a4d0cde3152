/** Which definitions a property can have, by its type: what `column(…)` and the others make is opaque, and marked for types alone. */
import type { ColumnTypeName } from '../types';
import type { CustomType, Transform } from '../metadata';
import type { PropertyKind, TargetOf } from '../query';

declare const defines: unique symbol;

/** What `column(…)` makes: for a property whose values are `V`s. */
export interface ColumnDefinition<V> {
  readonly [defines]: { readonly column: (value: V) => void };
}

/** What `primaryKey(…)` makes: for a property whose values are `V`s. */
export interface KeyDefinition<V> {
  readonly [defines]: { readonly key: (value: V) => void };
}

/** What `version(…)` makes: for a number. */
export interface VersionDefinition {
  readonly [defines]: { readonly version: true };
}

/** What `belongsTo(…)` makes: for a `Ref<T>`. */
export interface BelongsToDefinition<T> {
  readonly [defines]: { readonly belongsTo: T };
}

/** What `hasOne(…)` makes: for a `Ref<T> | null`. */
export interface HasOneDefinition<T> {
  readonly [defines]: { readonly hasOne: T };
}

/** What `hasMany(…)` and `manyToMany(…)` make: for a `Many<T>`. */
export interface CollectionDefinition<T> {
  readonly [defines]: { readonly collection: T };
}

/** A key that is a reference: `[primaryKey(), belongsTo(() => Artist)]`. */
export type ReferenceKeyDefinition<T> =
  readonly [KeyDefinition<never>, BelongsToDefinition<T>] | readonly [BelongsToDefinition<T>, KeyDefinition<never>];

type FieldDefinition<V> = ColumnDefinition<V> | KeyDefinition<V> | (V extends number ? VersionDefinition : never);

type ToOneDefinition<T> = BelongsToDefinition<T> | HasOneDefinition<T> | ReferenceKeyDefinition<T>;

/** Of a property whose type says nothing. */
type AnyDefinition =
  FieldDefinition<never> | VersionDefinition | ToOneDefinition<unknown> | CollectionDefinition<unknown>;

/** The definitions that a property of the type `V` can have. */
export type DefinitionOf<V> = unknown extends V
  ? AnyDefinition
  : PropertyKind<V> extends 'field'
    ? FieldDefinition<NonNullable<V>>
    : PropertyKind<V> extends 'toOne'
      ? ToOneDefinition<TargetOf<V>>
      : PropertyKind<V> extends 'toMany'
        ? CollectionDefinition<TargetOf<V>>
        : never;

/** What the values of a column type are in JavaScript. */
interface ValuesByType extends Record<ColumnTypeName, unknown> {
  smallint: number;
  integer: number;
  bigint: bigint;
  float: number;
  decimal: string;
  text: string;
  varchar: string;
  char: string;
  boolean: boolean;
  date: string;
  time: string;
  timestamp: Date | string;
  timestamptz: Date | string;
  uuid: string;
  binary: Uint8Array;
  enum: string;
}

type Converted<C> = C extends { readonly toDatabase: (value: infer V) => unknown }
  ? [V] extends [never]
    ? unknown
    : V
  : unknown;

/** The values of a property by the type of its column and what converts them; `unknown` where neither is told. */
export type ValueOf<N, X> = X extends Transform
  ? Converted<X>
  : N extends ColumnTypeName
    ? ValuesByType[N]
    : N extends CustomType
      ? Converted<N>
      : unknown;
