/** Many-to-many relations: the side that declares the join table, and its mirror on the other side. */
import type { ManyToManyOptions, PropertyDraft } from '../definition';
import type { BelongsToModel, JoinColumn, JoinTable, TableName } from '../entity-model';
import { fitName } from '../generated-names';
import { singular } from '../naming';
import { hasWholeKey, type Building, type BuildingManyToMany, type BuildingModel, type Ends } from './building';
import { holdSameValues } from './shared-columns';
import { cascadeOf, complaintOfKeyless, listOf, targetOf, type DraftOf } from './relations';

/** The side of a many-to-many relation that declares the join table. */
export function makeOwningManyToMany(building: Building, ends: Ends, property: string): BuildingManyToMany | undefined {
  const { options } = ends.draft.properties.get(property)!.relation as DraftOf<'manyToMany'>;
  for (const end of new Set([ends.owner, ends.target])) {
    const keyless = complaintOfKeyless(end);
    if (keyless !== undefined) building.problems.add(ends.draft.name, property, keyless);
  }
  if (!hasWholeKey(ends.owner) || !hasWholeKey(ends.target)) return undefined;
  const joined = joinTable(building, ends, { property, options });
  if (typeof joined === 'string') building.problems.add(ends.draft.name, property, joined);
  if (!joined || typeof joined === 'string') return undefined;
  return {
    kind: 'manyToMany',
    toMany: true,
    property,
    owner: ends.owner,
    target: ends.target,
    owning: true,
    inverse: undefined,
    through: { ...joined, onDelete: options.onDelete ?? 'cascade' },
    orderBy: listOf(options.orderBy),
    cascade: cascadeOf(options.cascade),
  };
}

/** The side that names the owner's property. */
export function makeInverseManyToMany(
  building: Building,
  ends: Ends,
  property: string,
): BuildingManyToMany | undefined {
  const { draft, owner, target } = ends;
  const { inverse, options } = draft.properties.get(property)!.relation as DraftOf<'manyToMany'>;
  const owning = target.relations.find(
    (relation): relation is BuildingManyToMany =>
      relation.kind === 'manyToMany' && relation.owning && relation.property === inverse,
  );
  const complaint = complaintOfInverse(owning, ends, {
    inverse: inverse!,
    drafted: building.drafts.get(target.entityClass)!.properties.get(inverse!),
  });
  if (complaint !== undefined) building.problems.add(draft.name, property, complaint);
  if (owning?.target !== owner) return undefined;
  const { table, from, to, mapped, onDelete } = owning.through;
  const made: BuildingManyToMany = {
    kind: 'manyToMany',
    toMany: true,
    property,
    owner,
    target,
    owning: false,
    inverse: owning,
    through: { ...through({ table, mapped }, to, from), onDelete },
    orderBy: listOf(options.orderBy),
    cascade: cascadeOf(options.cascade),
  };
  owning.inverse ??= made;
  return made;
}

function complaintOfInverse(
  owning: BuildingManyToMany | undefined,
  { draft, owner, target }: Ends,
  { inverse, drafted }: { inverse: string; drafted: PropertyDraft | undefined },
): string | undefined {
  const side = `${target.name}.${inverse}`;
  const line = `write @ManyToMany(() => ${draft.name}) ${inverse}!: Many<${draft.name}>; there`;
  if (owning) {
    if (owning.target !== owner) {
      return `its inverse ${side} refers to ${owning.target.name}, not to ${draft.name}: name a @ManyToMany(() => ${draft.name}).`;
    }
    return (
      owning.inverse &&
      `is the inverse of ${side}, which ${draft.name}.${owning.inverse.property} is already: leave one of them out.`
    );
  }
  if (!drafted) return `names '${inverse}' as its inverse, which ${target.name} does not have: ${line}.`;
  if (drafted.relation?.kind !== 'manyToMany') return `its inverse ${side} is no @ManyToMany relation: ${line}.`;
  // An owner that could not be made is a mistake of its own, which is noted.
  if (drafted.relation.inverse === undefined) return undefined;
  return `and ${side} each name the other as the owner of their join table: one of them must be declared without an inverse, as @ManyToMany(() => ${draft.name}).`;
}

interface Asked {
  readonly property: string;
  readonly options: ManyToManyOptions;
}

/** The join table, or the sentence that says what is wrong with it; undefined where that is noted already. */
function joinTable(building: Building, ends: Ends, { property, options }: Asked): JoinTable | string | undefined {
  const { draft, owner, target } = ends;
  if (typeof options.through === 'function') {
    const model = targetOf(building, draft, property, options.through);
    return model && mappedJoinTable(model, ends, options);
  }
  const name = options.through ?? fitName(building.naming.joinTable(owner.table.name, target.table.name, property));
  const table: TableName = { name, schema: owner.table.schema };
  const own = defaultNames(building, ends, property);
  const from = namedColumns(owner, options.from) ?? own.from;
  const to = namedColumns(target, options.to) ?? own.to;
  const mapped = [...building.models.values()].find((model) => isMappedOn(model, table, owner));
  return checkedTable(through({ table, mapped }, from, to), ends);
}

function isMappedOn(model: BuildingModel, { name, schema }: TableName, { database }: BuildingModel): boolean {
  return model.table.name === name && model.table.schema === schema && model.database === database;
}

function through(
  { table, mapped }: Pick<JoinTable, 'table' | 'mapped'>,
  from: readonly JoinColumn[],
  to: readonly JoinColumn[],
): JoinTable {
  const more = to.filter(({ name }) => from.every((column) => column.name !== name));
  return { table, from, to, columns: [...from, ...more], onDelete: 'cascade', mapped };
}

function checkedTable(joined: JoinTable, { owner, target }: Ends): JoinTable | string {
  const { from, to, columns } = joined;
  if (from.length !== owner.key.length || to.length !== target.key.length) {
    return `'from' must name a column for each key column of ${owner.name} (${keyNames(owner)}), and 'to' one for each of ${target.name} (${keyNames(target)}).`;
  }
  // Keys of several columns may have some in common, such as a tenant.
  const isShared = (side: readonly JoinColumn[]): boolean => columns.length > side.length && isDistinct(side);
  if (!isDistinct(columns) || !isShared(from) || !isShared(to)) {
    const names = [...from, ...to].map((column) => column.name);
    return `two columns of its join table have one name (${names.join(', ')}): give others by 'from' and 'to'.`;
  }
  const mixed = to.find(({ name, target: key }) =>
    from.some((one) => one.name === name && !holdSameValues(one.target.type, key.type)),
  );
  return mixed
    ? `its join table has the column '${mixed.name}' for keys of two types: give both the same type, or name other columns by 'from' and 'to'.`
    : joined;
}

function isDistinct(columns: readonly JoinColumn[]): boolean {
  return new Set(columns.map(({ name }) => name.toLowerCase())).size === columns.length;
}

function keyNames({ key }: BuildingModel): string {
  return key.map(({ name }) => name).join(', ');
}

/** Where an entity is joined with itself, its own name is taken by the near side. */
function defaultNames({ naming }: Building, { owner, target }: Ends, property: string): Pick<JoinTable, 'from' | 'to'> {
  const named = (model: BuildingModel, name: string): JoinColumn[] =>
    model.key.map((column) => ({ name: fitName(naming.joinColumn(name, column.name)), target: column }));
  const from = named(owner, owner.name);
  if (owner !== target) return { from, to: named(target, target.name) };
  const to = named(target, singular(property));
  const clashes = to.some(({ name }) => from.some((near) => near.name === name));
  return { from, to: clashes ? named(target, `other${target.name}`) : to };
}

/** undefined: no names are given. Too many or too few are seen by the number of columns. */
function namedColumns(model: BuildingModel, given: string | readonly string[] | undefined): JoinColumn[] | undefined {
  if (given === undefined) return undefined;
  return listOf(given).flatMap((name, i) => {
    const target = model.key[i] ?? model.key.at(-1);
    return target ? [{ name, target }] : [];
  });
}

/** The join table that an entity is mapped on: its belongs-to relations say which columns refer to whom. */
function mappedJoinTable(model: BuildingModel, ends: Ends, options: ManyToManyOptions): JoinTable | string {
  const from = mappedColumns(model, ends.owner, { given: options.from, position: 0 });
  const isSelf = ends.owner === ends.target;
  const to = mappedColumns(model, ends.target, { given: options.to, position: isSelf ? 1 : 0 });
  if (from && to) return checkedTable(through({ table: model.table, mapped: model }, from, to), ends);
  const missing = from ? ends.target : ends.owner;
  return `goes through ${model.name}, which has no @BelongsTo(() => ${missing.name}) to go by: declare one there.`;
}

/** `given` names columns or belongs-to properties of the mapped entity; without it the relation at `position` of those to the end. */
function mappedColumns(
  model: BuildingModel,
  end: BuildingModel,
  { given, position }: { given: string | readonly string[] | undefined; position: number },
): JoinColumn[] | undefined {
  const relations = model.relations.filter((relation): relation is BelongsToModel => relation.kind === 'belongsTo');
  const [first, ...more] = listOf(given);
  const named =
    more.length === 0 ? relations.find(({ property, target }) => property === first && target === end) : undefined;
  const relation = given === undefined ? relations.filter(({ target }) => target === end)[position] : named;
  if (relation) return relation.columns.map((column, i) => ({ name: column.name, target: relation.target.key[i]! }));
  return namedColumns(end, given);
}
