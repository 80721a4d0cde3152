/** The bare driver on SQLite: `sqlite3` with prepared statements and SQL as a careful person writes it by hand. */
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
const ROWS_A_STATEMENT = 500;
/** The most parameters that SQLite takes for a statement is 32,766. */
const KEYS_A_STATEMENT = 10_000;

interface AuthorRow {
  id: number;
  email: string;
  name: string;
  age: number;
  active: 0 | 1;
  bio: string | null;
  created_at: string;
  meta: string;
}

interface BookRow {
  id: number;
  title: string;
  author_id: number;
  price: string;
  pages: number;
  published_at: string;
}

type Shelf = AuthorWithBooks & { books: BookRecord[] };

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
  return new BareSqlite(await Client.open(file));
}

class BareSqlite implements Contender {
  constructor(private readonly client: Client) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    return this.client.inTransaction(async () => {
      const authors: AuthorRecord[] = [];
      for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
        const some = rows.slice(start, start + ROWS_A_STATEMENT);
        const values: unknown[] = [];
        for (const { email, name, age, active, bio, createdAt, meta } of some) {
          values.push(email, name, age, active ? 1 : 0, bio, sqliteMoment(createdAt), JSON.stringify(meta));
        }
        const sql = `insert into author (email, name, age, active, bio, created_at, meta)
          values ${repeated('(?,?,?,?,?,?,?)', some.length)} returning id`;
        const keys = await this.client.all<{ id: number }>(sql, values);
        some.forEach((row, i) => authors.push({ id: keys[i]!.id, ...row }));
      }
      return authors;
    });
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    return (await this.client.all<AuthorRow>(`select ${AUTHOR} from author`)).map(authorOf);
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    const [row] = await this.client.all<AuthorRow>(`select ${AUTHOR} from author where id = ?`, [id]);
    return row === undefined ? null : authorOf(row);
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    const rows = await this.client.all<AuthorRow>(`select ${AUTHOR} from author`);
    const authors = new Map(rows.map((row): [number, Shelf] => [row.id, { ...authorOf(row), books: [] }]));
    const books = new Map<number, BookRecord & { tags: TagRecord[] }>();
    for (const row of await this.#byKeys<BookRow>(
      'select id, title, author_id, price, pages, published_at from book where author_id in',
      [...authors.keys()],
    )) {
      const { id, title, price, pages } = row;
      const book = { id, title, price, pages, publishedAt: momentOf(row.published_at), tags: [] };
      books.set(id, book);
      authors.get(row.author_id)!.books.push(book);
    }
    for (const { book_id, ...tag } of await this.#byKeys<TagRecord & { book_id: number }>(
      `select book_tag.book_id, tag.id, tag.name
       from book_tag join tag on tag.id = book_tag.tag_id where book_tag.book_id in`,
      [...books.keys()],
    )) {
      books.get(book_id)!.tags.push(tag);
    }
    return [...authors.values()];
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    const changed = (await this.loadAuthors()).filter(chosen);
    for (const author of changed) author.age += 1;
    await this.client.inTransaction(() =>
      this.client.all(
        `with changed (id, age) as (values ${repeated('(?,?)', changed.length)})
         update author set age = changed.age from changed where author.id = changed.id`,
        changed.flatMap(({ id, age }) => [id, age]),
      ),
    );
    return changed;
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    const rows = await this.client.all<AuthorRow>(
      `select ${AUTHOR} from author where active = ? and age >= ? order by id limit ? offset ?`,
      [1, minimumAge, limit, offset],
    );
    return rows.map(authorOf);
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  async #byKeys<Row>(sql: string, keys: readonly number[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (let start = 0; start < keys.length; start += KEYS_A_STATEMENT) {
      const some = keys.slice(start, start + KEYS_A_STATEMENT);
      rows.push(...(await this.client.all<Row>(`${sql} (${repeated('?', some.length)})`, some)));
    }
    return rows;
  }
}

function repeated(text: string, times: number): string {
  return new Array<string>(times).fill(text).join();
}

function momentOf(text: string): Date {
  return new Date(`${text}Z`);
}

function authorOf({ id, email, name, age, active, bio, created_at, meta }: AuthorRow): AuthorRecord {
  return {
    id,
    email,
    name,
    age,
    active: active === 1,
    bio,
    createdAt: momentOf(created_at),
    meta: JSON.parse(meta) as Meta,
  };
}
