/** Entity models → tables: their own, and those that join many to many. */
import {
  GeneratedNames,
  type BelongsToModel,
  type ColumnModel,
  type EntityModel,
  type JoinColumn,
  type JoinTable,
  type ManyToManyModel,
} from '../metadata';
import { tableId, type Check, type Column, type ForeignKey, type Index, type Table, type Unique } from './table';

/** A table as one class maps it, or one relation. */
export interface MappedTable {
  readonly table: Table;
  readonly model: EntityModel;
  /** Of a join table: the relation that owns it. */
  readonly relation: ManyToManyModel | undefined;
}

/**
 * The tables of these entities, which live in one database, in the order of the models, join tables last.
 * A relation into another database has its columns, but no foreign key: no engine can watch over it.
 */
export function tablesOf(models: readonly EntityModel[]): Table[] {
  return mergeTables(mappedTables(models).map(({ table }) => table));
}

/** The same, each class by itself where several share a table. */
export function mappedTables(models: readonly EntityModel[]): MappedTable[] {
  const context = { names: new GeneratedNames(namesGiven(models)), placed: new Set(models) };
  const mapped = models.map((model): MappedTable => ({
    table: entityTable(model, context),
    model,
    relation: undefined,
  }));
  const known = new Set(mapped.map(({ table }) => tableId(table)));
  for (const relation of models.flatMap(ownedJoins)) {
    const id = tableId(relation.through.table);
    // An entity may be mapped on the join table, to give it columns of its own.
    if (known.has(id)) continue;
    known.add(id);
    mapped.push({ table: joinTable(relation, context), model: relation.owner, relation });
  }
  return mapped;
}

/** Classes may share a table, which has the columns of all. */
export function mergeTables(tables: readonly Table[]): Table[] {
  const byId = new Map<string, Table>();
  for (const table of tables) {
    const id = tableId(table);
    const other = byId.get(id);
    byId.set(id, other ? merged(other, table) : table);
  }
  return [...byId.values()];
}

function merged(one: Table, other: Table): Table {
  const both = <K extends 'columns' | 'uniques' | 'foreignKeys' | 'indexes' | 'checks'>(
    list: K,
    meaning: (item: Table[K][number]) => unknown,
  ): Table[K][number][] => {
    const found = new Map<string, Table[K][number]>();
    for (const item of [...one[list], ...other[list]]) {
      const image = JSON.stringify(meaning(item));
      if (!found.has(image)) found.set(image, item);
    }
    return [...found.values()];
  };
  return {
    ...one,
    primaryKey: one.primaryKey.length > 0 ? one.primaryKey : other.primaryKey,
    columns: both('columns', ({ name }) => name),
    uniques: both('uniques', ({ columns }) => columns),
    foreignKeys: both('foreignKeys', ({ columns, target }) => [columns, target]),
    indexes: both('indexes', ({ columns, unique, where, expression, using }) => [
      columns,
      unique,
      where,
      expression,
      using,
    ]),
    checks: both('checks', (check) => (check.kind === 'oneOf' ? check.column : check.expression)),
    comment: one.comment ?? other.comment,
  };
}

interface Context {
  readonly names: GeneratedNames;
  /** The models whose tables are in the same database for certain. */
  readonly placed: ReadonlySet<EntityModel>;
}

function namesGiven(models: readonly EntityModel[]): string[] {
  return models.flatMap((model) => [
    model.table.name,
    ...ownedJoins(model).map(({ through }) => through.table.name),
    ...model.indexes.map(({ name }) => name),
    ...model.checks.map(({ name }) => name),
    ...model.relations.flatMap((relation) =>
      relation.kind === 'belongsTo' && relation.constraint ? [relation.constraint] : [],
    ),
  ]);
}

function ownedJoins(model: EntityModel): ManyToManyModel[] {
  return model.relations.filter((relation) => relation.kind === 'manyToMany').filter(({ owning }) => owning);
}

function isReachable(from: EntityModel, to: EntityModel, { placed }: Context): boolean {
  return placed.has(to) || from.database === to.database;
}

function entityTable(model: EntityModel, context: Context): Table {
  const { name, schema } = model.table;
  const primaryKey = model.key.map((column) => column.name);
  const uniques = uniquesOf(model, context);
  const wanted = model.indexes.filter((index) => !isPlainUnique(index)).map(wantedIndex);
  const belongsTo = model.relations.filter((relation) => relation.kind === 'belongsTo');
  const covered = [
    primaryKey,
    ...uniques.map(({ columns }) => columns),
    ...wanted.filter(coversRows).map(({ columns }) => columns),
  ];
  return {
    entity: model.name,
    name,
    schema,
    columns: model.columns.map(tableColumn),
    primaryKey,
    primaryKeyName: model.keyConstraint,
    uniques,
    foreignKeys: belongsTo
      .filter(({ constraint }) => constraint !== false)
      .filter(({ target }) => isReachable(model, target, context))
      .map((relation) => foreignKeyOf(relation, context)),
    indexes: [
      ...wanted,
      ...foreignKeyIndexes(
        name,
        belongsTo.map((relation) => relation.columns.map((column) => column.name)),
        { covered, context },
      ),
    ],
    checks: checksOf(model, context),
    comment: model.comment,
  };
}

function tableColumn(column: ColumnModel): Column {
  const { name, type, nullable, generated, databaseDefault, computed, comment } = column;
  return {
    name,
    type,
    nullable,
    // Where there are sequences, an identity column is one with a sequence of its own.
    identity: generated === 'identity' || generated === 'sequence',
    default: databaseDefault,
    computed,
    comment,
  };
}

type IndexOfModel = EntityModel['indexes'][number];

/** What can be said as a constraint of the table. */
function isPlainUnique({ unique, where, expression, using }: IndexOfModel): boolean {
  return unique && where === undefined && expression === undefined && using === undefined;
}

function uniquesOf(model: EntityModel, { names }: Context): Unique[] {
  const declared = model.indexes
    .filter(isPlainUnique)
    .map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) }));
  const isDeclared = (columns: readonly string[]): boolean =>
    declared.some((unique) => sameColumns(unique.columns, columns));
  const own = model.columns.filter(({ unique, relation }) => unique && !relation).map(({ name }) => [name]);
  const toOne = model.relations
    .filter((relation) => relation.kind === 'belongsTo')
    .filter(({ unique }) => unique)
    .map(({ columns }) => columns.map(({ name }) => name));
  const primaryKey = model.key.map(({ name }) => name);
  const added = [...own, ...toOne]
    .filter((columns) => !isDeclared(columns) && !sameColumns(columns, primaryKey))
    .map((columns) => ({ name: names.make('uq', model.table.name, columns), columns }));
  return [...declared, ...added];
}

function sameColumns(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((column) => other.includes(column));
}

function wantedIndex(index: IndexOfModel): Index {
  const { name, unique, where, expression, using } = index;
  const columns = expression === undefined ? index.columns.map((column) => column.name) : [];
  return { name, columns, unique, where, expression, using, forForeignKey: false };
}

/** Whether each row is found in it by the columns. */
function coversRows({ where, expression }: Index): boolean {
  return where === undefined && expression === undefined;
}

/** An index for the columns of each foreign key that no other index begins with: deleting what is referred to would read the whole table. */
function foreignKeyIndexes(
  table: string,
  foreignKeys: readonly (readonly string[])[],
  { covered, context }: { covered: readonly (readonly string[])[]; context: Context },
): Index[] {
  const all = [...covered];
  const indexes: Index[] = [];
  for (const columns of foreignKeys) {
    if (all.some((others) => sameColumns(others.slice(0, columns.length), columns))) continue;
    all.push(columns);
    const name = context.names.make('ix', table, columns);
    indexes.push({
      name,
      columns,
      unique: false,
      where: undefined,
      expression: undefined,
      using: undefined,
      forForeignKey: true,
    });
  }
  return indexes;
}

function foreignKeyOf(relation: BelongsToModel, { names }: Context): ForeignKey {
  const columns = relation.columns.map((column) => column.name);
  return {
    name:
      typeof relation.constraint === 'string'
        ? relation.constraint
        : names.make('fk', relation.owner.table.name, columns),
    columns,
    target: relation.target.table,
    targetColumns: relation.target.key.map((column) => column.name),
    onDelete: relation.onDelete,
    onUpdate: relation.onUpdate,
    deferrable: relation.deferrable,
  };
}

function checksOf(model: EntityModel, { names }: Context): Check[] {
  const declared = model.checks.map(({ name, expression }): Check => ({ kind: 'expression', name, expression }));
  const enums = model.columns
    .filter(({ type, computed }) => type.name === 'enum' && computed === undefined)
    .map(({ name, type }): Check => ({
      kind: 'oneOf',
      name: names.make('ck', model.table.name, [name]),
      column: name,
      values: type.options.values ?? [],
    }));
  return [...declared, ...enums];
}

function joinTable(relation: ManyToManyModel, context: Context): Table {
  const { table, from, to, columns } = relation.through;
  const sides: [JoinColumn[], EntityModel][] = [
    [[...from], relation.owner],
    [[...to], relation.target],
  ];
  const primaryKey = columns.map(({ name }) => name);
  return {
    entity: relation.owner.name,
    name: table.name,
    schema: table.schema,
    columns: columns.map(joinColumn),
    primaryKey,
    primaryKeyName: undefined,
    uniques: [],
    foreignKeys: sides
      .filter(([, side]) => isReachable(relation.owner, side, context))
      .map(([joined, side]) => joinForeignKey(relation.through, joined, { side, context })),
    indexes: foreignKeyIndexes(
      table.name,
      sides.map(([side]) => side.map(({ name }) => name)),
      { covered: [primaryKey], context },
    ),
    checks: [],
    comment: undefined,
  };
}

function joinColumn({ name, target }: JoinColumn): Column {
  return {
    name,
    type: target.type,
    nullable: false,
    identity: false,
    default: undefined,
    computed: undefined,
    comment: undefined,
  };
}

/** Rows of a join table mean nothing without what they join: they go with it. */
function joinForeignKey(
  { table, onDelete }: JoinTable,
  joined: readonly JoinColumn[],
  { side, context }: { side: EntityModel; context: Context },
): ForeignKey {
  const columns = joined.map(({ name }) => name);
  return {
    name: context.names.make('fk', table.name, columns),
    columns,
    target: side.table,
    targetColumns: joined.map(({ target }) => target.name),
    onDelete,
    onUpdate: 'cascade',
    deferrable: undefined,
  };
}
