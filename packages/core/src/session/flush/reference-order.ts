/**
 * Rows that refer to one another: what is referred to is written before, and goes after. A circle is opened at a reference that can be empty for a while.
 */
import type { BelongsToModel } from '../../metadata';
import {
  byPlace,
  keyOf,
  Pairs,
  placeOfTarget,
  placesOf,
  recordOf,
  relationsThrough,
  rowReference,
  type EntityRecord,
  type Place,
} from '../../entities';
import { canWait, type FlushAction } from './action';
import { PendingKey } from './pending-key';
import { assertLasting, isAnswered } from './lost-references';
import { referredRecord } from './referred-record';
import type { Edge } from './action-graph';
import type { PlanBuilder } from './plan-builder';
import { endsWithHeirs, isOfTable, joinTablesOf, type JoinTableSide } from './join-tables';

/** @param engine what the engine of a place can do */
export function connectReferences(
  plan: PlanBuilder,
  engine: (place: Place) => { readonly deletesSelfReferring: boolean },
): void {
  for (const action of plan.inserts.values()) connectToReferred(plan, action);
  for (const action of plan.updates.values()) connectToReferred(plan, action);
  connectToFreed(plan);
  if (plan.deletes.size === 0) return;
  for (const action of plan.deletes.values()) {
    connectToGone(plan, action.record, action);
    if (!engine(action.record.place).deletesSelfReferring) partFromItself(plan, action);
  }
  for (const action of plan.updates.values()) connectToGone(plan, action.row.record, action);
  connectPairs(plan);
}

/** Whether an update changes where a reference leads. */
export function isWritten({ columns }: FlushAction<'update'>, relation: BelongsToModel): boolean {
  return relation.columns.some((column) => columns.includes(column));
}

/** A row is written after the new rows that it refers to. @throws QueryError where it refers to one that has gone, or goes */
function connectToReferred(plan: PlanBuilder, action: FlushAction<'insert' | 'update'>): void {
  const { record } = action.row;
  for (const relation of record.model.relations) {
    if (relation.kind !== 'belongsTo') continue;
    if (action.kind === 'update' && !isWritten(action, relation)) continue;
    const target = referredRecord(record.entity, relation);
    if (!target) continue;
    assertLasting(plan, { from: record, relation, to: target });
    if (isAnswered(plan, relation, target)) connectToAnswer(plan, action, plan.deletes.get(target)!);
    const before = plan.inserts.get(target);
    // A row may refer to itself where its key is known beforehand.
    if (before && !(target === record && keyOf(record.model, record.entity))) connectTo(plan, before, action, relation);
  }
}

/** A row that the database follows a deletion to is there before that, unless it waits for it. */
function connectToAnswer(
  plan: PlanBuilder,
  before: FlushAction<'insert' | 'update'>,
  after: FlushAction<'delete'>,
): void {
  const open = (): void => {
    plan.graph.disconnect(edge);
  };
  const edge: Edge<FlushAction> = { before, after, open };
  plan.graph.connect(edge);
}

function connectTo(
  plan: PlanBuilder,
  before: FlushAction<'insert'>,
  action: FlushAction<'insert' | 'update'>,
  relation: BelongsToModel,
): void {
  const { record } = action.row;
  const open = (): void => {
    plan.graph.disconnect(edge);
    const later = plan.referLater(action, relation);
    plan.graph.connect({ before, after: later });
    connectToSources(plan, action, relation);
    // What it refers to as yet may go before.
    const gone = action.kind === 'update' ? goneReferred(plan, record, relation) : undefined;
    if (!gone) return;
    const cleared = plan.clear(record, relation.own);
    plan.graph.connect({ before: cleared, after: gone });
    plan.graph.connect({ before: cleared, after: later });
  };
  const isKnown = keyOf(before.row.record.model, before.row.record.entity) !== undefined;
  const leave =
    isKnown && isDeferred(relation)
      ? (): void => {
          plan.graph.disconnect(edge);
        }
      : undefined;
  const edge: Edge<FlushAction> = { before, after: action, open: canWait(relation) ? open : leave };
  plan.graph.connect(edge);
}

/** Columns that other properties need are not written later with a reference: the rows that make their values come before all the same. */
function connectToSources(
  plan: PlanBuilder,
  after: FlushAction<'insert' | 'update'>,
  { columns }: BelongsToModel,
): void {
  const { record, values } = after.row;
  for (const column of columns) {
    const value = values[column.index];
    if (!(value instanceof PendingKey) || (after.kind === 'update' && !after.columns.includes(column))) continue;
    const before = plan.inserts.get(value.record);
    // What it refers to by another property comes before it already.
    if (!before || before === after || refersTo(record, value.record)) continue;
    const open = (): void => {
      plan.graph.disconnect(edge);
      plan.graph.connect({ before, after: plan.referLater(after, { own: [column] }) });
    };
    const edge: Edge<FlushAction> = { before, after, open: column.nullable && !column.primary ? open : undefined };
    plan.graph.connect(edge);
  }
}

function refersTo({ entity, model }: EntityRecord, target: EntityRecord): boolean {
  return model.relations.some(
    (relation) => relation.kind === 'belongsTo' && referredRecord(entity, relation) === target,
  );
}

/** The database looks at the constraint when the transaction commits: in a circle any order will do. */
function isDeferred({ deferrable }: BelongsToModel): boolean {
  return deferrable === 'deferred';
}

/** A pair whose entity goes, or becomes another pair, comes back after that. */
function connectToFreed(plan: PlanBuilder): void {
  const wanted = plan.links.filter(({ kind }) => kind === 'link');
  if (wanted.length === 0) return;
  for (const before of [...plan.deletes.values(), ...plan.updates.values()]) {
    const record = before.kind === 'delete' ? before.record : before.row.record;
    if (relationsThrough(plan.store.models, record.model).length === 0) continue;
    const freed = new Pairs(plan.store, placesOf(plan.store, [record]));
    for (const after of wanted) if (freed.hasLink(after.link)) plan.graph.connect({ before, after });
  }
}

/** A row that goes, or refers elsewhere from now on, does so before the row that it referred to goes. */
function connectToGone(plan: PlanBuilder, record: EntityRecord, before: FlushAction<'update' | 'delete'>): void {
  for (const relation of record.model.relations) {
    if (relation.kind !== 'belongsTo') continue;
    if (before.kind === 'update' && !isWritten(before, relation)) continue;
    const after = goneReferred(plan, record, relation);
    if (!after || after === before) continue;
    connectLeaving(plan, { record, relation }, { before, after, leaves: isDeferred(relation) });
  }
}

/** In a circle the reference is empty for a while, if it can be. @param ends.leaves whether any order will do in one, if it cannot */
function connectLeaving(
  plan: PlanBuilder,
  { record, relation }: { record: EntityRecord; relation: BelongsToModel },
  { before, after, leaves }: Pick<Edge<FlushAction>, 'before' | 'after'> & { leaves: boolean },
): void {
  const disconnect = (): void => {
    plan.graph.disconnect(edge);
  };
  const open = (): void => {
    disconnect();
    const cleared = plan.clear(record, relation.own);
    plan.graph.connect({ before: cleared, after });
    plan.graph.connect({ before: cleared, after: before });
  };
  const edge: Edge<FlushAction> = { before, after, open: canWait(relation) ? open : leaves ? disconnect : undefined };
  plan.graph.connect(edge);
}

/** A row that refers to itself is a circle of one. */
function partFromItself(plan: PlanBuilder, action: FlushAction<'delete'>): void {
  const { record } = action;
  for (const relation of record.model.relations) {
    if (relation.kind !== 'belongsTo' || !canWait(relation) || goneReferred(plan, record, relation) !== action)
      continue;
    plan.graph.connect({ before: plan.clear(record, relation.own), after: action });
  }
}

/** The deletion of the entity that a row referred to when it was read or written last. */
function goneReferred(
  plan: PlanBuilder,
  record: EntityRecord,
  relation: BelongsToModel,
): FlushAction<'delete'> | undefined {
  const key = rowReference(record, relation);
  const target = key ? plan.store.find(placeOfTarget(relation, record), key) : undefined;
  return target && plan.deletes.get(target);
}

/** The rows of join tables go before the entities that they name, unless the database is to refuse that, or they are given to others. */
function connectPairs(plan: PlanBuilder): void {
  const purges = new Map<EntityRecord, FlushAction<'purge'>[]>();
  for (const records of byPlace(plan.deletes.keys()).values()) {
    for (const side of joinTablesOf(plan.store, records[0]!.model)) {
      if (side.isKept) continue;
      // Those of their rows that go are deleted as entities.
      const spared = endsWithHeirs(plan.store, new Set(records), side);
      for (const record of records) if (!spared.has(record)) notePurge(plan, purges, { record, side });
    }
  }
  for (const action of plan.deletes.values()) connectToPurges(plan, purges, { record: action.record, action });
  for (const action of plan.updates.values()) connectToPurges(plan, purges, { record: action.row.record, action });
  for (const before of plan.links) {
    for (const end of [before.link.owner, before.link.item]) {
      const after = before.kind === 'unlink' && plan.deletes.get(recordOf(end)!);
      if (after) plan.graph.connect({ before, after });
    }
  }
}

function notePurge(
  plan: PlanBuilder,
  purges: Map<EntityRecord, FlushAction<'purge'>[]>,
  { record, side }: { record: EntityRecord; side: JoinTableSide },
): void {
  const purge = plan.purge(record, side);
  plan.graph.connect({ before: purge, after: plan.deletes.get(record)! });
  const known = purges.get(record);
  if (known) known.push(purge);
  else purges.set(record, [purge]);
}

/** Rows of join tables that are deleted, or become other pairs, as entities are no longer among those that go with an end. */
function connectToPurges(
  plan: PlanBuilder,
  purges: ReadonlyMap<EntityRecord, readonly FlushAction<'purge'>[]>,
  { record, action }: { record: EntityRecord; action: FlushAction<'update' | 'delete'> },
): void {
  const { model } = record;
  if (purges.size === 0 || relationsThrough(plan.store.models, model).length === 0) return;
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo' || (action.kind === 'update' && !isWritten(action, relation))) continue;
    const gone = goneReferred(plan, record, relation);
    for (const purge of (gone && purges.get(gone.record)) ?? []) {
      if (!isOfTable(model, purge.through)) continue;
      if (action.kind === 'delete') plan.graph.connect({ before: action, after: purge });
      else connectLeaving(plan, { record, relation }, { before: action, after: purge, leaves: false });
    }
  }
}
