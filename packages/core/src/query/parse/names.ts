/** Names that come from outside, looked up in the model; what is not there is refused with the nearest name that is and is not hidden. */
import { QueryError, type ErrorAudience } from '../../errors';
import { nearest, type EntityModel, type PropertyModel } from '../../metadata';

/** @throws QueryError naming the nearest properties; `audience`: who gave the name. Default: the developer */
export function propertyOf(model: EntityModel, name: string, audience?: ErrorAudience): PropertyModel {
  const property = model.properties.get(name);
  if (!property) throw unknownProperty(model, name, audience);
  return property;
}

export function unknownProperty(model: EntityModel, name: string, audience?: ErrorAudience): QueryError {
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  // What is much longer than any name is no slip, and not worth a comparison.
  const names = [...model.properties].flatMap(([one, held]) =>
    held.kind === 'column' && held.column.hidden ? [] : [one],
  );
  const near = name.length > 60 ? undefined : nearest(name, names);
  const remedy = near ? `Did you mean '${near}'?` : `It has ${names.join(', ')}.`;
  return new QueryError(`${model.name} has no property ${JSON.stringify(shown)}. ${remedy}`, {
    audience,
    entity: model.name,
    property: shown,
  });
}
