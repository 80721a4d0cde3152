/** Properties with values of their own → columns. */
import type { ColumnOptions, PrimaryKeyOptions, PropertyDraft } from '../definition';
import type { DatabaseDefault } from '../entity-model';
import { createColumnType, type ColumnType } from '../../types';
import { fitName } from '../generated-names';
import type { Building, BuildingColumn, BuildingModel } from './building';
import { columnTypeOf } from './column-types';
import type { MergedDraft } from './merged-draft';

type AnyColumnOptions = Omit<ColumnOptions, 'generated'> & Pick<PrimaryKeyOptions, 'generated' | 'constraint'>;

/** Notes a mistake of one property. */
type Complain = (message: string) => void;

const KEY_GENERATORS: readonly string[] = ['identity', 'sequence', 'uuid', 'uuidv7'];

/** The column of a property, or undefined where it has none that can be made (the problem is noted). */
export function makeColumn(
  building: Building,
  { name, entityClass }: MergedDraft,
  property: string,
  draft: PropertyDraft,
): BuildingColumn | undefined {
  const complain: Complain = (message) => {
    building.problems.add(name, property, message);
  };
  const options = optionsOf(draft);
  const columnName = options.name ?? building.naming.column(property);
  const answer = columnTypeOf(property, options, {
    designType: draft.designType,
    decorator: draft.key ? 'PrimaryKey' : 'Column',
    nativeName: fitName(`${building.models.get(entityClass)!.table.name}_${columnName}`),
  });
  if ('problem' in answer) {
    complain(answer.problem);
    return undefined;
  }
  const { type } = answer;
  const column: BuildingColumn = {
    ...emptyColumn(property, columnName, type),
    nullable: options.nullable ?? false,
    primary: draft.key !== undefined,
    unique: options.unique ?? false,
    default: defaultOf(options, type, complain),
    initialize: options.initialize ?? 'flush',
    databaseDefault: databaseDefaultOf(options, type, complain),
    onUpdate: options.onUpdate,
    computed: draft.column?.generated,
    deferred: options.deferred ?? false,
    hidden: options.hidden ?? false,
    updatable: options.updatable ?? true,
    groups: [...(options.groups ?? [])],
    comment: options.comment,
  };
  checkColumn(column, draft, complain);
  const complaint = column.primary ? complaintOfKeyType(type) : undefined;
  if (complaint !== undefined) complain(complaint);
  return column;
}

/** A column that has a name and a type, and nothing else said about it. */
export function emptyColumn(property: string, name: string, type: ColumnType): BuildingColumn {
  return {
    index: -1,
    name,
    property,
    relation: undefined,
    references: [],
    type,
    nullable: false,
    primary: false,
    unique: false,
    generated: undefined,
    default: undefined,
    initialize: 'flush',
    databaseDefault: undefined,
    onUpdate: undefined,
    computed: undefined,
    deferred: false,
    hidden: false,
    updatable: true,
    groups: [],
    comment: undefined,
    // Both are compiled when the model is whole.
    read: () => undefined,
    write: () => undefined,
  };
}

function optionsOf({ column, key, version, designType }: PropertyDraft): AnyColumnOptions {
  if (version) return { ...version, type: 'integer' };
  if (!key) return { ...column, generated: undefined };
  if (key.type !== undefined) return key;
  if (key.generated === 'uuid' || key.generated === 'uuidv7') return { ...key, type: 'uuid' };
  // A key of which nothing is known is a number that the database counts.
  const isKnown = [key.length, key.precision, key.values, key.as, key.zone].some((option) => option !== undefined);
  const isSeen = designType !== undefined && designType !== Object;
  const saysByDefault = key.default !== undefined && typeof key.default !== 'function';
  return isKnown || isSeen || saysByDefault ? key : { ...key, type: 'integer' };
}

function checkColumn(column: BuildingColumn, draft: PropertyDraft, complain: Complain): void {
  const { computed, databaseDefault, onUpdate, initialize } = column;
  if (initialize === 'access' && !column.default) {
    complain("has initialize: 'access' and no default that could be set then: write default: () => …, too.");
  }
  if (!column.updatable && onUpdate) {
    complain('has updatable: false and an onUpdate, which changes it: leave one of them out.');
  }
  if (draft.column?.generated === undefined) return;
  const generated = computed ?? '';
  if (KEY_GENERATORS.includes(generated)) {
    complain(
      `has generated: '${generated}', which only a @PrimaryKey can have: for other columns write default: () => …, or the SQL expression of a computed column.`,
    );
  } else if (typeof (generated as unknown) !== 'string' || generated.trim() === '') {
    complain("has no expression in 'generated': write the SQL by which the database computes the column.");
  } else if (column.default || databaseDefault || onUpdate) {
    complain('is computed by the database, so it can have no default, databaseDefault or onUpdate: leave these out.');
  }
}

/** Digits after the second that a Date keeps. */
const DATE_DIGITS = 3;

/** Why values of this type do not tell rows apart. */
function complaintOfKeyType({ name, options: { as, precision } }: ColumnType): string | undefined {
  if (name === 'json' || name === 'array') {
    return `is ${name === 'json' ? 'json' : 'an array'}, which is not compared as a whole and cannot be a key: make the key of other columns, or add one that the database counts: @PrimaryKey() id!: number;`;
  }
  // Two rows of one millisecond would be one entity, and neither would be found again.
  if (as === 'date' && (precision ?? 0) > DATE_DIGITS) {
    return `is a Date, which keeps milliseconds, and its column keeps ${String(precision)} digits after the second: write as: 'string', or precision: ${String(DATE_DIGITS)} if the database holds no finer times.`;
  }
  return undefined;
}

/** Who makes the keys of an entity. Only a key of one column is made by the library or the database by default. */
export function settleGeneration(building: Building, draft: MergedDraft, model: BuildingModel): void {
  for (const column of model.key) {
    if (column.relation) continue;
    const said = draft.properties.get(column.property)?.key?.generated;
    if (said === false) continue;
    const alone = model.keyProperties.length === 1;
    column.generated = said ?? (alone && !column.default ? naturalGeneration(column.type) : undefined);
    const complaint = complaintOfGeneration(column, said);
    if (complaint !== undefined) building.problems.add(draft.name, column.property, complaint);
  }
}

function complaintOfGeneration(
  { type, generated, default: fallback }: BuildingColumn,
  said: string | undefined,
): string | undefined {
  const counts = generated === 'identity' || generated === 'sequence';
  if (counts && !isInteger(type)) {
    return `only integers are counted by the database, and this is ${type.name}: write type: 'integer', or generated: false.`;
  }
  if ((generated === 'uuid' || generated === 'uuidv7') && !holdsUuid(type)) {
    return `generated: '${generated}' makes uuids, and this is ${type.name}: write type: 'uuid'.`;
  }
  if (said !== undefined && fallback) {
    return `has a default and is generated: '${said}' as well: leave one of them out.`;
  }
  return undefined;
}

function naturalGeneration(type: ColumnType): 'identity' | 'uuid' | undefined {
  if (type.custom) return undefined;
  if (type.name === 'uuid') return 'uuid';
  return isInteger(type) ? 'identity' : undefined;
}

function isInteger({ name }: ColumnType): boolean {
  return name === 'integer' || name === 'bigint' || name === 'smallint';
}

const UUID_CHARACTERS = 36;

function holdsUuid({ name, options }: ColumnType): boolean {
  if (name === 'uuid' || name === 'text') return true;
  return (name === 'varchar' || name === 'char') && (options.length ?? 0) >= UUID_CHARACTERS;
}

function defaultOf(
  { default: value, nullable }: AnyColumnOptions,
  type: ColumnType,
  complain: Complain,
): (() => unknown) | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'function') return value as () => unknown;
  if (value === null) {
    if (!nullable) complain('has the default null, but is not nullable: write nullable: true, or another default.');
    return () => null;
  }
  const reason = type.refuse(value);
  if (reason !== undefined) {
    complain(`its default ${reason}: write a value of the column's type, or a function that makes one.`);
    return () => value;
  }
  if (type.immutable) return () => value;
  // Each entity gets an object of its own, which later changes to the one given here do not reach.
  const image = type.snapshot(value);
  return () => type.fromSnapshot(image);
}

function databaseDefaultOf(
  { databaseDefault: value, nullable }: AnyColumnOptions,
  type: ColumnType,
  complain: Complain,
): DatabaseDefault | undefined {
  if (value === undefined) return undefined;
  if (value === null) {
    if (!nullable) complain('has the databaseDefault null, but is not nullable: write nullable: true, or another one.');
    return undefined;
  }
  const sql = sqlOf(value);
  if (sql !== undefined) {
    if (sql.trim() === '') complain("has no SQL in its databaseDefault: write { sql: 'now()' }.");
    return Object.freeze({ sql });
  }
  const reason = type.refuse(value);
  if (reason === undefined) return Object.freeze({ value });
  if (typeof value === 'string') return Object.freeze({ sql: value });
  complain(`its databaseDefault ${reason}: write a value of the column's type, or { sql: '…' }.`);
  return undefined;
}

function sqlOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'sql')) return undefined;
  const { sql } = value as { sql: unknown };
  return typeof sql === 'string' && Object.keys(value).length === 1 ? sql : undefined;
}

/** `@Timestamps` and `@SoftDelete`: columns that the class may declare itself, or that are made. */
export function addLifecycleColumns(building: Building, draft: MergedDraft, model: BuildingModel): void {
  const { timestamps, softDelete } = draft;
  const uses = new Map<string, string>();
  const add = (use: string, property: string | false, nullable = false): BuildingColumn | undefined => {
    if (typeof property !== 'string' || property === '') return undefined;
    const other = uses.get(property);
    if (other !== undefined) {
      building.problems.add(
        draft.name,
        property,
        `is named for ${other} and for ${use}: give one of them another property.`,
      );
      return undefined;
    }
    uses.set(property, use);
    return lifecycleColumn(building, { draft, model }, property, nullable);
  };
  if (timestamps) {
    const { createdAt = 'createdAt', updatedAt = 'updatedAt' } = timestamps;
    if (createdAt === false && updatedAt === false) {
      building.problems.add(
        draft.name,
        undefined,
        '@Timestamps without createdAt and updatedAt does nothing: leave it out.',
      );
    }
    model.createdAt = add("@Timestamps' createdAt", createdAt);
    model.updatedAt = add("@Timestamps' updatedAt", updatedAt);
  }
  if (softDelete === undefined) return;
  if (typeof (softDelete as unknown) !== 'string' || softDelete === '') {
    building.problems.add(draft.name, undefined, "@SoftDelete takes the name of a property: @SoftDelete('removedAt').");
    return;
  }
  model.softDelete = add('@SoftDelete', softDelete, true);
}

function lifecycleColumn(
  { problems, naming }: Building,
  { draft, model }: { draft: MergedDraft; model: BuildingModel },
  property: string,
  nullable: boolean,
): BuildingColumn | undefined {
  const declared = draft.properties.get(property);
  if (declared?.relation) {
    problems.add(
      draft.name,
      property,
      'is a relation, and cannot hold a timestamp as well: give the decorator another name.',
    );
    return undefined;
  }
  if (declared) {
    const column = model.columns.find((one) => one.property === property);
    const complaint = column && complaintOfLifecycle(column, nullable);
    if (complaint !== undefined) problems.add(draft.name, property, complaint);
    return column;
  }
  const column = { ...emptyColumn(property, naming.column(property), createColumnType('timestamptz', {})), nullable };
  model.columns.push(column);
  model.properties.set(property, { kind: 'column', column });
  return column;
}

function complaintOfLifecycle(column: BuildingColumn, nullable: boolean): string | undefined {
  const { type } = column;
  const line = `write @Column({ type: 'timestamptz'${nullable ? ', nullable: true' : ''} })`;
  if (type.custom || (type.name !== 'timestamptz' && type.name !== 'timestamp')) {
    return `holds the time that a decorator of the class sets, but is ${type.custom ? 'converted' : type.name}: ${line}.`;
  }
  if (column.primary) return 'is part of the key, which never changes: give the decorator another name.';
  if (column.computed !== undefined) return `is computed by the database, and cannot be set: ${line}.`;
  return nullable && !column.nullable ? `is null while a row is not deleted: ${line}.` : undefined;
}
