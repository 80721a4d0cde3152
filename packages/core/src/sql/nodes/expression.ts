/**
 * Makes the nodes of values and conditions. They are readonly by type and not frozen: a query makes ten of them, and freezing each takes
 * as long as all the rest of making it (7.2 µs against 6.0 for three filters, two orders, limit and offset).
 */
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
  return { kind: 'value', type, value: given };
}

function list(type: ColumnType, values: readonly unknown[]): ListNode {
  return { kind: 'list', type, values };
}

export function successor(column: ColumnNode): SuccessorNode {
  return { kind: 'successor', type: column.type, column };
}

export function compare(left: ExpressionNode, operator: ComparisonOperator, right: ExpressionNode): CompareNode {
  return { kind: 'compare', operator, left, right };
}

/** A column compared with a value of its type. */
export function compareValue(column: ColumnNode, operator: ComparisonOperator, given: unknown): CompareNode {
  return compare(column, operator, value(column.type, given));
}

/** The conditions put together; a single one stands for itself. */
export function junction(operator: 'and' | 'or', operands: readonly ConditionNode[]): ConditionNode {
  return operands.length === 1 ? operands[0]! : { kind: 'junction', operator, operands };
}

export function not(operand: ConditionNode): NotNode {
  return { kind: 'not', operand };
}

export function isNull(operand: ColumnNode, negated = false): IsNullNode {
  return { kind: 'isNull', operand, negated };
}

export function present(key: ColumnNode): PresentNode {
  return { kind: 'present', key };
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
  return { kind: 'in', operands, lists, negated };
}

export function match(
  operand: ColumnNode,
  { match: how, insensitive, text }: { match: MatchKind; insensitive: boolean; text: string },
): MatchNode {
  return { kind: 'match', match: how, insensitive, operand, text: value(operand.type, text) };
}

export function exists(select: SelectNode, negated = false): ExistsNode {
  return { kind: 'exists', select, negated };
}

export function inSelect(operands: readonly ColumnNode[], select: SelectNode): InSelectNode {
  return { kind: 'inSelect', operands, select };
}
