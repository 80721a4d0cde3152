/**
 * What the operators make: values that a condition is written with. Each carries a private brand that only this file can give,
 * so that nothing that came in as data (parsed JSON, a copy, a look-alike) is ever taken for one of them. Users see the interfaces,
 * which show nothing of what is carried, so that editors offer none of it where a condition is written.
 */
import type { MatchKind } from '../../sql';

declare const operand: unique symbol;
declare const rows: unique symbol;
declare const subject: unique symbol;
declare const anyField: unique symbol;
declare const anyText: unique symbol;

/** Stands for the operand of an operator that fits every field: `isNull()`. */
export interface AnyField {
  readonly [anyField]: true;
}

/** Stands for the operand of an operator that fits every text field: `startsWith('x')`. */
export interface AnyText {
  readonly [anyText]: true;
}

export type CompareName = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';

/** What an operator says, for the code that makes SQL of it. Operands have the shape that the operator needs; their type is checked against the column. */
export type OperatorContent =
  /** The value is null only in `eq(null)` and `ne(null)`, which mean the same as `isNull()` and `isNotNull()`. */
  | { readonly kind: 'compare'; readonly name: CompareName; readonly value: unknown }
  | { readonly kind: 'between'; readonly name: 'between'; readonly low: unknown; readonly high: unknown }
  /** `values` holds no null: `orNull` says that one was given. Negated: neither in the list nor, with `orNull`, null. */
  | {
      readonly kind: 'list';
      readonly name: 'inList' | 'notIn';
      readonly negated: boolean;
      readonly values: readonly unknown[];
      readonly orNull: boolean;
    }
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly match: MatchKind;
      readonly insensitive: boolean;
      readonly text: string;
    }
  | { readonly kind: 'null'; readonly name: 'isNull' | 'isNotNull'; readonly negated: boolean };

/** A comparison of one field with operands of type `V`: what `gt(5)` or `isNull()` gives. */
export interface Operator<out V> {
  readonly [operand]: V;
}

/** Tells operators from everything else, and reads what they say. */
export class OperatorValue<out V> implements Operator<V> {
  declare readonly [operand]: V;
  readonly #content: OperatorContent;

  constructor(content: OperatorContent) {
    this.#content = Object.freeze(content);
    Object.freeze(this);
  }

  static is(value: unknown): value is Operator<unknown> {
    return typeof value === 'object' && value !== null && #content in value;
  }

  static content(operator: Operator<unknown>): OperatorContent {
    return (operator as OperatorValue<unknown>).#content;
  }
}

/** For the operators of this room only. */
export function makeOperator<V>(content: OperatorContent): Operator<V> {
  return new OperatorValue<V>(content);
}

export type QuantifierName = 'some' | 'none' | 'every';

export interface QuantifierContent {
  readonly name: QuantifierName;
  /** What the related rows are held against; undefined: that there is one at all. */
  readonly criterion: object | undefined;
}

/** A condition on the rows of a to-many relation with `T`: what `some({ … })` gives. */
export interface Quantifier<in T> {
  readonly [rows]: (entity: T) => void;
}

/** Tells quantifiers from everything else, and reads what they say. */
export class QuantifierValue<in T> implements Quantifier<T> {
  declare readonly [rows]: (entity: T) => void;
  readonly #content: QuantifierContent;

  constructor(content: QuantifierContent) {
    this.#content = Object.freeze(content);
    Object.freeze(this);
  }

  static is(value: unknown): value is Quantifier<never> {
    return typeof value === 'object' && value !== null && #content in value;
  }

  static content(quantifier: Quantifier<never>): QuantifierContent {
    return (quantifier as QuantifierValue<never>).#content;
  }
}

/** For the operators of this room only. */
export function makeQuantifier<T>(content: QuantifierContent): Quantifier<T> {
  return new QuantifierValue<T>(content);
}

export interface CombinationContent {
  readonly connective: 'and' | 'or' | 'not';
  /** Plain condition objects and combinations. None: `and` is true, `or` is false. `not` has exactly one. */
  readonly parts: readonly object[];
  /**
   * True where the combination narrows nothing down because there was nothing in it: `and()`, `or({}, …)`. Such a one must not
   * stand for the condition of a mass write.
   */
  readonly unconditional: boolean;
}

/** Conditions on `T` put together: what `and(…)`, `or(…)` and `not(…)` give. */
export interface Combination<in T> {
  readonly [subject]: (entity: T) => void;
}

/** Tells combinations from everything else, and reads what they say. */
export class CombinationValue<in T> implements Combination<T> {
  declare readonly [subject]: (entity: T) => void;
  readonly #content: CombinationContent;

  constructor(content: CombinationContent) {
    this.#content = Object.freeze(content);
    Object.freeze(this);
  }

  static is(value: unknown): value is Combination<never> {
    return typeof value === 'object' && value !== null && #content in value;
  }

  static content(combination: Combination<never>): CombinationContent {
    return (combination as CombinationValue<never>).#content;
  }
}

/** For the operators of this room only. */
export function makeCombination<T>(content: CombinationContent): Combination<T> {
  return new CombinationValue<T>(content);
}
