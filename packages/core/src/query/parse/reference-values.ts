/** What may stand for a row of another entity: the entity, an object with its key, or the key's value. */
import { QueryError } from '../../errors';
import type { BelongsToModel, ColumnModel, EntityModel, EntityModels } from '../../metadata';
import { describeValue } from '../../describe-value';
import { keyImage } from '../../types';
import { isPlainObject } from '../expressions/operator-checks';
import { CombinationValue, OperatorValue } from '../expressions/operator-values';

/** The foreign key values that point to what `value` names. @throws QueryError */
export function referencedKey(models: EntityModels, relation: BelongsToModel, value: unknown): readonly unknown[] {
  return keyFrom(models, relation.target, value, `${relation.owner.name}.${relation.property}`);
}

/**
 * The key values that a value names: of an entity, an object with all properties of the key, or a single value.
 *
 * @throws QueryError naming `subject` for anything else.
 */
export function keyFrom(models: EntityModels, model: EntityModel, value: unknown, subject: string): readonly unknown[] {
  if (model.key.length === 0) {
    throw new QueryError(`${subject} needs a key, and ${model.name} has none: find its rows by filter().`, {
      entity: model.name,
    });
  }
  const where = { entity: model.name };
  const invalid = { code: 'INVALID_VALUE', entity: model.name } as const;
  if (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array) &&
    !isOwnValue(models, model, value)
  ) {
    const given = models.ofEntity(value);
    if (given && given !== model && !(value instanceof model.entityClass)) {
      throw new QueryError(`${subject} takes a ${model.name}, got a ${given.name}.`, where);
    }
    if (Array.isArray(value))
      throw new QueryError(`${subject} takes a ${model.name} or its key, got an array.`, invalid);
    if (!given) refuseStrangers(model, value, subject);
    const key = model.key.map((column) => checked(model, column, partOf(models, value, column), subject));
    if (!given)
      for (const [i, column] of model.key.entries())
        assertAgreed(models, model, { column, part: key[i], value, subject });
    return key;
  }
  if (model.key.length !== 1) {
    const names = model.keyProperties.map((name) => `${name}: …`).join(', ');
    throw new QueryError(
      `${subject} has a key of several parts: write { ${names} }, got ${describeValue(value)}.`,
      where,
    );
  }
  return [checked(model, model.key[0]!, value, subject)];
}

/** The key that an object names by values alone; undefined for conditions of any other kind. */
export function keyNamedBy(models: EntityModels, model: EntityModel, given: object): readonly unknown[] | undefined {
  const names = Object.keys(given);
  if (names.length !== model.keyProperties.length || CombinationValue.is(given)) return undefined;
  const values = names.map((name) => (given as Record<string, unknown>)[name]);
  const isValue = (value: unknown): boolean =>
    value !== null && value !== undefined && !OperatorValue.is(value) && !isPlainObject(value);
  if (!values.every(isValue)) return undefined;
  if (!model.keyProperties.every((name) => names.includes(name))) return undefined;
  return keyFrom(models, model, given, model.name);
}

/** Parts of a key that share a column must say the same of it. */
function assertAgreed(
  models: EntityModels,
  model: EntityModel,
  { column, part, value, subject }: { column: ColumnModel; part: unknown; value: object; subject: string },
): void {
  for (const relation of column.references) {
    if (relation === column.relation || !model.keyProperties.includes(relation.property)) continue;
    const other = partIn(models, value, { property: relation.property, relation, column });
    if (other === undefined || other === null || keyImage(column.type, other) === keyImage(column.type, part)) continue;
    throw new QueryError(
      `${subject}: ${model.name}.${column.property} and ${model.name}.${relation.property} disagree about the column '${column.name}' that they share.`,
      { entity: model.name, property: relation.property },
    );
  }
}

function refuseStrangers(model: EntityModel, value: object, subject: string): void {
  const stranger = Object.keys(value).find((name) => !model.keyProperties.includes(name));
  if (stranger === undefined) return;
  throw new QueryError(
    `${subject} names a ${model.name} by its key (${model.keyProperties.join(', ')}), got an object with ${JSON.stringify(stranger.slice(0, 60))}.`,
    { code: 'INVALID_VALUE', entity: model.name },
  );
}

/**
 * Whether an object is the value of a key of one column whose type is the application's own (`transform`). An object with the property of the key
 * names the key, unless it is of a class that the conversion takes.
 */
function isOwnValue(models: EntityModels, { key }: EntityModel, value: object): boolean {
  const [column] = key as [ColumnModel];
  const { type, property } = column;
  if (key.length !== 1 || !type.custom || models.ofEntity(value)) return false;
  if (isPlainObject(value) && Object.hasOwn(value, property)) return false;
  return type.refuse(value) === undefined && type.toDatabase(value) !== null;
}

/** Reads a key column's value from an object, through relations where the key lies there. */
function partOf(models: EntityModels, value: object, column: ColumnModel): unknown {
  return partIn(models, value, { property: column.property, relation: column.relation, column });
}

function partIn(
  models: EntityModels,
  value: object,
  { property, relation, column }: { property: string; relation: BelongsToModel | undefined; column: ColumnModel },
): unknown {
  const held = Object.hasOwn(value, property) ? (value as Record<string, unknown>)[property] : undefined;
  if (!relation || held === null || held === undefined) return held;
  const { target, columns } = relation;
  const isValue =
    typeof held !== 'object' || held instanceof Date || held instanceof Uint8Array || isOwnValue(models, target, held);
  if (!isValue) return partOf(models, held, target.key[columns.indexOf(column)]!);
  // One value is no key of several parts.
  return columns.length === 1 ? held : undefined;
}

function checked(model: EntityModel, column: ColumnModel, value: unknown, subject: string): unknown {
  if (value === undefined || value === null) {
    throw new QueryError(
      `${subject} needs the key of a ${model.name}: ${column.property} is ${String(value)}. An entity gets its key when it is flushed.`,
      { entity: model.name, property: column.property },
    );
  }
  const reason = column.type.refuse(value);
  if (reason !== undefined)
    throw new QueryError(`${subject}: ${model.name}.${column.property} ${reason}.`, {
      code: 'INVALID_VALUE',
      entity: model.name,
      property: column.property,
    });
  return value;
}
