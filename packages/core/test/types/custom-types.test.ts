/** Conversions of an application, on top of a column type and of an engine's codec. */
import { createColumnType, customColumnType, keyImage, resolveCodec, type ColumnType } from '../../src/types';
import { typeOf } from './every-type';

class Money {
  constructor(public cents: number) {}
}

const money = customColumnType(typeOf('decimal'), {
  toDatabase: (value) => ((value as Money).cents / 100).toFixed(2),
  fromDatabase: (value) => new Money(Math.round(Number(value) * 100)),
});

const list = customColumnType(typeOf('text'), {
  toDatabase: (value) => ((value as string[]).length === 0 ? null : (value as string[]).join(',')),
  fromDatabase: (value) => String(value).split(','),
});

let nonce = 0;
const sealed = customColumnType(typeOf('text'), {
  toDatabase: (value) => `${String(nonce++)}:${String(value)}`,
  fromDatabase: (value) => String(value).replace(/^\d+:/, ''),
});

const tags = customColumnType(typeOf('json'), {
  toDatabase: (value) => [...(value as Set<string>)],
  fromDatabase: (value) => new Set(value as string[]),
});

it('converts on the way to the column type and back', () => {
  expect(money.toDatabase(new Money(1990))).toBe('19.90');
  expect(money.fromDatabase('19.9')).toEqual(new Money(1990));
  expect(money.name).toBe('decimal');
});

it('sees a change inside the converted object', () => {
  const value = new Money(500);
  const snapshot = money.snapshot(value);
  expect(money.equals(value, snapshot)).toBe(true);
  value.cents = 501;
  expect(money.equals(value, snapshot)).toBe(false);
  expect(money.fromSnapshot(snapshot)).toEqual(new Money(500));
});

it('may give null', () => {
  expect(list.refuse([])).toBeUndefined();
  expect(list.toDatabase([])).toBeNull();
  expect(list.equals([], list.snapshot([]))).toBe(true);
  expect(list.equals(['a'], list.snapshot([]))).toBe(false);
  expect(list.equals([], list.snapshot(['a']))).toBe(false);
  expect(list.fromSnapshot(list.snapshot([]))).toBeNull();
});

it('refuses what its conversion fails on or makes no valid value of', () => {
  expect(money.refuse(new Money(NaN))).toContain('whose result must be a decimal');
  expect(money.refuse(null)).toContain('its toDatabase failed');
  expect(money.equals('x', money.snapshot(new Money(1)))).toBe(false);
});

it('makes no changes appear where each conversion gives another result', () => {
  expect(sealed.equals('secret', sealed.snapshot('secret'))).toBe(true);
  expect(sealed.equals('other', sealed.snapshot('secret'))).toBe(false);
  expect(sealed.fromSnapshot(sealed.snapshot('secret'))).toBe('secret');
});

it('compares JSON with the text that came from the database', () => {
  const value = new Set(['a', 'b']);
  expect(tags.equals(value, '["a", "b"]')).toBe(true);
  value.add('c');
  expect(tags.equals(value, '["a", "b"]')).toBe(false);
  expect(tags.fromSnapshot('["a", "b"]')).toEqual(new Set(['a', 'b']));
});

describe('resolveCodec', () => {
  const shouting = {
    toDatabase: (value: unknown) => String(value).toUpperCase(),
    fromDatabase: (raw: unknown) => String(raw).toLowerCase(),
  };
  const own = (type: ColumnType) => (type.name === 'text' || type.name === 'decimal' ? shouting : undefined);

  it("gives the engine's codec, else the type's own", () => {
    expect(resolveCodec(typeOf('text'), own)).toBe(shouting);
    expect(resolveCodec(typeOf('integer'), own)).toBe(typeOf('integer'));
  });

  it('puts a conversion around the codec of the engine', () => {
    const codec = resolveCodec(list, own);
    expect(codec.toDatabase(['a', 'b'])).toBe('A,B');
    expect(codec.toDatabase([])).toBeNull();
    expect(codec.fromDatabase('A,B')).toEqual(['a', 'b']);
  });

  it('uses it for the elements of an array, converted ones too', () => {
    expect(resolveCodec(createColumnType('array', { element: typeOf('text') }), own).toDatabase(['a'])).toBe('{"A"}');
    expect(resolveCodec(createColumnType('array', { element: list }), own).toDatabase([['a']])).toBe('{"A"}');
  });
});

describe('keyImage', () => {
  it.each<[string, ColumnType, unknown, unknown]>([
    ['a number and a bigint', typeOf('bigint'), 5, 5n],
    [
      'two spellings of a uuid',
      typeOf('uuid'),
      '0B0F6C1E-8F4B-4F0E-9A39-1C2D3E4F5A6B',
      '0b0f6c1e-8f4b-4f0e-9a39-1c2d3e4f5a6b',
    ],
    ['two spellings of a decimal', createColumnType('decimal'), '5.0', '5'],
    ['two Dates of one moment', typeOf('timestamptz'), new Date(5), new Date(5)],
    ['two spellings of a moment', typeOf('timestamptz as text'), '2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00Z'],
    ['the same bytes', typeOf('binary'), Buffer.from([1]), new Uint8Array([1])],
    ['two objects of one conversion', money, new Money(500), new Money(500)],
    ['two equal arrays', createColumnType('array', { element: typeOf('integer') }), [1], [1]],
  ])('is the same for %s', (_, type, one, other) => {
    expect(keyImage(type, one)).toBe(keyImage(type, other));
  });

  it('differs for different values', () => {
    expect(keyImage(money, new Money(500))).not.toBe(keyImage(money, new Money(501)));
  });
});
