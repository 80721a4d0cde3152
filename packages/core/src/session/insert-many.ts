/** Rows without entities: checked like entities, written in batches, nothing read back. */
import type { EntityModel, EntityObject } from '../metadata';
import { EntityRecord, Journal, placeOf } from '../entities';
import { assertNotReadOnly, describeValue, keyFrom, propertyOf, type QueryState } from '../query';
import { QueryError } from '../errors';
import { fillNew } from './flush/fill';
import { byShape, insertBatch } from './flush/insert-rows';
import { RowFailures } from './flush/row-failures';
import { newRow, withKnownKeys } from './flush/rows';
import { limitOf, type Executor } from '../database';
import type { UnitOfWork } from './unit-of-work';
import { turnWithin } from './within';

export async function insertPlainRows(
  unit: UnitOfWork,
  { model, database, bounds }: QueryState,
  rows: readonly object[],
): Promise<number> {
  unit.assertUsable('insertMany');
  assertNotReadOnly(model);
  if (!Array.isArray(rows))
    throw new QueryError(`insertMany() takes an array of rows of ${model.name}.`, { entity: model.name });
  const records = Array.from(
    rows as readonly object[],
    (row) => new EntityRecord(plainRow(unit, model, row), placeOf(model, database), undefined),
  );
  if (records.length === 0) return 0;
  const now = new Date();
  const journal = new Journal();
  for (const record of records) fillNew(record, now, journal);
  const failures = new RowFailures();
  const values = records.map((record, position) => {
    failures.atRow(position);
    return newRow(record, failures);
  });
  failures.throwAny();
  const limit = limitOf(bounds);
  const send = async (transaction: Executor): Promise<number> => {
    let written = 0;
    for (const shape of byShape(model, values, withKnownKeys)) {
      const batch = { ...insertBatch(model, shape.rows), returning: [], identity: undefined };
      for (const { statement } of transaction.dialect.batch.insert(batch)) {
        written += (await transaction.execute(statement, 'primary')).rowCount;
      }
    }
    return written;
  };
  return turnWithin(unit, limit, () => unit.writeDirectly(database, send, limit));
}

/** A copy in which relations hold objects with the key of what they refer to. */
function plainRow(unit: UnitOfWork, model: EntityModel, values: object): EntityObject {
  if (typeof values !== 'object' || (values as unknown) === null || Array.isArray(values)) {
    throw new QueryError(`insertMany() takes an array of rows of ${model.name}, with ${describeValue(values)} in it.`, {
      entity: model.name,
    });
  }
  const row = {} as EntityObject;
  for (const name of Object.keys(values)) {
    const property = propertyOf(model, name);
    const value = (values as EntityObject)[name];
    if (value === undefined) continue;
    if (property.kind === 'column') {
      row[name] = value;
      continue;
    }
    const { relation } = property;
    if (relation.kind !== 'belongsTo') {
      throw new QueryError(`insertMany() writes rows of ${model.name} only: ${name} is not one of its columns.`, {
        entity: model.name,
        property: name,
      });
    }
    row[name] =
      value === null
        ? null
        : keyHolder(relation.target, keyFrom(unit.store.models, relation.target, value, `${model.name}.${name}`));
  }
  return row;
}

function keyHolder(target: EntityModel, key: readonly unknown[]): EntityObject {
  const holder = {} as EntityObject;
  for (const property of target.keyProperties) {
    const held = target.properties.get(property)!;
    if (held.kind === 'column') holder[property] = key[target.key.indexOf(held.column)];
    else if (held.relation.kind === 'belongsTo') {
      const { relation } = held;
      holder[property] = keyHolder(
        relation.target,
        relation.columns.map((column) => key[target.key.indexOf(column)]),
      );
    }
  }
  return holder;
}
