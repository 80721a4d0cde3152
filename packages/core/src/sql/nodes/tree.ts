/**
 * Statements as data: what a query means, before any engine's spelling. Nodes are made by the factories of this folder, never changed, and hold their
 * values: `compile/kinds.ts` says of each kind how it is written, what its fields are to the cache key, and which of them are values.
 */
import type { ColumnType } from '../../types';

export interface TableReference {
  readonly name: string;
  readonly schema?: string | undefined;
}

/** A place that a table has in a statement. One object for each place: aliases are given out by identity. */
export interface Source {
  /** Stands for it in cache keys. */
  readonly id: number;
  readonly table: TableReference;
  /** The source that its select begins with: itself, unless it is joined to another one. */
  readonly root: Source;
  /** What ties its rows to those of another source; undefined: nothing. */
  readonly link: SourceLink | undefined;
  /** Whether a row of the root may have no row here. */
  readonly optional: boolean;
}

export interface SourceLink {
  readonly to: Source;
  /** Joined, or the first table of a subquery on each row of the other source. */
  readonly by: 'left join' | 'join' | 'subquery';
  readonly on: ConditionNode;
  /** Holds for the rows that are not marked as deleted; asked of statements that leave marked rows out. */
  readonly unmarked: ConditionNode | undefined;
}

// -- expressions

/** The only node of its source and name. */
export interface ColumnNode {
  readonly kind: 'column';
  /** Stands for it in cache keys. */
  readonly id: number;
  readonly source: Source;
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a row of its source may hold null here. */
  readonly nullable: boolean;
}

/** One value, bound. */
export interface ValueNode {
  readonly kind: 'value';
  readonly type: ColumnType;
  readonly value: unknown;
}

/** Values of one column, bound as a list; null is not among them. */
export interface ListNode {
  readonly kind: 'list';
  readonly type: ColumnType;
  readonly values: readonly unknown[];
}

/** `column + 1`: the next version of a row. */
export interface SuccessorNode {
  readonly kind: 'successor';
  readonly type: ColumnType;
  readonly column: ColumnNode;
}

/** `count(*)` */
export interface CountNode {
  readonly kind: 'count';
  readonly type: ColumnType;
}

/** A constant of the program, not a user's value: the 1 of `select 1`. */
export interface ConstantNode {
  readonly kind: 'constant';
  readonly type: ColumnType;
  readonly value: 0 | 1;
}

export type ExpressionNode = ColumnNode | ValueNode | SuccessorNode | CountNode | ConstantNode;

// -- conditions

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
  readonly operands: readonly ConditionNode[];
}

/** True where the operand is false or unknown. */
export interface NotNode {
  readonly kind: 'not';
  readonly operand: ConditionNode;
}

export interface IsNullNode {
  readonly kind: 'isNull';
  readonly operand: ColumnNode;
  readonly negated: boolean;
}

/** Whether an optional source has a row. `key` is a column of it that is never null. */
export interface PresentNode {
  readonly kind: 'present';
  readonly key: ColumnNode;
}

/** `operands in (lists)`: one list an operand, all of one length. Empty lists make `in` false and `not in` true. */
export interface InNode {
  readonly kind: 'in';
  readonly operands: readonly ColumnNode[];
  readonly lists: readonly ListNode[];
  readonly negated: boolean;
}

/** How a text is matched. `like` takes the value as a pattern with % and _ and ! as escape; `matches` as the engine's regular expression; the others literally. */
export type MatchKind = 'like' | 'contains' | 'startsWith' | 'endsWith' | 'matches';

export interface MatchNode {
  readonly kind: 'match';
  readonly match: MatchKind;
  readonly insensitive: boolean;
  readonly operand: ColumnNode;
  readonly text: ValueNode;
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

export type ConditionNode =
  CompareNode | JunctionNode | NotNode | IsNullNode | PresentNode | InNode | MatchNode | ExistsNode | InSelectNode;

// -- statements

export interface OrderNode {
  readonly kind: 'order';
  readonly expression: ExpressionNode;
  readonly descending: boolean;
}

/** The output columns of a select. Whoever makes one says by its id which others mean the same. */
export interface ResultRow {
  readonly id: number;
  readonly columns: readonly ExpressionNode[];
}

export interface SelectNode {
  readonly kind: 'select';
  readonly row: ResultRow;
  readonly from: Source;
  /** Sources that are joined even where no column of theirs is asked for. */
  readonly joins: readonly Source[];
  readonly where: ConditionNode | undefined;
  readonly orderBy: readonly OrderNode[];
  /** Safe integers from 0. */
  readonly limit: ValueNode | undefined;
  readonly offset: ValueNode | undefined;
  readonly lock: 'share' | 'update' | undefined;
  /** Whether rows of linked sources that are marked as deleted are left out; undefined: as the select around this one says. */
  readonly hideMarked: boolean | undefined;
}

export interface AssignmentNode {
  readonly kind: 'assignment';
  readonly column: ColumnNode;
  readonly value: ExpressionNode;
}

/** `update … set … where …`; the mass update of a queryset. Batches of single rows go by `sql/batch.ts`. */
export interface UpdateNode {
  readonly kind: 'update';
  readonly table: Source;
  readonly assignments: readonly AssignmentNode[];
  readonly where: ConditionNode | undefined;
}

export interface DeleteNode {
  readonly kind: 'delete';
  readonly table: Source;
  readonly where: ConditionNode | undefined;
}

export type StatementNode = SelectNode | UpdateNode | DeleteNode;

/** What takes part in the values of a statement. */
export type BoundNode = ValueNode | ListNode;

export type SqlNode = ExpressionNode | ListNode | ConditionNode | OrderNode | AssignmentNode | StatementNode;

export type NodeOf<K extends SqlNode['kind']> = Extract<SqlNode, { readonly kind: K }>;
