/**
 * The operators: functions that make values to write conditions with. What cannot be meant is refused at once, where the mistake is.
 */
import { QueryError } from '../../errors';
import type { MatchKind } from '../../sql';
import { checkCriterion, checkOperand, type Comparison, describeOperand, isUnconditional } from './operator-checks';
import {
  type AnyField,
  type AnyText,
  type Combination,
  type CompareName,
  makeCombination,
  makeOperator,
  makeQuantifier,
  type Operator,
  type Quantifier,
  type QuantifierName,
} from './operator-values';
import type { Criterion } from '../types/filters';
import type { Scalar } from '../types/properties';

/** What properties can be compared with: values, and entities or their keys where the property is a relation. */
export type Operand = Scalar | object;

/** Values with an order. */
export type Ordered = string | number | bigint | Date;

/** Equal to. `eq(null)` is `isNull()`. */
export function eq<V extends Operand | null>(value: V): Operator<V> {
  return compare('eq', value, 'equality');
}

/** Not equal to. As in SQL, no row whose column is null meets it; `ne(null)` is `isNotNull()`. */
export function ne<V extends Operand | null>(value: V): Operator<V> {
  return compare('ne', value, 'equality');
}

/** Greater than. */
export function gt<V extends Ordered>(value: V): Operator<V> {
  return compare('gt', value, 'order');
}

/** Greater than or equal to. */
export function gte<V extends Ordered>(value: V): Operator<V> {
  return compare('gte', value, 'order');
}

/** Less than. */
export function lt<V extends Ordered>(value: V): Operator<V> {
  return compare('lt', value, 'order');
}

/** Less than or equal to. */
export function lte<V extends Ordered>(value: V): Operator<V> {
  return compare('lte', value, 'order');
}

/** From `low` to `high`, both included. */
export function between<V extends Ordered>(low: V, high: V): Operator<V> {
  checkOperand('between()', low, 'order');
  checkOperand('between()', high, 'order');
  return makeOperator<V>({ kind: 'between', name: 'between', low, high });
}

/** One of the values; with null among them, or null. No row meets an empty list. */
export function inList<V extends Operand | null>(values: readonly V[]): Operator<V> {
  return list('inList', values);
}

/** None of the values; with null among them, nor null. As in SQL, no row whose column is null meets it, unless the list is empty: every row meets that. */
export function notIn<V extends Operand | null>(values: readonly V[]): Operator<V> {
  return list('notIn', values);
}

/** Matches a pattern: `%` is any text, `_` any character, `!` takes its meaning from the next one. Case counts, as far as the column's collation lets it. */
export function like(pattern: string): Operator<AnyText> {
  checkPattern('like', pattern);
  return text('like', 'like', pattern, false);
}

/** As `like`, whatever the case. */
export function ilike(pattern: string): Operator<AnyText> {
  checkPattern('ilike', pattern);
  return text('ilike', 'like', pattern, true);
}

/** Contains this text, taken literally. */
export function contains(part: string): Operator<AnyText> {
  return text('contains', 'contains', part, false);
}

/** Contains this text, taken literally, whatever the case. */
export function icontains(part: string): Operator<AnyText> {
  return text('icontains', 'contains', part, true);
}

/** Starts with this text, taken literally. */
export function startsWith(start: string): Operator<AnyText> {
  return text('startsWith', 'startsWith', start, false);
}

/** Starts with this text, taken literally, whatever the case. */
export function istartsWith(start: string): Operator<AnyText> {
  return text('istartsWith', 'startsWith', start, true);
}

/** Ends with this text, taken literally. */
export function endsWith(end: string): Operator<AnyText> {
  return text('endsWith', 'endsWith', end, false);
}

/** Ends with this text, taken literally, whatever the case. */
export function iendsWith(end: string): Operator<AnyText> {
  return text('iendsWith', 'endsWith', end, true);
}

/** Matches a regular expression, in the engine's own dialect. */
export function matches(pattern: string): Operator<AnyText> {
  return text('matches', 'matches', pattern, false);
}

/** Is null. */
export function isNull(): Operator<AnyField> {
  return makeOperator<AnyField>({ kind: 'null', name: 'isNull', negated: false });
}

/** Is not null. */
export function isNotNull(): Operator<AnyField> {
  return makeOperator<AnyField>({ kind: 'null', name: 'isNotNull', negated: true });
}

/** At least one related row meets the criterion, or is there at all where none is given. */
export function some<T extends object>(...criterion: [criterion?: Criterion<T>]): Quantifier<T> {
  return quantify('some', criterion);
}

/** No related row meets the criterion, or is there at all where none is given. */
export function none<T extends object>(...criterion: [criterion?: Criterion<T>]): Quantifier<T> {
  return quantify('none', criterion);
}

/** All related rows meet the criterion, which is so without related rows. */
export function every<T extends object>(criterion: Criterion<T>): Quantifier<T> {
  return quantify('every', [criterion]);
}

/** All criteria hold. Without any: true, but no condition in the sense of a mass `update` or `delete`. */
export function and<T extends object>(...criteria: Criterion<T>[]): Combination<T> {
  return combine('and', criteria, (parts) => parts.every(isUnconditional));
}

/** At least one criterion holds. Without any: false. */
export function or<T extends object>(...criteria: Criterion<T>[]): Combination<T> {
  return combine('or', criteria, (parts) => parts.some(isUnconditional));
}

/**
 * The criterion does not hold; a row of which that cannot be said, as a column is null, meets it too.
 *
 * @throws QueryError for an empty criterion, which would leave nothing.
 */
export function not<T extends object>(criterion: Criterion<T>): Combination<T> {
  checkCriterion('not()', criterion);
  if (isUnconditional(criterion)) {
    throw new QueryError('not() was given an empty condition, whose opposite no row meets: give it a condition.');
  }
  return makeCombination<T>({ connective: 'not', parts: Object.freeze([criterion]), unconditional: false });
}

function compare<V>(name: CompareName, value: V, comparison: Comparison): Operator<V> {
  checkOperand(`${name}()`, value, comparison);
  return makeOperator<V>({ kind: 'compare', name, value });
}

function list<V>(name: 'inList' | 'notIn', given: readonly V[]): Operator<V> {
  if (!Array.isArray(given))
    throw new QueryError(`${name}() takes an array of values, got ${describeOperand(given)}.`, INVALID_VALUE);
  const values: unknown[] = [];
  for (const [position, value] of given.entries()) {
    checkOperand(`${name}(), at position ${String(position)} of its list,`, value, 'equality');
    if (value !== null) values.push(value);
  }
  const orNull = values.length < given.length;
  return makeOperator<V>({ kind: 'list', name, negated: name === 'notIn', values: Object.freeze(values), orNull });
}

/** Engines look for a text at each place of each row: their time is the product of both lengths, and from 1,000 wildcards on MariaDB refuses. */
const MAX_TEXT = 1_000;

/** What an operator is given may come from outside. */
const INVALID_VALUE = { code: 'INVALID_VALUE' } as const;

function text(name: string, match: MatchKind, value: string, insensitive: boolean): Operator<AnyText> {
  if (typeof value !== 'string')
    throw new QueryError(`${name}() takes a text, got ${describeOperand(value)}.`, INVALID_VALUE);
  if (value.length > MAX_TEXT) {
    throw new QueryError(
      `${name}() takes a text of at most ${String(MAX_TEXT)} characters, got ${String(value.length)}: ` +
        'shorten what is searched for, or compare whole texts by eq().',
      INVALID_VALUE,
    );
  }
  return makeOperator<AnyText>({ kind: 'text', name, match, insensitive, text: value });
}

/** Engines differ in what a pattern means that ends in the middle of an escape. */
function checkPattern(name: string, pattern: unknown): void {
  if (typeof pattern !== 'string' || !/(?:^|[^!])(?:!!)*!$/.test(pattern)) return;
  throw new QueryError(
    `The pattern of ${name}() ends with '!', which takes the meaning of the character after it: write '!!' for itself.`,
    INVALID_VALUE,
  );
}

function quantify<T>(name: QuantifierName, given: readonly (object | undefined)[]): Quantifier<T> {
  const [criterion] = given;
  if (given.length > 0) checkCriterion(`${name}()`, criterion);
  return makeQuantifier<T>({ name, criterion });
}

function combine<T>(
  connective: 'and' | 'or',
  given: readonly object[],
  isEmpty: (parts: readonly object[]) => boolean,
): Combination<T> {
  for (const part of given) checkCriterion(`${connective}()`, part);
  return makeCombination<T>({ connective, parts: Object.freeze([...given]), unconditional: isEmpty(given) });
}
