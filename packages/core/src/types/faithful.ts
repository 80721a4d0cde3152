/** Codecs for engines that keep as texts what has a type of its own elsewhere: they compare what is stored, letter by letter. */
import { types } from 'node:util';
import type { Codec, ColumnType } from './column-type';
import { unreadable } from './refusal';

/**
 * The neutral codec of `type`, whose reader refuses spellings that no comparison would find: what is read can be looked for. `isFaithful` tells them
 * apart, `remedy` ends the sentence "The database holds … in a uuid column: …".
 */
export function faithfulCodec(
  type: ColumnType,
  { isFaithful, remedy }: { isFaithful: (raw: unknown) => boolean; remedy: string },
): Codec {
  return {
    toDatabase: (value) => type.toDatabase(value),
    fromDatabase(raw) {
      if (isFaithful(raw)) return type.fromDatabase(raw);
      // What is no value of the type at all has an error of its own.
      type.fromDatabase(raw);
      throw unreadable(type.name, raw, remedy);
    },
  };
}

/** Uuids in small letters, where they are texts: in capitals, or as bytes, they are not found by the text that is read. */
export const uuidText = {
  isFaithful: (raw: unknown): boolean => typeof raw === 'string' && raw === raw.toLowerCase(),
  remedy:
    "it is compared as a text in small letters, and would not be found: write it so (update … set … = lower(…)), or declare the column as 'text', bytes as 'binary'",
} as const;

const DIGITS: ReadonlySet<unknown> = new Set([0, 1, 0n, 1n, '0', '1', true, false]);

/** Booleans as numbers, where the engine has no type for them; MySQL's bit(1) comes as one byte. */
export const booleanNumber = {
  isFaithful: (raw: unknown): boolean => DIGITS.has(raw) || types.isUint8Array(raw),
  remedy: "it is compared as 0 or 1, and would not be found: write it so, or declare the column as 'text'",
} as const;
