/** Relations: their targets, foreign keys, inverse sides and join tables. */
import type { CascadeOption, ManyToManyOptions, RelationDraft, Target } from '../definition';
import type { Cascade, EntityClass, JoinColumn, JoinTable, TableName } from '../entity-model';
import type {
  Building,
  BuildingBelongsTo,
  BuildingColumn,
  BuildingHasMany,
  BuildingHasOne,
  BuildingManyToMany,
  BuildingModel,
} from './building';
import type { MergedDraft } from './merged-draft';

type Draft<K extends RelationDraft['kind']> = Extract<RelationDraft, { kind: K }>;

/** The model that a relation's thunk names; undefined, with the problem noted, where it names none. */
export function targetOf(
  building: Building,
  { name }: MergedDraft,
  property: string,
  target: Target,
): BuildingModel | undefined {
  // A circular import can leave it undefined, whatever its type says.
  let entityClass: unknown;
  try {
    entityClass = target();
  } catch (error) {
    building.problems.add(
      name,
      property,
      `its class cannot be found: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
  const model = building.models.get(entityClass as EntityClass);
  if (model) return model;
  if (typeof entityClass !== 'function') {
    building.problems.add(
      name,
      property,
      'relates to undefined: export the class from its module, and write () => Class, which is called when all modules are loaded.',
    );
  } else {
    building.problems.add(
      name,
      property,
      building.drafts.has(entityClass as unknown as EntityClass)
        ? `relates to ${entityClass.name}, whose annotations have mistakes.`
        : `relates to ${entityClass.name}, which is no entity here: annotate it with @Entity() and list it in 'entities'.`,
    );
  }
  return undefined;
}

/** A belongs-to relation with its foreign key columns, typed as the target's key. */
export function makeBelongsTo(
  building: Building,
  { draft, owner, target }: { draft: MergedDraft; owner: BuildingModel; target: BuildingModel },
  property: string,
): BuildingBelongsTo | undefined {
  const property_ = draft.properties.get(property)!;
  const { options } = property_.relation as Draft<'belongsTo'>;
  const { problems, naming } = building;
  const names = options.columns ?? (options.column === undefined ? undefined : [options.column]);
  if (names && names.length !== target.key.length) {
    problems.add(
      draft.name,
      property,
      `names ${String(names.length)} columns, but the key of ${target.name} has ${String(target.key.length)}.`,
    );
    return undefined;
  }
  const primary = property_.key !== undefined;
  const nullable = options.nullable ?? false;
  if (nullable && primary) problems.add(draft.name, property, 'is part of the key and cannot be nullable.');
  if (options.onDelete === 'set null' && !nullable) {
    problems.add(
      draft.name,
      property,
      'cannot be set null when its target is deleted, because it is not nullable: write nullable: true, or another onDelete.',
    );
  }
  const relation: BuildingBelongsTo = {
    kind: 'belongsTo',
    toMany: false,
    property,
    owner,
    target,
    cascade: cascadeOf(options.cascade),
    columns: [],
    nullable,
    unique: options.unique ?? false,
    onDelete: options.onDelete,
    onUpdate: options.onUpdate,
    inverse: undefined,
  };
  relation.columns = target.key.map((key, i): BuildingColumn => ({
    index: -1,
    name: names?.[i] ?? naming.foreignKey(property, key.name),
    property,
    relation,
    type: key.type,
    nullable,
    primary,
    unique: relation.unique && target.key.length === 1,
    generated: undefined,
    default: undefined,
    initialize: 'flush',
    databaseDefault: undefined,
    onUpdate: undefined,
    computed: undefined,
    deferred: false,
    hidden: false,
    comment: undefined,
  }));
  return relation;
}

/** Has-many and has-one: the other side of a belongs-to. */
export function makeChildren(
  building: Building,
  { draft, owner, target }: { draft: MergedDraft; owner: BuildingModel; target: BuildingModel },
  property: string,
): BuildingHasMany | BuildingHasOne | undefined {
  const relation = draft.properties.get(property)!.relation as Draft<'hasMany'> | Draft<'hasOne'>;
  const { problems } = building;
  const held = target.properties.get(relation.inverse);
  const found = held?.kind === 'relation' && held.relation.kind === 'belongsTo' ? held.relation : undefined;
  if (!found) {
    problems.add(
      draft.name,
      property,
      `names '${relation.inverse}' as its inverse, but ${target.name} has no such belongs-to relation: write @BelongsTo(() => ${draft.name}) ${relation.inverse}!: Ref<${draft.name}>; there.`,
    );
    return undefined;
  }
  if (found.target !== owner && !isAncestorOf(found.target.entityClass, owner.entityClass)) {
    problems.add(
      draft.name,
      property,
      `its inverse ${target.name}.${relation.inverse} refers to ${found.target.name}, not to ${draft.name}.`,
    );
    return undefined;
  }
  const common = {
    property,
    owner,
    target,
    inverse: found,
    cascade: cascadeOf(relation.options.cascade),
    orphanRemoval: relation.options.orphanRemoval ?? false,
  };
  const made: BuildingHasMany | BuildingHasOne =
    relation.kind === 'hasMany'
      ? { kind: 'hasMany', toMany: true, ...common, orderBy: listOf(relation.options.orderBy) }
      : { kind: 'hasOne', toMany: false, ...common };
  (found as BuildingBelongsTo).inverse ??= made;
  return made;
}

function isAncestorOf(ancestor: object, entityClass: object): boolean {
  return Object.prototype.isPrototypeOf.call(ancestor, entityClass);
}

/** The side of a many-to-many relation that declares the join table. */
export function makeOwningManyToMany(
  building: Building,
  { draft, owner, target }: { draft: MergedDraft; owner: BuildingModel; target: BuildingModel },
  property: string,
): BuildingManyToMany | undefined {
  const { options } = draft.properties.get(property)!.relation as Draft<'manyToMany'>;
  const through = joinTable(building, { draft, owner, target }, { property, options });
  if (!through) return undefined;
  return {
    kind: 'manyToMany',
    toMany: true,
    property,
    owner,
    target,
    owning: true,
    inverse: undefined,
    through,
    orderBy: listOf(options.orderBy),
    cascade: cascadeOf(options.cascade),
  };
}

/** The side that names the owner's property. */
export function makeInverseManyToMany(
  building: Building,
  { draft, owner, target }: { draft: MergedDraft; owner: BuildingModel; target: BuildingModel },
  property: string,
): BuildingManyToMany | undefined {
  const relation = draft.properties.get(property)!.relation as Draft<'manyToMany'>;
  const held = target.properties.get(relation.inverse!);
  const owning =
    held?.kind === 'relation' && held.relation.kind === 'manyToMany' && held.relation.owning
      ? held.relation
      : undefined;
  if (owning?.target !== owner) {
    building.problems.add(
      draft.name,
      property,
      `names '${relation.inverse!}' as its owner's side, but ${target.name} has no such relation: write @ManyToMany(() => ${draft.name}) ${relation.inverse!}!: Many<${draft.name}>; there.`,
    );
    return undefined;
  }
  const { table, from, to } = owning.through;
  const made: BuildingManyToMany = {
    kind: 'manyToMany',
    toMany: true,
    property,
    owner,
    target,
    owning: false,
    inverse: owning,
    through: { table, from: to, to: from },
    orderBy: listOf(relation.options.orderBy),
    cascade: cascadeOf(relation.options.cascade),
  };
  (owning as BuildingManyToMany).inverse = made;
  return made;
}

function joinTable(
  building: Building,
  { draft, owner, target }: { draft: MergedDraft; owner: BuildingModel; target: BuildingModel },
  { property, options }: { property: string; options: ManyToManyOptions },
): JoinTable | undefined {
  const { naming, problems } = building;
  const table = throughTable(building, { draft, owner, target }, { property, options });
  const from = joinColumns(owner, options.from, (key) => naming.joinColumn(owner.name, key));
  const to = joinColumns(target, options.to, (key) =>
    naming.joinColumn(owner === target ? singular(property) : target.name, key),
  );
  if (!table) return undefined;
  if (!from || !to) {
    problems.add(
      draft.name,
      property,
      `'from' and 'to' must name as many columns as the keys of ${owner.name} and ${target.name} have.`,
    );
    return undefined;
  }
  const names = [...from, ...to].map((column) => column.name);
  if (new Set(names).size < names.length) {
    problems.add(
      draft.name,
      property,
      `two columns of its join table have one name (${names.join(', ')}): give others by 'from' and 'to'.`,
    );
    return undefined;
  }
  return { table, from, to };
}

/** `friends` → `friend`: what a column that refers to one of them is called. */
function singular(property: string): string {
  return property.replace(/s$/, '') || property;
}

function throughTable(
  building: Building,
  { draft, owner, target }: { draft: MergedDraft; owner: BuildingModel; target: BuildingModel },
  { property, options: { through } }: { property: string; options: ManyToManyOptions },
): TableName | undefined {
  if (typeof through === 'string') return { name: through, schema: owner.table.schema };
  if (through) return targetOf(building, draft, property, through)?.table;
  return { name: building.naming.joinTable(owner.table.name, target.table.name, property), schema: owner.table.schema };
}

function joinColumns(
  model: BuildingModel,
  given: string | readonly string[] | undefined,
  nameOf: (key: string) => string,
): JoinColumn[] | undefined {
  const names = given === undefined ? undefined : listOf(given);
  if (names && names.length !== model.key.length) return undefined;
  return model.key.map((target, i) => ({ name: names?.[i] ?? nameOf(target.name), target }));
}

function cascadeOf(option: CascadeOption | undefined): readonly Cascade[] {
  if (option === undefined) return ['persist'];
  if (typeof option === 'boolean') return option ? ['persist', 'delete'] : [];
  return [...option];
}

function listOf(given: string | readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : [...given];
}
