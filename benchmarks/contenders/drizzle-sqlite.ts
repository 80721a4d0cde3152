/** Drizzle on SQLite: better-sqlite3, prepared queries with placeholders, relational queries, plain objects. */
import Database from 'better-sqlite3';
import { and, asc, eq, gte, relations, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AuthorRecord, AuthorWithBooks, Connect, Contender, Meta, NewAuthor, Page } from '../src/contender';

const authors = sqliteTable('author', {
  id: integer().primaryKey(),
  email: text().notNull().unique(),
  name: text().notNull(),
  age: integer().notNull(),
  active: integer({ mode: 'boolean' }).notNull(),
  bio: text(),
  createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
  meta: text({ mode: 'json' }).$type<Meta>().notNull(),
});
const books = sqliteTable('book', {
  id: integer().primaryKey(),
  title: text().notNull(),
  authorId: integer('author_id')
    .notNull()
    .references(() => authors.id),
  price: text().notNull(),
  pages: integer().notNull(),
  publishedAt: integer('published_at', { mode: 'timestamp_ms' }).notNull(),
});
const tags = sqliteTable('tag', {
  id: integer().primaryKey(),
  name: text().notNull(),
});
const bookTags = sqliteTable(
  'book_tag',
  {
    bookId: integer('book_id')
      .notNull()
      .references(() => books.id),
    tagId: integer('tag_id')
      .notNull()
      .references(() => tags.id),
  },
  (table) => [primaryKey({ columns: [table.bookId, table.tagId] })],
);
const authorRelations = relations(authors, ({ many }) => ({ books: many(books) }));
const bookRelations = relations(books, ({ one, many }) => ({
  author: one(authors, { fields: [books.authorId], references: [authors.id] }),
  bookTags: many(bookTags),
}));
const bookTagRelations = relations(bookTags, ({ one }) => ({
  book: one(books, { fields: [bookTags.bookId], references: [books.id] }),
  tag: one(tags, { fields: [bookTags.tagId], references: [tags.id] }),
}));
const schema = { authors, books, tags, bookTags, authorRelations, bookRelations, bookTagRelations };

const ROWS_A_STATEMENT = 1_000;

function database(client: Database.Database) {
  return drizzle(client, { schema });
}

function preparedQueries(db: ReturnType<typeof database>) {
  return {
    all: db.select().from(authors).prepare(),
    byKey: db
      .select()
      .from(authors)
      .where(eq(authors.id, sql.placeholder('id')))
      .prepare(),
    library: db.query.authors
      .findMany({ with: { books: { with: { bookTags: { columns: {}, with: { tag: true } } } } } })
      .prepare(),
    page: db
      .select()
      .from(authors)
      .where(and(eq(authors.active, true), gte(authors.age, sql.placeholder('minimumAge'))))
      .orderBy(asc(authors.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    age: db
      .update(authors)
      .set({ age: sql`${sql.placeholder('age')}` })
      .where(eq(authors.id, sql.placeholder('id')))
      .prepare(),
  };
}

export const connectSqlite: Connect = (file) => Promise.resolve(new DrizzleSqlite(new Database(file)));

/** better-sqlite3 answers at once; the promises are the benchmark's. */
class DrizzleSqlite implements Contender {
  readonly #db: ReturnType<typeof database>;
  readonly #prepared: ReturnType<typeof preparedQueries>;

  constructor(private readonly client: Database.Database) {
    this.#db = database(client);
    this.#prepared = preparedQueries(this.#db);
  }

  insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    const inserted: AuthorRecord[] = [];
    this.#db.transaction((tx) => {
      for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
        const some = rows.slice(start, start + ROWS_A_STATEMENT);
        const keys = tx.insert(authors).values(some).returning({ id: authors.id }).all();
        some.forEach((row, i) => inserted.push({ id: keys[i]!.id, ...row }));
      }
    });
    return Promise.resolve(inserted);
  }

  loadAuthors(): Promise<AuthorRecord[]> {
    return Promise.resolve(this.#prepared.all.all());
  }

  findAuthor(id: number): Promise<AuthorRecord | null> {
    return Promise.resolve(this.#prepared.byKey.get({ id }) ?? null);
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    const loaded = await this.#prepared.library.execute();
    return loaded.map((author) => ({
      ...author,
      books: author.books.map((book) => ({ ...book, tags: book.bookTags.map(({ tag }) => tag) })),
    }));
  }

  ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    return Promise.resolve(
      this.#db.transaction(() => {
        const changed = this.#prepared.all.all().filter(chosen);
        for (const author of changed) {
          author.age += 1;
          this.#prepared.age.run({ id: author.id, age: author.age });
        }
        return changed;
      }),
    );
  }

  pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    return Promise.resolve(this.#prepared.page.all({ minimumAge, offset, limit }));
  }

  close(): Promise<void> {
    this.client.close();
    return Promise.resolve();
  }
}
