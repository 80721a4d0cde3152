/** What a flush is to write, as data: found by comparison and cascade, ordered by the plan, sent by the execution. */
import type { ColumnModel, HasOneModel, ManyToManyModel } from '../../metadata';
import type { Collection, EntityRecord } from '../../entities';

export interface UpdateChange {
  readonly record: EntityRecord;
  /** The columns that get new values, in the order of the model. */
  readonly columns: readonly ColumnModel[];
}

/** A row of a join table. */
export interface LinkChange {
  readonly relation: ManyToManyModel;
  readonly owner: EntityRecord;
  readonly item: EntityRecord;
}

/** A has-one relation that holds another child than the rows say. */
export interface OneChange {
  readonly relation: HasOneModel;
  readonly owner: EntityRecord;
}

export interface ChangeSet {
  readonly inserts: readonly EntityRecord[];
  readonly updates: readonly UpdateChange[];
  readonly deletes: readonly EntityRecord[];
  /** Entities among the updates that get their deletion mark. */
  readonly softDeletes: readonly EntityRecord[];
  readonly links: readonly LinkChange[];
  readonly unlinks: readonly LinkChange[];
  /** The collections of which all changes are among these. */
  readonly collections: readonly Collection<object>[];
  /** The has-one relations of which the change is among these. */
  readonly ones: readonly OneChange[];
}

export const NO_CHANGES: ChangeSet = Object.freeze({
  inserts: [],
  updates: [],
  deletes: [],
  softDeletes: [],
  links: [],
  unlinks: [],
  collections: [],
  ones: [],
});

export function isEmpty(changes: ChangeSet): boolean {
  const { inserts, updates, deletes, links, unlinks } = changes;
  return inserts.length + updates.length + deletes.length + links.length + unlinks.length === 0;
}
