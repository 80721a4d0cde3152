/** Gives entities that are to be written what the user left to us: keys, defaults, timestamps, versions. */
import { randomUUID } from 'node:crypto';
import { ValidationFailedError } from '../../errors';
import { uuidv7, type BelongsToModel, type ColumnModel, type EntityModel } from '../../metadata';
import { placeOfTarget, recordOf, UNREAD, type EntityRecord, type EntityStore, type Journal } from '../../entities';
import type { ColumnType } from '../../types';
import type { ChangeSet, UpdateChange } from './change-set';
import { Namesakes, successorsOf } from './namesakes';
import { Following, followOthers } from './shared-columns';

/** @returns the changes with the columns that were touched on the way */
export function fill(store: EntityStore, changes: ChangeSet, journal: Journal): ChangeSet {
  const now = new Date();
  const written = [...changes.inserts, ...changes.updates.map(({ record }) => record)];
  for (const record of written) letGoOfDeleted(store, record, journal);
  const following = new Following(store, journal);
  for (const record of written) if (record.model.shared.length > 0) followOthers(following, record);
  for (const record of changes.bornMarked) markNew(record, now, journal);
  for (const [replaced, record] of successorsOf(store, changes)) goOnCounting(replaced, record, journal);
  for (const record of changes.inserts) fillNew(record, now, journal);
  const namesakes = new Namesakes(store, changes.inserts);
  for (const record of written) namesakes.follow(record, journal);
  const marks = new Set(changes.marks);
  const updates = changes.updates.map((change) =>
    fillChanged(change, { now, isMarked: marks.has(change.record) }, journal),
  );
  return { ...changes, updates };
}

/**
 * What `onDelete: 'set null'` and `'set default'` do to a row happens to an entity that refers to a new one which was deleted: no database hears of
 * that.
 */
function letGoOfDeleted(store: EntityStore, record: EntityRecord, journal: Journal): void {
  const { entity, model } = record;
  for (const relation of answeringOf(model)) {
    const { property } = relation;
    const held = Object.hasOwn(entity, property) ? entity[property] : undefined;
    if (typeof held !== 'object' || held === null || recordOf(held)?.status !== 'deleted') continue;
    const key = relation.onDelete === 'set null' ? null : defaultOf(relation);
    // What only the database can tell.
    if (key === undefined) continue;
    const place = placeOfTarget(relation, record);
    journal.setProperty(entity, property, key && store.reference(place, key).entity);
  }
}

const answering = new WeakMap<EntityModel, readonly BelongsToModel[]>();

/** The references that say otherwise when the row that they name goes. */
function answeringOf(model: EntityModel): readonly BelongsToModel[] {
  let known = answering.get(model);
  if (!known) {
    known = model.relations.filter(
      (relation): relation is BelongsToModel =>
        relation.kind === 'belongsTo' && (relation.onDelete === 'set null' || relation.onDelete === 'set default'),
    );
    answering.set(model, known);
  }
  return known;
}

/** The key that the default of its columns names; null where they have none, undefined where that is SQL. */
export function defaultOf({ columns }: BelongsToModel): unknown[] | null | undefined {
  const key: unknown[] = [];
  for (const { databaseDefault } of columns) {
    if (databaseDefault === undefined) return null;
    if (!('value' in databaseDefault)) return undefined;
    key.push(databaseDefault.value);
  }
  return key.includes(null) ? null : key;
}

export function fillNew({ entity, model }: EntityRecord, now: Date, journal: Journal): void {
  for (const { column, valueOf } of fillersOf(model)) {
    if ((column.relation ? entity[column.property] : column.read(entity)) !== undefined) continue;
    const value = valueOf(now);
    if (value !== undefined) journal.setProperty(entity, column.property, value);
  }
}

function markNew({ entity, model }: EntityRecord, now: Date, journal: Journal): void {
  const { softDelete } = model;
  if (softDelete && (softDelete.read(entity) ?? null) === null)
    journal.setProperty(entity, softDelete.property, timestampOf(softDelete.type, now));
}

/** A new entity with the key of a deleted one goes on counting: whoever has read the row of before is to learn that it has changed. */
function goOnCounting(replaced: EntityRecord, { entity, model }: EntityRecord, journal: Journal): void {
  const { version } = model;
  if (!version || version.read(entity) !== undefined || replaced.snapshot![version.index] === UNREAD) return;
  journal.setProperty(entity, version.property, nextVersion(replaced, version));
}

interface Filler {
  readonly column: ColumnModel;
  readonly valueOf: (now: Date) => unknown;
}

const fillers = new WeakMap<EntityModel, readonly Filler[]>();

/** The columns of an entity that get a value here where nothing was given. */
function fillersOf(model: EntityModel): readonly Filler[] {
  let known = fillers.get(model);
  if (!known) {
    known = model.columns.flatMap((column) => {
      const valueOf = column.relation
        ? column.nullable && (() => null)
        : column.computed === undefined && fillerOf(model, column);
      return valueOf ? [{ column, valueOf }] : [];
    });
    fillers.set(model, known);
  }
  return known;
}

/** What a new row has in a column for which nothing was given; undefined: the database fills it, or a value is missing. */
export function valueOfNew(model: EntityModel, column: ColumnModel, now: Date): unknown {
  return fillerOf(model, column)?.(now);
}

function fillerOf(model: EntityModel, column: ColumnModel): Filler['valueOf'] | undefined {
  if (column.default) return () => column.default!();
  if (column.generated === 'uuid') return () => randomUUID();
  if (column.generated === 'uuidv7') return () => uuidv7();
  if (column === model.createdAt || column === model.updatedAt) return (now) => timestampOf(column.type, now);
  if (column === model.version) return () => 1;
  if (column.nullable && !column.databaseDefault) return () => null;
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

function fillChanged(
  { record, columns }: UpdateChange,
  { now, isMarked }: { now: Date; isMarked: boolean },
  journal: Journal,
): UpdateChange {
  const { entity, model } = record;
  const changed = new Set(columns);
  const touch = (column: ColumnModel, value: unknown): void => {
    journal.setProperty(entity, column.property, value);
    changed.add(column);
  };
  const { softDelete, updatedAt, version } = model;
  if (isMarked) touch(softDelete!, timestampOf(softDelete!.type, now));
  for (const column of model.columns) if (column.onUpdate && !changed.has(column)) touch(column, column.onUpdate());
  if (updatedAt && !changed.has(updatedAt)) touch(updatedAt, timestampOf(updatedAt.type, now));
  // A version that the program set is refused with the other values.
  if (version && !changed.has(version)) touch(version, nextVersion(record, version));
  return { record, columns: model.columns.filter((column) => changed.has(column)) };
}

function nextVersion({ model, snapshot }: EntityRecord, version: ColumnModel): number {
  const read = snapshot![version.index];
  if (read !== UNREAD) return Number(read) + 1;
  throw new ValidationFailedError(
    `This ${model.name} was not read, so that its version is not known: load it before changing it.`,
    [],
    { audience: 'developer', entity: model.name, property: version.property },
  );
}
