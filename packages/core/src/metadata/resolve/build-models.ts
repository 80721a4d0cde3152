/** Drafts → models, in passes: columns, keys, belongs-to relations, the relations that rest on them, indexes. */
import type { EntityClass } from '../entity-model';
import type { NamingStrategy } from '../naming';
import type { Problems } from '../problems';
import type { Building, BuildingModel, Ends } from './building';
import { addLifecycleColumns, makeColumn, settleGeneration } from './columns';
import { addIndexes, generatedNames } from './indexes';
import { makeInverseManyToMany, makeOwningManyToMany } from './many-to-many';
import type { MergedDraft } from './merged-draft';
import { adoptColumns, settleSharing } from './shared-columns';
import { makeBelongsTo, makeChildren, settleInverse, targetOf } from './relations';

export function buildModels(
  drafts: ReadonlyMap<EntityClass, MergedDraft>,
  { naming, problems }: { naming: NamingStrategy; problems: Problems },
): Map<EntityClass, BuildingModel> {
  const models = new Map<EntityClass, BuildingModel>();
  for (const draft of drafts.values()) models.set(draft.entityClass, emptyModel(draft, naming));
  const building: Building = { naming, problems, drafts, models };
  const each = (pass: (draft: MergedDraft, model: BuildingModel) => void): void => {
    for (const draft of drafts.values()) pass(draft, models.get(draft.entityClass)!);
  };
  each((draft, model) => {
    addColumns(building, draft, model);
  });
  const keys = new KeyPass(building);
  each((draft) => {
    keys.settle(draft);
  });
  each((draft, model) => {
    addRelations(building, draft, model);
  });
  each((draft, model) => {
    settleSharing(building, draft, model);
    addLifecycleColumns(building, draft, model);
    arrange(draft, model);
  });
  each((draft, model) => {
    addOtherRelations(building, draft, model, false);
  });
  const names = generatedNames(drafts.values());
  each((draft, model) => {
    addOtherRelations(building, draft, model, true);
    for (const relation of model.relations) if (relation.kind === 'belongsTo') settleInverse(building, draft, relation);
    addIndexes(building, names, draft, model);
    sortRelations(draft, model);
  });
  return models;
}

function emptyModel({ name, entityClass, entity }: MergedDraft, naming: NamingStrategy): BuildingModel {
  return {
    name,
    entityClass,
    database: entity.database,
    table: { name: entity.table ?? naming.table(name), schema: entity.schema },
    comment: entity.comment,
    readOnly: entity.readOnly ?? false,
    repository: entity.repository,
    columns: [],
    key: [],
    shared: [],
    keyConstraint: undefined,
    keyProperties: [],
    properties: new Map(),
    relations: [],
    indexes: [],
    checks: [],
    createdAt: undefined,
    updatedAt: undefined,
    softDelete: undefined,
    version: undefined,
  };
}

function addColumns(building: Building, draft: MergedDraft, model: BuildingModel): void {
  for (const [property, held] of draft.properties) {
    if (held.relation) continue;
    const column = makeColumn(building, draft, property, held);
    if (!column) continue;
    model.columns.push(column);
    model.properties.set(property, { kind: 'column', column });
    if (held.version) {
      if (model.version) {
        building.problems.add(
          draft.name,
          property,
          `is a second @Version beside ${model.version.property}: leave one of them out.`,
        );
      }
      model.version ??= column;
    }
  }
}

/** Keys may lie in relations, whose targets' keys come first. */
class KeyPass {
  readonly #settled = new Set<EntityClass>();
  readonly #open = new Set<EntityClass>();

  constructor(private readonly building: Building) {}

  settle(draft: MergedDraft): void {
    const { entityClass, name } = draft;
    if (this.#settled.has(entityClass)) return;
    const { problems, models } = this.building;
    this.#open.add(entityClass);
    const model = models.get(entityClass)!;
    for (const [property, held] of draft.properties) {
      if (!held.key) continue;
      model.keyProperties.push(property);
      if (held.relation) this.#settleRelation(draft, model, property);
      else {
        const column = model.properties.get(property);
        if (column?.kind === 'column') model.key.push(column.column);
      }
    }
    if (model.keyProperties.length === 0 && !model.readOnly) {
      problems.add(
        name,
        undefined,
        'has no key: write @PrimaryKey() id!: number; or @Entity({ readOnly: true }) for a view or a table that is only read.',
      );
    }
    settleKeyConstraint(this.building, draft, model);
    settleGeneration(this.building, draft, model);
    this.#open.delete(entityClass);
    this.#settled.add(entityClass);
  }

  #settleRelation(draft: MergedDraft, model: BuildingModel, property: string): void {
    const { problems, drafts } = this.building;
    const { relation } = draft.properties.get(property)!;
    if (relation?.kind !== 'belongsTo') {
      // That they do not go together is noted with the property's decorators.
      return;
    }
    const target = targetOf(this.building, draft, property, relation.target);
    if (!target) return;
    if (this.#open.has(target.entityClass)) {
      problems.add(
        draft.name,
        property,
        `its key rests on the key of ${target.name}, which rests on this one: one of them needs a key of its own.`,
      );
      return;
    }
    this.settle(drafts.get(target.entityClass)!);
    addBelongsTo(this.building, { draft, owner: model, target }, property);
  }
}

/** Any of the properties of the key may name its constraint, and one of them does. */
function settleKeyConstraint({ problems }: Building, draft: MergedDraft, model: BuildingModel): void {
  for (const property of model.keyProperties) {
    const name = draft.properties.get(property)?.key?.constraint;
    if (name === undefined) continue;
    if (model.keyConstraint !== undefined && model.keyConstraint !== name)
      problems.add(
        draft.name,
        property,
        `names the constraint of the key '${name}', and another one '${model.keyConstraint}': name it once.`,
      );
    model.keyConstraint = name;
  }
}

function addBelongsTo(building: Building, ends: Ends, property: string): void {
  const relation = makeBelongsTo(building, ends, property);
  if (!relation) return;
  const { owner } = ends;
  adoptColumns(building, ends, relation);
  owner.relations.push(relation);
  owner.properties.set(property, { kind: 'relation', relation });
}

function addRelations(building: Building, draft: MergedDraft, owner: BuildingModel): void {
  for (const [property, held] of draft.properties) {
    if (held.relation?.kind !== 'belongsTo' || held.key) continue;
    const target = targetOf(building, draft, property, held.relation.target);
    if (target) addBelongsTo(building, { draft, owner, target }, property);
  }
}

function addOtherRelations(building: Building, draft: MergedDraft, owner: BuildingModel, inverse: boolean): void {
  for (const [property, { relation: held }] of draft.properties) {
    if (!held || held.kind === 'belongsTo') continue;
    const isInverse = held.kind === 'manyToMany' && held.inverse !== undefined;
    if (isInverse !== inverse) continue;
    const target = targetOf(building, draft, property, held.target);
    if (!target) continue;
    const ends = { draft, owner, target };
    const make = held.kind !== 'manyToMany' ? makeChildren : isInverse ? makeInverseManyToMany : makeOwningManyToMany;
    const relation = make(building, ends, property);
    if (!relation) continue;
    owner.relations.push(relation);
    owner.properties.set(property, { kind: 'relation', relation });
  }
}

/** Relations in the order of the properties, whichever pass made them; so are the properties themselves. */
function sortRelations({ properties }: MergedDraft, model: BuildingModel): void {
  const places = new Map([...properties.keys()].map((property, i) => [property, i]));
  const placeOf = (property: string): number => places.get(property) ?? places.size;
  model.relations.sort((a, b) => placeOf(a.property) - placeOf(b.property));
  model.properties = new Map([...model.properties].sort(([a], [b]) => placeOf(a) - placeOf(b)));
}

/** Columns in the order of the properties, the key's first; slots are counted in that order. */
function arrange({ properties }: MergedDraft, model: BuildingModel): void {
  const places = new Map([...properties.keys()].map((property, i) => [property, i]));
  const placeOf = (property: string): number => places.get(property) ?? places.size;
  const rest = model.columns
    .filter((column) => !column.primary)
    .sort((a, b) => placeOf(a.property) - placeOf(b.property));
  model.columns = [...model.key, ...rest];
  model.columns.forEach((column, i) => (column.index = i));
  model.shared = model.columns.filter(({ relation, references }) => references.length > (relation ? 1 : 0));
}
