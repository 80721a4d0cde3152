/** Which columns of an entity differ from its snapshot: a function compiled for each model, a loop over primitives. */
import type { ColumnModel, EntityModel, EntityObject } from '../../metadata';
import { recordOf, UNREAD, type EntityRecord } from '../../entities';

/** The changed columns; undefined without changes. */
export type Comparator = (entity: EntityObject, snapshot: readonly unknown[]) => ColumnModel[] | undefined;

const comparators = new WeakMap<EntityModel, Comparator>();

export function changedColumns(record: EntityRecord): ColumnModel[] | undefined {
  const { model, entity, snapshot } = record;
  if (!snapshot) return undefined;
  if (record.partial) return changesOfPartial(model, entity, snapshot);
  let comparator = comparators.get(model);
  if (!comparator) comparators.set(model, (comparator = compileComparator(model)));
  return comparator(entity, snapshot);
}

export function compileComparator(model: EntityModel): Comparator {
  const lines = model.columns.map((column, i) => {
    const slot = `snapshot[${String(i)}]`;
    const add = `(changes ??= []).push(columns[${String(i)}]);`;
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
  return new Function('columns', 'isChanged', source)(model.columns, isChanged) as Comparator;
}

/** One column that is not equal at first sight. */
function isChanged(entity: EntityObject, column: ColumnModel, image: unknown): boolean {
  const value = column.read(entity);
  // A json column may hold the JSON text null, which reads as null too.
  if (value === null && image !== null && column.type.name === 'json') return !column.type.equals(value, image);
  if (value === null || image === null) return value !== image;
  // undefined is never stored: it is a change, which validation refuses, or a related entity whose key is not made yet.
  if (value === undefined) return true;
  return !column.type.equals(value, image) && !refersBySpelling(entity, column, image);
}

/** Whether the row refers to the entity that the relation holds by a spelling of its key that the database holds for equal. */
function refersBySpelling(
  entity: EntityObject,
  { relation, property, index, type }: ColumnModel,
  image: unknown,
): boolean {
  const spellings = relation && recordOf(entity[property] as object)?.spellings;
  if (!spellings) return false;
  const part = relation.columns.findIndex((column) => column.index === index);
  return spellings.some((key) => type.equals(key[part], image));
}

/** Incomplete entities: only what was read, or written in spite of not being read, can have changed. */
function changesOfPartial(
  model: EntityModel,
  entity: EntityObject,
  snapshot: readonly unknown[],
): ColumnModel[] | undefined {
  const changes = model.columns.filter((column) => {
    if (!Object.hasOwn(entity, column.property)) return false;
    const image = snapshot[column.index];
    return image === UNREAD || isChanged(entity, column, image);
  });
  return changes.length > 0 ? changes : undefined;
}
