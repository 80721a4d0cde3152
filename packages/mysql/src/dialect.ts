/** The spelling that MySQL and MariaDB share, and where they part. https://dev.mysql.com/doc/refman/8.4/en/ https://mariadb.com/kb/en/sql-statements/ */
import {
  qualifiedTable,
  type BatchWriter,
  type Capabilities,
  type CatalogReader,
  type Codec,
  type ColumnType,
  type Comparison,
  type DdlSpelling,
  type Dialect,
  type ListMembership,
  type MatchKind,
  type RowWindow,
  type SqlWriter,
  type TableReference,
  type TextMatch,
} from '@espalier/core/driver';
import { MysqlBatchWriter } from './batch';
import { MysqlCatalog } from './catalog';
import { codecOf } from './codecs';
import { MysqlDdl } from './ddl';
import { quoteIdentifier } from './identifier';
import { isAtLeast, MAX_PARAMETERS, type ServerFacts, type ServerFeatures } from './server';
import { castOf } from './sql-types';
import { transaction } from './transaction';

/** What stands for "no limit" where there is an offset only: https://dev.mysql.com/doc/refman/8.4/en/select.html */
const NO_LIMIT = '18446744073709551615';

abstract class MysqlFamilyDialect implements Dialect {
  abstract readonly name: string;
  readonly capabilities: Capabilities;
  readonly batch: BatchWriter;
  readonly ddl: DdlSpelling;
  readonly catalog: CatalogReader;
  readonly transaction = transaction;

  protected constructor(
    readonly facts: ServerFacts,
    readonly features: ServerFeatures,
  ) {
    this.capabilities = {
      errorAbortsTransaction: false,
      // Repeatable read is the default.
      snapshotReads: !facts.snapshotIsolation,
      conflictsLock: true,
      deletesSelfReferring: false,
      arrays: false,
    };
    this.batch = new MysqlBatchWriter(this, facts, features);
    this.ddl = new MysqlDdl(this, features.collation, features.expressionIndexes);
    this.catalog = new MysqlCatalog(features.collation);
  }

  abstract lockClause(lock: 'share' | 'update'): string;
  /** Compares JSON documents, not their texts. */
  protected abstract writeJsonEquality(writer: SqlWriter, comparison: Comparison): boolean;

  quote(identifier: string): string {
    return quoteIdentifier(identifier);
  }

  quoteTable(table: TableReference): string {
    return qualifiedTable(this, table);
  }

  placeholder(): string {
    return '?';
  }

  codec(type: ColumnType): Codec {
    return codecOf(type);
  }

  selected(reference: string): string {
    return reference;
  }

  writeComparison(writer: SqlWriter, comparison: Comparison): boolean {
    const { type, operator } = comparison;
    if (type.name === 'json') return this.writeJsonEquality(writer, comparison);
    const cast = castOf(type);
    if (cast === undefined) return false;
    comparison.writeLeft();
    writer.write(` ${operator} cast(`);
    comparison.writeRight();
    writer.write(` as ${cast})`);
    return true;
  }

  orderKey(reference: string): string {
    return reference;
  }

  /** Powers of two, so that few texts arise: each is a prepared statement of its own. */
  listLength(length: number): number {
    return length <= 1 ? length : Math.max(length, Math.min(2 ** Math.ceil(Math.log2(length)), MAX_PARAMETERS));
  }

  writeIn(writer: SqlWriter, { operands, slots, length }: ListMembership): void {
    const codecs = operands.map(({ type }) => this.codec(type));
    const writeElement = (i: number, element: number): void => {
      const cast = castOf(operands[i]!.type);
      if (cast !== undefined) writer.write('cast(');
      writer.element(slots[i]!, element, codecs[i]!);
      if (cast !== undefined) writer.write(` as ${cast})`);
    };
    const bracketed = operands.length > 1;
    if (bracketed && length === 1) {
      // MariaDB scans and locks the whole table for `delete … where (a, b) in ((?, ?))`.
      operands.forEach(({ table, name }, i) => {
        writer
          .write(i === 0 ? '(' : ' and ')
          .column(table, name)
          .write(' = ');
        writeElement(i, 0);
      });
      writer.write(')');
      return;
    }
    if (bracketed) writer.write('(');
    operands.forEach((operand, i) => {
      if (i > 0) writer.write(', ');
      writer.column(operand.table, operand.name);
    });
    writer.write(bracketed ? ') in (' : ' in (');
    for (let element = 0; element < length; element++) {
      writer.write(element > 0 ? ', ' : '');
      if (bracketed) writer.write('(');
      operands.forEach((_, i) => {
        if (i > 0) writer.write(', ');
        writeElement(i, element);
      });
      if (bracketed) writer.write(')');
    }
    writer.write(')');
  }

  /** The collation stands at the pattern: there it is valid whatever the character set of the column, and decides all the same. */
  writeMatch(writer: SqlWriter, { match, insensitive, operand, slot }: TextMatch): void {
    const encode = (value: unknown): string => matchPattern(match, insensitive, value as string);
    const folded = insensitive && match !== 'matches';
    writer
      .write(folded ? 'lower(' : '')
      .column(operand.table, operand.name)
      .write(folded ? ')' : '');
    if (match === 'matches') {
      writer.write(' regexp (').bound(slot, undefined, encode).write(` collate ${this.features.collation})`);
      return;
    }
    writer.write(folded ? ' like lower(' : ' like ').bound(slot, undefined, encode);
    writer.write(`${folded ? ')' : ''} collate ${this.features.collation} escape '!'`);
  }

  /** MySQL 8.0.22 and later take no float here: the client sends a whole number as such where the server says that it wants one. */
  writeLimit(writer: SqlWriter, { limit, offset }: RowWindow): void {
    writer.write(' limit ');
    if (limit === undefined) writer.write(NO_LIMIT);
    else writer.bound(limit, undefined, (value) => value as number);
    if (offset !== undefined) writer.write(' offset ').bound(offset, undefined, (value) => value as number);
  }
}

/** MySQL 8.0 and later. Inserts return no columns; generated keys come as the first of them. */
export class MysqlDialect extends MysqlFamilyDialect {
  readonly name = 'mysql';

  constructor(facts: ServerFacts) {
    super(facts, {
      collation: isAtLeast(facts, 8, 0, 17) ? 'utf8mb4_0900_bin' : 'utf8mb4_bin',
      returning: false,
      jsonTable: isAtLeast(facts, 8, 0, 4),
      // https://dev.mysql.com/doc/refman/8.4/en/create-index.html#create-index-functional-key-parts
      expressionIndexes: isAtLeast(facts, 8, 0, 13),
    });
  }

  lockClause(lock: 'share' | 'update'): string {
    return ` for ${lock}`;
  }

  protected writeJsonEquality(writer: SqlWriter, comparison: Comparison): boolean {
    comparison.writeLeft();
    writer.write(` ${comparison.operator} cast(`);
    comparison.writeRight();
    writer.write(' as json)');
    return true;
  }
}

/** MariaDB 10.5 and later. */
export class MariadbDialect extends MysqlFamilyDialect {
  readonly name = 'mariadb';

  constructor(facts: ServerFacts) {
    super(facts, {
      collation: 'utf8mb4_nopad_bin',
      returning: isAtLeast(facts, 10, 5, 0),
      jsonTable: isAtLeast(facts, 10, 6, 0),
      // https://mariadb.com/kb/en/generated-columns/#index-support is what it has instead.
      expressionIndexes: false,
    });
  }

  lockClause(lock: 'share' | 'update'): string {
    return lock === 'share' ? ' lock in share mode' : ' for update';
  }

  /** JSON is text here, compared in a normal form since 10.7. (`json_equals` is true for NULL inside a `where`.) */
  protected writeJsonEquality(writer: SqlWriter, comparison: Comparison): boolean {
    if (!isAtLeast(this.facts, 10, 7, 0)) return false;
    writer.write('json_normalize(');
    comparison.writeLeft();
    writer.write(`) ${comparison.operator} json_normalize(`);
    comparison.writeRight();
    writer.write(')');
    return true;
  }
}

export type { MysqlFamilyDialect };

export function dialectFor(facts: ServerFacts): MysqlFamilyDialect {
  return facts.mariadb ? new MariadbDialect(facts) : new MysqlDialect(facts);
}

/** What a text is matched against, the characters of a literal one that mean something escaped. */
function matchPattern(match: MatchKind, insensitive: boolean, value: string): string {
  // Both regular expression libraries, PCRE and ICU, read flags in front.
  if (match === 'matches') return insensitive ? `(?i)${value}` : value;
  if (match === 'like') return value;
  const literal = value.replace(/[!%_]/g, '!$&');
  return `${match === 'startsWith' ? '' : '%'}${literal}${match === 'endsWith' ? '' : '%'}`;
}
