/**
 * Espalier: annotated classes, a session a unit of work, querysets. Which engine it stands on, and which checkout of it this is, its caller says;
 * so each process loads one engine only.
 */
import type * as EspalierCore from '@espalier/core';
import type { DatabaseConfig, Many, Ref } from '@espalier/core';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AuthorRecord, AuthorWithBooks, Contender, Meta, NewAuthor, Page } from '../src/contender';

export type Core = typeof EspalierCore;

/** A package of the repository around this one, or of the checkout that `--compare` names. */
export function packageOf<Module>(name: string): Module {
  const checkout = process.env.ESPALIER_CHECKOUT;
  return createRequire(checkout === undefined ? __filename : join(checkout, 'package.json'))(name) as Module;
}

export async function connectEspalier(database: DatabaseConfig): Promise<Contender> {
  const core = packageOf<Core>('@espalier/core');
  const { Author, Book, Tag } = entitiesOf(core);
  const orm = await core.Espalier.connect({ entities: [Author, Book, Tag], databases: { default: database } });
  return new EspalierContender(core, orm, Author);
}

type AuthorClass = ReturnType<typeof entitiesOf>['Author'];

function entitiesOf({ BelongsTo, Column, Entity, HasMany, ManyToMany, PrimaryKey }: Core) {
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

  return { Author, Book, Tag };
}

class EspalierContender implements Contender {
  constructor(
    private readonly core: Core,
    private readonly orm: EspalierCore.Espalier,
    private readonly author: AuthorClass,
  ) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    const authors = rows.map((row) => session.create(this.author, row));
    await session.commit();
    return authors;
  }

  async loadAuthors(): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    return await session.repository(this.author).all();
  }

  async findAuthor(id: number): Promise<AuthorRecord | null> {
    await using session = this.orm.session();
    return await session.repository(this.author).find(id);
  }

  async loadLibrary(): Promise<AuthorWithBooks[]> {
    await using session = this.orm.session();
    return await session.repository(this.author).all().include('books.tags');
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    const changed = (await session.repository(this.author).all()).filter(chosen);
    for (const author of changed) author.age += 1;
    await session.commit();
    return changed;
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<AuthorRecord[]> {
    await using session = this.orm.session();
    return await session
      .repository(this.author)
      .filter({ active: true, age: this.core.gte(minimumAge) })
      .orderBy('id')
      .limit(limit)
      .offset(offset);
  }

  async close(): Promise<void> {
    await this.orm.close();
  }
}
