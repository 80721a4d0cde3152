/** A database of PostgreSQL for one run of the benchmark. */
import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { storedAuthors, storedBooks, storedTags, type Sizes } from './data';
import { digestOf, textOfAuthor } from './digest';
import type { AuthorRecord } from './contender';
import { POSTGRES_SCHEMA } from './schema';
import type { Store } from './store';
import type { Dataset } from './workloads';

const DEFAULT_URL = 'postgres://postgres@127.0.0.1:5432/';

export class PostgresStore implements Store {
  private constructor(
    private readonly serverUrl: string,
    readonly target: string,
    private readonly client: Client,
  ) {}

  static async create(): Promise<PostgresStore> {
    const serverUrl = process.env['ESPALIER_POSTGRES_URL'] ?? DEFAULT_URL;
    const name = `espalier_bench_${randomBytes(4).toString('hex')}`;
    await onServer(serverUrl, `create database ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const client = new Client(url.href);
    await client.connect();
    await client.query(POSTGRES_SCHEMA);
    return new PostgresStore(serverUrl, url.href, client);
  }

  async versions(): Promise<Record<string, string>> {
    const [row] = await this.#query<{ server_version: string }>('show server_version');
    return { PostgreSQL: row!.server_version };
  }

  async fill(dataset: Dataset, sizes: Sizes): Promise<void> {
    await this.#query('truncate author, book, tag, book_tag restart identity');
    if (dataset === 'authors') await this.#insertAuthors(sizes.authors);
    if (dataset === 'library') {
      await this.#insertAuthors(sizes.libraryAuthors);
      await this.#insertBooks(sizes.libraryAuthors);
    }
    await this.#query('vacuum analyze author, book, tag, book_tag');
  }

  async digestOfAuthors(): Promise<string> {
    const authors = await this.#query<AuthorRecord & QueryResultRow>(
      'select id, email, name, age, active, bio, created_at as "createdAt", meta from author',
    );
    return digestOf(authors, textOfAuthor);
  }

  async drop(): Promise<void> {
    await this.client.end();
    const name = new URL(this.target).pathname.slice(1);
    await onServer(this.serverUrl, `drop database ${name} with (force)`);
  }

  async #query<Row extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(sql, parameters)).rows;
  }

  async #insertAuthors(count: number): Promise<void> {
    const authors = storedAuthors(count);
    await this.#query(
      `insert into author (email, name, age, active, bio, created_at, meta)
       select * from unnest(
         $1::text[], $2::text[], $3::integer[], $4::boolean[], $5::text[], $6::timestamptz[], $7::jsonb[])`,
      [
        authors.map(({ email }) => email),
        authors.map(({ name }) => name),
        authors.map(({ age }) => age),
        authors.map(({ active }) => active),
        authors.map(({ bio }) => bio),
        authors.map(({ createdAt }) => createdAt.toISOString()),
        authors.map(({ meta }) => JSON.stringify(meta)),
      ],
    );
  }

  async #insertBooks(authors: number): Promise<void> {
    const books = storedBooks(authors);
    await this.#query('insert into tag (name) select * from unnest($1::text[])', [
      storedTags().map(({ name }) => name),
    ]);
    await this.#query(
      `insert into book (title, author_id, price, pages, published_at)
       select * from unnest($1::text[], $2::integer[], $3::numeric[], $4::integer[], $5::timestamptz[])`,
      [
        books.map(({ title }) => title),
        books.map(({ authorId }) => authorId),
        books.map(({ price }) => price),
        books.map(({ pages }) => pages),
        books.map(({ publishedAt }) => publishedAt.toISOString()),
      ],
    );
    const links = books.flatMap((book) => book.tagIds.map((tagId) => ({ bookId: book.id, tagId })));
    await this.#query('insert into book_tag (book_id, tag_id) select * from unnest($1::integer[], $2::integer[])', [
      links.map(({ bookId }) => bookId),
      links.map(({ tagId }) => tagId),
    ]);
  }
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new Client(serverUrl);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
