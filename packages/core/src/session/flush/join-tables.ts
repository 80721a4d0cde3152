/** Join tables as seen from the ends of their rows, and the entities that are mapped on them. */
import type { BelongsToModel, EntityModel, EntityObject, JoinTable } from '../../metadata';
import {
  holderOf,
  identityOf,
  keyOf,
  placeOfTarget,
  recordOf,
  rowIdentity,
  rowReference,
  type EntityRecord,
  type EntityStore,
  type Place,
} from '../../entities';

/** A join table that has rows of an entity, as seen from it. */
export interface JoinTableSide extends Pick<JoinTable, 'table' | 'from'> {
  /** Whether its rows stay, so that the database refuses to let go of what they name: pairs belong to the entity whose class declares them. */
  readonly isKept: boolean;
}

/** The join tables that have rows of entities of a model; the relation may be declared on the other side only. */
export function joinTablesOf({ models }: EntityStore, model: EntityModel): JoinTableSide[] {
  const tables: JoinTableSide[] = [];
  for (const { relations } of models.all) {
    for (const relation of relations) {
      if (relation.kind !== 'manyToMany' || !relation.owning) continue;
      const { table, from, to, onDelete } = relation.through;
      if (relation.owner === model) tables.push({ table, from, isKept: false });
      if (relation.target === model) tables.push({ table, from: to, isKept: onDelete === 'restrict' });
    }
  }
  return tables;
}

/** Those whose rows of a join table are given to a new entity of the same key, so that these stay. */
export function endsWithHeirs(
  store: EntityStore,
  gone: ReadonlySet<EntityRecord>,
  { table, from }: Pick<JoinTableSide, 'table' | 'from'>,
): Set<EntityRecord> {
  const ends = new Set<EntityRecord>();
  for (const [{ model, database }, map] of store.identityMaps()) {
    const holder = isOfTable(model, { table }) ? holderOf(model, from) : undefined;
    if (!holder) continue;
    const place = placeOfTarget(holder, { database });
    for (const record of map.values()) {
      const end = succeeded(store, record, { relation: holder, place });
      if (end && gone.has(end)) ends.add(end);
    }
  }
  return ends;
}

/** An entity that refers to a new one by the key of one that goes: its row does not change. */
export interface HandedOver {
  readonly record: EntityRecord;
  readonly relation: BelongsToModel;
  /** The one that goes. */
  readonly old: EntityRecord;
}

export function* handedOver(store: EntityStore): Generator<HandedOver> {
  const { removed } = store;
  if (removed.size === 0) return;
  const places = new Set([...removed.keys()].map(({ place }) => place));
  for (const [{ model, database }, map] of store.identityMaps()) {
    for (const relation of model.relations) {
      const place = relation.kind === 'belongsTo' ? placeOfTarget(relation, { database }) : undefined;
      if (!place || !places.has(place)) continue;
      for (const record of [...map.values()]) {
        const old = succeeded(store, record, { relation: relation as BelongsToModel, place });
        if (old && removed.has(old)) yield { record, relation: relation as BelongsToModel, old };
      }
    }
  }
}

/** The entity that a row names, where its own refers to another one of the same key that has no row yet. */
function succeeded(
  store: EntityStore,
  record: EntityRecord,
  { relation, place }: { relation: BelongsToModel; place: Place },
): EntityRecord | undefined {
  const { entity, status } = record;
  const held = status === 'managed' && Object.hasOwn(entity, relation.property) ? entity[relation.property] : undefined;
  if (typeof held !== 'object' || held === null || recordOf(held)?.hasRow) return undefined;
  const key = keyOf(place.model, held as EntityObject);
  const named = key && rowReference(record, relation);
  const old = named && store.find(place, named);
  return old && identityOf(place.model, key) === rowIdentity(old) ? old : undefined;
}

/** Whether its entities are rows of the table, and are known to a session by a key. */
export function isOfTable(model: EntityModel, { table }: Pick<JoinTableSide, 'table'>): boolean {
  return model.table.name === table.name && model.table.schema === table.schema && model.key.length > 0;
}
