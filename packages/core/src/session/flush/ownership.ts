/**
 * Children that changed hands by way of their owner: what was taken out of a has-many relation, and what a has-one relation holds now. Their
 * foreign keys are brought into step before rows are compared.
 */
import { QueryError } from '../../errors';
import type { EntityModel, EntityObject, HasManyModel, HasOneModel } from '../../metadata';
import { recordOf, type EntityRecord, type EntityStore } from '../../entities';
import { assertTarget } from '../attach';
import type { OneChange } from './change-set';
import type { Journal } from '../../entities';

/**
 * Calling it again finds what came since.
 *
 * @returns the has-one relations that hold another child than the rows say
 * @throws QueryError for a child that must have an owner and has none now
 */
export function followOwnership(store: EntityStore, journal: Journal): OneChange[] {
  removeOrphans(store, journal);
  const changed: OneChange[] = [];
  for (const owner of ownersOfOnes(store)) {
    for (const relation of onesOf(owner.model)) {
      if (replaceOne(store, { owner, relation }, journal)) changed.push({ owner, relation });
    }
  }
  return changed;
}

const ones = new WeakMap<EntityModel, readonly HasOneModel[]>();

/** The has-one relations of a model: most have none, and are not looked at row by row. */
function onesOf(model: EntityModel): readonly HasOneModel[] {
  let found = ones.get(model);
  if (!found) ones.set(model, (found = model.relations.filter((relation) => relation.kind === 'hasOne')));
  return found;
}

function* ownersOfOnes(store: EntityStore): Generator<EntityRecord> {
  for (const [model, map] of store.identityMaps()) {
    if (onesOf(model).length === 0) continue;
    for (const record of map.values()) if (record.status === 'managed') yield record;
  }
  for (const record of store.added) if (onesOf(record.model).length > 0) yield record;
}

/** The child before loses its owner, or goes; the child of now gets it. */
function replaceOne(store: EntityStore, { owner, relation }: OneChange, journal: Journal): boolean {
  const { entity, loadedOnes } = owner;
  const { property, inverse } = relation;
  if (!Object.hasOwn(entity, property)) return false;
  const now = (entity[property] ?? null) as EntityObject | null;
  const before = loadedOnes?.get(property);
  if (before === now || (now === null && before === undefined)) return false;
  if (before && refersTo(before, inverse.property, entity)) abandon(store, { child: before, relation }, journal);
  if (now) {
    assertTarget(relation, now);
    if (!refersTo(now, inverse.property, entity)) journal.setProperty(now, inverse.property, entity);
  }
  return true;
}

function refersTo(child: EntityObject, property: string, owner: EntityObject): boolean {
  return Object.hasOwn(child, property) && child[property] === owner;
}

/** Children that were taken out of a has-many relation and have no parent now. */
function removeOrphans(store: EntityStore, journal: Journal): void {
  for (const collection of store.changedCollections) {
    const { relation } = collection;
    if (relation.kind !== 'hasMany') continue;
    for (const child of [...(collection.pendingRemoves as ReadonlySet<EntityObject>)]) {
      const parent = Object.hasOwn(child, relation.inverse.property) ? child[relation.inverse.property] : undefined;
      if (parent === collection.owner) {
        // Its own reference was set again since.
        journal.keepCollection(collection);
        collection.mirrorAdd(child);
      } else if (parent === null || parent === undefined) abandon(store, { child, relation }, journal);
    }
  }
}

function abandon(
  store: EntityStore,
  { child, relation }: { child: EntityObject; relation: HasManyModel | HasOneModel },
  journal: Journal,
): void {
  const record = recordOf(child);
  if (!store.owns(record)) return;
  if (relation.orphanRemoval) {
    if (store.removed.has(record)) return;
    journal.keepRecord(record);
    if (record.status === 'new') {
      store.added.delete(record);
      record.status = 'detached';
      record.store = undefined;
    } else {
      record.status = 'removed';
      store.removed.set(record, false);
    }
    return;
  }
  const { inverse } = relation;
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
