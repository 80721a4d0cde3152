/**
 * A small user of the packages. It is compiled as an ES module and as CommonJS, with legacy and with standard decorators, against the
 * packages as they are published; `writeAndRead` is also run, with the entities of the other module format.
 */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  HasMany,
  PrimaryKey,
  Timestamps,
  startsWith,
  type Many,
  type Ref,
} from '@espalier/core';
import { belongsTo, column, entity, primaryKey } from '@espalier/core/define';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';

@Entity()
@Timestamps()
export class Author {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text', unique: true }) name!: string;
  @HasMany(() => Book, 'author') books!: Many<Book>;
  createdAt!: Date;
  updatedAt!: Date;
}

@Entity()
export class Book {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) title!: string;
  @BelongsTo(() => Author) author!: Ref<Author>;
}

/** Without decorators. */
export class Review {
  id!: number;
  text!: string;
  book!: Ref<Book>;
}
entity(Review, { properties: { id: primaryKey(), text: column('text'), book: belongsTo(() => Book) } });

export const entities = { Author, Book, Review };

/** Writes an author with a book, of whichever module the entities are, and reads them back in another session. */
export async function writeAndRead(classes: typeof entities): Promise<string[]> {
  const orm = await Espalier.connect({
    entities: [classes.Author, classes.Book, classes.Review],
    databases: { default: sqlite(':memory:') },
  });
  try {
    await orm.schema.create();
    await orm.transaction(async (session) => {
      const author = session.create(classes.Author, { name: 'Ursula' });
      const book = session.create(classes.Book, { title: 'The Dispossessed', author });
      session.create(classes.Review, { text: 'Good', book });
      await session.flush();
    });
    const session = orm.session();
    const books = await session
      .repository(classes.Book)
      .filter({ author: { name: startsWith('Urs') } })
      .include('author');
    await session.close();
    return books.map((book) => `${book.author.name}: ${book.title}`);
  } finally {
    await orm.close();
  }
}

/** Opened by no one: only that each package takes these options is of interest. */
export const elsewhere = () => ({
  analytics: postgres({ primary: 'postgres://127.0.0.1/none', pool: { max: 5 } }),
  legacy: mysql('mysql://127.0.0.1/none'),
});
