/** What a column is held against: a value, null, or an operator; checked against the column's type. */
import { QueryError } from '../../errors';
import type { ColumnModel, EntityModel } from '../../metadata';
import {
  compareValue,
  inRows,
  isNull,
  junction,
  match,
  type ColumnNode,
  type ComparisonOperator,
  type ConditionNode,
} from '../../sql';
import { refuseCharacters } from '../../types';
import { Operator, type CompareName, type OperatorContent } from '../expressions/operator-values';

/** A column as a condition meets it. */
export interface ColumnInPlace {
  readonly column: ColumnModel;
  readonly node: ColumnNode;
  /** The entity that it is a column of. */
  readonly model: EntityModel;
  /** Whether a row may lack a value because it lacks the whole related row. */
  readonly joined: boolean;
}

export function columnCondition(place: ColumnInPlace, given: unknown): ConditionNode {
  if (Operator.is(given)) return operatorCondition(place, Operator.content(given));
  if (given === null) return nullCondition(place, false);
  checkValue(place, given);
  return compareValue(place.node, '=', given);
}

const COMPARISONS: Readonly<Record<CompareName, ComparisonOperator>> = {
  eq: '=',
  ne: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

function operatorCondition(place: ColumnInPlace, content: OperatorContent): ConditionNode {
  const { node } = place;
  switch (content.kind) {
    case 'null':
      return isNull(node, content.negated);
    case 'compare': {
      if (content.value === null) return nullCondition(place, content.name === 'ne');
      checkValue(place, content.value);
      return compareValue(node, COMPARISONS[content.name], content.value);
    }
    case 'between': {
      const { low, high } = content;
      checkValue(place, low);
      checkValue(place, high);
      return junction('and', [compareValue(node, '>=', low), compareValue(node, '<=', high)]);
    }
    case 'list': {
      const { values, negated, orNull } = content;
      for (const one of values) checkValue(place, one);
      const listed = inRows(
        [node],
        values.map((one) => [one]),
        negated,
      );
      return orNull ? withNull(listed, isNull(node, negated), negated) : listed;
    }
    case 'text':
      checkText(place, content);
      return match(node, content);
  }
}

/** `null` in a list: the rows without a value belong to it, or, negated, do not. */
export function withNull(listed: ConditionNode, missing: ConditionNode, negated: boolean): ConditionNode {
  return junction(negated ? 'and' : 'or', [listed, missing]);
}

export function nullCondition({ column, node, model, joined }: ColumnInPlace, negated: boolean): ConditionNode {
  if (!column.nullable && !joined) {
    throw new QueryError(
      `${model.name}.${column.property} is not nullable: no row has null there. Write isNull() if that is meant.`,
      { entity: model.name, property: column.property },
    );
  }
  return isNull(node, negated);
}

const INCOMPARABLE: ReadonlySet<string> = new Set(['json', 'array']);

function checkValue({ column, model }: ColumnInPlace, given: unknown): void {
  const where = { entity: model.name, property: column.property };
  if (INCOMPARABLE.has(column.type.name)) {
    throw new QueryError(
      `${model.name}.${column.property} is a ${column.type.name} column and cannot be compared as a whole: use isNull() or isNotNull().`,
      where,
    );
  }
  const reason =
    given === null || given === undefined
      ? `must be a value, got ${String(given)}`
      : column.type.refuse(given, 'compared');
  if (reason !== undefined) throw new QueryError(`${model.name}.${column.property} ${reason}.`, where);
}

const TEXTUAL: ReadonlySet<string> = new Set(['text', 'varchar', 'char', 'enum']);

function checkText({ column, model }: ColumnInPlace, content: { name: string; text: string }): void {
  const where = { entity: model.name, property: column.property };
  if (!TEXTUAL.has(column.type.name)) {
    throw new QueryError(
      `${model.name}.${column.property} is a ${column.type.name} column: ${content.name}() compares texts only.`,
      where,
    );
  }
  const refusal = refuseCharacters(content.text);
  if (refusal !== undefined) throw new QueryError(`${model.name}.${column.property} ${refusal}.`, where);
}
