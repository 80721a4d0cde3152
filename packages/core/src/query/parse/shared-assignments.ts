/** Columns that several properties hold, in a mass update: what is set of one of them must be true of the others, whatever rows it meets. */
import { QueryError } from '../../errors';
import { keyImage } from '../../types';
import type { BelongsToModel, ColumnModel, EntityModel, EntityModels } from '../../metadata';
import { propertyOf } from './names';
import { referencedKey } from './reference-values';

/** The values of columns, and which property gave them. */
export class Assignments {
  readonly values = new Map<ColumnModel, unknown>();
  readonly #givenBy = new Map<ColumnModel, string>();

  constructor(private readonly model: EntityModel) {}

  /** @throws QueryError where another property gave the column another value */
  set(column: ColumnModel, value: unknown, property: string): void {
    const other = this.#givenBy.get(column);
    if (other !== undefined && !isSame(column, this.values.get(column), value)) {
      throw new QueryError(
        `update() is given ${this.model.name}.${other} and ${this.model.name}.${property}, which disagree about the column '${column.name}' that they share: give both the same.`,
        { entity: this.model.name, property },
      );
    }
    this.values.set(column, value);
    this.#givenBy.set(column, property);
  }

  /** The property that gave a column its value. */
  giver(column: ColumnModel): string | undefined {
    return this.#givenBy.get(column);
  }
}

function isSame({ type }: ColumnModel, one: unknown, other: unknown): boolean {
  if (one === null || other === null) return one === other;
  return keyImage(type, one) === keyImage(type, other);
}

/** What references that are set say of columns that they share with other properties is either said by these too, or by the filter. */
export function settleShared(
  models: EntityModels,
  {
    model,
    given,
    pinned,
  }: { model: EntityModel; given: ReadonlySet<string>; pinned: Readonly<Record<string, unknown>> },
  assignments: Assignments,
): void {
  for (const column of model.shared) {
    if (!assignments.values.has(column)) continue;
    const silent = silentHolder(column, given);
    if (silent === undefined) continue;
    const property = assignments.giver(column)!;
    const value = pinnedValue(models, model, { column, pinned });
    if (value === undefined || !isSame(column, value, assignments.values.get(column))) {
      throw new QueryError(
        `update() sets ${model.name}.${property}, which shares the column '${column.name}' with ${model.name}.${silent}: ` +
          `set ${silent} too, or filter by ${column.property}, so that only rows are met for which it is the same.`,
        { entity: model.name, property },
      );
    }
    assignments.values.delete(column);
  }
}

/** A property that holds the column, was not given, and does not follow what was. */
function silentHolder(column: ColumnModel, given: ReadonlySet<string>): string | undefined {
  const givers = column.references.filter(({ property }) => given.has(property));
  const owner = column.property;
  const ownerFollows = (): boolean => givers.some((by) => by.follows && coversOwner(column, by));
  if (!given.has(owner) && !ownerFollows()) return owner;
  return column.references.find(({ property, follows }) => property !== owner && !follows && !given.has(property))
    ?.property;
}

function coversOwner({ relation }: ColumnModel, by: BelongsToModel): boolean {
  return (relation?.columns ?? []).every((column) => by.columns.includes(column));
}

function pinnedValue(
  models: EntityModels,
  model: EntityModel,
  { column, pinned }: { column: ColumnModel; pinned: Readonly<Record<string, unknown>> },
): unknown {
  if (!column.relation && Object.hasOwn(pinned, column.property)) return pinned[column.property];
  for (const relation of column.references) {
    const value = Object.hasOwn(pinned, relation.property) ? pinned[relation.property] : null;
    if (value !== null && value !== undefined)
      return referencedKey(models, relation, value)[relation.columns.indexOf(column)];
  }
  return undefined;
}

/** Columns that are named more than once, by properties that share them, are looked for once. @throws QueryError where the values differ */
export function namedOnce(
  model: EntityModel,
  names: readonly string[],
  { columns, values }: { columns: readonly ColumnModel[]; values: readonly unknown[] },
): unknown[] {
  return values.filter((value, i) => {
    const first = columns.indexOf(columns[i]!);
    if (first !== i && !isSame(columns[i]!, values[first], value))
      throw new QueryError(
        `The values of ${model.name} (${names.join(', ')}) disagree about the column '${columns[i]!.name}', which ${names.filter((name) => holds(model, name, columns[i]!)).join(' and ')} share.`,
        { entity: model.name },
      );
    return first === i;
  });
}

function holds(model: EntityModel, name: string, column: ColumnModel): boolean {
  const property = propertyOf(model, name);
  if (property.kind === 'column') return property.column === column;
  return property.relation.kind === 'belongsTo' && property.relation.columns.includes(column);
}
