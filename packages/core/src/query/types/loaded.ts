/**
 * The type of an entity of which more is loaded than its columns (`include`, `load`), or less (`only`, `defer`).
 */
import type { OwnColumn } from './properties';
import type { KeyNames, LoadedItems, PartOf, PropertyKind, Read, Referred, TargetOf } from './relations';

declare const shape: unique symbol;

/** Of what a result was made. */
interface Shape<T, P extends string, H extends PropertyKey, N extends string> {
  readonly entity: T;
  /** More that is loaded fits where less is asked for. */
  readonly loaded: (path: P) => void;
  readonly hidden: H;
  readonly columns: N;
}

/** Remembers of what a result was made, so that one more `include` or `only` starts from there. */
export interface ResultShape<T, P extends string, H extends PropertyKey, N extends string> extends Read {
  readonly [shape]?: Shape<T, P, H, N>;
}

/**
 * `T` with the relations `P` loaded and the properties `H` out of sight. `N` says what was asked for of the columns of relations: `'+author.name'` is one of those
 * that are read, `'-author.name'` one that is not.
 */
export type Result<T, P extends string, H extends PropertyKey, N extends string = never> = [N] extends [never]
  ? Visible<T, H> & LoadedRelations<T, P> & ResultShape<T, WithPrefixes<P>, H, N>
  : Visible<T, H | NarrowedOnes<T, P, N>> & NarrowedRelations<T, P, N> & ResultShape<T, WithPrefixes<P>, H, N>;

type Visible<T, H extends PropertyKey> = [H] extends [never] ? T : Omit<T, H> & PartOf<T>;

type LoadedRelations<T, P extends string> = [P] extends [never]
  ? unknown
  : { [K in Head<P> & keyof T]: LoadedRelation<T[K], Tail<P, K>> };

type LoadedRelation<V, P extends string> =
  PropertyKind<V> extends 'toMany'
    ? NonNullable<V> & LoadedItems<LoadedEntity<TargetOf<V>, P>>
    : Loaded<TargetOf<V>, P> | Extract<V, null | undefined>;

type LoadedEntity<T, P extends string> = [P] extends [never] ? T : Loaded<T, P>;

type NarrowedRelations<T, P extends string, N extends string> = {
  [K in Head<P> & keyof T & string]: NarrowedRelation<T[K], Tail<P, K>, TailOfMark<N, K>>;
};

/** The to-one relations whose entities are not whole: the type that `T` gives them would show all columns. */
type NarrowedOnes<T, P extends string, N extends string> = {
  [K in Head<P> & keyof T & string]: [TailOfMark<N, K>] extends [never]
    ? never
    : PropertyKind<T[K]> extends 'toOne'
      ? K
      : never;
}[Head<P> & keyof T & string];

type NarrowedRelation<V, P extends string, N extends string> = [N] extends [never]
  ? LoadedRelation<V, P>
  : PropertyKind<V> extends 'toMany'
    ? NonNullable<V> & LoadedItems<Narrowed<TargetOf<V>, P, N>>
    : Narrowed<TargetOf<V>, P, N> | Extract<V, null | undefined>;

type Narrowed<T, P extends string, N extends string> = Result<T, P, HiddenBy<T, P, N>, Deeper<N>>;

/** What marks of the columns of `T` itself leave out. */
type HiddenBy<T, P extends string, N extends string> = [Marked<'+', N>] extends [never]
  ? Exclude<Marked<'-', N>, KeyNames<T> | Head<P>>
  : Exclude<OwnColumn<T>, Marked<'+', N> | KeyNames<T> | Head<P>>;

/** The names after marks that are not paths. */
type Marked<M extends '+' | '-', N extends string> = N extends `${string}.${string}`
  ? never
  : N extends `${M}${infer Name}`
    ? Name
    : never;

/** The marks that are paths. */
type Deeper<N extends string> = N extends `${string}.${string}` ? N : never;

type TailOfMark<N extends string, K extends string> = N extends `+${K}.${infer Rest}`
  ? `+${Rest}`
  : N extends `-${K}.${infer Rest}`
    ? `-${Rest}`
    : never;

/** The first names of paths. */
export type Head<P extends string> = P extends `${infer K}.${string}` ? K : P;

/** What comes after a first name. */
export type Tail<P extends string, K extends PropertyKey> = P extends `${infer H}.${infer Rest}`
  ? H extends K
    ? Rest
    : never
  : never;

type WithPrefixes<P extends string> = P extends `${infer H}.${infer Rest}` ? H | `${H}.${WithPrefixes<Rest>}` : P;

type ShapeOf<R> = typeof shape extends keyof R
  ? R extends { readonly [shape]?: infer S }
    ? Exclude<S, undefined>
    : never
  : Shape<Referred<R>, never, never, never>;

/** The entity of a result: of a `Loaded`, of what `only` gave, of a reference; of an entity itself. */
export type EntityOf<R> = ShapeOf<R> extends Shape<infer T, never, PropertyKey, string> ? T : never;

/** The relations of a result that are loaded, with those on their way. */
export type LoadedOf<R> = ShapeOf<R> extends Shape<unknown, infer P, PropertyKey, string> ? P : never;

/** The columns of a result that were not read. */
export type HiddenOf<R> = ShapeOf<R> extends Shape<unknown, never, infer H, string> ? H : never;

type MarksOf<R> = ShapeOf<R> extends Shape<unknown, never, PropertyKey, infer N> ? N : never;

/**
 * `R` with the relations `P` loaded. `R` is an entity, a reference, or itself a result, to which `P` is then added.
 *
 * @example
 * function titles(album: Loaded<Album, 'artist' | 'tracks.genres'>) { … }
 */
export type Loaded<R, P extends string> = Result<
  EntityOf<R>,
  LoadedOf<R> | P,
  Exclude<HiddenOf<R>, Head<P>>,
  MarksOf<R>
>;

type Always<R> = KeyNames<EntityOf<R>> | Head<LoadedOf<R>>;

/** The names among paths. */
export type Own<P extends string> = P extends `${string}.${string}` ? never : P;

/** The relations before a name, a dot after each. */
type Before<P extends string> = P extends `${infer K}.${infer Rest}` ? `${K}.${Before<Rest>}` : '';

/**
 * What `only(...)` gives: `R` without its other columns, and without the other columns of relations that are named in paths. The key called `id` and
 * relations that were included stay; a key of another name is there too but has to be listed to be seen by its type.
 */
export type Only<R, P extends string> = Result<
  EntityOf<R>,
  LoadedOf<R>,
  [Own<P>] extends [never] ? HiddenOf<R> : Exclude<OwnColumn<EntityOf<R>>, P | Always<R>>,
  Exclude<MarksOf<R>, `${'+' | '-'}${Before<Deeper<P>>}${string}`> | MarkedBy<'+', P>
>;

/** What `defer(...)` gives: `R` without the columns `P`. */
export type Defer<R, P extends string> = Result<
  EntityOf<R>,
  LoadedOf<R>,
  HiddenOf<R> | Exclude<Own<P>, Always<R>>,
  Exclude<MarksOf<R>, MarkedBy<'+', P>> | MarkedBy<'-', P>
>;

/** What `undefer(...)` gives: `R` with the columns `P`. */
export type Undefer<R, P extends string> = Result<
  EntityOf<R>,
  LoadedOf<R>,
  Exclude<HiddenOf<R>, P>,
  Exclude<MarksOf<R>, MarkedBy<'-', P>> | AddedTo<MarksOf<R>, Deeper<P>>
>;

type MarkedBy<M extends '+' | '-', P extends string> = P extends `${string}.${string}` ? `${M}${P}` : never;

/** Where only some columns of an entity are read, these are too. */
type AddedTo<N extends string, P extends string> = P extends string
  ? [Extract<N, `+${Before<P>}${string}`>] extends [never]
    ? never
    : `+${P}`
  : never;
