/** Arrays, in the text that PostgreSQL writes and reads. */
import { arrayCodec, createColumnType } from '../../src/types';

const texts = createColumnType('array', { element: createColumnType('text') });
const numbers = createColumnType('array', { element: createColumnType('integer') });

it('quotes texts, so that none is taken for something else', () => {
  expect(texts.toDatabase(['a b', '', 'NULL', null, 'x"y\\z', '{}', 'a,b'])).toBe(
    '{"a b","","NULL",NULL,"x\\"y\\\\z","{}","a,b"}',
  );
});

it('reads what PostgreSQL writes', () => {
  expect(texts.fromDatabase('{"a b","","NULL",NULL,"x\\"y\\\\z","{}",plain}')).toEqual([
    'a b',
    '',
    'NULL',
    null,
    'x"y\\z',
    '{}',
    'plain',
  ]);
});

it.each<[string, unknown[]]>([
  ['{}', []],
  ['{1,2,NULL}', [1, 2, null]],
  ['[0:1]={7,8}', [7, 8]],
])('reads %s', (text, value) => {
  expect(numbers.fromDatabase(text)).toEqual(value);
});

it('reads an array that the driver has parsed', () => {
  expect(numbers.fromDatabase(['1', null])).toEqual([1, null]);
});

it.each(['{{1},{2}}', '{1', '1', '', '{"a}', '{"a"b}', 5])('does not read %p', (raw) => {
  expect(() => texts.fromDatabase(raw)).toThrow(/array column/);
});

it.each<[string, unknown]>([
  ['booleans', createColumnType('array', { element: createColumnType('boolean') })],
  ['bytes', createColumnType('array', { element: createColumnType('binary') })],
  ['JSON', createColumnType('array', { element: createColumnType('json') })],
  ['bigints', createColumnType('array', { element: createColumnType('bigint') })],
])('holds %s', (label, type) => {
  const values: Record<string, unknown[]> = {
    booleans: [true, false, null],
    bytes: [Buffer.from([0, 255]), null],
    JSON: [{ a: 'x"y' }, [1], null],
    bigints: [2n ** 62n, -1n],
  };
  const array = type as typeof texts;
  const value = values[label]!;
  expect(array.refuse(value)).toBeUndefined();
  expect(array.fromDatabase(array.toDatabase(value))).toEqual(value);
});

it('names the element that it refuses', () => {
  expect(numbers.refuse([1, '2'])).toBe(
    'must be an array of which each element is valid: element 1 must be an integer from -2147483648 to 2147483647, got a text',
  );
  expect(numbers.refuse([undefined])).toContain('element 0');
  expect(numbers.refuse(new Array(1))).toContain('element 0');
  expect(numbers.refuse([[1]])).toContain('got an array');
  expect(numbers.refuse('1')).toBe('must be an array, got a text');
});

it('sees a change of an element, of the length and of a null', () => {
  const value: (number | null)[] = [1, null];
  const snapshot = numbers.snapshot(value);
  expect(numbers.equals(value, snapshot)).toBe(true);
  value[1] = 0;
  expect(numbers.equals(value, snapshot)).toBe(false);
  expect(numbers.equals([1], snapshot)).toBe(false);
  expect(numbers.equals([null, null], snapshot)).toBe(false);
  expect(numbers.fromSnapshot(snapshot)).toEqual([1, null]);
});

it('travels by the codec of its elements where an engine has one', () => {
  const codec = arrayCodec({ toDatabase: (value) => `<${String(value)}>`, fromDatabase: (raw) => `${String(raw)}!` });
  expect(codec.toDatabase(['a'])).toBe('{"<a>"}');
  expect(codec.fromDatabase('{a}')).toEqual(['a!']);
});
