/**
 * Batches: inserts by multi-row `values`, updates by a join with the rows in one JSON document (or by lists of parameters where texts find
 * the rows: update-by-lists.ts), deletes by lists of keys.
 */
import {
  boundStatement,
  decodeReturned,
  deleteByKeys,
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
  type InsertBatch,
  type StatementLimits,
  type StatementResult,
  type UpdateBatch,
} from '@espalier/core/driver';
import { MAX_PARAMETERS, type ServerFacts, type ServerFeatures } from './server';
import { carriedAsText, carriedText, keySqlType, readCarried } from './sql-types';
import { fitsLists, updateByLists } from './update-by-lists';

/** Measured: from 200 to 5,000 rows a statement there is no difference. */
const INSERT_ROWS = 500;
const UPDATE_ROWS = 1_000;
const DELETE_ROWS = 1_000;

export class MysqlBatchWriter implements BatchWriter {
  readonly #maxBytes: number;

  constructor(
    private readonly dialect: Dialect,
    private readonly facts: ServerFacts,
    private readonly features: ServerFeatures,
  ) {
    // Half of a packet: the text of the statement travels with the values, and sizes are estimated.
    this.#maxBytes = Math.floor(facts.maxAllowedPacket / 2);
  }

  insert(batch: InsertBatch): readonly BatchStatement[] {
    const { dialect } = this;
    const limits: StatementLimits = {
      maxParameters: MAX_PARAMETERS,
      maxRows: this.#needsSingleRows(batch) ? 1 : INSERT_ROWS,
      maxBytes: this.#maxBytes,
    };
    return insertByValues(dialect, batch, limits, { defaultRow: '() values ()', suffix: this.#suffix(batch) });
  }

  /** `insert ignore` would leave out rows with other faults too: https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#ignore-effect-on-execution */
  #suffix({ skipsExisting, columns, returning }: InsertBatch): string {
    if (!skipsExisting) return this.features.returning ? returningClause(this.dialect, returning) : '';
    const column = this.dialect.quote(columns[0]!.name);
    return ` on duplicate key update ${column} = ${column}`;
  }

  /**
   * Where inserts return nothing, only the auto-increment key of each row is known: rows of one value, to read the others by.
   * Keys that the database makes otherwise are not known at all.
   */
  returned(batch: InsertBatch, part: BatchStatement, result: StatementResult): readonly (readonly unknown[])[] {
    const { returning, identity } = batch;
    if (this.features.returning) {
      // One statement numbers its rows in their order (https://dev.mysql.com/doc/refman/8.4/en/innodb-auto-increment-handling.html).
      const rows = identity ? inOrderOfIdentity(result.rows, returning.indexOf(identity)) : result.rows;
      return decodeReturned(this.dialect, returning, rows);
    }
    if (!identity || result.insertId === undefined) return [];
    const codec = this.dialect.codec(identity.type);
    const first = BigInt(result.insertId);
    const step = BigInt(this.facts.autoIncrementIncrement);
    return Array.from({ length: part.to - part.from }, (_, i) => [
      codec.fromDatabase(String(first + BigInt(i) * step)),
    ]);
  }

  update(batch: UpdateBatch): readonly BatchStatement[] {
    const { match, set, rows } = batch;
    if (rows.length <= 1) return updateEachRow(this.dialect, batch);
    if (!this.features.jsonTable || match.some(({ type }) => keySqlType(type) === undefined)) {
      return fitsLists(batch) ? updateByLists(this.dialect, batch, this.#maxBytes) : updateEachRow(this.dialect, batch);
    }
    const sql = updateText(this.dialect, batch, this.features.collation);
    return documents(this.dialect, [...match, ...set], rows, this.#maxBytes).map(({ document, from, to }) => ({
      statement: boundStatement(sql, [document]),
      from,
      to,
    }));
  }

  delete(batch: DeleteBatch): readonly BatchStatement[] {
    return deleteByKeys(this.dialect, batch, {
      maxParameters: MAX_PARAMETERS,
      maxRows: DELETE_ROWS,
      maxBytes: this.#maxBytes,
    });
  }

  /** Keys are counted on from the first one, which is right only as long as no other session's keys come between. */
  #needsSingleRows({ identity }: InsertBatch): boolean {
    return identity !== undefined && !this.features.returning && !this.facts.consecutiveAutoIncrement;
  }
}

/**
 * One text for any number of rows, and one parameter. New values travel as text and are assigned as such, so that the column
 * converts them as strictly as it does a single value; only what finds the row has the type of its column.
 */
function updateText(dialect: Dialect, { table, match, set }: UpdateBatch, collation: string): string {
  const columns = [
    ...match.map(({ type }, i) => carried(i, keySqlType(type)!)),
    ...set.map((_, i) => carried(match.length + i, carriedText(collation))),
  ].join(', ');
  const condition = match.map(({ name }, i) => `t.${dialect.quote(name)} = v.c${String(i)}`).join(' and ');
  const assignments = set
    .map(({ name, type }, i) => `t.${dialect.quote(name)} = ${readCarried(type, `v.c${String(match.length + i)}`)}`)
    .join(', ');
  return `update ${dialect.quoteTable(table)} as t join json_table(?, '$[*]' columns(${columns})) as v on ${condition} set ${assignments}`;
}

function carried(position: number, sqlType: string): string {
  return `c${String(position)} ${sqlType} path '$[${String(position)}]'`;
}

interface Document {
  readonly document: string;
  readonly from: number;
  readonly to: number;
}

/** The rows as JSON arrays of texts, cut into statements by rows and by size. */
function documents(
  dialect: Dialect,
  columns: readonly BatchColumn[],
  rows: readonly BatchRow[],
  maxBytes: number,
): Document[] {
  const codecs = columns.map(({ type }) => dialect.codec(type));
  const result: Document[] = [];
  let texts: string[] = [];
  let from = 0;
  let bytes = 0;
  const close = (to: number): void => {
    result.push({ document: `[${texts.join(',')}]`, from, to });
    texts = [];
    from = to;
    bytes = 0;
  };
  rows.forEach((row, r) => {
    const text = rowText(columns, codecs, row);
    const size = Buffer.byteLength(text) + 1;
    if (texts.length > 0 && (texts.length === UPDATE_ROWS || bytes + size > maxBytes)) close(r);
    texts.push(text);
    bytes += size;
  });
  close(rows.length);
  return result;
}

function rowText(columns: readonly BatchColumn[], codecs: readonly Codec[], row: BatchRow): string {
  const values = columns.map(({ index }, i) => {
    const value = row[index];
    return value === null ? null : carriedAsText(codecs[i]!.toDatabase(value));
  });
  return JSON.stringify(values);
}
