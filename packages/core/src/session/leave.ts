/** How entities leave a session: one by one, and with those that go along. */
import type { EntityObject } from '../metadata';
import { isMarked, live, recordOf, viewsOf, type EntityRecord, type EntityStore, type Journal } from '../entities';
import { belongingTo, goesAlong } from './belonging';

/** Takes an entity out of the session; what was pending for it is forgotten. */
export function detach(store: EntityStore, record: EntityRecord, journal?: Journal): void {
  leave(store, record, { event: 'leave', journal });
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
  const going = [...entities];
  for (let next = going.pop(); next; next = going.pop()) {
    const record = recordOf(next);
    if (!store.owns(record)) continue;
    if (record.status === 'new') {
      for (const relation of record.model.relations)
        if (goesAlong(relation)) going.push(...belongingTo(store, [record], relation));
      leave(store, record, { event: 'withdraw', journal });
    } else if (record.status === 'managed') {
      if (force || !isMarked(record)) live(store, record, 'delete', { force, journal });
    } else if (force && !store.removed.get(record)) live(store, record, 'delete', { force, journal });
  }
}

function leave(
  store: EntityStore,
  record: EntityRecord,
  { event, journal }: { event: 'leave' | 'withdraw'; journal?: Journal | undefined },
): void {
  const { entity, status } = record;
  for (const view of store.changedViews) {
    if (status !== 'new') view.forget(entity);
    else if (view.came().includes(entity)) {
      journal?.keepView(view);
      view.drop(entity);
    }
  }
  if (status !== 'new') store.takenOut.delete(entity);
  for (const view of viewsOf(entity, record.model)) {
    view.left(event === 'withdraw');
    store.changedViews.delete(view);
  }
  live(store, record, event, { journal });
}
