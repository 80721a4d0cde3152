/** An insert that may lose a race: in a savepoint, and when another row was there first, that row's entity instead. */
import { MultipleFoundError } from '../errors';
import type { Limit } from '../database';
import type { EntityModel, EntityObject } from '../metadata';
import { Links, renewReferences, type EntityRecord } from '../entities';
import type { QueryState } from '../query';
import { attach } from './attach';
import { isOwnDeletion, tryInsert } from './try-insert';
import type { UnitOfWork } from './unit-of-work';
import { winners } from './winners';
import { turnWithin } from './within';

export interface FailsafeInsert {
  readonly entity: object;
  readonly database: string;
  /** Finds the row that was there first; undefined: a conflict is no matter. */
  readonly there: QueryState | undefined;
  readonly limit?: Limit | undefined;
}

/** @returns the entity of the row, and whether this call inserted it */
export async function insertOrFind(
  unit: UnitOfWork,
  insert: FailsafeInsert & { readonly there: QueryState },
): Promise<[object, boolean]> {
  const [entity, created] = await failsafeInsert(unit, insert);
  return [entity!, created];
}

/**
 * @returns the entity of the row, undefined where there was a conflict and the row that won was not asked for; and whether it was inserted
 * @throws the IntegrityError of the insert where no row is found, for then the data was at fault; MultipleFoundError where several are
 */
export function failsafeInsert(
  unit: UnitOfWork,
  { entity, database, there, limit }: FailsafeInsert,
): Promise<[object | undefined, boolean]> {
  unit.assertUsable('failsafeAdd');
  return turnWithin(unit, limit, async () => {
    const pendingBefore = new Set(unit.store.added);
    const record = attach(unit.store, entity, { database });
    const holders = [...unit.store.changedViews].filter(
      (view) => view instanceof Links && view.came().includes(record.entity),
    );
    let conflict = await tryInsert(unit, [record], { pendingBefore, limit });
    let found = conflict && there ? await winners(unit, { there: { ...there, limit: 2 }, limit, conflict }) : [];
    if (conflict && isOwnDeletion(unit, record, found)) {
      // The row in the way is one that this session is to delete, which comes first.
      await unit.writePending(limit);
      attach(unit.store, entity, { database });
      for (const view of holders) (view as Links<object>).add(entity);
      conflict = await tryInsert(unit, [record], { pendingBefore, limit });
      found = conflict && there ? await winners(unit, { there: { ...there, limit: 2 }, limit, conflict }) : [];
    }
    if (!conflict) return [entity, true];
    if (!there) return [undefined, false];
    if (found.length === 0) throw conflict;
    if (found.length > 1) {
      throw new MultipleFoundError(
        `The ${record.model.name} could not be inserted, and the filters of failsafeAdd find several rows instead of the one in its way: narrow them down to a unique key.`,
        { entity: record.model.name, cause: conflict },
      );
    }
    // Whatever was to be linked to the one that lost is linked to the row that won, and what refers to it refers to that.
    const { entity: won } = found[0]!;
    for (const view of holders) (view as Links<object>).add(won);
    referInstead(unit, record, won);
    return [won, false];
  });
}

function referInstead({ store }: UnitOfWork, { entity, model }: EntityRecord, won: EntityObject): void {
  const instead = <T extends object>(held: T): T => (held === (entity as object) ? (won as object as T) : held);
  const mayRefer = ({ relations }: EntityModel): boolean => relations.some(({ target }) => target === model);
  for (const [place, records] of store.identityMaps())
    if (mayRefer(place.model)) for (const record of records.values()) renewReferences(record, instead);
  for (const record of store.added) if (mayRefer(record.model)) renewReferences(record, instead);
}
