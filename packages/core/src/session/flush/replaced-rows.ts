/**
 * A new entity takes the key of one that is deleted. Where entities that require it were handed over to the new one, the row stays and gets the values of the
 * new one, and the database hears of no deletion: what it would do to the other rows that refer to it is done here. They are read first, one query a relation.
 */
import { QueryError } from '../../errors';
import { byPlace, describe, placeOf, placeOfTarget, rowKey, type EntityRecord, type Journal } from '../../entities';
import { fetchRecords, keyChunks, type ReadPort } from '../../loading';
import type { BelongsToModel, EntityModels } from '../../metadata';
import { emptyState, rowsWith } from '../../query';
import { remove } from '../leave';
import { canWait } from './action';
import { defaultOf } from './fill';
import { handedOver } from './join-tables';
import { referredRecord } from './referred-record';

/** @param followed those that this was done for in this flush. @throws QueryError where the database would refuse the deletion */
export async function followReplaced(port: ReadPort, followed: Set<EntityRecord>, journal: Journal): Promise<void> {
  const { store } = port;
  const staying = new Set<EntityRecord>();
  for (const { relation, old } of handedOver(store))
    if (!followed.has(old) && isToGo(port, old) && !canWait(relation)) staying.add(old);
  for (const olds of byPlace(staying).values()) {
    const [{ model, place, database }] = olds as [EntityRecord];
    for (const relation of referringTo(store.models, olds[0]!)) {
      const referring = placeOf(relation.owner, relation.owner.database ?? database);
      if (relation.target !== model || placeOfTarget(relation, referring) !== place) continue;
      await readReferring(port, olds, relation);
      for (const record of [...store.identityMap(referring).values()]) {
        const old = record.status === 'managed' ? referredRecord(record.entity, relation) : undefined;
        if (old && olds.includes(old)) lose(port, { record, relation, old }, journal);
      }
    }
    for (const old of olds) followed.add(old);
  }
}

function isToGo({ store: { removed } }: ReadPort, old: EntityRecord): boolean {
  return removed.get(old) === true || !old.model.softDelete;
}

function referringTo({ all }: EntityModels, { model }: EntityRecord): BelongsToModel[] {
  return all.flatMap(({ relations }) =>
    relations.filter(
      (relation): relation is BelongsToModel =>
        relation.kind === 'belongsTo' && relation.target === model && relation.constraint !== false,
    ),
  );
}

async function readReferring(port: ReadPort, olds: readonly EntityRecord[], relation: BelongsToModel): Promise<void> {
  const { owner, columns } = relation;
  const database = owner.database ?? olds[0]!.database;
  const keys = olds.map((record) => rowKey(record)!);
  for (const some of keyChunks(keys, port.dialect(database))) {
    const conditions = [rowsWith(owner, columns, some)];
    await fetchRecords(port, { ...emptyState(owner, database), conditions, deleted: 'shown' });
  }
}

/** What `onDelete` says happens to an entity that refers to the old one still. */
function lose(
  { store }: ReadPort,
  { record, relation, old }: { record: EntityRecord; relation: BelongsToModel; old: EntityRecord },
  journal: Journal,
): void {
  const { entity } = record;
  const { owner, property, target, onDelete } = relation;
  // Such a reference is checked when the statement has ended, and then there is a row of its key.
  if (onDelete === undefined || onDelete === 'no action') return;
  if (onDelete === 'cascade') {
    remove(store, [entity], { force: true, journal });
    return;
  }
  const key = onDelete === 'set null' ? null : onDelete === 'set default' ? defaultOf(relation) : undefined;
  if (key !== undefined) {
    const held = key && store.reference(placeOfTarget(relation, record), key).entity;
    journal.setProperty(entity, property, held);
    return;
  }
  throw new QueryError(
    `${owner.name}.${property} refers to ${describe(target, rowKey(old))}, which is deleted while a new ${target.name} takes its key: give this ${describe(owner, rowKey(record))} to the new one too, ` +
      `to another ${target.name}, or delete it.`,
    { entity: owner.name, property },
  );
}
