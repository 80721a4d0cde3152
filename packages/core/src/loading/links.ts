/** The rows of a join table as items of their owners: enough to tell which go when a collection is given other items. */
import type { EntityModel, EntityObject, JoinColumn, ManyToManyModel } from '../metadata';
import {
  collectionOf,
  identityOf,
  identityReader,
  placeOfTarget,
  readKeyAt,
  rowKey,
  type EntityRecord,
  type KeyPlace,
} from '../entities';
import { planLinksOf } from '../query';
import { bind } from '../sql';
import { databaseOf } from './keyed-state';
import type { ReadPort } from './read-port';
import { keyChunks, variesInSpelling } from './spellings';

/** Whether a join table alone tells the items: neither their marks nor their spellings matter. */
export function namesItems({ owner, target }: ManyToManyModel): boolean {
  return !target.softDelete && hasExactKey(owner) && hasExactKey(target);
}

function hasExactKey({ key }: EntityModel): boolean {
  return !key.some(({ type }) => variesInSpelling(type));
}

/** Fills the collections of these entities, which are of one place, with what the session has of their items, or references. */
export async function loadLinks(
  port: ReadPort,
  records: readonly EntityRecord[],
  relation: ManyToManyModel,
): Promise<void> {
  const { owner, through } = relation;
  const database = databaseOf(relation, records);
  const dialect = port.dialect(database);
  const placesOf = (columns: readonly JoinColumn[]): KeyPlace[] =>
    columns.map(({ name, target }) => ({
      at: through.columns.findIndex((column) => column.name === name),
      codec: dialect.codec(target.type),
    }));
  const readOwner = identityReader(owner, placesOf(through.from));
  const itemPlaces = placesOf(through.to);
  const items = placeOfTarget(relation, records[0]!);
  const found = new Map(records.map((record) => [identityOf(owner, rowKey(record)!), [] as EntityObject[]]));
  const keys = records.map((record) => rowKey(record)!);
  for (const some of keyChunks(keys, dialect)) {
    const { plan, values } = planLinksOf(relation, dialect, some);
    for (const row of (await port.read({ database, route: undefined }, bind(plan, values))).rows) {
      const key = readKeyAt(row, itemPlaces);
      if (key) found.get(readOwner(row)!)?.push(port.store.reference(items, key).entity);
    }
  }
  for (const record of records) {
    // It may have left while they were read.
    if (!port.store.owns(record)) continue;
    const collection = collectionOf(record.entity, relation);
    port.beforeFill?.(collection);
    collection.fill(found.get(identityOf(owner, rowKey(record)!))!);
    // Those of marked pairs.
    collection.leavesOutMarked = through.mapped?.softDelete !== undefined;
  }
}
