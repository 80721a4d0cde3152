/**
 * Dotted paths. What is checked is the path that was written, one relation at a time, so that the cost does not grow with the
 * number of paths there are; what an editor offers, and what an error lists, are the names that may stand in that place.
 */
import type { Field, Listed, Rel, ToOne } from './properties';
import type { PropertyKind, TargetOf } from './relations';

type Next<T, K> = K extends keyof T ? TargetOf<T[K]> : never;

type KindOf<T, K> = K extends keyof T ? PropertyKind<T[K]> : never;

type IsKind<T, K, Kind> = [KindOf<T, K>] extends [never] ? false : KindOf<T, K> extends Kind ? true : false;

type FewerSteps = [never, never, 1, 2, 3, 4];

/**
 * All relation paths of at most `Steps` relations as a union, to declare a variable with. `include` and `session.load` take
 * paths of any length. Above 3 steps a large schema has more paths than the compiler takes.
 */
export type Path<T, Steps extends 1 | 2 | 3 | 4 | 5 = 3> = {
  [K in Rel<T>]: [FewerSteps[Steps]] extends [never] ? K : K | `${K}.${Path<Next<T, K>, FewerSteps[Steps]>}`;
}[Rel<T>];

type IsPath<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne' | 'toMany'> extends true
    ? IsPath<Next<T, K>, Rest>
    : false
  : IsKind<T, P, 'toOne' | 'toMany'>;

type PathChoice<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne' | 'toMany'> extends true
    ? `${K}.${PathChoice<Next<T, K>, Rest>}`
    : Listed<T>['relation']
  : Listed<T>['relation'];

/**
 * The parameter type of a relation path: `P` where it is one, else what could be written instead.
 *
 * @example
 * declare function include<P extends string>(...paths: IncludePath<Album, P>[]): void;
 * include('artist', 'tracks.genres');
 */
export type IncludePath<T, P extends string> = P extends string
  ? IsPath<T, P> extends true
    ? P
    : PathChoice<T, P>
  : never;

/**
 * What a path promises to have loaded: itself where it is one literal. A path that is only known to be one of several is loaded when it runs and promises
 * nothing.
 */
export type Promised<P, All = P> = P extends unknown ? ([All] extends [P] ? P : never) : never;

/** What a list of paths promises: nothing where it is no tuple. */
export type PromisedAll<A extends readonly string[]> = number extends A['length']
  ? never
  : { [I in keyof A]: Promised<A[I]> }[number];

/** A path to a column of the entity or of an entity at the end of to-one relations, or to such an entity, which stands for its key. */
type IsFieldPath<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne'> extends true
    ? IsFieldPath<Next<T, K>, Rest>
    : false
  : IsKind<T, P, 'field' | 'toOne'>;

type FieldChoice<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne'> extends true
    ? `${K}.${FieldChoice<Next<T, K>, Rest>}`
    : Nearby<T>['fields']
  : Nearby<T>['fields'];

interface Nearby<T> {
  readonly fields: Listed<T>['ownColumn'] | { [K in ToOne<T>]: `${K}.${Field<Next<T, K>>}` }[ToOne<T>];
}

type OrderChoice<T, P extends string> = P extends `-${infer F}`
  ? `-${FieldChoice<T, F>}`
  : P extends ''
    ? FieldChoice<T, P> | `-${FieldChoice<T, P>}`
    : FieldChoice<T, P>;

/**
 * The parameter type of a sort key: a field or a to-one relation (by its key), also at the end of to-one relations, with a minus sign for
 * descending order: `'title'`, `'-createdAt'`, `'artist'`, `'artist.name'`, `'-artist.name'`.
 */
export type OrderPath<T, P extends string> = P extends string
  ? IsFieldPath<T, P extends `-${infer F}` ? F : P> extends true
    ? P
    : OrderChoice<T, P>
  : never;

/** A path to a column of the entity, or of an entity at the end of relations. */
type IsColumnPath<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne' | 'toMany'> extends true
    ? IsColumnPath<Next<T, K>, Rest>
    : false
  : IsKind<T, P, 'field' | 'toOne'>;

/** Names of the entity's own columns, as those of all relations would hide them; once a relation is written, those of its entity. */
type ColumnChoice<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne' | 'toMany'> extends true
    ? `${K}.${ColumnChoice<Next<T, K>, Rest>}`
    : Listed<T>['ownColumn']
  : Listed<T>['ownColumn'];

/** The parameter type of `only`, `defer` and `undefer`: columns of the entity's own table, and of relations that are included: `'title'`, `'author.name'`. */
export type ColumnPath<T, P extends string> = P extends string
  ? IsColumnPath<T, P> extends true
    ? P
    : ColumnChoice<T, P>
  : never;

/** A path to a property: a column or a relation, of the entity or of one at the end of relations. */
type IsPropertyPath<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne' | 'toMany'> extends true
    ? IsPropertyPath<Next<T, K>, Rest>
    : false
  : IsKind<T, P, 'field' | 'toOne' | 'toMany'>;

type PropertyChoice<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? IsKind<T, K, 'toOne' | 'toMany'> extends true
    ? `${K}.${PropertyChoice<Next<T, K>, Rest>}`
    : Listed<T>['ownColumn' | 'relation']
  : Listed<T>['ownColumn' | 'relation'];

/** The parameter type of what `session.serialize` writes or leaves out: `'title'`, `'artist.name'`, `'tracks'`. */
export type PropertyPath<T, P extends string> = P extends string
  ? IsPropertyPath<T, P> extends true
    ? P
    : PropertyChoice<T, P>
  : never;
