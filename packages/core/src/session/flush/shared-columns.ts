/**
 * Columns that several properties hold: their owner writes them, and the others must agree. A property that says nothing else than another one
 * follows it: a plain column beside its reference, or two references by the same columns.
 */
import type { BelongsToModel, ColumnModel, EntityObject } from '../../metadata';
import {
  identityOf,
  keyOf,
  placeOfTarget,
  UNREAD,
  type EntityRecord,
  type EntityStore,
  type Identity,
  type Journal,
  type Place,
} from '../../entities';
import { claimsOn, imageIn, type Claim } from './claims';
import { PendingKey } from './pending-key';
import type { Refusal } from './row-failures';

/** The claim of a column that counts; undefined where nothing is said. */
interface Verdict {
  readonly claim: Claim | undefined;
  /** A claim that says otherwise and does not give way. */
  readonly against: Claim | undefined;
}

/** @param valueOf the value of a claim, where what it refers to has its key made by this flush */
export function verdictOn(
  record: EntityRecord,
  column: ColumnModel,
  valueOf: (claim: Claim) => unknown = ({ value }) => value,
): Verdict {
  const claims = claimsOn(record.entity, column, imageIn(record, column));
  const changed = claims.filter(({ isChanged }) => isChanged);
  const standing = changed.length === 0 ? claims : claims.filter((claim) => !givesWay(claim, changed));
  const [claim, ...others] = standing;
  return { claim, against: others.find((other) => !isSame(column, valueOf(claim!), valueOf(other))) };
}

/** What was not changed follows what was, if one of that says all that it says. */
function givesWay({ isChanged, relation }: Claim, changed: readonly Claim[]): boolean {
  if (isChanged || relation?.follows) return !isChanged;
  return changed.some(
    ({ relation: by }) => by?.follows && (relation?.columns ?? []).every((one) => by.columns.includes(one)),
  );
}

function isSame({ type }: ColumnModel, one: unknown, other: unknown): boolean {
  if (one instanceof PendingKey && other instanceof PendingKey) return one.leadsTo(other);
  if (one instanceof PendingKey || other instanceof PendingKey) return false;
  if (one === null || other === null || one === undefined || other === undefined) return one === other;
  // What is no value of the type is told as such.
  return type.refuse(one) !== undefined || type.refuse(other) !== undefined || type.equals(one, type.snapshot(other));
}

/** Two claims that do not agree, and their values. */
export function disagreement(
  { model: { name } }: EntityRecord,
  column: ColumnModel,
  claims: readonly (readonly [claim: Claim, value: unknown])[],
): Refusal {
  const [one, other] = claims.map(([{ property }, value]) => `${name}.${property} says ${spell(value, column)}`);
  const message = `${one!} for the column '${column.name}', and ${other!}: give both the same, for they share the column.`;
  return { property: claims[1]![0].property, message };
}

function spell(value: unknown, { hidden }: ColumnModel): string {
  if (hidden) return 'another value';
  if (value instanceof PendingKey) return 'the key of a new row';
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** Where properties are set to what others say. */
export class Following {
  /** New entities by their keys: they are looked at once. */
  readonly #added = new Map<Place, Map<Identity, EntityObject>>();

  constructor(
    readonly store: EntityStore,
    readonly journal: Journal,
  ) {}

  /** The entity of a key, which may be new. */
  referred(record: EntityRecord, relation: BelongsToModel, key: readonly unknown[]): EntityObject {
    const place = placeOfTarget(relation, record);
    return this.#addedAt(place).get(identityOf(relation.target, key)) ?? this.store.reference(place, key).entity;
  }

  #addedAt(place: Place): ReadonlyMap<Identity, EntityObject> {
    const known = this.#added.get(place);
    if (known) return known;
    const found = new Map<Identity, EntityObject>();
    for (const { place: own, model, entity } of this.store.added) {
      const key = own === place ? keyOf(model, entity) : undefined;
      const identity = key && identityOf(model, key);
      if (identity !== undefined && !found.has(identity)) found.set(identity, entity);
    }
    this.#added.set(place, found);
    return found;
  }
}

/** Sets what follows to what it follows, as far as that is known before rows are written. Disagreement is told when rows are made. */
export function followOthers(following: Following, record: EntityRecord): void {
  const { entity, model } = record;
  const values = new Map<ColumnModel, unknown>();
  for (const column of model.shared) {
    const { claim, against } = verdictOn(record, column);
    if (!claim || against || claim.value === undefined) continue;
    // A key that was changed is refused, by the name of what was changed.
    if (column.primary && record.hasRow && claim.isChanged) continue;
    values.set(column, claim.value);
    if (!column.relation && claim.relation && isOtherwise(record, column, claim.value))
      following.journal.setProperty(entity, column.property, claim.value);
  }
  pointToRows(following, record, values);
}

function isOtherwise({ entity, partial }: EntityRecord, column: ColumnModel, value: unknown): boolean {
  // What was not read says nothing else.
  if (partial && !Object.hasOwn(entity, column.property)) return false;
  return !isSame(column, entity[column.property], value);
}

/** Makes references that say nothing else than others refer to the rows that these say. */
function pointToRows(following: Following, record: EntityRecord, values: ReadonlyMap<ColumnModel, unknown>): void {
  for (const relation of record.model.relations) {
    if (relation.kind !== 'belongsTo' || !relation.columns.every((column) => values.has(column))) continue;
    const key = relation.columns.map((column) => values.get(column));
    pointTo(following, record, { relation, key });
  }
}

function pointTo(
  following: Following,
  record: EntityRecord,
  { relation, key }: { relation: BelongsToModel; key: readonly unknown[] },
): void {
  const { journal } = following;
  const { entity } = record;
  const { property, columns, target, follows } = relation;
  if (record.partial && !Object.hasOwn(entity, property)) return;
  const held = entity[property] as EntityObject | null | undefined;
  // An owner is followed, unless it says nothing.
  if (held && !follows) return;
  if (key.includes(null)) {
    if (held !== null) journal.setProperty(entity, property, null);
    return;
  }
  if (columns.some((column, i) => column.type.refuse(key[i]) !== undefined)) return;
  const known = held && keyOf(target, held);
  if (known && identityOf(target, known) === identityOf(target, key)) return;
  if (held && !known) return;
  journal.setProperty(entity, property, following.referred(record, relation, key));
}

/** After a row was written: properties of what was not known before. */
export function followRow(following: Following, record: EntityRecord): void {
  const { entity, model, snapshot, partial } = record;
  if (!snapshot || model.shared.length === 0) return;
  const values = new Map<ColumnModel, unknown>();
  for (const column of model.shared) {
    const image = snapshot[column.index];
    if (image === UNREAD || image === undefined) continue;
    const value = image === null || column.type.immutable ? image : column.type.fromSnapshot(image);
    values.set(column, value);
    if (column.relation || (partial && !Object.hasOwn(entity, column.property))) continue;
    if (!isSame(column, entity[column.property], value)) following.journal.setProperty(entity, column.property, value);
  }
  pointToRows(following, record, values);
}
