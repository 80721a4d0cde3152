/**
 * Batches of constant text: one array a column, unnested to rows. The text does not depend on the number of rows, so the
 * server parses and plans it once; and an array of a thousand values is parsed faster than a thousand parameters.
 */
import {
  boundStatement,
  decodeReturned,
  deleteByKeys,
  identityIn,
  inOrderOfIdentity,
  insertByValues,
  returningClause,
  updateEachRow,
  type BatchColumn,
  type BatchRow,
  type BatchStatement,
  type BatchWriter,
  type Codec,
  type DeleteBatch,
  type Dialect,
  type DriverValue,
  type InsertBatch,
  type StatementLimits,
  type StatementResult,
  type UpdateBatch,
} from '@espalier/core/driver';
import { arrayElement } from './array-literal';
import { carrierOf } from './sql-types';

/** Measured: from 500 to 10,000 rows a statement there is no difference, and a failed one is cheap. */
const MAX_ROWS = 1_000;
/** A statement is sent once its values have so many characters: far below what a message holds, and memory is paid on both sides. */
const MAX_CHARACTERS = 16_000_000;

const SINGLE_ROW: StatementLimits = { maxParameters: 65_535, maxRows: 1 };
const KEY_LISTS: StatementLimits = { maxParameters: 65_535, maxRows: 10_000, maxBytes: 64_000_000 };

type BatchDialect = Pick<Dialect, 'quote' | 'quoteTable' | 'codec'>;

export class PostgresBatchWriter implements BatchWriter {
  constructor(private readonly dialect: Dialect) {}

  insert(batch: InsertBatch): readonly BatchStatement[] {
    const { columns, rows, returning } = batch;
    const suffix = batch.skipsExisting ? ' on conflict do nothing' : returningClause(this.dialect, returning);
    if (columns.length === 0 || rows.length <= 1) {
      return insertByValues(this.dialect, batch, SINGLE_ROW, { defaultRow: 'default values', suffix });
    }
    const sql = insertText(this.dialect, batch) + suffix;
    const types = returning.length === 0 ? undefined : returning.map(({ type }) => type);
    return chunks(this.dialect, columns, rows).map(({ parameters, from, to }) => ({
      statement: boundStatement(sql, parameters, { columns: types }),
      from,
      to,
    }));
  }

  returned(batch: InsertBatch, _part: BatchStatement, result: StatementResult): readonly (readonly unknown[])[] {
    const { returning, identity } = batch;
    const rows = identity ? inOrderOfInsertion(result.rows, returning.indexOf(identity)) : result.rows;
    return decodeReturned(this.dialect, returning, rows);
  }

  update(batch: UpdateBatch): readonly BatchStatement[] {
    const { match, set, rows } = batch;
    if (rows.length <= 1) return updateEachRow(this.dialect, batch);
    const sql = updateText(this.dialect, batch);
    return chunks(this.dialect, [...match, ...set], rows).map(({ parameters, from, to }) => ({
      statement: boundStatement(sql, parameters),
      from,
      to,
    }));
  }

  delete(batch: DeleteBatch): readonly BatchStatement[] {
    return deleteByKeys(this.dialect, batch, KEY_LISTS);
  }
}

/**
 * The select is sorted before the defaults of the insert are evaluated, so a sequence numbers the rows in their order
 * (https://www.postgresql.org/message-id/29386.1528813619@sss.pgh.pa.us).
 */
function insertText(dialect: BatchDialect, { table, columns }: InsertBatch): string {
  const names = columns.map(({ name }) => dialect.quote(name)).join(', ');
  const values = columns.map((column, i) => carriedValue(column, i)).join(', ');
  const source = `${carriers(columns)} with ordinality as v(${carrierNames(columns)}, i)`;
  return `insert into ${dialect.quoteTable(table)} (${names}) select ${values} from ${source} order by v.i`;
}

function updateText(dialect: BatchDialect, { table, match, set }: UpdateBatch): string {
  const columns = [...match, ...set];
  const assignments = set
    .map((column, i) => `${dialect.quote(column.name)} = ${carriedValue(column, match.length + i)}`)
    .join(', ');
  const condition = match
    .map((column, i) => `t.${dialect.quote(column.name)} = ${carriedValue(column, i)}`)
    .join(' and ');
  const source = `${carriers(columns)} as v(${carrierNames(columns)})`;
  return `update ${dialect.quoteTable(table)} as t set ${assignments} from ${source} where ${condition}`;
}

/** JSON documents travel in one JSON array: nothing in them needs to be escaped a second time. */
function travelsAsJson({ type }: BatchColumn): boolean {
  return type.name === 'json' && type.options.sqlType === undefined;
}

function carriers(columns: readonly BatchColumn[]): string {
  const functions = columns.map((column, i) => {
    const parameter = `$${String(i + 1)}`;
    return travelsAsJson(column)
      ? `jsonb_array_elements(${parameter}::jsonb)`
      : `unnest(${parameter}::${carrierOf(column.type).element}[])`;
  });
  return `rows from (${functions.join(', ')})`;
}

function carrierNames(columns: readonly BatchColumn[]): string {
  return columns.map((_, i) => `c${String(i)}`).join(', ');
}

function carriedValue(column: BatchColumn, position: number): string {
  const value = `v.c${String(position)}`;
  // A JSON document of ours is never the JSON null: that is how a NULL travels.
  if (travelsAsJson(column)) return `nullif(${value}, 'null')`;
  const { cast } = carrierOf(column.type);
  return cast === undefined ? value : `${value}::${cast}`;
}

interface Chunk {
  readonly parameters: readonly DriverValue[];
  readonly from: number;
  readonly to: number;
}

/** The columns of the rows as one parameter each, cut into statements by rows and by size. */
function chunks(dialect: BatchDialect, columns: readonly BatchColumn[], rows: readonly BatchRow[]): Chunk[] {
  const encoders = columns.map((column) => encoder(column, dialect.codec(column.type)));
  const result: Chunk[] = [];
  let from = 0;
  let parts = columns.map(() => '');
  let size = 0;
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!;
    for (let c = 0; c < encoders.length; c++) {
      const text = encoders[c]!(row[columns[c]!.index]);
      parts[c] = r === from ? text : `${parts[c]!},${text}`;
      size += text.length;
    }
    const count = r + 1 - from;
    if (count === MAX_ROWS || size >= MAX_CHARACTERS || r === rows.length - 1) {
      result.push({ parameters: columns.map((column, c) => closed(column, parts[c]!)), from, to: r + 1 });
      from = r + 1;
      parts = columns.map(() => '');
      size = 0;
    }
  }
  return result;
}

function encoder(column: BatchColumn, codec: Codec): (value: unknown) => string {
  if (travelsAsJson(column))
    return (value) => (value === null ? 'null' : ((codec.toDatabase(value) as string | null) ?? 'null'));
  return (value) => (value === null ? 'NULL' : arrayElement(codec.toDatabase(value)));
}

function closed(column: BatchColumn, elements: string): string {
  return travelsAsJson(column) ? `[${elements}]` : `{${elements}}`;
}

/** Of a sequence that counts down they come in falling order. */
function inOrderOfInsertion(rows: StatementResult['rows'], identity: number): StatementResult['rows'] {
  const falls = rows.every((row, i) => i === 0 || identityIn(row, identity) < identityIn(rows[i - 1]!, identity));
  return falls ? rows : inOrderOfIdentity(rows, identity);
}
