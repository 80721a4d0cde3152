/** What a flush would write, told without writing it. */
import { ownCollection, UNREAD, type EntityRecord, type EntityStore } from '../entities';
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
  /** For an update: the properties that changed, columns in their order, then many-to-many and has-one relations. */
  readonly properties: readonly string[];
  /** For an update: what the row has, by property, where that is a column that was read. */
  readonly original: Readonly<Record<string, unknown>>;
}

export function pendingChanges(store: EntityStore): PendingChange[] {
  const changes: PendingChange[] = [];
  for (const record of store.added) changes.push(change('insert', record, [], []));
  for (const record of store.managed()) {
    const columns = record.status === 'managed' ? changedColumns(record) : undefined;
    const links = record.status === 'managed' ? [...changedLinks(record), ...changedOnes(record)] : [];
    if (columns || links.length > 0) changes.push(change('update', record, columns ?? [], links));
  }
  for (const record of store.removed.keys()) changes.push(change('delete', record, [], []));
  return changes;
}

/** Whether a flush would write the entity, many-to-many rows of it, or the child of a has-one relation. */
export function isPending(record: EntityRecord): boolean {
  return (
    record.status !== 'managed' ||
    changedColumns(record) !== undefined ||
    changedLinks(record).length > 0 ||
    changedOnes(record).length > 0
  );
}

/** The has-one relations that hold another child than was loaded. */
function changedOnes({ entity, model, loadedOnes }: EntityRecord): string[] {
  const changed: string[] = [];
  for (const { kind, property } of model.relations) {
    if (kind !== 'hasOne' || !Object.hasOwn(entity, property)) continue;
    if ((entity[property] ?? null) !== (loadedOnes?.get(property) ?? null)) changed.push(property);
  }
  return changed;
}

/** The many-to-many relations whose collections have changes. */
function changedLinks({ entity, model }: EntityRecord): string[] {
  const changed: string[] = [];
  for (const { kind, property } of model.relations) {
    const collection = kind === 'manyToMany' ? ownCollection(entity, property) : undefined;
    if (collection && collection.pendingAdds.size + collection.pendingRemoves.size > 0) changed.push(property);
  }
  return changed;
}

function change(
  kind: PendingChange['kind'],
  { entity, model, snapshot }: EntityRecord,
  columns: readonly ColumnModel[],
  links: readonly string[],
): PendingChange {
  const original: Record<string, unknown> = {};
  for (const column of columns) {
    const image = snapshot?.[column.index];
    if (column.relation || image === UNREAD) continue;
    const value = image === null || column.type.immutable ? image : column.type.fromSnapshot(image);
    Object.defineProperty(original, column.property, { value, enumerable: true });
  }
  const properties = [...new Set(columns.map((column) => column.property)), ...links];
  return { kind, entity, model: model.name, properties, original };
}
