/**
 * Deleting goes along relations that say so, to the children that belong to the deleted ones now: children that are not loaded are read first, one
 * query a relation and level; those that were given elsewhere stay, those that were given here go too.
 */
import {
  byPlace,
  isMarked,
  Links,
  live,
  placeOfTarget,
  recordOf,
  rowKey,
  viewIn,
  type EntityRecord,
  type EntityStore,
  type Journal,
} from '../../entities';
import { fetchRecords, keyChunks, type ReadPort } from '../../loading';
import type { EntityObject, HasManyModel, HasOneModel, ManyToManyModel } from '../../metadata';
import { childrenOf, relatedTo, type QueryState } from '../../query';
import { detach } from '../attach';
import { goesAlong } from './orphans';

export async function cascadeDeletes(port: ReadPort, journal: Journal): Promise<void> {
  const { removed } = port.store;
  const done = new Set<EntityRecord>();
  for (;;) {
    const next = [...removed.keys()].filter((record) => !done.has(record));
    if (next.length === 0) return;
    for (const record of next) done.add(record);
    for (const parents of byPlace(next).values()) {
      const [marked, going]: [EntityRecord[], EntityRecord[]] = [[], []];
      for (const record of parents) (record.model.softDelete && !removed.get(record) ? marked : going).push(record);
      if (marked.length > 0) await removeChildren(port, { parents: marked, soft: true, journal });
      if (going.length > 0) await removeChildren(port, { parents: going, soft: false, journal });
    }
  }
}

interface Removal {
  readonly parents: readonly EntityRecord[];
  /** Whether the parents are marked as deleted, or their rows go. */
  readonly soft: boolean;
  readonly journal: Journal;
}

type ToChildren = HasManyModel | HasOneModel | ManyToManyModel;

async function removeChildren(port: ReadPort, { parents, soft, journal }: Removal): Promise<void> {
  for (const relation of parents[0]!.model.relations) {
    if (relation.kind === 'belongsTo' || !goesAlong(relation)) continue;
    // What only marks the parent must not delete rows of children.
    if (soft && !relation.target.softDelete) continue;
    const found = new Set<EntityObject>();
    for (const state of childrenStates(port, parents, relation)) {
      const stored = await fetchRecords(port, { ...state, deleted: soft ? 'hidden' : 'shown' });
      for (const { entity } of stored) found.add(entity);
    }
    for (const child of childrenNow(port, parents, relation, found)) remove(port, child, { force: !soft, journal });
  }
}

function childrenStates(port: ReadPort, parents: readonly EntityRecord[], relation: ToChildren): QueryState[] {
  const { database } = placeOfTarget(relation, parents[0]!);
  const keys = parents.map((record) => rowKey(record)!);
  if (relation.kind === 'manyToMany') return keys.map((key) => relatedTo(relation, key, database));
  return keyChunks(keys, port.dialect(database)).map((some) => childrenOf(relation, some, database));
}

/** Those that the rows name less those that were given elsewhere, and those that were given to the parents since. */
function childrenNow(
  port: ReadPort,
  parents: readonly EntityRecord[],
  relation: ToChildren,
  found: ReadonlySet<EntityObject>,
): Set<EntityObject> {
  const owners = new Set<unknown>(parents.map(({ entity }) => entity));
  if (relation.kind === 'manyToMany') return membersNow(parents, relation, found);
  const { property } = relation.inverse;
  const children = new Set<EntityObject>();
  for (const child of found) if (!Object.hasOwn(child, property) || owners.has(child[property])) children.add(child);
  for (const child of referringTo(port.store, owners, { relation, owner: parents[0]! })) children.add(child);
  for (const { entity } of parents) {
    for (const child of viewIn(entity, relation.property)?.came() ?? [])
      if (owners.has(child[property])) children.add(child);
  }
  return children;
}

/** A member goes as long as a link to one of the parents is there, or is to be. */
function membersNow(
  parents: readonly EntityRecord[],
  relation: ManyToManyModel,
  found: ReadonlySet<EntityObject>,
): Set<EntityObject> {
  const members = new Set(found);
  for (const { entity } of parents) {
    const view = viewIn(entity, relation.property);
    if (!(view instanceof Links)) continue;
    for (const link of view.links) {
      const item = link.owner === entity ? link.item : link.owner;
      if (link.isWanted) members.add(item);
      else members.delete(item);
    }
  }
  return members;
}

/** A new entity has no row to delete: it leaves, and what would go along with its row goes too. */
function remove(
  { store }: ReadPort,
  child: EntityObject,
  { force, journal }: { force: boolean; journal: Journal },
): void {
  const going = [child];
  for (let next = going.pop(); next; next = going.pop()) {
    const record = recordOf(next);
    if (!store.owns(record)) continue;
    if (record.status === 'new') {
      going.push(...goingWith(store, record));
      detach(store, record, journal);
    } else if (record.status === 'managed') {
      if (force || !isMarked(record)) live(store, record, 'delete', { force, journal });
    } else if (force && !store.removed.get(record)) live(store, record, 'delete', { force, journal });
  }
}

function goingWith(store: EntityStore, parent: EntityRecord): EntityObject[] {
  const owners = new Set([parent.entity]);
  return parent.model.relations.flatMap((relation) =>
    relation.kind !== 'belongsTo' && relation.kind !== 'manyToMany' && goesAlong(relation)
      ? referringTo(store, owners, { relation, owner: parent })
      : [],
  );
}

/** The entities of the session whose own references lead to these owners, which are of one place. */
function referringTo(
  store: EntityStore,
  owners: ReadonlySet<unknown>,
  { relation, owner }: { relation: HasManyModel | HasOneModel; owner: EntityRecord },
): EntityObject[] {
  const { property } = relation.inverse;
  const children: EntityObject[] = [];
  for (const { entity, model } of [...store.identityMap(placeOfTarget(relation, owner)).values(), ...store.added])
    if (model === relation.target && Object.hasOwn(entity, property) && owners.has(entity[property]))
      children.push(entity);
  return children;
}
