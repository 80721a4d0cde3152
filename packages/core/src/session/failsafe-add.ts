/** `failsafeAdd`: an insert that may lose a race against another one for the same key. */
import { called } from '../caller';
import { emptyState, isPlainObject, withCriteria, type Where } from '../query';
import { failsafeInsert } from './failsafe';
import { internalsOf } from './internals';
import type { RepositorySession } from './repository';
import { QueryError } from '../errors';

/**
 * Inserts the entity, and what it refers to that is new, in a SAVEPOINT; everything else that is pending stays pending, and the
 * transaction stays usable. The caller commits.
 *
 * Where another row is in the way: with `filters`, the entity of the one row that they find, and the given entity is not in the session
 * any more; without, nothing.
 *
 * @throws IntegrityError, the insert's own, where the filters find nothing: then the data was at fault.
 * @throws MultipleFoundError where the filters find several rows.
 */
export function failsafeAdd<T extends object>(session: RepositorySession, entity: T, filters: Where<T>): Promise<T>;
export function failsafeAdd(session: RepositorySession, entity: object): Promise<void>;
export function failsafeAdd<T extends object>(
  session: RepositorySession,
  entity: T,
  filters?: Where<T>,
): Promise<T | undefined> {
  return called(async () => {
    const { unit, database: view } = internalsOf(session);
    const { models } = unit.context;
    const model = typeof entity === 'object' && (entity as unknown) !== null ? models.ofEntity(entity) : undefined;
    const database = model?.database ?? view;
    if (filters === undefined || !model) {
      await failsafeInsert(unit, { entity, database, there: undefined });
      return undefined;
    }
    if (isPlainObject(filters) && Object.keys(filters).length === 0) {
      throw new QueryError(
        `The filters of failsafeAdd are empty: name the unique key that another ${model.name} may have, or leave them out.`,
        {
          entity: model.name,
        },
      );
    }
    const there = withCriteria(models, emptyState(model, database), { criteria: [filters], negated: false });
    const [found] = await failsafeInsert(unit, { entity, database, there });
    unit.transaction(database).isUntouched = false;
    return found as T;
  });
}
