/** The steps of a queryset: state and arguments → state. */
import { QueryError } from '../../errors';
import type { EntityModels } from '../../metadata';
import { checkBounds, junction, not, runningBounds, type ConditionNode, type StatementBounds } from '../../sql';
import { columnsAfter, columnSteps, withColumnStep, type ColumnMethod, type ColumnStep } from '../parse/column-paths';
import { parseCriterion } from '../parse/criterion';
import { describeValue } from '../../describe-value';
import { isPlainObject } from '../expressions/operator-checks';
import { orderNodes, reversed } from '../parse/order';
import { withPaths as treeWithPaths } from '../parse/include-tree';
import type { IncludeStrategy } from '../types/queryset';
import { columnsRead, type QueryState } from './state';

export function withCriteria(
  models: EntityModels,
  state: QueryState,
  { criteria, negated }: { criteria: readonly unknown[]; negated: boolean },
): QueryState {
  const parsed = criteria.map((criterion) => parseCriterion(models, state.model, criterion));
  if (!negated) {
    return {
      ...state,
      conditions: joined(state.conditions, parsed),
      criteria: joined(state.criteria, criteria),
    };
  }
  if (parsed.length === 0) return state;
  if (parsed.some(isEmpty)) {
    throw new QueryError('exclude() was given an empty condition, which excludes every row: give it a condition.', {
      entity: state.model.name,
    });
  }
  return { ...state, conditions: [...state.conditions, not(junction('and', parsed))] };
}

function joined<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return before.length === 0 ? after : [...before, ...after];
}

/** `{}` or `and()`, which every row meets; none meets `or()`. */
function isEmpty(condition: ConditionNode): boolean {
  return condition.kind === 'junction' && condition.operator === 'and' && condition.operands.length === 0;
}

export function withFlag(state: QueryState, flag: Partial<Pick<QueryState, 'deleted' | 'everything'>>): QueryState {
  return { ...state, ...flag };
}

/** @throws QueryError for anything but a whole number that is not negative */
export function withCount(state: QueryState, name: 'limit' | 'offset', rows: unknown): QueryState {
  if (typeof rows !== 'number' || !Number.isSafeInteger(rows) || rows < 0) {
    const got = typeof rows === 'number' ? String(rows) : describeValue(rows);
    throw new QueryError(`${name}() takes a whole number of rows that is not negative, got ${got}.`, {
      code: 'INVALID_VALUE',
      entity: state.model.name,
    });
  }
  return name === 'limit' ? { ...state, limit: rows } : { ...state, offset: rows };
}

export function withBounds(state: QueryState, bounds: StatementBounds): QueryState {
  const [name] = Object.keys(bounds);
  checkBounds(`${name!}() on ${state.model.name}`, bounds);
  return { ...state, bounds: { ...state.bounds, ...bounds } };
}

/** A queryset whose call begins now. */
export function begun(state: QueryState): QueryState {
  return state.bounds === undefined ? state : { ...state, bounds: runningBounds(state.bounds) };
}

export function withOrder(state: QueryState, terms: readonly unknown[]): QueryState {
  return { ...state, order: orderNodes(state.model, terms) };
}

/** @throws QueryError after a limit or offset: whether the rows or their order are to be the other ones cannot be told */
export function withReverse(state: QueryState): QueryState {
  if (state.limit !== undefined || state.offset !== undefined) {
    throw new QueryError(
      `reverse() on ${state.model.name} after limit() or offset() would find other rows: reverse first, then limit.`,
      { entity: state.model.name },
    );
  }
  return { ...state, order: reversed(state.model, state.order) };
}

/** Paths to include, and perhaps options after them. */
export function withPaths(state: QueryState, args: readonly unknown[]): QueryState {
  const last = args.at(-1);
  const options = isPlainObject(last) ? last : undefined;
  const strategy = options?.strategy as IncludeStrategy | undefined;
  const stranger = Object.keys(options ?? {}).find((name) => name !== 'strategy');
  if (stranger !== undefined) {
    throw new QueryError(`include() has no option ${JSON.stringify(stranger.slice(0, 60))}: there is { strategy }.`, {
      entity: state.model.name,
    });
  }
  if (strategy !== undefined && (strategy as string) !== 'join' && (strategy as string) !== 'query') {
    throw new QueryError(`include(…, { strategy }) is 'join' or 'query'.`, { entity: state.model.name });
  }
  const paths = options ? args.slice(0, -1) : args;
  const includes = treeWithPaths(state.includes, state.model, { paths, strategy });
  if (state.unplaced.length === 0) return { ...state, includes };
  return state.unplaced.reduce(withStep, { ...state, includes, unplaced: [] });
}

/** Chooses the columns that are read, of the entity and of relations that are included before or after. */
export function withColumns(state: QueryState, method: ColumnMethod, names: readonly unknown[]): QueryState {
  return columnSteps(state.model, method, names).reduce(withStep, state);
}

function withStep(state: QueryState, step: ColumnStep): QueryState {
  if (step.path.length === 0) return { ...state, columns: columnsAfter(step, state.model, columnsRead(state)) };
  const includes = withColumnStep(state.includes, step);
  return includes ? { ...state, includes } : { ...state, unplaced: [...state.unplaced, step] };
}
