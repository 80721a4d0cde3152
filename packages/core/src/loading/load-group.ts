/** Entities that came from one query. Loading a relation of one of them loads it for all: one query, never N+1. */
import type { EntityRecord, LoadGroup } from './record';

/** The latest query counts, but one that found a single row tells nothing of siblings. */
export function group(records: readonly EntityRecord[]): void {
  const shared: LoadGroup = { members: records };
  for (const record of records) if (records.length > 1 || !record.group) record.group = shared;
}

/** The entities to load a relation for along with these: all that were loaded with them and are still managed. */
export function withSiblings(records: readonly EntityRecord[]): EntityRecord[] {
  const all = new Set(records);
  for (const record of records) {
    for (const sibling of record.group?.members ?? []) {
      if (sibling.status === 'managed' && sibling.store === record.store) all.add(sibling);
    }
  }
  return [...all];
}
