/** The rows of the benchmark, the same in every run: each is computed from its number. */
import type { AuthorRecord, AuthorWithBooks, NewAuthor, TagRecord } from './contender';

const SHARE_OF_ACTIVE = 5;
const THEMES = ['dark', 'light', 'sepia', 'contrast'];
const FIRST_MOMENT = Date.UTC(2020, 0, 1, 8, 30, 15, 123);
const SECONDS_BETWEEN = 4_817;
const FIRST_PUBLICATION = Date.UTC(1990, 4, 17, 12, 0, 0, 0);
const PUBLICATION_STEP = 39_119_777;
const YOUNGEST = 18;
const AGES = 61;

export const BOOKS_OF_AN_AUTHOR = 10;
export const TAGS_OF_A_BOOK = 3;
export const TAGS = 100;

/** How much work there is. `scale` 1 is the benchmark; less is for trying out. */
export interface Sizes {
  readonly authors: number;
  readonly finds: number;
  readonly libraryAuthors: number;
  readonly pages: number;
}

export function sizesOf(scale: number): Sizes {
  const scaled = (size: number): number => Math.max(10, Math.round(size * scale));
  return { authors: scaled(10_000), finds: scaled(5_000), libraryAuthors: scaled(1_000), pages: scaled(3_000) };
}

/** `series` keeps the unique e-mail addresses of one run apart from those of the next. */
export function newAuthor(index: number, series = 0): NewAuthor {
  return {
    email: `author${String(index)}.${String(series)}@example.org`,
    name: `Author Number ${String(index)} of ${THEMES[index % THEMES.length]!} Street`,
    age: YOUNGEST + ((index * 7) % AGES),
    active: index % SHARE_OF_ACTIVE !== 0,
    bio:
      index % 3 === 0
        ? null
        : `Writes about subject ${String(index % 97)}, lives in "town" ${String(index % 31)} – café.`,
    createdAt: new Date(FIRST_MOMENT + index * SECONDS_BETWEEN),
    meta: {
      theme: THEMES[(index * 3) % THEMES.length]!,
      score: index % 1_000,
      tags: [`t${String(index % 11)}`, `u${String(index % 13)}`],
    },
  };
}

export function newAuthors(count: number, series = 0): NewAuthor[] {
  return Array.from({ length: count }, (_, index) => newAuthor(index, series));
}

/** The authors as the seeded tables hold them: keys count from 1. */
export function storedAuthors(count: number): AuthorRecord[] {
  return newAuthors(count).map((author, index) => ({ id: index + 1, ...author }));
}

export function storedTags(): TagRecord[] {
  return Array.from({ length: TAGS }, (_, index) => ({ id: index + 1, name: `tag ${String(index + 1)}` }));
}

export interface StoredBook {
  id: number;
  title: string;
  price: string;
  pages: number;
  publishedAt: Date;
  authorId: number;
  tagIds: number[];
}

/** Books are spread over the authors, so that an author's books do not lie side by side. */
export function storedBooks(authors: number): StoredBook[] {
  return Array.from({ length: authors * BOOKS_OF_AN_AUTHOR }, (_, index) => ({
    id: index + 1,
    title: `The Book ${String(index + 1)}`,
    price: `${String(3 + (index % 90))}.${String(index % 100).padStart(2, '0')}`,
    pages: 80 + (index % 700),
    publishedAt: new Date(FIRST_PUBLICATION + index * PUBLICATION_STEP),
    authorId: (index % authors) + 1,
    tagIds: Array.from({ length: TAGS_OF_A_BOOK }, (_tag, nth) => ((index * TAGS_OF_A_BOOK + nth) % TAGS) + 1),
  }));
}

export function storedLibrary(authors: number): AuthorWithBooks[] {
  const tags = storedTags();
  const books = new Map<number, (StoredBook & { tags: TagRecord[] })[]>();
  for (const book of storedBooks(authors)) {
    const shelf = books.get(book.authorId) ?? [];
    books.set(book.authorId, shelf);
    shelf.push({ ...book, tags: book.tagIds.map((id) => tags[id - 1]!) });
  }
  return storedAuthors(authors).map((author) => ({ ...author, books: books.get(author.id) ?? [] }));
}
