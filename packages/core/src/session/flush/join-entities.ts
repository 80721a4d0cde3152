/**
 * Entities that are mapped on a join table: their rows are pairs of a many-to-many relation too, and what is known of one way to see them follows what was
 * written by the other.
 */
import type { EntityModel, EntityModels, EntityObject, JoinColumn, ManyToManyModel } from '../../metadata';
import {
  bearsMark,
  hasMark,
  holderOf,
  isMarked,
  isTable,
  Links,
  live,
  markedAs,
  markOfPairs,
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
import { hide } from './settle-marks';

/** The pairs that entities are to be, by their references, whose ends may be new. */
export function pairsToCome(models: EntityModels, member: EntityRecord): Pair[] {
  const { model, entity } = member;
  return relationsThrough(models, model).flatMap((relation) => {
    const owner = referredBy(relation.through.from);
    const item = referredBy(relation.through.to);
    return owner && item && !markedAs(relation, member, bearsMark(member)) ? [{ relation, owner, item, member }] : [];
  });

  function referredBy(columns: readonly JoinColumn[]): EntityRecord | undefined {
    const holder = holderOf(model, columns);
    return holder && referredRecord(entity, holder);
  }
}

/** Entities that become other pairs, for their references change, and those that are a pair no more, or again, by their marks. */
export function changedMembers({ models }: EntityStore, { updates }: Pick<ChangeSet, 'updates'>): EntityRecord[] {
  const changed: EntityRecord[] = [];
  for (const { record, columns } of updates) {
    const relations = relationsThrough(models, record.model);
    if (relations.length === 0) continue;
    const names = new Set(relations.flatMap(({ through }) => through.columns.map(({ name }) => name)));
    const { softDelete } = record.model;
    if (columns.some((column) => column === softDelete || names.has(column.name))) changed.push(record);
  }
  return changed;
}

/**
 * An entity whose pair is taken out of a collection is deleted like any other, by its mark where it has one, so that its relations are followed and what
 * else refers to it is told of.
 */
export function deleteUnlinked(store: EntityStore, journal: Journal): void {
  for (const view of store.changedViews) {
    if (!(view instanceof Links) || !store.owns(recordOf(view.owner))) continue;
    for (const link of view.links) {
      if (link.isWanted) continue;
      const isMarkedOnly = markOfPairs(link.relation) !== undefined;
      if (isMarkedOnly && goesWithEnd(store, link)) continue;
      for (const record of membersOf(store, link))
        if (!isMarkedOnly || !isMarked(record)) live(store, record, 'delete', { force: !isMarkedOnly, journal });
    }
  }
}

/** Whether the row of a pair goes with an end of it. */
function goesWithEnd({ removed }: EntityStore, { owner, item }: Link): boolean {
  return [owner, item].some((end) => {
    const record = recordOf(end)!;
    return removed.has(record) && (removed.get(record) === true || !record.model.softDelete);
  });
}

/** What goes with the rows that a flush writes: asked before it, as new entities may take the keys of those that go. */
export interface Leaving {
  /** The pairs that go with their entities, are no longer those of them, or are no more as they got their marks. */
  readonly pairs: readonly Pair[];
  /** The entities that may be other pairs afterwards. */
  readonly changed: readonly EntityRecord[];
  /** The entities that go with their pairs. */
  readonly members: readonly EntityRecord[];
}

/** @param heirs entities that refer to a new one by the key that a deleted one had */
export function leavingWith(store: EntityStore, changes: ChangeSet, heirs: readonly EntityRecord[]): Leaving {
  const { deletes, links } = changes;
  const changed = [...changedMembers(store, changes), ...heirs];
  const unlinked = links.filter(({ isWanted, relation }) => !isWanted && !markOfPairs(relation));
  const members = new Set(unlinked.flatMap((link) => membersOf(store, link)));
  for (const record of membersOfGone(store, deletes)) members.add(record);
  return { pairs: pairsOf(store, [...deletes, ...changed]), changed, members: [...members] };
}

/** The rows of a join table go with the entities that they name. */
function membersOfGone(store: EntityStore, deletes: readonly EntityRecord[]): EntityRecord[] {
  const gone = new Set(deletes);
  const members: EntityRecord[] = [];
  if (gone.size === 0) return members;
  for (const [{ model }, map] of store.identityMaps()) {
    if (relationsThrough(store.models, model).length === 0) continue;
    for (const record of map.values()) {
      if (gone.has(record)) continue;
      const isEnd = ({ through }: ManyToManyModel): boolean =>
        [through.from, through.to].some((columns) => {
          const holder = holderOf(model, columns);
          const end = holder && referredRecord(record.entity, holder);
          return end !== undefined && gone.has(end);
        });
      if (relationsThrough(store.models, model).some(isEnd)) members.push(record);
    }
  }
  return members;
}

/** The entities that are the row of a link. */
function membersOf(store: EntityStore, link: Link): EntityRecord[] {
  const ends = [link.owner, link.item].map(store.former.present);
  return joinPlaces(store, link).flatMap((place) =>
    [...store.identityMap(place).values()].filter((record) => record.status === 'managed' && joins(record, ends)),
  );
}

function joinPlaces({ models }: EntityStore, { relation, owner }: Link): Place[] {
  const isMarkedOnly = markOfPairs(relation) !== undefined;
  return models.all
    .filter((model) => (isMarkedOnly ? model === relation.through.mapped : isTable(relation, model.table)))
    .map((model) => placeOf(model, model.database ?? recordOf(owner)!.database));
}

/** Collections of the relation show the pairs that came with entities or by their moves, and no longer those that went, unless they came back by the relation. */
export function settlePairs(
  store: EntityStore,
  { inserts, links }: ChangeSet,
  { leaving, journal }: { leaving: Leaving; journal: Journal },
): void {
  const wanted = links.filter(({ isWanted }) => isWanted);
  const back = Pairs.ofLinks(store, wanted);
  for (const pair of leaving.pairs) if (!back.has(pair)) hidePair(pair, journal);
  for (const record of leaving.members) erase(store, record, journal);
  const came = pairsOf(store, [...inserts, ...leaving.changed]);
  for (const pair of came) showPair(pair, journal);
  const known = new Pairs(store, came);
  for (const link of wanted) if (!link.isThere && !known.hasLink(link)) unloadMembers(store, link, journal);
}

function* viewsOfPair({ relation, owner, item }: Pair): Generator<readonly [view: View, other: EntityRecord]> {
  const near = viewIn(owner.entity, relation.property);
  const far = relation.inverse && viewIn(item.entity, relation.inverse.property);
  if (near?.hasRows) yield [near, item];
  if (far?.hasRows) yield [far, owner];
}

function showPair(pair: Pair, journal: Journal): void {
  for (const [view, other] of viewsOfPair(pair)) {
    if (view.held().includes(other.entity)) continue;
    journal.keepView(view);
    view.take(other.entity);
    if (view.leavesOutMarked && hasMark(other)) hide(view, other.entity, journal);
  }
}

/** Also where it does not show, as the other end has its mark: it is not to come back with that. */
function hidePair(pair: Pair, journal: Journal): void {
  for (const [view, other] of viewsOfPair(pair)) {
    journal.keepView(view);
    view.drop(other.entity);
    if (markedAs(pair.relation, pair.member, hasMark(pair.member))) view.leavesOutMarked = true;
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
