/** PostgreSQL's spelling. https://www.postgresql.org/docs/current/sql.html */
import {
  QueryError,
  qualifiedTable,
  type BatchWriter,
  type Capabilities,
  type CatalogReader,
  type Codec,
  type ColumnReference,
  type ColumnType,
  type DdlSpelling,
  type Dialect,
  type ListMembership,
  type MatchKind,
  type RowWindow,
  type SqlWriter,
  type TableReference,
  type TextMatch,
} from '@espalier/core/driver';
import { arrayLiteral } from './array-literal';
import { PostgresBatchWriter } from './batch';
import { PostgresCatalog } from './catalog';
import { codecOf } from './codecs';
import { PostgresDdl } from './ddl';
import { quoteIdentifier } from './identifier';
import { carrierOf } from './sql-types';
import { transaction } from './transaction';

/** Types that `like` takes as they are; others are matched as text, `char` among them for the blanks that fill it up. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar']);

export class PostgresDialect implements Dialect {
  readonly name = 'postgres';
  readonly capabilities: Capabilities = {
    errorAbortsTransaction: true,
    // Read committed is the default: each statement sees what is committed.
    snapshotReads: false,
    conflictsLock: false,
    deletesSelfReferring: true,
    arrays: true,
  };
  readonly batch: BatchWriter = new PostgresBatchWriter(this);
  readonly ddl: DdlSpelling = new PostgresDdl(this);
  readonly catalog: CatalogReader = new PostgresCatalog(this);
  readonly transaction = transaction;

  quote(identifier: string): string {
    return quoteIdentifier(identifier);
  }

  quoteTable(table: TableReference): string {
    return qualifiedTable(this, table);
  }

  placeholder(position: number): string {
    return `$${String(position)}`;
  }

  codec(type: ColumnType): Codec {
    return codecOf(type);
  }

  selected(reference: string): string {
    return reference;
  }

  writeComparison(): boolean {
    return false;
  }

  orderKey(reference: string): string {
    return reference;
  }

  /** A list is one parameter, an array; an empty one needs none. */
  listLength(length: number): number {
    return Math.min(length, 1);
  }

  writeIn(writer: SqlWriter, { operands, slots }: ListMembership): void {
    const [operand] = operands;
    if (operands.length === 1 && operand) {
      this.#refuseArray(operand);
      writer.column(operand.table, operand.name).write(' = any(');
      // Without a cast the server takes the type of the column, whichever that is.
      this.#list(writer, slots[0]!, operand.type);
      writer.write(')');
      return;
    }
    writer.write('(');
    operands.forEach((column, i) => {
      if (i > 0) writer.write(', ');
      writer.column(column.table, column.name);
    });
    writer.write(`) in (select ${operands.map((column, i) => keyColumn(column, i)).join(', ')} from unnest(`);
    operands.forEach((column, i) => {
      this.#refuseArray(column);
      if (i > 0) writer.write(', ');
      this.#list(writer, slots[i]!, column.type);
      writer.write(`::${carrierOf(column.type).element}[]`);
    });
    writer.write(`) as k(${operands.map((_, i) => `c${String(i)}`).join(', ')}))`);
  }

  writeMatch(writer: SqlWriter, { match, insensitive, operand, slot }: TextMatch): void {
    writer.column(operand.table, operand.name);
    const { name, options } = operand.type;
    if (!TEXTS.has(name) || options.sqlType !== undefined) writer.write('::text');
    if (match === 'matches') writer.write(insensitive ? ' ~* ' : ' ~ ');
    else writer.write(insensitive ? ' ilike ' : ' like ');
    writer.bound(slot, undefined, (value) => matchPattern(match, value as string));
    if (match !== 'matches') writer.write(" escape '!'");
  }

  writeLimit(writer: SqlWriter, { limit, offset }: RowWindow): void {
    if (limit !== undefined) writer.write(' limit ').bound(limit, undefined, (value) => value as number);
    if (offset !== undefined) writer.write(' offset ').bound(offset, undefined, (value) => value as number);
  }

  lockClause(lock: 'share' | 'update'): string {
    return ` for ${lock}`;
  }

  #list(writer: SqlWriter, slot: number, type: ColumnType): void {
    const codec = this.codec(type);
    writer.bound(slot, undefined, (list) => arrayLiteral(list as readonly unknown[], codec));
  }

  #refuseArray({ name, type }: ColumnReference): void {
    if (type.name !== 'array') return;
    throw new QueryError(
      `Column ${name} is an array, and lists of arrays are no condition here: compare it with each by or(...).`,
    );
  }
}

/** What a text is matched against, the characters of a literal one that mean something escaped. */
function matchPattern(match: MatchKind, value: string): string {
  if (match === 'like' || match === 'matches') return value;
  const literal = value.replace(/[!%_]/g, '!$&');
  return `${match === 'startsWith' ? '' : '%'}${literal}${match === 'endsWith' ? '' : '%'}`;
}

function keyColumn({ type }: ColumnReference, position: number): string {
  const { cast } = carrierOf(type);
  return `k.c${String(position)}${cast === undefined ? '' : `::${cast}`}`;
}
