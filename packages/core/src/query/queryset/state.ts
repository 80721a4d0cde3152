/** What a queryset has been told so far: immutable data, no behaviour. */
import type { ColumnModel, EntityModel, HasManyModel, HasOneModel, ManyToManyModel, ToManyModel } from '../../metadata';
import {
  compareValue,
  exists,
  inRows,
  isNull,
  junction,
  ONE,
  select,
  type ConditionNode,
  type OrderNode,
  type RunningBounds,
} from '../../sql';
import { defaultColumns, type ColumnStep } from '../parse/column-paths';
import type { IncludeTree } from '../parse/include-tree';
import { orderNodes } from '../parse/order';
import { linkColumns, linksToOwners, RelationPath } from '../parse/relation-path';

export interface QueryState {
  readonly model: EntityModel;
  /** The database it goes to. */
  readonly database: string;
  /** Which of its servers; undefined: what the router chooses. */
  readonly route: 'primary' | 'replica' | undefined;
  readonly conditions: readonly ConditionNode[];
  readonly order: readonly OrderNode[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  readonly includes: IncludeTree;
  /** The columns read; undefined: all that are not deferred. */
  readonly columns: readonly ColumnModel[] | undefined;
  /** What was said of columns of relations that are not included yet. */
  readonly unplaced: readonly ColumnStep[];
  readonly deleted: 'hidden' | 'shown' | 'only';
  /** Soft-deleted related rows, in conditions and includes. Default: as `deleted` says. */
  readonly relatedDeleted: 'hidden' | 'shown' | undefined;
  /** Rows are read as they are now, and locked until the transaction ends. */
  readonly lock: 'share' | 'update' | undefined;
  /** What is set to the wait for its answers. Not a part of what is asked. */
  readonly bounds: RunningBounds | undefined;
  /** `all()` was called: a write without conditions is meant. */
  readonly everything: boolean;
  /** What `filter` was given, as it was given: getOrCreate makes rows that meet its equalities. */
  readonly criteria: readonly unknown[];
  /** The collection whose rows these are, which takes in what is made here. */
  readonly collection: CollectionPort | undefined;
}

/** A collection as its queryset knows it. */
export interface CollectionPort {
  readonly relation: ToManyModel;
  readonly owner: object;
  add(...items: object[]): void;
}

/** Whether soft-deleted related rows are left out. */
export function hidesRelated({ deleted, relatedDeleted }: QueryState): boolean {
  return (relatedDeleted ?? deleted) === 'hidden';
}

const NONE: readonly never[] = [];
const NO_INCLUDES: IncludeTree = new Map();

export function emptyState(model: EntityModel, database: string): QueryState {
  return {
    model,
    database,
    route: undefined,
    conditions: NONE,
    order: NONE,
    limit: undefined,
    offset: undefined,
    includes: NO_INCLUDES,
    columns: undefined,
    unplaced: NONE,
    deleted: 'hidden',
    relatedDeleted: undefined,
    lock: undefined,
    bounds: undefined,
    everything: false,
    criteria: NONE,
    collection: undefined,
  };
}

/** Rows of which some columns hold one of these rows of values. */
export function rowsWith(
  model: EntityModel,
  columns: readonly ColumnModel[],
  rows: readonly (readonly unknown[])[],
): ConditionNode {
  return inRows(RelationPath.of(model).columns(columns), rows);
}

/** Rows of which each of some columns holds one value, or null. */
export function rowsLike(
  model: EntityModel,
  columns: readonly ColumnModel[],
  values: readonly unknown[],
): ConditionNode {
  const own = RelationPath.of(model).columns(columns);
  return junction(
    'and',
    own.map((column, i) => (values[i] === null ? isNull(column) : compareValue(column, '=', values[i]))),
  );
}

/** Rows of which some columns hold one of these rows of values, where some may be null: NULL is in no list. */
export function rowsWithNulls(
  model: EntityModel,
  columns: readonly ColumnModel[],
  rows: readonly (readonly unknown[])[],
): ConditionNode {
  const byNulls = new Map<string, (readonly unknown[])[]>();
  for (const row of rows) {
    const nulls = row.map((value) => (value === null ? '0' : '1')).join('');
    const alike = byNulls.get(nulls);
    if (alike) alike.push(row);
    else byNulls.set(nulls, [row]);
  }
  const alternatives = [...byNulls.values()].map((alike) => {
    const [first] = alike as [readonly unknown[]];
    const [empty, given] = [columns.filter((_, i) => first[i] === null), columns.filter((_, i) => first[i] !== null)];
    const lists = alike.map((row) => row.filter((value) => value !== null));
    const conditions = given.length > 0 ? [rowsWith(model, given, lists)] : [];
    if (empty.length > 0)
      conditions.push(
        rowsLike(
          model,
          empty,
          empty.map(() => null),
        ),
      );
    return junction('and', conditions);
  });
  return junction('or', alternatives);
}

/** Rows by their keys. */
export function rowsByKey(model: EntityModel, keys: readonly (readonly unknown[])[], database: string): QueryState {
  return { ...emptyState(model, database), conditions: [rowsWith(model, model.key, keys)] };
}

/** The members of one collection, by the key of its owner, in the order of the relation. */
export function relatedTo(
  relation: ToManyModel | HasOneModel,
  ownerKey: readonly unknown[],
  database: string,
): QueryState {
  const order = relation.toMany ? orderNodes(relation.target, relation.orderBy) : [];
  if (relation.kind !== 'manyToMany') return { ...childrenOf(relation, [ownerKey], database), order };
  return { ...membersOf(relation, [ownerKey], database), order };
}

/** The members of several collections, each once. `isLasting`: those whose pair is marked are left out, whatever the queryset says of marked rows */
export function membersOf(
  relation: ManyToManyModel,
  ownerKeys: readonly (readonly unknown[])[],
  database: string,
  { isLasting = false }: { isLasting?: boolean } = {},
): QueryState {
  const links = linksToOwners(relation);
  const { from, mapped } = relation.through;
  const owner = linkColumns(links, from);
  const [only] = ownerKeys as readonly [readonly unknown[]];
  const ofOwners =
    ownerKeys.length === 1
      ? junction(
          'and',
          owner.map((column, i) => compareValue(column, '=', only[i])),
        )
      : inRows(owner, ownerKeys);
  const mark = isLasting ? mapped?.softDelete : undefined;
  const where = mark ? junction('and', [ofOwners, isNull(links.column(mark))]) : ofOwners;
  return { ...emptyState(relation.target, database), conditions: [exists(select(ONE, links, { where }))] };
}

/** The children of several owners, by their keys. */
export function childrenOf(
  { target, inverse }: HasManyModel | HasOneModel,
  ownerKeys: readonly (readonly unknown[])[],
  database: string,
): QueryState {
  return { ...emptyState(target, database), conditions: [rowsWith(target, inverse.columns, ownerKeys)] };
}

/** The columns that a queryset reads: those asked for, or all that are not deferred. */
export function columnsRead(state: QueryState): readonly ColumnModel[] {
  return state.columns ?? defaultColumns(state.model);
}
