/** Names that come from outside, looked up in the model; what is not there is refused with the nearest name that is. */
import { QueryError } from '../errors';
import type { EntityModel, PropertyModel } from '../metadata';

/** @throws QueryError naming the nearest properties */
export function propertyOf(model: EntityModel, name: string): PropertyModel {
  const property = model.properties.get(name);
  if (!property) throw unknownProperty(model, name);
  return property;
}

export function unknownProperty(model: EntityModel, name: string): QueryError {
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  const near = nearest(name, [...model.properties.keys()]);
  const remedy = near ? `Did you mean '${near}'?` : `It has ${[...model.properties.keys()].join(', ')}.`;
  return new QueryError(`${model.name} has no property ${JSON.stringify(shown)}. ${remedy}`, {
    entity: model.name,
    property: shown,
  });
}

/** The candidate that differs by the fewest letters, where that are few enough to be a slip. */
function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > 60) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance by the usual dynamic programme over one row. */
function editDistance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      row[j] = Math.min(above + 1, row[j - 1]! + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1));
      diagonal = above;
    }
  }
  return row[b.length]!;
}
