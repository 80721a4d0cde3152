/** Drizzle on PostgreSQL: prepared queries with placeholders, relational queries, plain objects. */
import { and, asc, eq, gte, relations, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { boolean, integer, jsonb, numeric, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { Pool } from 'pg';
import {
  MAX_CONNECTIONS,
  type AuthorRecord,
  type AuthorWithBooks,
  type Connect,
  type Contender,
  type Meta,
  type NewAuthor,
  type Page,
} from '../src/contender';

const authors = pgTable('author', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  email: text().notNull().unique(),
  name: text().notNull(),
  age: integer().notNull(),
  active: boolean().notNull(),
  bio: text(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  meta: jsonb().$type<Meta>().notNull(),
});
const books = pgTable('book', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  title: text().notNull(),
  authorId: integer('author_id')
    .notNull()
    .references(() => authors.id),
  price: numeric({ precision: 10, scale: 2 }).notNull(),
  pages: integer().notNull(),
  publishedAt: timestamp('published_at', { withTimezone: true }).notNull(),
});
const tags = pgTable('tag', {
  id: integer().primaryKey().generatedByDefaultAsIdentity(),
  name: text().notNull(),
});
const bookTags = pgTable(
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

function database(pool: Pool) {
  return drizzle(pool, { schema });
}

function preparedQueries(db: ReturnType<typeof database>) {
  return {
    all: db.select().from(authors).prepare('all_authors'),
    byKey: db
      .select()
      .from(authors)
      .where(eq(authors.id, sql.placeholder('id')))
      .prepare('author_by_key'),
    library: db.query.authors
      .findMany({ with: { books: { with: { bookTags: { columns: {}, with: { tag: true } } } } } })
      .prepare('library'),
    page: db
      .select()
      .from(authors)
      .where(and(eq(authors.active, true), gte(authors.age, sql.placeholder('minimumAge'))))
      .orderBy(asc(authors.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare('page_of_authors'),
  };
}

export const connectPostgres: Connect = (url) =>
  Promise.resolve(new DrizzlePostgres(new Pool({ connectionString: url, max: MAX_CONNECTIONS })));

class DrizzlePostgres implements Contender {
  readonly #db: ReturnType<typeof database>;
  readonly #prepared: ReturnType<typeof preparedQueries>;

  constructor(private readonly pool: Pool) {
    this.#db = database(pool);
    this.#prepared = preparedQueries(this.#db);
  }

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    return this.#db.transaction(async (tx) => {
      const inserted: AuthorRecord[] = [];
      for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
        const some = rows.slice(start, start + ROWS_A_STATEMENT);
        const keys = await tx.insert(authors).values(some).returning({ id: authors.id });
        some.forEach((row, i) => inserted.push({ id: keys[i]!.id, ...row }));
      }
      return inserted;
    });
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    return this.#prepared.all.execute();
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    const [author] = await this.#prepared.byKey.execute({ id });
    return author ?? null;
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    const loaded = await this.#prepared.library.execute();
    return loaded.map((author) => ({
      ...author,
      books: author.books.map((book) => ({ ...book, tags: book.bookTags.map(({ tag }) => tag) })),
    }));
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    return this.#db.transaction(async (tx) => {
      const changed = (await tx.select().from(authors)).filter(chosen);
      const update = tx
        .update(authors)
        .set({ age: sql`${sql.placeholder('age')}` })
        .where(eq(authors.id, sql.placeholder('id')))
        .prepare('age_author');
      for (const author of changed) {
        author.age += 1;
        await update.execute({ id: author.id, age: author.age });
      }
      return changed;
    });
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    return this.#prepared.page.execute({ minimumAge, offset, limit });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
