/**
 * The type of an entity of which more is loaded than its columns (`include`, `load`), or less (`only`, `defer`).
 */
import type { OwnColumn } from './properties';
import type { KeyNames, LoadedItems, PartOf, PropertyKind, Read, Referred, TargetOf } from './relations';

declare const shape: unique symbol;

/** Of what a result was made. */
interface Shape<T, P extends string, H extends PropertyKey> {
  readonly entity: T;
  /** More that is loaded fits where less is asked for. */
  readonly loaded: (path: P) => void;
  readonly hidden: H;
}

/** Remembers of what a result was made, so that one more `include` or `only` starts from there. */
export interface ResultShape<T, P extends string, H extends PropertyKey> extends Read {
  readonly [shape]?: Shape<T, P, H>;
}

/** `T` with the relations `P` loaded and the properties `H` out of sight. */
export type Result<T, P extends string, H extends PropertyKey> = ([H] extends [never] ? T : Omit<T, H> & PartOf<T>) &
  LoadedRelations<T, P> &
  ResultShape<T, WithPrefixes<P>, H>;

type LoadedRelations<T, P extends string> = [P] extends [never]
  ? unknown
  : { [K in Head<P> & keyof T]: LoadedRelation<T[K], Tail<P, K>> };

type LoadedRelation<V, P extends string> =
  PropertyKind<V> extends 'toMany'
    ? NonNullable<V> & LoadedItems<LoadedEntity<TargetOf<V>, P>>
    : Loaded<TargetOf<V>, P> | Extract<V, null | undefined>;

type LoadedEntity<T, P extends string> = [P] extends [never] ? T : Loaded<T, P>;

type Head<P extends string> = P extends `${infer K}.${string}` ? K : P;

type Tail<P extends string, K extends PropertyKey> = P extends `${infer H}.${infer Rest}`
  ? H extends K
    ? Rest
    : never
  : never;

type WithPrefixes<P extends string> = P extends `${infer H}.${infer Rest}` ? H | `${H}.${WithPrefixes<Rest>}` : P;

type ShapeOf<R> = typeof shape extends keyof R
  ? R extends { readonly [shape]?: infer S }
    ? Exclude<S, undefined>
    : never
  : Shape<Referred<R>, never, never>;

/** The entity of a result: of a `Loaded`, of what `only` gave, of a reference; of an entity itself. */
export type EntityOf<R> = ShapeOf<R> extends Shape<infer T, never, PropertyKey> ? T : never;

type LoadedOf<R> = ShapeOf<R> extends Shape<unknown, infer P, PropertyKey> ? P : never;

type HiddenOf<R> = ShapeOf<R> extends Shape<unknown, never, infer H> ? H : never;

/**
 * `R` with the relations `P` loaded. `R` is an entity, a reference, or itself a result, to which `P` is then added.
 *
 * @example
 * function titles(album: Loaded<Album, 'artist' | 'tracks.genres'>) { … }
 */
export type Loaded<R, P extends string> = Result<EntityOf<R>, LoadedOf<R> | P, Exclude<HiddenOf<R>, Head<P>>>;

type Always<R> = KeyNames<EntityOf<R>> | Head<LoadedOf<R>>;

/**
 * What `only(...)` gives: `R` without its other columns. The key called `id` and relations that were included stay; a key of another
 * name is there too but has to be listed to be seen by its type.
 */
export type Only<R, K extends string> = Result<
  EntityOf<R>,
  LoadedOf<R>,
  Exclude<OwnColumn<EntityOf<R>>, K | Always<R>>
>;

/** What `defer(...)` gives: `R` without the columns `K`. */
export type Defer<R, K extends string> = Result<EntityOf<R>, LoadedOf<R>, HiddenOf<R> | Exclude<K, Always<R>>>;
