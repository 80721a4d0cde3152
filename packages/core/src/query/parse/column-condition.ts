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
import { heldBound } from './finer-decimals';
import { OperatorValue, type CompareName, type OperatorContent } from '../expressions/operator-values';

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
  if (OperatorValue.is(given)) return operatorCondition(place, OperatorValue.content(given));
  if (given === null) return nullCondition(place, false);
  return comparison(place, '=', given);
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
      return comparison(place, COMPARISONS[content.name], content.value);
    }
    case 'between': {
      const { low, high } = content;
      return junction('and', [comparison(place, '>=', low), comparison(place, '<=', high)]);
    }
    case 'list': {
      const { values, negated, orNull } = content;
      const held = values.filter((one) => heldBound(place.column, '=', one) !== 'unequal');
      for (const one of held) checkValue(place, one);
      const listed = inRows(
        [node],
        held.map((one) => [one]),
        negated,
      );
      // As in SQL, null is in no list and outside of none but the empty one.
      const outside = negated && held.length === 0 && values.length > 0 ? isNull(node, true) : listed;
      return orNull ? withNull(outside, isNull(node, negated), negated) : outside;
    }
    case 'text':
      checkText(place, content);
      return match(node, content);
  }
}

function comparison(place: ColumnInPlace, operator: ComparisonOperator, given: unknown): ConditionNode {
  const bound = heldBound(place.column, operator, given);
  if (bound === 'unequal') return operator === '=' ? junction('or', []) : isNull(place.node, true);
  const { operator: meant, value } = bound ?? { operator, value: given };
  checkValue(place, value);
  return compareValue(place.node, meant, value);
}

/** `null` in a list: the rows without a value belong to it, or, negated, do not. */
export function withNull(listed: ConditionNode, missing: ConditionNode, negated: boolean): ConditionNode {
  return junction(negated ? 'and' : 'or', [listed, missing]);
}

export function nullCondition({ column, node, model, joined }: ColumnInPlace, negated: boolean): ConditionNode {
  if (!column.nullable && !joined) {
    throw new QueryError(
      `${model.name}.${column.property} is not nullable: no row has null there. Write isNull() if that is meant.`,
      { code: 'INVALID_VALUE', entity: model.name, property: column.property },
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
  if (reason !== undefined)
    throw new QueryError(`${model.name}.${column.property} ${reason}.`, { ...where, code: 'INVALID_VALUE' });
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
  if (refusal !== undefined)
    throw new QueryError(`${model.name}.${column.property} ${refusal}.`, { ...where, code: 'INVALID_VALUE' });
}
