/** Deleting goes along relations that say so: children that are not loaded are read first. */
import { fetchRecords, recordOf, rowKey, type Collection, type EntityRecord } from '../loading';
import type { HasManyModel, HasOneModel, ManyToManyModel, RelationModel } from '../metadata';
import { relatedTo, type QueryState } from '../query';
import { detach } from './attach';
import type { UnitOfWork } from './unit-of-work';

export async function cascadeDeletes(unit: UnitOfWork): Promise<void> {
  const done = new Set<EntityRecord>();
  for (;;) {
    const next = [...unit.store.removed.keys()].filter((record) => !done.has(record));
    if (next.length === 0) return;
    for (const record of next) {
      done.add(record);
      await removeChildren(unit, record);
    }
  }
}

async function removeChildren(unit: UnitOfWork, record: EntityRecord): Promise<void> {
  const { model, entity } = record;
  const soft = model.softDelete !== undefined && unit.store.removed.get(record) !== true;
  for (const relation of model.relations) {
    if (relation.kind === 'belongsTo' || !relation.cascade.includes('delete')) continue;
    // What only marks the parent must not delete rows of children.
    if (soft && !relation.target.softDelete) continue;
    const stored = await fetchRecords(unit, childrenState(record, relation, soft));
    const children = new Set([...stored.map((child) => child.entity as object), ...heldChildren(entity, relation)]);
    // A parent whose row goes takes the rows of its children along, those that are marked as deleted too.
    for (const child of children) remove(unit, child, !soft);
  }
}

function childrenState(
  record: EntityRecord,
  relation: HasManyModel | HasOneModel | ManyToManyModel,
  soft: boolean,
): QueryState {
  const state = relatedTo(relation, rowKey(record)!, relation.target.database ?? record.database);
  return { ...state, deleted: soft ? 'hidden' : 'shown' };
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

function remove({ store }: UnitOfWork, child: object, force: boolean): void {
  const record = recordOf(child);
  if (!store.owns(record)) return;
  if (record.status === 'new') detach(store, record);
  if (record.status !== 'managed') return;
  record.status = 'removed';
  store.removed.set(record, force);
}
