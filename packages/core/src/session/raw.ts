/** Raw SQL in a session: in its transaction where one is open. */
import { limitOf } from '../database';
import { bindTemplate, type PlainRow, type StatementBounds } from '../sql';
import type { UnitOfWork } from './unit-of-work';
import { turnWithin } from './within';

export interface RawStatement {
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
  readonly bounds: StatementBounds | undefined;
}

export async function runRaw<R extends object = PlainRow>(
  unit: UnitOfWork,
  database: string,
  { parts, values, bounds }: RawStatement,
): Promise<R[]> {
  unit.assertUsable('sql');
  const limit = limitOf(bounds);
  const statement = bindTemplate(unit.dialect(database), parts, values);
  // A write belongs to the unit of work: rollback must undo it.
  if (!statement.readOnly) {
    await turnWithin(unit, limit, () => unit.begin([database], limit));
    unit.noteWrite({ isPastUs: true });
  }
  const { rows, fields = [] } = await unit.read({ database, route: 'primary' }, statement, { limit });
  return rows.map((row) => plainRow(fields, row)) as R[];
}

/** By definition, not assignment: a column may be called `__proto__`. */
export function plainRow(fields: readonly string[], row: readonly unknown[]): PlainRow {
  const plain: PlainRow = {};
  fields.forEach((name, i) => {
    Object.defineProperty(plain, name, { value: row[i], enumerable: true, writable: true, configurable: true });
  });
  return plain;
}
