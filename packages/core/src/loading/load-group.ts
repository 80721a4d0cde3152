/** Entities that came from one query. Loading a relation of one of them loads it for all: one query, never N+1. */
import type { EntityRecord, LoadedTogether } from '../entities';

export class LoadGroup implements LoadedTogether {
  /** What was loaded, or is being loaded, for all members: relation trees by their shape. */
  readonly #loads = new Map<string, Promise<void>>();

  constructor(readonly members: readonly EntityRecord[]) {}

  /** The load of `shape` for all members, under way or done; one that failed counts for nothing. */
  loadOf(shape: string): Promise<void> | undefined {
    return this.#loads.get(shape);
  }

  /** `load` loads `shape` for all members. */
  note(shape: string, load: Promise<void>): void {
    this.#loads.set(shape, load);
    load.catch(() => this.#loads.delete(shape));
  }
}

/** The latest query counts, but one that found a single row tells nothing of siblings. */
export function group(records: readonly EntityRecord[]): void {
  const shared = new LoadGroup(records);
  for (const record of records) if (records.length > 1 || !record.group) record.group = shared;
}

/** The groups of these entities, each once. */
export function groupsOf(records: readonly EntityRecord[]): Set<LoadedTogether> {
  const groups = new Set<LoadedTogether>();
  for (const { group: own } of records) if (own) groups.add(own);
  return groups;
}

/** The entities to load a relation for along with these: all of these groups that are still managed. */
export function withSiblings(records: readonly EntityRecord[], groups: Iterable<LoadedTogether>): EntityRecord[] {
  const all = new Set(records);
  const store = records[0]?.store;
  for (const { members } of groups) {
    for (const sibling of members) if (sibling.status === 'managed' && sibling.store === store) all.add(sibling);
  }
  return [...all];
}
