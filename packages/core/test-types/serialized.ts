/**
 * What session.serialize gives, and which names it takes.
 */
import { expectTypeOf } from 'expect-type';
import type { Loaded } from '../src/query';
import type { Session } from '../src/session';
import type { Author, Book, OrderLine } from './entities';

declare const serialize: Session['serialize'];
declare const book: Book;
declare const books: Loaded<Book, 'author' | 'tags'>[];
declare const line: OrderLine;
declare const names: ('author' | 'tags')[];

function columns(): void {
  const plain = serialize(book);
  expectTypeOf(plain.title).toEqualTypeOf<string>();
  expectTypeOf(plain.pages).toEqualTypeOf<string>();
  expectTypeOf(plain.status).toEqualTypeOf<'draft' | 'published'>();
  expectTypeOf(plain.publishedAt).toEqualTypeOf<Date | null>();
  expectTypeOf(plain.author).toEqualTypeOf<{ id: number }>();
  expectTypeOf(plain.editor).toEqualTypeOf<{ id: number } | null>();
  expectTypeOf(serialize(line).order).toEqualTypeOf<{ number: number }>();
  // @ts-expect-error a collection that was not loaded is not in it
  plain.tags;
  // @ts-expect-error a method is not in it
  serialize({} as Author).greet;
}

function loaded(): void {
  const [first] = serialize(books);
  expectTypeOf(first!.author.name).toEqualTypeOf<string>();
  expectTypeOf(first!.author.mentor).toEqualTypeOf<{ id: number } | null>();
  expectTypeOf(first!.tags).toEqualTypeOf<{ id: string; name: string }[]>();
}

function forms(): void {
  const plain = serialize(book, { include: ['editor', 'tags.books'], omit: ['price', 'tags.name'] });
  expectTypeOf(plain.editor?.name).toEqualTypeOf<string | undefined>();
  expectTypeOf(plain.author).toEqualTypeOf<{ id: number }>();
  expectTypeOf(plain.tags[0]!.books[0]!.title).toEqualTypeOf<string>();
  // @ts-expect-error left out
  plain.price;
  // @ts-expect-error left out
  plain.tags[0]!.name;

  const few = serialize(books, { only: ['title', 'author.name'] });
  expectTypeOf(few).toEqualTypeOf<{ title: string; author: { name: string } }[]>();

  const inGroups = serialize(book, { groups: ['admin'] });
  expectTypeOf(inGroups.title).toEqualTypeOf<string | undefined>();

  const known = serialize(book, { include: names });
  // @ts-expect-error which relations are written is known when it runs
  known.tags;
}

function refused(): void {
  // @ts-expect-error there is no such relation
  serialize(book, { include: ['authr'] });
  // @ts-expect-error a column is no relation
  serialize(book, { include: ['title'] });
  // @ts-expect-error there is no such column
  serialize(book, { only: ['titel'] });
  // @ts-expect-error there is no such column at the end
  serialize(books, { omit: ['author.nam'] });
  // @ts-expect-error a path cannot go on after a column
  serialize(book, { omit: ['title.length'] });
  // @ts-expect-error there is no such option
  serialize(book, { exclude: ['title'] });
}
