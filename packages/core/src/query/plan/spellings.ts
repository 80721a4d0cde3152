/** How rows spell the keys that they refer to, beside the keys that the database holds for equal: a question that only it can answer. */
import type { EntityModel, JoinColumn } from '../../metadata';
import {
  compile,
  fold,
  inRows,
  resultRow,
  select,
  TableSource,
  valuesOf,
  type CompiledStatement,
  type Dialect,
  type TableReference,
} from '../../sql';
import { equal, keyOf, linkColumns } from '../parse/relation-path';
import type { Planned } from './planned';

/** Rows that refer to keys of `target`. */
export interface ReferringRows {
  readonly table: TableReference;
  /** The columns that refer, and what to. */
  readonly from: readonly JoinColumn[];
  readonly target: EntityModel;
  /** What finds the rows: columns, and a value a column for each row. */
  readonly by: readonly JoinColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

/** For each row that refers to one: the key as the row spells it, then the key of the row that it refers to. Rare, so that no text is kept. */
export function planSpellings(
  { table, from, target, by, rows }: ReferringRows,
  dialect: Dialect,
): Planned<CompiledStatement> {
  const referring = new TableSource(table);
  const foreignKey = linkColumns(referring, from);
  const referred = new TableSource(target.table, {
    to: referring,
    by: 'join',
    optional: false,
    on: (self) => equal(foreignKey, keyOf(self, from)),
    unmarked: () => undefined,
  });
  const row = resultRow([...foreignKey, ...target.key.map((column) => referred.column(column))]);
  const node = select(row, referring, { joins: [referred], where: inRows(linkColumns(referring, by), rows) });
  const folded = fold(node, dialect);
  return { plan: compile(node, dialect, folded), values: valuesOf(folded) };
}
