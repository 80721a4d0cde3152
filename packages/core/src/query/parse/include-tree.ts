/** Dotted relation paths (`'tracks.genres'`) → one tree, so that no relation is fetched twice. */
import { QueryError } from '../../errors';
import type { ColumnModel, EntityModel, RelationModel } from '../../metadata';
import { ShapeCache } from '../shape-cache';
import type { IncludeStrategy } from '../types/queryset';
import { unknownProperty } from './names';

export interface IncludeNode {
  readonly relation: RelationModel;
  readonly strategy: IncludeStrategy | undefined;
  /** The columns read; undefined: all that are not deferred. */
  readonly columns: readonly ColumnModel[] | undefined;
  readonly children: IncludeTree;
}

/** Relations to fetch, by property. */
export type IncludeTree = ReadonlyMap<string, IncludeNode>;

const MAX_DEPTH = 16;

/** Trees of one path that are kept, for each entity, by the path. */
const KEPT = 200;

const kept = new WeakMap<EntityModel, ShapeCache<IncludeTree>>();

/** A new tree with these paths in it as well. @throws QueryError for a path that is no relation */
export function withPaths(
  tree: IncludeTree,
  model: EntityModel,
  { paths, strategy }: { paths: readonly unknown[]; strategy?: IncludeStrategy | undefined },
): IncludeTree {
  let result = tree;
  for (const path of paths) {
    if (typeof path !== 'string' || path === '') {
      throw new QueryError(`A path of include or load is a text such as 'tracks.genres', got ${typeof path}.`, {
        entity: model.name,
      });
    }
    result =
      result.size === 0 && strategy === undefined
        ? treeOf(model, path)
        : withSteps(result, model, { steps: stepsOf(model, path), strategy });
  }
  return result;
}

/** The tree of one path: most querysets include one. */
function treeOf(model: EntityModel, path: string): IncludeTree {
  let known = kept.get(model);
  if (!known) kept.set(model, (known = new ShapeCache(KEPT)));
  return known.get(path, () => withSteps(new Map(), model, { steps: stepsOf(model, path), strategy: undefined }));
}

function stepsOf(model: EntityModel, path: string): string[] {
  const steps = path.split('.');
  if (steps.length > MAX_DEPTH)
    throw new QueryError(`The path '${path.slice(0, 60)}…' has too many steps.`, { entity: model.name });
  return steps;
}

function withSteps(
  tree: IncludeTree,
  model: EntityModel,
  { steps, strategy }: { steps: readonly string[]; strategy: IncludeStrategy | undefined },
): IncludeTree {
  const [step, ...rest] = steps as [string, ...string[]];
  const property = model.properties.get(step);
  if (!property) throw unknownProperty(model, step);
  if (property.kind !== 'relation') {
    throw new QueryError(`${model.name}.${step} is a column, not a relation: only relations are included.`, {
      entity: model.name,
      property: step,
    });
  }
  const { relation } = property;
  const present = tree.get(step);
  const children = present?.children ?? new Map<string, IncludeNode>();
  const node: IncludeNode = {
    relation,
    strategy: strategy ?? present?.strategy,
    columns: present?.columns,
    children: rest.length > 0 ? withSteps(children, relation.target, { steps: rest, strategy }) : children,
  };
  return new Map(tree).set(step, node);
}

/** A relation as it is included where nothing else is said. */
export function plainNode(relation: RelationModel): IncludeNode {
  return { relation, strategy: undefined, columns: undefined, children: new Map<string, IncludeNode>() };
}

const shapes = new WeakMap<IncludeTree, string>();

/** A text that is the same for trees that mean the same. */
export function treeShape(tree: IncludeTree): string {
  if (tree.size === 0) return '';
  let shape = shapes.get(tree);
  if (shape === undefined) shapes.set(tree, (shape = [...tree.values()].map(nodeShape).join(',')));
  return shape;
}

function nodeShape({ relation, strategy, columns, children }: IncludeNode): string {
  const read = columns ? `[${columns.map(({ index }) => index).join()}]` : '';
  return `${relation.property}:${strategy ?? ''}${read}(${treeShape(children)})`;
}
