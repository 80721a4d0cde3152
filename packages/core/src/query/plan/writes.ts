/** Querysets → the statements that write all of their rows. */
import type { ColumnModel, EntityModel } from '../../metadata';
import {
  assignment,
  deleteFrom,
  inSelect,
  isNull,
  junction,
  resultRow,
  staysIn,
  successor,
  TableSource,
  update,
  value,
  type ColumnNode,
  type CompiledStatement,
  type ConditionNode,
  type Dialect,
  type ResultRow,
} from '../../sql';
import { RelationPath } from '../parse/relation-path';
import type { QueryState } from '../queryset/state';
import { planned, type Planned } from './planned';
import { selectOf, whereOf } from './reads';

/** The mass update of a queryset: the columns given take the values given, in that order. `unmarkedOnly`: rows that are marked as deleted stay as they are. */
export function planUpdate(
  state: QueryState,
  dialect: Dialect,
  assignments: ReadonlyMap<ColumnModel, unknown>,
  { unmarkedOnly = false }: { unmarkedOnly?: boolean } = {},
): Planned<CompiledStatement> {
  const { softDelete } = state.model;
  const { table, where: wanted } = rowsToWrite(state);
  const where =
    unmarkedOnly && softDelete && state.deleted !== 'hidden' ? stillUnmarked(table.column(softDelete), wanted) : wanted;
  const set = [...assignments].map(([column, given]) => assignment(table.column(column), value(column.type, given)));
  const { version } = state.model;
  if (version && !assignments.has(version)) {
    const column = table.column(version);
    set.push(assignment(column, successor(column)));
  }
  return planned(update(table, set, where), dialect);
}

/** A row that is marked as deleted keeps its mark as it is. */
function stillUnmarked(mark: ColumnNode, wanted: ConditionNode | undefined): ConditionNode {
  return junction('and', wanted ? [wanted, isNull(mark)] : [isNull(mark)]);
}

/** The mass delete of a queryset's rows. */
export function planDelete(state: QueryState, dialect: Dialect): Planned<CompiledStatement> {
  const { table, where } = rowsToWrite(state);
  return planned(deleteFrom(table, where), dialect);
}

interface RowsToWrite {
  readonly table: TableSource;
  readonly where: ConditionNode | undefined;
}

/** Rows of a table that are found by a select: the table that is written, and what the select says of them. */
interface Found {
  readonly table: TableSource;
  readonly key: readonly ColumnNode[];
  readonly row: ResultRow;
}

const found = new WeakMap<EntityModel, Found>();

/**
 * The rows that an update or delete is about. What needs joins or a limit finds its keys in a subquery, for neither is to be had
 * in these statements on every engine.
 */
function rowsToWrite(state: QueryState): RowsToWrite {
  const { model } = state;
  const path = RelationPath.of(model);
  const isPlain = state.limit === undefined && state.offset === undefined;
  if (isPlain && state.conditions.every((condition) => staysIn(path.source, condition))) {
    return { table: path.source, where: whereOf(state) };
  }
  let parts = found.get(model);
  if (!parts) {
    const table = new TableSource(model.table);
    parts = { table, key: model.key.map((column) => table.column(column)), row: resultRow(path.key) };
    found.set(model, parts);
  }
  return { table: parts.table, where: inSelect(parts.key, selectOf(state, parts.row)) };
}
