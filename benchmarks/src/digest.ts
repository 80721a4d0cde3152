/** Checksums of entities, so that a contender that skips work, or gives back another type or value, is seen. */
import type { AuthorRecord, AuthorWithBooks, BookRecord, NewAuthor } from './contender';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

function hash(text: string): number {
  let value = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), FNV_PRIME);
  return value >>> 0;
}

/** The number of texts and a checksum of them, whatever their order. */
export class Digest {
  #count = 0;
  #sum = 0;

  add(text: string): void {
    this.#count += 1;
    this.#sum = (this.#sum + hash(text)) >>> 0;
  }

  toString(): string {
    return `${String(this.#count)} rows, checksum ${this.#sum.toString(16)}`;
  }
}

/** Every property but the key; throws where a moment is no Date or the JSON no object. */
export function textOfNewAuthor(author: NewAuthor): string {
  const { email, name, age, active, bio, createdAt, meta } = author;
  return JSON.stringify([email, name, age, active, bio, createdAt.getTime(), meta.theme, meta.score, ...meta.tags]);
}

export function textOfAuthor(author: AuthorRecord): string {
  if (!Number.isInteger(author.id)) throw new TypeError(`The key of an author is no integer: ${String(author.id)}.`);
  return `${String(author.id)} ${textOfNewAuthor(author)}`;
}

function textOfBook(book: BookRecord): string {
  const { id, title, price, pages, publishedAt } = book;
  const tags = Array.from(book.tags, (tag) => `${String(tag.id)} ${tag.name}`).sort();
  return JSON.stringify([id, title, Number(price).toFixed(2), pages, publishedAt.getTime(), tags]);
}

export function textOfAuthorWithBooks(author: AuthorWithBooks): string {
  return `${textOfAuthor(author)} ${Array.from(author.books, textOfBook).sort().join()}`;
}

export function digestOf<T>(items: Iterable<T>, text: (item: T) => string): string {
  const digest = new Digest();
  for (const item of items) digest.add(text(item));
  return digest.toString();
}
