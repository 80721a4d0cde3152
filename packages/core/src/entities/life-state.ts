/** What the life of an entity consists of: which state it is in, what is known of its row, and where its session finds it. */
import type { EntityStore } from './entity-store';
import type { Place } from './place';
import { UNREAD, type EntityRecord, type EntityStatus } from './record';
import { shapesOf } from './shapes';

export interface LifeState {
  readonly status: EntityStatus;
  readonly snapshot: unknown[] | undefined;
  readonly place: Place;
  /** Of one that is to be deleted: whether its row goes although the entity is soft-deleted. */
  readonly force: boolean;
}

/** All new entities of a place are in one state. */
const newStates = new WeakMap<Place, LifeState>();

/** The state of a record, kept from later changes. */
export function lifeStateOf(store: EntityStore, record: EntityRecord): LifeState {
  const { status, snapshot, place } = record;
  if (status === 'new') {
    let state = newStates.get(place);
    if (!state) newStates.set(place, (state = { status, snapshot, place, force: false }));
    return state;
  }
  return { status, snapshot: snapshot && [...snapshot], place, force: store.removed.get(record) ?? false };
}

/** Which states are of a session. */
const IN_SESSION: Record<EntityStatus, boolean> = {
  new: true,
  managed: true,
  removed: true,
  deleted: false,
  detached: false,
};

/** Puts a record into a state: the one place that writes its status, snapshot and session, and what the store knows of it. */
export function enterState(store: EntityStore, record: EntityRecord, state: LifeState): void {
  const { status, snapshot, place, force } = state;
  // One that was in no list need not be looked for.
  if (record.store) store.forget(record);
  record.status = status;
  record.place = place;
  if (record.snapshot !== snapshot) setSnapshot(record, snapshot);
  record.store = IN_SESSION[status] ? store : undefined;
  if (status === 'new') store.added.add(record);
  if (status === 'removed') store.removed.set(record, force);
  if (status === 'managed' || status === 'removed') store.enter(record);
  if (status === 'detached' && snapshot) store.former.note(record);
}

/** Puts a record into a state as far as it can have it in no session. */
export function enterOutside(store: EntityStore, record: EntityRecord, state: LifeState): void {
  enterState(store, record, IN_SESSION[state.status] ? { ...state, status: 'detached', force: false } : state);
}

function setSnapshot(record: EntityRecord, snapshot: unknown[] | undefined): void {
  record.snapshot = snapshot;
  record.partial = snapshot?.includes(UNREAD) ?? false;
}

/** What a row is known to say changes in these slots. What is not known any more is guarded against being read. */
export function writeSlots(record: EntityRecord, slots: readonly (readonly [index: number, image: unknown])[]): void {
  const { snapshot, entity, model } = record;
  if (!snapshot) return;
  for (const [index, image] of slots) snapshot[index] = image;
  record.partial = snapshot.includes(UNREAD);
  if (record.partial) Object.setPrototypeOf(entity, shapesOf(model).guarded);
}
