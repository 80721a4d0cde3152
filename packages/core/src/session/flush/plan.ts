/**
 * Changes → the steps of a flush, in order and with all values: data that can be printed and tested without a database. What must come before what
 * stands in one graph of actions: references to new rows, references to rows that go, unique values that change hands.
 */
import { QueryError } from '../../errors';
import { describe, rowKey, type EntityRecord, type EntityStore, type Place } from '../../entities';
import type { Capabilities } from '../../sql';
import type { Edge } from './action-graph';
import type { ActionKind, FlushAction } from './action';
import { NONE_ALIKE, type AlikeValues } from './alike-values';
import { referredRecord } from './referred-record';
import type { ChangeSet } from './change-set';
import { PlanBuilder } from './plan-builder';
import { connectReferences } from './reference-order';
import { connectUniques } from './unique-order';

/** Actions of one kind on rows of one place that are done together; `replace`: inserts that take over the rows of deleted entities. */
export type FlushStep =
  | { [K in ActionKind]: { readonly kind: K; readonly actions: readonly FlushAction<K>[] } }[ActionKind]
  | { readonly kind: 'replace'; readonly actions: readonly FlushAction<'insert'>[] };

/** What the engine of a place can do, as far as the order depends on it. */
export type EngineOfPlace = (place: Place) => Pick<Capabilities, 'deletesSelfReferring'>;

const ANY = { deletesSelfReferring: true };

/** @throws QueryError for circles that no order can write; ValidationFailedError for values that a row cannot have */
export function planFlush(store: EntityStore, changes: ChangeSet, engine: EngineOfPlace = () => ANY): FlushStep[] {
  return orderedSteps(new PlanBuilder(store, changes), engine, NONE_ALIKE);
}

/** @throws QueryError for circles that no order can write, and for references to what goes */
export function orderedSteps(plan: PlanBuilder, engine: EngineOfPlace, alike: AlikeValues): FlushStep[] {
  connectReferences(plan, engine);
  connectUniques(plan, alike);
  return plan.graph.sorted(stuck).flatMap((actions) => stepsOf(plan, actions));
}

/** Actions of one group, once more by what they write: an update may have lost columns, and an insert may have become another one. */
function stepsOf(plan: PlanBuilder, actions: readonly FlushAction[]): FlushStep[] {
  const [{ kind: only }] = actions as [FlushAction];
  if (only !== 'update' && plan.replaced.size === 0) return [{ kind: only, actions } as FlushStep];
  const steps = new Map<string, { kind: FlushStep['kind']; actions: FlushAction[] }>();
  for (const action of actions) {
    let { kind }: { kind: FlushStep['kind'] } = action;
    let shape = '';
    if (action.kind === 'update') {
      if (action.columns.length === 0) continue;
      shape = action.columns.map(({ index }) => index).join();
    } else if (action.kind === 'insert' && action.replaces) kind = 'replace';
    else if (action.kind === 'delete' && plan.replaced.has(action.record)) continue;
    const step = steps.get(kind + shape);
    if (step) step.actions.push(action);
    else steps.set(kind + shape, { kind, actions: [action] });
  }
  return [...steps.values()] as FlushStep[];
}

function stuck(edges: readonly Edge<FlushAction>[]): never {
  const names = new Set(edges.map(({ after }) => nameOfAction(after)));
  throw new QueryError(
    `These rows wait for one another in a circle that no order can write: ${[...names].slice(0, 10).join(' → ')}. ` +
      'Make one of their relations nullable, so that it can be set after the rows are there, or write them by two flushes.',
  );
}

function nameOfAction(action: FlushAction): string {
  switch (action.kind) {
    case 'insert':
    case 'update':
      return nameOf(action.row.record);
    case 'clear':
    case 'delete':
    case 'purge':
      return nameOf(action.record);
    case 'link':
    case 'unlink':
      return `${action.link.relation.owner.name}.${action.link.relation.property}`;
  }
}

/** A row that is there by its key, a new one by the relations that it waits by. */
function nameOf(record: EntityRecord): string {
  const { entity, model } = record;
  if (record.hasRow) return describe(model, rowKey(record));
  const waiting = model.relations.flatMap((relation) =>
    relation.kind === 'belongsTo' && referredRecord(entity, relation)?.status === 'new'
      ? [`${model.name}.${relation.property}`]
      : [],
  );
  return waiting.join(' → ');
}

/** One line a step, for tests and for looking at a plan. */
export function describePlan(steps: readonly FlushStep[]): string[] {
  return steps.map(({ kind, actions }) => {
    const [first] = actions as readonly FlushAction[] as [FlushAction];
    return `${kind} ${subjectOf(first)} ×${String(actions.length)}`;
  });
}

function subjectOf(action: FlushAction): string {
  const { model } = action.group.place;
  switch (action.kind) {
    case 'link':
    case 'unlink':
      return `${action.link.relation.owner.name}.${action.link.relation.property}`;
    case 'purge':
      return `${action.through.table.name} of ${model.name}`;
    case 'update':
    case 'clear':
      return `${model.name}(${action.columns.map(({ property }) => property).join(', ')})`;
    case 'insert':
    case 'delete':
      return model.name;
  }
}
