/** Where conditions, orders and includes lead: one object for each way along relations, so that all that goes one way shares its joins. */
import type {
  BelongsToModel,
  ColumnModel,
  EntityModel,
  HasOneModel,
  JoinTable,
  ManyToManyModel,
  RelationModel,
} from '../../metadata';
import {
  compare,
  exists,
  isNull,
  junction,
  ONE,
  select,
  TableSource,
  type ColumnNode,
  type ConditionNode,
  type ExistsNode,
} from '../../sql';

/** What a condition is about: the columns of an entity, wherever they are read. */
export interface Subject {
  readonly model: EntityModel;
  column(column: ColumnModel): ColumnNode;
}

export class RelationPath implements Subject {
  readonly #joined = new Map<object, WeakRef<RelationPath>>();
  readonly #related = new Map<object, WeakRef<RelationPath>>();

  private constructor(
    readonly model: EntityModel,
    readonly source: TableSource,
  ) {}

  /** The entity itself. */
  static of(model: EntityModel): RelationPath {
    let root = roots.get(model);
    if (!root) roots.set(model, (root = new RelationPath(model, new TableSource(model.table))));
    return root;
  }

  get key(): ColumnNode[] {
    return this.columns(this.model.key);
  }

  column(column: ColumnModel): ColumnNode {
    return this.source.column(column);
  }

  columns(columns: readonly ColumnModel[]): ColumnNode[] {
    return columns.map((column) => this.source.column(column));
  }

  /** Along a to-one relation, by a join. */
  to(relation: BelongsToModel | HasOneModel): RelationPath {
    return interned(this.#joined, relation, () => {
      const source = new TableSource(relation.target.table, {
        to: this.source,
        by: 'left join',
        optional: !leadsToRow(relation),
        ...tie(relation, this.source),
      });
      return new RelationPath(relation.target, source);
    });
  }

  /** Along any relation, in a subquery on each row of this one. */
  related(relation: RelationModel): RelationPath {
    return interned(this.#related, relation, () => {
      if (relation.kind !== 'manyToMany') {
        const source = new TableSource(relation.target.table, {
          to: this.source,
          by: 'subquery',
          optional: false,
          ...tie(relation, this.source),
        });
        return new RelationPath(relation.target, source);
      }
      const links = linksFrom(relation, this.source);
      const source = new TableSource(relation.target.table, {
        to: links,
        by: 'join',
        optional: false,
        on: (self) => equal(linkColumns(links, relation.through.to), keyOf(self, relation.through.to)),
        unmarked: (self) => unmarked(relation.target, self),
      });
      return new RelationPath(relation.target, source);
    });
  }

  /** Whether there are rows at the end of this way, which begins with `related`, and which meet a condition. */
  exists(where: ConditionNode | undefined, negated = false): ExistsNode {
    const { source } = this;
    const joins = source.root === source ? [] : [source];
    return exists(select(ONE, source.root, { joins, where }), negated);
  }
}

const roots = new WeakMap<EntityModel, RelationPath>();

/** Ways that stay whether they are in use or not. A program has fewer; what is asked for from outside may make ever more. */
const KEPT = 4_096;
const kept = new Set<RelationPath>();

/** The one way along a relation, as long as it is in use or among those kept. */
function interned(
  ways: Map<object, WeakRef<RelationPath>>,
  relation: RelationModel,
  make: () => RelationPath,
): RelationPath {
  let way = ways.get(relation)?.deref();
  if (way) return way;
  way = make();
  ways.set(relation, new WeakRef(way));
  kept.add(way);
  if (kept.size > KEPT) kept.delete(kept.values().next().value!);
  return way;
}

/** The rows of a join table that tie a row of `owner` to others, in a subquery on it. */
function linksFrom({ through }: ManyToManyModel, owner: TableSource): TableSource {
  return linksOf(through, { to: owner, by: 'subquery', columns: through.from });
}

const memberLinks = new WeakMap<JoinTable, TableSource>();

/** The rows of a join table that tie a target of its relation to owners, in a subquery on the target. */
export function linksToOwners({ through, target }: ManyToManyModel): TableSource {
  let links = memberLinks.get(through);
  if (!links) {
    links = linksOf(through, { to: RelationPath.of(target).source, by: 'subquery', columns: through.to });
    memberLinks.set(through, links);
  }
  return links;
}

const ownerLinks = new WeakMap<JoinTable, TableSource>();

/** The same, joined: each target comes with the key of its owner. */
export function joinedOwners({ through, target }: ManyToManyModel): TableSource {
  let links = ownerLinks.get(through);
  if (!links) {
    links = linksOf(through, { to: RelationPath.of(target).source, by: 'join', columns: through.to });
    ownerLinks.set(through, links);
  }
  return links;
}

const linkTables = new WeakMap<JoinTable, TableSource>();

/** The join table by itself. */
export function linkTable(through: JoinTable): TableSource {
  let table = linkTables.get(through);
  if (!table) linkTables.set(through, (table = new TableSource(through.table)));
  return table;
}

function linksOf(
  { table, mapped }: JoinTable,
  { to, by, columns }: { to: TableSource; by: 'join' | 'subquery'; columns: JoinTable['from'] },
): TableSource {
  return new TableSource(table, {
    to,
    by,
    optional: false,
    on: (self) => equal(linkColumns(self, columns), keyOf(to, columns)),
    unmarked: (self) => mapped && unmarked(mapped, self),
  });
}

/** The columns of a join table. */
export function linkColumns(links: TableSource, columns: JoinTable['from']): ColumnNode[] {
  return columns.map(({ name, target }) => links.column({ name, type: target.type, nullable: false }));
}

/** The columns that those of a join table, or of any other reference, refer to. */
export function keyOf(source: TableSource, columns: JoinTable['from']): ColumnNode[] {
  return columns.map(({ target }) => source.column(target));
}

/** Ties the rows at the other end of a relation to those of `owner`, by the foreign key that one of them holds. */
function tie(
  relation: Exclude<RelationModel, ManyToManyModel>,
  owner: TableSource,
): { on: (self: TableSource) => ConditionNode; unmarked: (self: TableSource) => ConditionNode | undefined } {
  const holder = relation.kind === 'belongsTo' ? relation : relation.inverse;
  const foreign = (source: TableSource): ColumnNode[] => holder.columns.map((column) => source.column(column));
  const referred = (source: TableSource): ColumnNode[] => holder.target.key.map((column) => source.column(column));
  return {
    on: (self) =>
      relation.kind === 'belongsTo' ? equal(foreign(owner), referred(self)) : equal(foreign(self), referred(owner)),
    unmarked: (self) => unmarked(relation.target, self),
  };
}

export function equal(left: readonly ColumnNode[], right: readonly ColumnNode[]): ConditionNode {
  return junction(
    'and',
    left.map((column, i) => compare(column, '=', right[i]!)),
  );
}

function unmarked({ softDelete }: EntityModel, source: TableSource): ConditionNode | undefined {
  return softDelete && isNull(source.column(softDelete));
}

/** Whether each row has a row at the other end that is never hidden. */
function leadsToRow(relation: RelationModel): boolean {
  return relation.kind === 'belongsTo' && !relation.nullable && !relation.target.softDelete;
}
