/** Conditions and orders → nodes, with the joins they need. Slots are given out in the order in which `shape.ts` collects values. */
import type { BelongsToModel, ColumnModel, EntityModel, RelationModel } from '../metadata';
import type {
  ColumnNode,
  ComparisonOperator,
  Dialect,
  ExpressionNode,
  JoinNode,
  MatchKind,
  OrderNode,
  TableReference,
} from '../sql';
import { listLength } from './shape';
import type { ComparisonName, Condition, MatchName, OrderTerm, RelationPath } from './state';

/** What the parts of one statement share: aliases and slots are counted through. */
export class StatementScope {
  #aliases = 0;
  #slots = 0;

  constructor(
    readonly dialect: Dialect,
    /** Whether soft-deleted related rows are left out. */
    readonly hideDeleted: boolean,
    /** The name of the root where it cannot have an alias (update, delete). */
    readonly rootName: string,
  ) {}

  alias(): string {
    const alias = `t${String(this.#aliases++)}`;
    return alias === this.rootName ? this.alias() : alias;
  }

  slot(): number {
    return this.#slots++;
  }
}

const COMPARISONS: Record<ComparisonName, ComparisonOperator> = {
  eq: '=',
  ne: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

const MATCHES: Record<MatchName, { match: MatchKind; insensitive: boolean }> = {
  like: { match: 'like', insensitive: false },
  ilike: { match: 'like', insensitive: true },
  contains: { match: 'contains', insensitive: false },
  icontains: { match: 'contains', insensitive: true },
  startsWith: { match: 'startsWith', insensitive: false },
  istartsWith: { match: 'startsWith', insensitive: true },
  endsWith: { match: 'endsWith', insensitive: false },
  iendsWith: { match: 'endsWith', insensitive: true },
  matches: { match: 'matches', insensitive: false },
};

/** One `from` with the joins that its conditions, orders and includes ask for; a subquery has a builder of its own. */
export class SelectBuilder {
  readonly joins: JoinNode[] = [];
  readonly #joined = new Map<string, string>();

  constructor(
    readonly scope: StatementScope,
    readonly model: EntityModel,
    readonly alias: string,
  ) {}

  column(column: ColumnModel, path: RelationPath = []): ColumnNode {
    return node(this.joinPath(path), column);
  }

  /** The alias of the entity at the end of a to-one path, joined on first use. */
  joinPath(path: RelationPath): string {
    let alias = this.alias;
    let name = '';
    for (const relation of path) {
      name += `${relation.property}.`;
      alias = this.#joined.get(name) ?? this.#join(name, alias, relation);
    }
    return alias;
  }

  #join(name: string, from: string, relation: RelationModel): string {
    const alias = this.scope.alias();
    const on = [...link(relation as BelongsToModel, from, alias), ...this.visible(relation.target, alias)];
    this.joins.push({ type: 'left', table: relation.target.table, alias, on: and(on) });
    this.#joined.set(name, alias);
    return alias;
  }

  /** The condition that leaves soft-deleted rows of a related entity out. */
  visible(model: EntityModel, alias: string): ExpressionNode[] {
    if (!this.scope.hideDeleted || !model.softDelete) return [];
    return [{ kind: 'isNull', operand: node(alias, model.softDelete), negated: false }];
  }

  orders(terms: readonly OrderTerm[]): OrderNode[] {
    return terms.map(({ path, column, descending }) => ({
      expression: this.column(column, path),
      direction: descending ? 'desc' : 'asc',
    }));
  }

  condition(condition: Condition): ExpressionNode {
    switch (condition.kind) {
      case 'junction': {
        const operands = condition.operands.map((operand) => this.condition(operand));
        return operands.length === 1 ? operands[0]! : { kind: 'junction', operator: condition.operator, operands };
      }
      case 'not':
        return { kind: 'not', operand: this.condition(condition.operand) };
      case 'compare':
        return {
          kind: 'compare',
          operator: COMPARISONS[condition.operator],
          left: this.column(condition.column, condition.path),
          right: { kind: 'parameter', slot: this.scope.slot(), type: condition.column.type },
        };
      case 'match':
        return {
          kind: 'match',
          ...MATCHES[condition.operator],
          operand: this.column(condition.column, condition.path),
          slot: this.scope.slot(),
        };
      case 'null':
        return { kind: 'isNull', operand: this.column(condition.column, condition.path), negated: condition.negated };
      case 'in':
        return {
          kind: 'in',
          operands: condition.columns.map((column) => this.column(column, condition.path)),
          slots: condition.columns.map(() => this.scope.slot()),
          length: listLength(this.scope.dialect, condition.rows.length),
          negated: condition.negated,
        };
      case 'present': {
        const [column] = condition.path.at(-1)!.target.key;
        return { kind: 'isNull', operand: this.column(column!, condition.path), negated: true };
      }
      case 'related':
        return this.#related(condition);
      case 'member':
        return this.#member(condition);
    }
  }

  #related({ path, relation, condition, negated }: Extract<Condition, { kind: 'related' }>): ExpressionNode {
    const outer = this.joinPath(path);
    const inner = new SelectBuilder(this.scope, relation.target, this.scope.alias());
    const joins: JoinNode[] = [];
    let from: TableReference = relation.target.table;
    let alias = inner.alias;
    let where: ExpressionNode[];
    if (relation.kind === 'manyToMany') {
      const { through } = relation;
      alias = this.scope.alias();
      from = through.table;
      joins.push({
        type: 'inner',
        table: relation.target.table,
        alias: inner.alias,
        on: and(through.to.map((column) => equal(joinNode(alias, column), node(inner.alias, column.target)))),
      });
      where = through.from.map((column) => equal(joinNode(alias, column), node(outer, column.target)));
    } else
      where = link(relation.kind === 'belongsTo' ? relation : relation.inverse, ...ends(relation, outer, inner.alias));
    where.push(...inner.visible(relation.target, inner.alias));
    if (condition) where.push(inner.condition(condition));
    return {
      kind: 'exists',
      negated,
      select: {
        kind: 'select',
        columns: [{ expression: { kind: 'constant', value: 1 }, type: relation.target.key[0]!.type }],
        from,
        alias,
        joins: [...joins, ...inner.joins],
        where: and(where),
        orderBy: [],
        distinct: false,
        limit: undefined,
        offset: undefined,
        lock: undefined,
      },
    };
  }

  #member({ through }: Extract<Condition, { kind: 'member' }>): ExpressionNode {
    const alias = this.scope.alias();
    const where = through.to.map((column) => equal(joinNode(alias, column), node(this.alias, column.target)));
    for (const column of through.from) {
      const right: ExpressionNode = { kind: 'parameter', slot: this.scope.slot(), type: column.target.type };
      where.push({ kind: 'compare', operator: '=', left: joinNode(alias, column), right });
    }
    return {
      kind: 'exists',
      negated: false,
      select: {
        kind: 'select',
        columns: [{ expression: { kind: 'constant', value: 1 }, type: through.to[0]!.target.type }],
        from: through.table,
        alias,
        joins: [],
        where: and(where),
        orderBy: [],
        distinct: false,
        limit: undefined,
        offset: undefined,
        lock: undefined,
      },
    };
  }
}

export function and(operands: readonly ExpressionNode[]): ExpressionNode {
  return operands.length === 1 ? operands[0]! : { kind: 'junction', operator: 'and', operands };
}

export function node(table: string | undefined, column: ColumnModel): ColumnNode {
  return { kind: 'column', table, name: column.name, type: column.type };
}

export function joinNode(table: string | undefined, column: { name: string; target: ColumnModel }): ColumnNode {
  return { kind: 'column', table, name: column.name, type: column.target.type };
}

export function equal(left: ColumnNode, right: ColumnNode): ExpressionNode {
  return { kind: 'compare', operator: '=', left, right };
}

/** The aliases of a relation's two ends: of the table that holds the foreign key, and of the one it refers to. */
function ends(relation: RelationModel, outer: string, inner: string): [holder: string, referred: string] {
  return relation.kind === 'belongsTo' ? [outer, inner] : [inner, outer];
}

/** Foreign key columns of `holder` equal to the key columns of `referred`. */
function link(relation: BelongsToModel, holder: string, referred: string): ExpressionNode[] {
  return relation.columns.map((column, i) => equal(node(holder, column), node(referred, relation.target.key[i]!)));
}
