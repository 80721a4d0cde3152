/** JSON: plain data in, the same data out, and changes seen through any spelling of the database. */
import fc from 'fast-check';
import { equalsJson } from '../../src/types';
import { typeOf } from './every-type';

const type = typeOf('json');

class Label {
  text = 'x';
}

const cyclic: { self?: unknown; list: unknown[] } = { list: [] };
cyclic.self = cyclic;

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

function doubled(levels: number): unknown {
  let value: unknown = [1];
  for (let i = 0; i < levels; i++) value = [value, value];
  return value;
}

it.each<[string, unknown]>([
  ['an object', { a: [1, 'x', null, true, { b: -1.5 }] }],
  ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ['a text', 'x'],
  ['a number', 5],
  ['false', false],
  ['a property that is undefined', { a: undefined }],
  ['the deepest nesting', nested(100)],
  ['a shared object', [cyclic.list, cyclic.list]],
  ['a key named __proto__', JSON.parse('{"__proto__":{"polluted":1}}')],
  ['what looks like an operator', { $gt: '' }],
])('takes %s', (_, value) => {
  expect(type.refuse(value)).toBeUndefined();
});

it.each<[string, unknown, string]>([
  ['a Date', { at: new Date() }, 'toISOString'],
  ['an instance of a class', { label: new Label() }, 'an instance of a class'],
  ['a Map', { map: new Map() }, 'an instance of a class'],
  ['bytes', { bytes: Buffer.from('x') }, 'binary data'],
  ['a bigint', { n: 1n }, 'a bigint'],
  ['NaN', [NaN], 'NaN'],
  ['undefined in an array', [undefined], 'undefined'],
  ['a hole in an array', new Array(2), 'undefined'],
  ['a function', { f: () => 1 }, 'a function'],
  ['toJSON', { toJSON: () => 1 }, 'toJSON'],
  ['a hidden toJSON', Object.defineProperty({}, 'toJSON', { value: () => 1, enumerable: false }), 'toJSON'],
  ['toJSON on an array', Object.assign([], { toJSON: () => 1 }), 'toJSON'],
  ['a symbol', { s: Symbol('x') }, 'a symbol'],
  ['NUL in a text', { a: ['x\u0000'] }, 'NUL'],
  ['NUL in a key', { 'a\u0000': 1 }, 'NUL'],
  ['half a surrogate pair', ['\ud800'], 'surrogate'],
  ['a circle', cyclic, 'contains itself'],
  ['nesting beyond the deepest', nested(101), '100 levels'],
  ['nesting beyond any stack', nested(100_000), '100 levels'],
  ['a boxed text', [new String('x')], 'an instance of a class'],
])('refuses %s', (_, value, reason) => {
  expect(type.refuse(value)).toContain(reason);
});

it('refuses objects that refer to one another in too many ways to be written out', () => {
  expect(type.refuse(doubled(60))).toContain('refer to one another');
});

it('reads text, bytes and what the driver has parsed', () => {
  expect(type.fromDatabase('{"a": [1]}')).toEqual({ a: [1] });
  expect(type.fromDatabase(Buffer.from('{"a":"é"}'))).toEqual({ a: 'é' });
  expect(type.fromDatabase({ a: 1 })).toEqual({ a: 1 });
  expect(type.fromDatabase('"x"')).toBe('x');
});

it('names the text that is no JSON', () => {
  expect(() => type.fromDatabase('{oops')).toThrow('{oops');
});

it('sees a change deep inside', () => {
  const value = { list: [{ a: 1 }] };
  const snapshot = type.snapshot(value);
  expect(type.equals(value, snapshot)).toBe(true);
  value.list[0]!.a = 2;
  expect(type.equals(value, snapshot)).toBe(false);
});

it.each<[unknown, string]>([
  [{ b: 1, aa: 2 }, '{"b": 1, "aa": 2}'],
  [{ aa: 2, b: 1 }, '{"b": 1, "aa": 2}'],
  [{ a: 'x y' }, ' { "a" :\n"x y" } '],
  [{ a: 1.5 }, '{"a": 1.50}'],
  [{ a: 'é' }, '{"a":"\\u00e9"}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
  ['a "quoted" \\ text', '"a \\"quoted\\" \\\\ text"'],
  [null, 'null'],
])('finds %p to be %s', (value, text) => {
  expect(equalsJson(value, text)).toBe(true);
});

it.each<[unknown, string]>([
  [{ a: 'xy' }, '{"a": "x y"}'],
  [{ a: 1 }, '{"a": 1, "b": 2}'],
  [{ a: 1, b: 2 }, '{"a": 1, "c": 2}'],
  [[1, 2], '[2, 1]'],
  [{ 0: 'x' }, '["x"]'],
  [[], '{}'],
  [[], 'null'],
  [{ a: 1 }, '{"a": 1'],
  [{ a: '1' }, '{"a": 1}'],
  [undefined, 'null'],
  [1n, '1'],
  [cyclic, '{}'],
])('finds %p not to be %s', (value, text) => {
  expect(equalsJson(value, text)).toBe(false);
});

it('compares as parsed data does, whatever the blanks', () => {
  const json = fc.jsonValue();
  fc.assert(
    fc.property(json, json, fc.integer({ min: 0, max: 4 }), (value, other, indent) => {
      expect(equalsJson(value, JSON.stringify(value, null, indent))).toBe(true);
      expect(equalsJson(value, JSON.stringify(other, null, indent))).toBe(
        JSON.stringify(value) === JSON.stringify(other),
      );
    }),
  );
});

it('pollutes no prototype', () => {
  type.fromDatabase('{"__proto__":{"polluted":1}}');
  expect(type.equals(JSON.parse('{"__proto__":{"polluted":1}}'), '{ "__proto__":{"polluted":1}}')).toBe(true);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
