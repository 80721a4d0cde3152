/**
 * The rows of a flush as values: each value is read from its entity once, checked, and kept from later changes. What is written afterwards is
 * what was checked here.
 */
import { QueryError } from '../../errors';
import { recordOf, rowKey, UNREAD, type EntityRecord } from '../../entities';
import { keyColumn, readReference, type BelongsToModel, type ColumnModel, type EntityModel } from '../../metadata';
import { assertNotReadOnly } from '../../query';
import type { ColumnType } from '../../types';
import type { UpdateChange } from './change-set';
import { claimsOn, type Claim } from './claims';
import { disagreement, verdictOn } from './shared-columns';
import { PendingKey, sourceOf } from './pending-key';
import { RowFailures, type Refusal } from './row-failures';
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

/** Values that the row cannot have go to `failures`. @throws QueryError for references to what has no row and gets none */
export function newRow(record: EntityRecord, failures: RowFailures): RowValues {
  const { entity, model } = record;
  const { columns, shared } = model;
  const values = new Array<unknown>(columns.length);
  let isPending = false;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    if (shared.includes(column) || column.relation) {
      const key = keyOrShared(record, column, failures);
      values[i] = key;
      isPending ||= key instanceof PendingKey;
      continue;
    }
    const value = column.read(entity);
    if (column.computed !== undefined) {
      if (value !== undefined) failures.add(model, record, computedByDatabase(model, column));
      values[i] = undefined;
      continue;
    }
    const refusal = refuse(model, column, value);
    if (refusal) failures.add(model, record, refusal);
    else values[i] = kept(column, value);
  }
  return { record, values, isPending };
}

/** As `newRow`; a change of the key fails too. */
export function changedRow({ record, columns }: UpdateChange, failures: RowFailures): RowValues {
  const { entity, model } = record;
  assertNotReadOnly(model);
  const values = new Array<unknown>(model.columns.length + 1);
  let isPending = false;
  for (const column of columns) {
    const isShared = model.shared.includes(column);
    const before = failures.count;
    const key = isShared || column.relation ? keyOrShared(record, column, failures) : undefined;
    // Properties that disagree are told as such.
    const refusal = failures.count > before ? undefined : unchangeable(record, column);
    if (refusal) failures.add(model, record, refusal);
    else if (isShared || column.relation) {
      isPending ||= key instanceof PendingKey;
      values[column.index] = key;
    } else {
      const value = column.read(entity);
      const problem = value === undefined ? isUndefined(model, column) : refuse(model, column, value);
      if (problem) failures.add(model, record, problem);
      else values[column.index] = kept(column, value);
    }
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
  const refusal = refuse(model, column, value);
  if (refusal) {
    const failures = new RowFailures();
    failures.add(model, undefined, refusal);
    failures.throwAny();
  }
  return value;
}

/** The value of a foreign key, or of a column that several properties hold. */
function keyOrShared(record: EntityRecord, column: ColumnModel, failures: RowFailures): unknown {
  const { model } = record;
  const add = (refusal: Refusal): null => {
    failures.add(model, record, refusal);
    return null;
  };
  if (!model.shared.includes(column)) return foreignKey(record, column, { relation: column.relation!, add });
  const valueOf = ({ relation, value }: Claim): unknown =>
    relation ? foreignKey(record, column, { relation, add }) : value;
  const { claim, against } = verdictOn(record, column, valueOf);
  if (against)
    return add(
      disagreement(
        record,
        column,
        [claim!, against].map((one) => [one, valueOf(one)]),
      ),
    );
  if (claim?.relation) {
    const value = valueOf(claim);
    return value instanceof PendingKey && isForgotten(record, column)
      ? add(required(model, column, record.entity[column.property]))
      : value;
  }
  const given = claim ? claim.value : record.entity[column.property];
  if (given === undefined && record.hasRow) return add(isUndefined(model, column));
  if (column.relation) return column.nullable ? null : add(required(model, column, given));
  const refusal = refuse(model, column, given);
  return refusal ? add(refusal) : kept(column, given);
}

/** Rows that refer to one another round in a ring have a column of each other, which none of them says. */
function isForgotten(record: EntityRecord, column: ColumnModel): boolean {
  const said = record.entity[column.property];
  const isSaid = said !== undefined && said !== null;
  return record.status === 'new' && !column.nullable && !isSaid && sourceOf(record, column) === undefined;
}

/** The key of what an entity refers to; of a row that this flush writes, the promise of it. */
function foreignKey(
  record: EntityRecord,
  column: ColumnModel,
  { relation, add }: { relation: BelongsToModel; add: (refusal: Refusal) => null },
): unknown {
  const { entity, model, store } = record;
  const { property, nullable } = relation;
  const held = entity[property];
  if (held === null || held === undefined) {
    const named = {
      property,
      nullable,
      relation,
      primary: model.keyProperties.includes(property),
      generated: undefined,
    };
    if (!nullable) return add(required(model, named, held));
    return held === undefined ? add(isUndefined(model, named)) : null;
  }
  const to = recordOf(held);
  if (to && to.database !== record.database) assertSameDatabase(record, relation, to);
  const value = readReference(column, relation, held);
  if (value !== undefined) return value;
  if (to?.status !== 'new' || to.store !== store) return noKey(relation);
  const target = keyColumn(relation, column);
  return sourceOf(to, target) ?? new PendingKey(to, target);
}

function noKey({ owner, property, target }: BelongsToModel): never {
  throw new QueryError(
    `${owner.name}.${property} refers to a ${target.name} that has no key and is not in this session: add it, flush its own session first, or refer to another.`,
    { entity: owner.name, property },
  );
}

/** Why a row cannot have a value. undefined is left to the database where it can give a value. */
function refuse(model: EntityModel, column: ColumnModel, value: unknown): Refusal | undefined {
  if (value === undefined || value === null) {
    const isFilled = value === undefined && (column.generated !== undefined || column.databaseDefault !== undefined);
    if (isFilled || (value === null && column.nullable)) return undefined;
    return required(model, column, value);
  }
  const { property } = column;
  const reason = column.type.refuse(value);
  return reason === undefined ? undefined : { property, message: `${model.name}.${property} ${reason}.` };
}

function unchangeable({ entity, model, snapshot }: EntityRecord, column: ColumnModel): Refusal | undefined {
  if (column.computed !== undefined) return computedByDatabase(model, column);
  if (!column.updatable && !column.primary) {
    const { property } = column;
    const message = `${model.name}.${property} is written once, with its row, and cannot be changed (updatable: false): leave it as it is, or delete the row and add a new one.`;
    return { property, message };
  }
  if (column === model.version && column.read(entity) !== Number(snapshot![column.index]) + 1) {
    const { property } = column;
    const message = `${model.name}.${property} is counted by each flush and cannot be set: compare it with the version that was read before you change the entity.`;
    return { property, message, audience: 'developer' };
  }
  if (!column.primary) return undefined;
  // The property that was changed may not be the one that owns the column.
  const claims = model.shared.includes(column) ? claimsOn(entity, column, snapshot![column.index]) : [];
  const { property } = claims.find(({ isChanged }) => isChanged) ?? column;
  const message = `${model.name}.${property} is part of the key and cannot be changed: delete the row and add a new one.`;
  return { property, message, audience: 'developer' };
}

function computedByDatabase(model: EntityModel, { property }: ColumnModel): Refusal {
  const message = `${model.name}.${property} is computed by the database and cannot be set: change the columns that it is computed of.`;
  return { property, message, audience: 'developer' };
}

function isUndefined(model: EntityModel, { property, nullable }: Pick<ColumnModel, 'property' | 'nullable'>): Refusal {
  const remedy = nullable ? 'write null where there is to be no value' : 'give it a value';
  return { property, message: `${model.name}.${property} was set to undefined: ${remedy}.`, audience: 'developer' };
}

type Named = Pick<ColumnModel, 'property' | 'primary' | 'generated' | 'relation'> & { readonly type?: ColumnType };

function required(model: EntityModel, column: Named, value: unknown): Refusal {
  const { property } = column;
  const got = value === null ? 'null' : 'undefined';
  return { property, message: `${model.name}.${property} is required, but it is ${got}: ${remedyFor(column, value)}.` };
}

function remedyFor({ primary, generated, relation, type }: Named, value: unknown): string {
  if (relation) return primary ? 'set it' : 'set it, or declare it nullable';
  if (!primary) return 'give it a value, or declare it nullable or with a default';
  if (generated !== undefined && value === null) return 'leave it out, and it gets a value by itself';
  const by = type?.name === 'uuid' ? 'uuid' : 'identity';
  return `give it a value, or say where it comes from, as by @PrimaryKey({ generated: '${by}' })`;
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
