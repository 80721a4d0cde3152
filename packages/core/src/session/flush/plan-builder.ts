/** The plan of a flush while it is made: its actions by their rows, and the graph that orders them. */
import type { BelongsToModel, ColumnModel, ManyToManyModel } from '../../metadata';
import { keyImage } from '../../types';
import {
  markOfPairs,
  Pairs,
  pairsOf,
  recordOf,
  rowKey,
  type EntityRecord,
  type EntityStore,
  type Link,
} from '../../entities';
import { ActionGraph } from './action-graph';
import { FlushGroups, type FlushAction } from './action';
import type { ChangeSet } from './change-set';
import { changedMembers, pairsToCome } from './join-entities';
import { PendingKey, sourceOf } from './pending-key';
import { RowFailures } from './row-failures';
import { changedRow, newRow, type RowValues } from './rows';
import { assertSameDatabase } from './same-database';

export class PlanBuilder {
  readonly graph = new ActionGraph<FlushAction>();
  readonly inserts = new Map<EntityRecord, FlushAction<'insert'>>();
  readonly updates = new Map<EntityRecord, FlushAction<'update'>>();
  readonly deletes = new Map<EntityRecord, FlushAction<'delete'>>();
  readonly links: FlushAction<'link' | 'unlink'>[] = [];
  /** Entities to be deleted whose rows stay, for new entities take them over. */
  readonly replaced = new Set<EntityRecord>();
  readonly #groups: FlushGroups;

  /** @throws ValidationFailedError for values that a row cannot have, QueryError for references to what has no row and gets none */
  constructor(
    readonly store: EntityStore,
    { inserts, updates, deletes, links }: ChangeSet,
  ) {
    this.#groups = new FlushGroups(store.models);
    const failures = new RowFailures();
    for (const record of inserts) this.#insert(record, failures);
    for (const change of updates)
      this.updates.set(change.record, this.update(changedRow(change, failures), change.columns));
    failures.throwAny();
    for (const record of deletes) {
      const action = this.#add({ kind: 'delete', group: this.#groups.of('delete', record.place), record });
      this.deletes.set(record, action);
    }
    if (links.length === 0) return;
    const changed = changedMembers(store, { updates });
    const came = new Pairs(
      store,
      [...inserts, ...changed].flatMap((record) => pairsToCome(store.models, record)),
    );
    const gone = new Pairs(store, pairsOf(store, [...deletes, ...changed]));
    // A row that an entity brings, or takes along, or makes another pair of, is not written once more.
    const isWritten = (link: Link): boolean =>
      link.isWanted ? link.isThere === true || came.hasLink(link) : isMarkedByEntity(link) || gone.hasLink(link);
    for (const link of links) if (!isWritten(link)) this.#link(link, failures);
    failures.throwAny();
  }

  /** A function of its own, which engines compile after the first rows: the loop around it runs once a flush. */
  #insert(record: EntityRecord, failures: RowFailures): void {
    const group = this.#groups.of('insert', record.place);
    // With the fields that the graph writes: an object that has them from the beginning need not grow.
    const row = newRow(record, failures);
    const action = this.#add({ kind: 'insert', group, row, node: undefined, order: 0, state: undefined });
    this.inserts.set(record, action);
  }

  /** Writes these columns; updates alike go together. */
  update(row: RowValues, columns: readonly ColumnModel[]): FlushAction<'update'> {
    const group = this.#groups.of('update', row.record.place, shapeOf(columns));
    return this.#add({ kind: 'update', group, row, columns });
  }

  /** Sets columns of a row to other values for now; NULL where none are given. */
  clear(
    record: EntityRecord,
    columns: readonly ColumnModel[],
    values: readonly unknown[] = columns.map(() => null),
  ): FlushAction<'clear'> {
    const group = this.#groups.of('clear', record.place, shapeOf(columns));
    return this.#add({ kind: 'clear', group, record, columns, values });
  }

  /** Deletes the rows of a join table that name an entity. */
  purge(record: EntityRecord, through: FlushAction<'purge'>['through']): FlushAction<'purge'> {
    return this.#add({ kind: 'purge', group: this.#groups.of('purge', record.place, through.table), record, through });
  }

  /** A reference that cannot be written with the rest of its row is written afterwards. */
  referLater(
    action: FlushAction<'insert' | 'update'>,
    { own: columns }: Pick<BelongsToModel, 'own'>,
  ): FlushAction<'update'> {
    const { record, values } = action.row;
    const later = keyValues(record);
    for (const { index } of columns) later[index] = values[index];
    if (action.kind === 'update') action.columns = action.columns.filter((column) => !columns.includes(column));
    else for (const { index } of columns) values[index] = null;
    const update = this.update({ record, values: later, isPending: true }, columns);
    this.graph.connect({ before: action, after: update });
    return update;
  }

  /** The new entity takes over the row of the deleted one. */
  replace(gone: FlushAction<'delete'>, insert: FlushAction<'insert'>): void {
    insert.replaces = gone.record;
    this.replaced.add(gone.record);
    this.graph.connect({ before: gone, after: insert });
  }

  #link(link: Link, failures: RowFailures): void {
    const { relation, owner, item, isWanted } = link;
    const [from, to] = [recordOf(owner)!, recordOf(item)!];
    assertSameDatabase(from, relation, to);
    const kind = isWanted ? 'link' : 'unlink';
    const values = linkValues(relation, [from, to], failures);
    const action = this.#add({ kind, group: this.#groups.of(kind, from.place, relation), link, values });
    this.links.push(action);
    for (const end of [from, to]) {
      const insert = this.inserts.get(end);
      if (insert) this.graph.connect({ before: insert, after: action });
    }
  }

  #add<A extends FlushAction>(action: A): A {
    this.graph.add(action);
    return action;
  }
}

/** The mark of a pair is that of its entity, which was read. */
function isMarkedByEntity({ relation }: Link): boolean {
  return markOfPairs(relation) !== undefined;
}

/** Both ends may share a column of the join table: to have other values in it fails. */
function linkValues(
  relation: ManyToManyModel,
  [from, to]: readonly [EntityRecord, EntityRecord],
  failures: RowFailures,
): unknown[] {
  const { through, owner, property } = relation;
  return through.columns.map(({ name }) => {
    const near = through.from.find((column) => column.name === name);
    const far = through.to.find((column) => column.name === name);
    const value = near ? keyValue(from, near.target) : keyValue(to, far!.target);
    if (!near || !far) return value;
    const other = keyValue(to, far.target);
    const isSame =
      value instanceof PendingKey
        ? other instanceof PendingKey && value.leadsTo(other)
        : !(other instanceof PendingKey) && keyImage(far.target.type, value) === keyImage(far.target.type, other);
    if (isSame) return value;
    const message =
      `${owner.name}.${property} joins rows that disagree about the column '${name}' of '${through.table.name}', which ` +
      `${from.model.name}.${near.target.property} and ${to.model.name}.${far.target.property} share: join rows that have the same there.`;
    failures.add(owner, relation.owning ? from : to, { property, message });
    return value;
  });
}

function shapeOf(columns: readonly ColumnModel[]): string {
  return columns.map(({ index }) => index).join();
}

/** A row of which only its key is known, or is to come. */
export function keyValues(record: EntityRecord): unknown[] {
  const values = new Array<unknown>(record.model.columns.length + 1);
  for (const column of record.model.key) values[column.index] = keyValue(record, column);
  return values;
}

function keyValue(record: EntityRecord, column: ColumnModel): unknown {
  const value = record.hasRow ? rowKey(record)![record.model.key.indexOf(column)] : column.read(record.entity);
  return value ?? sourceOf(record, column) ?? new PendingKey(record, column);
}
