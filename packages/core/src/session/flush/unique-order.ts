/**
 * Unique values that change hands: engines check each row as it is written, so whoever takes a value waits for whoever has it. A circle is opened by a NULL,
 * or by a value that stands in for a moment.
 */
import { QueryError } from '../../errors';
import type { BelongsToModel, ColumnModel } from '../../metadata';
import { describe, keyOf, rowKey, UNREAD, type EntityRecord } from '../../entities';
import { canWait, type FlushAction } from './action';
import type { AlikeValues } from './alike-values';
import { isWritten } from './reference-order';
import { referredRecord } from './referred-record';
import type { Edge } from './action-graph';
import { PendingKey } from './pending-key';
import { keyValues, type PlanBuilder } from './plan-builder';
import { temporaryValue } from './temporary-value';
import { heldImage, Holders, uniquesOf, wantedImage, type Unique } from './unique-values';

/** @param alike unique values that the database holds for equal though they are spelled differently */
export function connectUniques(plan: PlanBuilder, alike: AlikeValues): void {
  const holders = new Holders<FlushAction<'update' | 'delete'>>();
  for (const [record, action] of plan.updates) note(holders, record, action);
  for (const [record, action] of plan.deletes) note(holders, record, action);
  if (holders.size === 0) return;
  for (const action of plan.updates.values()) wait(plan, { holders, alike }, action);
  for (const action of plan.inserts.values()) wait(plan, { holders, alike }, action);
}

/** An update gives up the unique values that it changes; a deletion all, its key among them. */
function note(
  holders: Holders<FlushAction<'update' | 'delete'>>,
  record: EntityRecord,
  holder: FlushAction<'update' | 'delete'>,
): void {
  for (const unique of uniquesOf(record.model)) {
    if (holder.kind === 'update' && !unique.some((column) => holder.columns.includes(column))) continue;
    const image = heldImage(record, unique);
    if (image !== undefined) holders.set(record.place, unique, { image, holder });
  }
}

function wait(
  plan: PlanBuilder,
  { holders, alike }: { holders: Holders<FlushAction<'update' | 'delete'>>; alike: AlikeValues },
  action: FlushAction<'insert' | 'update'>,
): void {
  const { row } = action;
  const { place, model } = row.record;
  for (const unique of uniquesOf(model)) {
    if (!holders.any(place, unique)) continue;
    const written = action.kind === 'insert' ? model.columns : action.columns;
    if (!unique.some((column) => written.includes(column))) continue;
    const image = wantedImage(row, unique, written);
    if (image === undefined) continue;
    const spelled = alike.get(place, unique, image);
    const holder = holders.get(place, unique, spelled ?? image);
    if (!holder || holder === action) continue;
    if (unique !== model.key) connect(plan, { holder, action, unique });
    else if (spelled !== undefined)
      takeSpelling(plan, holder as FlushAction<'delete'>, action as FlushAction<'insert'>);
    else takeKey(plan, holder as FlushAction<'delete'>, action as FlushAction<'insert'>);
  }
}

function connect(
  plan: PlanBuilder,
  { holder, action, unique }: { holder: FlushAction<'update' | 'delete'>; action: FlushAction; unique: Unique },
): void {
  const record = holder.kind === 'update' ? holder.row.record : holder.record;
  const open = (): void => {
    const column = clearable(holder, unique);
    if (!column) throw noRoom(record, action, unique);
    plan.graph.disconnect(edge);
    if (holder.kind === 'update') writeBack(holder, column);
    const cleared = plan.clear(record, [column], [column.nullable ? null : temporaryValue(column)]);
    plan.graph.connect({ before: cleared, after: action });
    plan.graph.connect({ before: cleared, after: holder });
  };
  const edge: Edge<FlushAction> = { before: holder, after: action, open };
  plan.graph.connect(edge);
}

/** A column that can hold something else until the holder is written: rather one that gets another value anyway. */
function clearable(holder: FlushAction<'update' | 'delete'>, unique: Unique): ColumnModel | undefined {
  const free = unique.filter((column) => !column.primary && column.computed === undefined);
  const changed = holder.kind === 'update' ? free.filter((column) => holder.columns.includes(column)) : free;
  const canBeEmpty = (column: ColumnModel): boolean => (column.relation ? canWait(column.relation) : column.nullable);
  return (
    changed.find(canBeEmpty) ??
    changed.find((column) => temporaryValue(column) !== undefined) ??
    free.find((column) => canBeEmpty(column) && isKnown(holder, column))
  );
}

function isKnown(holder: FlushAction<'update' | 'delete'>, { index }: ColumnModel): boolean {
  const { snapshot } = holder.kind === 'update' ? holder.row.record : holder.record;
  return snapshot?.[index] !== undefined && snapshot[index] !== UNREAD;
}

/** A column that was not changed gets back what it had. */
function writeBack(holder: FlushAction<'update'>, column: ColumnModel): void {
  if (holder.columns.includes(column)) return;
  const { record, values } = holder.row;
  holder.columns = record.model.columns.filter((one) => one === column || holder.columns.includes(one));
  const image = record.snapshot![column.index];
  values[column.index] = image === null || column.type.immutable ? image : column.type.fromSnapshot(image);
}

function noRoom(holder: EntityRecord, action: FlushAction, unique: Unique): QueryError {
  const { model } = holder;
  const other = action.kind === 'insert' || action.kind === 'update' ? action.row.record : holder;
  // A composite foreign key is one property of several columns.
  const names = [...new Set(unique.map(({ property }) => property))].join(', ');
  return new QueryError(
    `${describe(model, rowKey(holder))} and ${describe(model, rowKey(other))} are to change hands of the unique value of ${model.name}.${names}, which cannot be empty in between: ` +
      'flush one of them with another value first.',
    { entity: model.name, property: unique[0]?.property },
  );
}

/**
 * A new row takes the key of one that is deleted. Rows that refer to the key and were handed over to the new entity must not go or be emptied with the old
 * row: their reference is emptied in between, or, where it is required, the row stays and gets the values of the new one.
 */
function takeKey(plan: PlanBuilder, gone: FlushAction<'delete'>, insert: FlushAction<'insert'>): void {
  const { record } = insert.row;
  const handedOver = referringTo(plan, gone.record, record);
  const mustStay = handedOver.some(({ relation }) => !canWait(relation));
  if (mustStay) {
    takeRow(plan, gone, insert);
    return;
  }
  plan.graph.connect({ before: gone, after: insert });
  for (const { record: child, relation } of handedOver) {
    const cleared = plan.clear(child, relation.own);
    plan.graph.connect({ before: cleared, after: gone });
    const values = keyValues(child);
    for (const column of relation.own)
      values[column.index] = new PendingKey(record, record.model.key[relation.columns.indexOf(column)]!);
    const restored = plan.update({ record: child, values, isPending: true }, relation.own);
    plan.graph.connect({ before: insert, after: restored });
    plan.graph.connect({ before: cleared, after: restored });
  }
}

/**
 * A new row takes the key of one that is deleted in another spelling: what referred to it has got another reference, which is emptied in between.
 *
 * @throws QueryError where one of these references is required, for no row can be there beside the deleted one
 */
function takeSpelling(plan: PlanBuilder, gone: FlushAction<'delete'>, insert: FlushAction<'insert'>): void {
  const { record } = insert.row;
  const { model } = record;
  for (const { row, columns } of plan.updates.values()) {
    const holder = columns.find(
      ({ relation }) => relation && !canWait(relation) && referredRecord(row.record.entity, relation) === record,
    );
    if (!holder) continue;
    throw new QueryError(
      `The database holds the keys of the new ${describe(model, keyOf(model, record.entity))} and of the deleted ${describe(model, rowKey(gone.record))} for equal, ` +
        `and ${row.record.model.name}.${holder.property} requires one of them at any time: give the new one the key as the deleted one spells it.`,
      { entity: model.name, property: model.key[0]!.property },
    );
  }
  plan.graph.connect({ before: gone, after: insert });
}

/** @throws QueryError where the database is to give values that only an insert gets */
function takeRow(plan: PlanBuilder, gone: FlushAction<'delete'>, insert: FlushAction<'insert'>): void {
  const { record, values } = insert.row;
  const { model } = record;
  const left = model.columns.find(({ index, computed }) => computed === undefined && values[index] === undefined);
  if (left) {
    throw new QueryError(
      `The new ${describe(model, rowKey(gone.record))} takes over the row of the deleted one, for others refer to it, so ${model.name}.${left.property} must have a value: set it, or flush the deletion first.`,
      { entity: model.name, property: left.property },
    );
  }
  plan.replace(gone, insert);
}

/** Entities whose rows refer to the old entity, and which refer to the new one now. */
function referringTo(
  plan: PlanBuilder,
  old: EntityRecord,
  fresh: EntityRecord,
): { record: EntityRecord; relation: BelongsToModel }[] {
  const found: { record: EntityRecord; relation: BelongsToModel }[] = [];
  for (const [place, map] of plan.store.identityMaps()) {
    for (const relation of place.model.relations) {
      if (relation.kind !== 'belongsTo' || relation.target !== old.model) continue;
      for (const record of map.values()) {
        if (record.status !== 'managed' || referredRecord(record.entity, relation) !== fresh) continue;
        const update = plan.updates.get(record);
        if (update && isWritten(update, relation)) continue;
        found.push({ record, relation });
      }
    }
  }
  return found;
}
