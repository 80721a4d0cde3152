/** The drafts of a class and its bases as one: a subclass has the last word on a property. */
import { ownDraft } from '../decorators/dual';
import type { CheckDraft, EntityOptions, IndexDraft, PropertyDraft, TimestampsOptions } from '../definition';
import type { EntityClass } from '../entity-model';

export interface MergedDraft {
  readonly entityClass: EntityClass;
  readonly name: string;
  readonly entity: EntityOptions;
  readonly properties: ReadonlyMap<string, PropertyDraft>;
  readonly indexes: readonly IndexDraft[];
  readonly checks: readonly CheckDraft[];
  readonly timestamps: TimestampsOptions | undefined;
  readonly softDelete: string | undefined;
}

/** undefined where the class itself has no `@Entity`. */
export function mergeDrafts(entityClass: EntityClass): MergedDraft | undefined {
  const own = ownDraft(entityClass);
  if (!own?.entity) return undefined;
  const properties = new Map<string, PropertyDraft>();
  const indexes: IndexDraft[] = [];
  const checks: CheckDraft[] = [];
  let timestamps: TimestampsOptions | undefined;
  let softDelete: string | undefined;
  for (const ancestor of ancestry(entityClass)) {
    const draft = ownDraft(ancestor);
    if (!draft) continue;
    for (const [name, property] of draft.properties) properties.set(name, { ...properties.get(name), ...property });
    indexes.push(...draft.indexes);
    checks.push(...draft.checks);
    timestamps = draft.timestamps ?? timestamps;
    softDelete = draft.softDelete ?? softDelete;
  }
  return {
    entityClass,
    name: entityClass.name,
    entity: own.entity,
    properties,
    indexes,
    checks,
    timestamps,
    softDelete,
  };
}

/** The class and its bases, the furthest base first. */
function ancestry(entityClass: object): object[] {
  const chain: object[] = [];
  for (
    let c: object | null = entityClass;
    c && c !== Function.prototype;
    c = Object.getPrototypeOf(c) as object | null
  ) {
    chain.unshift(c);
  }
  return chain;
}
