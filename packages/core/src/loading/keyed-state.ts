/** The queryset that reads what one relation of several entities leads to. */
import type { EntityRecord, KeyValues } from '../entities';
import type { BelongsToModel, ColumnModel, HasManyModel, HasOneModel, ManyToManyModel } from '../metadata';
import { emptyState, orderNodes, rowsWith, type IncludeNode, type QueryState } from '../query';
import type { ReadOptions } from './read-port';

export function keyedState(
  relation: BelongsToModel | HasManyModel | HasOneModel | ManyToManyModel,
  { records, node, options }: { records: readonly EntityRecord[]; node: IncludeNode; options: ReadOptions },
  keyed: readonly [columns: readonly ColumnModel[], rows: readonly KeyValues[]] | undefined,
): QueryState {
  const state = emptyState(relation.target, databaseOf(relation, records));
  return {
    ...state,
    conditions: keyed ? [rowsWith(relation.target, ...keyed)] : [],
    order: relation.toMany ? orderNodes(relation.target, relation.orderBy) : [],
    includes: node.children,
    columns: node.columns && withOwnerKey(relation, node.columns),
    deleted: options.hideDeleted ? 'hidden' : 'shown',
    route: options.route,
  };
}

/** A child is found by the foreign key that it has of its owner. */
function withOwnerKey(relation: IncludeNode['relation'], columns: readonly ColumnModel[]): readonly ColumnModel[] {
  if (relation.kind === 'belongsTo' || relation.kind === 'manyToMany') return columns;
  const { inverse, target } = relation;
  return target.columns.filter((column) => columns.includes(column) || inverse.columns.includes(column));
}

export function databaseOf(
  relation: { target: { database: string | undefined } },
  records: readonly EntityRecord[],
): string {
  return relation.target.database ?? records[0]!.database;
}
