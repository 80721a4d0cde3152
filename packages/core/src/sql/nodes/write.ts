/** Makes the mass writes of querysets. */
import type { AssignmentNode, ColumnNode, ConditionNode, DeleteNode, ExpressionNode, Source, UpdateNode } from './tree';

export function assignment(column: ColumnNode, value: ExpressionNode): AssignmentNode {
  return Object.freeze({ kind: 'assignment', column, value });
}

export function update(
  table: Source,
  assignments: readonly AssignmentNode[],
  where: ConditionNode | undefined,
): UpdateNode {
  return Object.freeze({ kind: 'update', table, assignments, where });
}

export function deleteFrom(table: Source, where: ConditionNode | undefined): DeleteNode {
  return Object.freeze({ kind: 'delete', table, where });
}
