/**
 * Deletion marks and the relations that were read without marked rows: who gets a mark leaves them, who loses it comes back. It is all the same whether
 * `delete` sets the mark or the program does.
 */
import type { EntityObject } from '../../metadata';
import {
  Children,
  hasMark,
  HasOne,
  Links,
  placeOfTarget,
  recordOf,
  UNREAD,
  viewIn,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type View,
} from '../../entities';
import type { ChangeSet } from './change-set';
import { referredRecord } from './referred-record';

/** The records whose mark a flush writes, and what their rows had there before. */
export type MarksBefore = ReadonlyMap<EntityRecord, unknown>;

/** Asked before rows are written. */
export function marksBefore({ updates }: ChangeSet): MarksBefore {
  const before = new Map<EntityRecord, unknown>();
  for (const { record, columns } of updates) {
    const { softDelete } = record.model;
    if (softDelete && columns.includes(softDelete)) before.set(record, markOf(record));
  }
  return before;
}

/** The mark of a row as it was read or written last. */
function markOf({ model, snapshot }: EntityRecord): unknown {
  return (model.softDelete && snapshot?.[model.softDelete.index]) ?? null;
}

/** Those that have a mark since this flush, new ones among them, and those that have it no more. */
export function changedMarks(
  { inserts }: ChangeSet,
  before: MarksBefore,
): { marked: EntityRecord[]; restored: EntityRecord[] } {
  const marked = inserts.filter(hasMark);
  const restored: EntityRecord[] = [];
  for (const [record, mark] of before) {
    if (!hasMark(record)) {
      if (mark !== null) restored.push(record);
    } else if (mark === null || mark === UNREAD) marked.push(record);
  }
  return { marked, restored };
}

/** Takes a marked entity out of a relation, which knows that its row belongs there. */
export function hide(view: View, item: EntityObject, journal: Journal): void {
  if (!view.hasRows && !view.held().includes(item)) return;
  journal.keepView(view);
  if (view instanceof Links) view.leaveOut(item);
  else view.drop(item);
  view.leavesOutMarked = true;
}

/** What was added to a relation that shows no marked rows does not show there, once it is written. */
export function hideMarked(views: Iterable<View>, journal: Journal): void {
  for (const view of views) {
    if (!view.leavesOutMarked || !view.hasRows || !view.relation.target.softDelete) continue;
    for (const item of view.held()) {
      const record = recordOf(item);
      if (record && hasMark(record)) hide(view, item, journal);
    }
  }
}

/** Restored entities come back into the relations that their rows belong to. Where that is not known, those are to be read again. */
export function bringBack(store: EntityStore, restored: readonly EntityRecord[], journal: Journal): void {
  for (const record of restored) {
    for (const relation of record.model.relations) {
      const { inverse } = relation;
      if (relation.kind !== 'belongsTo' || !inverse) continue;
      const parents = Object.hasOwn(record.entity, relation.property)
        ? [referredRecord(record.entity, relation)]
        : store.identityMap(placeOfTarget(relation, record)).values();
      for (const parent of parents) {
        const view = parent && viewIn(parent.entity, inverse.property);
        if (view) bringChildBack(view, record, { isOwn: Object.hasOwn(record.entity, relation.property), journal });
      }
    }
    for (const view of linksTo(store, record)) {
      if (!view.hasRows || view.hasRowOf(record.entity)) continue;
      journal.keepView(view);
      view.bringBack(record.entity);
    }
  }
}

/** @param how.isOwn whether the child is known to refer to the owner of the view */
function bringChildBack(
  view: View,
  { entity }: EntityRecord,
  { isOwn, journal }: { isOwn: boolean; journal: Journal },
): void {
  if (!view.hasRows || view.held().includes(entity)) return;
  if (isOwn) {
    // Of several rows a has-one relation keeps the one that it shows.
    if (view instanceof HasOne && view.child) return;
    journal.keepView(view);
    view.take(entity);
  } else if (view.leavesOutMarked && (view instanceof Children || view instanceof HasOne)) {
    journal.keepView(view);
    view.unload();
  }
}

/** The many-to-many collections of the session that such an entity may belong to. */
function* linksTo(store: EntityStore, { model }: EntityRecord): Generator<Links<object>> {
  for (const [place, map] of store.identityMaps()) {
    for (const relation of place.model.relations) {
      if (relation.kind !== 'manyToMany' || relation.target !== model) continue;
      for (const { entity } of map.values()) {
        const view = viewIn(entity, relation.property);
        if (view instanceof Links) yield view as Links<object>;
      }
    }
  }
}
