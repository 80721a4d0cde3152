/** What `only`, `defer` and `undefer` say: columns of the entity (`'title'`), and of relations that are included (`'author.name'`). */
import { QueryError } from '../../errors';
import type { ColumnModel, EntityModel } from '../../metadata';
import { describeValue } from '../../describe-value';
import type { IncludeNode, IncludeTree } from './include-tree';
import { propertyOf } from './names';

export type ColumnMethod = 'only' | 'defer' | 'undefer';

/** What one call says of the columns of one entity. */
export interface ColumnStep {
  readonly method: ColumnMethod;
  /** The relations that lead there; none: the entity itself. */
  readonly path: readonly string[];
  readonly columns: ReadonlySet<ColumnModel>;
}

const MAX_STEPS = 16;

/** The steps of one call, one an entity. @throws QueryError for what leads to no column */
export function columnSteps(model: EntityModel, method: ColumnMethod, names: readonly unknown[]): ColumnStep[] {
  const steps = new Map<string, { path: readonly string[]; columns: Set<ColumnModel> }>();
  // `only()` says that nothing but the key is read.
  if (method === 'only' && names.length === 0) steps.set('', { path: [], columns: new Set() });
  for (const name of names) {
    if (typeof name !== 'string') {
      throw new QueryError(`${method}() takes names of columns, got ${describeValue(name)}.`, { entity: model.name });
    }
    const path = name.split('.');
    if (path.length > MAX_STEPS)
      throw new QueryError(`The path '${name.slice(0, 60)}…' has too many steps.`, { entity: model.name });
    const column = path.pop()!;
    const columns = columnsAt(model, { path, column, method });
    const key = path.join('.');
    const step = steps.get(key);
    if (step) for (const one of columns) step.columns.add(one);
    else steps.set(key, { path, columns: new Set(columns) });
  }
  return [...steps.values()].map((step) => ({ method, ...step }));
}

function columnsAt(
  root: EntityModel,
  { path, column, method }: { path: readonly string[]; column: string; method: ColumnMethod },
): readonly ColumnModel[] {
  let model = root;
  for (const step of path) {
    const property = propertyOf(model, step);
    if (property.kind === 'column') {
      throw new QueryError(`${model.name}.${step} is a column: a path of ${method}() cannot go on after it.`, {
        entity: model.name,
        property: step,
      });
    }
    model = property.relation.target;
  }
  const property = propertyOf(model, column);
  if (property.kind === 'column') return [property.column];
  if (property.relation.kind === 'belongsTo') return property.relation.columns;
  throw new QueryError(
    `${model.name}.${column} is a relation without a column: leave it out, it is read by include only.`,
    { entity: model.name, property: column },
  );
}

/** The columns that are read after a step. @param before those before it, undefined: all that are not deferred */
export function columnsAfter(
  { method, columns }: ColumnStep,
  model: EntityModel,
  before: readonly ColumnModel[],
): readonly ColumnModel[] {
  switch (method) {
    case 'only':
      return model.columns.filter((column) => columns.has(column) || isAlwaysRead(model, column));
    case 'defer':
      return before.filter((column) => !columns.has(column) || isAlwaysRead(model, column));
    case 'undefer':
      return model.columns.filter((column) => columns.has(column) || before.includes(column));
  }
}

/** The key says which row it is, the version which state of it. */
function isAlwaysRead({ version }: EntityModel, column: ColumnModel): boolean {
  return column.primary || column === version;
}

/** The tree with the step done at the end of its path; undefined where a relation on it is not included. */
export function withColumnStep(tree: IncludeTree, step: ColumnStep, path = step.path): IncludeTree | undefined {
  const [head, ...rest] = path as [string, ...string[]];
  const node = tree.get(head);
  if (!node) return undefined;
  if (rest.length === 0) {
    const { target } = node.relation;
    const before = node.columns ?? defaultColumns(target);
    return new Map(tree).set(head, { ...node, columns: columnsAfter(step, target, before) });
  }
  const children = withColumnStep(node.children, step, rest);
  return children && new Map(tree).set(head, { ...node, children });
}

/** @throws QueryError for columns of a relation that is not included */
export function assertPlaced(model: EntityModel, steps: readonly ColumnStep[]): void {
  const [step] = steps;
  if (!step) return;
  const path = step.path.join('.');
  const [column] = step.columns;
  throw new QueryError(
    `${step.method}('${path}.${column!.property}') on ${model.name} is about a relation that is not included: write .include('${path}') too, or leave it out.`,
    { entity: model.name, property: step.path[0] },
  );
}

const defaults = new WeakMap<EntityModel, readonly ColumnModel[]>();

/** All columns of an entity that are not deferred. */
export function defaultColumns(model: EntityModel): readonly ColumnModel[] {
  let columns = defaults.get(model);
  if (!columns) defaults.set(model, (columns = model.columns.filter((column) => !column.deferred)));
  return columns;
}

/** The columns to read of an included entity: those asked for, and the foreign keys by which its own relations are found. */
export function includedColumns({ relation, columns, children }: IncludeNode): readonly ColumnModel[] {
  return withForeignKeys(relation.target, columns ?? defaultColumns(relation.target), children);
}

/** An included relation is found by its foreign key, and what is soft-deleted is known by its mark: they are read whatever `only` said. */
export function withForeignKeys(
  model: EntityModel,
  columns: readonly ColumnModel[],
  includes: IncludeTree,
): readonly ColumnModel[] {
  const missing = new Set<ColumnModel>();
  const { softDelete } = model;
  if (softDelete && !columns.includes(softDelete)) missing.add(softDelete);
  for (const { relation } of includes.values()) {
    if (relation.kind === 'belongsTo')
      for (const column of relation.columns) if (!columns.includes(column)) missing.add(column);
  }
  if (missing.size === 0) return columns;
  return model.columns.filter((column) => missing.has(column) || columns.includes(column));
}
