/** TypeORM: entity schemas for classes, `save` in chunks, `find` with relations. On SQLite on better-sqlite3. */
import { DataSource, EntitySchema, MoreThanOrEqual, type ColumnType, type Repository } from 'typeorm';
import {
  MAX_CONNECTIONS,
  type AuthorRecord,
  type AuthorWithBooks,
  type BookRecord,
  type Connect,
  type Contender,
  type DatabaseName,
  type Meta,
  type NewAuthor,
  type Page,
  type TagRecord,
} from '../src/contender';

class Author implements AuthorWithBooks {
  id!: number;
  email!: string;
  name!: string;
  age!: number;
  active!: boolean;
  bio!: string | null;
  createdAt!: Date;
  meta!: Meta;
  books!: Book[];
}

class Book implements BookRecord {
  id!: number;
  title!: string;
  price!: string;
  pages!: number;
  publishedAt!: Date;
  author!: Author;
  tags!: Tag[];
}

class Tag implements TagRecord {
  id!: number;
  name!: string;
}

/** The most rows whose parameters fit into one statement of PostgreSQL and of SQLite. */
const ROWS_A_STATEMENT = 1_000;

const TYPES: Readonly<Record<DatabaseName, { moment: ColumnType; json: ColumnType; decimal: ColumnType }>> = {
  postgres: { moment: 'timestamptz', json: 'jsonb', decimal: 'numeric' },
  sqlite: { moment: 'datetime', json: 'simple-json', decimal: 'text' },
};

function entities(database: DatabaseName): EntitySchema[] {
  const types = TYPES[database];
  const author = new EntitySchema<Author>({
    name: 'Author',
    target: Author,
    tableName: 'author',
    columns: {
      id: { type: 'integer', primary: true, generated: 'increment' },
      email: { type: 'text', unique: true },
      name: { type: 'text' },
      age: { type: 'integer' },
      active: { type: 'boolean' },
      bio: { type: 'text', nullable: true },
      createdAt: { name: 'created_at', type: types.moment },
      meta: { type: types.json },
    },
    relations: { books: { type: 'one-to-many', target: 'Book', inverseSide: 'author' } },
  });
  const book = new EntitySchema<Book>({
    name: 'Book',
    target: Book,
    tableName: 'book',
    columns: {
      id: { type: 'integer', primary: true, generated: 'increment' },
      title: { type: 'text' },
      price: { type: types.decimal },
      pages: { type: 'integer' },
      publishedAt: { name: 'published_at', type: types.moment },
    },
    relations: {
      author: { type: 'many-to-one', target: 'Author', joinColumn: { name: 'author_id' }, inverseSide: 'books' },
      tags: {
        type: 'many-to-many',
        target: 'Tag',
        joinTable: { name: 'book_tag', joinColumn: { name: 'book_id' }, inverseJoinColumn: { name: 'tag_id' } },
      },
    },
  });
  const tag = new EntitySchema<Tag>({
    name: 'Tag',
    target: Tag,
    tableName: 'tag',
    columns: { id: { type: 'integer', primary: true, generated: 'increment' }, name: { type: 'text' } },
  });
  return [author, book, tag];
}

export const connectPostgres: Connect = async (url) => {
  const source = new DataSource({
    type: 'postgres',
    url,
    entities: entities('postgres'),
    extra: { max: MAX_CONNECTIONS },
  });
  return new TypeOrm(await source.initialize());
};

export const connectSqlite: Connect = async (database) => {
  const source = new DataSource({ type: 'better-sqlite3', database, entities: entities('sqlite') });
  return new TypeOrm(await source.initialize());
};

class TypeOrm implements Contender {
  readonly #authors: Repository<Author>;

  constructor(private readonly source: DataSource) {
    this.#authors = source.getRepository(Author);
  }

  async insertAuthors(rows: readonly NewAuthor[]): Promise<Author[]> {
    return this.#authors.save(this.#authors.create([...rows]), { chunk: ROWS_A_STATEMENT });
  }

  async loadAuthors(): Promise<Author[]> {
    return this.#authors.find();
  }

  async findAuthor(id: number): Promise<Author | null> {
    return this.#authors.findOneBy({ id });
  }

  /** One join, its default: a query for each relation took many times as long. */
  async loadLibrary(): Promise<AuthorWithBooks[]> {
    return this.#authors.find({ relations: { books: { tags: true } } });
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<Author[]> {
    const changed = (await this.#authors.find()).filter(chosen);
    for (const author of changed) author.age += 1;
    return this.#authors.save(changed);
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<Author[]> {
    return this.#authors.find({
      where: { active: true, age: MoreThanOrEqual(minimumAge) },
      order: { id: 'ASC' },
      skip: offset,
      take: limit,
    });
  }

  async close(): Promise<void> {
    await this.source.destroy();
  }
}
