/** Compares and cascades: which rows a flush is to write. What cascades bring in is noted in the journal. */
import type { ColumnModel } from '../../metadata';
import { Links, recordOf, viewsOf, type EntityRecord, type EntityStore, type Journal, type Link } from '../../entities';
import type { ReadPort } from '../../loading';
import { attachRelated } from '../attach';
import { NO_CHANGES, type ChangeSet, type UpdateChange } from './change-set';
import { changedColumns } from './comparator';
import { DeleteCascade } from './cascade-deletes';
import { deleteUnlinked } from './join-entities';
import { handedOver } from './join-tables';
import { followOrphans } from './orphans';
import { followReplaced } from './replaced-rows';
import { keepWanted, restorePairs } from './restore-pairs';
import { assertReferences } from './same-database';
import { readCascades } from './read-cascades';
import { readFreedValues, readLostReferences, readUnknownRows } from './unknown-rows';

/** Everything that is pending in the session. */
export async function collectChanges(port: ReadPort, journal: Journal): Promise<ChangeSet> {
  const { store } = port;
  if (store.changedViews.size > 0) await readUnknownRows(port, journal);
  const bornMarked = await followDeletesAndNewcomers(port, journal);
  await readLostReferences(port);
  await readCascades(port);
  await restorePairs(port, linksToWrite(store), journal);
  await readFreedValues(port);
  return compare(store, bornMarked, journal);
}

/**
 * What goes is known first: what only an entity that goes would bring in stays out. What comes in may be, or bring, something that goes.
 *
 * @returns new entities that are to have a mark
 */
async function followDeletesAndNewcomers(port: ReadPort, journal: Journal): Promise<ReadonlySet<EntityRecord>> {
  const { store } = port;
  const cascade = new DeleteCascade(port, journal);
  const replaced = new Set<EntityRecord>();
  for (;;) {
    followOrphans(store, journal);
    await cascade.readUnlinked();
    deleteUnlinked(store, journal);
    if (store.removed.size > 0) keepWanted(store, linksToWrite(store), journal);
    await cascade.run();
    const { removed, added } = store;
    const [gone, known] = [removed.size, removed.size > 0 ? new Set(added) : undefined];
    attachNewcomers(store, newcomersSources(store), journal);
    if (!known) return cascade.bornMarked;
    await followReplaced(port, replaced, journal);
    const arrived = [...added].some((record) => !known.has(record));
    if (!arrived && removed.size === gone) return cascade.bornMarked;
    cascade.takeAlong();
  }
}

/** From here on nothing waits, so that all that is found belongs together. */
function compare(store: EntityStore, bornMarked: ReadonlySet<EntityRecord>, journal: Journal): ChangeSet {
  assertReferences(store);
  const updates = new Map<EntityRecord, readonly ColumnModel[]>();
  for (const [, map] of store.identityMaps()) {
    for (const record of map.values()) {
      const columns = record.status === 'managed' ? changedColumns(record) : undefined;
      if (columns) updates.set(record, columns);
    }
  }
  for (const record of store.removed.keys()) if (isToBeMarked(store, record)) addMark(updates, record);
  const referring: EntityRecord[] = [];
  for (const [record, columns] of updates)
    if (columns.some(({ references }) => references.length > 0)) referring.push(record);
  // Those that came in may have taken children over.
  for (const touched of attachNewcomers(store, referring, journal)) {
    const columns = touched.status === 'managed' ? changedColumns(touched) : undefined;
    if (columns) updates.set(touched, columns);
  }
  const deletes: EntityRecord[] = [];
  const marks: EntityRecord[] = [];
  for (const record of store.removed.keys()) (isToBeMarked(store, record) ? marks : deletes).push(record);
  return {
    inserts: [...store.added],
    updates: [...updates].map(([record, columns]) => ({ record, columns })),
    deletes,
    marks,
    bornMarked: [...bornMarked].filter(({ status }) => status === 'new'),
    links: linksToWrite(store),
    views: [...store.changedViews].filter((view) => !(view instanceof Links)),
  };
}

/** Its row stays: what else is pending of it is written along. */
function isToBeMarked(store: EntityStore, record: EntityRecord): boolean {
  return record.model.softDelete !== undefined && store.removed.get(record) === false;
}

/** The mark is written with what else was changed of the entity. */
function addMark(updates: Map<EntityRecord, readonly ColumnModel[]>, record: EntityRecord): void {
  const { columns, softDelete } = record.model;
  const changed = new Set(changedColumns(record)).add(softDelete!);
  updates.set(
    record,
    columns.filter((column) => changed.has(column)),
  );
}

/** Entities along whose relations something new may have come. */
function* newcomersSources(store: EntityStore): Generator<EntityRecord> {
  yield* [...store.added];
  for (const { owner } of [...store.changedViews]) {
    const record = recordOf(owner);
    if (store.owns(record)) yield record;
  }
  // Though its row does not change, what it refers to is to come in.
  for (const { record } of handedOver(store)) yield record;
}

/** Brings in what is new along relations. @returns those whose references may have changed on the way */
function attachNewcomers(store: EntityStore, sources: Iterable<EntityRecord>, journal: Journal): EntityRecord[] {
  const touched: EntityRecord[] = [];
  for (const source of sources) {
    if (source.status === 'removed' && !isToBeMarked(store, source)) continue;
    for (const { entity, model } of attachRelated(store, source, journal)) {
      for (const view of viewsOf(entity, model)) for (const item of view.came()) touched.push(recordOf(item)!);
    }
  }
  return touched;
}

/** Each link once, whichever side was changed, if both ends have a row or get one. */
function linksToWrite(store: EntityStore): Link[] {
  const links = new Set<Link>();
  for (const view of store.changedViews) if (view instanceof Links) for (const link of view.links) links.add(link);
  return [...links].filter((link) => staysWritten(store, link));
}

function staysWritten(store: EntityStore, { relation, owner, item, isWanted }: Link): boolean {
  // Other rows that name an end refuse that it goes: this one is to go before.
  const goesFirst = !isWanted && relation.through.onDelete === 'restrict';
  return [owner, item].every((end) => {
    const record = recordOf(end);
    // What has left is taken out by the key of its row.
    if (record?.store !== store) return !isWanted && record?.hasRow === true;
    return goesFirst || record.status !== 'removed' || isToBeMarked(store, record);
  });
}

/** What is to be written of these items of a many-to-many collection. */
export async function collectLinks(
  port: ReadPort,
  { collection, ends }: { collection: object; ends: readonly object[] },
  journal: Journal,
): Promise<ChangeSet> {
  const { store } = port;
  const links = collection instanceof Links ? [...collection.links] : [];
  const wanted = new Set(ends);
  const ofItems = links.filter(
    (link) => (wanted.has(link.owner) || wanted.has(link.item)) && staysWritten(store, link),
  );
  keepWanted(store, ofItems, journal);
  const restored = await restorePairs(port, ofItems, journal);
  const updates = restored.flatMap((record) => collectUpdate(record, new Set()).updates);
  return { ...NO_CHANGES, updates, links: ofItems };
}

/** These new entities, and what they refer to that is new: nothing else of the session. */
export function collectNew(store: EntityStore, records: readonly EntityRecord[]): ChangeSet {
  const inserts = new Set<EntityRecord>();
  for (const record of records) {
    const pending = [record];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (inserts.has(next) || next.status !== 'new') continue;
      inserts.add(next);
      for (const relation of next.model.relations) {
        if (relation.kind !== 'belongsTo') continue;
        const value = next.entity[relation.property];
        const related = typeof value === 'object' && value !== null ? recordOf(value) : undefined;
        if (store.owns(related)) pending.push(related);
      }
    }
  }
  return { ...NO_CHANGES, inserts: [...inserts] };
}

/** The changes of an entity that has a row, and nothing else: `updateOrCreate`. `always`: columns that are written though they are as the session read them. */
export function collectUpdate(record: EntityRecord, always: ReadonlySet<string>): ChangeSet {
  const changed = changedColumns(record) ?? [];
  const columns = record.model.columns.filter((column) => changed.includes(column) || always.has(column.property));
  const updates: UpdateChange[] = columns.length > 0 ? [{ record, columns }] : [];
  return { ...NO_CHANGES, updates };
}
