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

/** What the owner of a column does not say, another reference may. */
function sharedReader(column: ColumnModel, readOwner: ColumnModel['read']): ColumnModel['read'] {
  const others = column.references.filter((relation) => relation !== column.relation);
  if (others.length === 0) return readOwner;
  return (entity) => {
    const value = readOwner(entity);
    if (value !== undefined && value !== null) return value;
    for (const relation of others) {
      const referred = readReference(column, relation, ownValue(entity, relation.property));
      if (referred !== undefined && referred !== null) return referred;
    }
    return value;
  };
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
export function readReference(column: ColumnModel, { target, columns }: BelongsToModel, held: unknown): unknown {
  if (held === null || held === undefined) return held;
  return target.key[columns.indexOf(column)]!.read(held as EntityObject);
}

/** The only text in these that is not ours are property names, as string literals that JSON.stringify made. */
function compile<Compiled>(functions: readonly string[]): Compiled[] {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- compiled once a model
  return new Function(`return [${functions.join(', ')}];`)() as Compiled[];
}
