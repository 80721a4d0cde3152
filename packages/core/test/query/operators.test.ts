/** Operator values: what they carry, what they refuse at once, and that data can never become one. */
import { QueryError } from '../../src/errors';
import {
  and,
  between,
  contains,
  endsWith,
  eq,
  every,
  gt,
  gte,
  icontains,
  iendsWith,
  ilike,
  inList,
  isNotNull,
  isNull,
  istartsWith,
  like,
  lt,
  lte,
  matches,
  ne,
  none,
  not,
  notIn,
  or,
  some,
  startsWith,
} from '../../src/query/expressions/operators';
import { isUnconditional } from '../../src/query/expressions/operator-checks';
import {
  CombinationValue,
  OperatorValue,
  QuantifierValue,
  type Operator,
} from '../../src/query/expressions/operator-values';

interface Author {
  id: number;
  name: string;
  bio: string | null;
}

/** Calls with what the types forbid, as untyped code can. */
const untyped = <F extends (...args: never[]) => unknown>(operator: F) =>
  operator as unknown as (...args: unknown[]) => unknown;

const equalities = { eq, ne };
const orders = { gt, gte, lt, lte };
const comparisons: Record<string, (value: number) => Operator<number>> = { ...equalities, ...orders };
const lists = { inList, notIn };
const texts = {
  like,
  ilike,
  contains,
  icontains,
  startsWith,
  istartsWith,
  endsWith,
  iendsWith,
  matches,
};

/** Runs a call that must be refused and gives its message. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('what an operator carries', () => {
  test.each(Object.entries(comparisons))('%s carries its name and its value', (name, operator) => {
    expect(OperatorValue.content(operator(5))).toEqual({ kind: 'compare', name, value: 5 });
  });

  test('between carries both ends', () => {
    expect(OperatorValue.content(between(1, 5))).toEqual({ kind: 'between', name: 'between', low: 1, high: 5 });
  });

  test.each([
    ['inList', inList, false],
    ['notIn', notIn, true],
  ] as const)('%s carries its values', (name, operator, negated) => {
    expect(OperatorValue.content(operator([1, 2]))).toEqual({
      kind: 'list',
      name,
      negated,
      values: [1, 2],
      orNull: false,
    });
  });

  test.each([
    ['inList', inList, false],
    ['notIn', notIn, true],
  ] as const)('%s tells null apart from the other values', (name, operator, negated) => {
    expect(OperatorValue.content(operator([1, null, 2]))).toEqual({
      kind: 'list',
      name,
      negated,
      values: [1, 2],
      orNull: true,
    });
  });

  test.each([
    ['like', 'like', false],
    ['ilike', 'like', true],
    ['contains', 'contains', false],
    ['icontains', 'contains', true],
    ['startsWith', 'startsWith', false],
    ['istartsWith', 'startsWith', true],
    ['endsWith', 'endsWith', false],
    ['iendsWith', 'endsWith', true],
    ['matches', 'matches', false],
  ] as const)('%s is the match %s, case-insensitive: %s', (name, match, insensitive) => {
    expect(OperatorValue.content(texts[name]('x'))).toEqual({ kind: 'text', name, match, insensitive, text: 'x' });
  });

  test('isNull and isNotNull are opposites', () => {
    expect(OperatorValue.content(isNull())).toEqual({ kind: 'null', name: 'isNull', negated: false });
    expect(OperatorValue.content(isNotNull())).toEqual({ kind: 'null', name: 'isNotNull', negated: true });
  });

  test.each(Object.entries({ some, none, every }))('%s carries its criterion', (name, quantifier) => {
    const criterion = { name: 'x' };
    expect(QuantifierValue.content(quantifier<Author>(criterion))).toEqual({ name, criterion });
  });

  test.each(Object.entries({ some, none }))(
    '%s without a criterion asks whether there is a row at all',
    (name, quantifier) => {
      expect(QuantifierValue.content(quantifier<Author>())).toEqual({ name, criterion: undefined });
    },
  );

  test('a combination carries its connective and its parts in order', () => {
    const inner = not<Author>({ name: 'x' });
    const combination = or<Author>({ id: 1 }, inner);
    expect(CombinationValue.content(combination)).toEqual({
      connective: 'or',
      parts: [{ id: 1 }, inner],
      unconditional: false,
    });
    expect(CombinationValue.content(inner)).toEqual({
      connective: 'not',
      parts: [{ name: 'x' }],
      unconditional: false,
    });
  });

  test.each([
    ['text', ''],
    ['pattern', '%'],
    ['backslash', '\\'],
  ])('a text operator takes any text: %s', (_, value) => {
    for (const operator of Object.values(texts))
      expect(OperatorValue.content(operator(value))).toMatchObject({ text: value });
  });

  test('entities and their keys can be compared for equality', () => {
    class Reference {
      id = 1;
    }
    const entity = new Reference();
    expect(OperatorValue.content(eq(entity))).toMatchObject({ value: entity });
    expect(OperatorValue.content(inList([{ row: 1, place: 'a' }]))).toMatchObject({ values: [{ row: 1, place: 'a' }] });
  });
});

describe('operators do not change', () => {
  test('an operator, its content and its list are frozen', () => {
    const operator = inList([1]);
    const content = OperatorValue.content(operator) as { values: readonly unknown[] };
    expect([operator, content, content.values].every(Object.isFrozen)).toBe(true);
  });

  test('a quantifier, a combination and their contents are frozen', () => {
    const quantifier = some<Author>({ id: 1 });
    const combination = and<Author>({ id: 1 });
    const { parts } = CombinationValue.content(combination);
    const all = [
      quantifier,
      combination,
      QuantifierValue.content(quantifier),
      CombinationValue.content(combination),
      parts,
    ];
    expect(all.every(Object.isFrozen)).toBe(true);
  });

  test('a list that is changed afterwards is not noticed', () => {
    const values = [1];
    const operator = inList(values);
    values.push(2);
    expect(OperatorValue.content(operator)).toMatchObject({ values: [1] });
  });
});

describe('data never becomes an operator', () => {
  const made = { operator: gt(5), quantifier: some<Author>({ id: 1 }), combination: and<Author>({ id: 1 }) };
  const isAny = (value: unknown) => OperatorValue.is(value) || QuantifierValue.is(value) || CombinationValue.is(value);

  test('the operators themselves are recognised', () => {
    expect([
      OperatorValue.is(made.operator),
      QuantifierValue.is(made.quantifier),
      CombinationValue.is(made.combination),
    ]).toEqual([true, true, true]);
  });

  test('no operator is taken for one of another kind', () => {
    expect(OperatorValue.is(made.combination) || OperatorValue.is(made.quantifier)).toBe(false);
    expect(QuantifierValue.is(made.operator) || QuantifierValue.is(made.combination)).toBe(false);
    expect(CombinationValue.is(made.operator) || CombinationValue.is(made.quantifier)).toBe(false);
  });

  test.each(Object.entries(made))('%s shows no property that data could imitate', (_, value) => {
    expect(Reflect.ownKeys(value)).toEqual([]);
    expect(JSON.stringify(value)).toBe('{}');
  });

  test.each(Object.entries(made))('a copy of the %s is not one', (_, value) => {
    const prototype = Object.getPrototypeOf(value) as object;
    const copies = [
      JSON.parse(JSON.stringify(value)),
      structuredClone(value),
      { ...value },
      Object.create(prototype),
      Object.create(value),
      Object.setPrototypeOf({ kind: 'null', name: 'isNull', negated: false }, prototype),
      new Proxy(value, {}),
    ];
    expect(copies.some(isAny)).toBe(false);
  });

  test.each([
    '{"not":""}',
    '{"$ne":null}',
    '{"name":"gt","value":1}',
    '{"kind":"null","negated":true}',
    '{"__proto__":{"kind":"null"}}',
    '{"#content":{"kind":"null"}}',
  ])('parsed JSON %s is not one', (json) => {
    expect(isAny(JSON.parse(json))).toBe(false);
  });

  test.each([undefined, null, 0, '', Symbol.iterator, () => 1, []])('%p is not one', (value) => {
    expect(isAny(value)).toBe(false);
  });
});

describe('operands that cannot be meant are refused at once', () => {
  const wrong: [string, unknown, RegExp][] = [
    ['undefined', undefined, /undefined: a value is missing/],
    ['NaN', Number.NaN, /NaN/],
    ['Infinity', -Infinity, /-Infinity/],
    ['an invalid Date', new Date('x'), /invalid Date/],
    ['an array', [1], /array where one value belongs: use inList\(\) or notIn\(\)/],
    ['a function', () => 1, /a function/],
    ['a symbol', Symbol('x'), /a symbol/],
    ['an operator', gt(1), /the operator gt\(\) where a value belongs/],
    ['a quantifier', some<Author>({ id: 1 }), /the quantifier some\(\)/],
    ['a combination', and<Author>({ id: 1 }), /the combination and\(\)/],
  ];

  describe.each(Object.entries(comparisons))('%s', (name, operator) => {
    test.each(wrong)('refuses %s', (_, value, message) => {
      const said = refusal(() => untyped(operator)(value));
      expect(said).toMatch(message);
      expect(said).toContain(`${name}()`);
    });
  });

  describe.each(Object.entries(lists))('%s', (name, operator) => {
    test.each(wrong)('refuses %s in its list and says where', (_, value, message) => {
      const said = refusal(() => untyped(operator)([1, value]));
      expect(said).toMatch(message);
      expect(said).toContain(`${name}(), at position 1`);
    });

    test('refuses a hole in its list', () => {
      // eslint-disable-next-line no-sparse-arrays -- a hole is what this is about
      expect(refusal(() => untyped(operator)([1, , 2]))).toMatch(/position 1/);
    });

    test.each([undefined, null, 'ab', 5, new Set([1]), { 0: 1, length: 1 }])(
      'refuses %p instead of a list',
      (value) => {
        expect(refusal(() => untyped(operator)(value))).toMatch(/takes an array of values/);
      },
    );
  });

  test.each(wrong)('between refuses %s at either end', (_, value, message) => {
    expect(refusal(() => untyped(between)(value, 5))).toMatch(message);
    expect(refusal(() => untyped(between)(1, value))).toMatch(message);
  });

  test.each(Object.entries(orders))('%s refuses null, which has no order', (_, operator) => {
    expect(refusal(() => untyped(operator)(null))).toMatch(/use isNull\(\) or isNotNull\(\)/);
  });

  test.each(Object.entries(orders))('%s refuses a plain object, which has no order', (_, operator) => {
    expect(refusal(() => untyped(operator)(JSON.parse('{"gt":1}')))).toMatch(/a plain object/);
  });

  test.each(Object.entries(equalities))('%s takes null', (_, operator) => {
    expect(OperatorValue.content(operator(null))).toMatchObject({ value: null });
  });

  test.each(Object.entries(texts))('%s refuses what is no text', (name, operator) => {
    for (const value of [undefined, null, 5, /x/, ['x'], { x: 1 }, new String('x')]) {
      expect(refusal(() => untyped(operator)(value))).toMatch(new RegExp(`^${name}\\(\\) takes a text`));
    }
  });

  test('a message does not show the value', () => {
    expect(refusal(() => untyped(like)({ secret: 's3cret' }))).not.toContain('s3cret');
    expect(refusal(() => untyped(eq)(['s3cret']))).not.toContain('s3cret');
  });
});

describe('criteria that cannot be meant are refused at once', () => {
  class Person {
    id = 1;
  }
  const wrong: [string, unknown, RegExp][] = [
    ['undefined', undefined, /undefined/],
    ['null', null, /null/],
    ['a text', 'id = 1', /a string/],
    ['an array', [{ id: 1 }], /an array/],
    ['a function', () => ({ id: 1 }), /a function/],
    ['an object of a class', new Person(), /class Person/],
    ['an operator', gt(1), /the operator gt\(\).*belongs to a property/],
    ['a quantifier', some<Author>({ id: 1 }), /the quantifier some\(\).*belongs to a property/],
  ];

  describe.each(Object.entries({ and, or, not, some, none, every }))('%s', (name, operator) => {
    test.each(wrong)('refuses %s', (_, value, message) => {
      const said = refusal(() => untyped(operator)(value));
      expect(said).toMatch(message);
      expect(said).toContain(`${name}()`);
    });

    test('takes an object of no prototype', () => {
      const criterion = Object.assign(Object.create(null) as object, { id: 1 });
      expect(() => untyped(operator)(criterion)).not.toThrow();
    });
  });

  test('every() without a criterion is refused', () => {
    expect(refusal(() => untyped(every)())).toMatch(/undefined/);
  });

  test.each([
    ['{}', {}],
    ['and()', and()],
    ['and({}, {})', and({}, {})],
    ['or({})', or({})],
  ])('not(%s), which no row meets, is refused', (_, empty) => {
    expect(refusal(() => not(empty))).toMatch(/empty condition/);
  });
});

describe('combinations that narrow nothing down say so', () => {
  test.each([
    ['and()', and()],
    ['and({})', and({})],
    ['and(and(), {})', and(and(), {})],
    ['or({})', or({})],
    ['or({}, { id: 1 })', or<Author>({}, { id: 1 })],
    ['{}', {}],
  ])('%s is unconditional', (_, criterion) => {
    expect(isUnconditional(criterion)).toBe(true);
  });

  test.each([
    ['or()', or()],
    ['and(or())', and(or())],
    ['and({}, { id: 1 })', and<Author>({}, { id: 1 })],
    ['or({ id: 1 })', or<Author>({ id: 1 })],
    ['not(or())', not(or())],
    ['{ id: 1 }', { id: 1 }],
  ])('%s is a condition', (_, criterion) => {
    expect(isUnconditional(criterion)).toBe(false);
  });
});

describe('size does not matter when operators are made', () => {
  test('a list of 200,000 values', () => {
    const values = Array.from({ length: 200_000 }, (_, i) => i);
    expect(OperatorValue.content(inList(values))).toMatchObject({ values: { length: 200_000 } });
  });

  test('a combination that nests 100,000 deep', () => {
    let combination = and<Author>({ id: 1 });
    for (let depth = 0; depth < 100_000; depth += 1) combination = depth % 2 === 0 ? not(combination) : or(combination);
    expect(isUnconditional(combination)).toBe(false);
  });

  test('a condition that contains itself', () => {
    const criterion: Record<string, unknown> = { id: 1 };
    criterion.mentor = criterion;
    expect(() => untyped(and)(criterion)).not.toThrow();
  });
});
