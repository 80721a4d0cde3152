/** decimal: exact numbers as text. No float on any way, and nothing is rounded silently. */
import type { ColumnType, ColumnTypeOptions } from './column-type';
import { kindOf } from './refusal';

const MINUS = 45;
const ZERO = 48;

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const EXPONENTIAL = /^([+-]?)(\d+)(?:\.(\d*))?e([+-]?\d+)$/i;

/** Without a declared precision: what MySQL's widest decimal(65, 30) holds, the least of all engines. */
const UNDECLARED = { whole: 35, fraction: 30 };

/**
 * With a scale, values are written and read with exactly that many digits after the point ('5' comes back as '5.00').
 * Two spellings of one number are equal. NaN and infinities, which only PostgreSQL has, are read as they are and never written.
 */
export function decimalType(options: ColumnTypeOptions): ColumnType {
  const { precision, scale } = options;
  const fraction = scale ?? UNDECLARED.fraction;
  const whole = precision === undefined ? UNDECLARED.whole : precision - fraction;
  return {
    name: 'decimal',
    options,
    immutable: true,
    refuse: (value) => refuseDecimal(value, { whole, fraction }),
    toDatabase: (value) => spell(String(value), scale),
    fromDatabase: (raw) => read(raw, scale),
    snapshot: (value) => (isDecimal(value) ? spell(String(value), scale) : value),
    equals: (value, snapshot) =>
      value === snapshot || (isDecimal(value) && isDecimal(snapshot) && decimalImage(value) === decimalImage(snapshot)),
    fromSnapshot: (snapshot) => snapshot,
  };
}

function isDecimal(value: unknown): value is string | bigint {
  return typeof value === 'bigint' || (typeof value === 'string' && PLAIN.test(value));
}

/** The shortest spelling of a number: what two equal decimals have in common. */
export function decimalImage(value: string | bigint): string {
  // A scale of 0 cuts the zeros at the end.
  return spell(String(value), 0);
}

function refuseDecimal(value: unknown, digits: Digits): string | undefined {
  if (typeof value === 'number') {
    return `must be a decimal as text ('19.90'), got ${kindOf(value)}, which is a float: write it as a text, or with toFixed(…)`;
  }
  if (typeof value === 'string' ? !PLAIN.test(value) : typeof value !== 'bigint') {
    return `must be a decimal as text ('19.90'), got ${typeof value === 'string' ? 'another text' : kindOf(value)}`;
  }
  const text = String(value);
  return fits(text, digits) || fits(spell(text, 0), digits) ? undefined : tooWide(spell(text, 0), digits);
}

interface Digits {
  readonly whole: number;
  readonly fraction: number;
}

function fits(text: string, digits: Digits): boolean {
  const point = text.indexOf('.');
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  const whole = (point === -1 ? text.length : point) - start;
  const isZero = whole === 1 && text.charCodeAt(start) === ZERO;
  return (whole <= digits.whole || isZero) && (point === -1 || text.length - point - 1 <= digits.fraction);
}

function tooWide(text: string, digits: Digits): string {
  const size = `${String(digits.whole)} digits before and ${String(digits.fraction)} after the point`;
  return fits(text, { whole: Infinity, fraction: digits.fraction })
    ? `must be a decimal of at most ${size}, got more digits before the point`
    : `must be a decimal of at most ${size}, got more digits after the point, and nothing is rounded silently`;
}

/** Without leading zeros and minus zero; with `scale` digits after the point where there is a scale, and never with fewer than matter. */
function spell(text: string, scale: number | undefined): string {
  const first = text.charCodeAt(0);
  const negative = first === MINUS;
  const point = text.indexOf('.');
  // Most texts are just as they are wanted: `12.50` for a scale of 2.
  if (!negative && first !== ZERO && (scale === undefined || (point === -1 ? 0 : text.length - point - 1) === scale))
    return text;
  const whole = text.slice(negative ? 1 : 0, point === -1 ? undefined : point).replace(/^0+(?=\d)/, '');
  let fraction = point === -1 ? '' : text.slice(point + 1);
  if (scale !== undefined) {
    fraction = fraction.length < scale ? fraction.padEnd(scale, '0') : withoutZeros(fraction, scale);
  }
  const number = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative && /[1-9]/.test(number) ? `-${number}` : number;
}

/** Cuts zeros at the end, down to `length` digits. */
function withoutZeros(digits: string, length: number): string {
  let end = digits.length;
  while (end > length && digits.charCodeAt(end - 1) === ZERO) end--;
  return digits.slice(0, end);
}

function read(raw: unknown, scale: number | undefined): string {
  if (typeof raw === 'string' && PLAIN.test(raw)) return spell(raw, scale);
  if (typeof raw === 'number' && scale !== undefined && Number.isFinite(raw)) {
    // An engine that keeps decimals as floats: digits beyond the scale are the noise of its arithmetic.
    const text = expanded(String(raw));
    const point = text.indexOf('.');
    return spell(point !== -1 && text.length - point - 1 > scale && scale <= 100 ? raw.toFixed(scale) : text, scale);
  }
  const text = expanded(String(raw));
  return PLAIN.test(text) ? spell(text, scale) : text;
}

/** `1.5e+21` in plain digits; other texts as they are. */
function expanded(text: string): string {
  const match = EXPONENTIAL.exec(text);
  if (!match) return text;
  const [, sign, whole = '', fraction = '', exponent] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > 1_000) return text;
  const digits = whole + fraction;
  const point = whole.length + shift;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const rest = padded.slice(at);
  return `${sign === '-' ? '-' : ''}${padded.slice(0, at)}${rest === '' ? '' : `.${rest}`}`;
}
