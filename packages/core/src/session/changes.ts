/** What a flush would write, told without writing it. */
import { UNREAD, type EntityRecord, type EntityStore } from '../loading';
import type { ColumnModel } from '../metadata';
import { changedColumns } from './flush/comparator';

export interface PendingChange {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly entity: object;
  /** Name of the entity's class. */
  readonly model: string;
  /** For an update: the properties that changed, in the order of the columns. */
  readonly properties: readonly string[];
  /** For an update: what the row has, by property, where that is a column that was read. */
  readonly original: Readonly<Record<string, unknown>>;
}

export function pendingChanges(store: EntityStore): PendingChange[] {
  const changes: PendingChange[] = [];
  for (const record of store.added) changes.push(change('insert', record, []));
  for (const record of store.managed()) {
    const columns = record.status === 'managed' ? changedColumns(record) : undefined;
    if (columns) changes.push(change('update', record, columns));
  }
  for (const record of store.removed.keys()) changes.push(change('delete', record, []));
  return changes;
}

function change(
  kind: PendingChange['kind'],
  { entity, model, snapshot }: EntityRecord,
  columns: readonly ColumnModel[],
): PendingChange {
  const original: Record<string, unknown> = {};
  for (const column of columns) {
    const image = snapshot?.[column.index];
    if (column.relation || image === UNREAD) continue;
    const value = image === null || column.type.immutable ? image : column.type.fromSnapshot(image);
    Object.defineProperty(original, column.property, { value, enumerable: true });
  }
  const properties = [...new Set(columns.map((column) => column.property))];
  return { kind, entity, model: model.name, properties, original };
}
