/** What the steps of a flush write to. */
import type { EntityStore } from '../../entities';
import type { DatabaseTransaction } from '../../database';
import type { Journal } from '../../entities';

export interface FlushTarget {
  readonly store: EntityStore;
  /** The open transaction on a database. */
  transaction(database: string): DatabaseTransaction;
  readonly journal: Journal;
}
