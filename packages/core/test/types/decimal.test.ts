/** Decimals: exact, as text, never by way of a float. */
import fc from 'fast-check';
import { createColumnType } from '../../src/types';
import { typeOf } from './every-type';

const price = typeOf('decimal');
const bare = createColumnType('decimal');

it.each(['0', '5', '-5.1', '12345678.99', '007.50', '5.10000', 5n])('takes %p', (value) => {
  expect(price.refuse(value)).toBeUndefined();
});

it.each([
  [19.9, 'which is a float'],
  [5, 'which is a float'],
  ['', 'another text'],
  ['+5', 'another text'],
  ['1e3', 'another text'],
  ['.5', 'another text'],
  ['5.', 'another text'],
  [' 5', 'another text'],
  ['NaN', 'another text'],
  ['0x10', 'another text'],
  ['5.001', 'after the point, and nothing is rounded silently'],
  ['123456789', 'before the point'],
  [123_456_789n, 'before the point'],
])('refuses %p', (value, reason) => {
  expect(price.refuse(value)).toContain(reason);
});

it.each([
  ['5', '5.00'],
  ['-5.1', '-5.10'],
  ['007.5', '7.50'],
  ['5.10000', '5.10'],
  ['-0', '0.00'],
  ['-0.00', '0.00'],
  [5n, '5.00'],
])('writes %p as %p where the scale is 2', (value, sent) => {
  expect(price.toDatabase(value)).toBe(sent);
});

it.each([
  ['5', '5.00'],
  [5, '5.00'],
  [0.1 + 0.2, '0.30'],
  ['0.30', '0.30'],
  ['-0.30', '-0.30'],
  [1e21, '1000000000000000000000.00'],
  ['1.5e-1', '0.15'],
  ['5.005', '5.005'],
  ['NaN', 'NaN'],
])('reads %p as %p where the scale is 2', (raw, value) => {
  expect(price.fromDatabase(raw)).toBe(value);
});

it('keeps the spelling where there is no scale', () => {
  expect(bare.fromDatabase('5.00')).toBe('5.00');
  expect(bare.toDatabase('5.00')).toBe('5.00');
});

it('refuses without a precision what the narrowest engine could not keep', () => {
  expect(bare.refuse('9'.repeat(35))).toBeUndefined();
  expect(bare.refuse('9'.repeat(36))).toContain('35 digits before');
  expect(bare.refuse(`0.${'1'.repeat(31)}`)).toContain('30 after');
});

it('has no digits after the point where only a precision is declared', () => {
  const whole = createColumnType('decimal', { precision: 4 });
  expect(whole.options.scale).toBe(0);
  expect(whole.refuse('1234')).toBeUndefined();
  expect(whole.refuse('1.5')).toContain('after the point');
});

it.each([
  ['5', '5.00'],
  ['5.10', '5.1'],
  ['-0', '0.00'],
  ['05', '5'],
  [5n, '5.00'],
  ['100', '100.0'],
])('finds %p and %p equal', (value, other) => {
  expect(bare.equals(value, bare.snapshot(other))).toBe(true);
});

it.each([
  ['5', '50'],
  ['5', '-5'],
  ['5.01', '5.010001'],
  ['100', '1'],
  ['NaN', '5'],
])('finds %p and %p different', (value, other) => {
  expect(bare.equals(value, other)).toBe(false);
});

it('writes what number it was given, digit for digit', () => {
  const wide = createColumnType('decimal', { precision: 60, scale: 20 });
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 59n), max: 10n ** 59n }), (units) => {
      const digits = String(units < 0n ? -units : units).padStart(21, '0');
      const text = `${units < 0n ? '-' : ''}${digits.slice(0, -20)}.${digits.slice(-20)}`;
      expect(wide.fromDatabase(wide.toDatabase(text))).toBe(text);
    }),
  );
});
