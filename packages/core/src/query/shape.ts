/**
 * The shape of a query: its structure as a text, without values. Queries of one shape share one compiled statement;
 * the values are collected on the same walk, in the order in which `plan.ts` gives out slots.
 */
import type { ColumnModel, EntityModel, JoinTable } from '../metadata';
import type { Dialect } from '../sql';
import { treeShape } from './path-tree';
import type { Condition, OrderTerm, QueryState, RelationPath } from './state';

const ids = new WeakMap<EntityModel, string>();
let lastId = 0;

/** A short name of a model that no other model has. */
function modelId(model: EntityModel): string {
  let id = ids.get(model);
  if (id === undefined) ids.set(model, (id = String(++lastId)));
  return id;
}

/** The shape of all that decides a select, but for the way its values come. */
export function stateShape(state: QueryState, dialect: Dialect, values: unknown[]): string {
  let shape = `${modelId(state.model)}|${state.deleted}${state.relatedDeleted ?? ''}${state.lock ?? ''}|`;
  if (state.columns) shape += state.columns.map((column) => column.index).join(',');
  shape += '|';
  for (const condition of state.conditions) shape += `${conditionShape(condition, dialect, values)};`;
  shape += `|${state.order.map(orderShape).join(',')}|${treeShape(state.includes)}|`;
  if (state.limit !== undefined) {
    values.push(state.limit);
    shape += 'l';
  }
  if (state.offset !== undefined) {
    values.push(state.offset);
    shape += 'o';
  }
  return shape;
}

function conditionShape(condition: Condition, dialect: Dialect, values: unknown[]): string {
  switch (condition.kind) {
    case 'junction':
      return `${condition.operator}(${condition.operands.map((operand) => conditionShape(operand, dialect, values)).join(';')})`;
    case 'not':
      return `not(${conditionShape(condition.operand, dialect, values)})`;
    case 'compare':
    case 'match':
      values.push(condition.value);
      return `${condition.operator}:${columnShape(condition.path, condition.column)}`;
    case 'null':
      return `${condition.negated ? 'notnull' : 'null'}:${columnShape(condition.path, condition.column)}`;
    case 'in': {
      const { columns, rows } = condition;
      columns.forEach((_, i) => values.push(rows.map((row) => row[i])));
      const names = columns.map((column) => columnShape(condition.path, column)).join('+');
      return `${condition.negated ? 'notin' : 'in'}${String(listLength(dialect, rows.length))}:${names}`;
    }
    case 'present':
      return `present:${pathShape(condition.path)}`;
    case 'related': {
      const inner = condition.condition ? conditionShape(condition.condition, dialect, values) : '';
      return `${condition.negated ? 'none' : 'some'}:${pathShape(condition.path)}${condition.relation.property}(${inner})`;
    }
    case 'member':
      values.push(...condition.key);
      return `member:${throughShape(condition.through)}`;
  }
}

/** Both ends: relations through one table may differ in one of them. */
export function throughShape({ table, from, to }: JoinTable): string {
  const names = (columns: JoinTable['from']): string => columns.map(({ name }) => name).join('+');
  return `${table.schema ?? ''}.${table.name}:${names(from)}>${names(to)}`;
}

export function listLength(dialect: Dialect, length: number): number {
  return length === 0 ? 0 : dialect.listLength(length);
}

function pathShape(path: RelationPath): string {
  return path.map((relation) => `${relation.property}.`).join('');
}

function columnShape(path: RelationPath, column: ColumnModel): string {
  return `${pathShape(path)}${String(column.index)}${column.type.asRead ? 'raw' : ''}`;
}

function orderShape({ path, column, descending }: OrderTerm): string {
  return (descending ? '-' : '') + columnShape(path, column);
}
