/**
 * How relations look to the type system: a reference that shows its key only, and the mark of a to-many collection.
 * The marks are symbols that exist in types alone; no object has them at run time.
 */

import type { KeyNames } from './declared';
export type { KeyNames };

declare const reference: unique symbol;
declare const collection: unique symbol;
declare const state: unique symbol;

/** The key of `T`, as far as types can see it, as an object. Where no name is known, the entity itself. */
export type KeyOf<T, K extends keyof T = KeyNames<T>> = [K] extends [never] ? T : Pick<T, K>;

/** A to-one relation that is not known to be loaded: what can be read of it is its key. */
export type Unloaded<T, K extends keyof T = KeyNames<T>> = Pick<T, K> & {
  readonly [reference]: ReferenceTo<T, K>;
  readonly [state]: 'unloaded';
};

/** What an unloaded reference refers to. */
export interface ReferenceTo<T, K> {
  readonly target: T;
  readonly key: K;
}

/** The mark of an entity that was read by a query, so that it is told from an unloaded one. */
export interface Read {
  readonly [state]?: 'read';
}

/**
 * A to-one relation. Only the key can be read until the relation is loaded, by `include` or by `session.load`;
 * an entity can be assigned to it as it is. The key is `id` unless named: `Ref<Order, 'number'>`, `Ref<Seat, 'row' | 'place'>`.
 *
 * @example
 * class Album {
 *   artist!: Ref<Artist>;
 *   producer!: Ref<Artist> | null;
 * }
 */
export type Ref<T extends object, K extends keyof T = KeyNames<T>> = T | Unloaded<T, K>;

/** An entity, or a reference to one by whichever key. */
export type RefTo<T> = T | { readonly [reference]: ReferenceTo<T, unknown> };

/** An entity of which some columns were not read: no whole `T`, but what refers to one. */
export interface PartOf<T> {
  readonly [reference]: ReferenceTo<T, unknown>;
}

/** What marks a to-many relation; `Many` is what users write. */
export interface CollectionOf<T> {
  readonly [collection]?: T;
}

/** The items of a to-many relation that was loaded, in the order they were read: a readonly array to all who take one, but no `Array`. */
export interface LoadedItems<L> extends ReadonlyArray<L> {
  /** A new array of the items. */
  toArray(): L[];
}

/** Whether `V` is `any`. */
export type IsAny<V> = 0 extends 1 & V ? true : false;

type ReferenceIn<V> = Extract<V, { readonly [reference]: unknown }>;

/** What a property of an entity is, by its type: a relation, a method, or a field with a value of its own. */
export type PropertyKind<V> =
  IsAny<V> extends true
    ? 'field'
    : typeof collection extends keyof NonNullable<V>
      ? 'toMany'
      : [ReferenceIn<V>] extends [never]
        ? NonNullable<V> extends (...args: never[]) => unknown
          ? 'method'
          : 'field'
        : 'toOne';

/** The entity at the other end of the relation `V`, a `Ref` or a `Many`, nullable or not. */
export type TargetOf<V> = typeof collection extends keyof NonNullable<V>
  ? NonNullable<V> extends CollectionOf<infer T>
    ? Exclude<T, undefined>
    : never
  : ReferenceIn<V> extends { readonly [reference]: ReferenceTo<infer T, unknown> }
    ? T
    : never;

/** The names of the key by which the to-one relation `V` refers to its target. */
export type ReferenceKey<V> =
  ReferenceIn<V> extends { readonly [reference]: ReferenceTo<unknown, infer K> } ? K : never;

/** The entity of which `V`, perhaps an unloaded reference, is one. */
export type Referred<V> = V extends { readonly [reference]: ReferenceTo<infer T, unknown> } ? T : V;
