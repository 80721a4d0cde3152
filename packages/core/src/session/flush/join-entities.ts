/**
 * Entities that are mapped on a join table: their rows are pairs of a many-to-many relation too, and what is known of one way to see them follows what was
 * written by the other.
 */
import type { EntityModel, EntityModels, EntityObject, JoinColumn } from '../../metadata';
import {
  holderOf,
  isTable,
  Links,
  live,
  Pairs,
  pairsOf,
  placeOf,
  recordOf,
  relationsThrough,
  viewIn,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type Link,
  type Pair,
  type Place,
  type View,
} from '../../entities';
import type { ChangeSet } from './change-set';
import { referredRecord } from './referred-record';

/** The pairs that entities are to be, by their references, whose ends may be new. */
export function pairsToCome(models: EntityModels, { model, entity }: EntityRecord): Pair[] {
  return relationsThrough(models, model).flatMap((relation) => {
    const owner = referredBy(relation.through.from);
    const item = referredBy(relation.through.to);
    return owner && item ? [{ relation, owner, item }] : [];
  });

  function referredBy(columns: readonly JoinColumn[]): EntityRecord | undefined {
    const holder = holderOf(model, columns);
    return holder && referredRecord(entity, holder);
  }
}

/** Entities that become other pairs, for their references change. */
export function movedMembers({ models }: EntityStore, { updates }: Pick<ChangeSet, 'updates'>): EntityRecord[] {
  const moved: EntityRecord[] = [];
  for (const { record, columns } of updates) {
    const joined = relationsThrough(models, record.model).flatMap(({ through }) => through.columns);
    if (joined.some(({ name }) => columns.some((column) => column.name === name))) moved.push(record);
  }
  return moved;
}

/**
 * An entity whose pair is taken out of a collection is deleted like any other, so that its relations are followed and what else refers to it is
 * told of.
 */
export function deleteUnlinked(store: EntityStore, journal: Journal): void {
  for (const view of store.changedViews) {
    if (!(view instanceof Links) || !store.owns(recordOf(view.owner))) continue;
    for (const link of view.links) {
      if (link.isWanted) continue;
      for (const record of membersOf(store, link)) live(store, record, 'delete', { force: true, journal });
    }
  }
}

/** What goes with the rows that a flush writes: asked before it, as new entities may take the keys of those that go. */
export interface Leaving {
  /** The pairs that go with their entities, or are no longer those of them. */
  readonly pairs: readonly Pair[];
  /** The entities that are other pairs afterwards. */
  readonly moved: readonly EntityRecord[];
  /** The entities that go with their pairs. */
  readonly members: readonly EntityRecord[];
}

/** @param heirs entities that refer to a new one by the key that a deleted one had */
export function leavingWith(store: EntityStore, changes: ChangeSet, heirs: readonly EntityRecord[]): Leaving {
  const { deletes, links } = changes;
  const moved = [...movedMembers(store, changes), ...heirs];
  const unlinked = links.filter(({ isWanted }) => !isWanted);
  const members = new Set(unlinked.flatMap((link) => membersOf(store, link)));
  for (const record of membersOfGone(store, deletes)) members.add(record);
  return { pairs: pairsOf(store, [...deletes, ...moved]), moved, members: [...members] };
}

/** The rows of a join table go with the entities that they name. */
function membersOfGone(store: EntityStore, deletes: readonly EntityRecord[]): EntityRecord[] {
  const gone = new Set(deletes);
  const members: EntityRecord[] = [];
  if (gone.size === 0) return members;
  for (const [{ model }, map] of store.identityMaps()) {
    if (relationsThrough(store.models, model).length === 0) continue;
    for (const record of map.values()) {
      if (record.status !== 'managed') continue;
      const pairs = pairsToCome(store.models, record);
      if (pairs.some(({ owner, item }) => gone.has(owner) || gone.has(item))) members.push(record);
    }
  }
  return members;
}

/** The entities that are the row of a link. */
function membersOf(store: EntityStore, link: Link): EntityRecord[] {
  const ends = [link.owner, link.item];
  return joinPlaces(store, link).flatMap((place) =>
    [...store.identityMap(place).values()].filter((record) => record.status === 'managed' && joins(record, ends)),
  );
}

function joinPlaces({ models }: EntityStore, { relation, owner }: Link): Place[] {
  return models.all
    .filter(({ table }) => isTable(relation, table))
    .map((model) => placeOf(model, model.database ?? recordOf(owner)!.database));
}

/** Collections of the relation show the pairs that came with entities or by their moves, and no longer those that went, unless they came back by the relation. */
export function settlePairs(
  store: EntityStore,
  { inserts, links }: ChangeSet,
  { leaving, journal }: { leaving: Leaving; journal: Journal },
): void {
  const wanted = links.filter(({ isWanted }) => isWanted);
  const back = Pairs.ofLinks(wanted);
  for (const pair of leaving.pairs) if (!back.has(pair)) showPair(pair, false, journal);
  for (const record of leaving.members) erase(store, record, journal);
  const came = pairsOf(store, [...inserts, ...leaving.moved]);
  for (const pair of came) showPair(pair, true, journal);
  const known = new Pairs(came);
  for (const link of wanted) if (!known.hasLink(link)) unloadMembers(store, link, journal);
}

function showPair({ relation, owner, item }: Pair, isThere: boolean, journal: Journal): void {
  const ends = [
    [viewIn(owner.entity, relation.property), item.entity],
    [relation.inverse && viewIn(item.entity, relation.inverse.property), owner.entity],
  ] as const;
  for (const [view, other] of ends) {
    if (!view?.hasRows || view.held().includes(other) === isThere) continue;
    journal.keepView(view);
    if (isThere) view.take(other);
    else view.drop(other);
  }
}

/** An entity whose row went as a pair has gone from the relations of both ends. */
function erase(store: EntityStore, record: EntityRecord, journal: Journal): void {
  const { entity, model } = record;
  for (const relation of model.relations) {
    const end = relation.kind === 'belongsTo' ? referredRecord(entity, relation) : undefined;
    for (const view of end ? collectionsOf(store, end.entity, model) : []) {
      journal.keepView(view);
      view.drop(entity);
    }
  }
  live(store, record, 'erase', { journal });
}

/** A row that came as a pair is that of no entity that is known: collections of such entities are to be read again. */
function unloadMembers(store: EntityStore, link: Link, journal: Journal): void {
  for (const { model } of joinPlaces(store, link)) {
    for (const view of [link.owner, link.item].flatMap((end) => collectionsOf(store, end, model))) {
      journal.keepView(view);
      view.unload();
    }
  }
}

/** The loaded has-many relations of an entity to those that are mapped on the join table. */
function collectionsOf(store: EntityStore, end: EntityObject, model: EntityModel): View[] {
  const views: View[] = [];
  for (const { kind, target, property } of store.models.ofEntity(end)!.relations) {
    const view = kind === 'hasMany' && target === model ? viewIn(end, property) : undefined;
    if (view?.hasRows) views.push(view);
  }
  return views;
}

function joins(record: EntityRecord, ends: readonly EntityObject[]): boolean {
  const referred = record.model.relations.flatMap((relation) =>
    relation.kind === 'belongsTo' ? [referredRecord(record.entity, relation)?.entity] : [],
  );
  return ends.every((end) => referred.includes(end));
}
