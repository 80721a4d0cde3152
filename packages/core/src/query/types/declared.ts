/** What a class says of itself for types alone: decorators cannot change the type of a class, and names do not tell a key or a lock. */

/**
 * Names the properties of the key for types, where it is not called `id`: then `get` takes the value of the key and nothing else, references show it, and
 * `update` cannot set it. No value is ever stored under it.
 *
 * @example
 * class Order {
 *   declare readonly [KEY]?: 'number';
 *   @PrimaryKey({ type: 'integer' }) number!: Defaulted<number>;
 * }
 */
export const KEY: unique symbol = Symbol('espalier.key');

/**
 * Names the `@Version` property for types, where it is not called `version`; `never` says that a number called `version` is a column like any other.
 *
 * @example
 * class Release {
 *   declare readonly [VERSION]?: never;
 *   @Column({ type: 'integer' }) version!: number;
 * }
 */
export const VERSION: unique symbol = Symbol('espalier.version');

/** The names of the key: as `KEY` says, else `id` where there is one. */
export type KeyNames<T> = typeof KEY extends keyof T ? Exclude<T[typeof KEY], undefined> & keyof T : 'id' & keyof T;

/** The name of the optimistic lock: as `VERSION` says, else `version` where it is a number. */
export type VersionName<T> = typeof VERSION extends keyof T
  ? Exclude<T[typeof VERSION], undefined>
  : T extends { readonly version: number }
    ? 'version'
    : never;
