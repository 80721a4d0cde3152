/** Classes → frozen models, or one error with every mistake. */
import { MetadataError } from '../errors';
import type { EntityClass, EntityModel, EntityModels } from './entity-model';
import { snakeCaseNaming, type NamingStrategy } from './naming';
import { Problems } from './problems';
import { buildModels } from './resolve/build-models';
import type { BuildingModel } from './resolve/building';
import { mergeDrafts, type MergedDraft } from './resolve/merged-draft';
import { validate } from './validate';

/** @throws MetadataError with all mistakes of all entities at once */
export function createModels(
  entities: readonly EntityClass[],
  { naming = snakeCaseNaming }: { naming?: NamingStrategy } = {},
): EntityModels {
  const problems = new Problems();
  const drafts = draftsOf(entities, problems);
  const models = buildModels(drafts, { naming, problems });
  if (!problems.any) validate({ naming, problems, drafts, models });
  problems.throwAny();
  for (const model of models.values()) freeze(model);
  return new Registry([...models.values()]);
}

function draftsOf(entities: readonly EntityClass[], problems: Problems): Map<EntityClass, MergedDraft> {
  const drafts = new Map<EntityClass, MergedDraft>();
  for (const entityClass of entities as readonly unknown[]) {
    if (typeof entityClass !== 'function') {
      problems.add(String(entityClass), undefined, "is no class: list classes in 'entities'.");
      continue;
    }
    const { name } = entityClass;
    if (drafts.has(entityClass as never)) {
      problems.add(name, undefined, "is listed twice in 'entities'.");
      continue;
    }
    const draft = mergeDrafts(entityClass as unknown as EntityClass);
    if (draft) drafts.set(draft.entityClass, draft);
    else problems.add(name, undefined, "is listed in 'entities' without being one: write @Entity() above the class.");
  }
  return drafts;
}

/** Nobody changes a model after this: neither by accident nor through a property's name. */
function freeze(model: BuildingModel): void {
  for (const column of model.columns) Object.freeze(column);
  for (const relation of model.relations) Object.freeze(relation);
  for (const index of model.indexes) Object.freeze(index);
  for (const list of [model.columns, model.key, model.keyProperties, model.relations, model.indexes, model.checks])
    Object.freeze(list);
  Object.freeze(model.table);
  Object.freeze(model);
}

class Registry implements EntityModels {
  readonly all: readonly EntityModel[];
  readonly #byPrototype = new Map<unknown, EntityModel>();

  constructor(models: readonly EntityModel[]) {
    this.all = Object.freeze([...models]);
    for (const model of models) this.#byPrototype.set(model.entityClass.prototype, model);
  }

  of<T extends object>(entityClass: EntityClass<T>): EntityModel<T> {
    const model = typeof entityClass === 'function' ? this.#byPrototype.get(entityClass.prototype) : undefined;
    if (model?.entityClass === entityClass) return model as unknown as EntityModel<T>;
    const name = typeof entityClass === 'function' ? (entityClass as { name: string }).name : String(entityClass);
    throw new MetadataError(
      `${name} is no entity of this connection: annotate it with @Entity() and list it in 'entities' of Espalier.connect.`,
      [],
      {
        entity: name,
      },
    );
  }

  ofEntity(entity: object): EntityModel | undefined {
    for (
      let prototype: unknown = Object.getPrototypeOf(entity);
      prototype;
      prototype = Object.getPrototypeOf(prototype)
    ) {
      const model = this.#byPrototype.get(prototype);
      if (model) return model;
    }
    return undefined;
  }
}
