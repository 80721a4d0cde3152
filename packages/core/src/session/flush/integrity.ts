/** Says of a constraint violation what the engine left out and the flush knows: entity, table, and the columns of a known constraint. */
import { IntegrityError, type ConstraintDetails } from '../../errors';
import type { EntityModel } from '../../metadata';

type IntegrityErrorClass = new (message: string, details: ConstraintDetails) => IntegrityError;

export async function naming<R>(model: EntityModel, sent: Promise<R>): Promise<R> {
  try {
    return await sent;
  } catch (error) {
    throw error instanceof IntegrityError ? named(error, model) : error;
  }
}

function named(error: IntegrityError, model: EntityModel): IntegrityError {
  const { message, cause, sql, constraint } = error;
  const columns = error.columns.length > 0 ? error.columns : columnsOf(model, constraint);
  const [first] = columns;
  return new (error.constructor as IntegrityErrorClass)(message, {
    cause,
    sql,
    constraint,
    columns,
    table: error.table ?? model.table.name,
    entity: model.name,
    property: error.property ?? model.columns.find(({ name }) => name === first)?.property,
  });
}

/** MySQL and MariaDB call the key's constraint PRIMARY. https://dev.mysql.com/doc/refman/8.4/en/create-table.html */
function columnsOf(model: EntityModel, constraint: string | undefined): readonly string[] {
  if (constraint === undefined) return [];
  const columns = constraint === 'PRIMARY' ? model.key : model.indexes.find(({ name }) => name === constraint)?.columns;
  return (columns ?? []).map(({ name }) => name);
}
