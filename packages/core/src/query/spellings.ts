/** How rows spell the keys that they refer to, beside the keys that the database holds for equal: a question that only it can answer. */
import type { EntityModel, JoinColumn } from '../metadata';
import { compile, type CompiledStatement, type Dialect, type TableReference } from '../sql';
import { and, equal, joinNode, node } from './select-builder';
import { listLength } from './shape';

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
): { plan: CompiledStatement; values: readonly unknown[] } {
  const columns = [...from.map((column) => joinNode('t0', column)), ...target.key.map((column) => node('t1', column))];
  const plan = compile(
    {
      kind: 'select',
      columns: columns.map((expression) => ({ expression, type: expression.type })),
      from: table,
      alias: 't0',
      joins: [
        {
          type: 'inner',
          table: target.table,
          alias: 't1',
          on: and(from.map((column) => equal(joinNode('t0', column), node('t1', column.target)))),
        },
      ],
      where: {
        kind: 'in',
        operands: by.map((column) => joinNode('t0', column)),
        slots: by.map((_, i) => i),
        length: listLength(dialect, rows.length),
        negated: false,
      },
      orderBy: [],
      distinct: false,
      limit: undefined,
      offset: undefined,
      lock: undefined,
    },
    dialect,
  );
  return { plan, values: by.map((_, i) => rows.map((row) => row[i])) };
}
