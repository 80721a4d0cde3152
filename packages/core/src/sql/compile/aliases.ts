/** Which sources a statement names, by which alias, and which of them its selects must join. */
import type { SelectNode, Source, SqlNode, StatementNode } from '../nodes/tree';
import { partsOf } from './fold';

interface SelectScope {
  readonly from: Source;
  /** Each after the one that it is joined to. */
  readonly joins: Source[];
}

export class Aliases {
  readonly #names = new Map<Source, string>();
  readonly #scopes = new Map<SelectNode, SelectScope>();
  /** The selects around the node at hand, the innermost last. */
  readonly #around: SelectScope[] = [];
  #count = 0;
  /** The name of the table that is written, which has no alias. */
  readonly #written: string | undefined;

  constructor(statement: StatementNode) {
    if (statement.kind !== 'select') {
      const { table } = statement;
      this.#written = table.table.name;
      this.#names.set(table, this.#written);
      this.#around.push({ from: table, joins: [] });
    }
    this.#visit(statement);
  }

  nameOf(source: Source): string {
    return this.#names.get(source)!;
  }

  joinsOf(select: SelectNode): readonly Source[] {
    return this.#scopes.get(select)!.joins;
  }

  #visit(node: SqlNode): void {
    if (node.kind === 'select') {
      this.#visitSelect(node);
      return;
    }
    if (node.kind === 'column') this.#name(node.source);
    for (const part of partsOf(node)) this.#visit(part);
  }

  #visitSelect(select: SelectNode): void {
    if (this.#scopes.has(select)) return;
    const { from } = select;
    // What a subquery is about is joined in the select around it.
    if (from.link) this.#name(from.link.to);
    const scope: SelectScope = { from, joins: [] };
    this.#scopes.set(select, scope);
    this.#around.push(scope);
    this.#name(from);
    for (const source of select.joins) this.#name(source);
    for (const column of select.row.columns) this.#visit(column);
    for (const part of partsOf(select)) this.#visit(part);
    this.#around.pop();
  }

  #name(source: Source): void {
    const scope = this.#around.findLast(({ from }) => from === source.root);
    if (!scope) throw new Error(`A column of ${source.table.name} is outside of the select that it belongs to.`);
    if (source !== scope.from) {
      if (scope.joins.includes(source)) return;
      this.#name(source.link!.to);
      scope.joins.push(source);
    }
    if (!this.#names.has(source)) this.#names.set(source, this.#next());
  }

  #next(): string {
    const alias = `t${String(this.#count++)}`;
    return alias === this.#written ? this.#next() : alias;
  }
}
