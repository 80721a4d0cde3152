/** Says of a constraint violation what the engine left out and the flush knows: entity, table, and the columns of a known constraint. */
import { ForeignKeyViolationError, IntegrityError, type ConstraintDetails } from '../../errors';
import type { EntityModel, EntityModels } from '../../metadata';
import { tablesOf } from '../../schema';

type IntegrityErrorClass = new (message: string, details: ConstraintDetails) => IntegrityError;

/** What was sent: rows of this entity that are written, or that go. */
interface Sent {
  readonly models: EntityModels;
  readonly model: EntityModel;
  readonly isDelete?: boolean;
}

export async function naming<R>(sent: Sent, answer: Promise<R>): Promise<R> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof IntegrityError ? named(error, sent) : error;
  }
}

function named(error: IntegrityError, { models, model, isDelete = false }: Sent): IntegrityError {
  const { message, cause, sql, constraint } = error;
  // A row that goes is referred to by rows of a table that SQLite does not name.
  const own = isDelete && error instanceof ForeignKeyViolationError ? undefined : model.table.name;
  const table = error.table ?? own;
  const columns = error.columns.length > 0 ? error.columns : columnsOf({ models, model }, table, constraint);
  const [first] = table === model.table.name ? columns : [];
  return new (error.constructor as IntegrityErrorClass)(message, {
    cause,
    sql,
    constraint,
    columns,
    table,
    entity: model.name,
    property: error.property ?? model.columns.find(({ name }) => name === first)?.property,
  });
}

/** MySQL and MariaDB call the key's constraint PRIMARY. https://dev.mysql.com/doc/refman/8.4/en/create-table.html */
function columnsOf(
  { models, model }: Sent,
  table: string | undefined,
  constraint: string | undefined,
): readonly string[] {
  if (constraint === undefined) return [];
  const columns = constraint === 'PRIMARY' ? model.key : model.indexes.find(({ name }) => name === constraint)?.columns;
  if (columns) return columns.map(({ name }) => name);
  const foreignKeys = tablesOf(models.all).flatMap((one) => (one.name === table ? one.foreignKeys : []));
  return foreignKeys.find(({ name }) => name === constraint)?.columns ?? [];
}
