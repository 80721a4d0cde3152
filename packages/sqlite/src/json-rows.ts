/**
 * A whole result as one JSON text. The client `sqlite3` makes an object of every row, and rounds, and loses columns of equal
 * names; one text parsed by the language takes a third of the time and gives arrays (figures in docs/decisions/002-sqlite-rows.md).
 */
import type { ColumnType } from '@espalier/core/driver';

/** How a select is wrapped: `head + sql + tail` is the text to run. */
export interface Wrapping {
  readonly head: string;
  readonly tail: string;
  /** Columns that come as text, because JSON would round them (15 digits) or cannot hold them (infinities). */
  readonly floats: readonly number[];
}

/** Inside the wrapped select this name hides a table of the same name. */
export const RESULT = 'espalier_result';

/** A function takes no more arguments than this: https://www.sqlite.org/limits.html#max_function_arg */
const MAX_ARGUMENTS = 1_000;

const wrappings = new WeakMap<readonly ColumnType[], Wrapping | null>();

/** Undefined where the columns do not go into JSON: binary data (twice as long in hex, and slower than rows), or too many columns. */
export function jsonWrapping(columns: readonly ColumnType[]): Wrapping | undefined {
  let wrapping = wrappings.get(columns);
  if (wrapping === undefined) wrappings.set(columns, (wrapping = wrap(columns)));
  return wrapping ?? undefined;
}

function wrap(columns: readonly ColumnType[]): Wrapping | null {
  if (columns.length > MAX_ARGUMENTS || columns.some((type) => type.name === 'binary')) return null;
  const floats = columns.flatMap((type, i) => (type.name === 'float' ? [i] : []));
  const values = columns.map((type, i) => (type.name === 'float' ? `cast(c${String(i)} as text)` : `c${String(i)}`));
  return {
    head: namedColumns(columns),
    tail: `\n) select json_group_array(json_array(${values.join(', ')})) as j from ${RESULT}`,
    floats,
  };
}

/** Gives the columns of a select names of ours, whatever theirs are; close it with a line break (it may end in a comment) and `) select … from RESULT`. */
export function namedColumns(columns: readonly ColumnType[]): string {
  return `with ${RESULT}(${columns.map((_, i) => `c${String(i)}`).join(', ')}) as (\n`;
}

/** Rows of the text that a wrapped select gave. */
export function parseRows(text: string, floats: readonly number[]): unknown[][] {
  const rows = JSON.parse(text) as unknown[][];
  for (const index of floats) {
    for (const row of rows) row[index] = readFloat(row[index]);
  }
  return rows;
}

/** The engine writes as many digits as the number needs (17 at the most), and infinities as Inf. */
function readFloat(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  const number = Number(text);
  if (!Number.isNaN(number) && text !== '') return number;
  if (text === 'Inf') return Infinity;
  return text === '-Inf' ? -Infinity : text;
}
