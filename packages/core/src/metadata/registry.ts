/** Classes → frozen models, or one error with every mistake. */
import { describeValue } from '../describe-value';
import { MetadataError } from '../errors';
import type { EntityClass, EntityModel, EntityModels } from './entity-model';
import { freezeModel } from './freeze';
import { snakeCaseNaming, type NamingStrategy } from './naming';
import { Problems } from './problems';
import { buildModels } from './resolve/build-models';
import { checkDraft } from './resolve/check-draft';
import { mergeDrafts, type MergedDraft } from './resolve/merged-draft';
import { validate } from './validate';

/** Models of annotated classes, and what is wrong with them so far: others may add to it what only they can see. */
export interface DraftedModels {
  readonly all: readonly EntityModel[];
  readonly problems: Problems;
  /** @throws MetadataError with all mistakes of all entities at once */
  freeze(): EntityModels;
}

interface ModelOptions {
  naming?: NamingStrategy | undefined;
}

export function draftModels(
  entities: readonly EntityClass[],
  { naming = snakeCaseNaming }: ModelOptions = {},
): DraftedModels {
  const problems = new Problems();
  const drafts = draftsOf(entities, problems);
  const models = buildModels(drafts, { naming, problems });
  validate({ naming, problems, drafts, models });
  const all: readonly EntityModel[] = [...models.values()];
  return {
    all,
    problems,
    freeze() {
      problems.throwAny();
      for (const model of all) freezeModel(model);
      return new Registry(all);
    },
  };
}

/** @throws MetadataError with all mistakes of all entities at once */
export function createModels(entities: readonly EntityClass[], options?: ModelOptions): EntityModels {
  return draftModels(entities, options).freeze();
}

function draftsOf(entities: readonly EntityClass[], problems: Problems): Map<EntityClass, MergedDraft> {
  const drafts = new Map<EntityClass, MergedDraft>();
  for (const [position, entityClass] of (entities as readonly unknown[]).entries()) {
    if (typeof entityClass !== 'function') {
      const kind = entityClass === null ? 'null' : typeof entityClass;
      problems.add(
        `entities[${String(position)}]`,
        undefined,
        `is no class but ${kind}: list classes in 'entities', and look for modules that import one another.`,
      );
      continue;
    }
    const name = entityClass.name === '' ? `entities[${String(position)}]` : entityClass.name;
    if (drafts.has(entityClass as unknown as EntityClass)) {
      problems.add(name, undefined, "is listed twice in 'entities': list it once.");
      continue;
    }
    const draft = mergeDrafts(entityClass as unknown as EntityClass);
    if (!draft) {
      problems.add(name, undefined, "is listed in 'entities' without being one: write @Entity() above the class.");
      continue;
    }
    drafts.set(draft.entityClass, checkDraft(problems, draft));
  }
  return drafts;
}

const connected = new WeakMap<object, EntityModels>();

/** The models of the connection that an entity class was listed in last; undefined before. */
export function connectedModels(entityClass: unknown): EntityModels | undefined {
  return typeof entityClass === 'function' ? connected.get(entityClass) : undefined;
}

/** A static property may have taken the place of the name. */
function nameOf(entityClass: object): string {
  const { name } = entityClass as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : 'A class without a name';
}

class Registry implements EntityModels {
  readonly all: readonly EntityModel[];
  readonly #byPrototype = new Map<unknown, EntityModel>();

  constructor(models: readonly EntityModel[]) {
    this.all = Object.freeze([...models]);
    for (const model of models) {
      this.#byPrototype.set(model.entityClass.prototype, model);
      connected.set(model.entityClass, this);
    }
  }

  of<T extends object>(entityClass: EntityClass<T>): EntityModel<T> {
    const model = typeof entityClass === 'function' ? this.#byPrototype.get(entityClass.prototype) : undefined;
    const isThis = model ? model.entityClass === entityClass : false;
    if (isThis) return model as unknown as EntityModel<T>;
    const name = typeof entityClass === 'function' ? nameOf(entityClass) : describeValue(entityClass);
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
