/** How entities leave a session: one by one, and with those that go along. */
import type { EntityObject } from '../metadata';
import {
  byPlace,
  isMarked,
  live,
  recordOf,
  viewsOf,
  type EntityRecord,
  type EntityStore,
  type Journal,
  type View,
} from '../entities';
import { belongingTo, goesAlong } from './belonging';

interface Leaving {
  readonly event: 'leave' | 'withdraw';
  readonly journal?: Journal | undefined;
}

/** Takes entities out of the session; what was pending for them is forgotten. */
export function detach(store: EntityStore, records: readonly EntityRecord[]): void {
  leave(store, records, { event: 'leave' });
}

/** Takes all entities out of the session, as `detach` does. */
export function detachAll(store: EntityStore): void {
  for (const view of [...store.changedViews]) if (recordOf(view.owner)?.hasRow) view.discard();
  store.clear();
}

/**
 * Deletes entities. What has no row is not to get one, and what would go along with its row goes too: what the database knows of it is nothing that had to be
 * read first.
 *
 * @param how.force whether rows go although the entities are soft-deleted
 */
export function remove(
  store: EntityStore,
  entities: Iterable<EntityObject>,
  { force, journal }: { force: boolean; journal?: Journal },
): void {
  let going = recordsIn(store, entities);
  // Round by round: those that go along are looked for once for all that take them.
  while (going.size > 0) {
    const withdrawn: EntityRecord[] = [];
    for (const record of going) {
      if (record.status === 'new') withdrawn.push(record);
      else if (record.status === 'managed' ? force || !isMarked(record) : force && !store.removed.get(record))
        live(store, record, 'delete', { force, journal });
    }
    const along: EntityObject[] = [];
    for (const some of byPlace(withdrawn).values())
      for (const relation of some[0]!.model.relations)
        if (goesAlong(relation)) along.push(...belongingTo(store, some, relation));
    leave(store, withdrawn, { event: 'withdraw', journal });
    going = recordsIn(store, along);
  }
}

function recordsIn(store: EntityStore, entities: Iterable<EntityObject>): Set<EntityRecord> {
  const records = new Set<EntityRecord>();
  for (const entity of entities) {
    const record = recordOf(entity);
    if (store.owns(record)) records.add(record);
  }
  return records;
}

function leave(store: EntityStore, records: readonly EntityRecord[], { event, journal }: Leaving): void {
  if (records.length === 0) return;
  const leaving = new Set<EntityObject>(records.map(({ entity }) => entity));
  // What leaves together still belongs together.
  for (const view of [...store.changedViews]) if (!leaving.has(view.owner)) letGo(view, leaving, journal);
  for (const record of records) {
    const { entity, status } = record;
    if (status !== 'new') store.takenOut.delete(entity);
    for (const view of viewsOf(entity, record.model)) {
      journal?.keepView(view);
      if (record.hasRow) view.discard();
      else view.left(event === 'withdraw');
      store.changedViews.delete(view);
    }
    live(store, record, event, { journal });
  }
}

/** Of those that leave nothing is pending in a view any more. */
function letGo(view: View, leaving: ReadonlySet<EntityObject>, journal: Journal | undefined): void {
  for (const item of [...view.concerned()]) {
    if (!leaving.has(item)) continue;
    if (recordOf(item)!.status !== 'new') view.forget(item);
    else if (view.brings(item)) {
      journal?.keepView(view);
      view.drop(item);
    }
  }
}
