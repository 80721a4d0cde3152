/** What loading needs of a session: its entities, and a way to send a read. */
import type { BoundStatement, Dialect, StatementResult } from '../sql';
import type { EntityRecord, EntityStore, View } from '../entities';

export interface ReadTarget {
  readonly database: string;
  readonly route: 'primary' | 'replica' | undefined;
}

export interface ReadPort {
  readonly store: EntityStore;
  dialect(database: string): Dialect;
  read(target: ReadTarget, statement: BoundStatement): Promise<StatementResult>;
  /** A view is about to be filled by rows that a rollback may take away. */
  beforeFill?(view: View): void;
}

/** What holds for a whole read, however many queries it takes. */
export interface ReadOptions {
  /** Leave soft-deleted related rows out. */
  readonly hideDeleted: boolean;
  /** Overwrite what the session has already. */
  readonly overwrite: boolean | 'clean';
  /** Which server of a database, where the queryset said one. */
  readonly route?: ReadTarget['route'];
  /** Takes the records that the read makes, those of includes too. */
  readonly made?: EntityRecord[] | undefined;
}
