/** Conditions and orders along relations are joins, and no engine joins with another server. */
import { QueryError } from '../../errors';
import type { RelationModel } from '../../metadata';

/** @throws QueryError for a relation into another database */
export function assertSameDatabase({ owner, property, target }: RelationModel): void {
  if (owner.database === undefined || target.database === undefined || owner.database === target.database) return;
  throw new QueryError(
    `${owner.name}.${property} leads into database '${target.database}', which ${owner.name} in '${owner.database}' cannot be joined with: ` +
      `query ${target.name} first, and give the keys that were found to inList().`,
    { entity: owner.name, property },
  );
}
