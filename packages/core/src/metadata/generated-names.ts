/** Names of constraints and indexes without a name of the user's: readable, the same each time, and short enough for every engine. */
import { createHash } from 'node:crypto';

/** PostgreSQL keeps 63 bytes of a name, MySQL 64 characters. */
const MAX_BYTES = 63;
const HASH_DIGITS = 8;

/** A name cut to what every engine keeps, with a hash of the whole at its end where it is too long. */
export function fitName(name: string): string {
  return Buffer.byteLength(name) <= MAX_BYTES ? name : hashed(name, name);
}

/** Gives names out, each once: engines keep the names of indexes, and some those of constraints, in one space for all tables. */
export class GeneratedNames {
  readonly #taken: Set<string>;

  /** `taken`: names that are given by others (tables, constraints that the user has named). Compared without case, as some engines do. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  /** `ix_albums_title`; with a hash of its meaning at its end where it would be too long or is taken. */
  make(kind: 'fk' | 'ix' | 'uq' | 'ck', table: string, words: readonly string[], meaning: unknown = words): string {
    const plain = [kind, table, ...words].join('_');
    const isFree = Buffer.byteLength(plain) <= MAX_BYTES && !this.#taken.has(plain.toLowerCase());
    const name = isFree ? plain : hashed(plain, JSON.stringify([kind, table, meaning]));
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

/** The words of an SQL text, for a name: `lower(title)` → `lower_title`. */
export function wordsOf(sql: string): string[] {
  return sql.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
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
