/** What `getOrCreateMany` asks for, resolved: the rows, and the columns by which they are known. */
import type { ColumnModel } from '../metadata';

export interface WantedRow {
  /** The values of the columns that it is known by. */
  readonly known: readonly unknown[];
  /** Equal for rows that are known by the same values. */
  readonly image: string;
  /** The properties of a new row. */
  readonly values: object;
}

export interface WantedRows {
  readonly columns: readonly ColumnModel[];
  /** Each once, in an order that all callers agree on: who inserts the same rows at the same time waits for the other instead of deadlocking. */
  readonly rows: readonly WantedRow[];
  /** What was asked for, in the order given: the row at this place of `rows`. */
  readonly places: readonly number[];
}
