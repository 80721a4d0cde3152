/** What every contender can do: the six kinds of work, in the words of the schema that all of them share. */

export type DatabaseName = 'postgres' | 'sqlite';

export interface Meta {
  theme: string;
  score: number;
  tags: string[];
}

export interface NewAuthor {
  email: string;
  name: string;
  age: number;
  active: boolean;
  bio: string | null;
  createdAt: Date;
  meta: Meta;
}

export interface AuthorRecord extends NewAuthor {
  id: number;
}

export interface TagRecord {
  id: number;
  name: string;
}

export interface BookRecord {
  id: number;
  title: string;
  /** Text where the contender keeps decimals exact, a number where it does not. */
  price: string | number;
  pages: number;
  publishedAt: Date;
  tags: Iterable<TagRecord>;
}

export interface AuthorWithBooks extends AuthorRecord {
  books: Iterable<BookRecord>;
}

export interface Page {
  readonly minimumAge: number;
  readonly offset: number;
  readonly limit: number;
}

/** One connected contender. Each method is the way its own documentation recommends where speed matters. */
export interface Contender {
  /** Makes an entity of each, inserts all in one transaction, returns them in the same order with their new keys. */
  insertAuthors(rows: readonly NewAuthor[]): Promise<readonly AuthorRecord[]>;
  loadAuthors(): Promise<readonly AuthorRecord[]>;
  /** Where the contender has sessions, with a fresh one. */
  findAuthor(id: number): Promise<AuthorRecord | null>;
  /** All authors with their books with their tags. */
  loadLibrary(): Promise<readonly AuthorWithBooks[]>;
  /** Loads all authors, makes those that are chosen a year older, commits. Returns those that were changed. */
  ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<readonly AuthorRecord[]>;
  /** Active authors of an age or above, ordered by key. */
  pageOfAuthors(page: Page): Promise<readonly AuthorRecord[]>;
  close(): Promise<void>;
}

/** The connections that a contender may open at once, for all the same. */
export const MAX_CONNECTIONS = 10;

/** Connects to a URL of PostgreSQL, or to a file of SQLite. */
export type Connect = (target: string) => Promise<Contender>;
