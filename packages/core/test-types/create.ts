/**
 * CreateData, UpdateData and Defaulted: what a new entity needs by type, and what an update may set.
 */
import { expectTypeOf } from 'expect-type';
import type { CreateData, Defaulted, QuerySet, Ref, UpdateData, Where } from '../src/query';
import type { Author, Book, BookStatus, Order, OrderLine, Tag, Ticket } from './entities';

declare const authors: QuerySet<Author>;
declare const books: QuerySet<Book>;
declare const tickets: QuerySet<Ticket>;
declare const author: Author;
declare const book: Book;
declare const tag: Tag;
declare const line: { book: Ref<Book>; tag: Ref<Tag> };

type RequiredKeys<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? never : K }[keyof T];

// Required are columns and to-one relations that are not nullable and that are not filled otherwise.
expectTypeOf<RequiredKeys<CreateData<Author>>>().toEqualTypeOf<'name' | 'age' | 'meta'>();
expectTypeOf<RequiredKeys<CreateData<Book>>>().toEqualTypeOf<'title' | 'price' | 'pages' | 'author'>();
expectTypeOf<RequiredKeys<CreateData<OrderLine>>>().toEqualTypeOf<'quantity' | 'order'>();
expectTypeOf<RequiredKeys<CreateData<Order>>>().toEqualTypeOf<never>();
// Inherited columns, optional and readonly properties, getters and private members are not asked for.
expectTypeOf<RequiredKeys<CreateData<Ticket>>>().toEqualTypeOf<'subject' | 'reporter'>();

expectTypeOf<keyof CreateData<Author>>().toEqualTypeOf<
  'id' | 'name' | 'age' | 'bio' | 'active' | 'score' | 'meta' | 'mentor' | 'books' | 'createdAt'
>();

function create(): void {
  books.create({ title: 'x', price: '5.00', pages: 3n, author });
  books.create({ title: 'x', price: '5.00', pages: 3n, author: book.author, id: 7, status: 'draft', editor: null });
  // To-many relations take the entities to relate.
  books.create({ title: 'x', price: '5.00', pages: 3n, author, tags: [tag] });
  tickets.create({ subject: 'x', reporter: author, watchers: [author, author], nickname: 'y', checksum: 'z' });
  authors.create({ name: 'x', age: 3, meta: { label: 'y' }, active: false, score: null, createdAt: new Date() });
  authors.insertMany([{ name: 'x', age: 3, meta: {} }]);
  // A to-one relation also takes the value of the key, a to-many one references.
  books.create({ title: 'x', price: '5.00', pages: 3n, author: 1, editor: null });
  books.insertMany([{ title: 'x', price: '5.00', pages: 3n, author: 1 }]);
  books.filter({ id: 1 }).update({ author: 2, editor: null });
  authors.create({ name: 'x', age: 3, meta: {}, books: [line.book] });
  author.books.add(line.book);
  author.books.remove(line.book);
  // @ts-expect-error a reference to a tag is none to a book
  author.books.add(line.tag);
  // @ts-expect-error the key of an author is a number
  books.create({ title: 'x', price: '5.00', pages: 3n, author: 'x' });

  // @ts-expect-error the author is missing
  books.create({ title: 'x', price: '5.00', pages: 3n });
  // @ts-expect-error the title is missing
  books.create({ price: '5.00', pages: 3n, author });
  // @ts-expect-error a price is a text
  books.create({ title: 'x', price: 5, pages: 3n, author });
  // @ts-expect-error a title is not null
  books.create({ title: null, price: '5.00', pages: 3n, author });
  // @ts-expect-error an author is no tag
  books.create({ title: 'x', price: '5.00', pages: 3n, author: tag });
  // @ts-expect-error no such property
  books.create({ title: 'x', price: '5.00', pages: 3n, author, titel: 'y' });
  // @ts-expect-error a method is no property to set
  authors.create({ name: 'x', age: 3, meta: {}, greet: () => 'x' });
  // @ts-expect-error books are no tags
  books.create({ title: 'x', price: '5.00', pages: 3n, author, tags: [book] });
  // @ts-expect-error no such status
  books.create({ title: 'x', price: '5.00', pages: 3n, author, status: 'lost' });
  // @ts-expect-error one has no name
  authors.insertMany([{ age: 3, meta: {} }]);
}

/** Conditions and data can be put together step by step. */
function stepByStep(title: string | undefined): void {
  const where: Where<Book> = {};
  if (title !== undefined) where.title = title;
  const data: UpdateData<Book> = {};
  if (title !== undefined) data.title = title;
}

function update(): void {
  books.update({ title: 'x', author, editor: null, status: 'published', publishedAt: new Date() });
  tickets.update({ deletedAt: null });
  books.update({});

  // @ts-expect-error the key stays
  books.update({ id: 3 });
  // @ts-expect-error the lock counts by itself
  tickets.update({ version: 3 });
  // @ts-expect-error readonly
  tickets.update({ checksum: 'x' });
  // @ts-expect-error a getter
  tickets.update({ summary: 'x' });
  // @ts-expect-error to-many relations are no columns
  books.update({ tags: [tag] });
  // @ts-expect-error a title is not null
  books.update({ title: null });
  // @ts-expect-error no such property
  books.update({ titel: 'x' });
  // @ts-expect-error a number for a text
  books.update({ title: 3 });
}

expectTypeOf<keyof UpdateData<Ticket>>().toEqualTypeOf<
  'createdAt' | 'updatedAt' | 'deletedAt' | 'subject' | 'nickname' | 'reporter'
>();

function defaulted(): void {
  // It is written as a plain value, and read as one below.
  author.active = true;
  author.active = Math.random() > 0.5;
  author.score = 3;
  author.score = null;
  book.status = 'draft';
  const stamp: Defaulted<Date> = new Date();
  const settings: Defaulted<{ theme: string }> = { theme: 'dark' };
  const list: Defaulted<string[]> = ['x'];
  const id: Defaulted<bigint> = 3n;
  // @ts-expect-error a text is no truth
  author.active = 'x';
  // @ts-expect-error no such status
  book.status = 'lost';
  // @ts-expect-error it was not declared nullable
  author.active = null;
}

function readDefaulted(author: Author, book: Book, stamp: Defaulted<Date>, id: Defaulted<bigint>): void {
  expectTypeOf(author.active).toExtend<boolean>();
  expectTypeOf(author.score).toExtend<number | null>();
  expectTypeOf(book.status).toExtend<BookStatus>();
  const active: boolean = author.active;
  const score: number | null = author.score;
  const status: BookStatus = book.status;
  expectTypeOf((author.score ?? 0) * 2 + stamp.getHours()).toEqualTypeOf<number>();
  expectTypeOf(id + 1n).toEqualTypeOf<bigint>();
  expectTypeOf(author.active === true).toEqualTypeOf<boolean>();
  switch (book.status) {
    case 'draft':
    case 'published':
      break;
    default:
      book.status satisfies never;
  }
}

function useDefaulted(): void {
  // Conditions and data know nothing of the mark.
  expectTypeOf<CreateData<Author>['active']>().toEqualTypeOf<boolean | undefined>();
  expectTypeOf<CreateData<Author>['score']>().toEqualTypeOf<number | null | undefined>();
  expectTypeOf<UpdateData<Book>['status']>().toEqualTypeOf<BookStatus | undefined>();
  expectTypeOf<CreateData<Order>['number']>().toEqualTypeOf<number | undefined>();
  authors.filter({ active: true, score: 3 }).orderBy('-score', 'active').only('score');
}

// Types that a mark could disturb.
expectTypeOf<null>().toExtend<Defaulted<string | null>>();
expectTypeOf<boolean>().toExtend<Defaulted<boolean>>();
expectTypeOf<Defaulted<boolean>>().toExtend<boolean>();
expectTypeOf<Defaulted<'a' | 'b'>>().toExtend<'a' | 'b'>();
expectTypeOf<undefined>().not.toExtend<Defaulted<string | null>>();
