/** What a flush would write, told without writing it. */
import { Children, HasOne, Links, UNREAD, viewsOf, type EntityRecord, type EntityStore, type View } from '../entities';
import type { ColumnModel } from '../metadata';
import { changedColumns } from './flush/comparator';

/** One entity of `session.changes()`. */
export interface PendingChange {
  /** What a flush would do; a soft delete is a `delete`. */
  readonly kind: 'insert' | 'update' | 'delete';
  /** The entity itself. */
  readonly entity: object;
  /** Name of the entity's class. */
  readonly model: string;
  /**
   * For an update: the properties that changed, columns in their order, then many-to-many and has-one relations, and has-many relations that were set while they
   * were not loaded.
   */
  readonly properties: readonly string[];
  /** For an update: what the row has, by property, where that is a column that was read and is not hidden. */
  readonly original: Readonly<Record<string, unknown>>;
}

export function pendingChanges(store: EntityStore): PendingChange[] {
  const changes: PendingChange[] = [];
  for (const record of store.added) changes.push(change('insert', record, [], []));
  for (const record of store.managed()) {
    const columns = record.status === 'managed' ? changedColumns(record) : undefined;
    const relations = record.status === 'managed' ? changedRelations(record) : [];
    if (columns || relations.length > 0) changes.push(change('update', record, columns ?? [], relations));
  }
  for (const record of store.removed.keys()) changes.push(change('delete', record, [], []));
  return changes;
}

/** Whether a flush would write the entity, many-to-many rows of it, or the child of a has-one relation. */
export function isPending(record: EntityRecord): boolean {
  return record.status !== 'managed' || changedColumns(record) !== undefined || changedRelations(record).length > 0;
}

/**
 * The has-one relations with changes, and the many-to-many relations that were changed from this side; those of has-many relations are changes of the children,
 * as soon as it is known which these are.
 */
function changedRelations({ entity, model }: EntityRecord): string[] {
  const isChanged = (view: View): boolean => {
    if (view.needsRows || (view instanceof Children && view.uncertain().length > 0)) return true;
    if (view instanceof Links) return [...view.links].some(({ relation }) => relation === view.relation);
    return view instanceof HasOne && view.isChanged;
  };
  return viewsOf(entity, model).flatMap((view) => (isChanged(view) ? [view.relation.property] : []));
}

function change(
  kind: PendingChange['kind'],
  { entity, model, snapshot }: EntityRecord,
  columns: readonly ColumnModel[],
  relations: readonly string[],
): PendingChange {
  const original: Record<string, unknown> = {};
  for (const column of columns) {
    const image = snapshot?.[column.index];
    if (column.relation || column.hidden || image === UNREAD) continue;
    const value = image === null || column.type.immutable ? image : column.type.fromSnapshot(image);
    Object.defineProperty(original, column.property, { value, enumerable: true });
  }
  const properties = [...new Set(columns.map((column) => column.property)), ...relations];
  return { kind, entity, model: model.name, properties, original };
}
