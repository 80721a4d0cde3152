/**
 * Children that were taken out of a has-many relation, or replaced in a has-one relation, and belong to no owner now: they lose their reference, or go
 * with `orphanRemoval`. A child that another owner holds has a home, whichever relation that is by.
 */
import { QueryError } from '../../errors';
import type { BelongsToModel, EntityObject, HasManyModel, HasOneModel } from '../../metadata';
import {
  live,
  placeOfTarget,
  recordOf,
  rowReference,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type View,
} from '../../entities';
import { remove } from '../leave';

/** @throws QueryError for a child that must have an owner and has none now */
export function followOrphans(store: EntityStore, journal: Journal): void {
  for (const view of [...store.changedViews]) {
    if (!store.owns(recordOf(view.owner))) continue;
    for (const child of view.takenOut()) followTakenOut(store, { view, child }, journal);
  }
}

function followTakenOut(
  store: EntityStore,
  { view, child }: { view: View; child: EntityObject },
  journal: Journal,
): void {
  const { relation, owner } = view;
  if (relation.kind === 'manyToMany') return;
  const { property } = relation.inverse;
  const held = Object.hasOwn(child, property) ? child[property] : undefined;
  if (held === owner) {
    // Its own reference was set again since.
    journal.keepView(view);
    view.readmit(child);
  } else if (held === null || held === undefined) abandon(store, { child, relation }, journal);
}

function abandon(
  store: EntityStore,
  { child, relation }: { child: EntityObject; relation: HasManyModel | HasOneModel },
  journal: Journal,
): void {
  const record = recordOf(child);
  if (!store.owns(record) || record.status === 'removed') return;
  const { inverse } = relation;
  // Where its reference is required it cannot stay, whoever else holds it.
  if (relation.orphanRemoval && !(inverse.nullable && hasOtherHome(record, relation))) {
    if (record.status === 'new') remove(store, [child], { force: false, journal });
    else live(store, record, 'delete', { journal });
    // The row of what is only marked as deleted stays as it is.
    if (record.model.softDelete) stayReferring(store, record, { inverse, journal });
    return;
  }
  if (!inverse.nullable) {
    throw new QueryError(
      `A ${relation.target.name} was taken out of ${relation.owner.name}.${relation.property}, but ${inverse.owner.name}.${inverse.property} is required: ` +
        `delete it, give it another ${relation.owner.name}, or declare orphanRemoval on ${relation.owner.name}.${relation.property}.`,
      { entity: relation.owner.name, property: relation.property },
    );
  }
  if (!Object.hasOwn(child, inverse.property) || child[inverse.property] !== null)
    journal.setProperty(child, inverse.property, null);
}

function stayReferring(
  store: EntityStore,
  record: EntityRecord,
  { inverse, journal }: { inverse: BelongsToModel; journal: Journal },
): void {
  const key = rowReference(record, inverse);
  if (key) {
    const owner = store.reference(placeOfTarget(inverse, record), key).entity;
    journal.setProperty(record.entity, inverse.property, owner);
  }
}

/** Whether another relation with orphanRemoval holds the child: the one that lets it go does not decide alone. */
function hasOtherHome({ entity, model }: EntityRecord, { inverse }: HasManyModel | HasOneModel): boolean {
  return model.relations.some(
    (relation) =>
      relation.kind === 'belongsTo' &&
      relation !== inverse &&
      ownsChildren(relation.inverse) &&
      Object.hasOwn(entity, relation.property) &&
      entity[relation.property] !== null &&
      entity[relation.property] !== undefined,
  );
}

function ownsChildren(relation: HasManyModel | HasOneModel | undefined): boolean {
  return relation?.orphanRemoval === true;
}
