/** After a flush: relations say what the rows say, and nothing of what was written is pending any more. */
import type { BelongsToModel, EntityModel, EntityObject } from '../../metadata';
import {
  Children,
  hasMark,
  HasOne,
  Links,
  live,
  placeOfTarget,
  rowReference,
  viewIn,
  viewsOf,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type Link,
  type View,
} from '../../entities';
import { referredRecord } from './referred-record';
import type { ChangeSet } from './change-set';
import { Following, followRow } from './shared-columns';
import { leavingWith, settlePairs, type Leaving } from './join-entities';
import { followSuccessors, successorsOf } from './namesakes';
import { followDeletes } from './follow-deletes';
import { bringBack, changedMarks, hide, hideMarked, marksBefore, type MarksBefore } from './settle-marks';

/** A child that may be about to leave the has-many or has-one relation of a parent. */
interface Departure {
  readonly view: View;
  readonly child: EntityRecord;
  readonly relation: BelongsToModel;
  /** Whether its row goes, whatever it refers to by now. */
  readonly isGone: boolean;
}

/** What the rows said of those that are about to change: it is asked before they are written. */
export interface Outlook {
  readonly departures: readonly Departure[];
  /** Pairs of many-to-many relations and entities that are these. */
  readonly leaving: Leaving;
  /** Entities that are deleted, and the new ones that get their keys. */
  readonly successors: ReadonlyMap<EntityRecord, EntityRecord>;
  /** Entities that refer to a new one by the key that a deleted one had. */
  readonly heirs: readonly EntityRecord[];
  readonly marks: MarksBefore;
}

export function outlookOf(store: EntityStore, changes: ChangeSet): Outlook {
  const successors = successorsOf(store, changes);
  const heirs = heirsOf(store, successors);
  return {
    departures: departures(store, changes),
    successors,
    leaving: leavingWith(store, changes, heirs),
    heirs,
    marks: marksBefore(changes),
  };
}

/** The parents of children that get another one, or go. */
function departures(store: EntityStore, { updates, deletes }: ChangeSet): Departure[] {
  const found: Departure[] = [];
  const note = (record: EntityRecord, relation: BelongsToModel, isGone: boolean): void => {
    const view = parentView(store, record, relation);
    if (view) found.push({ view, child: record, relation, isGone });
  };
  for (const record of deletes)
    for (const relation of record.model.relations) if (relation.kind === 'belongsTo') note(record, relation, true);
  for (const { record, columns } of updates) {
    const { softDelete, relations } = record.model;
    // One that gets its mark leaves all its parents.
    const concerned =
      softDelete && columns.includes(softDelete) ? relations : columns.flatMap(({ references }) => references);
    for (const relation of new Set(concerned)) if (relation.kind === 'belongsTo') note(record, relation, false);
  }
  return found;
}

/** Their foreign keys stay as they are, so that they are not among the changes. */
function heirsOf(store: EntityStore, successors: ReadonlyMap<EntityRecord, EntityRecord>): EntityRecord[] {
  const heirs: EntityRecord[] = [];
  if (successors.size === 0) return heirs;
  const fresh = new Set(successors.values());
  for (const record of store.managed()) {
    for (const relation of record.model.relations) {
      const held = relation.kind === 'belongsTo' ? referredRecord(record.entity, relation) : undefined;
      if (held && fresh.has(held)) heirs.push(record);
    }
  }
  return heirs;
}

/** The view of the parent that a row refers to as it was read or written last. */
function parentView(store: EntityStore, record: EntityRecord, relation: BelongsToModel): View | undefined {
  const key = relation.inverse && rowReference(record, relation);
  const parent = key ? store.find(placeOfTarget(relation, record), key) : undefined;
  return parent && viewIn(parent.entity, relation.inverse!.property);
}

export function settle(
  store: EntityStore,
  changes: ChangeSet,
  {
    journal,
    outlook,
    defaulted = [],
  }: {
    journal: Journal;
    outlook: Outlook;
    /** Those whose references got the default of their columns. */
    defaulted?: readonly EntityRecord[];
  },
): void {
  store.forgetRowsOfChildren();
  settleLinks(changes.links, journal);
  const following = new Following(store, journal);
  for (const record of changes.inserts) followRow(following, record);
  for (const { record } of changes.updates) followRow(following, record);
  for (const view of changes.views) {
    for (const child of view.takenOut()) store.takenOut.delete(child);
    if (view instanceof Children || view instanceof HasOne) view.settle(journal);
  }
  const { marked, restored } = changedMarks(changes, outlook.marks);
  const isMarked = new Set(marked);
  for (const { view, child, relation, isGone } of outlook.departures) {
    const { entity } = child;
    if (isGone || hasLost(child, relation, view)) drop(view, entity, journal);
    else if (isMarked.has(child)) hide(view, entity, journal);
  }
  for (const record of [...changes.inserts, ...outlook.heirs, ...defaulted]) joinParents(record, journal);
  for (const { record, columns } of changes.updates)
    if (columns.some(({ references }) => references.length > 0)) joinParents(record, journal);
  for (const record of changes.marks) if (record.status === 'removed') live(store, record, 'mark', { journal });
  const gone = [...changes.deletes, ...followDeletes(store, changes.deletes, journal)];
  leaveRelations(store, gone, { leave: drop, journal });
  leaveRelations(store, marked, { leave: hide, journal });
  for (const record of followSuccessors(store, outlook.successors, journal)) joinParents(record, journal);
  hideMarked(touchedViews(changes), journal);
  bringBack(store, restored, journal);
  settlePairs(store, changes, { leaving: outlook.leaving, journal });
  for (const view of [...store.changedViews]) if (!view.isChanged && !view.needsRows) store.changedViews.delete(view);
}

function settleLinks(links: readonly Link[], journal: Journal): void {
  const written = new Set(links);
  const views = new Set(links.flatMap((link) => link.views()));
  for (const view of views) view.settle(written, journal);
}

/** A child whose reference was set without its parent's relation: where that is loaded, it takes the child in. */
function joinParents(record: EntityRecord, journal: Journal): void {
  const { entity, model } = record;
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo' || !relation.inverse) continue;
    const parent = referredRecord(entity, relation);
    const view = parent && viewIn(parent.entity, relation.inverse.property);
    if (!view?.hasRows || view.held().includes(entity)) continue;
    if (view.leavesOutMarked && hasMark(record)) continue;
    journal.keepView(view);
    view.take(entity);
  }
}

function hasLost({ entity }: EntityRecord, relation: BelongsToModel, { owner }: View): boolean {
  // What was not read was not changed.
  return Object.hasOwn(entity, relation.property) && referredRecord(entity, relation)?.entity !== owner;
}

function* touchedViews({ views, links }: ChangeSet): Generator<View> {
  yield* views;
  for (const link of links) yield* link.views();
}

function drop(view: View, item: EntityObject, journal: Journal): void {
  if (!view.hasRows && !view.held().includes(item)) return;
  journal.keepView(view);
  view.drop(item);
}

/** Entities that are deleted, or get their mark, leave the relations that hold them. */
function leaveRelations(
  store: EntityStore,
  gone: readonly EntityRecord[],
  { leave, journal }: { leave: typeof drop; journal: Journal },
): void {
  if (gone.length === 0) return;
  const items = new Set<EntityObject>(gone.map(({ entity }) => entity));
  const models = new Set<EntityModel>(gone.map(({ model }) => model));
  for (const { entity, model } of gone) {
    for (const relation of model.relations) {
      if (relation.kind !== 'belongsTo' || !relation.inverse) continue;
      const parent = referredRecord(entity, relation);
      const view = parent && viewIn(parent.entity, relation.inverse.property);
      if (view) leave(view, entity, journal);
    }
  }
  for (const view of store.changedViews) {
    if (!(view instanceof Links)) continue;
    for (const link of [...view.links]) {
      const end = link.relation === view.relation ? link.item : link.owner;
      if (!items.has(end) && !items.has(view.owner)) continue;
      // There is nothing to write for it any more.
      journal.keepView(view);
      view.drop(end);
    }
  }
  for (const [place, map] of store.identityMaps()) {
    if (!place.model.relations.some(({ kind, target }) => kind === 'manyToMany' && models.has(target))) continue;
    for (const { entity } of map.values()) {
      for (const view of viewsOf(entity, place.model)) {
        if (!(view instanceof Links)) continue;
        for (const item of view.held()) if (items.has(item)) leave(view, item, journal);
      }
    }
  }
}
