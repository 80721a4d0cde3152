/** What can be told of a condition without looking at a row. */
import type { RelationModel } from '../metadata';
import type { Condition, MatchName, RelationPath } from './state';

/** Whether a condition narrows anything down: one that holds for every row must not stand for the condition of a mass write. */
export function isNarrowing(condition: Condition): boolean {
  return constantOutcome(condition) !== true;
}

/**
 * What a condition comes to for every row, where that can be said. What came out empty counts as true: it says no more than that a row
 * or a value is there, and is not what anybody means by the condition of a mass write.
 */
function constantOutcome(condition: Condition): boolean | undefined {
  switch (condition.kind) {
    case 'in':
      return condition.rows.length === 0 ? condition.negated : undefined;
    case 'not': {
      const outcome = constantOutcome(condition.operand);
      return outcome === undefined ? undefined : !outcome;
    }
    case 'junction': {
      const outcomes = condition.operands.map(constantOutcome);
      const decisive = condition.operator === 'or';
      if (outcomes.includes(decisive)) return decisive;
      return outcomes.every((outcome) => outcome === !decisive) ? !decisive : undefined;
    }
    case 'null':
      return !condition.column.nullable && isAlwaysThere(condition.path) ? condition.negated : undefined;
    case 'match':
      return !condition.column.nullable && ANYTHING[condition.operator]?.test(condition.value) ? true : undefined;
    case 'present':
      return true;
    case 'related': {
      const outcome = condition.condition && constantOutcome(condition.condition);
      if (outcome === false) return condition.negated;
      return outcome && !condition.negated ? true : undefined;
    }
    case 'compare':
    case 'member':
      return undefined;
  }
}

const EMPTY = /^$/;

/** The texts that every text matches. */
const ANYTHING: Partial<Record<MatchName, RegExp>> = {
  contains: EMPTY,
  icontains: EMPTY,
  startsWith: EMPTY,
  istartsWith: EMPTY,
  endsWith: EMPTY,
  iendsWith: EMPTY,
  like: /^%+$/,
  ilike: /^%+$/,
};

/** Whether each row has a visible one at the end of the path. */
export function isAlwaysThere(path: RelationPath): boolean {
  return path.every(leadsToRow);
}

function leadsToRow(relation: RelationModel): boolean {
  return relation.kind === 'belongsTo' && !relation.nullable && !relation.target.softDelete;
}

/** Whether a condition on a related row is met only where there is that row: without it its columns are null, which no comparison meets. */
export function needsRow(condition: Condition): boolean {
  switch (condition.kind) {
    case 'junction':
      return condition.operator === 'and' ? condition.operands.some(needsRow) : condition.operands.every(needsRow);
    case 'null':
      return condition.negated;
    case 'in':
      return condition.rows.length > 0 || !condition.negated;
    case 'related':
      return !condition.negated;
    case 'not':
    case 'member':
      return false;
    case 'compare':
    case 'match':
    case 'present':
      return true;
  }
}
