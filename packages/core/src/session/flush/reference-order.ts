/**
 * Rows that refer to one another: what is referred to is written before, and goes after. A circle is opened at a reference that can be empty for a while.
 */
import type { BelongsToModel, EntityModel, EntityModels } from '../../metadata';
import {
  keyOf,
  Pairs,
  pairsOf,
  placeOfTarget,
  relationsThrough,
  rowReference,
  type EntityRecord,
  type Place,
} from '../../entities';
import { canWait, type FlushAction, type JoinTableSide } from './action';
import { assertLasting } from './lost-references';
import { referredRecord } from './referred-record';
import type { Edge } from './action-graph';
import type { PlanBuilder } from './plan-builder';

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
  for (const { record } of plan.deletes.values())
    for (const through of joinTablesOf(plan.store.models, record.model)) connectPurge(plan, record, through);
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
    const before = plan.inserts.get(target);
    // A row may refer to itself where its key is known beforehand.
    if (before && !(target === record && keyOf(record.model, record.entity))) connectTo(plan, before, action, relation);
  }
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
    const freed = new Pairs(pairsOf(plan.store, [record]));
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
    const open = (): void => {
      plan.graph.disconnect(edge);
      const cleared = plan.clear(record, relation.own);
      plan.graph.connect({ before: cleared, after });
      plan.graph.connect({ before: cleared, after: before });
    };
    const leave = isDeferred(relation)
      ? (): void => {
          plan.graph.disconnect(edge);
        }
      : undefined;
    const edge: Edge<FlushAction> = { before, after, open: canWait(relation) ? open : leave };
    plan.graph.connect(edge);
  }
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

/** The rows of a join table go before the entity that they name, and after those of them that are deleted as entities. */
function connectPurge(plan: PlanBuilder, record: EntityRecord, through: JoinTableSide): void {
  const purge = plan.purge(record, through);
  const gone = plan.deletes.get(record)!;
  plan.graph.connect({ before: purge, after: gone });
  for (const member of plan.deletes.values()) {
    const { table, relations } = member.record.model;
    if (table.name !== through.table.name || table.schema !== through.table.schema) continue;
    const namesIt = relations.some(
      (relation) => relation.kind === 'belongsTo' && goneReferred(plan, member.record, relation) === gone,
    );
    if (namesIt) plan.graph.connect({ before: member, after: purge });
  }
}

/** The join tables that have rows of an entity, each seen from its side; the relation may be declared on the other side only. */
function joinTablesOf(models: EntityModels, model: EntityModel): JoinTableSide[] {
  const tables: JoinTableSide[] = [];
  for (const { relations } of models.all) {
    for (const relation of relations) {
      if (relation.kind !== 'manyToMany' || !relation.owning) continue;
      const { table, from, to } = relation.through;
      if (relation.owner === model) tables.push({ table, from });
      if (relation.target === model) tables.push({ table, from: to });
    }
  }
  return tables;
}
