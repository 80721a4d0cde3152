/** `entity(…)` and `mappedSuperclass(…)`: what decorators say of a class and its properties, in one object. */
import {
  defineClass,
  type CheckOptions,
  type ClassDefinition,
  type EntityClass,
  type EntityOptions,
  type IndexOptions,
  type TimestampsOptions,
} from '../metadata';
import type { DefinitionOf } from './definitions';

type Name<T> = keyof T & string;

/** An index or a unique constraint: its property, its properties, or these and options. A relation stands for its foreign key. */
export type IndexDefinition<T> =
  Name<T> | readonly Name<T>[] | (IndexOptions & { readonly properties?: Name<T> | readonly Name<T>[] });

/** A condition that each row must meet, as SQL, or that and options. */
export type CheckDefinition = string | (CheckOptions & { readonly expression: string });

/** What is said of an entity and of a base of entities alike. */
export interface SharedDefinition<T> {
  /** As `@Timestamps`; `true`: createdAt and updatedAt. */
  timestamps?: boolean | (TimestampsOptions & { createdAt?: Name<T> | false; updatedAt?: Name<T> | false });
  /** As `@SoftDelete`; `true`: deletedAt. */
  softDelete?: boolean | Name<T>;
  /** As `@Version()` on a property; `true`: version. */
  version?: boolean | Name<T>;
  /** As `@Index`, an entry for each index: `['title', ['title', 'artist']]`. */
  indexes?: readonly IndexDefinition<T>[];
  /** As `@Unique`, an entry for each constraint. */
  uniques?: readonly IndexDefinition<T>[];
  /** As `@Check`, an entry for each constraint: `['price > 0']`. */
  checks?: readonly CheckDefinition[];
  /** Columns and relations; a property that is not named is no concern of the database. */
  properties?: { readonly [K in Name<T>]?: DefinitionOf<T[K]> };
}

/** What `entity(…)` takes. */
export interface EntityDefinition<T> extends EntityOptions, SharedDefinition<T> {}

/**
 * Makes a class an entity, as `@Entity` and the decorators of its properties do. It may add to what decorators say.
 *
 * @returns the class
 * @throws MetadataError where it is given no class; other mistakes are told by `Espalier.connect`
 *
 * @example
 * entity(Album, {
 *   timestamps: true,
 *   properties: { id: primaryKey(), title: column({ length: 160 }), artist: belongsTo(() => Artist) },
 * });
 */
export function entity<C extends EntityClass>(entityClass: C, definition: EntityDefinition<InstanceType<C>> = {}): C {
  defineClass('entity', entityClass, definition as ClassDefinition);
  return entityClass;
}

/**
 * Describes a base class without a table, whose columns each entity that extends it has. As the decorators on a class without `@Entity`.
 *
 * @returns the class
 * @throws MetadataError where it is given no class; other mistakes are told by `Espalier.connect`
 */
export function mappedSuperclass<C extends EntityClass>(
  baseClass: C,
  definition: SharedDefinition<InstanceType<C>>,
): C {
  defineClass('mappedSuperclass', baseClass, definition as ClassDefinition);
  return baseClass;
}
