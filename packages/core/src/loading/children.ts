/** Children that were read → the relations of their owners, where what was changed in memory stays on top of what the rows say. */
import {
  collectionOf,
  hasOneOf,
  identityOf,
  recordOf,
  rowIdentity,
  rowKey,
  rowReference,
  viewIn,
  viewOf,
  type EntityRecord,
  type KeyValues,
} from '../entities';
import type { EntityObject, HasManyModel, HasOneModel } from '../metadata';
import type { ReadPort } from './read-port';

/** An entity whose relation is read. */
export interface Owner {
  readonly record: EntityRecord;
  readonly key: KeyValues;
  /** Its items, in the order of the rows. */
  readonly found: EntityObject[];
}

/** The children that the rows give to their owners; which of them were moved in memory since, the views know. */
export function settleChildren(
  port: ReadPort,
  owners: Iterable<Owner>,
  { relation, hideDeleted }: { relation: HasManyModel | HasOneModel; hideDeleted: boolean },
): void {
  for (const owner of owners) {
    // It may have left while they were read: they belong to the object of now.
    if (!port.store.owns(owner.record)) continue;
    settleOwner(port, owner, relation);
    viewOf(owner.record.entity, relation).leavesOutMarked = hideDeleted;
  }
  // Those that have no row yet were in none that was read.
  for (const { entity, model } of port.store.added) {
    const held = model === relation.target && own(entity, relation.inverse.property);
    if (held && port.store.owns(recordOf(held))) viewIn(held, relation.property)?.meet(entity);
  }
}

function own(entity: EntityObject, property: string): EntityObject | null | undefined {
  return Object.hasOwn(entity, property) ? (entity[property] as EntityObject | null) : undefined;
}

function settleOwner(port: ReadPort, { record, found }: Owner, relation: HasManyModel | HasOneModel): void {
  const { property } = relation.inverse;
  const { entity } = record;
  for (const child of found) followRow(port, child, { relation, owner: record });
  if (relation.kind === 'hasMany') {
    const children = collectionOf(entity, relation);
    port.beforeFill?.(children);
    children.fill(found);
    return;
  }
  const slot = hasOneOf(entity, relation);
  port.beforeFill?.(slot);
  slot.fill(found.find((child) => child[property] === entity) ?? found[0] ?? null);
}

/** A child refers to the owner that its row names now, as long as nothing else was assigned in memory. */
function followRow(
  { store }: ReadPort,
  child: EntityObject,
  { relation, owner }: { relation: HasManyModel | HasOneModel; owner: EntityRecord },
): void {
  const { inverse, property } = relation;
  const held = own(child, inverse.property);
  if (!held || held === owner.entity) return;
  const record = recordOf(child)!;
  const key = rowReference(record, inverse);
  const known = recordOf(held);
  if (!key || !known?.hasRow || identityOf(known.model, key) !== rowIdentity(known)) return;
  // The row was given to another owner since the child was read.
  if (store.readJournal) store.readJournal.keepRead(record, [...record.snapshot!]);
  rowKey(owner)!.forEach((value, i) => {
    const { index, type } = inverse.columns[i]!;
    record.snapshot![index] = type.immutable ? value : type.snapshot(value);
  });
  child[inverse.property] = owner.entity;
  viewIn(held, property)?.drop(child);
}
