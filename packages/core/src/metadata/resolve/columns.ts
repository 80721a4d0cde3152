/** Properties with values of their own → columns. */
import type { ColumnOptions, PrimaryKeyOptions, PropertyDraft } from '../definition';
import type { ColumnModel, DatabaseDefault } from '../entity-model';
import { createColumnType, type ColumnType } from '../../types';
import type { Building, BuildingColumn, BuildingModel } from './building';
import { columnTypeOf } from './column-types';
import type { MergedDraft } from './merged-draft';

/** The column of a property, or undefined where it has none that can be made (the problem is noted). */
export function makeColumn(
  building: Building,
  { name, entityClass }: MergedDraft,
  property: string,
  draft: PropertyDraft,
): BuildingColumn | undefined {
  const { problems, naming } = building;
  const options: ColumnOptions & PrimaryKeyOptions = { ...draft.column, ...draft.key } as ColumnOptions &
    PrimaryKeyOptions;
  const typed = draft.key ? keyTypeOptions(draft.key, options, draft.designType) : options;
  const columnName = options.name ?? naming.column(property);
  const answer = columnTypeOf(property, typed, {
    designType: draft.designType,
    decorator: draft.key ? 'PrimaryKey' : 'Column',
    nativeName: `${building.models.get(entityClass)!.table.name}_${columnName}`,
  });
  if ('problem' in answer) {
    problems.add(name, property, answer.problem);
    return undefined;
  }
  const { type } = answer;
  return {
    index: -1,
    name: columnName,
    property,
    relation: undefined,
    type,
    nullable: draft.column?.nullable ?? false,
    primary: draft.key !== undefined,
    unique: draft.column?.unique ?? false,
    generated: undefined,
    default: defaultOf(options.default),
    initialize: draft.column?.initialize ?? 'flush',
    databaseDefault: databaseDefaultOf(draft.column ?? {}, type),
    onUpdate: draft.column?.onUpdate,
    computed: draft.column?.generated,
    deferred: draft.column?.deferred ?? false,
    hidden: draft.column?.hidden ?? false,
    comment: options.comment,
  };
}

/** A key without a type that can be seen is a number that the database counts. */
function keyTypeOptions(key: PrimaryKeyOptions, options: ColumnOptions, designType: unknown): ColumnOptions {
  if (options.type !== undefined || options.length !== undefined || options.precision !== undefined) return options;
  if (key.generated === 'uuid' || key.generated === 'uuidv7') return { ...options, type: 'uuid' };
  const seen = designType !== undefined && designType !== Object;
  return seen ? options : { ...options, type: 'integer' };
}

/** Who makes the keys of an entity. Only a key of one column is made by somebody else than the user. */
export function settleGeneration(building: Building, draft: MergedDraft, model: BuildingModel): void {
  for (const column of model.key) {
    if (column.relation) continue;
    const said = draft.properties.get(column.property)?.key?.generated;
    if (said === false) continue;
    column.generated = said ?? (model.key.length === 1 && !column.default ? naturalGeneration(column.type) : undefined);
    const counts = column.generated === 'identity' || column.generated === 'sequence';
    if (counts && !isInteger(column.type)) {
      building.problems.add(
        draft.name,
        column.property,
        `only integers are counted by the database, and this is ${column.type.name}: write type: 'integer', or generated: false.`,
      );
    }
    if ((column.generated === 'uuid' || column.generated === 'uuidv7') && column.type.name !== 'uuid') {
      building.problems.add(
        draft.name,
        column.property,
        `generated: '${column.generated}' makes uuids, and this is ${column.type.name}: write type: 'uuid'.`,
      );
    }
  }
}

function naturalGeneration(type: ColumnType): 'identity' | 'uuid' | undefined {
  if (type.name === 'uuid') return 'uuid';
  return isInteger(type) && !type.custom ? 'identity' : undefined;
}

function isInteger({ name }: ColumnType): boolean {
  return name === 'integer' || name === 'bigint' || name === 'smallint';
}

function defaultOf(value: unknown): (() => unknown) | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'function') return value as () => unknown;
  // Each entity gets an object of its own.
  if (typeof value === 'object' && value !== null) return () => structuredClone(value);
  return () => value;
}

function databaseDefaultOf({ databaseDefault: value }: ColumnOptions, type: ColumnType): DatabaseDefault | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && 'sql' in value && typeof value.sql === 'string')
    return { sql: value.sql };
  if (typeof value === 'string' && type.refuse(value) !== undefined) return { sql: value };
  return { value };
}

/** `@Timestamps` and `@SoftDelete`: columns that the class may declare itself, or that are made. */
export function addLifecycleColumns(building: Building, draft: MergedDraft, model: BuildingModel): void {
  const { timestamps, softDelete } = draft;
  if (timestamps) {
    const { createdAt = 'createdAt', updatedAt = 'updatedAt' } = timestamps;
    if (createdAt !== false)
      model.createdAt = lifecycleColumn(building, draft, model, { property: createdAt, nullable: false });
    if (updatedAt !== false)
      model.updatedAt = lifecycleColumn(building, draft, model, { property: updatedAt, nullable: false });
  }
  if (softDelete !== undefined)
    model.softDelete = lifecycleColumn(building, draft, model, { property: softDelete, nullable: true });
}

function lifecycleColumn(
  { problems, naming }: Building,
  { name }: MergedDraft,
  model: BuildingModel,
  { property, nullable }: { property: string; nullable: boolean },
): ColumnModel | undefined {
  const present = model.properties.get(property);
  if (present?.kind === 'relation') {
    problems.add(
      name,
      property,
      'is a relation, and cannot hold a timestamp as well: give the decorator another name.',
    );
    return undefined;
  }
  if (present) {
    const { column } = present;
    if (column.type.name !== 'timestamptz' && column.type.name !== 'timestamp') {
      problems.add(
        name,
        property,
        `holds a timestamp, but is ${column.type.name}: write @Column({ type: 'timestamptz'${nullable ? ', nullable: true' : ''} }).`,
      );
    }
    if (nullable && !column.nullable)
      problems.add(name, property, 'is null while a row is not deleted: write nullable: true.');
    return column;
  }
  const column: BuildingColumn = {
    index: -1,
    name: naming.column(property),
    property,
    relation: undefined,
    type: createColumnType('timestamptz', {}),
    nullable,
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
    comment: undefined,
  };
  model.columns.push(column);
  model.properties.set(property, { kind: 'column', column });
  return column;
}
