/**
 * Decimals are texts, written with the declared number of digits after the point: nothing passes through a float. What texts cannot do is
 * sort, so comparisons and sorting go by keys. The keys are right, too, for columns of other programs that hold numbers
 * (`numeric(10,2)` with a float 0.99 in it). Equality goes by the text, so that an index serves it: by all spellings that the engine
 * itself gives a number, which a column has that is computed or was written by other programs. Any other spelling is refused when it is read.
 */
import { faithfulCodec, type Codec, type ColumnType } from '@espalier/core/driver';

/** Digits that a double holds exactly. */
const FLOAT_DIGITS = 15;
/** Digits before and after the point where none are declared: what the column type takes at the most. */
const UNDECLARED = { whole: 35, fraction: 30 };

/** A decimal column as text. Of a float the 15 digits are taken that it holds, without the noise of its arithmetic. */
export function selectedDecimal(reference: string): string {
  return `case typeof(${reference}) when 'real' then printf('%!.15g', ${reference}) else cast(${reference} as text) end`;
}

/** The texts that a decimal is found by: `19.90` of two digits is `19.9` where it was computed, and `20.00` is `20` or `20.0`. */
export function decimalSpellings(written: string): string[] {
  const shortest = written.includes('.') ? withoutZeros(written) : written;
  const computed = shortest.includes('.') ? shortest : `${shortest}.0`;
  return [...new Set([written, shortest, computed])];
}

/** The same texts in SQL, of SQL for the one that is written. */
export function decimalList(written: string, { scale }: ColumnType['options']): string {
  // Without digits after the point there is nothing to cut off; with them there is a point.
  if (scale === undefined || scale === 0) return `(${written}, ${written} || '.0')`;
  const cut = `rtrim(${written}, '0')`;
  return `(${written}, rtrim(${cut}, '.'), ${cut} || '0')`;
}

export function decimalCodec(type: ColumnType): Codec {
  const { scale } = type.options;
  const toDatabase = (value: unknown): string => {
    const text = type.toDatabase(value) as string;
    // Without a scale there is no number of digits to write, so equal numbers are made equal texts by writing no zeros at the end.
    return scale === undefined && text.includes('.') ? withoutZeros(text) : text;
  };
  const isFaithful = (raw: unknown): boolean =>
    typeof raw !== 'string' ||
    // Anything else is a number that the engine spells in its own way, or no number.
    !PLAIN.test(raw) ||
    raw === MINUS_ZERO ||
    decimalSpellings(toDatabase(type.fromDatabase(raw))).includes(raw);
  const codec = faithfulCodec(type, { isFaithful, remedy: remedyFor(scale) });
  return {
    toDatabase,
    fromDatabase(raw) {
      // Most texts are just as they are written.
      const value = type.fromDatabase(raw);
      return value === raw && scale !== undefined ? value : codec.fromDatabase(raw);
    },
  };
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;
/** A number of the engine's, which it holds for equal to zero. */
const MINUS_ZERO = '-0.0';

function remedyFor(scale: number | undefined): string {
  const spelling =
    scale === undefined ? 'without zeros that mean nothing' : `with ${String(scale)} digits after the point`;
  const written = scale === undefined ? '' : ` (update … set … = printf('%.${String(scale)}f', …))`;
  return `it is compared as a text ${spelling}, and would not be found: write it so${written}, or declare the column as 'text'`;
}

/** A decimal with a point, without the zeros at its end, and without the point where nothing else follows it. */
function withoutZeros(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end--;
  return text.slice(0, text.charCodeAt(end - 1) === POINT ? end - 1 : end);
}

const ZERO = 48;
const POINT = 46;

/** An SQL expression that sorts as the numbers do; `value` is SQL that may be repeated. */
export function decimalKey(value: string, { precision, scale = 0 }: ColumnType['options']): string {
  if (precision !== undefined && precision <= FLOAT_DIGITS) return shortKey(value, scale);
  return precision === undefined
    ? longKey(value, UNDECLARED.whole, UNDECLARED.fraction)
    : longKey(value, Math.max(1, precision - scale), scale);
}

/** The number without its point, which a double holds exactly. */
function shortKey(value: string, scale: number): string {
  return scale === 0 ? `round(${value})` : `round(${value} * 1e${String(scale)})`;
}

/**
 * All digits as text of one width, a 1 before it; of negative numbers each digit turned round (a for 9 … j for 0) and a 0 before it,
 * so that the larger ones come first.
 */
function longKey(value: string, whole: number, fraction: number): string {
  const text = `case typeof(${value}) when 'real' then printf('%.${String(fraction)}f', ${value}) else cast(${value} as text) end`;
  const before = `substr('${'0'.repeat(whole)}' || case p when 0 then a else substr(a, 1, p - 1) end, -${String(whole)})`;
  const after = `substr(case p when 0 then '' else substr(a, p + 1) end || '${'0'.repeat(fraction)}', 1, ${String(fraction)})`;
  return (
    `(select case when t like '-%' then '0' || ${turned('d')} else '1' || d end from (select t, ${before} || ${after} as d ` +
    `from (select t, a, instr(a, '.') as p from (select t, ltrim(t, '-') as a from (select ${text} as t)))))`
  );
}

function turned(digits: string): string {
  let text = digits;
  for (let digit = 0; digit <= 9; digit++)
    text = `replace(${text}, '${String(digit)}', '${'jihgfedcba'.charAt(digit)}')`;
  return text;
}
