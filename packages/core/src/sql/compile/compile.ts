/** Statement nodes → compiled statements: constant text and the bindings of its placeholders. */
import type { ColumnReference, Comparison, Dialect } from '../dialect';
import type {
  BoundNode,
  ColumnNode,
  InNode,
  MatchNode,
  SelectNode,
  Source,
  SqlNode,
  StatementNode,
  ValueNode,
} from '../nodes/tree';
import type { CompiledStatement } from '../statement';
import { StatementWriter } from '../statement-writer';
import { Aliases } from './aliases';
import { fold, type Folded } from './fold';
import { entryOf } from './kinds';
import type { EnteredSelect, NodeWriter } from './node-writer';

/** The statement takes the values of its nodes in the order of `fold`, which may be given where it is at hand. */
export function compile(
  node: StatementNode,
  dialect: Dialect,
  folded: Folded = fold(node, dialect),
): CompiledStatement {
  const compiler = new Compiler(dialect, new Aliases(node), new Map(folded.bound.map((bound, slot) => [bound, slot])));
  compiler.node(node);
  return {
    sql: compiler.writer.text,
    bindings: compiler.writer.bindings,
    columns: node.kind === 'select' ? node.row.columns.map((column) => column.type) : undefined,
    readOnly: node.kind === 'select' && node.lock === undefined,
  };
}

/** Where the value of each node stands among the values of an execution. */
type Slots = ReadonlyMap<BoundNode, number>;

class Compiler implements NodeWriter {
  readonly writer: StatementWriter;
  readonly #hidesMarked: boolean[] = [];

  constructor(
    private readonly dialect: Dialect,
    private readonly aliases: Aliases,
    private readonly slots: Slots,
  ) {
    this.writer = new StatementWriter(dialect);
  }

  write(text: string): void {
    this.writer.write(text);
  }

  node(node: SqlNode): void {
    entryOf(node).write(node, this);
  }

  list(nodes: readonly SqlNode[]): void {
    nodes.forEach((node, i) => {
      if (i > 0) this.write(', ');
      this.node(node);
    });
  }

  quote(identifier: string): string {
    return this.dialect.quote(identifier);
  }

  enter(select: SelectNode): EnteredSelect {
    const hidesMarked = select.hideMarked ?? this.#hidesMarked.at(-1) ?? false;
    this.#hidesMarked.push(hidesMarked);
    return { joins: this.aliases.joinsOf(select), hidesMarked };
  }

  leave(): void {
    this.#hidesMarked.pop();
  }

  table(source: Source): string {
    return this.dialect.quoteTable(source.table);
  }

  alias(source: Source): string {
    return this.quote(this.aliases.nameOf(source));
  }

  reference({ source, name }: ColumnNode): string {
    return `${this.alias(source)}.${this.quote(name)}`;
  }

  selected(column: ColumnNode): string {
    return this.dialect.selected(this.reference(column), column.type);
  }

  orderKey(column: ColumnNode): string {
    return this.dialect.orderKey(this.reference(column), column.type);
  }

  parameter(value: ValueNode): void {
    this.writer.parameter(this.#slot(value), value.type);
  }

  comparison(comparison: Comparison): boolean {
    return this.dialect.writeComparison(this.writer, comparison);
  }

  membership({ operands, lists }: InNode): void {
    const length = this.dialect.listLength(lists[0]!.values.length);
    this.dialect.writeIn(this.writer, {
      operands: operands.map((operand) => this.#named(operand)),
      slots: lists.map((list) => this.#slot(list)),
      length,
    });
  }

  match({ match, insensitive, operand, text }: MatchNode): void {
    this.dialect.writeMatch(this.writer, { match, insensitive, operand: this.#named(operand), slot: this.#slot(text) });
  }

  window({ limit, offset, lock }: SelectNode): void {
    if (limit ?? offset) {
      this.dialect.writeLimit(this.writer, {
        limit: limit && this.#slot(limit),
        offset: offset && this.#slot(offset),
      });
    }
    if (lock) this.write(this.dialect.lockClause(lock));
  }

  #named({ source, name, type }: ColumnNode): ColumnReference {
    return { table: this.aliases.nameOf(source), name, type };
  }

  #slot(node: BoundNode): number {
    return this.slots.get(node)!;
  }
}
