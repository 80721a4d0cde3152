/** The bare driver on PostgreSQL: SQL as a careful person writes it by hand, and the row objects of `pg`. */
import { Pool, type PoolClient } from 'pg';
import {
  MAX_CONNECTIONS,
  type AuthorRecord,
  type AuthorWithBooks,
  type BookRecord,
  type Contender,
  type NewAuthor,
  type Page,
  type TagRecord,
} from '../src/contender';

const AUTHOR = 'id, email, name, age, active, bio, created_at as "createdAt", meta';
const INSERTED_COLUMNS = 7;
const ROWS_A_STATEMENT = 500;

interface BookRow extends BookRecord {
  authorId: number;
  tags: TagRecord[];
}

export function connectPostgres(url: string): Promise<Contender> {
  return Promise.resolve(new BarePostgres(new Pool({ connectionString: url, max: MAX_CONNECTIONS })));
}

class BarePostgres implements Contender {
  constructor(private readonly pool: Pool) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    return this.#inTransaction(async (client) => {
      const authors: AuthorRecord[] = [];
      for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
        const some = rows.slice(start, start + ROWS_A_STATEMENT);
        const values: unknown[] = [];
        for (const { email, name, age, active, bio, createdAt, meta } of some) {
          values.push(email, name, age, active, bio, createdAt, meta);
        }
        const { rows: keys } = await client.query<{ id: number }>(insertOf(some.length), values);
        some.forEach((row, i) => authors.push({ id: keys[i]!.id, ...row }));
      }
      return authors;
    });
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    return (await this.pool.query<AuthorRecord>(`select ${AUTHOR} from author`)).rows;
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    const { rows } = await this.pool.query<AuthorRecord>(`select ${AUTHOR} from author where id = $1`, [id]);
    return rows[0] ?? null;
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    const { rows: authors } = await this.pool.query<AuthorWithBooks & { books: BookRow[] }>(
      `select ${AUTHOR} from author`,
    );
    const { rows: books } = await this.pool.query<BookRow>(
      `select id, title, author_id as "authorId", price, pages, published_at as "publishedAt"
       from book where author_id = any($1)`,
      [authors.map(({ id }) => id)],
    );
    const { rows: tags } = await this.pool.query<TagRecord & { bookId: number }>(
      `select book_tag.book_id as "bookId", tag.id, tag.name
       from book_tag join tag on tag.id = book_tag.tag_id where book_tag.book_id = any($1)`,
      [books.map(({ id }) => id)],
    );
    const authorById = new Map(authors.map((author) => [author.id, author]));
    const bookById = new Map<number, BookRow>();
    for (const author of authors) author.books = [];
    for (const book of books) {
      book.tags = [];
      bookById.set(book.id, book);
      authorById.get(book.authorId)!.books.push(book);
    }
    for (const tag of tags) bookById.get(tag.bookId)!.tags.push(tag);
    return authors;
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    const changed = (await this.loadAuthors()).filter(chosen);
    for (const author of changed) author.age += 1;
    await this.#inTransaction((client) =>
      client.query(
        `update author set age = changed.age
         from unnest($1::integer[], $2::integer[]) as changed (id, age) where author.id = changed.id`,
        [changed.map(({ id }) => id), changed.map(({ age }) => age)],
      ),
    );
    return changed;
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    const { rows } = await this.pool.query<AuthorRecord>(
      `select ${AUTHOR} from author where active = $1 and age >= $2 order by id limit $3 offset $4`,
      [true, minimumAge, limit, offset],
    );
    return rows;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  async #inTransaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }
}

/** `insert … values ($1, …), ($8, …) returning id`, kept for the next chunk of the same size. */
let lastInsert = { rows: 0, sql: '' };

function insertOf(rows: number): string {
  if (lastInsert.rows !== rows) {
    const tuples = Array.from({ length: rows }, (_row, i) => {
      const places = Array.from({ length: INSERTED_COLUMNS }, (_, j) => `$${String(i * INSERTED_COLUMNS + j + 1)}`);
      return `(${places.join()})`;
    });
    const sql = `insert into author (email, name, age, active, bio, created_at, meta)
      values ${tuples.join()} returning id`;
    lastInsert = { rows, sql };
  }
  return lastInsert.sql;
}
