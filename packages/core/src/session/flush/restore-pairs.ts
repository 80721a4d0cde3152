/**
 * Pairs that are added again while the row of a soft-deleted class has their place: it loses its mark. Where the class lets several rows be the same pair, a
 * marked one stays as it is, and another one is inserted.
 */
import type { EntityObject, ManyToManyModel } from '../../metadata';
import {
  bearsMark,
  holderOf,
  live,
  markOfPairs,
  placeOf,
  recordOf,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type Link,
} from '../../entities';
import type { ReadPort } from '../../loading';
import { referredRecord } from './referred-record';
import { keysOfPairs, readMembers } from './unread-members';

/** An entity that is to be marked, and whose pair is to be there, stays as it is, before anything goes along with it. */
export function keepWanted(store: EntityStore, links: readonly Link[], journal: Journal): void {
  if (store.removed.size === 0) return;
  for (const [relation, alike] of placedLinks(links)) {
    const members = membersByEnds(store, relation, alike);
    for (const link of alike)
      for (const record of members(link))
        if (record.status === 'removed' && store.removed.get(record) === false)
          live(store, record, 'keep', { journal });
  }
}

/** Reads the rows that have the places of these pairs, and takes their marks away. @returns those that had one */
export async function restorePairs(
  port: ReadPort,
  links: readonly Link[],
  journal: Journal,
): Promise<readonly EntityRecord[]> {
  const { store } = port;
  const restored: EntityRecord[] = [];
  for (const [relation, alike] of placedLinks(links)) {
    const { columns } = relation.through;
    const model = relation.through.mapped!;
    const { database } = recordOf(alike[0]!.owner)!;
    await readMembers(port, { model, database, deleted: 'shown' }, { columns, rows: keysOfPairs(alike) });
    const members = membersByEnds(store, relation, alike);
    for (const link of alike) {
      const found = members(link).filter((record) => store.removed.get(record) !== true);
      for (const record of found.filter(bearsMark)) {
        journal.setProperty(record.entity, model.softDelete!.property, null);
        restored.push(record);
      }
      for (const view of link.views()) journal.keepView(view);
      link.isThere = found.length > 0;
    }
  }
  return restored;
}

/** The pairs among these that are to be there, and whose place a marked row may have, by their relation. */
function placedLinks(links: readonly Link[]): Map<ManyToManyModel, Link[]> {
  const byRelation = new Map<ManyToManyModel, Link[]>();
  for (const link of links) {
    const { relation } = link;
    if (!link.isWanted || !markOfPairs(relation) || !isPlaceUnique(relation)) continue;
    const alike = byRelation.get(relation);
    if (alike) alike.push(link);
    else byRelation.set(relation, [link]);
  }
  return byRelation;
}

const places = new WeakMap<ManyToManyModel, boolean>();

/** Whether the key of the class, or a unique constraint, lets one row alone be a pair. */
function isPlaceUnique(relation: ManyToManyModel): boolean {
  let isUnique = places.get(relation);
  if (isUnique === undefined) {
    const { columns, mapped } = relation.through;
    const names = new Set(columns.map(({ name }) => name));
    const whole = mapped!.indexes.filter(
      ({ unique, where, expression }) => unique && where === undefined && expression === undefined,
    );
    isUnique = [mapped!.key, ...whole.map((index) => index.columns)].some((unique) =>
      unique.every(({ name }) => names.has(name)),
    );
    places.set(relation, isUnique);
  }
  return isUnique;
}

/** The entities that are these pairs by their references, whether their rows are marked or not. */
function membersByEnds(
  store: EntityStore,
  { through }: ManyToManyModel,
  [first]: readonly Link[],
): (link: Link) => readonly EntityRecord[] {
  const model = through.mapped!;
  const [from, to] = [holderOf(model, through.from)!, holderOf(model, through.to)!];
  const found = new Map<EntityObject, Map<EntityObject, EntityRecord[]>>();
  const place = placeOf(model, model.database ?? recordOf(first!.owner)!.database);
  for (const record of store.identityMap(place).values()) {
    const [owner, item] = [referredRecord(record.entity, from)?.entity, referredRecord(record.entity, to)?.entity];
    if (!owner || !item) continue;
    let ofOwner = found.get(owner);
    if (!ofOwner) found.set(owner, (ofOwner = new Map<EntityObject, EntityRecord[]>()));
    const same = ofOwner.get(item);
    if (same) same.push(record);
    else ofOwner.set(item, [record]);
  }
  return ({ owner, item }) => found.get(owner)?.get(item) ?? [];
}
