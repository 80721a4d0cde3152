/**
 * Many rows in few statements. The unit of work hands over rows of one table and one shape; a dialect answers with the
 * statements that write them, chunked below the engine's limits, and pairs what comes back with the rows it came from.
 */
import type { ColumnType } from '../types';
import type { TableReference } from './nodes/tree';
import type { BoundStatement } from './statement';

export interface BatchColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Where the column's value stands in each row. */
  readonly index: number;
}

/** A row's values by column index: JavaScript values as the entity holds them, null for NULL. */
export type BatchRow = readonly unknown[];

export interface InsertBatch {
  readonly table: TableReference;
  /** The columns written, the same for all rows. None: every column takes its default. */
  readonly columns: readonly BatchColumn[];
  readonly rows: readonly BatchRow[];
  /** What is to come back for each row: generated keys first, then database defaults. */
  readonly returning: readonly BatchColumn[];
  /** The auto-increment key among `returning`: engines that promise no order are paired by it. */
  readonly identity: BatchColumn | undefined;
  /** Rows whose key or unique values are there already are left out, whoever wrote them. Default: they are an error. Only where nothing is returned. */
  readonly skipsExisting?: boolean | undefined;
}

export interface UpdateBatch {
  readonly table: TableReference;
  /** The columns that find the row: the key, and the version where there is one. `index` points into `BatchRow`. */
  readonly match: readonly BatchColumn[];
  /** The columns set. `index` points into `BatchRow`: a row holds the match values and the new values side by side. */
  readonly set: readonly BatchColumn[];
  readonly rows: readonly BatchRow[];
}

export interface DeleteBatch {
  readonly table: TableReference;
  readonly match: readonly BatchColumn[];
  readonly rows: readonly BatchRow[];
}

/** One statement of a batch, which writes the rows `from` (inclusive) to `to` (exclusive). */
export interface BatchStatement {
  readonly statement: BoundStatement;
  readonly from: number;
  readonly to: number;
}

/** What a driver answered to one statement. */
export interface StatementResult {
  /** Raw values by column, to be decoded by `Dialect.codec`. */
  readonly rows: readonly (readonly unknown[])[];
  /** Rows written or matched. For updates: matched, also where nothing changed. */
  readonly rowCount: number;
  /** The first auto-increment value that the statement made, where the engine tells it so. */
  readonly insertId: string | number | undefined;
  /** Names of the columns, where the statement said nothing of its columns (raw SQL). */
  readonly fields?: readonly string[] | undefined;
}

/** How a dialect writes batches. */
export interface BatchWriter {
  /** Encodes the rows at once: they are not looked at any more afterwards. */
  insert(batch: InsertBatch): readonly BatchStatement[];
  /**
   * For one statement of `insert`: decoded values of `batch.returning` for each of its rows, in the order of the rows.
   * An empty array where the engine cannot return them (the caller reads the rows back by key).
   */
  returned(batch: InsertBatch, part: BatchStatement, result: StatementResult): readonly (readonly unknown[])[];
  update(batch: UpdateBatch): readonly BatchStatement[];
  delete(batch: DeleteBatch): readonly BatchStatement[];
}
