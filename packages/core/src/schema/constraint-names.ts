/** Names of constraints and indexes that nobody has named: readable, the same each time, and short enough for every engine. */
import { createHash } from 'node:crypto';

/** PostgreSQL keeps 63 bytes of a name, MySQL 64 characters. */
const MAX_BYTES = 63;
const HASH_DIGITS = 8;

/** What a name stands for. */
export type ConstraintKind = 'fk' | 'uq' | 'ix' | 'ck';

/**
 * Gives names out, each once: engines keep the names of indexes, and some those of constraints, in one space for all tables.
 */
export class ConstraintNames {
  readonly #taken: Set<string>;

  /** `taken`: names that are given by others (tables, constraints that the user has named). Compared without case, as some engines do. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  /** `fk_albums_artist_id`; with a hash at its end where it would be too long or is taken. */
  make(kind: ConstraintKind, table: string, columns: readonly string[]): string {
    const plain = [kind, table, ...columns].join('_');
    const isFree = Buffer.byteLength(plain) <= MAX_BYTES && !this.#taken.has(plain.toLowerCase());
    const name = isFree ? plain : hashed(plain, JSON.stringify([kind, table, ...columns]));
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

function hashed(plain: string, meaning: string): string {
  const hash = createHash('sha256').update(meaning).digest('hex').slice(0, HASH_DIGITS);
  let start = '';
  let room = MAX_BYTES - HASH_DIGITS - 1;
  for (const character of plain) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    start += character;
  }
  return `${start}_${hash}`;
}
