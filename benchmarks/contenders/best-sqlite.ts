/**
 * The driver at its best on SQLite: `sqlite3` with cached statements, large results as one JSON text, rows and lists that are written as one JSON
 * parameter. What the client can do for those who write each line by hand.
 */
import sqlite3, { type Statement } from 'sqlite3';
import type {
  AuthorRecord,
  AuthorWithBooks,
  BookRecord,
  Contender,
  Meta,
  NewAuthor,
  Page,
  TagRecord,
} from '../src/contender';
import { sqliteMoment } from './sqlite-moment';

const AUTHOR = 'id, email, name, age, active, bio, created_at, meta';
const ROWS_A_STATEMENT = 1_000;

type AuthorRow = [number, string, string, number, 0 | 1, string | null, string, string];
type BookRow = [number, string, number, string, number, string];
type TagRow = [number, number, string];

/** The statements of the driver as promises, each prepared once. */
class Client {
  readonly #prepared = new Map<string, Statement>();

  private constructor(private readonly database: sqlite3.Database) {}

  static open(file: string): Promise<Client> {
    return new Promise((resolve, reject) => {
      const database = new sqlite3.Database(file, (error) => {
        if (error) reject(error);
        else resolve(new Client(database));
      });
    });
  }

  all<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.#statement(sql).all<Row>(parameters, (error, rows) => {
        if (error) reject(error);
        else resolve(rows);
      });
    });
  }

  /** The rows of a select of these columns as arrays: the engine writes them, one text for all. */
  async arrays<Row>(columns: string, from: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const sql = `select json_group_array(json_array(${columns})) as rows from (select ${columns} ${from})`;
    const [answer] = await this.all<{ rows: string }>(sql, parameters);
    return JSON.parse(answer!.rows) as Row[];
  }

  async inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.all('begin');
    try {
      const result = await work();
      await this.all('commit');
      return result;
    } catch (error) {
      await this.all('rollback');
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const statement of this.#prepared.values())
      await new Promise<void>((resolve) => statement.finalize(() => resolve()));
    await new Promise<void>((resolve) => this.database.close(() => resolve()));
  }

  #statement(sql: string): Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}

export async function connectSqlite(file: string): Promise<Contender> {
  return new BestSqlite(await Client.open(file));
}

class BestSqlite implements Contender {
  constructor(private readonly client: Client) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    return this.client.inTransaction(async () => {
      const authors: AuthorRecord[] = [];
      for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
        const some = rows.slice(start, start + ROWS_A_STATEMENT);
        const values = some.map(({ email, name, age, active, bio, createdAt, meta }) => [
          email,
          name,
          age,
          active ? 1 : 0,
          bio,
          sqliteMoment(createdAt),
          JSON.stringify(meta),
        ]);
        const keys = await this.client.all<{ id: number }>(INSERT, [JSON.stringify(values)]);
        // Keys are given in the order of the select; nothing promises that they come back in it.
        const ids = keys.map(({ id }) => id).sort((a, b) => a - b);
        some.forEach((row, i) => authors.push({ id: ids[i]!, ...row }));
      }
      return authors;
    });
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    return (await this.client.arrays<AuthorRow>(AUTHOR, 'from author')).map(authorOf);
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    const [row] = await this.client.arrays<AuthorRow>(AUTHOR, 'from author where id = ?', [id]);
    return row === undefined ? null : authorOf(row);
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    const authors = (await this.loadAuthors()).map((author) => ({ ...author, books: [] as BookRecord[] }));
    const authorById = new Map(authors.map((author) => [author.id, author]));
    const tagsOfBook = new Map<number, TagRecord[]>();
    for (const [id, title, authorId, price, pages, publishedAt] of await this.client.arrays<BookRow>(
      'id, title, author_id, price, pages, published_at',
      'from book where author_id in (select value from json_each(?))',
      [JSON.stringify([...authorById.keys()])],
    )) {
      const tags: TagRecord[] = [];
      tagsOfBook.set(id, tags);
      authorById.get(authorId)!.books.push({ id, title, price, pages, publishedAt: momentOf(publishedAt), tags });
    }
    for (const [bookId, id, name] of await this.client.arrays<TagRow>(
      'book_id, id, name',
      'from book_tag join tag on tag.id = book_tag.tag_id where book_id in (select value from json_each(?))',
      [JSON.stringify([...tagsOfBook.keys()])],
    )) {
      tagsOfBook.get(bookId)!.push({ id, name });
    }
    return authors;
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    const changed = (await this.loadAuthors()).filter(chosen);
    for (const author of changed) author.age += 1;
    await this.client.inTransaction(() =>
      this.client.all(UPDATE, [JSON.stringify(changed.map(({ id, age }) => [id, age]))]),
    );
    return changed;
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    const from = 'from author where active = ? and age >= ? order by id limit ? offset ?';
    return (await this.client.arrays<AuthorRow>(AUTHOR, from, [1, minimumAge, limit, offset])).map(authorOf);
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

const INSERT = `insert into author (email, name, age, active, bio, created_at, meta)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
  from json_each(?) order by key returning id`;

const UPDATE = `update author set age = changed.age
  from (select value ->> 0 as id, value ->> 1 as age from json_each(?)) as changed where author.id = changed.id`;

function authorOf([id, email, name, age, active, bio, createdAt, meta]: AuthorRow): AuthorRecord {
  return {
    id,
    email,
    name,
    age,
    active: active === 1,
    bio,
    createdAt: momentOf(createdAt),
    meta: JSON.parse(meta) as Meta,
  };
}

function momentOf(text: string): Date {
  return new Date(`${text}Z`);
}
