/** The type of what `session.serialize` gives. */
import type { EntityOf, Head, HiddenOf, LoadedOf, Own, Tail } from './loaded';
import type { PromisedAll } from './paths';
import type { Plain } from './properties';
import type { PropertyKind, ReferenceKey, TargetOf } from './relations';

/** A column as plain data: bigints are texts. */
type PlainValue<V> = V extends bigint ? string : V extends readonly bigint[] ? string[] : Plain<V>;

/** The key of what a relation refers to. */
type PlainKey<T, K> = {
  -readonly [N in K & keyof T]: PropertyKind<T[N]> extends 'toOne'
    ? PlainKey<TargetOf<T[N]>, ReferenceKey<T[N]>>
    : PlainValue<T[N]>;
};

/** Whether a property is written: `P` are the relations that are, `O` and `M` the names in `only` and `omit`. */
type IsWritten<T, K extends keyof T, P extends string, O extends string, M extends string> = K extends M
  ? false
  : [O] extends [never]
    ? IsPlain<PropertyKind<T[K]>, K, P>
    : K extends Head<O>
      ? IsPlain<PropertyKind<T[K]>, K, P>
      : false;

type IsPlain<Kind, K, P extends string> = Kind extends 'toMany'
  ? K extends Head<P>
    ? true
    : false
  : Kind extends 'method'
    ? false
    : true;

type Related<V, K, P extends string, O extends string, M extends string, G> =
  K extends Head<P>
    ? PropertyKind<V> extends 'toMany'
      ? PlainEntity<TargetOf<V>, Tail<P, K & string>, Tail<O, K & string>, Tail<M, K & string>, G>[]
      : PlainEntity<TargetOf<V>, Tail<P, K & string>, Tail<O, K & string>, Tail<M, K & string>, G> | Extract<V, null>
    : PlainKey<TargetOf<V>, ReferenceKey<V>> | Extract<V, null>;

type Whole<T, P extends string, O extends string, M extends string, G> = {
  -readonly [K in keyof T & string as IsWritten<T, K, P, O, Own<M>> extends true ? K : never]: PropertyKind<
    T[K]
  > extends 'toOne' | 'toMany'
    ? Related<T[K], K, P, O, M, G>
    : PlainValue<T[K]>;
};

/** `G`: some of it may be left out. */
type PlainEntity<T, P extends string, O extends string, M extends string, G> = G extends true
  ? Partial<Whole<T, P, O, M, G>>
  : Whole<T, P, O, M, G>;

type Names<A> = A extends readonly string[] ? PromisedAll<A> : never;

/** Whether it is known only when it runs what is written: a list that is no literal, or groups, which types do not see. */
type IsPartial<O, M, G> = [G] extends [undefined]
  ? O extends readonly string[]
    ? number extends O['length']
      ? true
      : IsPartial<undefined, M, G>
    : M extends readonly string[]
      ? number extends M['length']
        ? true
        : false
      : false
  : true;

/**
 * An entity as plain data, as `session.serialize` gives it: `E` is an entity or a result, `I`, `O` and `M` are the lists given for `include`, `only` and `omit`, undefined where
 * they are not given. Hidden columns are never in it, which types do not see: name them in `omit`.
 */
export type Serialized<E, I = undefined, O = undefined, M = undefined, G = undefined> = PlainEntity<
  EntityOf<E>,
  I extends readonly string[] ? PromisedAll<I> : LoadedOf<E>,
  Names<O>,
  Names<M> | (HiddenOf<E> & string),
  IsPartial<O, M, G>
>;
