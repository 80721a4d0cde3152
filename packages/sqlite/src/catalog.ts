/** What tables an SQLite database has. https://www.sqlite.org/pragma.html#pragma_table_xinfo */
import {
  columnsByIndex,
  leadingColumns,
  type CatalogQuestion,
  type CatalogReader,
  type FoundColumn,
  type FoundTable,
  type SqlFamily,
  type SqlTypeFacts,
  type TableReference,
} from '@espalier/core/driver';
import { declaredCollations } from './declared-collations';

/** By what a type is called, the first that fits: https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
const FAMILIES: readonly (readonly [RegExp, SqlFamily])[] = [
  [/int/, 'integer'],
  [/char|clob|text/, 'text'],
  [/blob|binary/, 'binary'],
  [/^(?:any)?$/, 'any'],
  [/real|floa|doub/, 'float'],
  // All below may hold numbers, and texts that do not look like numbers.
  [/date|time/, 'timestamp'],
  [/bool|^bit$/, 'boolean'],
  [/uuid|guid|uniqueidentifier/, 'uuid'],
  [/json/, 'json'],
  [/dec|num|money/, 'decimal'],
];

const TABLES =
  "select name, type, sql from sqlite_master where type in ('table', 'view') " +
  "union all select name, type, sql from sqlite_temp_master where type in ('table', 'view')";
const COLUMNS =
  'select t.key, c.name, c.type, c.`notnull`, c.dflt_value is not null, c.pk, c.hidden from json_each(?) t, pragma_table_xinfo(t.value) c order by t.key, c.cid';
/** Each column has a name of its own: there is a client that gives rows as objects. */
const INDEXES =
  'select t.key, l.name as index_name, l.`unique`, c.name from json_each(?) t, pragma_index_list(t.value) l, pragma_index_info(l.name) c ' +
  'where l.partial = 0 order by t.key, l.seq, c.seqno';

/** What `hidden` says of generated columns; 1 is a parameter of a virtual table. */
const GENERATED: ReadonlySet<number> = new Set([2, 3]);

interface Declared {
  readonly isView: boolean;
  readonly sql: string;
}

export class SqliteCatalog implements CatalogReader {
  readonly bindsLimits = false;
  /**
   * A column keeps what it is given, but for numbers in columns of texts, and texts that look like numbers in columns of numbers
   * (https://www.sqlite.org/datatype3.html#type_affinity): `'007'` becomes 7 there, and a bigint is rounded in a column of floats.
   */
  readonly keeps: CatalogReader['keeps'] = {
    smallint: ['integer', 'decimal', 'any'],
    integer: ['integer', 'decimal', 'any'],
    bigint: ['integer', 'decimal'],
    float: ['float', 'integer', 'decimal', 'any'],
    decimal: ['text', 'decimal', 'float', 'integer', 'any'],
    text: ['text', 'any', 'uuid', 'timestamp'],
    varchar: ['text', 'any', 'uuid', 'timestamp'],
    char: ['text', 'any', 'uuid', 'timestamp'],
    boolean: ['boolean', 'bit', 'integer', 'decimal', 'any'],
    date: ['timestamp', 'text', 'any'],
    time: ['timestamp', 'text', 'any'],
    timestamp: ['timestamp', 'text', 'any'],
    timestamptz: ['timestamp', 'text', 'any'],
    json: ['text', 'json', 'any'],
    uuid: ['text', 'uuid', 'any'],
    binary: ['binary', 'any'],
    enum: ['text', 'any'],
    array: [],
  };

  /** Letters of ASCII alone have no case. */
  columnKey(name: string): string {
    return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  }

  sqlType(sql: string): SqlTypeFacts {
    const [, first, second] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(sql) ?? [];
    const name = sql
      .replace(/\(.*\)/s, '')
      .trim()
      .toLowerCase();
    const family = FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
    const numbers = [first, second].map((digits) => (digits === undefined ? undefined : Number(digits)));
    return { name, family, ...limits(name, family, numbers) };
  }

  async read(tables: readonly TableReference[], ask: CatalogQuestion): Promise<(FoundTable | undefined)[]> {
    const all = new Map<string, Declared>();
    for (const [name, type, sql] of await ask(TABLES))
      all.set(this.columnKey(String(name)), { isView: type === 'view', sql: typeof sql === 'string' ? sql : '' });
    const names = [JSON.stringify(tables.map(({ name }) => name))];
    const columns = await ask(COLUMNS, names);
    const indexes = await ask(INDEXES, names);
    return tables.map(({ name }, i) => {
      const declared = all.get(this.columnKey(name));
      const isOfTable = ([key]: readonly unknown[]): boolean => Number(key) === i;
      return (
        declared && this.#table(declared, { columns: columns.filter(isOfTable), indexes: indexes.filter(isOfTable) })
      );
    });
  }

  #table(
    declared: Declared,
    rows: { readonly columns: readonly (readonly unknown[])[]; readonly indexes: readonly (readonly unknown[])[] },
  ): FoundTable {
    const key = rows.columns
      .filter(([, , , , , position]) => Number(position) > 0)
      .sort(([, , , , , one], [, , , , , other]) => Number(one) - Number(other))
      .map(([, name]) => String(name));
    const numbered = hasRowNumbers(declared.sql) && key.length === 1 ? key[0] : undefined;
    const collations = declaredCollations(declared.sql);
    const parts = rows.indexes.map(([, index, unique, column]) => ({
      index: String(index),
      isUnique: Number(unique) === 1,
      column: typeof column === 'string' ? column : undefined,
    }));
    const primary = key.length === 0 ? [] : [key];
    const uniques = columnsByIndex(parts.filter(({ isUnique }) => isUnique));
    return {
      isView: declared.isView,
      columns: rows.columns.map((row) => this.#column(row, { numbered, collations })),
      uniques: [
        ...primary,
        ...[...uniques.values()].filter((columns) => !columns.includes(undefined)).map(leadingColumns),
      ],
      indexes: [...primary, ...[...columnsByIndex(parts).values()].map(leadingColumns)],
    };
  }

  #column(
    row: readonly unknown[],
    { numbered, collations }: { numbered: string | undefined; collations: ReadonlyMap<string, string> },
  ): FoundColumn {
    // Some versions keep the standard types in capitals, whatever was written.
    const [name, sql] = [String(row[1]), String(row[2]).toLowerCase()];
    const [notNull, hasDefault, position, hidden] = row.slice(3).map(Number) as [number, number, number, number];
    const type = this.sqlType(sql);
    // Only under this very name a key is the number of the row: https://www.sqlite.org/lang_createtable.html#rowid
    const isNumbered = numbered === name && sql === 'integer';
    const isComputed = GENERATED.has(hidden);
    return {
      name,
      sql,
      type,
      // A key that is not declared so takes NULL too, which is a bug that SQLite keeps, and no key of an entity.
      nullable: notNull === 0 && position === 0,
      hasDefault: hasDefault === 1 || isNumbered || hidden > 0,
      isNumbered,
      isComputed,
      collation: type.family === 'text' ? (collations.get(this.columnKey(name)) ?? 'BINARY') : undefined,
    };
  }
}

function hasRowNumbers(sql: string): boolean {
  return !/\)[^)]*\bwithout\s+rowid\b[^)]*$/i.test(sql);
}

/** What brackets say binds no one here; it says what the others who use the table count on. */
function limits(
  name: string,
  family: SqlFamily,
  [first, second]: readonly (number | undefined)[],
): Pick<SqlTypeFacts, 'length' | 'precision' | 'scale' | 'seconds'> {
  if (family === 'decimal' || name === 'decimal_text')
    return { precision: first, scale: first === undefined ? undefined : (second ?? 0) };
  if (family === 'timestamp') return { seconds: first };
  return family === 'text' || family === 'binary' ? { length: first } : {};
}
