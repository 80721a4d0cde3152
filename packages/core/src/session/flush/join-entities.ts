/**
 * Entities that are mapped on a join table: their rows are pairs of a many-to-many relation too, and what is known of one way to see them follows what was
 * written by the other.
 */
import type { EntityModel, EntityModels, EntityObject, JoinColumn, ManyToManyModel } from '../../metadata';
import {
  live,
  placeOf,
  recordOf,
  UNREAD,
  viewIn,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type Link,
  type View,
} from '../../entities';
import { referredRecord } from './referred-record';
import type { ChangeSet } from './change-set';

/** The two entities of a pair, the owner of the relation first. */
interface Pair {
  readonly relation: ManyToManyModel;
  readonly owner: EntityRecord;
  readonly item: EntityRecord;
}

const relations = new WeakMap<EntityModel, readonly ManyToManyModel[]>();

/** The many-to-many relations whose join table an entity is mapped on; most have none. */
function relationsThrough(models: EntityModels, model: EntityModel): readonly ManyToManyModel[] {
  let found = relations.get(model);
  if (!found) relations.set(model, (found = findRelations(models, model)));
  return found;
}

function findRelations({ all }: EntityModels, { table }: EntityModel): ManyToManyModel[] {
  return all.flatMap((owner) =>
    owner.relations.filter((relation) => relation.kind === 'manyToMany' && relation.owning && isTable(relation, table)),
  ) as ManyToManyModel[];
}

function isTable({ through }: ManyToManyModel, { name, schema }: EntityModel['table']): boolean {
  return through.table.name === name && through.table.schema === schema;
}

/** The pairs that go with the rows of these entities: to be asked before they are deleted. */
export function pairsOf(store: EntityStore, records: readonly EntityRecord[]): Pair[] {
  return records.flatMap((record) =>
    relationsThrough(store.models, record.model).flatMap((relation) => {
      const owner = endOf(store, record, { model: relation.owner, columns: relation.through.from });
      const item = endOf(store, record, { model: relation.target, columns: relation.through.to });
      return owner && item ? [{ relation, owner, item }] : [];
    }),
  );
}

function endOf(
  store: EntityStore,
  record: EntityRecord,
  { model, columns }: { model: EntityModel; columns: readonly JoinColumn[] },
): EntityRecord | undefined {
  const key: unknown[] = [];
  for (const { name } of columns) {
    const column = record.model.columns.find((one) => one.name === name);
    const image = column && record.snapshot?.[column.index];
    if (image === undefined || image === null || image === UNREAD) return undefined;
    key.push(column!.type.immutable ? image : column!.type.fromSnapshot(image));
  }
  return store.find(placeOf(model, model.database ?? record.database), key);
}

/** Collections of the relation show the pairs that came with entities, and no longer those that went. */
export function settlePairs(
  store: EntityStore,
  { inserts, links }: ChangeSet,
  { gone, journal }: { gone: readonly Pair[]; journal: Journal },
): void {
  for (const pair of gone) showPair(pair, false, journal);
  for (const pair of pairsOf(store, inserts)) showPair(pair, true, journal);
  for (const link of links) settleEntities(store, link, journal);
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

/**
 * A row that came by its relation is that of no entity that is known: collections of such entities are to be read again. One that went takes its entity
 * along.
 */
function settleEntities(store: EntityStore, link: Link, journal: Journal): void {
  const ends = [link.owner, link.item];
  for (const model of store.models.all) {
    if (!isTable(link.relation, model.table)) continue;
    const views = ends.flatMap((end) => collectionsOf(store, end, model));
    for (const view of views) journal.keepView(view);
    if (link.isWanted) {
      for (const view of views) view.unload();
      continue;
    }
    const place = placeOf(model, model.database ?? recordOf(link.owner)!.database);
    for (const record of [...store.identityMap(place).values()]) {
      if (!joins(record, ends)) continue;
      live(store, record, 'erase', { journal });
      for (const view of views) view.drop(record.entity);
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
