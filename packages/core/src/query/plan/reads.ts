/** Querysets → the statements that read them. */
import type { ManyToManyModel } from '../../metadata';
import {
  COUNT,
  inRows,
  isNull,
  junction,
  ONE,
  resultRow,
  rowCount,
  select,
  type CompiledStatement,
  type ConditionNode,
  type Dialect,
  type ResultRow,
  type SelectNode,
  type TableSource,
} from '../../sql';
import { joinedOwners, linkColumns, linkTable, RelationPath } from '../parse/relation-path';
import { hidesRelated, type QueryState } from '../queryset/state';
import { planned, type Planned } from './planned';
import { entityRow, type EntityRow } from './result-row';

export type { JoinedInclude } from './result-row';

export interface SelectPlan extends EntityRow {
  readonly statement: CompiledStatement;
}

/** One plan a statement, for readers of rows are compiled for plans. */
const plans = new WeakMap<CompiledStatement, SelectPlan>();

function selectPlan(row: EntityRow, { plan: statement, values }: Planned<CompiledStatement>): Planned<SelectPlan> {
  let plan = plans.get(statement);
  if (!plan) plans.set(statement, (plan = { ...row, statement }));
  return { plan, values };
}

/** The select of a queryset. */
export function planSelect(state: QueryState, dialect: Dialect): Planned<SelectPlan> {
  const row = entityRow(state);
  return selectPlan(row, planned(selectOf(state, row.row), dialect));
}

/** The members of many-to-many collections: the target's rows, each with the key of its owner after its own columns. */
export function planMembers(
  state: QueryState,
  dialect: Dialect,
  { relation, keys }: { relation: ManyToManyModel; keys: readonly (readonly unknown[])[] },
): Planned<SelectPlan> & { readonly ownerKey: number } {
  const row = entityRow(state, relation);
  const links = joinedOwners(relation);
  const owner = linkColumns(links, relation.through.from);
  const listed = { ...state, conditions: [inRows(owner, keys), ...state.conditions] };
  const { plan, values } = selectPlan(row, planned(selectOf(listed, row.row, [links]), dialect));
  return { plan, values, ownerKey: row.row.columns.length - owner.length };
}

const linkRows = new WeakMap<TableSource, ResultRow>();

/** The pairs of a join table among those given, which hold its columns in their order. */
export function planLinks(
  { through }: ManyToManyModel,
  dialect: Dialect,
  rows: readonly (readonly unknown[])[],
): Planned<CompiledStatement> {
  const table = linkTable(through);
  const columns = linkColumns(table, through.columns);
  return planned(select(linkRow(through), table, { where: unmarkedLinks(through, inRows(columns, rows)) }), dialect);
}

/** The pairs of a join table that name these owners: its columns, in their order. */
export function planLinksOf(
  { through }: ManyToManyModel,
  dialect: Dialect,
  keys: readonly (readonly unknown[])[],
): Planned<CompiledStatement> {
  const table = linkTable(through);
  const where = unmarkedLinks(through, inRows(linkColumns(table, through.from), keys));
  return planned(select(linkRow(through), table, { where }), dialect);
}

/** A marked row of a soft-deleted class is that of no pair. */
function unmarkedLinks(through: ManyToManyModel['through'], where: ConditionNode): ConditionNode {
  const mark = through.mapped?.softDelete;
  return mark ? junction('and', [where, isNull(linkTable(through).column(mark))]) : where;
}

function linkRow(through: ManyToManyModel['through']): ResultRow {
  const table = linkTable(through);
  let row = linkRows.get(table);
  if (!row) linkRows.set(table, (row = resultRow(linkColumns(table, through.columns))));
  return row;
}

/** `select count(*)` of a queryset's rows, its limit left aside. */
export function planCount(state: QueryState, dialect: Dialect): Planned<CompiledStatement> {
  return planned(selectOf({ ...state, order: [], limit: undefined, offset: undefined }, COUNT), dialect);
}

/** Whether a queryset has a row: `select 1 … limit 1`. */
export function planExists(state: QueryState, dialect: Dialect): Planned<CompiledStatement> {
  return planned(selectOf({ ...state, order: state.offset === undefined ? [] : state.order, limit: 1 }, ONE), dialect);
}

/** The rows of a queryset, these columns of them. */
export function selectOf(state: QueryState, row: ResultRow, joins?: readonly TableSource[]): SelectNode {
  return select(row, RelationPath.of(state.model).source, {
    joins,
    where: whereOf(state),
    orderBy: state.order,
    limit: state.limit === undefined ? undefined : rowCount(state.limit),
    offset: state.offset === undefined ? undefined : rowCount(state.offset),
    lock: state.lock,
    hideMarked: hidesRelated(state),
  });
}

/** All conditions of a queryset, that on the deletion mark among them. */
export function whereOf({ model, conditions, deleted }: QueryState): ConditionNode | undefined {
  const { softDelete } = model;
  if (!softDelete || deleted === 'shown') return conditions.length === 0 ? undefined : junction('and', conditions);
  const mark = isNull(RelationPath.of(model).column(softDelete), deleted === 'only');
  return junction('and', [...conditions, mark]);
}
