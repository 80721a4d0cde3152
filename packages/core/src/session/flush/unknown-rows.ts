/** What a flush must know of rows and was not read: it is read first. */
import {
  byPlace,
  Children,
  placeOfTarget,
  recordOf,
  rowKey,
  rowReference,
  UNREAD,
  viewIn,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type Place,
  type View,
} from '../../entities';
import { fetchRecords, keyChunks, loadLinks, loadRows, namesItems, type ReadPort } from '../../loading';
import type { ColumnModel, EntityModel, EntityObject, HasManyModel } from '../../metadata';
import { rowsByKey } from '../../query';
import { belongingTo } from '../belonging';
import { changedColumns } from './comparator';
import { uniquesOf } from './unique-values';

/** Relations that were given new content while their rows were not known: the difference is what is to be written. */
export async function readUnknownRows(port: ReadPort, journal: Journal): Promise<void> {
  const unknown = [...port.store.changedViews].filter(
    (view) => view.needsRows && port.store.owns(recordOf(view.owner)),
  );
  const byRelation = new Map<View['relation'], EntityRecord[]>();
  for (const { relation, owner } of unknown) {
    const owners = byRelation.get(relation);
    if (owners) owners.push(recordOf(owner)!);
    else byRelation.set(relation, [recordOf(owner)!]);
  }
  // What is read from here on hides which references were set by the program.
  meetUnread(port.store, byRelation, journal);
  await readUncertainChildren(port, journal);
  if (unknown.length === 0) return;
  const noting: ReadPort = {
    store: port.store,
    dialect: (database) => port.dialect(database),
    read: (target, statement) => port.read(target, statement),
    beforeFill(view) {
      port.beforeFill?.(view);
      journal.keepView(view);
    },
  };
  const without = childrenWithoutOwner(port, byRelation);
  for (const [relation, owners] of byRelation) {
    for (const records of byPlace(owners).values()) {
      if (relation.kind === 'manyToMany' && namesItems(relation)) await loadLinks(noting, records, relation);
      else await loadRows(noting, records, relation);
    }
  }
  for (const view of unknown) noteLettingGo(view, { without, journal });
}

/** Children of the session that refer to no owner by their own reference, by their relation. */
function childrenWithoutOwner(
  { store }: ReadPort,
  byRelation: ReadonlyMap<View['relation'], readonly EntityRecord[]>,
): ReadonlyMap<View['relation'], ReadonlySet<EntityObject>> {
  const children = new Map<View['relation'], Set<EntityObject>>();
  for (const [relation, owners] of byRelation) {
    if (relation.kind === 'manyToMany') continue;
    const { property } = relation.inverse;
    const without = new Set<EntityObject>();
    for (const place of new Set(owners.map((owner) => placeOfTarget(relation, owner))))
      for (const { entity } of store.identityMap(place).values())
        if (Object.hasOwn(entity, property) && entity[property] === null) without.add(entity);
    children.set(relation, without);
  }
  return children;
}

/** Children whose references were set to owners of these relations, and of whose rows it is not known whether they say so: they were set since. */
function meetUnread(
  store: EntityStore,
  byRelation: ReadonlyMap<View['relation'], readonly EntityRecord[]>,
  journal: Journal,
): void {
  for (const [relation, owners] of byRelation) {
    if (relation.kind === 'manyToMany') continue;
    const { property } = relation.inverse;
    for (const some of byPlace(owners).values()) {
      for (const child of belongingTo(store, some, relation)) {
        if (rowReference(recordOf(child)!, relation.inverse) !== undefined) continue;
        const view = viewIn(child[property] as EntityObject, relation.property)!;
        journal.keepView(view);
        view.meet(child);
      }
    }
  }
}

/** Children that were taken out of relations that were not loaded, and whose references were not read: whether they belonged there is found now. */
async function readUncertainChildren(port: ReadPort, journal: Journal): Promise<void> {
  const { store } = port;
  const uncertain: { view: Children<object>; record: EntityRecord }[] = [];
  for (const view of store.changedViews) {
    if (!(view instanceof Children) || !store.owns(recordOf(view.owner))) continue;
    const children = view as Children<object>;
    for (const child of children.uncertain()) {
      const record = recordOf(child)!;
      journal.keepView(children);
      // Its reference was set since, by the program.
      if (isUnread(record, children.relation) && Object.hasOwn(child, children.relation.inverse.property))
        children.settleUncertain(child, true);
      else if (store.owns(record)) uncertain.push({ view: children, record });
    }
  }
  const lacking = uncertain.filter(({ view, record }) => isUnread(record, view.relation));
  for (const records of byPlace(new Set(lacking.map(({ record }) => record))).values()) {
    const [{ model }] = records as [EntityRecord];
    const columns = lacking.flatMap(({ view: { relation } }) =>
      relation.target === model ? relation.inverse.columns : [],
    );
    await readColumns(port, records, columns);
  }
  for (const { view, record } of uncertain) {
    const { entity } = record;
    const { property } = view.relation.inverse;
    const isHere = Object.hasOwn(entity, property) && entity[property] === view.owner;
    view.settleUncertain(entity, isHere);
    if (isHere) journal.setProperty(entity, property, null);
  }
}

function isUnread(record: EntityRecord, { inverse }: HasManyModel): boolean {
  return rowReference(record, inverse) === undefined;
}

/** Children that the rows gave to a relation, and that it is not to have, refer to its owner again where the flush fails. */
function noteLettingGo(
  view: View,
  { without, journal }: { without: ReadonlyMap<View['relation'], ReadonlySet<EntityObject>>; journal: Journal },
): void {
  const { relation, owner } = view;
  if (relation.kind === 'manyToMany') return;
  const { property } = relation.inverse;
  for (const child of view.takenOut()) {
    if (!Object.hasOwn(child, property) || child[property] !== null || without.get(relation)!.has(child)) continue;
    child[property] = owner;
    journal.setProperty(child, property, null);
  }
}

/** Unique values that rows are to give up and that another row may take: who has which says what is written first. */
export async function readFreedValues(port: ReadPort): Promise<void> {
  for (const [{ model }, map] of [...port.store.identityMaps()]) {
    const columns = uniqueColumns(model);
    if (columns.length === 0) continue;
    const freeing: EntityRecord[] = [];
    for (const record of map.values()) if (record.partial && freesUnread(record, columns)) freeing.push(record);
    if (freeing.length > 0 && hasTaker(port, { freeing, columns })) await readColumns(port, freeing, columns);
  }
}

/** References that rows are to give up, or to go with, to entities that go: who refers to whom says what goes first. */
export async function readLostReferences(port: ReadPort): Promise<void> {
  const { store } = port;
  const gone = new Set<Place>();
  for (const [record, force] of store.removed) if (force || !record.model.softDelete) gone.add(record.place);
  if (gone.size === 0) return;
  for (const [{ model, database }, map] of [...store.identityMaps()]) {
    const columns = model.relations.flatMap((relation) =>
      relation.kind === 'belongsTo' && gone.has(placeOfTarget(relation, { database })) ? relation.columns : [],
    );
    if (columns.length === 0) continue;
    const freeing: EntityRecord[] = [];
    for (const record of map.values()) if (record.partial && freesUnread(record, columns)) freeing.push(record);
    if (freeing.length > 0) await readColumns(port, freeing, columns);
  }
}

/** Reads columns of these entities, which are of one place. */
export async function readColumns(
  port: ReadPort,
  records: readonly EntityRecord[],
  columns: readonly ColumnModel[],
): Promise<void> {
  const [{ model, database }] = records as [EntityRecord];
  const read = model.columns.filter((column) => column.primary || columns.includes(column));
  const keys = records.map((record) => rowKey(record)!);
  for (const some of keyChunks(keys, port.dialect(database)))
    await fetchRecords(port, { ...rowsByKey(model, some, database), columns: read, deleted: 'shown' });
}

function uniqueColumns(model: EntityModel): ColumnModel[] {
  return [...new Set(uniquesOf(model).flatMap((unique) => (unique === model.key ? [] : unique)))];
}

function freesUnread({ status, entity, snapshot }: EntityRecord, columns: readonly ColumnModel[]): boolean {
  return columns.some(
    ({ index, property }) => snapshot?.[index] === UNREAD && (status === 'removed' || Object.hasOwn(entity, property)),
  );
}

function hasTaker(
  { store }: ReadPort,
  { freeing, columns }: { freeing: readonly EntityRecord[]; columns: readonly ColumnModel[] },
): boolean {
  const [{ place }] = freeing as [EntityRecord];
  for (const record of store.added) if (record.place === place) return true;
  for (const record of store.identityMap(place).values()) {
    const isTaker = changedColumns(record)?.some((column) => columns.includes(column)) ?? false;
    if (isTaker && (freeing.length > 1 || record !== freeing[0])) return true;
  }
  return false;
}
