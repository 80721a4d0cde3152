/**
 * Batches in words that every engine understands: multi-row `values`, an update a row, a delete by a list of keys.
 * A dialect's BatchWriter is put together from these, and replaces those for which its engine knows something faster.
 */
import { types } from 'node:util';
import { QueryError } from '../errors';
import type { Codec, ColumnType, DriverValue } from '../types';
import type { BatchColumn, BatchRow, BatchStatement, DeleteBatch, InsertBatch, UpdateBatch } from './batch';
import type { ColumnReference, Dialect } from './dialect';
import { bind, boundStatement, type CompiledStatement } from './statement';
import { StatementWriter } from './statement-writer';

/** What one statement may carry. */
export interface StatementLimits {
  readonly maxParameters: number;
  readonly maxRows: number;
  /** Bytes of all parameters together, estimated from above; undefined: unlimited. A single row may exceed it. */
  readonly maxBytes?: number | undefined;
}

export interface ValuesInsertSpelling {
  /** What follows the table's name where the batch has no columns: `default values`, `() values ()`. Such rows go one a statement. */
  readonly defaultRow: string;
  /** What follows the rows, with a leading space: a `returning` clause, what is done with rows that are there, or nothing. */
  readonly suffix: string;
}

/** Texts of so few rows come again and again in an application, as do full ones: those are worth preparing. */
const FEW_ROWS = 16;

/** Multi-row `insert into t (a, b) values (…), (…)`, chunked by `limits`. @throws QueryError where one row alone exceeds the parameters of a statement. */
export function insertByValues(
  dialect: Dialect,
  batch: InsertBatch,
  limits: StatementLimits,
  spelling: ValuesInsertSpelling,
): BatchStatement[] {
  const { columns, rows, table } = batch;
  const head = `insert into ${dialect.quoteTable(table)} `;
  const isReturning = spelling.suffix !== '' && batch.returning.length > 0;
  const returned = isReturning ? batch.returning.map((column) => column.type) : undefined;
  if (columns.length === 0) {
    const statement = boundStatement(head + spelling.defaultRow + spelling.suffix, [], { columns: returned });
    return rows.map((_, i) => ({ statement, from: i, to: i + 1 }));
  }
  const names = columns.map((column) => dialect.quote(column.name)).join(', ');
  const full = rowsPerStatement(limits, columns.length, table.name);
  const codecs = columns.map((column) => dialect.codec(column.type));
  return chunkRows(rows, full, encodedSize(columns, limits.maxBytes)).map(({ from, to }) => {
    const count = to - from;
    const values = placeholderRows(dialect, columns.length, count);
    const sql = `${head}(${names}) values ${values}${spelling.suffix}`;
    const reusable = count === full || count <= FEW_ROWS;
    const parameters = encodeRows(columns, codecs, rows.slice(from, to));
    return { statement: boundStatement(sql, parameters, { columns: returned, reusable }), from, to };
  });
}

/** `update t set a = ? where key = ?`, a statement a row, all of one text. Its row count is 1, or 0 where the row is gone. */
export function updateEachRow(dialect: Dialect, batch: UpdateBatch): BatchStatement[] {
  const writer = new StatementWriter(dialect);
  writer.write(`update ${dialect.quoteTable(batch.table)} set `);
  batch.set.forEach((column, i) => {
    if (i > 0) writer.write(', ');
    writer.column(undefined, column.name).write(' = ').parameter(column.index, column.type);
  });
  writeMatch(writer, batch.match);
  const compiled = written(writer);
  return batch.rows.map((row, i) => ({ statement: bind(compiled, row), from: i, to: i + 1 }));
}

/**
 * `delete from t where key in (…)` by the dialect's own lists, chunked by `limits`; one row by `key = ?`, for which every engine uses the
 * index (MariaDB scans and locks the table for a list of one composite key). Its row count is the number of rows that were there.
 */
export function deleteByKeys(dialect: Dialect, batch: DeleteBatch, limits: StatementLimits): BatchStatement[] {
  const { match, rows, table } = batch;
  const full = rowsPerStatement(limits, match.length, table.name);
  const compiled = new Map<number, CompiledStatement>();
  return chunkRows(rows, full, encodedSize(match, limits.maxBytes)).map(({ from, to }) => {
    if (to - from === 1) return { statement: bind(compileDeleteOfOne(dialect, batch), rows[from]!), from, to };
    const length = Math.min(Math.max(dialect.listLength(to - from), 1), full);
    let statement = compiled.get(length);
    if (!statement) compiled.set(length, (statement = compileDelete(dialect, batch, length)));
    const chunk = rows.slice(from, to);
    const lists = match.map((column) => chunk.map((row) => row[column.index]));
    return { statement: bind(statement, lists), from, to };
  });
}

function compileDelete(dialect: Dialect, batch: DeleteBatch, length: number): CompiledStatement {
  const writer = new StatementWriter(dialect);
  writer.write(`delete from ${dialect.quoteTable(batch.table)} where `);
  const operands = batch.match.map(({ name, type }): ColumnReference => ({ table: undefined, name, type }));
  dialect.writeIn(writer, { operands, slots: operands.map((_, i) => i), length });
  return written(writer);
}

function compileDeleteOfOne(dialect: Dialect, { table, match }: DeleteBatch): CompiledStatement {
  const writer = new StatementWriter(dialect);
  writer.write(`delete from ${dialect.quoteTable(table)}`);
  writeMatch(writer, match);
  return written(writer);
}

/** ` where key = ? and version = ?` */
function writeMatch(writer: StatementWriter, match: readonly BatchColumn[]): void {
  match.forEach((column, i) => {
    writer.write(i === 0 ? ' where ' : ' and ');
    writeEquality(writer, column);
  });
}

function written(writer: StatementWriter): CompiledStatement {
  return { sql: writer.text, bindings: writer.bindings, columns: undefined, readOnly: false };
}

function writeEquality(writer: StatementWriter, column: BatchColumn): void {
  const writeLeft = (): void => {
    writer.column(undefined, column.name);
  };
  const writeRight = (): void => {
    writer.parameter(column.index, column.type);
  };
  const comparison = { operator: '=', type: column.type, writeLeft, writeRight, isBound: true };
  if (writer.dialect.writeComparison(writer, comparison)) return;
  writeLeft();
  writer.write(' = ');
  writeRight();
}

/** Parameters of rows, row by row. `codecs` are the columns', in their order. */
function encodeRows(
  columns: readonly BatchColumn[],
  codecs: readonly Codec[],
  rows: readonly BatchRow[],
): DriverValue[] {
  const width = columns.length;
  const parameters = new Array<DriverValue>(rows.length * width);
  let next = 0;
  for (const row of rows) {
    for (let c = 0; c < width; c++) {
      const value = row[columns[c]!.index];
      parameters[next++] = value === null ? null : codecs[c]!.toDatabase(value);
    }
  }
  return parameters;
}

/** `(?, ?), (?, ?)`: `rows` rows of `width` placeholders. */
function placeholderRows(dialect: Dialect, width: number, rows: number): string {
  const unnumbered = dialect.placeholder(1) === dialect.placeholder(2);
  const texts: string[] = [];
  for (let r = 0; r < rows; r++) {
    const row: string[] = [];
    for (let c = 1; c <= width; c++) row.push(dialect.placeholder(r * width + c));
    const text = `(${row.join(', ')})`;
    if (unnumbered) return new Array<string>(rows).fill(text).join(', ');
    texts.push(text);
  }
  return texts.join(', ');
}

/** Rows that fit into one statement by number of parameters. @throws QueryError where not even one does. */
function rowsPerStatement(limits: StatementLimits, parametersPerRow: number, table: string): number {
  if (parametersPerRow > limits.maxParameters) {
    throw new QueryError(
      `A row of table ${table} needs ${String(parametersPerRow)} parameters, but this database takes ${String(limits.maxParameters)} in a statement; write fewer columns at once`,
    );
  }
  return Math.max(1, Math.min(limits.maxRows, Math.floor(limits.maxParameters / Math.max(1, parametersPerRow))));
}

/** How chunks are kept below a number of bytes: what a row takes, and what a statement may take. */
export interface ByteLimit {
  readonly max: number;
  sizeOf(row: BatchRow, index: number): number;
}

/** Ranges of rows, each of `full` rows at the most and of no more bytes than allowed (a single row excepted). */
export function chunkRows(rows: readonly BatchRow[], full: number, bytes?: ByteLimit): { from: number; to: number }[] {
  const chunks: { from: number; to: number }[] = [];
  let from = 0;
  let size = 0;
  for (let i = 0; i < rows.length; i++) {
    const added = bytes ? bytes.sizeOf(rows[i]!, i) : 0;
    if (i > from && (i - from === full || (bytes && size + added > bytes.max))) {
      chunks.push({ from, to: i });
      from = i;
      size = 0;
    }
    size += added;
  }
  if (rows.length > from) chunks.push({ from, to: rows.length });
  return chunks;
}

/** Bytes of numbers, dates and booleans with what surrounds them: no more than this in any protocol or text. */
const SCALAR_BYTES = 32;
/** A UTF-16 unit takes three bytes of UTF-8 at the most; escaped as text two for one more (quotes, backslashes). */
const BYTES_PER_UNIT = 3;

/** Sizes of rows of these columns, estimated from above. */
export function encodedSize(columns: readonly BatchColumn[], max: number | undefined): ByteLimit | undefined {
  if (max === undefined) return undefined;
  return {
    max,
    sizeOf: (row) => columns.reduce((sum, column) => sum + valueSize(row[column.index], column.type), 0),
  };
}

function valueSize(value: unknown, type: ColumnType): number {
  // What an object is as text only its type knows: JSON has no bigints, and a custom type writes what it likes.
  const sent = typeof value === 'object' && value !== null && !types.isDate(value) ? type.toDatabase(value) : value;
  if (typeof sent === 'string') return sent.length * BYTES_PER_UNIT + SCALAR_BYTES;
  // Written as hex text at the worst.
  return types.isUint8Array(sent) ? sent.byteLength * 2 + SCALAR_BYTES : SCALAR_BYTES;
}
