/** Relations that rest on a foreign key: belongs-to, and has-many and has-one on its other side. */
import { describeValue } from '../../describe-value';
import type { BelongsToOptions, CascadeOption, RelationDraft, Target } from '../definition';
import type { Cascade, EntityClass } from '../entity-model';
import { fitName } from '../generated-names';
import { suggestion } from '../nearest';
import {
  hasWholeKey,
  type Building,
  type BuildingBelongsTo,
  type BuildingColumn,
  type BuildingHasMany,
  type BuildingHasOne,
  type BuildingModel,
  type Ends,
} from './building';
import { emptyColumn } from './columns';
import type { MergedDraft } from './merged-draft';

export type DraftOf<K extends RelationDraft['kind']> = Extract<RelationDraft, { kind: K }>;

/** The model that a relation's function names; undefined, with the problem noted, where it names none. */
export function targetOf(
  building: Building,
  { name }: MergedDraft,
  property: string,
  target: Target,
): BuildingModel | undefined {
  const { problems, models } = building;
  let entityClass: unknown;
  try {
    entityClass = isClass(target) ? undefined : (target as () => unknown)();
  } catch (error) {
    problems.add(
      name,
      property,
      `its class cannot be found: ${error instanceof Error ? error.message : String(error)}.`,
    );
    return undefined;
  }
  const model = models.get(entityClass as EntityClass);
  if (model) return model;
  if (isClass(target)) {
    const { name: written } = target as { name: string };
    problems.add(name, property, `takes a function that gives a class, not the class itself: write () => ${written}.`);
  } else if (typeof entityClass !== 'function') {
    problems.add(
      name,
      property,
      `relates to ${describeValue(entityClass)}: export the class from its module, and write () => Class, which is called when all modules are loaded.`,
    );
  } else {
    problems.add(
      name,
      property,
      `relates to ${entityClass.name}, which is no entity here: annotate it with @Entity() and list it in 'entities'.`,
    );
  }
  return undefined;
}

/** A class can only be constructed, so its text begins with the word. */
function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** A belongs-to relation with its foreign key columns, typed as the target's key. */
export function makeBelongsTo(building: Building, ends: Ends, property: string): BuildingBelongsTo | undefined {
  const { draft, owner, target } = ends;
  const keyless = complaintOfKeyless(target);
  if (keyless !== undefined) building.problems.add(draft.name, property, keyless);
  if (!hasWholeKey(target)) return undefined;
  const held = draft.properties.get(property)!;
  const { options } = held.relation as DraftOf<'belongsTo'>;
  const names = options.columns ?? (options.column === undefined ? undefined : [options.column]);
  for (const complaint of complaintsOfBelongsTo(options, target, held.key !== undefined)) {
    building.problems.add(draft.name, property, complaint);
  }
  if (names && names.length !== target.key.length) return undefined;
  const { nullable = false, unique = false, updatable = true, onDelete, onUpdate, constraint, deferrable } = options;
  const relation: BuildingBelongsTo = {
    kind: 'belongsTo',
    toMany: false,
    property,
    owner,
    target,
    cascade: cascadeOf(options.cascade),
    columns: [],
    own: [],
    follows: false,
    nullable,
    unique,
    onDelete,
    onUpdate,
    constraint,
    deferrable: deferrable === true ? 'immediate' : deferrable === false ? undefined : deferrable,
    inverse: undefined,
  };
  relation.columns = target.key.map((key, i): BuildingColumn => ({
    ...emptyColumn(property, names?.[i] ?? fitName(building.naming.foreignKey(property, key.name)), key.type),
    relation,
    references: [relation],
    nullable,
    updatable,
    primary: held.key !== undefined,
    unique: unique && target.key.length === 1,
  }));
  return relation;
}

/** A table or view without a key cannot be referred to. */
export function complaintOfKeyless({ name, readOnly, keyProperties }: BuildingModel): string | undefined {
  return readOnly && keyProperties.length === 0
    ? `relates to ${name}, which has no key to refer to: declare one there by @PrimaryKey, or leave the relation out.`
    : undefined;
}

function complaintsOfBelongsTo(
  { column, columns, nullable, onDelete, onUpdate, constraint, deferrable, cascade }: BelongsToOptions,
  { name, key }: BuildingModel,
  primary: boolean,
): string[] {
  const complaints: string[] = [];
  if (column !== undefined && columns !== undefined) {
    complaints.push("has both 'column' and 'columns': leave one of them out.");
  }
  const named = columns?.length ?? (column === undefined ? key.length : 1);
  if (named !== key.length) {
    const keys = key.map((one) => one.name).join(', ');
    complaints.push(
      `names ${counted(named, 'column')}, but the key of ${name} has ${String(key.length)} (${keys}): name one for each.`,
    );
  }
  const acts = Object.entries({ onDelete, onUpdate, deferrable }).filter(([, said]) => said !== undefined);
  if (constraint === false && acts.length > 0) {
    complaints.push(
      `has constraint: false and ${acts.map(([option]) => option).join(', ')}, which only a constraint does: leave one of them out.`,
    );
  }
  if (nullable && primary) complaints.push('is part of the key and cannot be nullable: leave nullable out.');
  if (!nullable && [onDelete, onUpdate].includes('set null')) {
    complaints.push("has the action 'set null', but is not nullable: write nullable: true, or another action.");
  }
  if (Array.isArray(cascade) && cascade.includes('delete')) {
    complaints.push(
      `has cascade: ['delete'], but other rows may refer to the same ${name}, so deletes do not go along @BelongsTo: leave 'delete' out, and write it at the @HasMany or @HasOne of ${name}.`,
    );
  }
  return complaints;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Has-many and has-one: the other side of a belongs-to. */
export function makeChildren(
  building: Building,
  ends: Ends,
  property: string,
): BuildingHasMany | BuildingHasOne | undefined {
  const { draft, owner, target } = ends;
  const keyless =
    complaintOfKeyless(owner) &&
    `is referred to by the key of ${owner.name}, which has none: declare one by @PrimaryKey, or leave the relation out.`;
  if (keyless !== undefined) {
    building.problems.add(draft.name, property, keyless);
    return undefined;
  }
  const relation = draft.properties.get(property)!.relation as DraftOf<'hasMany'> | DraftOf<'hasOne'>;
  const inverse = inverseOf(building, ends, { property, inverse: relation.inverse });
  if (!inverse) return undefined;
  const common = {
    property,
    owner,
    target,
    inverse,
    cascade: cascadeOf(relation.options.cascade),
    orphanRemoval: relation.options.orphanRemoval ?? false,
  };
  if (common.orphanRemoval && target.readOnly) {
    building.problems.add(
      draft.name,
      property,
      `has orphanRemoval, but ${target.name} is readOnly and is never deleted: leave orphanRemoval out.`,
    );
  }
  const made: BuildingHasMany | BuildingHasOne =
    relation.kind === 'hasMany'
      ? { kind: 'hasMany', toMany: true, ...common, orderBy: listOf(relation.options.orderBy) }
      : { kind: 'hasOne', toMany: false, ...common };
  inverse.inverse ??= made;
  return made;
}

function inverseOf(
  { problems, drafts }: Building,
  { draft, owner, target }: Ends,
  { property, inverse }: { property: string; inverse: unknown },
): BuildingBelongsTo | undefined {
  const candidates = target.relations.filter((relation) => relation.kind === 'belongsTo' && relation.target === owner);
  const others = candidates.map((relation) => relation.property);
  if (typeof inverse !== 'string') {
    const kind = draft.properties.get(property)!.relation!.kind === 'hasOne' ? 'HasOne' : 'HasMany';
    const given = inverse === undefined ? 'names no inverse' : 'takes the name of its inverse as a text';
    problems.add(
      draft.name,
      property,
      `${given}: write @${kind}(() => ${target.name}, '${others[0] ?? '…'}'), the @BelongsTo(() => ${draft.name}) property of ${target.name}.`,
    );
    return undefined;
  }
  const found = target.relations.find((relation) => relation.property === inverse);
  if (found?.kind === 'belongsTo') {
    if (found.target === owner) return found;
    problems.add(
      draft.name,
      property,
      `its inverse ${target.name}.${inverse} refers to ${found.target.name}, not to ${draft.name}: name a @BelongsTo(() => ${draft.name}).`,
    );
    return undefined;
  }
  const drafted = drafts.get(target.entityClass)!.properties;
  // A belongs-to that could not be made is a mistake of its own, which is noted.
  if (drafted.get(inverse)?.relation?.kind === 'belongsTo') return undefined;
  const line = `write @BelongsTo(() => ${draft.name}) ${inverse}!: Ref<${draft.name}>; there`;
  if (drafted.has(inverse)) {
    problems.add(draft.name, property, `its inverse ${target.name}.${inverse} is no @BelongsTo relation: ${line}.`);
    return undefined;
  }
  const remedy = others.length === 0 ? `${line}.` : suggestion(inverse, others);
  problems.add(
    draft.name,
    property,
    `names '${inverse}' as its inverse, which ${target.name} does not have: ${remedy}`,
  );
  return undefined;
}

/** `inverse` of a belongs-to names the side that it is to be kept in step with, where several could be. */
export function settleInverse({ problems }: Building, draft: MergedDraft, relation: BuildingBelongsTo): void {
  const { inverse } = (draft.properties.get(relation.property)!.relation as DraftOf<'belongsTo'>).options;
  if (inverse === undefined) return;
  const found = relation.target.relations.find((other) => other.property === inverse);
  if ((found?.kind === 'hasMany' || found?.kind === 'hasOne') && found.inverse === relation) {
    relation.inverse = found;
    return;
  }
  problems.add(
    draft.name,
    relation.property,
    `names '${inverse}' as its inverse, but ${relation.target.name} has no such relation to it: write @HasMany(() => ${draft.name}, '${relation.property}') ${inverse}!: Many<${draft.name}>; there.`,
  );
}

export function cascadeOf(option: CascadeOption | undefined): readonly Cascade[] {
  if (option === undefined) return ['persist'];
  if (typeof option === 'boolean') return option ? ['persist', 'delete'] : [];
  return [...option];
}

export function listOf(given: string | readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : [...given];
}
