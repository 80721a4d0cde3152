/**
 * How the value of a column is read from an entity and written into it: the only code that turns a column into `entity[…]`. The readers
 * and writers of a model are compiled, so that the engine meets few shapes of objects at each of them.
 */
import type { BelongsToModel, ColumnModel, EntityObject } from './entity-model';

type Access = Pick<ColumnModel, 'read' | 'write'>;

/** The access of each column, in the order of the columns. */
export function accessOf(columns: readonly ColumnModel[]): Access[] {
  const names = columns.map(({ property }) => JSON.stringify(property));
  const properties = compile<ColumnModel['read']>(names.map((name) => `(entity) => entity[${name}]`));
  const writers = compile<ColumnModel['write']>(names.map((name) => `(entity, value) => { entity[${name}] = value; }`));
  return columns.map((column, i) => ({
    read: sharedReader(column, column.relation ? keyReader(column, column.relation, properties[i]!) : properties[i]!),
    write: writers[i]!,
  }));
}

/** Where a column was looked for on the way to its value: references may lead round in a ring. */
let passed: Map<ColumnModel, Set<EntityObject>> | undefined;

/** What the owner of a column does not say, another reference may. */
function sharedReader(column: ColumnModel, readOwner: ColumnModel['read']): ColumnModel['read'] {
  if (column.references.every((relation) => relation === column.relation)) return readOwner;
  return (entity) => {
    const value = readOwner(entity);
    return value ?? readOthers(entity, column) ?? value;
  };
}

/** Each entity is asked once, so that rings end, and many ways to one entity take no longer than one. */
function readOthers(entity: EntityObject, column: ColumnModel): unknown {
  const isFirst = passed === undefined;
  passed ??= new Map();
  try {
    const asked = passed.get(column);
    if (asked?.has(entity)) return undefined;
    if (asked) asked.add(entity);
    else passed.set(column, new Set([entity]));
    for (const relation of tellersOf(entity, column)) {
      const value =
        relation === column.relation ? undefined : readReference(column, relation, entity[relation.property]);
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  } finally {
    if (isFirst) passed = undefined;
  }
}

/**
 * The references that may tell a column that no plain value is given for: its owner alone if that refers to something, else one that leads straight to
 * the row that makes the value, else all others that refer to something.
 */
export function tellersOf(entity: EntityObject, column: ColumnModel): readonly BelongsToModel[] {
  const { relation: owner, references } = column;
  const tells = ({ property }: BelongsToModel): boolean => {
    const held = ownValue(entity, property);
    return typeof held === 'object' && held !== null;
  };
  if (owner && tells(owner)) return [owner];
  const telling = references.filter(tells);
  const straight = telling.find((relation) => keyColumn(relation, column).references.length === 0);
  return straight ? [straight] : telling;
}

/** The column of the key that a foreign key refers to. */
export function keyColumn({ target, columns }: BelongsToModel, column: ColumnModel): ColumnModel {
  return target.key[columns.indexOf(column)]!;
}

/** An entity that was not loaded refuses to tell what was not read. */
function ownValue(entity: EntityObject, property: string): unknown {
  return Object.hasOwn(entity, property) ? entity[property] : undefined;
}

/** A foreign key has the value that the related entity has in its key, which may be a foreign key itself. */
function keyReader(
  column: ColumnModel,
  relation: BelongsToModel,
  readProperty: ColumnModel['read'],
): ColumnModel['read'] {
  const position = relation.columns.indexOf(column);
  return (entity) => {
    const related = readProperty(entity);
    if (related === null || related === undefined) return related;
    return relation.target.key[position]!.read(related as EntityObject);
  };
}

/** What `held`, in the property of a relation, says of one of its columns. */
export function readReference(column: ColumnModel, relation: BelongsToModel, held: unknown): unknown {
  if (held === null || held === undefined) return held;
  return keyColumn(relation, column).read(held as EntityObject);
}

/** The only text in these that is not ours are property names, as string literals that JSON.stringify made. */
function compile<Compiled>(functions: readonly string[]): Compiled[] {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- compiled once a model
  return new Function(`return [${functions.join(', ')}];`)() as Compiled[];
}
