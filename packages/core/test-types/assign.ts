/**
 * AssignData: what data from outside may say of an entity, by type; and collections as readonly arrays.
 */
import { expectTypeOf } from 'expect-type';
import type { Session } from '../src/session';
import type { AssignData, Loaded, LoadedMany, Many } from '../src/query';
import type { Author, Book, OrderLine, Tag } from './entities';

declare const session: Session;
declare const author: Author;
declare const book: Book;
declare const line: OrderLine;
declare const tag: Tag;

// Neither keys nor locks, and no methods.
expectTypeOf<keyof AssignData<Author>>().toEqualTypeOf<
  'name' | 'age' | 'bio' | 'active' | 'score' | 'meta' | 'mentor' | 'books' | 'createdAt'
>();

function assign(): void {
  expectTypeOf(session.assign(book, { title: 'x' })).toEqualTypeOf<Book>();
  // As JSON has them.
  session.assign(book, { pages: '9007199254740993', publishedAt: '2026-01-01T00:00:00Z', status: 'draft' });
  session.assign(book, { pages: 3n, publishedAt: new Date(), cover: null });
  // References by entity, key, or an object with the key.
  session.assign(book, { author: 1, editor: null });
  session.assign(book, { author, editor: { id: 2 } });
  session.assign(line, { order: 3, seat: { row: 1, place: 'a' } });
  // Collections by entities and keys.
  session.assign(book, { tags: ['a', tag, { id: 'b' }] });
  session.assign(author, { books: [1, book] });
  session.assign(book, { title: 'x', author: 1 }, { allow: ['title', 'author', 'tags'] });
  // Of a result, by its entity.
  session.assign({} as Loaded<Book, 'tags'>, { title: 'x' });

  // @ts-expect-error no property
  session.assign(book, { titel: 'x' });
  // @ts-expect-error the key
  session.assign(book, { id: 7 });
  // @ts-expect-error no text
  session.assign(book, { title: 5 });
  // @ts-expect-error not nullable
  session.assign(book, { title: null });
  // @ts-expect-error no value of the enum
  session.assign(book, { status: 'lost' });
  // @ts-expect-error not nullable
  session.assign(book, { author: null });
  // @ts-expect-error the key of a tag is a text
  session.assign(book, { tags: [1] });
  // @ts-expect-error a list
  session.assign(book, { tags: 'a' });
  // @ts-expect-error no property
  session.assign(book, { title: 'x' }, { allow: ['titel'] });
  // @ts-expect-error a method
  session.assign(author, { greet: 'x' });
}

function arrays(tags: LoadedMany<Tag>, books: Loaded<Author, 'books'>['books'], unloaded: Many<Tag>): void {
  expectTypeOf(tags[0]).toEqualTypeOf<Tag | undefined>();
  expectTypeOf(tags.reduce((sum, { name }) => sum + name.length, 0)).toEqualTypeOf<number>();
  expectTypeOf(tags.slice(1)).toEqualTypeOf<Tag[]>();
  expectTypeOf(tags.filter((each): each is Tag & { id: 'a' } => each.id === 'a')).toEqualTypeOf<
    (Tag & { id: 'a' })[]
  >();
  expectTypeOf(books.flatMap(({ title }) => [title, title])).toEqualTypeOf<string[]>();
  const given: readonly Tag[] = tags;
  expectTypeOf(given).toEqualTypeOf<readonly Tag[]>();
  expectTypeOf(unloaded.has(tag)).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(unloaded.count()).toEqualTypeOf<Promise<number>>();
  unloaded.clear();

  // @ts-expect-error not loaded
  unloaded[0];
  // @ts-expect-error not loaded
  unloaded.reduce;
  // @ts-expect-error not loaded
  const whole: readonly Tag[] = unloaded;
  // @ts-expect-error readonly
  tags[0] = tag;
  // @ts-expect-error readonly
  tags.push;
  // @ts-expect-error a book is no tag
  void unloaded.has(book);
}
