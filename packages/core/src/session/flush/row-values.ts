/** The values of rows to be written, and what is kept of them as snapshots. */
import { QueryError } from '../../errors';
import type { ColumnModel, EntityObject } from '../../metadata';
import { columnValue, UNREAD } from '../../entities';

/** What an entity has in a column, for a row to be written. */
export function writtenValue(entity: EntityObject, column: ColumnModel): unknown {
  return column.relation ? foreignKey(entity, column) : (entity[column.property] ?? null);
}

/** @throws QueryError for an entity without a key that no step of this flush gives one: it is in another session, or in none */
export function foreignKey(entity: EntityObject, column: ColumnModel): unknown {
  const value = columnValue(entity, column);
  if (value !== undefined) return value;
  const { owner, property, target } = column.relation!;
  if (entity[property] === undefined) return null;
  throw new QueryError(
    `${owner.name}.${property} refers to a ${target.name} that has no key yet and is not in this session: add it, or flush its own session first.`,
    { entity: owner.name, property },
  );
}

/** A value in snapshot form. */
export function imageOf({ type }: ColumnModel, value: unknown): unknown {
  return value === null || value === UNREAD || type.immutable ? value : type.snapshot(value);
}
