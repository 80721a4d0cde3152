/** The drafts of a class and its bases as one: a subclass has the last word on a property. */
import type { CheckDraft, EntityOptions, IndexDraft, Misplaced, PropertyDraft, TimestampsOptions } from '../definition';
import { ownDraft } from '../drafts';
import type { EntityClass } from '../entity-model';

export interface MergedDraft {
  readonly entityClass: EntityClass;
  readonly name: string;
  readonly entity: EntityOptions;
  /** A base among its bases that is an entity itself. */
  readonly entityBase: string | undefined;
  readonly properties: ReadonlyMap<string, PropertyDraft>;
  readonly indexes: readonly IndexDraft[];
  readonly checks: readonly CheckDraft[];
  readonly misplaced: readonly Misplaced[];
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
  const misplaced: Misplaced[] = [];
  let timestamps: TimestampsOptions | undefined;
  let softDelete: string | undefined;
  let entityBase: string | undefined;
  for (const ancestor of ancestry(entityClass)) {
    const draft = ownDraft(ancestor);
    if (!draft) continue;
    for (const [name, property] of draft.properties) properties.set(name, property);
    indexes.push(...draft.indexes);
    checks.push(...draft.checks);
    misplaced.push(...draft.misplaced);
    timestamps = draft.timestamps ?? timestamps;
    softDelete = draft.softDelete ?? softDelete;
    if (draft.entity && ancestor !== entityClass) entityBase = (ancestor as { name: string }).name;
  }
  return {
    entityClass,
    name: entityClass.name,
    entity: own.entity,
    entityBase,
    properties,
    indexes,
    checks,
    misplaced,
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
