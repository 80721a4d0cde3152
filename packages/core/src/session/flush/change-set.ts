/** What a flush is to write, as data: found by comparison and cascade, ordered by the plan, sent by the execution. */
import type { ColumnModel } from '../../metadata';
import type { EntityRecord, Link, View } from '../../entities';

export interface UpdateChange {
  readonly record: EntityRecord;
  /** The columns that get new values, in the order of the model. */
  readonly columns: readonly ColumnModel[];
}

export interface ChangeSet {
  readonly inserts: readonly EntityRecord[];
  readonly updates: readonly UpdateChange[];
  readonly deletes: readonly EntityRecord[];
  /** Entities among the updates that get their deletion mark. */
  readonly marks: readonly EntityRecord[];
  /** Entities among the inserts whose rows come with a deletion mark. */
  readonly bornMarked: readonly EntityRecord[];
  /** Rows of join tables that are to come or to go. */
  readonly links: readonly Link[];
  /** The has-many and has-one relations of which all changes are among these. */
  readonly views: readonly View[];
}

export const NO_CHANGES: ChangeSet = Object.freeze({
  inserts: [],
  updates: [],
  deletes: [],
  marks: [],
  bornMarked: [],
  links: [],
  views: [],
});

/** Number of rows, those of join tables among them. */
export function rowsOf({ inserts, updates, deletes, links }: ChangeSet): number {
  return inserts.length + updates.length + deletes.length + links.length;
}
