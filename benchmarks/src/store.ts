/** The database that the contenders work on: made, filled, examined and dropped from outside of their processes. */
import type { SqliteMoments } from '../contenders/index';
import type { Sizes } from './data';
import type { Dataset } from './workloads';

export interface Store {
  /** What contenders connect to. */
  readonly target: string;
  /** Names and versions of the server, or of the SQLite in each client. */
  versions(): Promise<Record<string, string>>;
  /** Empties the tables and fills them. `moments` says how SQLite, which has no type for them, is to hold moments. */
  fill(dataset: Dataset, sizes: Sizes, moments: SqliteMoments): Promise<void>;
  /** The digest of all authors in the database. */
  digestOfAuthors(): Promise<string>;
  drop(): Promise<void>;
}
