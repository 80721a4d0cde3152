/** What the steps of a flush write to. */
import type { Executor } from '../../database';
import type { EntityStore, Journal, Place } from '../../entities';

export interface FlushTarget {
  readonly store: EntityStore;
  /** The open transaction on the database of a place. */
  transaction(place: Pick<Place, 'database'>): Executor;
  readonly journal: Journal;
}
