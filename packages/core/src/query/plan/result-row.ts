/** What the rows of a queryset hold: the entity's own columns, then those of the relations that come along by joins. */
import type { ColumnModel, EntityModel, ManyToManyModel, RelationModel } from '../../metadata';
import { resultRow, type ColumnNode, type ResultRow } from '../../sql';
import { assertPlaced, includedColumns, withForeignKeys } from '../parse/column-paths';
import { treeShape, type IncludeTree } from '../parse/include-tree';
import { joinedOwners, linkColumns, RelationPath } from '../parse/relation-path';
import { columnsRead, type QueryState } from '../queryset/state';
import { ShapeCache } from '../shape-cache';

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

export interface EntityRow {
  readonly row: ResultRow;
  readonly model: EntityModel;
  /** The entity's own columns; they come first in the row. */
  readonly columns: readonly ColumnModel[];
  readonly joined: readonly JoinedInclude[];
  /** The relations that take queries of their own. */
  readonly rest: IncludeTree;
}

/** Rows kept for each entity, and for the members of each relation: as many as there are combinations of columns and includes in a program, and some more. */
const KEPT = 200;

const rows = new WeakMap<EntityModel | ManyToManyModel, ShapeCache<EntityRow>>();

/** The row that a queryset reads, with the keys of owners at its end where it reads members of collections: one object for all that read the same. */
export function entityRow(state: QueryState, members?: ManyToManyModel): EntityRow {
  const { model, columns, includes } = state;
  assertPlaced(model, state.unplaced);
  let kept = rows.get(members ?? model);
  if (!kept) rows.set(members ?? model, (kept = new ShapeCache(KEPT)));
  const own = columns ? columns.map((column) => column.index).join(',') : '';
  const shape = includes.size === 0 ? own : `${own}|${treeShape(includes)}`;
  return kept.get(shape, () => makeRow(state, members ? linkColumns(joinedOwners(members), members.through.from) : []));
}

function makeRow(state: QueryState, owner: readonly ColumnNode[]): EntityRow {
  const { model } = state;
  const path = RelationPath.of(model);
  const columns = withForeignKeys(model, columnsRead(state), state.includes);
  const results = path.columns(columns);
  const { joined, rest } = joinIncludes({ tree: state.includes, path, results });
  return { row: resultRow([...results, ...owner]), model, columns, joined, rest };
}

interface IncludeWalk {
  readonly tree: IncludeTree;
  /** From the root to the entity that has these relations. */
  readonly path: RelationPath;
  /** The select's columns, which joined relations add theirs to. */
  readonly results: ColumnNode[];
}

/** Takes the to-one relations of an include tree into the select, as deep as they go. */
function joinIncludes({ tree, path, results }: IncludeWalk): { joined: JoinedInclude[]; rest: IncludeTree } {
  const joined: JoinedInclude[] = [];
  const rest = new Map(tree);
  for (const [property, node] of tree) {
    const { relation, strategy, children } = node;
    if (relation.kind !== 'belongsTo' || strategy === 'query') continue;
    if (relation.target.database !== path.model.database) continue;
    const columns = includedColumns(node);
    const there = path.to(relation);
    const offset = results.length;
    results.push(...there.columns(columns));
    const inner = joinIncludes({ tree: children, path: there, results });
    joined.push({ relation, columns, offset, children: inner.joined, rest: inner.rest });
    rest.delete(property);
  }
  return { joined, rest };
}
