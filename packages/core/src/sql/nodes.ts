/**
 * Statements as frozen data: what a query means, before any engine's spelling.
 * Values are not in here. A node names a slot, the place of its value among the values of one execution,
 * so that one compiled text serves every execution of the same shape.
 */
import type { ColumnType } from '../types';

export interface TableReference {
  readonly name: string;
  readonly schema?: string | undefined;
}

export interface ColumnNode {
  readonly kind: 'column';
  /** Alias of its table in the statement; undefined in statements on one table. */
  readonly table: string | undefined;
  readonly name: string;
  readonly type: ColumnType;
}

/** One value, bound. */
export interface ParameterNode {
  readonly kind: 'parameter';
  readonly slot: number;
  readonly type: ColumnType;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface CompareNode {
  readonly kind: 'compare';
  readonly operator: ComparisonOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export interface JunctionNode {
  readonly kind: 'junction';
  readonly operator: 'and' | 'or';
  /** None: `and` is true, `or` is false. */
  readonly operands: readonly ExpressionNode[];
}

export interface NotNode {
  readonly kind: 'not';
  readonly operand: ExpressionNode;
}

export interface IsNullNode {
  readonly kind: 'isNull';
  readonly operand: ExpressionNode;
  readonly negated: boolean;
}

/**
 * `operands in (list)`. With several operands (a composite key) the slots hold one list for each, all of one length.
 * Lists hold no null; an empty list makes `in` false and `not in` true.
 */
export interface InNode {
  readonly kind: 'in';
  readonly operands: readonly ColumnNode[];
  /** One slot an operand, each holding an array of values. */
  readonly slots: readonly number[];
  /** Number of placeholders a list is padded to, where the dialect expands lists (`Dialect.listLength`). */
  readonly length: number;
  readonly negated: boolean;
}

/** How a text is matched. `like` takes the value as a pattern with % and _ and ! as escape; `matches` as the engine's regular expression; the others literally. */
export type MatchKind = 'like' | 'contains' | 'startsWith' | 'endsWith' | 'matches';

export interface MatchNode {
  readonly kind: 'match';
  readonly match: MatchKind;
  readonly insensitive: boolean;
  readonly operand: ExpressionNode;
  readonly slot: number;
}

export interface ExistsNode {
  readonly kind: 'exists';
  readonly select: SelectNode;
  readonly negated: boolean;
}

/** `operands in (select …)`: the rows that a narrower select finds. */
export interface InSelectNode {
  readonly kind: 'inSelect';
  readonly operands: readonly ColumnNode[];
  readonly select: SelectNode;
}

/** `column + 1`: the next version of a row. */
export interface SuccessorNode {
  readonly kind: 'successor';
  readonly column: ColumnNode;
}

/** `count(*)` */
export interface CountNode {
  readonly kind: 'count';
}

/** A constant integer that is no user's value: the 1 of `select 1`. */
export interface ConstantNode {
  readonly kind: 'constant';
  readonly value: 0 | 1;
}

export type ExpressionNode =
  | ColumnNode
  | ParameterNode
  | CompareNode
  | JunctionNode
  | NotNode
  | IsNullNode
  | InNode
  | MatchNode
  | ExistsNode
  | InSelectNode
  | CountNode
  | SuccessorNode
  | ConstantNode;

export interface JoinNode {
  readonly type: 'inner' | 'left';
  readonly table: TableReference;
  readonly alias: string;
  readonly on: ExpressionNode;
}

export interface OrderNode {
  readonly expression: ExpressionNode;
  readonly direction: 'asc' | 'desc';
}

/** An output column; `type` says how its values are read. */
export interface ResultColumn {
  readonly expression: ExpressionNode;
  readonly type: ColumnType;
}

export interface SelectNode {
  readonly kind: 'select';
  readonly columns: readonly ResultColumn[];
  readonly from: TableReference;
  readonly alias: string | undefined;
  readonly joins: readonly JoinNode[];
  readonly where: ExpressionNode | undefined;
  readonly orderBy: readonly OrderNode[];
  readonly distinct: boolean;
  /** Slots holding safe non-negative integers. */
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  readonly lock: 'share' | 'update' | undefined;
}

export interface Assignment {
  readonly column: ColumnNode;
  readonly value: ExpressionNode;
}

/** `update … set … where …`; the mass update of a queryset. Batches of single rows go by `sql/batch.ts`. */
export interface UpdateNode {
  readonly kind: 'update';
  readonly table: TableReference;
  readonly assignments: readonly Assignment[];
  readonly where: ExpressionNode | undefined;
}

export interface DeleteNode {
  readonly kind: 'delete';
  readonly table: TableReference;
  readonly where: ExpressionNode | undefined;
}

export type StatementNode = SelectNode | UpdateNode | DeleteNode;
