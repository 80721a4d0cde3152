/** What loading needs of a session: its entities, and a way to send a read. */
import type { BoundStatement, Dialect, StatementResult } from '../sql';
import type { EntityStore } from './entity-store';

export interface ReadTarget {
  readonly database: string;
  readonly route: 'primary' | 'replica' | undefined;
}

export interface ReadPort {
  readonly store: EntityStore;
  dialect(database: string): Dialect;
  read(target: ReadTarget, statement: BoundStatement): Promise<StatementResult>;
}

/** What holds for a whole read, however many queries it takes. */
export interface ReadOptions {
  /** Leave soft-deleted related rows out. */
  readonly hideDeleted: boolean;
  /** Overwrite what the session has already. */
  readonly overwrite: boolean;
}
