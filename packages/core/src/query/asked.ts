/**
 * What was asked for of an entity: the columns and relations that its JSON has. Each query has one such object, which all entities that it returned share.
 */
import type { ColumnModel, EntityModel } from '../metadata';
import { defaultColumns } from './parse/column-paths';
import type { IncludeTree } from './parse/include-tree';
import { hidesRelated, type QueryState } from './queryset/state';
import type { SelectPlan } from './plan/reads';

export interface Asked {
  /** undefined: all that are not deferred. The key is always asked for. */
  readonly columns: readonly ColumnModel[] | undefined;
  /** The relations, by property, and what was asked for of the entities that they lead to. */
  readonly relations: ReadonlyMap<string, Asked>;
  /** Whether it is left out of what refers to it where it is soft-deleted. */
  readonly hidesMarked: boolean;
  /** It was made by the program: what the program sets on it counts as asked for. */
  readonly isBorn: boolean;
}

const NO_RELATIONS: ReadonlyMap<string, Asked> = new Map();

const PLAIN: Asked = { columns: undefined, relations: NO_RELATIONS, hidesMarked: true, isBorn: false };
const PLAIN_WITH_MARKED: Asked = { ...PLAIN, hidesMarked: false };

/** Of an entity that the program made. */
export const BORN: Asked = { ...PLAIN, isBorn: true };

/** Of a reference: nothing but its key. */
export const NOTHING_ASKED: Asked = { ...PLAIN, columns: [] };

/** What an include tree asks for. @param columns those of the entity itself; undefined: all that are not deferred */
export function askedBy(tree: IncludeTree, hidesMarked: boolean, columns?: readonly ColumnModel[]): Asked {
  const plain = hidesMarked ? PLAIN : PLAIN_WITH_MARKED;
  if (tree.size === 0) return columns ? { ...plain, columns } : plain;
  const relations = new Map<string, Asked>();
  for (const [property, node] of tree) relations.set(property, askedBy(node.children, hidesMarked, node.columns));
  return { ...plain, columns, relations };
}

interface PlanAsks {
  hiding: Asked | undefined;
  showing: Asked | undefined;
}

const asksOfPlans = new WeakMap<SelectPlan, PlanAsks>();

/** What a queryset asks for of the entities that it returns: one object a plan. */
export function askedOf(state: QueryState, plan: SelectPlan): Asked {
  const hides = hidesRelated(state);
  if (state.includes.size === 0 && !state.columns) return hides ? PLAIN : PLAIN_WITH_MARKED;
  let asks = asksOfPlans.get(plan);
  if (!asks) asksOfPlans.set(plan, (asks = { hiding: undefined, showing: undefined }));
  return (asks[hides ? 'hiding' : 'showing'] ??= askedBy(state.includes, hides, state.columns));
}

/** Both together. @param added what is asked for as well; of a relation that both name, whether it leaves out marked rows is as it was asked last */
export function askedBoth(model: EntityModel, before: Asked | undefined, added: Asked): Asked {
  if (!before || before === added || before === NOTHING_ASKED) return added;
  if (covers(before, added)) return before;
  let merges = merged.get(before);
  if (!merges) merged.set(before, (merges = new WeakMap()));
  let both = merges.get(added);
  if (!both) merges.set(added, (both = merge(model, before, added)));
  return both;
}

/** Entities of one query that are asked for more by another have one object again. */
const merged = new WeakMap<Asked, WeakMap<Asked, Asked>>();

function merge(model: EntityModel, before: Asked, added: Asked): Asked {
  const relations = new Map(before.relations);
  for (const [property, asked] of added.relations) {
    const held = model.properties.get(property);
    if (held?.kind === 'relation')
      relations.set(property, askedBoth(held.relation.target, relations.get(property), asked));
  }
  const columns = mergedColumns(model, before.columns, added.columns);
  return { columns, relations, hidesMarked: added.hidesMarked, isBorn: before.isBorn };
}

function mergedColumns(
  model: EntityModel,
  before: Asked['columns'],
  added: Asked['columns'],
): readonly ColumnModel[] | undefined {
  if (!before && !added) return undefined;
  const all = new Set([...(before ?? defaultColumns(model)), ...(added ?? defaultColumns(model))]);
  return model.columns.filter((column) => all.has(column));
}

/** Whether nothing is added, told of what is simple to tell. */
function covers(before: Asked, { columns, relations, hidesMarked }: Asked): boolean {
  return relations.size === 0 && columns === before.columns && hidesMarked === before.hidesMarked;
}

/** Whether a column was asked for. */
export function isAskedColumn({ columns, isBorn }: Asked, column: ColumnModel): boolean {
  return column.primary || isBorn || (columns ? columns.includes(column) : !column.deferred);
}

/** These columns too. */
export function askedColumns(model: EntityModel, before: Asked, columns: readonly ColumnModel[]): Asked {
  if (columns.every((column) => isAskedColumn(before, column))) return before;
  return { ...before, columns: mergedColumns(model, before.columns, columns) };
}
