/** What a queryset has been told so far: immutable data, no behaviour. */
import type {
  ColumnModel,
  EntityModel,
  HasManyModel,
  HasOneModel,
  JoinTable,
  RelationModel,
  ToManyModel,
} from '../metadata';
import type { IncludeTree } from './path-tree';

/** A way along to-one relations from the queryset's entity to the one that a condition or order is about. */
export type RelationPath = readonly RelationModel[];

export type ComparisonName = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';
export type MatchName =
  'like' | 'ilike' | 'contains' | 'icontains' | 'startsWith' | 'istartsWith' | 'endsWith' | 'iendsWith' | 'matches';

/** A condition whose names are resolved and whose values are checked. */
export type Condition =
  | { readonly kind: 'junction'; readonly operator: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | {
      readonly kind: 'compare';
      readonly path: RelationPath;
      readonly column: ColumnModel;
      readonly operator: ComparisonName;
      readonly value: unknown;
    }
  | {
      readonly kind: 'match';
      readonly path: RelationPath;
      readonly column: ColumnModel;
      readonly operator: MatchName;
      readonly value: string;
    }
  | { readonly kind: 'null'; readonly path: RelationPath; readonly column: ColumnModel; readonly negated: boolean }
  | {
      /** Columns against a list of rows, one value a column; no value is null. */
      readonly kind: 'in';
      readonly path: RelationPath;
      readonly columns: readonly ColumnModel[];
      readonly rows: readonly (readonly unknown[])[];
      readonly negated: boolean;
    }
  | {
      /** Whether there is a visible row at the end of the path. */
      readonly kind: 'present';
      readonly path: RelationPath;
    }
  | {
      /** Whether related rows exist that meet the condition, or exist at all where there is none. */
      readonly kind: 'related';
      readonly path: RelationPath;
      readonly relation: RelationModel;
      readonly condition: Condition | undefined;
      readonly negated: boolean;
    }
  | {
      /** Whether a join table ties the row to one given key: the members of one collection. */
      readonly kind: 'member';
      readonly through: JoinTable;
      readonly key: readonly unknown[];
    };

export interface OrderTerm {
  readonly path: RelationPath;
  readonly column: ColumnModel;
  readonly descending: boolean;
}

export interface QueryState {
  readonly model: EntityModel;
  /** The database it goes to. */
  readonly database: string;
  /** Which of its servers; undefined: what the router chooses. */
  readonly route: 'primary' | 'replica' | undefined;
  readonly conditions: readonly Condition[];
  readonly order: readonly OrderTerm[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  readonly includes: IncludeTree;
  /** The columns read; undefined: all that are not deferred. */
  readonly columns: readonly ColumnModel[] | undefined;
  readonly deleted: 'hidden' | 'shown' | 'only';
  /** Soft-deleted related rows, in conditions and includes: as `deleted` says, unless said here. */
  readonly relatedDeleted: 'hidden' | 'shown' | undefined;
  /** Rows are read as they are now, and locked until the transaction ends. */
  readonly lock: 'share' | 'update' | undefined;
  /** `all()` was called: a write without conditions is meant. */
  readonly everything: boolean;
}

/** Whether soft-deleted related rows are left out. */
export function hidesRelated({ deleted, relatedDeleted }: QueryState): boolean {
  return (relatedDeleted ?? deleted) === 'hidden';
}

export function emptyState(model: EntityModel, database: string): QueryState {
  return {
    model,
    database,
    route: undefined,
    conditions: [],
    order: [],
    limit: undefined,
    offset: undefined,
    includes: new Map(),
    columns: undefined,
    deleted: 'hidden',
    relatedDeleted: undefined,
    lock: undefined,
    everything: false,
  };
}

/** Rows by their keys. */
export function rowsByKey(model: EntityModel, keys: readonly (readonly unknown[])[], database: string): QueryState {
  const condition: Condition = { kind: 'in', path: [], columns: model.key, rows: keys, negated: false };
  return { ...emptyState(model, database), conditions: [condition] };
}

/** The members of one collection, by the key of its owner. */
export function relatedTo(
  relation: ToManyModel | HasOneModel,
  ownerKey: readonly unknown[],
  database: string,
): QueryState {
  if (relation.kind !== 'manyToMany') return childrenOf(relation, [ownerKey], database);
  const condition: Condition = { kind: 'member', through: relation.through, key: ownerKey };
  return { ...emptyState(relation.target, database), conditions: [condition] };
}

/** The children of several owners, by their keys. */
export function childrenOf(
  { target, inverse }: HasManyModel | HasOneModel,
  ownerKeys: readonly (readonly unknown[])[],
  database: string,
): QueryState {
  const condition: Condition = { kind: 'in', path: [], columns: inverse.columns, rows: ownerKeys, negated: false };
  return { ...emptyState(target, database), conditions: [condition] };
}

/** The columns that a queryset reads: those asked for, or all that are not deferred. */
export function columnsRead(state: QueryState): readonly ColumnModel[] {
  return state.columns ?? defaultColumns(state.model);
}

const defaults = new WeakMap<EntityModel, readonly ColumnModel[]>();

/** All columns of an entity that are not deferred. */
export function defaultColumns(model: EntityModel): readonly ColumnModel[] {
  let columns = defaults.get(model);
  if (!columns) defaults.set(model, (columns = model.columns.filter((column) => !column.deferred)));
  return columns;
}
