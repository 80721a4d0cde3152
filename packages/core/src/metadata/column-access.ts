/**
 * How the value of a column is read from an entity and written into it: the only code that turns a column into `entity[…]`. The readers of
 * a model are compiled, so that the engine meets few shapes of objects at each of them.
 */
import type { ColumnModel, EntityObject } from './entity-model';

type Access = Pick<ColumnModel, 'read' | 'write'>;

/** The access of each column, in the order of the columns. */
export function accessOf(columns: readonly ColumnModel[]): Access[] {
  const properties = compileReaders(columns.map(({ property }) => property));
  return columns.map((column, i) => ({
    read: column.relation ? keyReader(column, properties[i]!) : properties[i]!,
    write: (entity, value) => {
      entity[column.property] = value;
    },
  }));
}

/** A foreign key has the value that the related entity has in its key, which may be a foreign key itself. */
function keyReader(column: ColumnModel, readProperty: ColumnModel['read']): ColumnModel['read'] {
  const { target, columns } = column.relation!;
  const position = columns.indexOf(column);
  return (entity) => {
    const related = readProperty(entity);
    if (related === null || related === undefined) return related;
    return target.key[position]!.read(related as EntityObject);
  };
}

function compileReaders(properties: readonly string[]): ColumnModel['read'][] {
  // The only text in it that is not ours are property names, and JSON.stringify makes string literals of these.
  const functions = properties.map((property) => `(entity) => entity[${JSON.stringify(property)}]`);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- compiled once a model
  return new Function(`return [${functions.join(', ')}];`)() as ColumnModel['read'][];
}
