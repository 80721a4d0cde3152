/**
 * Columns that several properties hold: a tenant in two foreign keys, a foreign key that is part of the key, a plain column beside its reference.
 * There is one column for all of them, and one of them owns it.
 */
import type { BelongsToModel } from '../entity-model';
import type { ColumnType } from '../../types';
import type { Building, BuildingBelongsTo, BuildingColumn, BuildingModel, Ends } from './building';
import type { MergedDraft } from './merged-draft';

/** Gives a new relation the columns that the entity has already, where they have the same names, and the entity those that it lacks. */
export function adoptColumns(building: Building, { draft, owner }: Ends, relation: BuildingBelongsTo): void {
  const isKey = draft.properties.get(relation.property)!.key !== undefined;
  relation.columns = relation.columns.map((fresh) => {
    const same = owner.columns.find(
      ({ name, property }) => property !== relation.property && name.toLowerCase() === fresh.name.toLowerCase(),
    );
    // Two columns of one relation that have one name are a mistake, which is told with all names that clash.
    if (!same || relation.columns.some((other) => other !== fresh && other.name === fresh.name)) {
      owner.columns.push(fresh);
      if (isKey) owner.key.push(fresh);
      return fresh;
    }
    const complaint = complaintOfSharing(owner, same, { relation, fresh });
    if (complaint !== undefined) building.problems.add(draft.name, relation.property, complaint);
    same.references = [...same.references, relation];
    same.nullable &&= fresh.nullable;
    same.updatable &&= fresh.updatable;
    if (isKey && !same.primary) {
      same.primary = true;
      owner.key.push(same);
    }
    return same;
  });
}

function complaintOfSharing(
  { name }: BuildingModel,
  column: BuildingColumn,
  { relation, fresh }: { relation: BuildingBelongsTo; fresh: BuildingColumn },
): string | undefined {
  const other = `${name}.${column.property}`;
  const shared = `shares the column '${column.name}' with ${other}`;
  if (!holdSameValues(column.type, fresh.type)) {
    return `${shared}, which is ${column.type.name}, but the key of ${relation.target.name} is ${fresh.type.name} there: give both the same type, or name another column.`;
  }
  if (column.computed !== undefined) {
    return `${shared}, which the database computes, so that it cannot be set: name another column.`;
  }
  if (column.relation) return undefined;
  if (fresh.primary && !column.primary) {
    return `is part of the key and ${shared}, which is not: write @PrimaryKey at ${column.property} too.`;
  }
  if (column.nullable && !fresh.nullable) {
    return `${shared}, which is nullable, but is not nullable itself: leave nullable out at ${column.property}, or write nullable: true here.`;
  }
  return undefined;
}

const NUMBERS = ['smallint', 'integer'];
const TEXTS = ['text', 'varchar'];

/** Whether a value of one type is the same value of the other. */
export function holdSameValues(one: ColumnType, other: ColumnType): boolean {
  const isAlike = [NUMBERS, TEXTS].some((names) => names.includes(one.name) && names.includes(other.name));
  return (
    (one.name === other.name || isAlike) &&
    one.options.as === other.options.as &&
    one.custom?.conversion.toDatabase === other.custom?.conversion.toDatabase
  );
}

/** Settles who owns the columns that are shared, and what of a reference is NULL where it refers to nothing. Key and relations are known by now. */
export function settleSharing({ problems }: Building, draft: MergedDraft, model: BuildingModel): void {
  const relations = model.relations.filter((relation): relation is BuildingBelongsTo => relation.kind === 'belongsTo');
  for (const column of model.columns) {
    if (column.references.length === 0) continue;
    if (column.relation) settleOwner(model, column);
    else {
      const complaint = settleGeneratedKey(draft, column);
      if (complaint !== undefined) problems.add(draft.name, column.property, complaint);
    }
  }
  for (const relation of relations) {
    relation.follows = relation.columns.every((column) => column.relation !== relation);
    relation.own = ownColumns(relation);
    const complaint = complaintOfEmpty(relation);
    if (complaint !== undefined) problems.add(draft.name, relation.property, complaint);
  }
}

/** A reference that is part of the key, else one that this column is all of, else one that is required, else the first. */
function settleOwner(model: BuildingModel, column: BuildingColumn): void {
  const rank = (relation: BelongsToModel): number =>
    (model.keyProperties.includes(relation.property) ? 0 : 4) +
    (relation.columns.length === 1 ? 0 : 2) +
    (relation.nullable ? 1 : 0);
  const [first] = [...column.references].sort((a, b) => rank(a) - rank(b));
  column.relation = first!;
  column.property = first!.property;
  column.nullable = column.references.every(({ nullable }) => nullable);
}

/** A key that is a foreign key as well has the value of the key that it refers to. */
function settleGeneratedKey({ properties }: MergedDraft, column: BuildingColumn): string | undefined {
  if (column.generated === undefined) return undefined;
  const said = properties.get(column.property)?.key?.generated;
  const { property } = column.references[0]!;
  if (said === undefined) column.generated = undefined;
  return typeof said === 'string'
    ? `is generated: '${said}', but its column '${column.name}' is a foreign key of ${property} too, which has the value of another row: write generated: false.`
    : undefined;
}

function ownColumns(relation: BuildingBelongsTo): readonly BuildingColumn[] {
  const { nullable, columns } = relation;
  const alone = columns.filter((column) => column.relation === relation && column.references.length === 1);
  if (alone.length > 0) return alone;
  return nullable ? columns.filter((column) => column.nullable) : columns;
}

function complaintOfEmpty({ nullable, own, columns, onDelete, onUpdate }: BuildingBelongsTo): string | undefined {
  if (nullable && own.length === 0) {
    return `is nullable, but each of its columns (${columns.map(({ name }) => name).join(', ')}) is held by a property that is not: leave nullable out, or write nullable: true there too.`;
  }
  const isEmptied = [onDelete, onUpdate].includes('set null');
  const kept = columns.find((column) => !own.includes(column as BuildingColumn));
  return isEmptied && kept
    ? `has the action 'set null', which would empty the column '${kept.name}' of ${kept.property} too: write another action.`
    : undefined;
}
