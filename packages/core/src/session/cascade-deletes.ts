/** Deleting goes along relations that say so: children that are not loaded are read first. */
import { loadRelations, recordOf, type Collection, type EntityRecord } from '../loading';
import type { RelationModel } from '../metadata';
import { withPaths } from '../query';
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
  const force = unit.store.removed.get(record) ?? false;
  const soft = model.softDelete !== undefined && !force;
  for (const relation of model.relations) {
    if (relation.kind === 'belongsTo' || !relation.cascade.includes('delete')) continue;
    // What only marks the parent must not delete rows of children.
    if (soft && !relation.target.softDelete) continue;
    await loadRelations(unit, [record], withPaths(new Map(), model, { paths: [relation.property] }));
    for (const child of childrenOf(entity[relation.property], relation)) remove(unit, child, force);
  }
}

function childrenOf(held: unknown, relation: RelationModel): object[] {
  if (relation.toMany) return (held as Collection<object>).toArray();
  return held ? [held] : [];
}

function remove({ store }: UnitOfWork, child: object, force: boolean): void {
  const record = recordOf(child);
  if (!store.owns(record) || record.status !== 'managed') return;
  record.status = 'removed';
  store.removed.set(record, force);
}
