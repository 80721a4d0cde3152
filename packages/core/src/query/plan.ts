/** Query states → compiled statements, one for each shape and dialect. */
import type { ColumnModel, EntityModel, ManyToManyModel, RelationModel } from '../metadata';
import {
  compile,
  type Assignment,
  type CompiledStatement,
  type Dialect,
  type ExpressionNode,
  type ResultColumn,
  type SelectNode,
} from '../sql';
import { createColumnType } from '../types';
import type { IncludeTree } from './path-tree';
import { and, equal, joinNode, node, SelectBuilder, StatementScope } from './select-builder';
import { listLength, stateShape, throughShape } from './shape';
import { ShapeCache } from './shape-cache';
import { columnsRead, defaultColumns, hidesRelated, type QueryState, type RelationPath } from './state';

/** A related entity whose columns come along in the same row. */
export interface JoinedInclude {
  readonly relation: RelationModel;
  readonly columns: readonly ColumnModel[];
  /** Where its columns begin in the row. */
  readonly offset: number;
  readonly children: readonly JoinedInclude[];
  /** Its further relations, which take queries of their own. */
  readonly rest: IncludeTree;
}

export interface SelectPlan {
  readonly statement: CompiledStatement;
  readonly model: EntityModel;
  /** The entity's own columns; they come first in the row. */
  readonly columns: readonly ColumnModel[];
  readonly joined: readonly JoinedInclude[];
  /** The relations that take queries of their own. */
  readonly rest: IncludeTree;
}

interface Planned<P> {
  readonly plan: P;
  readonly values: readonly unknown[];
}

/** Compiled statements kept, for each dialect. Shapes are made by code, not by data, so this is far more than a program has. */
const CACHED_SHAPES = 1000;

const caches = new WeakMap<Dialect, ShapeCache<SelectPlan | CompiledStatement>>();

function cached<P extends SelectPlan | CompiledStatement>(dialect: Dialect, shape: string, make: () => P): P {
  let cache = caches.get(dialect);
  if (!cache) caches.set(dialect, (cache = new ShapeCache(CACHED_SHAPES)));
  return cache.get(shape, make) as P;
}

/** The select of a queryset. */
export function planSelect(state: QueryState, dialect: Dialect): Planned<SelectPlan> {
  const values: unknown[] = [];
  const shape = `select:${stateShape(state, dialect, values)}`;
  return { plan: cached(dialect, shape, () => makeSelect(state, dialect)), values };
}

function makeSelect(state: QueryState, dialect: Dialect): SelectPlan {
  const builder = rootBuilder(state, dialect);
  const columns = withIncludedKeys(state);
  const results: ResultColumn[] = columns.map((column) => ({ expression: builder.column(column), type: column.type }));
  const { joined, rest } = joinIncludes(builder, { tree: state.includes, path: [], results, model: state.model });
  const select = selectNode(builder, state, { columns: results });
  return { statement: compile(select, dialect), model: state.model, columns, joined, rest };
}

/** An included relation is found by its foreign key, which is read whatever `only` said. */
function withIncludedKeys(state: QueryState): readonly ColumnModel[] {
  const columns = columnsRead(state);
  const missing = new Set<ColumnModel>();
  for (const { relation } of state.includes.values()) {
    if (relation.kind === 'belongsTo')
      for (const column of relation.columns) if (!columns.includes(column)) missing.add(column);
  }
  if (missing.size === 0) return columns;
  return state.model.columns.filter((column) => missing.has(column) || columns.includes(column));
}

/** The members of many-to-many collections: the target's rows, each with the key of its owner behind its own columns. */
export function planMembers(
  state: QueryState,
  dialect: Dialect,
  { relation, keys }: { relation: ManyToManyModel; keys: readonly (readonly unknown[])[] },
): Planned<SelectPlan> & { readonly ownerKey: number } {
  const { from } = relation.through;
  const values: unknown[] = from.map((_, i) => keys.map((key) => key[i]));
  const length = listLength(dialect, keys.length);
  const shape = `members:${throughShape(relation.through)}:${String(length)}:${stateShape(state, dialect, values)}`;
  const plan = cached(dialect, shape, () => makeMembers(state, dialect, { relation, length }));
  return { plan, values, ownerKey: plan.statement.columns!.length - from.length };
}

function makeMembers(
  state: QueryState,
  dialect: Dialect,
  { relation, length }: { relation: ManyToManyModel; length: number },
): SelectPlan {
  const { through } = relation;
  const builder = rootBuilder(state, dialect);
  const alias = builder.scope.alias();
  const owner = through.from.map((column) => joinNode(alias, column));
  const listed: ExpressionNode = {
    kind: 'in',
    operands: owner,
    slots: through.from.map(() => builder.scope.slot()),
    length,
    negated: false,
  };
  const columns = columnsRead(state);
  const results: ResultColumn[] = columns.map((column) => ({ expression: builder.column(column), type: column.type }));
  const { joined, rest } = joinIncludes(builder, { tree: state.includes, path: [], results, model: state.model });
  for (const column of owner) results.push({ expression: column, type: column.type });
  const select = selectNode(builder, state, { columns: results });
  const on = and(through.to.map((column) => equal(joinNode(alias, column), node(builder.alias, column.target))));
  const statement = compile(
    {
      ...select,
      joins: [{ type: 'inner', table: through.table, alias, on }, ...select.joins],
      where: and(select.where ? [listed, select.where] : [listed]),
    },
    dialect,
  );
  return { statement, model: state.model, columns, joined, rest };
}

/** The rows of a join table among those given, which hold the `from` keys and then the `to` keys. */
export function planLinks(
  { through }: ManyToManyModel,
  dialect: Dialect,
  rows: readonly (readonly unknown[])[],
): Planned<CompiledStatement> {
  const columns = [...through.from, ...through.to].map((column) => joinNode(undefined, column));
  const length = listLength(dialect, rows.length);
  const shape = `links:${throughShape(through)}:${String(length)}`;
  const plan = cached(dialect, shape, () =>
    compile(
      {
        kind: 'select',
        columns: columns.map((expression) => ({ expression, type: expression.type })),
        from: through.table,
        alias: undefined,
        joins: [],
        where: { kind: 'in', operands: columns, slots: columns.map((_, i) => i), length, negated: false },
        orderBy: [],
        distinct: false,
        limit: undefined,
        offset: undefined,
        lock: undefined,
      },
      dialect,
    ),
  );
  return { plan, values: columns.map((_, i) => rows.map((row) => row[i])) };
}

/** `select count(*)` of a queryset's rows, its limit left aside. */
export function planCount(state: QueryState, dialect: Dialect): Planned<CompiledStatement> {
  const counted: QueryState = {
    ...state,
    order: [],
    limit: undefined,
    offset: undefined,
    includes: new Map(),
    columns: undefined,
  };
  const values: unknown[] = [];
  const shape = `count:${stateShape(counted, dialect, values)}`;
  const plan = cached(dialect, shape, () => {
    const builder = rootBuilder(counted, dialect);
    const columns = [{ expression: { kind: 'count' } as const, type: createColumnType('bigint', {}) }];
    return compile(selectNode(builder, counted, { columns }), dialect);
  });
  return { plan, values };
}

/** Whether a queryset has a row: `select 1 … limit 1`. */
export function planExists(state: QueryState, dialect: Dialect): Planned<CompiledStatement> {
  const probed: QueryState = {
    ...state,
    order: state.offset === undefined ? [] : state.order,
    limit: 1,
    includes: new Map(),
    columns: undefined,
  };
  const values: unknown[] = [];
  const shape = `exists:${stateShape(probed, dialect, values)}`;
  const plan = cached(dialect, shape, () => {
    const builder = rootBuilder(probed, dialect);
    const columns = [{ expression: { kind: 'constant', value: 1 } as const, type: createColumnType('integer', {}) }];
    return compile(selectNode(builder, probed, { columns }), dialect);
  });
  return { plan, values };
}

/** The mass update of a queryset: the columns given take the values given, in that order. */
export function planUpdate(
  state: QueryState,
  dialect: Dialect,
  assignments: ReadonlyMap<ColumnModel, unknown>,
): Planned<CompiledStatement> {
  const values: unknown[] = [...assignments.values()];
  const columns = [...assignments.keys()];
  const { version } = state.model;
  const shape = `update:${columns.map((column) => column.index).join(',')}:${stateShape(state, dialect, values)}`;
  const plan = cached(dialect, shape, () => {
    const scope = writeScope(state, dialect);
    const set: Assignment[] = columns.map((column) => ({
      column: node(undefined, column),
      value: { kind: 'parameter', slot: scope.slot(), type: column.type },
    }));
    if (version && !assignments.has(version)) {
      set.push({ column: node(undefined, version), value: { kind: 'successor', column: node(undefined, version) } });
    }
    const where = writeCondition(state, scope);
    return compile({ kind: 'update', table: state.model.table, assignments: set, where }, dialect);
  });
  return { plan, values };
}

/** The mass delete of a queryset's rows. */
export function planDelete(state: QueryState, dialect: Dialect): Planned<CompiledStatement> {
  const values: unknown[] = [];
  const shape = `delete:${stateShape(state, dialect, values)}`;
  const plan = cached(dialect, shape, () => {
    const where = writeCondition(state, writeScope(state, dialect));
    return compile({ kind: 'delete', table: state.model.table, where }, dialect);
  });
  return { plan, values };
}

/**
 * The condition of an update or delete. What needs joins or a limit finds its keys in a subquery, for neither is to be had
 * in these statements on every engine.
 */
function writeCondition(state: QueryState, scope: StatementScope): ExpressionNode | undefined {
  const { model } = state;
  if (state.limit === undefined && state.offset === undefined && !state.conditions.some(leavesItsTable)) {
    const builder = new SelectBuilder(scope, model, model.table.name);
    const where = conditions(builder, state);
    return where.length === 0 ? undefined : and(where);
  }
  const builder = new SelectBuilder(scope, model, scope.alias());
  const columns = model.key.map((column) => ({ expression: builder.column(column), type: column.type }));
  return {
    kind: 'inSelect',
    operands: model.key.map((column) => node(undefined, column)),
    select: selectNode(builder, state, { columns }),
  };
}

function leavesItsTable(condition: QueryState['conditions'][number]): boolean {
  switch (condition.kind) {
    case 'junction':
      return condition.operands.some(leavesItsTable);
    case 'not':
      return leavesItsTable(condition.operand);
    case 'related':
    case 'member':
      return true;
    case 'compare':
    case 'in':
    case 'match':
    case 'null':
    case 'present':
      return condition.path.length > 0;
  }
}

function writeScope(state: QueryState, dialect: Dialect): StatementScope {
  return new StatementScope(dialect, hidesRelated(state), state.model.table.name);
}

function rootBuilder(state: QueryState, dialect: Dialect): SelectBuilder {
  const scope = new StatementScope(dialect, hidesRelated(state), '');
  return new SelectBuilder(scope, state.model, scope.alias());
}

function conditions(builder: SelectBuilder, state: QueryState): ExpressionNode[] {
  const where = state.conditions.map((condition) => builder.condition(condition));
  const { softDelete } = state.model;
  if (softDelete && state.deleted !== 'shown') {
    where.push({ kind: 'isNull', operand: builder.column(softDelete), negated: state.deleted === 'only' });
  }
  return where;
}

function selectNode(
  builder: SelectBuilder,
  state: QueryState,
  { columns }: { columns: readonly ResultColumn[] },
): SelectNode {
  const where = conditions(builder, state);
  const orderBy = builder.orders(state.order);
  return {
    kind: 'select',
    columns,
    from: state.model.table,
    alias: builder.alias,
    joins: builder.joins,
    where: where.length === 0 ? undefined : and(where),
    orderBy,
    distinct: false,
    limit: state.limit === undefined ? undefined : builder.scope.slot(),
    offset: state.offset === undefined ? undefined : builder.scope.slot(),
    lock: state.lock,
  };
}

interface IncludeWalk {
  readonly tree: IncludeTree;
  readonly model: EntityModel;
  /** The way from the root to `model`. */
  readonly path: RelationPath;
  /** The select's columns, which joined relations add theirs to. */
  readonly results: ResultColumn[];
}

/** Takes the to-one relations of an include tree into the select, as deep as they go. */
function joinIncludes(builder: SelectBuilder, walk: IncludeWalk): { joined: JoinedInclude[]; rest: IncludeTree } {
  const joined: JoinedInclude[] = [];
  const rest = new Map(walk.tree);
  for (const [property, { relation, strategy, children }] of walk.tree) {
    if (relation.kind !== 'belongsTo' || strategy === 'query') continue;
    if (relation.target.database !== walk.model.database) continue;
    const columns = defaultColumns(relation.target);
    const path = [...walk.path, relation];
    const offset = walk.results.length;
    for (const column of columns) walk.results.push({ expression: builder.column(column, path), type: column.type });
    const inner = joinIncludes(builder, { tree: children, model: relation.target, path, results: walk.results });
    joined.push({ relation, columns, offset, children: inner.joined, rest: inner.rest });
    rest.delete(property);
  }
  return { joined, rest };
}
