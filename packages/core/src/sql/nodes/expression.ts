/** Makes the nodes of values and conditions. */
import type { ColumnType } from '../../types';
import type {
  ColumnNode,
  CompareNode,
  ComparisonOperator,
  ConditionNode,
  ExistsNode,
  ExpressionNode,
  InNode,
  InSelectNode,
  IsNullNode,
  ListNode,
  MatchKind,
  MatchNode,
  NotNode,
  PresentNode,
  SelectNode,
  SuccessorNode,
  ValueNode,
} from './tree';

export function value(type: ColumnType, given: unknown): ValueNode {
  return Object.freeze({ kind: 'value', type, value: given });
}

function list(type: ColumnType, values: readonly unknown[]): ListNode {
  return Object.freeze({ kind: 'list', type, values });
}

export function successor(column: ColumnNode): SuccessorNode {
  return Object.freeze({ kind: 'successor', type: column.type, column });
}

export function compare(left: ExpressionNode, operator: ComparisonOperator, right: ExpressionNode): CompareNode {
  return Object.freeze({ kind: 'compare', operator, left, right });
}

/** A column compared with a value of its type. */
export function compareValue(column: ColumnNode, operator: ComparisonOperator, given: unknown): CompareNode {
  return compare(column, operator, value(column.type, given));
}

/** The conditions put together; a single one stands for itself. */
export function junction(operator: 'and' | 'or', operands: readonly ConditionNode[]): ConditionNode {
  return operands.length === 1 ? operands[0]! : Object.freeze({ kind: 'junction', operator, operands });
}

export function not(operand: ConditionNode): NotNode {
  return Object.freeze({ kind: 'not', operand });
}

export function isNull(operand: ColumnNode, negated = false): IsNullNode {
  return Object.freeze({ kind: 'isNull', operand, negated });
}

export function present(key: ColumnNode): PresentNode {
  return Object.freeze({ kind: 'present', key });
}

/** Columns in a list of rows, one value a column; no value is null. */
export function inRows(
  operands: readonly ColumnNode[],
  rows: readonly (readonly unknown[])[],
  negated = false,
): InNode {
  const lists = operands.map((operand, i) =>
    list(
      operand.type,
      rows.map((row) => row[i]),
    ),
  );
  return Object.freeze({ kind: 'in', operands, lists, negated });
}

export function match(
  operand: ColumnNode,
  { match: how, insensitive, text }: { match: MatchKind; insensitive: boolean; text: string },
): MatchNode {
  return Object.freeze({ kind: 'match', match: how, insensitive, operand, text: value(operand.type, text) });
}

export function exists(select: SelectNode, negated = false): ExistsNode {
  return Object.freeze({ kind: 'exists', select, negated });
}

export function inSelect(operands: readonly ColumnNode[], select: SelectNode): InSelectNode {
  return Object.freeze({ kind: 'inSelect', operands, select });
}
