/** Keys: how the identity map finds an entity, and how they are read from rows and entities. */
import { describeRow, type ColumnModel, type EntityModel, type EntityObject } from '../metadata';
import { rowKey, type EntityRecord } from './record';
import { keyImage, type Codec } from '../types';

/** What the identity map is keyed by: the value itself for one immutable column, else a text of all of them. */
export type Identity = string | number | bigint | boolean;

/** Key values in the order of `model.key`. */
export type KeyValues = readonly unknown[];

/** The key of an entity; undefined while any part of it is missing. */
export function keyOf(model: EntityModel, entity: EntityObject): KeyValues | undefined {
  const { key } = model;
  const values = new Array<unknown>(key.length);
  for (let i = 0; i < key.length; i++) {
    const value = key[i]!.read(entity);
    if (value === undefined || value === null) return undefined;
    values[i] = value;
  }
  return values;
}

export function identityOf(model: EntityModel, values: KeyValues): Identity {
  if (model.key.length === 1) return identityPart(model.key[0]!, values[0]);
  // A NUL cannot occur inside a value: column types refuse it.
  return model.key.map((column, i) => String(identityPart(column, values[i]))).join('\0');
}

/** Where a part of a key stands in a row, and how it is read. */
export interface KeyPlace {
  readonly at: number;
  readonly codec: Codec;
}

/**
 * Reads the identity of a key from rows; undefined where a part of it is NULL. On the way of every row, so that the usual key of one column
 * takes no array.
 */
export function identityReader(
  model: EntityModel,
  places: readonly KeyPlace[],
): (row: readonly unknown[]) => Identity | undefined {
  if (places.length !== 1)
    return (row) => {
      const key = readKeyAt(row, places);
      return key && identityOf(model, key);
    };
  const [{ at, codec }] = places as [KeyPlace];
  const [column] = model.key as [ColumnModel];
  return (row) => {
    const raw = row[at];
    return raw === null || raw === undefined ? undefined : identityPart(column, codec.fromDatabase(raw));
  };
}

/** The parts of a key in a row; undefined where one is NULL. */
export function readKeyAt(row: readonly unknown[], places: readonly KeyPlace[]): KeyValues | undefined {
  const key = new Array<unknown>(places.length);
  for (let i = 0; i < places.length; i++) {
    const { at, codec } = places[i]!;
    const raw = row[at];
    if (raw === null || raw === undefined) return undefined;
    key[i] = codec.fromDatabase(raw);
  }
  return key;
}

function identityPart({ type }: ColumnModel, value: unknown): Identity {
  // The usual keys need no image: this is on the way of every row.
  return type.name === 'integer' && typeof value === 'number' ? value : keyImage(type, value);
}

/** The identity of an entity's row as it was read or written last; undefined where it has none. */
export function rowIdentity(record: EntityRecord): Identity | undefined {
  const { snapshot } = record;
  if (!snapshot) return undefined;
  const { key } = record.model;
  // The usual key of one column takes no array.
  if (key.length === 1 && key[0]!.type.immutable) return identityPart(key[0]!, snapshot[key[0]!.index]);
  return identityOf(record.model, rowKey(record)!);
}

/** `Album 3`, `Seat (4, 7)`, `new Album`: an entity in a message. */
export function describe(model: EntityModel, key: KeyValues | undefined): string {
  return key ? describeRow(model, key) : `new ${model.name}`;
}
