/**
 * Updates of many rows that are found by texts: each key is a parameter. A text inside a JSON document has a character set and a collation
 * of its own, and the engine then converts a key column of another one row by row and uses no index. A parameter takes those of the column
 * that it is compared with, so the index serves and a text is the same key as in an update of one row.
 */
import {
  chunkRows,
  encodedSize,
  type BatchColumn,
  type BatchRow,
  type BatchStatement,
  type Codec,
  type Dialect,
  type DriverValue,
  type UpdateBatch,
} from '@espalier/core/driver';
import { carriedAsText, comparedAs, readCarried } from './sql-types';

/** Each row looks for its place among the keys of its statement. Measured: 64 to 128 rows take the least time, 500 take twice as long. */
const MAX_ROWS = 128;
/** The place is looked for once for each column that is set: wide rows go fewer at once. */
const PARAMETERS = 8_192;

/** `update t set a = elt(field(k, ?, ?), ?, ?) where k in (?, ?)`. */
export function updateByLists(dialect: Dialect, batch: UpdateBatch, maxBytes: number): BatchStatement[] {
  const { match, rows } = batch;
  const set = matchedLast(batch);
  const maxRows = Math.min(MAX_ROWS, PARAMETERS / (match.length * (set.length + 1) + set.length));
  const full = maxRows < 2 ? 1 : 2 ** Math.floor(Math.log2(maxRows));
  // Each key is sent once for each column set, and once more.
  const sent = [...set.flatMap(() => match), ...match, ...set];
  const encoders = { match: encodersOf(dialect, match), set: encodersOf(dialect, set) };
  const texts = new Map<number, string>();
  return chunkRows(rows, full, encodedSize(sent, maxBytes)).map(({ from, to }) => {
    const count = 2 ** Math.ceil(Math.log2(to - from));
    let sql = texts.get(count);
    if (sql === undefined) texts.set(count, (sql = textOf(dialect, { ...batch, set }, count)));
    const chunk = rows.slice(from, to);
    const keys = padded(chunk, count).flatMap((row) => encoders.match.map((encode) => encode(row)));
    const parameters = encoders.set.flatMap((encode) => [
      ...keys,
      ...Array.from({ length: count }, (_, i) => (i < chunk.length ? carriedAsText(encode(chunk[i]!)) : null)),
    ]);
    parameters.push(...keys);
    return { statement: { sql, parameters, columns: undefined, readOnly: false, reusable: true }, from, to };
  });
}

/** Whether `updateByLists` can write it: the engine assigns from left to right, so only the last column may be one that rows are found by. */
export function fitsLists({ match, set }: UpdateBatch): boolean {
  return set.filter((column) => isMatched(column, match)).length <= 1;
}

function isMatched({ name }: BatchColumn, match: readonly BatchColumn[]): boolean {
  return match.some((column) => column.name === name);
}

function matchedLast({ match, set }: UpdateBatch): readonly BatchColumn[] {
  return [...set.filter((column) => !isMatched(column, match)), ...set.filter((column) => isMatched(column, match))];
}

function textOf(dialect: Dialect, { table, match, set }: UpdateBatch, count: number): string {
  const [only] = match;
  const values = placeholders('?', count, ', ');
  let place: string;
  let condition: string;
  if (only && match.length === 1) {
    const keys = placeholders(comparedAs(only.type, '?'), count, ', ');
    place = `field(${dialect.quote(only.name)}, ${keys})`;
    condition = `${dialect.quote(only.name)} in (${keys})`;
  } else {
    const key = match.map(({ name, type }) => `${dialect.quote(name)} = ${comparedAs(type, '?')}`).join(' and ');
    place = `case ${Array.from({ length: count }, (_, i) => `when ${key} then ${String(i + 1)}`).join(' ')} end`;
    condition = placeholders(`(${key})`, count, ' or ');
  }
  const assignments = set.map(
    ({ name, type }) => `${dialect.quote(name)} = ${readCarried(type, `elt(${place}, ${values})`)}`,
  );
  return `update ${dialect.quoteTable(table)} set ${assignments.join(', ')} where ${condition}`;
}

function placeholders(text: string, count: number, separator: string): string {
  return new Array<string>(count).fill(text).join(separator);
}

/** Powers of two, so that few texts arise; of equal keys the first place counts. */
function padded(rows: readonly BatchRow[], count: number): BatchRow[] {
  return Array.from({ length: count }, (_, i) => rows[Math.min(i, rows.length - 1)]!);
}

function encodersOf(dialect: Dialect, columns: readonly BatchColumn[]): ((row: BatchRow) => DriverValue)[] {
  return columns.map(({ type, index }) => {
    const codec: Codec = dialect.codec(type);
    return (row) => {
      const value = row[index];
      return value === null ? null : codec.toDatabase(value);
    };
  });
}
