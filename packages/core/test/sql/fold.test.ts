/** Keys of statements: equal for nodes that differ in values alone, and for no others. */
import {
  compareValue,
  fold,
  inRows,
  isNull,
  junction,
  match,
  not,
  ONE,
  select,
  TableSource,
  valuesOf,
  type ColumnNode,
  type SqlNode,
} from '../../src/sql';
import { createColumnType } from '../../src/types';

const integer = createColumnType('integer');
const text = createColumnType('text');
const asItIs = { listLength: (length: number) => length };

const table = new TableSource({ name: 'author' });
const age = table.column({ name: 'age', type: integer, nullable: true });
const name = table.column({ name: 'name', type: text, nullable: false });

const keyOf = (node: SqlNode): string => fold(node, asItIs).key;
const numbered = (id: number): ColumnNode => ({ ...age, id });

describe('the key of a statement', () => {
  it('is the same for nodes that differ in values alone, and the values come in the order of the fields', () => {
    const wanted = (least: number, part: string): SqlNode =>
      junction('and', [
        compareValue(age, '>=', least),
        match(name, { match: 'contains', insensitive: false, text: part }),
      ]);
    expect(keyOf(wanted(1, 'a'))).toBe(keyOf(wanted(2, '🦉')));
    expect(valuesOf(fold(wanted(1, 'a'), asItIs))).toEqual([1, 'a']);
  });

  it('differs wherever a field differs that decides the text', () => {
    const isOne = compareValue(age, '=', 1);
    const matched = { match: 'contains', insensitive: false, text: 'a' } as const;
    const nodes: SqlNode[] = [
      isOne,
      compareValue(age, '<>', 1),
      compareValue(name, '=', 1),
      { ...isOne, right: { kind: 'value', type: text, value: 1 } },
      isNull(age),
      isNull(age, true),
      not(isOne),
      junction('and', []),
      junction('or', []),
      junction('and', [isOne, isNull(age)]),
      junction('and', [junction('and', [isOne, isNull(age)]), isNull(age)]),
      junction('and', [isOne, junction('and', [isNull(age), isNull(age)])]),
      inRows([age], []),
      inRows([age], [[1]]),
      inRows([age], [[1], [2]]),
      inRows([age], [[1], [2]], true),
      inRows([age, name], [[1, 'a']]),
      match(name, matched),
      match(name, { ...matched, insensitive: true }),
      match(name, { ...matched, match: 'startsWith' }),
      select(ONE, table),
      select(ONE, table, { where: isOne }),
      select(ONE, table, { hideMarked: true }),
      select(ONE, table, { hideMarked: false }),
      select(ONE, table, { lock: 'share' }),
      select(ONE, table, { joins: [table] }),
      select(ONE, table, { limit: { kind: 'value', type: integer, value: 1 } }),
      select(ONE, table, { offset: { kind: 'value', type: integer, value: 1 } }),
    ];
    expect(new Set(nodes.map(keyOf)).size).toBe(nodes.length);
  });

  it('tells the same value in two places from two values', () => {
    const once = compareValue(age, '=', 1);
    const twice = junction('or', [once, once]);
    expect(keyOf(twice)).not.toBe(keyOf(junction('or', [once, compareValue(age, '=', 1)])));
    expect(valuesOf(fold(twice, asItIs))).toEqual([1]);
  });

  it('tells numbers apart that exceed one character', () => {
    const ids = [1, 0x7fff, 0x8000, 0x8001, 0xffff, 0x1_0000, 0x1_8000, 0x4000_0000, 0x7fff_ffff_ffff];
    const pairs = ids.flatMap((first) =>
      ids.map((second) => keyOf(junction('and', [isNull(numbered(first)), isNull(numbered(second))]))),
    );
    expect(new Set(pairs).size).toBe(ids.length ** 2);
  });

  it('is made of statements of any length', () => {
    const long = (last: number): SqlNode =>
      junction(
        'or',
        Array.from({ length: 30_000 }, (_, i) => isNull(i < 29_999 ? age : numbered(last))),
      );
    expect(keyOf(long(1))).toBe(keyOf(long(1)));
    expect(keyOf(long(1))).not.toBe(keyOf(long(2)));
  });
});
