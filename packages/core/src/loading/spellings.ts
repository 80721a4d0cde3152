/**
 * Rows that were found by a key that they spell otherwise: the database holds `'rex'` and `'Rex'` for equal where case does not count. As long as all
 * match to the letter this costs nothing; where one does not, the database is asked once more what it took for what.
 */
import {
  identityOf,
  noteSpelling,
  placeOf,
  readKeyAt,
  type EntityStore,
  type Identity,
  type KeyPlace,
  type KeyValues,
  type Place,
} from '../entities';
import type { BelongsToModel, ColumnModel, EntityModel, JoinColumn } from '../metadata';
import { planSelect, planSpellings, rowsByKey, type QueryState, type ReferringRows, type SelectPlan } from '../query';
import { bind, type Dialect } from '../sql';
import type { ColumnType } from '../types';
import type { ReadPort, ReadTarget } from './read-port';

const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar', 'char', 'enum']);

/** Whether a database may hold two values of the type for equal that are not the same here. */
export function variesInSpelling({ name, custom }: ColumnType): boolean {
  return custom ? variesInSpelling(custom.base) : TEXTS.has(name);
}

/** Looks at rows before entities are made of them. */
export type Recognise = (plan: SelectPlan, rows: readonly Row[]) => Promise<void>;

type Row = readonly unknown[];

/** Where a row holds these columns. */
export function placesIn(columns: readonly ColumnModel[], read: readonly ColumnModel[], dialect: Dialect): KeyPlace[] {
  return columns.map((column) => ({ at: read.indexOf(column), codec: dialect.codec(column.type) }));
}

/**
 * For rows that are read by these keys. `learn` asks about the keys that no row spells all at once, where there is something that refers by them; what is
 * unknown after it is asked key by key.
 */
export function recogniseKeys(
  port: ReadPort,
  { model, database, route }: QueryState,
  { keys, learn }: { keys: readonly KeyValues[]; learn?: (unmet: ReadonlySet<Identity>) => Promise<void> },
): Recognise | undefined {
  if (!model.key.some(({ type }) => variesInSpelling(type))) return undefined;
  const { store } = port;
  const place = placeOf(model, database);
  const dialect = port.dialect(database);
  return async (plan, rows) => {
    const places = placesIn(model.key, plan.columns, dialect);
    const unmet = new Map(keys.map((key) => [identityOf(model, key), key]));
    const strangers: KeyValues[] = [];
    for (const row of rows) {
      const own = readKeyAt(row, places);
      if (own && !unmet.delete(identityOf(model, own))) strangers.push(own);
    }
    if (strangers.length === 0 || unmet.size === 0) return;
    if (keys.length === 1) {
      noteSpelling(store, place, { spelled: keys[0]!, own: strangers[0]! });
      return;
    }
    await learn?.(new Set(unmet.keys()));
    for (const [identity, spelled] of unmet) {
      if (store.ownIdentity(place, identity) !== identity) continue;
      const state: QueryState = {
        ...rowsByKey(model, [spelled], database),
        columns: model.key,
        deleted: 'shown',
        route,
      };
      const { plan: one, values } = planSelect(state, dialect);
      const [row] = (await port.read(state, bind(one.statement, values))).rows;
      const own = row && readKeyAt(row, placesIn(model.key, one.columns, dialect));
      if (own) noteSpelling(store, place, { spelled, own });
    }
  };
}

/** Asks which keys these rows refer to, and tells the session of those that are spelled otherwise. */
export async function learnSpellings(port: ReadPort, target: ReadTarget, referring: ReferringRows): Promise<void> {
  const { database } = target;
  const { from, target: model } = referring;
  const place = placeOf(model, database);
  const dialect = port.dialect(database);
  for (const rows of keyChunks(referring.rows, dialect)) {
    const { plan, values } = planSpellings({ ...referring, rows }, dialect);
    const places = plan.columns!.map((type, at): KeyPlace => ({ at, codec: dialect.codec(type) }));
    for (const row of (await port.read(target, bind(plan, values))).rows) {
      const spelled = readKeyAt(row, places.slice(0, from.length));
      const own = readKeyAt(row, places.slice(from.length));
      if (spelled && own) noteSpelling(port.store, place, { spelled, own });
    }
  }
}

/** Notes the spellings in rows that hold foreign keys and, joined by them, the keys that they refer to. */
export function noteJoined(
  store: EntityStore,
  { place, from, to }: { place: Place; from: readonly KeyPlace[]; to: readonly KeyPlace[] },
  rows: readonly Row[],
): void {
  for (const row of rows) {
    if (from.every(({ at }, i) => row[at] === row[to[i]!.at])) continue;
    const own = readKeyAt(row, to);
    const spelled = readKeyAt(row, from);
    if (spelled && own) noteSpelling(store, place, { spelled, own });
  }
}

/** Foreign key columns as what they refer to. */
export function referringColumns({ columns, target }: BelongsToModel): JoinColumn[] {
  return columns.map(({ name }, i) => ({ name, target: target.key[i]! }));
}

/** The key of an entity as columns that stand for themselves. */
export function keyColumns({ key }: EntityModel): JoinColumn[] {
  return key.map((column) => ({ name: column.name, target: column }));
}

/** Values of keys in one statement where the engine wants a placeholder for each; lists are padded to the next power of two. */
const VALUES_PER_STATEMENT = 16_384;

/** Keys in as many lists as statements are needed for them. */
export function keyChunks(keys: readonly KeyValues[], dialect: Dialect): (readonly KeyValues[])[] {
  if (keys.length === 0) return [];
  if (dialect.listLength(keys.length) === 1) return [keys];
  const full = Math.floor(VALUES_PER_STATEMENT / keys[0]!.length);
  const parts: (readonly KeyValues[])[] = [];
  for (let at = 0; at < keys.length; at += full) parts.push(keys.slice(at, at + full));
  return parts;
}
