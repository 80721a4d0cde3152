/**
 * The driver at its best on PostgreSQL: named statements, rows as arrays, columns of new rows in one parameter each (`unnest`), readers of its own for
 * moments. What `pg` can do for those who write each line by hand.
 */
import { Pool, type PoolClient, type QueryArrayConfig } from 'pg';
import {
  MAX_CONNECTIONS,
  type AuthorRecord,
  type AuthorWithBooks,
  type BookRecord,
  type Contender,
  type Meta,
  type NewAuthor,
  type Page,
  type TagRecord,
} from '../src/contender';

const AUTHOR = 'id, email, name, age, active, bio, created_at, meta';
const ROWS_A_STATEMENT = 1_000;

type AuthorRow = [number, string, string, number, boolean, string | null, Date, Meta];
type BookRow = [number, string, number, string, number, Date];
type TagRow = [number, number, string];

/** Numbers of types in the protocol. */
const READERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't',
  23: Number,
  114: (text) => JSON.parse(text) as unknown,
  1184: momentOf,
  3802: (text) => JSON.parse(text) as unknown,
};
const types = { getTypeParser: (type: number) => READERS[type] ?? ((text: string) => text) };

/** The first row tells them apart: all that this contender sends has a name. */
function statement(name: string, text: string, values: unknown[] = []): QueryArrayConfig {
  return { name, text, values, rowMode: 'array', types: types as never };
}

export function connectPostgres(url: string): Promise<Contender> {
  const pool = new Pool({ connectionString: url, max: MAX_CONNECTIONS, options: '-c TimeZone=UTC' });
  return Promise.resolve(new BestPostgres(pool));
}

class BestPostgres implements Contender {
  constructor(private readonly pool: Pool) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    return this.#inTransaction(async (client) => {
      const authors: AuthorRecord[] = [];
      for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
        const some = rows.slice(start, start + ROWS_A_STATEMENT);
        const columns = [
          some.map(({ email }) => email),
          some.map(({ name }) => name),
          some.map(({ age }) => age),
          some.map(({ active }) => active),
          some.map(({ bio }) => bio),
          some.map(({ createdAt }) => createdAt.toISOString()),
          some.map(({ meta }) => JSON.stringify(meta)),
        ];
        const { rows: keys } = await client.query<[number]>(statement('insert', INSERT, columns));
        // Keys are given in the order of the select; nothing promises that they come back in it.
        const ids = keys.map(([id]) => id).sort((a, b) => a - b);
        some.forEach((row, i) => authors.push({ id: ids[i]!, ...row }));
      }
      return authors;
    });
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    return (await this.#query<AuthorRow>('all', `select ${AUTHOR} from author`)).map(authorOf);
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    const [row] = await this.#query<AuthorRow>('find', `select ${AUTHOR} from author where id = $1`, [id]);
    return row === undefined ? null : authorOf(row);
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    const authors: (AuthorWithBooks & { books: BookRecord[] })[] = [];
    const authorById = new Map<number, (typeof authors)[number]>();
    for (const row of await this.#query<AuthorRow>('all', `select ${AUTHOR} from author`)) {
      const [id, email, name, age, active, bio, createdAt, meta] = row;
      const author = { id, email, name, age, active, bio, createdAt, meta, books: [] };
      authors.push(author);
      authorById.set(id, author);
    }
    const books = await this.#query<BookRow>(
      'books',
      'select id, title, author_id, price, pages, published_at from book where author_id = any($1::integer[])',
      [[...authorById.keys()]],
    );
    const tagsOfBook = new Map<number, TagRecord[]>();
    for (const [id, title, authorId, price, pages, publishedAt] of books) {
      const tags: TagRecord[] = [];
      tagsOfBook.set(id, tags);
      authorById.get(authorId)!.books.push({ id, title, price, pages, publishedAt, tags });
    }
    const tags = await this.#query<TagRow>(
      'tags',
      `select book_tag.book_id, tag.id, tag.name
       from book_tag join tag on tag.id = book_tag.tag_id where book_tag.book_id = any($1::integer[])`,
      [[...tagsOfBook.keys()]],
    );
    for (const [bookId, id, name] of tags) tagsOfBook.get(bookId)!.push({ id, name });
    return authors;
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    const changed = (await this.loadAuthors()).filter(chosen);
    for (const author of changed) author.age += 1;
    await this.#inTransaction((client) =>
      client.query(statement('age', UPDATE, [changed.map(({ id }) => id), changed.map(({ age }) => age)])),
    );
    return changed;
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    const text = `select ${AUTHOR} from author where active = $1 and age >= $2 order by id limit $3 offset $4`;
    return (await this.#query<AuthorRow>('page', text, [true, minimumAge, limit, offset])).map(authorOf);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  async #query<Row extends unknown[]>(name: string, text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(statement(name, text, values))).rows;
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

const INSERT = `insert into author (email, name, age, active, bio, created_at, meta)
  select email, name, age, active, bio, created_at, meta::jsonb
  from unnest($1::text[], $2::text[], $3::integer[], $4::boolean[], $5::text[], $6::timestamptz[], $7::text[])
    with ordinality as row (email, name, age, active, bio, created_at, meta, place)
  order by place returning id`;

const UPDATE = `update author set age = changed.age
  from unnest($1::integer[], $2::integer[]) as changed (id, age) where author.id = changed.id`;

function authorOf([id, email, name, age, active, bio, createdAt, meta]: AuthorRow): AuthorRecord {
  return { id, email, name, age, active, bio, createdAt, meta };
}

function digits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/** `2024-02-29 12:30:00.123+00`: zeros at the end of the fraction are left out. */
function momentOf(text: string): Date {
  const year = digits(text, 0) * 100 + digits(text, 2);
  const end = text.length - 3;
  let milliseconds = 0;
  for (let at = 20, unit = 100; at < end && unit >= 1; at++, unit /= 10) {
    milliseconds += (text.charCodeAt(at) - 48) * unit;
  }
  return new Date(
    Date.UTC(
      year,
      digits(text, 5) - 1,
      digits(text, 8),
      digits(text, 11),
      digits(text, 14),
      digits(text, 17),
      milliseconds,
    ),
  );
}
