/** `getOrCreateMany`: one query for the rows that are there, one insert for those that are not. */
import { MultipleFoundError, type IntegrityError } from '../errors';
import { limitOf, type Limit } from '../database';
import { UNREAD, type EntityRecord } from '../entities';
import { fetchRecords, keyChunks } from '../loading';
import { imageOf, rowsLike, rowsWithNulls, type QueryState, type WantedRow, type WantedRows } from '../query';
import { attach } from './attach';
import { instantiate } from './create-entity';
import { isGoing } from './going';
import { isOwnDeletion, tryInsert } from './try-insert';
import type { UnitOfWork } from './unit-of-work';
import { winners } from './winners';
import { readsWithin, turnWithin } from './within';

/** How rows are asked for: as any, or as those that won a race. */
type Fetch = (there: QueryState) => Promise<readonly EntityRecord[]>;

type Found = Map<WantedRow, EntityRecord>;

/** @returns for each of the rows its entity, and whether this call inserted it */
export async function getOrCreateMany(
  unit: UnitOfWork,
  state: QueryState,
  wanted: WantedRows,
): Promise<Map<WantedRow, [entity: object, created: boolean]>> {
  unit.assertUsable('getOrCreateMany');
  const limit = limitOf(state.bounds);
  const there = { ...state, order: [], limit: undefined, offset: undefined };
  const port = readsWithin(unit, { onlyLooks: true, limit });
  const look = (): Promise<Found> =>
    findWanted(unit, there, wanted, (some) => fetchRecords(port, some, { isAnswer: true }));
  let found = await look();
  if ([...found.values()].some((record) => isGoing(unit.store, record))) {
    await turnWithin(unit, limit, () => unit.writePending(limit));
    found = await look();
  }
  const missing = wanted.rows.filter((row) => !found.has(row));
  const made = await insertMissing(unit, { there, wanted: { ...wanted, rows: missing }, limit });
  return new Map(wanted.rows.map((row) => [row, made.get(row) ?? [found.get(row)!.entity, false]]));
}

/** In one statement; where rows are in the way that others have inserted meanwhile, these are found, and the rest is inserted again. */
function insertMissing(
  unit: UnitOfWork,
  { there, wanted, limit }: { there: QueryState; wanted: WantedRows; limit: Limit | undefined },
): Promise<Map<WantedRow, [object, boolean]>> {
  const { database, model } = there;
  const entities = new Map(
    wanted.rows.map((row) => [row, instantiate({ store: unit.store, database }, model, row.values)]),
  );
  if (wanted.rows.length === 0) return Promise.resolve(new Map<WantedRow, [object, boolean]>());
  return turnWithin(unit, limit, async () => {
    const done = new Map<WantedRow, [object, boolean]>();
    let open = wanted.rows;
    let atOnce = open.length;
    let hasFlushed = false;
    while (open.length > 0) {
      const some = open.slice(0, atOnce);
      const pendingBefore = new Set(unit.store.added);
      const records = some.map((row) => attach(unit.store, entities.get(row)!, { database }));
      const conflict = await tryInsert(unit, records, { pendingBefore, limit });
      if (!conflict) {
        for (const row of some) done.set(row, [entities.get(row)!, true]);
        open = open.slice(atOnce);
        continue;
      }
      const fetch: Fetch = (rows) => winners(unit, { there: rows, limit, conflict });
      const found = await findWanted(unit, there, { ...wanted, rows: some }, fetch);
      const winning = [...found.values()];
      if (!hasFlushed && records.some((record) => isOwnDeletion(unit, record, winning))) {
        // The rows in the way are ones that this session is to delete, which comes first.
        await unit.writePending(limit);
        hasFlushed = true;
        continue;
      }
      // Two of them may be one row to the database, or another constraint refuses one of them.
      if (found.size === 0) atOnce = oneAtATime(some, conflict);
      for (const [row, { entity }] of found) done.set(row, [entity, false]);
      open = open.filter((row) => !found.has(row));
    }
    return done;
  });
}

/** @throws the conflict of a row by itself: no other one explains it */
function oneAtATime(rows: readonly WantedRow[], conflict: IntegrityError): number {
  if (rows.length === 1) throw conflict;
  return 1;
}

/** @throws MultipleFoundError where several rows are known by the same values */
async function findWanted(
  unit: UnitOfWork,
  there: QueryState,
  { columns, rows }: WantedRows,
  fetch: Fetch,
): Promise<Found> {
  const found: Found = new Map();
  const knownBy = (row: WantedRow): Promise<readonly EntityRecord[]> =>
    fetch(narrowed(there, rowsLike(there.model, columns, row.known)));
  const meet = (row: WantedRow, record: EntityRecord): void => {
    const other = found.get(row);
    if (other && other !== record) throw several(there);
    found.set(row, record);
  };
  const byImage = new Map(rows.map((row) => [row.image, row]));
  let hasStrangers = false;
  const keys = [...byImage.values()].map(({ known }) => known);
  for (const some of keyChunks(keys, unit.dialect(there.database))) {
    for (const record of await fetch(narrowed(there, rowsWithNulls(there.model, columns, some)))) {
      const row = byImage.get(imageInRow(record, columns));
      if (row) meet(row, record);
      else hasStrangers = true;
    }
  }
  for (const row of rows) {
    // What the database found by another spelling it is asked for by itself.
    if (found.has(row) || !hasStrangers) continue;
    for (const record of await knownBy(row)) meet(row, record);
  }
  return found;
}

function narrowed(there: QueryState, condition: ReturnType<typeof rowsWithNulls>): QueryState {
  return { ...there, conditions: [...there.conditions, condition] };
}

/** As the row says, whatever was changed in memory; an empty text, which no row that is wanted has, where a column was not read. */
function imageInRow({ snapshot }: EntityRecord, columns: WantedRows['columns']): string {
  const values = columns.map(({ index, type }) => {
    const image = snapshot?.[index];
    return image === null || image === UNREAD || type.immutable ? image : type.fromSnapshot(image);
  });
  return values.includes(UNREAD) ? '' : imageOf(columns, values);
}

function several({ model }: QueryState): MultipleFoundError {
  return new MultipleFoundError(
    `Several rows of ${model.name} are known by the same values of getOrCreateMany(): name the properties of a unique key.`,
    { entity: model.name },
  );
}
