/** Raw SQL in a session: in its transaction where one is open. */
import { bindTemplate, type PlainRow } from '../sql';
import type { UnitOfWork } from './unit-of-work';

export async function runRaw<R extends object = PlainRow>(
  unit: UnitOfWork,
  database: string,
  { parts, values }: { parts: readonly string[]; values: readonly unknown[] },
): Promise<R[]> {
  unit.assertUsable('sql');
  const statement = bindTemplate(unit.dialect(database), parts, values);
  // A write belongs to the unit of work: rollback must undo it.
  if (!statement.readOnly) {
    await unit.turns.take(() => unit.begin([database]));
    unit.noteWrite({ isPastUs: true });
  }
  const { rows, fields = [] } = await unit.read({ database, route: 'primary' }, statement);
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
