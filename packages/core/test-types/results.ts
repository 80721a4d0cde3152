/**
 * only and defer: columns that were not read cannot be read by type.
 */
import { expectTypeOf } from 'expect-type';
import type { Defer, Only, QuerySet } from '../src/query';
import type { Session } from '../src/session';
import type { Book, OrderLine, Seat, Ticket } from './entities';

declare const books: QuerySet<Book>;
declare const seats: QuerySet<Seat>;
declare const tickets: QuerySet<Ticket>;
declare const load: Session['load'];
declare function takesBook(book: Book): void;

async function only(): Promise<void> {
  const book = await books.only('title', 'author').get(1);
  expectTypeOf(book).toEqualTypeOf<Only<Book, 'title' | 'author'>>();
  expectTypeOf(book.title).toEqualTypeOf<string>();
  // The key comes along, and a to-one relation by its own key.
  expectTypeOf(book.id).toEqualTypeOf<number>();
  expectTypeOf(book.author.id).toEqualTypeOf<number>();
  // To-many relations are no columns.
  book.tags.query();
  // @ts-expect-error not read
  book.price;
  // @ts-expect-error not read
  book.editor;
  // @ts-expect-error not the whole of a book
  takesBook(book);

  // The last one says what is read.
  const again = await books.only('title').only('price').get(1);
  expectTypeOf(again.price).toEqualTypeOf<string>();
  // @ts-expect-error not read
  again.title;

  // @ts-expect-error misspelt
  books.only('titel');
  // @ts-expect-error to-many relations are no columns
  books.only('tags');
  // @ts-expect-error columns of this entity only
  books.only('author.name');

  // A key of another name has to be listed to be seen.
  const seat = await seats.only('row', 'place').first();
  expectTypeOf(seat!.row).toEqualTypeOf<number>();
  // @ts-expect-error not read
  seat!.comfortable;

  // What was inherited counts as well.
  const ticket = await tickets.only('subject').first();
  expectTypeOf(ticket!.id).toEqualTypeOf<number>();
  // @ts-expect-error not read
  ticket!.createdAt;
}

async function defer(): Promise<void> {
  const book = await books.defer('cover', 'price').get(1);
  expectTypeOf(book).toEqualTypeOf<Defer<Book, 'cover' | 'price'>>();
  expectTypeOf(book.title).toEqualTypeOf<string>();
  // @ts-expect-error not read
  book.cover;
  // @ts-expect-error not read
  book.price;

  // One adds to the other.
  const twice = await books.defer('cover').defer('price').get(1);
  expectTypeOf(twice).toEqualTypeOf<Defer<Book, 'cover' | 'price'>>();

  // The key is always read.
  expectTypeOf((await books.defer('id').get(1)).id).toEqualTypeOf<number>();
  // @ts-expect-error misspelt
  books.defer('titel');
}

async function together(): Promise<void> {
  // Included relations stay, in either order.
  const before = await books.include('author').only('title').get(1);
  expectTypeOf(before.author.name).toEqualTypeOf<string>();
  // @ts-expect-error not read
  before.price;
  const after = await books.only('title').include('author', 'tags.books').get(1);
  expectTypeOf(after.author.name).toEqualTypeOf<string>();
  expectTypeOf(after.tags.at(0)?.books.at(0)?.price).toEqualTypeOf<string | undefined>();
  // @ts-expect-error not read
  after.price;
  const deferred = await books.defer('price').include('editor').get(1);
  expectTypeOf(deferred.editor?.name).toEqualTypeOf<string | undefined>();
  // @ts-expect-error not read
  deferred.price;

  const loaded = await load(await books.only('title').get(1), 'author');
  expectTypeOf(loaded.author.name).toEqualTypeOf<string>();
  expectTypeOf(loaded.title).toEqualTypeOf<string>();
  // @ts-expect-error not read
  loaded.price;

  // Conditions and order are about the entity, whatever is read of it.
  books
    .only('title')
    .filter({ price: '5.00', author: { name: 'x' } })
    .orderBy('-price');
}

// What reads columns by generic code gets them.
expectTypeOf<Only<OrderLine, 'quantity'>>().toHaveProperty('quantity');
expectTypeOf<Only<OrderLine, 'quantity'>>().toHaveProperty('id');
expectTypeOf<Only<OrderLine, 'quantity'>>().not.toHaveProperty('seat');
