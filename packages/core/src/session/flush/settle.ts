/** After a flush: loaded relations say what the rows say, and nothing of what was written is pending any more. */
import type { BelongsToModel, EntityObject, HasManyModel, HasOneModel } from '../../metadata';
import {
  ownCollection,
  recordOf,
  rowKey,
  rowReference,
  type Collection,
  type EntityRecord,
  type EntityStore,
} from '../../entities';
import type { ChangeSet } from './change-set';
import type { Journal } from '../../entities';

/** A child that is about to leave the has-many or has-one relation of a parent that has it loaded. */
interface Departure {
  readonly parent: EntityRecord;
  readonly relation: HasManyModel | HasOneModel;
  readonly child: EntityObject;
  /** Whether its row goes, whatever it refers to by now. */
  readonly isGone: boolean;
}

/** The parents of children that get another one, or go: to be asked before the rows are written, for then the snapshots tell. */
export function parentsLeft(store: EntityStore, { updates, deletes }: ChangeSet): Departure[] {
  const left: Departure[] = [];
  for (const record of deletes) {
    for (const relation of record.model.relations) {
      if (relation.kind === 'belongsTo') noteParent(store, left, { record, relation, isGone: true });
    }
  }
  for (const { record, columns } of updates) {
    const relations = new Set(columns.map(({ relation }) => relation));
    for (const relation of relations) if (relation) noteParent(store, left, { record, relation, isGone: false });
  }
  return left;
}

function noteParent(
  store: EntityStore,
  left: Departure[],
  { record, relation, isGone }: { record: EntityRecord; relation: BelongsToModel; isGone: boolean },
): void {
  const key = relation.inverse && rowReference(record, relation);
  const parent = key ? store.find(relation.target, relation.target.database ?? record.database, key) : undefined;
  if (parent) left.push({ parent, relation: relation.inverse!, child: record.entity, isGone });
}

export function settle(
  store: EntityStore,
  changes: ChangeSet,
  { journal, left }: { journal: Journal; left: readonly Departure[] },
): void {
  for (const collection of changes.collections) {
    journal.keepCollection(collection);
    const added = [...collection.pendingAdds];
    collection.settle();
    store.changedCollections.delete(collection);
    for (const child of added) leaveOwner(collection, child as EntityObject);
  }
  for (const { owner, relation } of changes.ones)
    setOne(owner, relation, { child: heldOne(owner, relation.property), journal });
  for (const departure of left) depart(departure, journal);
  for (const record of changes.inserts) joinParents(record, journal);
  for (const { record, columns } of changes.updates) {
    if (columns.some((column) => column.relation)) joinParents(record, journal);
  }
  const gone = [...changes.deletes, ...followDeletes(store, changes.deletes, journal), ...changes.softDeletes];
  leaveOtherEnds(store, gone, journal);
  for (const record of gone) leaveParents(record, journal);
}

function heldOne({ entity }: EntityRecord, property: string): EntityObject | null {
  return Object.hasOwn(entity, property) ? ((entity[property] ?? null) as EntityObject | null) : null;
}

/** From now on the relation holds this child, and was loaded with it. */
function setOne(
  owner: EntityRecord,
  { property }: HasOneModel,
  { child, journal }: { child: EntityObject | null; journal: Journal },
): void {
  if (heldOne(owner, property) !== child) journal.setProperty(owner.entity, property, child);
  journal.keepOnes(owner);
  owner.loadedOnes ??= new Map();
  owner.loadedOnes.set(property, child);
}

/** A child that refers to another parent now leaves the collection of this one. */
function leaveOwner(collection: Collection<object>, child: EntityObject): void {
  const { relation, owner } = collection;
  if (relation.kind === 'hasMany' && child[relation.inverse.property] !== owner) collection.mirrorRemove(child);
}

function depart({ parent, relation, child, isGone }: Departure, journal: Journal): void {
  if (!isGone && child[relation.inverse.property] === parent.entity) return;
  removeChild(parent, relation, { child, journal });
}

/** A loaded relation of the parent does not hold the child any more. */
function removeChild(
  parent: EntityRecord,
  relation: HasManyModel | HasOneModel,
  { child, journal }: { child: EntityObject; journal: Journal },
): void {
  if (relation.kind === 'hasOne') {
    if (heldOne(parent, relation.property) === child) setOne(parent, relation, { child: null, journal });
    return;
  }
  const collection = ownCollection(parent.entity, relation.property);
  if (!collection?.isLoaded || !collection.includes(child)) return;
  journal.keepCollection(collection);
  collection.mirrorRemove(child);
}

/** Deleted entities leave the many-to-many collections that hold them. */
function leaveOtherEnds(store: EntityStore, deletes: readonly EntityRecord[], journal: Journal): void {
  if (deletes.length === 0) return;
  const gone = new Set<object>(deletes.map(({ entity }) => entity));
  const models = new Set(deletes.map(({ model }) => model));
  for (const [model, map] of store.identityMaps()) {
    const relations = model.relations.filter(({ kind, target }) => kind === 'manyToMany' && models.has(target));
    if (relations.length === 0) continue;
    for (const { entity } of map.values()) {
      for (const { property } of relations) {
        const collection = ownCollection(entity, property);
        const leaving = collection?.isLoaded ? collection.filter((item) => gone.has(item)) : [];
        if (leaving.length === 0) continue;
        journal.keepCollection(collection!);
        for (const item of leaving) collection!.mirrorRemove(item);
      }
    }
  }
}

/** A child whose reference was set without its parent's relation: where that is loaded, it takes the child in. */
function joinParents({ entity, model }: EntityRecord, journal: Journal): void {
  for (const relation of model.relations) {
    const parent = relation.kind === 'belongsTo' ? parentOf(entity, relation.property) : undefined;
    if (!parent || relation.kind !== 'belongsTo' || !relation.inverse) continue;
    const { inverse } = relation;
    if (inverse.kind === 'hasOne') {
      if (Object.hasOwn(parent.entity, inverse.property) && heldOne(parent, inverse.property) !== entity)
        setOne(parent, inverse, { child: entity, journal });
      continue;
    }
    const collection = ownCollection(parent.entity, inverse.property);
    if (!collection?.isLoaded || collection.includes(entity)) continue;
    journal.keepCollection(collection);
    collection.mirrorAdd(entity);
  }
}

function leaveParents({ entity, model }: EntityRecord, journal: Journal): void {
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo' || !relation.inverse) continue;
    const parent = parentOf(entity, relation.property);
    if (parent) removeChild(parent, relation.inverse, { child: entity, journal });
  }
}

function parentOf(entity: EntityObject, property: string): EntityRecord | undefined {
  const parent = Object.hasOwn(entity, property) ? entity[property] : undefined;
  return typeof parent === 'object' && parent !== null ? recordOf(parent) : undefined;
}

/**
 * What the database does to rows that refer to deleted ones is done to their entities: they go too (`onDelete: 'cascade'`), or refer to nothing
 * (`'set null'`). @returns those that went
 */
function followDeletes(store: EntityStore, deletes: readonly EntityRecord[], journal: Journal): EntityRecord[] {
  const lost: EntityRecord[] = [];
  for (let next = deletes; next.length > 0;) {
    const gone = new Set<unknown>(next.map(({ entity }) => entity));
    const models = new Set(next.map(({ model }) => model));
    const found: EntityRecord[] = [];
    for (const [model, map] of store.identityMaps()) {
      for (const relation of model.relations) {
        if (relation.kind !== 'belongsTo' || !models.has(relation.target)) continue;
        const { property, columns, onDelete } = relation;
        if (onDelete !== 'cascade' && onDelete !== 'set null') continue;
        for (const record of map.values()) {
          if (!Object.hasOwn(record.entity, property) || !gone.has(record.entity[property])) continue;
          if (onDelete === 'cascade') {
            found.push(record);
            continue;
          }
          journal.setProperty(record.entity, property, null);
          journal.keepSlots(record, columns);
          for (const { index } of columns) record.snapshot![index] = null;
        }
      }
    }
    for (const record of found) goneWithIts(store, record, journal);
    lost.push(...found);
    next = found;
  }
  return lost;
}

function goneWithIts(store: EntityStore, record: EntityRecord, journal: Journal): void {
  const key = rowKey(record);
  journal.keepRecord(record);
  if (key) store.unregister(record, key);
  store.removed.delete(record);
  record.status = 'deleted';
  record.snapshot = undefined;
  record.store = undefined;
}
