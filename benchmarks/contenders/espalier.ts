/** Espalier: annotated classes, a session a unit of work, querysets. On SQLite on sqlite3, like the bare driver. */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  gte,
  HasMany,
  ManyToMany,
  PrimaryKey,
  type Many,
  type Ref,
} from '@espalier/core';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';
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

@Entity({ table: 'author' })
class Author {
  @PrimaryKey() id!: number;
  @Column({ unique: true }) email!: string;
  @Column() name!: string;
  @Column() age!: number;
  @Column() active!: boolean;
  @Column({ type: 'text', nullable: true }) bio!: string | null;
  @Column({ type: 'timestamptz' }) createdAt!: Date;
  @Column({ type: 'json' }) meta!: Meta;
  @HasMany(() => Book, 'author') books!: Many<Book>;
}

@Entity({ table: 'book' })
class Book {
  @PrimaryKey() id!: number;
  @Column() title!: string;
  @Column({ type: 'decimal', precision: 10, scale: 2 }) price!: string;
  @Column() pages!: number;
  @Column({ type: 'timestamptz' }) publishedAt!: Date;
  @BelongsTo(() => Author, { column: 'author_id' }) author!: Ref<Author>;
  @ManyToMany(() => Tag, { through: 'book_tag', from: 'book_id', to: 'tag_id' }) tags!: Many<Tag>;
}

@Entity({ table: 'tag' })
class Tag {
  @PrimaryKey() id!: number;
  @Column({ unique: true }) name!: string;
}

const ENTITIES = [Author, Book, Tag];

export const connectPostgres: Connect = async (primary) => {
  const database = postgres({ primary, pool: { max: MAX_CONNECTIONS } });
  return new EspalierContender(await Espalier.connect({ entities: ENTITIES, databases: { default: database } }));
};

export const connectSqlite: Connect = async (file) =>
  new EspalierContender(await Espalier.connect({ entities: ENTITIES, databases: { default: sqlite(file) } }));

class EspalierContender implements Contender {
  constructor(private readonly orm: Espalier) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    const authors = rows.map((row) => session.create(Author, row));
    await session.commit();
    return authors;
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    return await session.repository(Author).all();
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    await using session = this.orm.session();
    return await session.repository(Author).find(id);
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    await using session = this.orm.session();
    return await session.repository(Author).all().include('books.tags');
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    const changed = (await session.repository(Author).all()).filter(chosen);
    for (const author of changed) author.age += 1;
    await session.commit();
    return changed;
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    return await session
      .repository(Author)
      .filter({ active: true, age: gte(minimumAge) })
      .orderBy('id')
      .limit(limit)
      .offset(offset);
  }

  async close(): Promise<void> {
    await this.orm.close();
  }
}
