/**
 * only and defer: columns that were not read cannot be read by type.
 */
import { expectTypeOf } from 'expect-type';
import type { Defer, Loaded, Only, QuerySet } from '../src/query';
import type { Session } from '../src/session';
import type { Author, Book, OrderLine, Seat, Ticket } from './entities';

declare const books: QuerySet<Book>;
declare const seats: QuerySet<Seat>;
declare const tickets: QuerySet<Ticket>;
declare const load: Session['load'];
declare function takesBook(book: Book): void;
declare function takesAuthor(author: Author): void;
declare function takesAuthorOf(book: Loaded<Book, 'author'>): void;

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
  // @ts-expect-error misspelt at its end
  books.only('author.nam');
  // @ts-expect-error a column has no columns
  books.only('title.length');
  // @ts-expect-error to-many relations are no columns, at the end of a path neither
  books.defer('author.books');
  // @ts-expect-error any text is no column
  books.undefer('author.name' as string);

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

async function alongRelations(): Promise<void> {
  const book = await books.include('author.mentor', 'tags.books').only('title', 'author.name', 'tags.name').get(1);
  expectTypeOf(book.title).toEqualTypeOf<string>();
  expectTypeOf(book.author.name).toEqualTypeOf<string>();
  // The key, and what is included, are read in any case.
  expectTypeOf(book.author.id).toEqualTypeOf<number>();
  expectTypeOf(book.author.mentor?.age).toEqualTypeOf<number | undefined>();
  for (const tag of book.tags) expectTypeOf(tag.name).toEqualTypeOf<string>();
  for (const tag of book.tags) for (const other of tag.books) expectTypeOf(other.price).toEqualTypeOf<string>();
  // @ts-expect-error not read
  book.price;
  // @ts-expect-error not read of the author
  book.author.age;
  // @ts-expect-error not the whole of an author
  takesAuthor(book.author);

  // Nothing is said of the columns of the book here.
  const deferred = await books.defer('author.bio', 'tags.name').include('author', 'tags').get(1);
  takesBook(await books.include('tags').defer('tags.name').get(1));
  // @ts-expect-error its author is not whole
  takesBook(deferred);
  expectTypeOf(deferred.price).toEqualTypeOf<string>();
  expectTypeOf(deferred.author.name).toEqualTypeOf<string>();
  expectTypeOf(deferred.tags.at(0)?.id).toEqualTypeOf<string | undefined>();
  // @ts-expect-error not read of the author
  deferred.author.bio;
  // @ts-expect-error not read of the tags
  deferred.tags.at(0)?.name;
  // @ts-expect-error an author without a biography is not enough
  takesAuthorOf(deferred);

  const deep = await books.include('author.mentor').defer('author.mentor.bio').get(1);
  expectTypeOf(deep.author.bio).toEqualTypeOf<string | null>();
  expectTypeOf(deep.author.mentor?.name).toEqualTypeOf<string | undefined>();
  // @ts-expect-error not read of the mentor
  deep.author.mentor?.bio;

  // One adds to the other.
  const twice = await books.include('author').defer('author.bio').defer('author.age').get(1);
  // @ts-expect-error not read
  twice.author.bio;
  // @ts-expect-error not read
  twice.author.age;
  // The last one says what is read.
  const again = await books.include('author').only('author.name').only('author.age').get(1);
  expectTypeOf(again.author.age).toEqualTypeOf<number>();
  // @ts-expect-error not read
  again.author.name;
}

async function undefer(): Promise<void> {
  const whole = await books.undefer('cover').get(1);
  expectTypeOf(whole.cover).toEqualTypeOf<Uint8Array | null>();
  takesBook(whole);
  const back = await books.defer('cover', 'price').undefer('cover').get(1);
  expectTypeOf(back.cover).toEqualTypeOf<Uint8Array | null>();
  // @ts-expect-error not read
  back.price;
  const more = await books.only('title').undefer('cover').get(1);
  expectTypeOf(more.cover).toEqualTypeOf<Uint8Array | null>();
  // @ts-expect-error not read
  more.price;

  const author = await books.include('author').defer('author.bio', 'author.age').undefer('author.bio').get(1);
  expectTypeOf(author.author.bio).toEqualTypeOf<string | null>();
  // @ts-expect-error not read
  author.author.age;
  takesAuthor((await books.include('author').undefer('author.bio').get(1)).author);
  const added = await books.include('author').only('author.name').undefer('author.bio').get(1);
  expectTypeOf(added.author.bio).toEqualTypeOf<string | null>();
  expectTypeOf(added.author.name).toEqualTypeOf<string>();
  // @ts-expect-error not read
  added.author.age;

  // What is loaded again is read whole.
  const loaded = await load(author, 'editor');
  expectTypeOf(loaded.editor?.bio).toEqualTypeOf<string | null | undefined>();
  // @ts-expect-error misspelt
  books.undefer('covr');
}

// What reads columns by generic code gets them.
expectTypeOf<Only<OrderLine, 'quantity'>>().toHaveProperty('quantity');
expectTypeOf<Only<OrderLine, 'quantity'>>().toHaveProperty('id');
expectTypeOf<Only<OrderLine, 'quantity'>>().not.toHaveProperty('seat');
