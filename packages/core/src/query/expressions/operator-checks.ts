/**
 * What operators refuse at once, whatever the column is: operands that cannot be meant. Values that do not fit their column are found
 * when the condition is put on it.
 */
import { types } from 'node:util';
import { QueryError } from '../../errors';
import { timeOf } from '../../types';
import { describeValue } from '../../describe-value';
import { CombinationValue, OperatorValue, QuantifierValue } from './operator-values';

/** Equality takes null, and objects with the key of an entity where the property is a relation; order takes neither. */
export type Comparison = 'equality' | 'order';

/** @throws QueryError for what can be no operand: undefined, NaN, an invalid Date, an array, another operator … */
export function checkOperand(call: string, value: unknown, comparison: Comparison): void {
  const reason = refuseOperand(value, comparison);
  if (reason === undefined) return;
  // A value that is missing is a slip of the program; one of the wrong kind may come from outside.
  throw new QueryError(`${call} ${reason}`, value === undefined ? {} : { code: 'INVALID_VALUE' });
}

/** @throws QueryError for what can be no condition on an entity: anything but a plain object or a combination. */
export function checkCriterion(call: string, value: unknown): void {
  if (CombinationValue.is(value) || isPlainObject(value)) return;
  const remedy =
    OperatorValue.is(value) || QuantifierValue.is(value)
      ? 'it belongs to a property: { property: operator }'
      : 'give it an object of conditions by property, or what and(), or(), not() made of such';
  throw new QueryError(`${call} was given ${describeOperand(value)} as a condition; ${remedy}.`);
}

/** Whether a criterion has nothing in it: `{}`, `and()`, `or({}, …)`. The conditions inside of relations are not looked at. */
export function isUnconditional(criterion: object): boolean {
  if (CombinationValue.is(criterion)) return CombinationValue.content(criterion).unconditional;
  return Object.keys(criterion).length === 0;
}

/** Made by a literal or by a parser: by no class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Names the kind of a value, of an operator the operator. */
export function describeOperand(value: unknown): string {
  if (OperatorValue.is(value)) return `the operator ${OperatorValue.content(value).name}()`;
  if (QuantifierValue.is(value)) return `the quantifier ${QuantifierValue.content(value).name}()`;
  if (CombinationValue.is(value)) return `the combination ${CombinationValue.content(value).connective}()`;
  return describeValue(value);
}

function refuseOperand(value: unknown, comparison: Comparison): string | undefined {
  switch (typeof value) {
    case 'undefined':
      return 'was given undefined: a value is missing. Leave the condition out, or use isNull() where null is meant.';
    case 'number':
      return Number.isFinite(value) ? undefined : `was given ${String(value)}, which no column holds.`;
    case 'function':
    case 'symbol':
      return `was given a ${typeof value}, which is no value of a column.`;
    case 'object':
      return refuseObject(value, comparison);
    case 'bigint':
    case 'boolean':
    case 'string':
      return undefined;
  }
}

function refuseObject(value: object | null, comparison: Comparison): string | undefined {
  if (types.isDate(value)) return Number.isNaN(timeOf(value)) ? 'was given an invalid Date.' : undefined;
  if (Array.isArray(value)) return 'was given an array where one value belongs: use inList() or notIn() for several.';
  if (OperatorValue.is(value) || QuantifierValue.is(value) || CombinationValue.is(value)) {
    return `was given ${describeOperand(value)} where a value belongs: combine conditions with and(), or(), not().`;
  }
  if (comparison === 'equality') return undefined;
  if (value === null)
    return 'was given null, which is neither less nor greater than anything: use isNull() or isNotNull().';
  return isPlainObject(value) ? 'was given a plain object, which has no order.' : undefined;
}
