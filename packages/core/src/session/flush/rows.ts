/**
 * The rows of a flush as values: each value is read from its entity once, checked, and kept from later changes. What is written afterwards is
 * what was checked here.
 */
import { QueryError, ValidationFailedError } from '../../errors';
import { recordOf, rowKey, UNREAD, type EntityRecord } from '../../entities';
import type { ColumnModel, EntityModel, EntityObject } from '../../metadata';
import { assertNotReadOnly } from '../../query';
import type { UpdateChange } from './change-set';
import { PendingKey } from './pending-key';
import { assertSameDatabase } from './same-database';

/** A row to be written. */
export interface RowValues {
  readonly record: EntityRecord;
  /** By column index, as the codecs take them; undefined where the database gives the value. Of an update: the key, the new values, and after them all the version that was read. */
  readonly values: unknown[];
  /** Whether keys of other rows among the values are to be known first. */
  readonly isPending: boolean;
}

/** A value that later changes to the entity's do not reach. */
function kept({ type }: ColumnModel, value: unknown): unknown {
  if (type.immutable || value === null || value === undefined) return value;
  const image = type.snapshot(value);
  return type.frozen ? type.frozen(image) : type.fromSnapshot(image);
}

/** @throws ValidationFailedError for values that the row cannot have, QueryError for references to what has no row and gets none */
export function newRow(record: EntityRecord): RowValues {
  const { entity, model } = record;
  const { columns } = model;
  const values = new Array<unknown>(columns.length);
  let isPending = false;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    if (column.relation) {
      const key = foreignKey(record, column);
      values[i] = key;
      isPending ||= key instanceof PendingKey;
      continue;
    }
    const value = column.read(entity);
    if (column.computed !== undefined) {
      if (value !== undefined) throw computedByDatabase(model, column.property);
      values[i] = undefined;
      continue;
    }
    check(model, column, value);
    values[i] = kept(column, value);
  }
  return { record, values, isPending };
}

/** @throws as `newRow`, and for a change of the key */
export function changedRow({ record, columns }: UpdateChange): RowValues {
  const { entity, model } = record;
  assertNotReadOnly(model);
  const values = new Array<unknown>(model.columns.length + 1);
  let isPending = false;
  for (const column of columns) {
    if (column.computed !== undefined) throw computedByDatabase(model, column.property);
    if (column.primary) {
      throw new ValidationFailedError(
        `${model.name}.${column.property} is part of the key and cannot be changed: delete the row and add a new one.`,
        { audience: 'developer', entity: model.name, property: column.property },
      );
    }
    const value = column.relation ? foreignKey(record, column) : column.read(entity);
    isPending ||= value instanceof PendingKey;
    if (!column.relation) {
      if (value === undefined) throw isUndefined(model, column);
      check(model, column, value);
    }
    values[column.index] = column.relation ? value : kept(column, value);
  }
  matchRow(record, values);
  return { record, values, isPending };
}

/** The key of a row, at the places of its columns; the version that was read, after them all. */
export function matchRow(record: EntityRecord, values: unknown[] = []): unknown[] {
  const { model, snapshot } = record;
  rowKey(record)!.forEach((value, i) => (values[model.key[i]!.index] = value));
  if (model.version) values[model.columns.length] = snapshot![model.version.index];
  return values;
}

/** Puts the keys that have become known in place. */
export function withKnownKeys({ values, isPending }: RowValues): unknown[] {
  if (!isPending) return values;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value instanceof PendingKey) values[i] = value.value;
  }
  return values;
}

/** What a new row has in a column that no entity fills. @throws ValidationFailedError where a value is missing, or does not fit */
export function checkedValue(model: EntityModel, column: ColumnModel, value: unknown): unknown {
  check(model, column, value);
  return value;
}

/** The key of what an entity refers to; of a row that this flush writes, the promise of it. */
function foreignKey(record: EntityRecord, column: ColumnModel): unknown {
  const { entity, model, store } = record;
  const { property } = column;
  const held = entity[property];
  if (held === null || held === undefined) {
    if (!column.relation!.nullable) throw required(model, property, held);
    if (held === undefined) throw isUndefined(model, column);
    return null;
  }
  const to = recordOf(held);
  if (to && to.database !== record.database) assertSameDatabase(record, column.relation!, to);
  const value = column.read(entity);
  if (value !== undefined) return value;
  return pendingKey(column, held as EntityObject, store) ?? noKey(column);
}

/** Follows references that are keys themselves to the row whose key is to come. */
function pendingKey(column: ColumnModel, held: EntityObject, store: EntityRecord['store']): PendingKey | undefined {
  const relation = column.relation!;
  const target = relation.target.key[relation.columns.indexOf(column)]!;
  const record = recordOf(held);
  if (record?.status === 'new' && record.store === store) return new PendingKey(record, target);
  return undefined;
}

function noKey(column: ColumnModel): never {
  const { owner, property, target } = column.relation!;
  throw new QueryError(
    `${owner.name}.${property} refers to a ${target.name} that has no key and is not in this session: add it, flush its own session first, or refer to another.`,
    { entity: owner.name, property },
  );
}

/** A value of a row, before it is sent. undefined is left to the database where it can give a value. */
function check(model: EntityModel, column: ColumnModel, value: unknown): void {
  if (value === undefined || value === null) {
    const isFilled = value === undefined && (column.generated !== undefined || column.databaseDefault !== undefined);
    if (isFilled || (value === null && column.nullable)) return;
    throw required(model, column.property, value);
  }
  const reason = column.type.refuse(value);
  if (reason !== undefined) {
    throw new ValidationFailedError(`${model.name}.${column.property} ${reason}.`, {
      entity: model.name,
      property: column.property,
    });
  }
}

function computedByDatabase(model: EntityModel, property: string): ValidationFailedError {
  return new ValidationFailedError(
    `${model.name}.${property} is computed by the database and cannot be set: change the columns that it is computed of.`,
    { audience: 'developer', entity: model.name, property },
  );
}

function isUndefined(model: EntityModel, { property, nullable }: ColumnModel): ValidationFailedError {
  const remedy = nullable ? 'write null where there is to be no value' : 'give it a value';
  return new ValidationFailedError(`${model.name}.${property} was set to undefined: ${remedy}.`, {
    audience: 'developer',
    entity: model.name,
    property,
  });
}

function required(model: EntityModel, property: string, value: unknown): ValidationFailedError {
  const got = value === null ? 'null' : 'undefined';
  return new ValidationFailedError(
    `${model.name}.${property} is required, but it is ${got}: give it a value, or declare it nullable or with a default.`,
    { entity: model.name, property },
  );
}

/** What becomes of a value that was written in the snapshot. */
export function imageOfWritten({ type }: ColumnModel, value: unknown): unknown {
  if (value === null || value === undefined || value === UNREAD || type.immutable) return value;
  return type.frozen ? type.thawed!(value) : type.snapshot(value);
}

/** A value in snapshot form. */
export function imageOf({ type }: ColumnModel, value: unknown): unknown {
  return value === null || value === UNREAD || type.immutable ? value : type.snapshot(value);
}
