/** Reads and turns of one call, which is not waited for any longer than its limit. */
import { waitWithin, type ExecuteOptions, type Limit } from '../database';
import type { ReadPort } from '../loading';
import type { UnitOfWork } from './unit-of-work';

/** `onlyLooks`: leaves a transaction untouched. */
export function readsWithin(unit: UnitOfWork, options: ExecuteOptions): ReadPort {
  if (!options.limit && !options.onlyLooks) return unit;
  return {
    store: unit.store,
    dialect: (database) => unit.dialect(database),
    read: (target, statement) => unit.read(target, statement, options),
    beforeFill: (view) => {
      unit.beforeFill(view);
    },
  };
}

/** In its turn, which is waited for no longer either. */
export function turnWithin<R>(unit: UnitOfWork, limit: Limit | undefined, work: () => Promise<R>): Promise<R> {
  if (!limit) return unit.turns.take(work);
  return waitWithin(limit, (isGivenUp) =>
    unit.turns.take(() => (isGivenUp() ? Promise.reject(limit.error()) : work())),
  );
}
