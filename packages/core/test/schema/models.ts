/** Entity models put together by hand, as the registry freezes them. */
import type {
  BelongsToModel,
  ColumnModel,
  EntityModel,
  IndexModel,
  JoinTable,
  ManyToManyModel,
  RelationModel,
} from '../../src/metadata';
import { createColumnType, type ColumnType } from '../../src/types';

type Changeable<T> = { -readonly [K in keyof T]: T[K] };
type Model = Changeable<EntityModel>;

export const integer = createColumnType('integer');
export const text = createColumnType('text');

/** A model with a numbered key `id`, or with the key columns given. */
export function entity(
  name: string,
  changes: Partial<EntityModel> & { keys?: Record<string, ColumnType> } = {},
): Model {
  const { keys, ...rest } = changes;
  const model: Model = {
    name,
    entityClass: class {},
    database: undefined,
    table: { name },
    comment: undefined,
    readOnly: false,
    repository: undefined,
    columns: [],
    key: [],
    keyConstraint: undefined,
    shared: [],
    keyProperties: [],
    properties: new Map(),
    relations: [],
    indexes: [],
    checks: [],
    createdAt: undefined,
    updatedAt: undefined,
    softDelete: undefined,
    version: undefined,
    ...rest,
  };
  if (!keys) addColumn(model, 'id', integer, { primary: true, generated: 'identity' });
  for (const [key, type] of Object.entries(keys ?? {})) addColumn(model, key, type, { primary: true });
  return model;
}

export function addColumn(
  model: Model,
  name: string,
  type: ColumnType,
  changes: Partial<ColumnModel> = {},
): ColumnModel {
  const column: ColumnModel = {
    index: model.columns.length,
    name,
    property: name,
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
    read: (entity) => entity[name],
    write: (entity, value) => {
      entity[name] = value;
    },
    ...changes,
  };
  model.columns = [...model.columns, column];
  if (column.primary) model.key = [...model.key, column];
  return column;
}

/** A foreign key `<property>_<key>` for each key column of the target. */
export function belongsTo(
  owner: Model,
  property: string,
  target: EntityModel,
  changes: Partial<BelongsToModel> & { primary?: boolean } = {},
): void {
  const { primary = false, ...rest } = changes;
  const relation: Changeable<BelongsToModel> = {
    kind: 'belongsTo',
    toMany: false,
    property,
    owner,
    target,
    cascade: [],
    columns: [],
    own: [],
    follows: false,
    nullable: false,
    unique: false,
    onDelete: undefined,
    onUpdate: undefined,
    constraint: undefined,
    deferrable: undefined,
    inverse: undefined,
    ...rest,
  };
  relation.columns = target.key.map((key) =>
    addColumn(owner, `${property}_${key.name}`, key.type, {
      property,
      relation,
      references: [relation],
      primary,
      nullable: relation.nullable,
    }),
  );
  relation.own = relation.columns;
  addRelation(owner, relation);
}

/** A join table with columns `<side>_<key>`, and the mirror of the relation on the other side. */
export function manyToMany(owner: Model, target: Model, table: string, changes: Partial<JoinTable> = {}): void {
  const joinColumns = (side: EntityModel, prefix: string) =>
    side.key.map((key) => ({ name: `${prefix}_${key.name}`, target: key }));
  const from = joinColumns(owner, owner.name);
  const to = joinColumns(target, owner === target ? 'other' : target.name);
  const through: JoinTable = {
    table: { name: table },
    from,
    to,
    columns: [...from, ...to],
    onDelete: 'cascade',
    mapped: undefined,
    ...changes,
  };
  const common = { kind: 'manyToMany', toMany: true, cascade: [], orderBy: [], inverse: undefined } as const;
  const owning: ManyToManyModel = { ...common, property: table, owner, target, owning: true, through };
  const mirrored = { ...through, from: through.to, to: through.from };
  addRelation(owner, owning);
  addRelation(target, {
    ...common,
    property: `${table}Mirror`,
    owner: target,
    target: owner,
    owning: false,
    through: mirrored,
  });
}

function addRelation(owner: Model, relation: RelationModel): void {
  owner.relations = [...owner.relations, relation];
}

export function index(name: string, columns: readonly ColumnModel[], changes: Partial<IndexModel> = {}): IndexModel {
  return { name, columns, unique: false, where: undefined, expression: undefined, using: undefined, ...changes };
}
