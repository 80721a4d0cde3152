/** What the reference of an entity holds in memory. */
import type { BelongsToModel, EntityObject } from '../../metadata';
import { recordOf, type EntityRecord } from '../../entities';

export function referredRecord(entity: EntityObject, { property }: BelongsToModel): EntityRecord | undefined {
  const value = Object.hasOwn(entity, property) ? entity[property] : undefined;
  return typeof value === 'object' && value !== null ? recordOf(value) : undefined;
}
