/** Which columns of an entity differ from its snapshot: a function compiled for each model, a loop over primitives. */
import type { ColumnModel, EntityModel, EntityObject } from '../../metadata';
import { UNREAD, type EntityRecord } from '../../entities';
import { claimsOn, differs, imageIn } from './claims';

/** The changed columns; undefined without changes. */
export type Comparator = (entity: EntityObject, snapshot: readonly unknown[]) => ColumnModel[] | undefined;

const comparators = new WeakMap<EntityModel, Comparator>();

export function changedColumns(record: EntityRecord): ColumnModel[] | undefined {
  const { model, entity, snapshot } = record;
  if (!snapshot) return undefined;
  if (record.partial) return withWholeReferences(model, changesOfPartial(record, snapshot));
  let comparator = comparators.get(model);
  if (!comparator) comparators.set(model, (comparator = compileComparator(model)));
  return withWholeReferences(model, comparator(entity, snapshot));
}

/** A foreign key of several columns is written as a whole: one of its columns may be emptied for a while, and all come back. */
function withWholeReferences(model: EntityModel, changes: ColumnModel[] | undefined): ColumnModel[] | undefined {
  if (!changes) return undefined;
  const whole = new Set(changes);
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo' || relation.own.length < 2) continue;
    if (relation.own.some((column) => whole.has(column)))
      for (const column of relation.own) if (!column.primary) whole.add(column);
  }
  return whole.size === changes.length ? changes : model.columns.filter((column) => whole.has(column));
}

export function compileComparator(model: EntityModel): Comparator {
  const lines = model.columns.map((column, i) => {
    const slot = `snapshot[${String(i)}]`;
    const add = `(changes ??= []).push(columns[${String(i)}]);`;
    if (model.shared.includes(column)) return `if (isSharedChanged(entity, columns[${String(i)}], ${slot})) ${add}`;
    if (column.relation) {
      // A foreign key is compared by the key of the entity that the relation holds.
      return `v = entity[${JSON.stringify(column.property)}]; s = ${slot};
        if (v === null ? s !== null : isChanged(entity, columns[${String(i)}], s)) ${add}`;
    }
    const read = `v = entity[${JSON.stringify(column.property)}]; s = ${slot};`;
    if (!column.type.immutable)
      return `${read} if (!(v === null && s === null) && isChanged(entity, columns[${String(i)}], s)) ${add}`;
    return `${read} if (v !== s && isChanged(entity, columns[${String(i)}], s)) ${add}`;
  });
  const source = `return function changed(entity, snapshot) { let changes, v, s; ${lines.join('\n')} return changes; }`;
  // The only text in it that is not ours are property names, and JSON.stringify makes string literals of these.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- compiled once a model
  return new Function('columns', 'isChanged', 'isSharedChanged', source)(
    model.columns,
    isChanged,
    isSharedChanged,
  ) as Comparator;
}

/** One column that is not equal at first sight. */
function isChanged(entity: EntityObject, column: ColumnModel, image: unknown): boolean {
  const { relation, property } = column;
  return differs(column, column.read(entity), image, { relation, held: relation && entity[property] });
}

/** A column that several properties hold: one of them says otherwise. */
function isSharedChanged(entity: EntityObject, column: ColumnModel, image: unknown): boolean {
  return claimsOn(entity, column, image).some((claim) => claim.isChanged);
}

/** Incomplete entities: only what was read, or written in spite of not being read, can have changed. */
function changesOfPartial(record: EntityRecord, snapshot: readonly unknown[]): ColumnModel[] | undefined {
  const { model, entity } = record;
  const changes = model.columns.filter((column) => {
    if (model.shared.includes(column)) return isSharedChanged(entity, column, imageIn(record, column));
    if (!Object.hasOwn(entity, column.property)) return false;
    const image = snapshot[column.index];
    return image === UNREAD || isChanged(entity, column, image);
  });
  return changes.length > 0 ? changes : undefined;
}
