/**
 * Querying: conditions, and the types of querysets and what they give.
 */
export * from './operators';
export type { AnyField, AnyText, Combination, Operator, Quantifier } from './operator-values';
export type * from './types/create';
export type * from './types/filters';
export type * from './types/loaded';
export type * from './types/paths';
export type * from './types/properties';
export type * from './types/queryset';
export type { CollectionOf, KeyNames, KeyOf, LoadedItems, Ref, Unloaded } from './types/relations';
export { EntityQuerySet } from './entity-query-set';
export { isPlainObject } from './operator-checks';
export { describeValue } from './describe-value';
export { propertyOf } from './names';
export { byKey, parseOrder } from './order';
export { treeShape, withPaths, type IncludeNode, type IncludeStrategy, type IncludeTree } from './path-tree';
export * from './plan';
export * from './spellings';
export { keyFrom } from './reference-values';
export type { ColumnValues, QueryRunner } from './runner';
export {
  childrenOf,
  emptyState,
  hidesRelated,
  relatedTo,
  rowsByKey,
  defaultColumns,
  type Condition,
  type QueryState,
} from './state';
export { withCriteria } from './narrow';
export { assertNotReadOnly, withOnUpdate } from './write';
