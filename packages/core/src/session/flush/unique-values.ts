/** Unique values that change hands: who has which by its row, and who is to have which. Keys count, for a row may go while another takes its key. */
import type { ColumnModel, EntityModel } from '../../metadata';
import { UNREAD, type EntityRecord, type Place } from '../../entities';
import { keyImage, type ColumnType } from '../../types';
import { PendingKey } from './pending-key';
import type { RowValues } from './rows';

/** Columns that no two rows of a table have the same values in. */
export type Unique = readonly ColumnModel[];

const uniques = new WeakMap<EntityModel, readonly Unique[]>();

export function uniquesOf(model: EntityModel): readonly Unique[] {
  let found = uniques.get(model);
  if (!found) {
    const indexes = model.indexes.filter(
      ({ unique, expression, columns }) => unique && expression === undefined && columns.length > 0,
    );
    uniques.set(model, (found = [model.key, ...indexes.map(({ columns }) => columns)]));
  }
  return found;
}

/** Which of `T` holds a unique value, place by place. */
export class Holders<T> {
  readonly #byPlace = new Map<Place, Map<Unique, Map<string, T>>>();

  get size(): number {
    return this.#byPlace.size;
  }

  set(place: Place, unique: Unique, { image, holder }: { image: string; holder: T }): void {
    let ofPlace = this.#byPlace.get(place);
    if (!ofPlace) this.#byPlace.set(place, (ofPlace = new Map<Unique, Map<string, T>>()));
    let ofUnique = ofPlace.get(unique);
    if (!ofUnique) ofPlace.set(unique, (ofUnique = new Map<string, T>()));
    ofUnique.set(image, holder);
  }

  /** Whether any value of this kind is held. */
  any(place: Place, unique: Unique): boolean {
    return this.#byPlace.get(place)?.has(unique) ?? false;
  }

  get(place: Place, unique: Unique, image: string): T | undefined {
    return this.#byPlace.get(place)?.get(unique)?.get(image);
  }
}

/** What the row of an entity has; undefined where a part is NULL or was not read, which collides with nothing that is known. */
export function heldImage({ snapshot }: EntityRecord, unique: Unique): string | undefined {
  return imageOf(unique, (column) => heldValue(snapshot, column));
}

/** What a row has in a column; UNREAD where that is not known. */
export function heldValue(snapshot: readonly unknown[] | undefined, { index, type }: ColumnModel): unknown {
  const image = snapshot?.[index];
  return image === UNREAD || image === null || image === undefined || type.immutable ? image : type.fromSnapshot(image);
}

/** What a row is to have: its new values, and what it has already in columns that are not written. */
export function wantedImage(row: RowValues, unique: Unique, written: readonly ColumnModel[]): string | undefined {
  return imageOf(unique, (column) => wantedValue(row, column, written));
}

export function wantedValue(
  { record, values }: RowValues,
  column: ColumnModel,
  written: readonly ColumnModel[],
): unknown {
  return written.includes(column) ? values[column.index] : heldValue(record.snapshot, column);
}

/** @param spell what stands for a part in the image. Default: the part itself */
export function imageOf(
  unique: Unique,
  valueOf: (column: ColumnModel) => unknown,
  spell: (type: ColumnType, image: string) => string = (_, image) => image,
): string | undefined {
  const parts: string[] = [];
  for (const column of unique) {
    const value = valueOf(column);
    if (value === null || value === undefined || value === UNREAD || value instanceof PendingKey) return undefined;
    parts.push(spell(column.type, String(keyImage(column.type, value))));
  }
  // A NUL cannot occur inside a value: column types refuse it.
  return parts.join('\0');
}
