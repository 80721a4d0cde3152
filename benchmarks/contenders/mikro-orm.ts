/** MikroORM: defined entities, a fork of the entity manager for each unit of work. On SQLite on better-sqlite3. */
import { defineEntity, p, type EntityManager } from '@mikro-orm/core';
import { MikroORM as PostgresOrm } from '@mikro-orm/postgresql';
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

const TagSchema = defineEntity({
  name: 'Tag',
  tableName: 'tag',
  properties: { id: p.integer().primary(), name: p.text() },
});
class Tag extends TagSchema.class {}
TagSchema.setClass(Tag);

const BookSchema = defineEntity({
  name: 'Book',
  tableName: 'book',
  properties: {
    id: p.integer().primary(),
    title: p.text(),
    price: p.decimal('string').precision(10).scale(2),
    pages: p.integer(),
    publishedAt: p.datetime(),
    author: () => p.manyToOne(Author),
    tags: () => p.manyToMany(Tag).pivotTable('book_tag').joinColumn('book_id').inverseJoinColumn('tag_id'),
  },
});
class Book extends BookSchema.class {}
BookSchema.setClass(Book);

const AuthorSchema = defineEntity({
  name: 'Author',
  tableName: 'author',
  properties: {
    id: p.integer().primary(),
    email: p.text().unique(),
    name: p.text(),
    age: p.integer(),
    active: p.boolean(),
    bio: p.text().strictNullable(),
    createdAt: p.datetime(),
    meta: p.json<Meta>(),
    books: () => p.oneToMany(Book).mappedBy('author'),
  },
});
class Author extends AuthorSchema.class {}
AuthorSchema.setClass(Author);

const ENTITIES = [AuthorSchema, BookSchema, TagSchema];

export const connectPostgres: Connect = async (clientUrl) => {
  const orm = await PostgresOrm.init({ clientUrl, entities: ENTITIES, pool: { max: MAX_CONNECTIONS } });
  return new MikroOrm(orm);
};

export const connectSqlite: Connect = async (dbName) => {
  // Loaded only where it is used, for what a process loads counts as its memory.
  const { MikroORM: SqliteOrm } = await import('@mikro-orm/sqlite');
  const orm = await SqliteOrm.init({ dbName, entities: ENTITIES });
  return new MikroOrm(orm);
};

class MikroOrm implements Contender {
  constructor(private readonly orm: { readonly em: EntityManager; close(): Promise<void> }) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    const em = this.orm.em.fork();
    const authors = rows.map((row) => em.create(Author, row));
    await em.flush();
    return authors;
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    return this.orm.em.fork().findAll(Author);
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    return this.orm.em.fork().findOne(Author, id);
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    return this.orm.em.fork().findAll(Author, { populate: ['books.tags'] });
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    const em = this.orm.em.fork();
    const changed = (await em.findAll(Author)).filter(chosen);
    for (const author of changed) author.age += 1;
    await em.flush();
    return changed;
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    return this.orm.em
      .fork()
      .find(Author, { active: true, age: { $gte: minimumAge } }, { orderBy: { id: 'asc' }, offset, limit });
  }

  async close(): Promise<void> {
    await this.orm.close();
  }
}
