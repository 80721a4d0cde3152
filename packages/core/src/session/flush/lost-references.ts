/** References to rows that have gone, or are about to: the database would refuse them without saying which entities were meant. */
import { QueryError } from '../../errors';
import { describe, identityOf, keyOf, type EntityRecord } from '../../entities';
import type { BelongsToModel } from '../../metadata';
import type { PlanBuilder } from './plan-builder';

/**
 * For a reference that is to be written.
 *
 * @throws QueryError where what it refers to was deleted in this session, or is deleted by the same flush
 */
export function assertLasting(
  plan: PlanBuilder,
  { from, relation, to }: { from: EntityRecord; relation: BelongsToModel; to: EntityRecord },
): void {
  const isGoing = plan.deletes.has(to);
  if (to.status !== 'deleted' && !isGoing) return;
  const { owner, property, target } = relation;
  // Without a foreign key, or with one that has an answer of its own.
  if (isGoing && (from.database !== to.database || hasAnswer(relation))) return;
  if (isGoing && isKeyTaken(plan, to)) return;
  const named = `${owner.name}.${property} refers to ${describe(target, keyOf(to.model, to.entity))}`;
  const remedy = isGoing
    ? `, which the same flush deletes: delete this ${owner.name} too, refer to another ${target.name}, or take the deletion back by session.add().`
    : `, which was deleted: refer to another ${target.name}, or session.add() that one to have it inserted again.`;
  throw new QueryError(named + remedy, { entity: owner.name, property });
}

/** Whether the database is to answer that the row of an entity goes: a row that refers to it is written before. */
export function isAnswered(plan: PlanBuilder, relation: BelongsToModel, to: EntityRecord): boolean {
  return plan.deletes.has(to) && hasAnswer(relation) && !isKeyTaken(plan, to);
}

function hasAnswer({ onDelete }: BelongsToModel): boolean {
  return onDelete === 'cascade' || onDelete === 'set null' || onDelete === 'set default';
}

/** Another entity is to have the key. */
function isKeyTaken({ inserts }: PlanBuilder, to: EntityRecord): boolean {
  const key = keyOf(to.model, to.entity);
  if (!key) return false;
  const identity = identityOf(to.model, key);
  for (const { place, model, entity } of inserts.keys()) {
    const other = place === to.place ? keyOf(model, entity) : undefined;
    if (other && identityOf(model, other) === identity) return true;
  }
  return false;
}
