/**
 * Decimals are texts, written with the declared number of digits after the point: nothing passes through a float, and equal
 * numbers are equal texts. What texts cannot do is sort, so comparisons and sorting go by keys. The keys are right, too,
 * for columns of other programs that hold numbers (`numeric(10,2)` with a float 0.99 in it).
 */
import type { ColumnType } from '@espalier/core/driver';

/** Digits that a double holds exactly. */
const FLOAT_DIGITS = 15;
/** Digits before and after the point where none are declared: what the column type takes at the most. */
const UNDECLARED = { whole: 35, fraction: 30 };

/** A decimal column as text. Of a float the 15 digits are taken that it holds, without the noise of its arithmetic. */
export function selectedDecimal(reference: string): string {
  return `case typeof(${reference}) when 'real' then printf('%!.15g', ${reference}) else cast(${reference} as text) end`;
}

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
