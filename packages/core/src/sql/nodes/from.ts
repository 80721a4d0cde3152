/** What statements read and write: tables in their places, and the links between them. */
import type { ColumnType } from '../../types';
import type { ColumnNode, ConditionNode, Source, SourceLink, TableReference } from './tree';

let lastId = 0;

/** How a source is linked. The conditions are about its own columns, so they are made when it is there. */
export interface LinkSpec {
  readonly to: Source;
  readonly by: SourceLink['by'];
  /** Whether there may be no row. */
  readonly optional: boolean;
  readonly on: (self: TableSource) => ConditionNode;
  readonly unmarked: (self: TableSource) => ConditionNode | undefined;
}

/** A source, which hands out the one node of each of its columns. */
export class TableSource implements Source {
  readonly id = ++lastId;
  readonly root: Source;
  readonly link: SourceLink | undefined;
  readonly optional: boolean;
  readonly #columns = new Map<string, ColumnNode[]>();

  constructor(
    readonly table: TableReference,
    link?: LinkSpec,
  ) {
    const isJoined = link !== undefined && link.by !== 'subquery';
    this.root = isJoined ? link.to.root : this;
    this.optional = isJoined && (link.optional || link.to.optional);
    this.link = link && { to: link.to, by: link.by, on: link.on(this), unmarked: link.unmarked(this) };
    Object.freeze(this);
  }

  /** The node of a column: one for each name and type that it is read as. */
  column({ name, type, nullable }: { name: string; type: ColumnType; nullable: boolean }): ColumnNode {
    let nodes = this.#columns.get(name);
    if (!nodes) this.#columns.set(name, (nodes = []));
    let node = nodes.find((made) => made.type === type);
    if (!node) {
      node = Object.freeze({ kind: 'column', id: ++lastId, source: this, name, type, nullable });
      nodes.push(node);
    }
    return node;
  }
}
