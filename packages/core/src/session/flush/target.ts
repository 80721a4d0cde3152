/** What the steps of a flush write to. */
import type { EntityStore } from '../../loading';
import type { DatabaseTransaction } from '../transaction';
import type { Journal } from './journal';

export interface FlushTarget {
  readonly store: EntityStore;
  /** The open transaction on a database. */
  transaction(database: string): DatabaseTransaction;
  readonly journal: Journal;
}
