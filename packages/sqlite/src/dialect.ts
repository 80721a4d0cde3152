/** SQLite's spelling. https://www.sqlite.org/lang.html */
import {
  QueryError,
  checkIdentifier,
  type BatchWriter,
  type Capabilities,
  type CatalogReader,
  type Codec,
  type ColumnReference,
  type ColumnType,
  type Comparison,
  type DdlSpelling,
  type Dialect,
  type DriverValue,
  type ListMembership,
  type RowWindow,
  type SqlWriter,
  type TableReference,
  type TextMatch,
} from '@espalier/core/driver';
import { SqliteBatchWriter, type InsertForm } from './batch';
import { SqliteCatalog } from './catalog';
import { codecOf } from './codecs';
import { SqliteDdl } from './ddl';
import { decimalKey, decimalList, decimalSpellings, selectedDecimal } from './decimals';
import { carrierOf } from './json-values';
import { hasFraction, momentComparison, momentSpellings } from './moments';
import { matchPattern, refuseRegularExpressions } from './patterns';
import { transaction } from './transaction';

export class SqliteDialect implements Dialect {
  readonly name = 'sqlite';
  readonly capabilities: Capabilities = {
    errorAbortsTransaction: false,
    // A transaction that may write holds the write lock from its beginning: no other transaction commits beside it.
    snapshotReads: false,
    conflictsLock: false,
    deletesSelfReferring: true,
    arrays: false,
  };
  readonly batch: BatchWriter;
  readonly ddl: DdlSpelling = new SqliteDdl(this);
  readonly catalog: CatalogReader = new SqliteCatalog();

  constructor(insertForm: InsertForm = 'json') {
    this.batch = new SqliteBatchWriter(this, insertForm);
  }
  readonly transaction = transaction;

  /** By backticks: a name in double quotes that no column has would silently become a text (https://www.sqlite.org/quirks.html#dblquote). */
  quote(identifier: string): string {
    checkIdentifier(identifier);
    return `\`${identifier.replaceAll('`', '``')}\``;
  }

  quoteTable({ schema, name }: TableReference): string {
    if (schema === undefined) return this.quote(name);
    throw new QueryError(
      `Table '${name}' has the schema '${schema}', but SQLite has no schemas: leave it out, or put the schema into the table's name.`,
    );
  }

  placeholder(): string {
    return '?';
  }

  codec(type: ColumnType): Codec {
    return codecOf(type);
  }

  selected(reference: string, type: ColumnType): string {
    if (type.name === 'bigint') return `cast(${reference} as text)`;
    return type.name === 'decimal' ? selectedDecimal(reference) : reference;
  }

  /** Equality with a value is that of the stored texts, so that an index serves it. */
  writeComparison(writer: SqlWriter, comparison: Comparison): boolean {
    const { operator, type, isBound } = comparison;
    const around = (sql: string): boolean => {
      comparison.writeLeft();
      writeAround(writer, sql, () => {
        comparison.writeRight();
      });
      return true;
    };
    if (isBound && hasFraction(type)) return around(momentComparison(operator, HOLE));
    if (type.name !== 'decimal') return false;
    if (isBound && operator === '=') return around(` in ${decimalList(HOLE, type.options)}`);
    if (isBound && operator === '<>') return around(` not in ${decimalList(HOLE, type.options)}`);
    const key = decimalKey(HOLE, type.options);
    writeAround(writer, key, () => {
      comparison.writeLeft();
    });
    writer.write(` ${operator} `);
    writeAround(writer, key, () => {
      comparison.writeRight();
    });
    return true;
  }

  orderKey(reference: string, type: ColumnType): string {
    return type.name === 'decimal' ? decimalKey(reference, type.options) : reference;
  }

  /** A list is one parameter; an empty one needs none. */
  listLength(length: number): number {
    return Math.min(length, 1);
  }

  writeIn(writer: SqlWriter, { operands, slots }: ListMembership): void {
    const [operand] = operands;
    if (operands.length === 1 && operand) {
      writer
        .column(operand.table, operand.name)
        .write(` in (select ${carrierOf(operand.type).read('value')} from json_each(`);
      writeList(writer, slots[0]!, operand, spellingsOf(operand.type));
      writer.write('))');
      return;
    }
    writer.write('(');
    operands.forEach((column, i) => {
      if (i > 0) writer.write(', ');
      writer.column(column.table, column.name);
    });
    writer.write(') in (select ');
    // The first list is walked; the others are asked for the element at the same place.
    operands.forEach((column, i) => {
      if (i > 0) writer.write(', ');
      writeAround(writer, carrierOf(column.type).read(HOLE), () => {
        if (i === 0) writer.write('value');
        else {
          writer.write('(');
          writeList(writer, slots[i]!, column);
          writer.write(' ->> key)');
        }
      });
    });
    writer.write(' from json_each(');
    writeList(writer, slots[0]!, operands[0]!);
    writer.write('))');
  }

  writeMatch(writer: SqlWriter, { match, insensitive, operand, slot }: TextMatch): void {
    if (match === 'matches') throw refuseRegularExpressions();
    const bindPattern = (): SqlWriter =>
      writer.bound(slot, undefined, (value) => matchPattern(match, insensitive, value as string));
    if (match === 'contains' && !insensitive) {
      writer.write('instr(').column(operand.table, operand.name).write(', ');
      bindPattern().write(') > 0');
      return;
    }
    writer.column(operand.table, operand.name).write(insensitive ? ' like ' : ' glob ');
    bindPattern();
    if (insensitive) writer.write(" escape '!'");
  }

  writeLimit(writer: SqlWriter, { limit, offset }: RowWindow): void {
    writer.write(' limit ');
    if (limit === undefined) writer.write('-1');
    else writer.bound(limit, undefined, rowCount);
    if (offset !== undefined) writer.write(' offset ').bound(offset, undefined, rowCount);
  }

  /** Empty: whoever may write holds the lock on everything. */
  lockClause(): string {
    return '';
  }
}

/** Stands in SQL for what writes itself. */
const HOLE = '\0';

/** Writes SQL with holes, which are filled each time, for what fills them may be a parameter. */
function writeAround(writer: SqlWriter, sql: string, fill: () => void): void {
  sql.split(HOLE).forEach((part, i) => {
    if (i > 0) fill();
    writer.write(part);
  });
}

/** All texts that a value of the type is found by, of the one that is written; undefined: that one alone. */
function spellingsOf(type: ColumnType): ((written: string) => readonly string[]) | undefined {
  if (type.name === 'decimal') return decimalSpellings;
  return hasFraction(type) ? momentSpellings : undefined;
}

/** @param spellings all texts that a value is found by */
function writeList(
  writer: SqlWriter,
  slot: number,
  { type }: ColumnReference,
  spellings?: (written: string) => readonly string[],
): void {
  const carrier = carrierOf(type);
  writer.bound(slot, undefined, (list) => {
    const written = (list as readonly unknown[]).map((value) => carrier.encode(value));
    return JSON.stringify(spellings ? written.flatMap((text) => spellings(text as string)) : written);
  });
}

/** @throws QueryError for anything but a safe non-negative integer: the engine takes a negative limit for none. */
function rowCount(value: unknown): DriverValue {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new QueryError('A limit or offset must be a non-negative integer.');
}
