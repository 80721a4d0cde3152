/** Decorators of classes. */
import type { CheckOptions, EntityOptions, IndexOptions, TimestampsOptions } from '../definition';
import { classDecorator, type EntityDecorator } from './dual';

/** Makes a class an entity. */
export function Entity(options: EntityOptions = {}): EntityDecorator {
  return classDecorator((draft) => {
    draft.entity = options;
  });
}

/** `createdAt` is set when a row is inserted, `updatedAt` at each change. */
export function Timestamps(options: TimestampsOptions = {}): EntityDecorator {
  return classDecorator((draft) => {
    draft.timestamps = options;
  });
}

/** Deleting sets a time instead of removing the row; rows with a time are left out of queries. */
export function SoftDelete(property = 'deletedAt'): EntityDecorator {
  return classDecorator((draft) => {
    draft.softDelete = property;
  });
}

/** An index on properties; a relation stands for its foreign key. */
export function Index(
  properties: string | readonly string[] | IndexOptions,
  options: IndexOptions = {},
): EntityDecorator {
  return indexDecorator(properties, options, false);
}

/** A unique constraint on properties. */
export function Unique(
  properties: string | readonly string[] | IndexOptions,
  options: IndexOptions = {},
): EntityDecorator {
  return indexDecorator(properties, options, true);
}

function indexDecorator(
  given: string | readonly string[] | IndexOptions,
  options: IndexOptions,
  unique: boolean,
): EntityDecorator {
  // The decorators of a class run from the last to the first: unshift keeps the order in which they are written.
  return classDecorator((draft) => {
    if (typeof given === 'string') draft.indexes.unshift({ properties: [given], unique, options });
    else if (isList(given)) draft.indexes.unshift({ properties: given, unique, options });
    else draft.indexes.unshift({ properties: [], unique, options: given });
  });
}

function isList(given: readonly string[] | IndexOptions): given is readonly string[] {
  return Array.isArray(given);
}

/** A condition that each row must meet, as SQL. */
export function Check(expression: string, options: CheckOptions = {}): EntityDecorator {
  return classDecorator((draft) => {
    draft.checks.unshift({ expression, options });
  });
}
