/** What tables a PostgreSQL database has. https://www.postgresql.org/docs/current/catalogs.html */
import {
  leadingColumns,
  type CatalogQuestion,
  type CatalogReader,
  type Dialect,
  type FoundColumn,
  type FoundTable,
  type SqlFamily,
  type SqlTypeFacts,
  type TableReference,
} from '@espalier/core/driver';
import { arrayElement } from './array-literal';

/** Spellings of DDL, and the name by which `format_type` knows the type. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['int2', 'smallint'],
  ['smallserial', 'smallint'],
  ['int', 'integer'],
  ['int4', 'integer'],
  ['serial', 'integer'],
  ['int8', 'bigint'],
  ['bigserial', 'bigint'],
  ['float4', 'real'],
  ['float', 'double precision'],
  ['float8', 'double precision'],
  ['decimal', 'numeric'],
  ['dec', 'numeric'],
  ['varchar', 'character varying'],
  ['char varying', 'character varying'],
  ['char', 'character'],
  ['bpchar', 'character'],
  ['bool', 'boolean'],
  ['time', 'time without time zone'],
  ['timetz', 'time with time zone'],
  ['timestamp', 'timestamp without time zone'],
  ['timestamptz', 'timestamp with time zone'],
  ['varbit', 'bit varying'],
]);

const FAMILIES: Readonly<Record<string, { family: SqlFamily; bits?: number }>> = {
  smallint: { family: 'integer', bits: 16 },
  integer: { family: 'integer', bits: 32 },
  bigint: { family: 'integer', bits: 64 },
  oid: { family: 'integer', bits: 32 },
  real: { family: 'float', bits: 24 },
  'double precision': { family: 'float', bits: 53 },
  numeric: { family: 'decimal' },
  text: { family: 'text' },
  citext: { family: 'text' },
  'character varying': { family: 'text' },
  character: { family: 'char' },
  boolean: { family: 'boolean' },
  date: { family: 'date' },
  'time without time zone': { family: 'time' },
  'timestamp without time zone': { family: 'timestamp' },
  'timestamp with time zone': { family: 'timestamptz' },
  json: { family: 'json' },
  jsonb: { family: 'json' },
  uuid: { family: 'uuid' },
  bytea: { family: 'binary' },
};

/** Digits after the second where a type does not say how many. */
const SECONDS = 6;

/**
 * The tables by their names, which are looked for as those of other statements are: in the schema given, or along the `search_path`. `to_regclass` gives
 * NULL for what is not there.
 */
const WANTED =
  'with wanted as (select w.i, to_regclass(w.name)::oid as id from unnest($1::text[]) with ordinality as w(name, i)) ';

/** Of a domain the type below it. */
const COLUMNS = `${WANTED}select w.i::text, c.relkind::text, a.attname::text, format_type(b.oid, case when t.typtype = 'd' then t.typtypmod else a.atttypmod end),
  (a.attnotnull or t.typnotnull)::text, (a.atthasdef or t.typdefault is not null)::text, a.attidentity::text, a.attgenerated::text,
  case when a.attcollation <> 0 then quote_ident(l.collname) end,
  (select json_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = b.oid)::text
  from wanted w
  join pg_catalog.pg_class c on c.oid = w.id
  left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
  left join pg_catalog.pg_collation l on l.oid = a.attcollation
  order by w.i, a.attnum`;

/** Those that find every row. The others of a table come after `indnkeyatts`. */
const INDEXES = `${WANTED}select w.i::text, x.indisunique::text,
  (select json_agg(a.attname order by k.n) from unnest(x.indkey::int2[]) with ordinality as k(number, n)
    left join pg_catalog.pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number where k.n <= x.indnkeyatts)::text
  from wanted w
  join pg_catalog.pg_index x on x.indrelid = w.id
  where x.indisvalid and x.indpred is null
  order by w.i, x.indexrelid`;

/** Views, materialized views, tables of other servers. */
const VIEWS: ReadonlySet<unknown> = new Set(['v', 'm', 'f']);

export class PostgresCatalog implements CatalogReader {
  readonly bindsLimits = true;
  /**
   * Measured with one row and with several, read, looked for and changed. A text over an enum, a uuid, an inet and the like fails where several rows are
   * inserted by one statement: there the type must be named (`type: { sqlType }`). A text over `char(n)` is read with its blanks.
   */
  readonly keeps: CatalogReader['keeps'] = {
    smallint: ['integer'],
    integer: ['integer'],
    bigint: ['integer'],
    float: ['float'],
    decimal: ['decimal'],
    text: ['text'],
    varchar: ['text'],
    char: ['text', 'char'],
    boolean: ['boolean'],
    date: ['date'],
    time: ['time'],
    timestamp: ['timestamp', 'timestamptz'],
    timestamptz: ['timestamp', 'timestamptz'],
    json: ['json'],
    uuid: ['uuid'],
    binary: ['binary'],
    enum: ['text'],
    array: ['array'],
  };

  constructor(private readonly dialect: Pick<Dialect, 'quoteTable'>) {}

  columnKey(name: string): string {
    return name;
  }

  sqlType(sql: string): SqlTypeFacts {
    const array = /^(.*?)\s*\[\d*\]$/s.exec(sql.trim());
    if (array) {
      const element = this.sqlType(array[1]!);
      return { name: `${element.name}[]`, family: 'array', element };
    }
    const [, first = '', second] = /\(\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?\)/.exec(sql) ?? [];
    const name = typeName(sql);
    const known = Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
    const numbers = [first, second].map((digits) => (digits ? Number(digits) : undefined));
    return { name, family: known?.family ?? 'other', bits: known?.bits, ...limits(name, numbers) };
  }

  async read(tables: readonly TableReference[], ask: CatalogQuestion): Promise<(FoundTable | undefined)[]> {
    const names = [`{${tables.map((table) => arrayElement(this.dialect.quoteTable(table))).join(',')}}`];
    const columns = await ask(COLUMNS, names);
    const indexes = await ask(INDEXES, names);
    return tables.map((_, i) => {
      const isOfTable = ([number]: readonly unknown[]): boolean => number === String(i + 1);
      const own = columns.filter(isOfTable);
      if (own.length === 0) return undefined;
      const found = indexes.filter(isOfTable).map(([, unique, list]) => ({
        isUnique: unique === 'true',
        columns: JSON.parse(list as string) as (string | null)[],
      }));
      return {
        isView: VIEWS.has(own[0]![1]),
        // A table may have no columns.
        columns: own.filter(([, , name]) => name !== null).map((row) => this.#column(row)),
        uniques: found
          .filter(({ isUnique, columns }) => isUnique && !columns.includes(null))
          .map(({ columns }) => leadingColumns(columns)),
        indexes: found.map(({ columns }) => leadingColumns(columns)),
      };
    });
  }

  #column(row: readonly unknown[]): FoundColumn {
    const [, , name, type, notNull, hasDefault, identity, computed, collation, values] = row as (string | null)[];
    const sql = type!;
    const facts = this.sqlType(sql);
    const isNumbered = identity !== '' || (hasDefault === 'true' && computed === '');
    return {
      name: name!,
      sql,
      type: values === null ? facts : { ...facts, family: 'enum', values: JSON.parse(values!) as string[] },
      nullable: notNull !== 'true',
      hasDefault: isNumbered || computed !== '',
      // Whatever makes it, `returning` tells it.
      isNumbered,
      isComputed: computed !== '',
      collation: collation ?? undefined,
    };
  }
}

/** Without length and schema; names in quotes keep their letters. */
function typeName(sql: string): string {
  const quoted = /^(?:.*\.)?"((?:[^"]|"")+)"$/s.exec(sql.trim());
  if (quoted) return quoted[1]!.replaceAll('""', '"');
  const plain = sql
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\bcollate\b.*$/is, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
    .replace(/^[\w$]+\./, '');
  return ALIASES.get(plain) ?? plain;
}

function limits(
  name: string,
  [first, second]: readonly (number | undefined)[],
): Pick<SqlTypeFacts, 'length' | 'precision' | 'scale' | 'seconds'> {
  if (name === 'numeric') return { precision: first, scale: first === undefined ? undefined : (second ?? 0) };
  if (/^time(?:stamp)? with/.test(name)) return { seconds: first ?? SECONDS };
  return { length: first ?? (name === 'character' ? 1 : undefined) };
}
