/**
 * The life of an entity as a table: which event leads from which state to which. Whatever happens to an entity happens by `live`, which alone
 * writes its state and notes in the journal what it was.
 */
import type { EntityStore } from './entity-store';
import type { Journal } from './journal';
import { enterState } from './life-state';
import type { Place } from './place';
import { recordOf, stampFresh, EntityRecord, type EntityStatus } from './record';
import type { EntityObject } from '../metadata';
import { BORN } from '../query';

export type LifeEvent =
  /** It has no row, and is to get one. */
  | 'add'
  /** It has a row, was in no session, and comes into this one. */
  | 'return'
  /** Its row is to be deleted. */
  | 'delete'
  /** Its row is not to be deleted any more. */
  | 'keep'
  /** It is not to get a row any more. */
  | 'withdraw'
  /** Its row was written. */
  | 'insert'
  /** Its deletion mark was written: the row stays. */
  | 'mark'
  /** Its row has gone. */
  | 'erase'
  /** It leaves the session. */
  | 'leave';

const LIFE: Record<EntityStatus, Partial<Record<LifeEvent, EntityStatus>>> = {
  new: { insert: 'managed', withdraw: 'deleted', leave: 'detached' },
  managed: { delete: 'removed', erase: 'deleted', leave: 'detached' },
  removed: { delete: 'removed', keep: 'managed', mark: 'managed', erase: 'deleted', leave: 'detached' },
  // The last line of each: it was deleted or let go while a flush wrote its row.
  deleted: { add: 'new', insert: 'removed', erase: 'deleted' },
  detached: { add: 'new', return: 'managed', insert: 'detached', erase: 'deleted' },
};

export interface LifeEventDetails {
  /** Notes the state before, so that it can be undone. */
  readonly journal?: Journal | undefined;
  /** Of `insert`: what the row says. */
  readonly snapshot?: unknown[];
  /** Of `delete`: the row goes although the entity is soft-deleted. */
  readonly force?: boolean;
  /** Of `add`: where its row is to be. */
  readonly place?: Place;
}

/** An event in the life of an entity. @throws Error for one that its state does not know: a mistake of this library */
export function live(
  store: EntityStore,
  record: EntityRecord,
  event: LifeEvent,
  { journal, snapshot, force = false, place = record.place }: LifeEventDetails = {},
): void {
  const status = LIFE[record.status][event];
  if (!status) throw new Error(`A ${record.model.name} that is ${record.status} cannot ${event}.`);
  journal?.keepLife(store, record);
  // Asked for twice, once by force: the row goes.
  const isForced = force || (event === 'delete' && store.removed.get(record) === true);
  const hasRow = status === 'managed' || status === 'removed' || status === 'detached';
  enterState(store, record, {
    status,
    snapshot: hasRow ? (snapshot ?? record.snapshot) : undefined,
    place,
    force: isForced,
  });
  if (!record.store) record.group = undefined;
}

/** The record of an entity that comes into the session without a row: the one that it had before, or its first. */
export function liveFirst(
  store: EntityStore,
  entity: EntityObject,
  { place, journal }: { place: Place; journal?: Journal | undefined },
): EntityRecord {
  let record = recordOf(entity);
  if (!record) {
    record = new EntityRecord(entity, place, undefined);
    record.status = 'detached';
    stampFresh(entity, record);
  }
  live(store, record, 'add', { place, journal });
  record.asked = BORN;
  return record;
}
