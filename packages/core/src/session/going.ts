/** Which entities the next flush deletes, as far as that can be told without it: what is deleted, what went along with that, orphans. */
import { recordOf, type EntityRecord, type EntityStore } from '../entities';
import type { EntityObject } from '../metadata';
import { goesAlong } from './belonging';

/** Whether a caller that is given this entity would lose it at the next flush. */
export function isGoing(store: EntityStore, record: EntityRecord, seen = new Set<EntityRecord>()): boolean {
  if (record.status === 'removed') return true;
  if (seen.has(record) || (store.removed.size === 0 && store.takenOut.size === 0)) return false;
  seen.add(record);
  return isOrphan(store, record.entity) || belongsToGoing(store, record, seen);
}

function isOrphan({ takenOut, changedViews }: EntityStore, entity: EntityObject): boolean {
  if (!takenOut.has(entity)) return false;
  for (const view of changedViews) {
    const { relation } = view;
    if (relation.kind !== 'manyToMany' && relation.orphanRemoval && view.takenOut().includes(entity)) return true;
  }
  return false;
}

function belongsToGoing(store: EntityStore, { entity, model }: EntityRecord, seen: Set<EntityRecord>): boolean {
  return model.relations.some((relation) => {
    if (relation.kind !== 'belongsTo' || !relation.inverse || !goesAlong(relation.inverse)) return false;
    const held = Object.hasOwn(entity, relation.property) ? entity[relation.property] : undefined;
    const owner = typeof held === 'object' && held !== null ? recordOf(held) : undefined;
    return store.owns(owner) && isGoing(store, owner, seen);
  });
}
