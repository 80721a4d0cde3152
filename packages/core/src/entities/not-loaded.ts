/** The error for a property that was not read, with the line that reads it. */
import { NotLoadedError } from '../errors';
import type { EntityModel } from '../metadata';

export function notLoaded(model: EntityModel, property: string): NotLoadedError {
  const held = model.properties.get(property);
  const variable = model.name.charAt(0).toLowerCase() + model.name.slice(1);
  const hidden = model.softDelete ? '; an include leaves soft-deleted rows out, unless .withDeleted() is said' : '';
  if (held?.kind === 'column' && held.column.deferred) {
    return new NotLoadedError(
      `${model.name}.${property} is deferred and was not read: write .undefer('${property}') in the query, with the relation before it where it is included ` +
        `('<relation>.${property}'), or await session.refresh(${variable}).`,
      { entity: model.name, property },
    );
  }
  const remedy =
    held?.kind === 'relation' && held.relation.kind !== 'belongsTo'
      ? `write .include('${property}') in the query, or await session.load(${variable}, '${property}')`
      : `load this ${model.name} by .include(…) in the query that led here or by await session.load(…, '<relation>'), ` +
        `or read its row, by any query that finds it or by await session.refresh(${variable})`;
  return new NotLoadedError(`${model.name}.${property} is not loaded: ${remedy}${hidden}.`, {
    entity: model.name,
    property,
  });
}
