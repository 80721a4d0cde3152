/** What the properties that hold one column say of it: a plain column, and each reference that it is a foreign key of. */
import { readReference, type BelongsToModel, type ColumnModel, type EntityObject } from '../../metadata';
import { recordOf, rowReference, UNREAD, type EntityRecord } from '../../entities';

/** One property's word on a column. */
export interface Claim {
  readonly property: string;
  /** undefined: the plain column. */
  readonly relation: BelongsToModel | undefined;
  /** undefined: what it refers to has no key yet, or the property was set to undefined. */
  readonly value: unknown;
  /** Whether the row says otherwise. */
  readonly isChanged: boolean;
}

/** Only what was given is said: of a new entity null is nothing beside a value. */
export function claimsOn(entity: EntityObject, column: ColumnModel, image: unknown): Claim[] {
  const record = recordOf(entity);
  const isPartial = record?.partial === true;
  const isNew = image === undefined;
  const claims: Claim[] = [];
  const add = (property: string, relation: BelongsToModel | undefined): void => {
    if (isPartial && !Object.hasOwn(entity, property)) return;
    const held = entity[property];
    if (isNew && (held === undefined || held === null)) return;
    if (relation?.nullable && held === null) {
      // A reference to nothing says nothing of the columns that others need, and nothing new where the row names nothing: a part of its key may stand there.
      if (!relation.own.includes(column) || (record && rowReference(record, relation) === null)) return;
    }
    const value = relation ? readReference(column, relation, held) : held;
    const isChanged = isNew || image === UNREAD || differs(column, value, image, { relation, held });
    claims.push({ property, relation, value, isChanged });
  };
  if (!column.relation) add(column.property, undefined);
  for (const relation of column.references) add(relation.property, relation);
  return claims;
}

/** Whether a value is not the one of the row. `held`: what `relation` refers to. */
export function differs(
  { type, index }: ColumnModel,
  value: unknown,
  image: unknown,
  { relation, held }: { relation: BelongsToModel | undefined; held: unknown },
): boolean {
  // A json column may hold the JSON text null, which reads as null too.
  if (value === null && image !== null && type.name === 'json') return !type.equals(value, image);
  if (value === null || image === null) return value !== image;
  // undefined is never stored: it is a change, which validation refuses, or a related entity whose key is not made yet.
  if (value === undefined) return true;
  if (type.equals(value, image)) return false;
  // The row may refer to the entity by a spelling of its key that the database holds for equal.
  const spellings = relation && recordOf(held as object)?.spellings;
  if (!spellings) return true;
  const part = relation.columns.findIndex((column) => column.index === index);
  return !spellings.some((key) => type.equals(key[part], image));
}

/** Of a row of one entity: what it was known to have; undefined of a new one. */
export function imageIn({ snapshot }: EntityRecord, { index }: ColumnModel): unknown {
  return snapshot ? (snapshot[index] ?? null) : undefined;
}
