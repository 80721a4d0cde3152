/** What the entries of `kinds.ts` write with: text, other nodes, and what the dialect spells. */
import type { Comparison } from '../dialect';
import type { ColumnNode, InNode, MatchNode, SelectNode, Source, SqlNode, ValueNode } from '../nodes/tree';

export interface NodeWriter {
  write(text: string): void;
  /** By its entry. */
  node(node: SqlNode): void;
  /** With commas between them. */
  list(nodes: readonly SqlNode[]): void;
  quote(identifier: string): string;

  // -- sources

  /** A select begins: its sources get their names. */
  enter(select: SelectNode): EnteredSelect;
  leave(): void;
  /** Schema and table, quoted. */
  table(source: Source): string;
  /** The quoted alias of a source. */
  alias(source: Source): string;
  /** A column with the alias of its source. */
  reference(column: ColumnNode): string;
  /** A column as the dialect reads it. */
  selected(column: ColumnNode): string;
  /** A column as the dialect sorts by it. */
  orderKey(column: ColumnNode): string;

  // -- values

  parameter(value: ValueNode): void;
  /** False where the dialect has no comparison of its own for the type. */
  comparison(comparison: Comparison): boolean;
  membership(node: InNode): void;
  match(node: MatchNode): void;
  /** Limit, offset and lock. */
  window(select: SelectNode): void;
}

export interface EnteredSelect {
  /** The sources to be joined, each after the one that it is joined to. */
  readonly joins: readonly Source[];
  /** Whether rows of linked sources that are marked as deleted are left out. */
  readonly hidesMarked: boolean;
}
