/** What the steps of a flush write to. */
import type { DatabaseTransaction } from '../../database';
import type { EntityStore, Journal, Place } from '../../entities';

export interface FlushTarget {
  readonly store: EntityStore;
  /** The open transaction on the database of a place. */
  transaction(place: Pick<Place, 'database'>): DatabaseTransaction;
  readonly journal: Journal;
}
