/** The rows that won a race against an insert of this session. */
import { SerializationError, UniqueViolationError, type IntegrityError } from '../errors';
import type { Limit } from '../database';
import type { EntityRecord } from '../entities';
import { fetchRecords, type ReadPort } from '../loading';
import type { QueryState } from '../query';
import { isSnapshotLevel } from './stale';
import type { UnitOfWork } from './unit-of-work';
import { readsWithin } from './within';

/** The rows that won, also where the transaction reads from a snapshot that is older than they are. */
export async function winners(
  unit: UnitOfWork,
  { there, limit, conflict }: { there: QueryState; limit: Limit | undefined; conflict: IntegrityError },
): Promise<EntityRecord[]> {
  const { database } = there;
  // The snapshot is made by the first read.
  const isBehind = unit.dialect(database).capabilities.snapshotReads && unit.transaction(database).hasRead;
  // Not exclusively: all who lost go on with it, and none may wait until another has ended.
  const lock = isBehind ? 'share' : undefined;
  const found = await fetchRecords(
    readsWithin(unit, { onlyLooks: true, limit }),
    { ...there, lock },
    { overwrite: 'clean', isAnswer: true },
  );
  if (isBehind) for (const record of found) unit.store.noteOutside(record);
  if (found.length > 0 || !(conflict instanceof UniqueViolationError)) return found;
  const isolation = unit.isolation(database);
  if (!isSnapshotLevel(isolation)) return found;
  // The snapshot hides a row that is committed: only another connection sees it.
  const outside: ReadPort = {
    store: unit.store,
    dialect: (name) => unit.dialect(name),
    read: (target, statement) => unit.database(target.database).executeApart(statement),
  };
  const hidden = await fetchRecords(outside, there, { isAnswer: true });
  // To go on with a row that this transaction cannot have read would not be serializable.
  if (hidden.length > 0 && isolation === 'serializable') {
    const error = hiddenWinner(conflict);
    // Nor with what it has learnt by the conflict.
    unit.transaction(database).fail(error);
    throw error;
  }
  for (const record of hidden) unit.store.noteOutside(record);
  return hidden;
}

function hiddenWinner(cause: IntegrityError): SerializationError {
  return new SerializationError(
    'Another session has committed a row of the same key after this transaction had begun to read, and at serializable it cannot go on with it: run the whole transaction again.',
    { cause, entity: cause.entity, sql: cause.sql },
  );
}
