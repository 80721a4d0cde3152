/**
 * Batches of constant text: all rows of a statement in one JSON parameter. The text does not depend on the number of rows, so it is
 * prepared once, and no limit on parameters is met. Figures in docs/decisions/002-sqlite-rows.md.
 */
import {
  boundStatement,
  chunkRows,
  decodeReturned,
  deleteByKeys,
  inOrderOfIdentity,
  insertByValues,
  updateEachRow,
  type BatchColumn,
  type BatchRow,
  type BatchStatement,
  type BatchWriter,
  type BoundStatement,
  type ColumnType,
  type DeleteBatch,
  type Dialect,
  type InsertBatch,
  type StatementLimits,
  type StatementResult,
  type UpdateBatch,
} from '@espalier/core/driver';
import { carrierOf, type JsonValue } from './json-values';

/** Measured: from 250 to 1,000 rows a statement there is no difference, and more are slower. */
const MAX_ROWS = 1_000;
/** The values of a statement, in characters: memory is paid for them several times. Escaped in JSON they may be six times as long. */
const MAX_CHARACTERS = 16_000_000;
/** A float, carried as an integer and an exponent, is the longest number. */
const NUMBER_CHARACTERS = 24;
/** https://www.sqlite.org/limits.html#max_variable_number */
const MAX_PARAMETERS = 32_766;
const SINGLE_ROW: StatementLimits = { maxParameters: MAX_PARAMETERS, maxRows: 1 };
/** From 250 to 1,000 rows there is no difference; a parameter costs these clients as much as parsing its place does. */
const INSERTED_ROWS: StatementLimits = { maxParameters: MAX_PARAMETERS, maxRows: 500, maxBytes: MAX_CHARACTERS };
const KEY_LISTS: StatementLimits = { maxParameters: MAX_PARAMETERS, maxRows: 10_000, maxBytes: MAX_CHARACTERS };

/** The rows that come in, beside the table: no table of an application is called so. */
const ROWS = 'espalier_rows';

/** How the rows of an insert travel: one JSON parameter costs a client with threads less than many, and others more. */
export type InsertForm = 'json' | 'values';

export class SqliteBatchWriter implements BatchWriter {
  constructor(
    private readonly dialect: Dialect,
    private readonly insertForm: InsertForm,
  ) {}

  insert(batch: InsertBatch): readonly BatchStatement[] {
    const { columns, rows, returning, identity, table } = batch;
    const suffix = batch.skipsExisting ? ' on conflict do nothing' : this.#returning(returning);
    // What comes back can be told apart by an identity only; without one the rows go one by one.
    if (columns.length === 0 || rows.length === 1 || (returning.length > 0 && !identity)) {
      return insertByValues(this.dialect, batch, SINGLE_ROW, { defaultRow: 'default values', suffix });
    }
    if (this.insertForm === 'values') {
      return insertByValues(this.dialect, batch, INSERTED_ROWS, { defaultRow: 'default values', suffix });
    }
    const names = columns.map(({ name }) => this.dialect.quote(name)).join(', ');
    const values = columns.map(({ type }, i) => element(type, i)).join(', ');
    // Sorted, so that the rowids are given in the order of the rows.
    const source = `select ${values} from json_each(?) order by key`;
    const sql = `insert into ${this.dialect.quoteTable(table)} (${names}) ${source}${suffix}`;
    const types = returning.length === 0 ? undefined : returning.map(({ type }) => type);
    return jsonStatements(columns, rows, (json) => statement(sql, json, types));
  }

  returned(batch: InsertBatch, _part: BatchStatement, { rows }: StatementResult): readonly (readonly unknown[])[] {
    const { returning, identity } = batch;
    // Rowids are given in rising order, but `returning` promises none (https://www.sqlite.org/lang_returning.html#limitations_and_caveats).
    const ordered = identity ? inOrderOfIdentity(rows, returning.indexOf(identity)) : rows;
    return decodeReturned(this.dialect, returning, ordered);
  }

  update(batch: UpdateBatch): readonly BatchStatement[] {
    const { table, match, set, rows } = batch;
    if (rows.length === 1) return updateEachRow(this.dialect, batch);
    const columns = [...match, ...set];
    const source = columns.map(({ type }, i) => `${element(type, i)} as c${String(i)}`).join(', ');
    const target = this.dialect.quoteTable(table);
    const assignments = set.map(({ name }, i) => `${this.dialect.quote(name)} = ${ROWS}.c${String(match.length + i)}`);
    const conditions = match.map(({ name }, i) => `${target}.${this.dialect.quote(name)} = ${ROWS}.c${String(i)}`);
    const sql =
      `update ${target} set ${assignments.join(', ')} from (select ${source} from json_each(?)) as ${ROWS} ` +
      `where ${conditions.join(' and ')}`;
    return jsonStatements(columns, rows, (json) => statement(sql, json, undefined));
  }

  delete(batch: DeleteBatch): readonly BatchStatement[] {
    return deleteByKeys(this.dialect, batch, KEY_LISTS);
  }

  #returning(columns: readonly BatchColumn[]): string {
    if (columns.length === 0) return '';
    const values = columns.map(
      ({ name, type }, i) => `${this.dialect.selected(this.dialect.quote(name), type)} as c${String(i)}`,
    );
    return ` returning ${values.join(', ')}`;
  }
}

function element(type: ColumnType, index: number): string {
  return carrierOf(type).read(`(value ->> ${String(index)})`);
}

function statement(sql: string, json: string, columns: readonly ColumnType[] | undefined): BoundStatement {
  return boundStatement(sql, [json], { columns });
}

function jsonStatements(
  columns: readonly BatchColumn[],
  rows: readonly BatchRow[],
  make: (json: string) => BoundStatement,
): BatchStatement[] {
  const carried = columns.map(({ type, index }) => ({ index, carrier: carrierOf(type) }));
  const values = rows.map((row) => carried.map(({ index, carrier }) => carrier.encode(row[index])));
  const size = { max: MAX_CHARACTERS, sizeOf: (_: BatchRow, index: number) => charactersIn(values[index]!) };
  return chunkRows(rows, MAX_ROWS, size).map(({ from, to }) => ({
    // All rows at once: a thousand small texts take several times as long.
    statement: make(JSON.stringify(from === 0 && to === rows.length ? values : values.slice(from, to))),
    from,
    to,
  }));
}

function charactersIn(values: readonly JsonValue[]): number {
  let characters = 0;
  for (const value of values) characters += typeof value === 'string' ? value.length : NUMBER_CHARACTERS;
  return characters;
}
