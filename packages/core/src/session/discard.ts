/** Forgets what was not flushed: entities say again what their rows say. The in-memory half of a rollback. */
import type { BelongsToModel } from '../metadata';
import {
  identityOf,
  live,
  placeOfTarget,
  recordOf,
  rowIdentity,
  rowReference,
  UNREAD,
  type EntityRecord,
  type EntityStore,
} from '../entities';
import { detach } from './leave';
import { changedColumns } from './flush/comparator';

/** @param spared new entities that stay pending */
export function discardPending(store: EntityStore, spared?: { has(record: EntityRecord): boolean }): void {
  for (const view of store.changedViews) {
    const owner = recordOf(view.owner);
    if (owner?.hasRow) view.discard();
    else if (owner && !spared?.has(owner)) view.left();
  }
  store.forgetChanges();
  detach(
    store,
    [...store.added].filter((record) => !spared?.has(record)),
  );
  for (const record of [...store.removed.keys()]) live(store, record, 'keep');
  for (const record of store.managed()) {
    const columns = changedColumns(record);
    if (columns)
      for (const property of new Set(columns.map((column) => column.property))) revert(store, record, property);
    for (const relation of record.model.relations)
      if (relation.kind === 'belongsTo' && refersElsewhere(record, relation)) revertReference(store, record, relation);
  }
}

/**
 * Whether a reference leads elsewhere than its row says although no column was changed, or another property reverts the column: to an entity without a row that
 * had the same key, to one in another database, to one that disagrees about a column that others have too, to nothing.
 */
function refersElsewhere(record: EntityRecord, relation: BelongsToModel): boolean {
  const { entity } = record;
  const held = Object.hasOwn(entity, relation.property) ? entity[relation.property] : undefined;
  if (typeof held !== 'object') return false;
  const key = rowReference(record, relation);
  if (held === null || key === null) return key !== undefined && held !== key;
  const known = recordOf(held);
  if (!known?.hasRow || known.place !== placeOfTarget(relation, record)) return true;
  return key !== undefined && identityOf(relation.target, key) !== rowIdentity(known);
}

function revert(store: EntityStore, record: EntityRecord, property: string): void {
  const { entity, model, snapshot } = record;
  const held = model.properties.get(property)!;
  if (held.kind === 'column') {
    const { index, type } = held.column;
    const image = snapshot![index];
    if (image === UNREAD) Reflect.deleteProperty(entity, property);
    else held.column.write(entity, image === null || type.immutable ? image : type.fromSnapshot(image));
  } else if (held.relation.kind === 'belongsTo') revertReference(store, record, held.relation);
}

function revertReference(store: EntityStore, record: EntityRecord, relation: BelongsToModel): void {
  const { entity } = record;
  const key = rowReference(record, relation);
  if (key === undefined) Reflect.deleteProperty(entity, relation.property);
  else entity[relation.property] = key && store.reference(placeOfTarget(relation, record), key).entity;
}
