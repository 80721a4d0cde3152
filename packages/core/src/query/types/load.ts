/**
 * The type of `session.load`: the same objects, seen with more of them loaded.
 */
import type { EntityOf, Loaded } from './loaded';
import type { IncludePath } from './paths';

type ItemOf<E> = E extends readonly (infer Item)[] ? Item : E;

/** What `session.load` resolves to for an entity, a reference, or an array of them. */
export type LoadResult<E, P extends string> = E extends readonly (infer Item)[] ? Loaded<Item, P>[] : Loaded<E, P>;

/**
 * Loads relations of entities that are there already, for all that were read together with them: one query for each relation.
 * Resolves to the very objects that were given.
 *
 * @throws NotFoundError where an unloaded reference was given and its row is gone.
 */
export type Load = <E extends object, P extends string = never>(
  target: E,
  ...paths: IncludePath<EntityOf<ItemOf<E>>, P>[]
) => Promise<LoadResult<E, P>>;
