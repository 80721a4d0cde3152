/**
 * Loaded: what include and session.load make readable, step by step, and where such an entity fits.
 */
import { expectTypeOf } from 'expect-type';
import type { EntityOf, Loaded, LoadedMany, QuerySet, Ref } from '../src/query';
import type { Session } from '../src/session';
import type { Author, Book, Tag, Ticket } from './entities';

declare const authors: QuerySet<Author>;
declare const books: QuerySet<Book>;
declare const tickets: QuerySet<Ticket>;
declare const load: Session['load'];
declare const author: Author;
declare const plainBook: Book;

declare function takesBook(book: Book): void;
declare function takesTicket(ticket: Ticket): void;
declare function takesAuthorOf(book: Loaded<Book, 'author'>): void;
declare function takesBooksOf(author: Loaded<Author, 'books'>): void;
declare function takesItems(items: LoadedMany<Tag>): void;

async function include(): Promise<void> {
  const book = await books.include('author', 'tags').get(1);
  expectTypeOf(book).toEqualTypeOf<Loaded<Book, 'author' | 'tags'>>();
  expectTypeOf(book.author.name).toEqualTypeOf<string>();
  expectTypeOf(book.author.greet()).toEqualTypeOf<string>();
  expectTypeOf(book.title).toEqualTypeOf<string>();
  expectTypeOf(book.tags.length).toEqualTypeOf<number>();
  expectTypeOf(book.tags.at(0)).toEqualTypeOf<Tag | undefined>();
  expectTypeOf(book.tags.map((tag) => tag.name)).toEqualTypeOf<string[]>();
  for (const tag of book.tags) expectTypeOf(tag).toEqualTypeOf<Tag>();
  expectTypeOf([...book.tags]).toEqualTypeOf<Tag[]>();
  takesItems(book.tags);
  book.tags.add({} as Tag);
  expectTypeOf(book.tags.query()).toEqualTypeOf<QuerySet<Tag>>();

  // What was not included stays out of sight.
  // @ts-expect-error the editor is not loaded
  book.editor?.name;
  // @ts-expect-error the author's books are not loaded
  book.author.books.length;

  // A to-one relation that may be null may be null when it is loaded, too.
  const edited = await books.include('editor').get(1);
  // @ts-expect-error it may be null
  edited.editor.name;
  expectTypeOf(edited.editor?.name).toEqualTypeOf<string | undefined>();

  // Without paths nothing is loaded.
  const bare = await books.include().get(1);
  // @ts-expect-error not loaded
  bare.author.name;

  // The way over the wire is an option of the last place.
  const joined = await books.include('author', 'tags', { strategy: 'query' }).get(1);
  expectTypeOf(joined.author.name).toEqualTypeOf<string>();
  expectTypeOf(joined.tags.length).toEqualTypeOf<number>();
  // @ts-expect-error there is no such strategy
  books.include('author', { strategy: 'telepathy' });
}

async function nested(): Promise<void> {
  const reader = await authors.include('books.tags', 'books.editor.mentor', 'mentor').first();
  const book = reader!.books.at(0)!;
  expectTypeOf(book.tags.at(0)!.name).toEqualTypeOf<string>();
  expectTypeOf(book.editor?.mentor?.age).toEqualTypeOf<number | undefined>();
  expectTypeOf(reader!.mentor?.name).toEqualTypeOf<string | undefined>();
  // @ts-expect-error books were not included behind the mentor
  reader!.mentor?.books.length;
  // @ts-expect-error the author of the books was not included
  book.author.name;
}

async function compose(): Promise<void> {
  const steps = await books.include('author').include('tags').include('tags.books', 'author.books.editor').get(1);
  expectTypeOf(steps.author.name).toEqualTypeOf<string>();
  for (const tag of steps.tags) for (const book of tag.books) expectTypeOf(book.title).toEqualTypeOf<string>();
  for (const book of steps.author.books) expectTypeOf(book.editor?.name).toEqualTypeOf<string | undefined>();

  const atOnce = await books.include('author', 'tags', 'tags.books', 'author.books.editor').get(1);
  expectTypeOf(steps).toEqualTypeOf(atOnce);
  expectTypeOf<Loaded<Loaded<Book, 'author'>, 'tags'>>().toEqualTypeOf<Loaded<Book, 'author' | 'tags'>>();
  expectTypeOf<EntityOf<Loaded<Book, 'author'>>>().toEqualTypeOf<Book>();

  // Narrowing and order leave the shape as it is.
  const narrowed = await books.include('author').filter({ title: 'x' }).orderBy('title').limit(1).withDeleted();
  expectTypeOf(narrowed).toEqualTypeOf<Loaded<Book, 'author'>[]>();
}

async function fits(): Promise<void> {
  const book = await books.include('author.books', 'tags').get(1);
  // What is loaded is an entity as before …
  takesBook(book);
  author.books.add(book);
  // … and fits where less is asked for.
  takesAuthorOf(book);
  takesBooksOf(book.author);
  // @ts-expect-error an author that was not loaded is not enough
  takesAuthorOf(plainBook);
  // @ts-expect-error tags do not stand for the author
  takesAuthorOf(await books.include('tags').get(1));

  // An entity can be assigned to a relation that is loaded; a reference cannot, as it may not be.
  book.author = await authors.include('books').get(1);
  // @ts-expect-error it is not known to be loaded
  book.author = plainBook.author;

  // Private members do not get in the way.
  const ticket = await tickets.include('reporter', 'watchers.books').get(1);
  takesTicket(ticket);
  expectTypeOf(ticket.reporter.name).toEqualTypeOf<string>();
}

/** Paths that are known at run time alone load, and promise nothing. */
async function dynamic(): Promise<void> {
  const some: ('author' | 'tags')[] = ['tags'];
  const one = some[0]!;
  const both = ['author', 'tags'] as const;
  const first = await books.include(...some).get(1);
  // @ts-expect-error not known to be loaded
  first.author.name;
  // @ts-expect-error not known to be loaded
  first.tags.length;
  const second = await books.include('editor', one).get(1);
  expectTypeOf(second.editor?.name).toEqualTypeOf<string | undefined>();
  // @ts-expect-error one of two is not known to be the one
  second.author.name;
  const third = await books.include(...both).get(1);
  expectTypeOf(third).toEqualTypeOf<Loaded<Book, 'author' | 'tags'>>();
  const many = await books.include('author', 'tags', 'editor', 'tags.books', 'author.books').get(1);
  expectTypeOf(many.author.books.length).toEqualTypeOf<number>();
  const fifth = await load(plainBook, ...some);
  // @ts-expect-error not known to be loaded
  fifth.author.name;
  const sixth = await load([plainBook], one);
  // @ts-expect-error not known to be loaded
  sixth[0]!.author.name;
  expectTypeOf((await load(plainBook, ...both)).author.name).toEqualTypeOf<string>();
  // @ts-expect-error one of them is no relation
  books.include(...(['author', 'title'] as ('author' | 'title')[]));
}

async function sessionLoad(): Promise<void> {
  const one = await load(plainBook, 'author', 'tags.books');
  expectTypeOf(one).toEqualTypeOf<Loaded<Book, 'author' | 'tags.books'>>();
  takesBook(one);

  const more = await load(one, 'editor');
  expectTypeOf(more.author.name).toEqualTypeOf<string>();
  expectTypeOf(more.editor?.name).toEqualTypeOf<string | undefined>();

  const several = await load([plainBook, plainBook], 'author');
  expectTypeOf(several).toEqualTypeOf<Loaded<Book, 'author'>[]>();
  const queried = await load(await books.include('tags'), 'author.books');
  expectTypeOf(queried[0]!.tags.length).toEqualTypeOf<number>();
  expectTypeOf(queried[0]!.author.books.length).toEqualTypeOf<number>();

  // A reference is loaded into the entity that it refers to.
  expectTypeOf((await load(plainBook.author)).name).toEqualTypeOf<string>();
  expectTypeOf((await load(plainBook.author, 'books')).books.length).toEqualTypeOf<number>();
  takesBooksOf(await load(plainBook.author, 'books'));

  // @ts-expect-error misspelt
  load(plainBook, 'autor');
  // @ts-expect-error misspelt at its end
  load([plainBook], 'author.boks');
  // @ts-expect-error nothing is no entity
  load(null, 'author');
}
