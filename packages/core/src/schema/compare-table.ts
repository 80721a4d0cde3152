/** A mapped table beside the one that is there: its columns one by one, its keys and indexes, and what its texts are compared by. */
import type { BelongsToModel, ColumnModel, EntityModel, TableName } from '../metadata';
import type { Dialect, FoundColumn, FoundTable } from '../sql';
import { typeDifference } from './compare-types';
import { isIndexed } from './ddl';
import { finding, type FindingParts, type SchemaFinding } from './finding';
import type { MappedTable } from './from-metadata';
import type { Column, Table } from './table';

export interface TableComparison {
  readonly database: string;
  readonly dialect: Pick<Dialect, 'catalog' | 'ddl'>;
  readonly mapped: MappedTable;
  /** The same with what the other classes on this table map. */
  readonly whole: Table;
  readonly found: FoundTable;
  /** The table of another entity of the same database. */
  readonly foundTable: (model: EntityModel) => FoundTable | undefined;
}

/** What is told of a finding beside where it is. */
type Told = Pick<FindingParts, 'kind' | 'text'> &
  Partial<Pick<FindingParts, 'column' | 'property' | 'mapped' | 'found'>>;

export function tableName({ schema, name }: TableName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

export function missingTable(database: string, { table, model, relation }: MappedTable): SchemaFinding {
  return finding({
    kind: 'missingTable',
    database,
    table: tableName(table),
    entity: model.name,
    property: relation?.property,
    text: `the database '${database}' has no such table, or its user may not see it: create it, or name the table that is there`,
  });
}

export function compareTable(comparison: TableComparison): SchemaFinding[] {
  return new Comparison(comparison).findings();
}

/** A column as it is mapped, with what is there for it. */
interface Pair {
  readonly column: Column;
  readonly property: string;
  readonly found: FoundColumn;
}

class Comparison {
  readonly #at: TableComparison;
  readonly #findings: SchemaFinding[] = [];
  readonly #found: ReadonlyMap<string, FoundColumn>;
  /** Whether rows are written. */
  readonly #writes: boolean;

  constructor(comparison: TableComparison) {
    this.#at = comparison;
    this.#found = new Map(comparison.found.columns.map((column) => [this.#key(column.name), column]));
    this.#writes = !comparison.mapped.model.readOnly;
  }

  findings(): SchemaFinding[] {
    const { mapped, found } = this.#at;
    for (const column of mapped.table.columns) this.#compareColumn(column);
    this.#compareCollations();
    if (!found.isView) {
      this.#compareKeys();
      if (this.#writes) this.#compareIndexes();
      if (this.#writes) this.#findUnmapped();
    }
    return this.#findings;
  }

  #key(name: string): string {
    return this.#at.dialect.catalog.columnKey(name);
  }

  #tell(told: Told): void {
    const { database, mapped } = this.#at;
    const place = { database, table: tableName(mapped.table), entity: mapped.model.name };
    this.#findings.push(finding({ ...place, ...told }));
  }

  /** The property of a column; of a join table that of its relation. */
  #property(column: string): string | undefined {
    const { model, relation } = this.#at.mapped;
    return relation?.property ?? model.columns.find(({ name }) => name === column)?.property;
  }

  #compareColumn(column: Column): void {
    const property = this.#property(column.name)!;
    const found = this.#found.get(this.#key(column.name));
    if (!found) {
      const text = 'the table has no such column: name the one that is there, or add it';
      this.#tell({ kind: 'missingColumn', property, column: column.name, text });
      return;
    }
    const pair = { column, property, found };
    this.#compareType(pair);
    this.#compareOrigin(pair);
    if (!this.#at.found.isView && column.computed === undefined && !found.isComputed) this.#compareNullability(pair);
  }

  #compareType({ column, property, found }: Pair): void {
    const { dialect, whole } = this.#at;
    const { type, identity, computed } = column;
    const mapped = dialect.ddl.columnType(type, { indexed: isIndexed(whole, column.name), identity });
    const difference = typeDifference(
      {
        type,
        wanted: dialect.catalog.sqlType(mapped),
        found: found.type,
        sql: found.sql,
        readOnly: !this.#writes || computed !== undefined,
      },
      dialect.catalog,
    );
    if (!difference) return;
    const text = `mapped as ${mapped}, there is ${found.sql}: ${difference.effect}`;
    this.#tell({ kind: difference.kind, property, column: column.name, mapped, found: found.sql, text });
  }

  #compareNullability({ column, property, found }: Pair): void {
    const at = { kind: 'nullability', property, column: column.name } as const;
    if (column.nullable && !found.nullable && this.#writes) {
      const text =
        'mapped as nullable, the column is not null: null is refused by the database. Leave out nullable: true, or let the column be null';
      this.#tell({ ...at, mapped: 'nullable', found: 'not null', text });
    }
    // A pair of a join table that holds NULL joins nothing.
    if (!column.nullable && found.nullable && !this.#at.mapped.relation) {
      const text =
        'mapped as not null, the column is nullable: null may be read where the types promise a value. Declare nullable: true, or make the column not null';
      this.#tell({ ...at, mapped: 'not null', found: 'nullable', text });
    }
  }

  /** Who makes the value. */
  #compareOrigin({ column, property, found }: Pair): void {
    if (this.#at.found.isView || !this.#writes) return;
    const at = { kind: 'generated', property, column: column.name, found: found.sql } as const;
    if (column.identity && !found.isNumbered) {
      const text = `mapped as a key that the database makes, there is ${found.sql} that it does not make: inserts fail. Declare generated: false, or let the column number its rows`;
      this.#tell({ ...at, mapped: 'a key that the database makes', text });
    } else if (column.computed !== undefined && !found.isComputed) {
      const text = `mapped as computed, there is ${found.sql} that no expression computes: it is never written. Leave out generated, or make the column a computed one`;
      this.#tell({ ...at, mapped: 'computed', text });
    } else if (column.computed === undefined && found.isComputed) {
      const text =
        "mapped as a column that is written, there is one that the database computes: writing fails. Declare generated: '…'";
      this.#tell({ ...at, mapped: 'written', found: 'computed', text });
    }
  }

  /** Columns of the table by their names, where all are there. */
  #all(columns: readonly string[]): string[] | undefined {
    const keys = columns.map((column) => this.#key(column));
    return keys.every((key) => this.#found.has(key)) ? keys : undefined;
  }

  #isUnique(keys: readonly string[]): boolean {
    return this.#at.found.uniques.some((unique) => unique.every((column) => keys.includes(this.#key(column))));
  }

  #compareKeys(): void {
    const { primaryKey, uniques, indexes } = this.#at.mapped.table;
    const key = this.#all(primaryKey);
    if (key && key.length > 0 && !this.#isUnique(key)) this.#tell(this.#notUnique('key', primaryKey));
    if (!this.#writes) return;
    const wanted = [...uniques, ...indexes.filter(({ unique }) => unique).filter(isPlain)];
    for (const { columns } of wanted) {
      const keys = this.#all(columns);
      if (keys && !this.#isUnique(keys)) this.#tell(this.#notUnique('unique', columns));
    }
  }

  #notUnique(kind: 'key' | 'unique', columns: readonly string[]): Told {
    const list = columns.join(', ');
    const mapped = kind === 'key' ? `key (${list})` : `unique (${list})`;
    const remedy =
      kind === 'key'
        ? 'Add a primary key or a unique constraint on them, or map the key that the table has'
        : 'Add a unique constraint on them, or leave out unique';
    const found = 'no unique index of them';
    const [column] = columns;
    const text = `mapped as ${mapped}, there is ${found}: two rows may have the same values. ${remedy}`;
    return { kind, property: this.#property(column!), column, mapped, found, text };
  }

  #compareIndexes(): void {
    const { table } = this.#at.mapped;
    const foreignKeys = this.#at.dialect.ddl.indexesForeignKeys ? [] : this.#foreignKeys();
    const seen = new Set<string>();
    for (const { columns, isForeignKey } of [
      ...foreignKeys.map((columns) => ({ columns, isForeignKey: true })),
      ...table.indexes
        .filter((index) => isPlain(index) && !index.unique && !index.forForeignKey)
        .map(({ columns }) => ({ columns, isForeignKey: false })),
    ]) {
      const image = JSON.stringify(columns);
      const keys = this.#all(columns);
      if (seen.has(image) || !keys || this.#leads(keys, isForeignKey)) continue;
      seen.add(image);
      this.#tellIndex(columns, isForeignKey);
    }
  }

  #tellIndex(columns: readonly string[], isForeignKey: boolean): void {
    const list = columns.join(', ');
    const mapped = isForeignKey ? `foreign key (${list})` : `index (${list})`;
    const found = `no index that begins with ${columns.length > 1 ? 'them' : 'it'}`;
    const effect = isForeignKey
      ? 'who looks for the rows that refer to one, and who deletes that one, reads the whole table'
      : 'who looks for them reads the whole table';
    const text = `mapped as ${mapped}, there is ${found}: ${effect}. Add the index`;
    this.#tell({ kind: 'index', property: this.#property(columns[0]!), column: columns[0], mapped, found, text });
  }

  /** Of a foreign key the order of its columns is no matter. */
  #leads(keys: readonly string[], inAnyOrder: boolean): boolean {
    return this.#at.found.indexes.some((index) => {
      const leading = index.slice(0, keys.length).map((column) => this.#key(column));
      if (leading.length < keys.length) return false;
      return inAnyOrder ? keys.every((key) => leading.includes(key)) : keys.every((key, i) => key === leading[i]);
    });
  }

  #foreignKeys(): string[][] {
    const { model, relation } = this.#at.mapped;
    if (relation) return [relation.through.from, relation.through.to].map((side) => side.map(({ name }) => name));
    return belongsTo(model).map(({ columns }) => columns.map(({ name }) => name));
  }

  #findUnmapped(): void {
    const mapped = new Set(this.#at.whole.columns.map(({ name }) => this.#key(name)));
    for (const { name, sql, nullable, hasDefault } of this.#at.found.columns) {
      if (nullable || hasDefault || mapped.has(this.#key(name))) continue;
      const found = `${sql} not null, without a default`;
      const text = `not mapped, there is ${found}: inserts fail. Map the column, or give it a default`;
      this.#tell({ kind: 'unmapped', column: name, mapped: 'not mapped', found, text });
    }
  }

  /** Foreign keys and what they name, where both are there; keys and the connection. */
  #compareCollations(): void {
    const { model, relation, table } = this.#at.mapped;
    const targets: (readonly [string, ColumnModel, EntityModel])[] = relation
      ? [
          ...relation.through.from.map(({ name, target }) => [name, target, relation.owner] as const),
          ...relation.through.to.map(({ name, target }) => [name, target, relation.target] as const),
        ]
      : belongsTo(model).flatMap(({ columns, target }) =>
          columns.map(({ name }, i) => [name, target.key[i]!, target] as const),
        );
    for (const [column, target, owner] of targets) this.#compareWithTarget(column, target, owner);
    if (!this.#at.found.isView && !relation) for (const column of table.primaryKey) this.#compareWithConnection(column);
  }

  #compareWithTarget(column: string, target: ColumnModel, owner: EntityModel): void {
    const found = this.#found.get(this.#key(column))?.collation;
    const theirs = this.#at
      .foundTable(owner)
      ?.columns.find(({ name }) => this.#key(name) === this.#key(target.name))?.collation;
    if (found === undefined || theirs === undefined || found === theirs) return;
    const key = `${owner.name}.${target.property} (${tableName(owner.table)}.${target.name})`;
    const text = `texts are compared by ${found}, those of ${key} by ${theirs}: a row may not be found by what refers to it, or be compared without an index. Give both columns one collation`;
    this.#tell({ kind: 'collation', property: this.#property(column), column, mapped: theirs, found, text });
  }

  #compareWithConnection(name: string): void {
    const found = this.#found.get(this.#key(name));
    const column = this.#at.mapped.table.columns.find((other) => other.name === name);
    // Who names a collation wants it.
    if (
      found?.connectionCollation === undefined ||
      /\bcollate\b|\bchar(?:acter )?set\b/i.test(column?.type.options.sqlType ?? '')
    )
      return;
    const { collation, connectionCollation: mapped } = found;
    const text = `keys are compared by ${collation!}, the connection's texts by ${mapped}: keys that differ for the program may be one for the database, and joins of both are compared without an index. Change the collation of the column`;
    this.#tell({ kind: 'collation', property: this.#property(name), column: name, mapped, found: collation, text });
  }
}

function belongsTo(model: EntityModel): BelongsToModel[] {
  return model.relations.filter((relation) => relation.kind === 'belongsTo');
}

function isPlain({ columns, where, expression }: Table['indexes'][number]): boolean {
  return columns.length > 0 && where === undefined && expression === undefined;
}
