/** Deleting goes along relations that say so: children that are not loaded are read first, one query a relation and level. */
import { recordOf, rowKey, type Collection, type EntityRecord } from '../entities';
import { fetchRecords, keyChunks } from '../loading';
import type { HasManyModel, HasOneModel, ManyToManyModel, RelationModel } from '../metadata';
import { childrenOf, relatedTo, type QueryState } from '../query';
import { detach } from './attach';
import { byTable } from './by-table';
import type { Journal } from '../entities';
import type { UnitOfWork } from './unit-of-work';

export async function cascadeDeletes(unit: UnitOfWork, journal: Journal): Promise<void> {
  const { removed } = unit.store;
  const done = new Set<EntityRecord>();
  for (;;) {
    const next = [...removed.keys()].filter((record) => !done.has(record));
    if (next.length === 0) return;
    for (const record of next) done.add(record);
    for (const parents of byTable(next)) {
      const [marked, going]: [EntityRecord[], EntityRecord[]] = [[], []];
      for (const record of parents) (record.model.softDelete && !removed.get(record) ? marked : going).push(record);
      await removeChildren(unit, { parents: marked, soft: true, journal });
      await removeChildren(unit, { parents: going, soft: false, journal });
    }
  }
}

interface Removal {
  readonly parents: readonly EntityRecord[];
  /** Whether the parents are marked as deleted, or their rows go. */
  readonly soft: boolean;
  readonly journal: Journal;
}

async function removeChildren(unit: UnitOfWork, { parents, soft, journal }: Removal): Promise<void> {
  for (const relation of parents[0]?.model.relations ?? []) {
    if (relation.kind === 'belongsTo' || !relation.cascade.includes('delete')) continue;
    // What only marks the parent must not delete rows of children.
    if (soft && !relation.target.softDelete) continue;
    const children = new Set<object>();
    for (const state of childrenStates(unit, parents, relation)) {
      const stored = await fetchRecords(unit, { ...state, deleted: soft ? 'hidden' : 'shown' });
      for (const { entity } of stored) children.add(entity);
    }
    for (const { entity } of parents) for (const child of heldChildren(entity, relation)) children.add(child);
    // A parent whose row goes takes the rows of its children along, those that are marked as deleted too.
    for (const child of children) remove(unit, child, { force: !soft, journal });
  }
}

function childrenStates(
  unit: UnitOfWork,
  parents: readonly EntityRecord[],
  relation: HasManyModel | HasOneModel | ManyToManyModel,
): QueryState[] {
  const database = relation.target.database ?? parents[0]!.database;
  const keys = parents.map((record) => rowKey(record)!);
  if (relation.kind === 'manyToMany') return keys.map((key) => relatedTo(relation, key, database));
  return keyChunks(keys, unit.dialect(database)).map((some) => childrenOf(relation, some, database));
}

/** The children that are in memory, new ones among them. */
function heldChildren(entity: EntityRecord['entity'], relation: RelationModel): object[] {
  const held = Object.getOwnPropertyDescriptor(entity, relation.property)?.value as unknown;
  if (relation.toMany) {
    const collection = held as Collection<object> | undefined;
    return collection?.isLoaded ? collection.toArray() : [...(collection?.pendingAdds ?? [])];
  }
  return held ? [held] : [];
}

function remove({ store }: UnitOfWork, child: object, { force, journal }: { force: boolean; journal: Journal }): void {
  const record = recordOf(child);
  if (!store.owns(record) || record.status === 'removed') return;
  journal.keepRecord(record);
  if (record.status === 'new') {
    for (const collection of store.changedCollections)
      if (collection.pendingAdds.has(child)) journal.keepCollection(collection);
    detach(store, record);
    return;
  }
  record.status = 'removed';
  store.removed.set(record, force);
}
