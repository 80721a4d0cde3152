/** The rows that `getOrCreateMany` is asked for: by which columns they are known, and which values a new one gets. */
import { QueryError } from '../../errors';
import type { ColumnModel, EntityModel, EntityModels } from '../../metadata';
import { keyImage } from '../../types';
import { isPlainObject } from '../expressions/operator-checks';
import { describeValue } from '../../describe-value';
import { propertyOf } from '../parse/names';
import { referencedKey } from '../parse/reference-values';
import { namedOnce } from '../parse/shared-assignments';
import { assertNamesRow, equalities, newValues } from '../parse/write-values';
import { memberOf } from './collection-rows';
import type { WantedRow, WantedRows } from '../wanted-row';
import type { QueryState } from './state';

type DefaultsOf = object | ((where: object, index: number) => object);

/** @throws QueryError for conditions that are no values, or that name other properties than the first one */
export function wantedRows(
  models: EntityModels,
  state: QueryState,
  { wheres, defaults }: { wheres: unknown; defaults: DefaultsOf },
): WantedRows {
  const { model } = state;
  if (!Array.isArray(wheres))
    throw new QueryError(`getOrCreateMany() on ${model.name} takes an array, got ${describeValue(wheres)}.`, {
      entity: model.name,
    });
  const given = wheres as object[];
  for (const where of given) assertNamesRow(model, where);
  const names = Object.keys(given[0] ?? {}).sort();
  const named = names.flatMap((name) => columnsOf(model, name));
  const columns = [...new Set(named)];
  const shared = equalities(model, state.criteria);
  const byImage = new Map<string, WantedRow>();
  const images = given.map((where, index) => {
    const values = valuesOf(model, where, names);
    const all = names.flatMap((name) => knownBy(models, model, { name, value: values[name] }));
    const known = named.length === columns.length ? all : namedOnce(model, names, { columns: named, values: all });
    const image = imageOf(columns, known);
    if (!byImage.has(image)) {
      const own: unknown = typeof defaults === 'function' ? defaults(where, index) : defaults;
      if (!isPlainObject(own))
        throw new QueryError(
          `The defaults of getOrCreateMany() on ${model.name} are an object of properties, got ${describeValue(own)}.`,
          { entity: model.name },
        );
      byImage.set(image, { known, image, values: memberOf(models, state, { ...shared, ...values, ...own }) });
    }
    return image;
  });
  const rows = [...byImage.values()].sort(inSharedOrder);
  const places = new Map(rows.map(({ image }, place) => [image, place]));
  return { columns, rows, places: images.map((image) => places.get(image)!) };
}

/** Compared as text: what it is equal to, it is known by. */
export function imageOf(columns: readonly ColumnModel[], values: readonly unknown[]): string {
  // Neither can occur inside of a value: column types refuse a NUL.
  return columns.map(({ type }, i) => (values[i] === null ? '\0' : String(keyImage(type, values[i])))).join('\0\0');
}

/** Case is looked at last: callers who spell a name in different ways meet at one row where case does not count. */
function inSharedOrder(one: WantedRow, other: WantedRow): number {
  const [a, b] = [one.image.toLowerCase(), other.image.toLowerCase()];
  if (a !== b) return a < b ? -1 : 1;
  return one.image < other.image ? -1 : 1;
}

function columnsOf(model: EntityModel, name: string): readonly ColumnModel[] {
  const property = propertyOf(model, name);
  if (property.kind === 'column') return [property.column];
  if (property.relation.kind === 'belongsTo') return property.relation.columns;
  throw new QueryError(
    `getOrCreateMany() on ${model.name} cannot find rows by ${name}, which no column of ${model.name} holds.`,
    { entity: model.name, property: name },
  );
}

function valuesOf(model: EntityModel, where: object, names: readonly string[]): Record<string, unknown> {
  const own = Object.keys(where).sort();
  if (own.length !== names.length || own.some((name, i) => name !== names[i]))
    throw new QueryError(
      `getOrCreateMany() on ${model.name} finds all rows by the same properties: one names ${names.join(', ')}, another one ${own.join(', ')}.`,
      { entity: model.name },
    );
  // Nothing among the defaults can stand for a condition here: rows are found by it, many at a time.
  return newValues(model, where, {}) as Record<string, unknown>;
}

function knownBy(
  models: EntityModels,
  model: EntityModel,
  { name, value }: { name: string; value: unknown },
): readonly unknown[] {
  const property = propertyOf(model, name);
  const invalid = { code: 'INVALID_VALUE', entity: model.name, property: name } as const;
  if (value === null) {
    const columns = columnsOf(model, name);
    if (columns.every(({ nullable }) => nullable)) return columns.map(() => null);
    throw new QueryError(`${model.name}.${name} is not nullable: no row has null there.`, invalid);
  }
  if (property.kind === 'relation')
    return property.relation.kind === 'belongsTo' ? referencedKey(models, property.relation, value) : [];
  const reason = property.column.type.refuse(value);
  if (reason !== undefined) throw new QueryError(`${model.name}.${name} ${reason}.`, invalid);
  return [value];
}
