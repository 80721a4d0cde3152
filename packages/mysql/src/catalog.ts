/** What tables a MySQL or MariaDB database has. https://dev.mysql.com/doc/refman/8.4/en/information-schema.html */
import {
  columnsByIndex,
  leadingColumns,
  type CatalogQuestion,
  type CatalogReader,
  type DriverValue,
  type FoundColumn,
  type FoundTable,
  type SqlFamily,
  type SqlTypeFacts,
  type TableReference,
} from '@espalier/core/driver';

interface Known {
  readonly name?: string;
  readonly family: SqlFamily;
  readonly bits?: number;
  readonly length?: number;
}

const TYPES: Readonly<Record<string, Known>> = {
  tinyint: { family: 'integer', bits: 8 },
  bool: { name: 'tinyint', family: 'integer', bits: 8 },
  boolean: { name: 'tinyint', family: 'integer', bits: 8 },
  smallint: { family: 'integer', bits: 16 },
  year: { family: 'integer', bits: 16 },
  mediumint: { family: 'integer', bits: 24 },
  int: { family: 'integer', bits: 32 },
  integer: { name: 'int', family: 'integer', bits: 32 },
  bigint: { family: 'integer', bits: 64 },
  serial: { name: 'bigint', family: 'integer', bits: 64 },
  float: { family: 'float', bits: 24 },
  double: { family: 'float', bits: 53 },
  real: { name: 'double', family: 'float', bits: 53 },
  decimal: { family: 'decimal' },
  dec: { name: 'decimal', family: 'decimal' },
  fixed: { name: 'decimal', family: 'decimal' },
  numeric: { name: 'decimal', family: 'decimal' },
  char: { family: 'char', length: 1 },
  character: { name: 'char', family: 'char', length: 1 },
  varchar: { family: 'text' },
  tinytext: { family: 'text', length: 255 },
  text: { family: 'text', length: 65_535 },
  mediumtext: { family: 'text', length: 16_777_215 },
  longtext: { family: 'text' },
  binary: { family: 'binary', length: 1 },
  varbinary: { family: 'binary' },
  tinyblob: { family: 'binary', length: 255 },
  blob: { family: 'binary', length: 65_535 },
  mediumblob: { family: 'binary', length: 16_777_215 },
  longblob: { family: 'binary' },
  bit: { family: 'bit' },
  date: { family: 'date' },
  time: { family: 'time' },
  datetime: { family: 'timestamp' },
  timestamp: { family: 'timestamp' },
  json: { family: 'json' },
  uuid: { family: 'uuid' },
  enum: { family: 'enum' },
};

const TYPE = /^\s*(?:national\s+)?(\w+)\s*(?:\((.*)\))?/is;
const VARYING = /\bchar(?:acter)?\s+varying\b/i;

/** Digits of a decimal that does not say how many. */
const DECIMAL_DIGITS = 10;

const SETTINGS = 'select @@lower_case_table_names, @@character_set_connection, @@collation_connection, database()';
const COLUMNS =
  'c.column_name, c.column_type, c.is_nullable, c.column_default, c.extra, c.character_set_name, c.collation_name';
const INDEXES = 'c.index_name, c.non_unique, c.column_name, c.index_type';

/** As raw SQL's rows come, of texts and numbers. */
type Row = readonly (string | number | bigint | null)[];
type Rows = readonly Row[];

export class MysqlCatalog implements CatalogReader {
  readonly bindsLimits = true;
  /**
   * Measured with one row and with several, read, looked for and changed. Texts are kept by what is read as a text: enums, sets, and the server's types for
   * uuids and addresses. JSON is a text on MariaDB, and booleans are numbers.
   */
  readonly keeps: CatalogReader['keeps'] = {
    smallint: ['integer'],
    integer: ['integer'],
    bigint: ['integer'],
    float: ['float'],
    decimal: ['decimal'],
    text: ['text', 'char', 'enum', 'uuid', 'other'],
    varchar: ['text', 'char', 'enum', 'uuid', 'other'],
    char: ['text', 'char', 'enum', 'uuid', 'other'],
    boolean: ['integer', 'bit'],
    date: ['date'],
    time: ['time'],
    timestamp: ['timestamp'],
    timestamptz: ['timestamp'],
    json: ['json', 'text'],
    uuid: ['uuid', 'char', 'text'],
    binary: ['binary'],
    enum: ['enum', 'text', 'char'],
    array: [],
  };

  /** @param collation of the tables that `orm.schema` makes */
  constructor(private readonly collation: string) {}

  columnKey(name: string): string {
    return name.toLowerCase();
  }

  sqlType(sql: string): SqlTypeFacts {
    const [, word = '', inner = ''] = TYPE.exec(sql.replace(VARYING, 'varchar')) ?? [];
    const spelled = word.toLowerCase().replace(/^n(?=(?:var)?char$)/, '');
    const known: Known = Object.hasOwn(TYPES, spelled) ? TYPES[spelled]! : { family: 'other' };
    const name = known.name ?? spelled;
    const { family, bits } = known;
    if (name === 'enum') return { name, family, values: enumValues(inner) };
    const [first, second] = inner.split(',').map((digits) => (/^\s*\d+\s*$/.test(digits) ? Number(digits) : undefined));
    if (family === 'decimal') return { name, family, precision: first ?? DECIMAL_DIGITS, scale: second ?? 0 };
    if (family === 'time' || family === 'timestamp') return { name, family, seconds: first ?? 0 };
    // What stands in brackets after an integer is a width for display.
    if (bits !== undefined) return { name, family, bits };
    return { name, family, length: first ?? known.length };
  }

  async read(tables: readonly TableReference[], ask: CatalogQuestion): Promise<(FoundTable | undefined)[]> {
    const [[lowerCase, characterSet, collation, database] = []] = (await ask(SETTINGS)) as Rows;
    const where = tablesWhere(tables);
    const question = async (what: string, source: string, order = ''): Promise<Rows> =>
      (await ask(
        `select c.table_schema, c.table_name, ${what} from information_schema.${source} c where ${where.sql} ${order}`,
        where.values,
      )) as Rows;
    const found = await question('c.table_type', 'tables');
    const columns = await question(COLUMNS, 'columns', 'order by c.ordinal_position');
    const indexes = await question(INDEXES, 'statistics', 'order by c.index_name, c.seq_in_index');
    const connection = { characterSet: String(characterSet), collation: String(collation) };
    /** The setting says whether names of tables count case. */
    const fold = (text: Row[number] | undefined): string =>
      Number(lowerCase) === 0 ? String(text) : String(text).toLowerCase();
    return tables.map(({ schema, name }) => {
      const wanted = fold(schema ?? database);
      const isOfTable = ([tableSchema, tableName]: Row): boolean =>
        fold(tableSchema) === wanted && fold(tableName) === fold(name);
      const type = found.find(isOfTable)?.[2];
      if (type === undefined) return undefined;
      return {
        isView: String(type).toUpperCase().includes('VIEW'),
        columns: columns.filter(isOfTable).map((row) => this.#column(row.slice(2), connection)),
        ...readIndexes(indexes.filter(isOfTable)),
      };
    });
  }

  #column(row: Row, connection: { characterSet: string; collation: string }): FoundColumn {
    const [name, type, isNullable, value, extra, characterSet, collation] = row.map((text) =>
      text === null ? undefined : String(text),
    );
    const isNumbered = /auto_increment/i.test(extra ?? '');
    const isComputed = /\b(?:virtual|stored|persistent)\b/i.test(extra ?? '');
    const isAlike =
      collation === undefined ||
      collation === this.collation ||
      (characterSet === connection.characterSet && collation === connection.collation);
    return {
      name: name!,
      sql: type!,
      type: this.sqlType(type!),
      nullable: isNullable === 'YES',
      hasDefault: isNumbered || isComputed || value !== undefined || /default_generated/i.test(extra ?? ''),
      isNumbered,
      isComputed,
      collation,
      connectionCollation: isAlike ? undefined : connection.collation,
    };
  }
}

/** Names in the catalogue are compared without case; the rows of others are left out when they are read. */
function tablesWhere(tables: readonly TableReference[]): { sql: string; values: DriverValue[] } {
  const values: DriverValue[] = [];
  const conditions = tables.map(({ schema, name }) => {
    if (schema !== undefined) values.push(schema);
    values.push(name);
    return `c.table_schema = ${schema === undefined ? 'database()' : '?'} and c.table_name = ?`;
  });
  return { sql: `(${conditions.join(' or ')})`, values };
}

/** What stands in the brackets of an enum: quotes are doubled. */
function enumValues(texts: string): string[] {
  return [...texts.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => text!.replaceAll("''", "'"));
}

/** A part of a text is unique only where the whole is. */
function readIndexes(rows: Rows): Pick<FoundTable, 'uniques' | 'indexes'> {
  const parts = rows
    .filter(([, , , , , type]) => /^(?:btree|hash)$/i.test(String(type)))
    .map(([, , index, nonUnique, column]) => ({
      index: String(index),
      isUnique: Number(nonUnique) === 0,
      column: typeof column === 'string' ? column : undefined,
    }));
  const uniques = columnsByIndex(parts.filter(({ isUnique }) => isUnique));
  return {
    uniques: [...uniques.values()].filter((columns) => !columns.includes(undefined)).map(leadingColumns),
    indexes: [...columnsByIndex(parts).values()].map(leadingColumns),
  };
}
