/** Gives rows that are to be written what the user left to us (keys, defaults, timestamps, versions), then checks every value. */
import { randomUUID } from 'node:crypto';
import { ValidationFailedError } from '../../errors';
import { uuidv7, type ColumnModel, type EntityModel, type EntityObject } from '../../metadata';
import { columnValue, UNREAD, type EntityRecord } from '../../entities';
import { assertNotReadOnly } from '../../query';
import type { ColumnType } from '../../types';
import type { ChangeSet, UpdateChange } from './change-set';
import type { Journal } from '../../entities';

/** @returns the changes with the columns that were touched on the way. @throws ValidationFailedError before anything is sent */
export function prepare(changes: ChangeSet, journal: Journal): ChangeSet {
  const now = new Date();
  for (const record of changes.inserts) prepareInsert(record, now, journal);
  const updates = changes.updates.map((change) => prepareUpdate(change, now, journal));
  return { ...changes, updates };
}

function prepareInsert({ entity, model }: EntityRecord, now: Date, journal: Journal): void {
  for (const column of model.columns) {
    if (column.relation) continue;
    const { property } = column;
    let value = entity[property];
    if (column.computed !== undefined) {
      if (value !== undefined) throw computedByDatabase(model, property);
      continue;
    }
    if (value === undefined) {
      value = valueForInsert(model, column, now);
      if (value !== undefined) journal.setProperty(entity, property, value);
    }
    check(model, column, value);
  }
  checkRelations(model, entity, journal);
}

/** What a new row has in a column of which nobody said anything; undefined: the database fills it. @throws ValidationFailedError where nobody does */
export function newValue(model: EntityModel, column: ColumnModel, now: Date): unknown {
  if (column.computed !== undefined) return undefined;
  const value = valueForInsert(model, column, now);
  check(model, column, value);
  return value;
}

function valueForInsert(model: EntityModel, column: ColumnModel, now: Date): unknown {
  if (column.default) return column.default();
  if (column.generated === 'uuid') return randomUUID();
  if (column.generated === 'uuidv7') return uuidv7();
  if (column === model.createdAt || column === model.updatedAt) return timestampOf(column.type, now);
  if (column === model.version) return 1;
  if (column.nullable && !column.databaseDefault) return null;
  return undefined;
}

/** Now, no finer than the column keeps it, so that what the entity says is what the row has. */
export function timestampOf(type: ColumnType, now: Date): unknown {
  const digits = Math.min(3, type.options.precision ?? 6);
  const step = 10 ** (3 - digits);
  const value = new Date(Math.floor(now.getTime() / step) * step);
  return type.options.as === 'string'
    ? value.toISOString().replace('Z', type.name === 'timestamptz' ? '000Z' : '000')
    : value;
}

function checkRelations(model: EntityModel, entity: EntityObject, journal: Journal): void {
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo') continue;
    const value = entity[relation.property];
    if (value !== null && value !== undefined) continue;
    if (!relation.nullable) throw required(model, relation.property, value);
    if (value === undefined) journal.setProperty(entity, relation.property, null);
  }
}

function prepareUpdate({ record, columns }: UpdateChange, now: Date, journal: Journal): UpdateChange {
  const { entity, model } = record;
  assertNotReadOnly(model);
  const changed = new Set(columns);
  for (const column of columns) {
    if (column.computed !== undefined) throw computedByDatabase(model, column.property);
    // Left out is null, as in a new entity.
    if (!column.relation && column.nullable && entity[column.property] === undefined)
      journal.setProperty(entity, column.property, null);
    if (column.primary) {
      throw new ValidationFailedError(
        `${model.name}.${column.property} is part of the key and cannot be changed: delete the row and add a new one.`,
        { entity: model.name, property: column.property },
      );
    }
  }
  const touch = (column: ColumnModel, value: unknown): void => {
    journal.setProperty(entity, column.property, value);
    changed.add(column);
  };
  const { softDelete, updatedAt, version } = model;
  if (softDelete && changed.has(softDelete) && record.status === 'removed')
    touch(softDelete, timestampOf(softDelete.type, now));
  for (const column of model.columns) if (column.onUpdate && !changed.has(column)) touch(column, column.onUpdate());
  if (updatedAt && !changed.has(updatedAt)) touch(updatedAt, timestampOf(updatedAt.type, now));
  if (version) {
    const read = record.snapshot![version.index];
    if (read === UNREAD) {
      throw new ValidationFailedError(
        `This ${model.name} was not read, so that its version is not known: load it before changing it.`,
        { entity: model.name, property: version.property },
      );
    }
    touch(version, Number(read) + 1);
  }
  for (const column of changed) {
    if (column.relation) checkForeignKey(model, entity, column);
    else check(model, column, entity[column.property], false);
  }
  return { record, columns: model.columns.filter((column) => changed.has(column)) };
}

function checkForeignKey(model: EntityModel, entity: EntityObject, column: ColumnModel): void {
  const value = columnValue(entity, column);
  const isMissing = value === null || entity[column.property] === undefined;
  if (isMissing && !column.nullable) throw required(model, column.property, entity[column.property]);
}

/** A value of a row, before it is sent. */
function check(model: EntityModel, column: ColumnModel, value: unknown, inserting = true): void {
  if (value === undefined || value === null) {
    const filled =
      inserting && value === undefined && (column.generated !== undefined || column.databaseDefault !== undefined);
    if (filled || (value === null && column.nullable)) return;
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
    { entity: model.name, property },
  );
}

function required(model: EntityModel, property: string, value: unknown): ValidationFailedError {
  const got = value === null ? 'null' : 'undefined';
  return new ValidationFailedError(
    `${model.name}.${property} is required, but it is ${got}: give it a value, or declare it nullable or with a default.`,
    { entity: model.name, property },
  );
}
