/**
 * Querying: conditions, and the types of querysets and what they give.
 */
export * from './expressions/operators';
export type { AnyField, AnyText, Combination, Operator, Quantifier } from './expressions/operator-values';
export type * from './types/create';
export type * from './types/filters';
export type * from './types/loaded';
export type * from './types/paths';
export type * from './types/properties';
export type * from './types/queryset';
export type * from './types/serialized';
export type * from './types/untrusted';
export { KEY, VERSION, type KeyNames, type VersionName } from './types/declared';
export type { CollectionOf, KeyOf, LoadedItems, PropertyKind, Ref, TargetOf, Unloaded } from './types/relations';
export { EntityQuerySet } from './queryset/entity-query-set';
export { isPlainObject } from './expressions/operator-checks';
export { describeValue } from '../describe-value';
export { propertyOf } from './parse/names';
export { equalTo } from './parse/criterion';
export { RelationPath } from './parse/relation-path';
export { byKey, orderNodes } from './parse/order';
export { defaultColumns, includedColumns } from './parse/column-paths';
export { plainNode, treeShape, withPaths, type IncludeNode, type IncludeTree } from './parse/include-tree';
export { askedBoth, askedBy, askedColumns, askedOf, BORN, isAskedColumn, NOTHING_ASKED, type Asked } from './asked';
export * from './plan/reads';
export * from './plan/spellings';
export * from './plan/writes';
export { keyFrom } from './parse/reference-values';
export type { ColumnValues, QueryRunner } from './runner';
export {
  childrenOf,
  emptyState,
  hidesRelated,
  membersOf,
  relatedTo,
  rowsByKey,
  rowsLike,
  rowsWithNulls,
  rowsWith,
  type CollectionPort,
  type QueryState,
} from './queryset/state';
export { withCriteria } from './queryset/narrow';
export { imageOf } from './queryset/wanted-rows';
export type { WantedRow, WantedRows } from './wanted-row';
export { assertNotReadOnly, withOnUpdate } from './parse/write-values';
export { parseFilter, parseOrder } from './untrusted';
export { keyFromOutside } from './untrusted/values';
