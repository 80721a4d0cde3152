/**
 * The properties of an entity sorted by what they are, as unions of names that an editor can complete.
 */
import type { PropertyKind } from './relations';

declare const defaulted: unique symbol;

/** Values that a column holds as one value, and that can be compared. */
export type Scalar = string | number | bigint | boolean | Date | Uint8Array;

interface DefaultedMark {
  readonly [defaulted]?: true;
}

/**
 * A column that fills itself: a default, a generated key that is not called `id`, a computed column. It reads and is written
 * as a plain `T`, and `create` does not ask for it. Emitted type metadata does not see through it, so the decorator names the type.
 *
 * @example
 * class Account {
 *   @PrimaryKey({ type: 'integer' }) number!: Defaulted<number>;
 *   @Column({ type: 'boolean', default: () => true }) active!: Defaulted<boolean>;
 * }
 */
export type Defaulted<T> = T extends null | undefined ? T : T & DefaultedMark;

/** Whether a property was declared with `Defaulted`. */
export type IsDefaulted<V> = typeof defaulted extends keyof NonNullable<V> ? true : false;

/** The type of a property without the mark of `Defaulted`. */
export type Plain<V> = V extends infer U & DefaultedMark ? U : V;

type NamesOf<T, Kind> = { [K in keyof T]-?: PropertyKind<T[K]> extends Kind ? K : never }[keyof T] & string;

/** Properties with a value of their own: columns, not relations and not methods. */
export type Field<T> = NamesOf<T, 'field'>;

/** To-one relations. */
export type ToOne<T> = NamesOf<T, 'toOne'>;

/** To-many relations. */
export type ToMany<T> = NamesOf<T, 'toMany'>;

/** All relations. */
export type Rel<T> = NamesOf<T, 'toOne' | 'toMany'>;

/** Properties that stand for columns of the entity's own table: fields, and to-one relations by their foreign key. */
export type OwnColumn<T> = NamesOf<T, 'field' | 'toOne'>;

/** The same unions without a name of their own, so that an error message lists them. */
export interface Listed<T> {
  readonly field: { [K in keyof T]-?: PropertyKind<T[K]> extends 'field' ? K : never }[keyof T] & string;
  readonly relation: { [K in keyof T]-?: PropertyKind<T[K]> extends 'toOne' | 'toMany' ? K : never }[keyof T] & string;
  readonly ownColumn: { [K in keyof T]-?: PropertyKind<T[K]> extends 'field' | 'toOne' ? K : never }[keyof T] & string;
}
