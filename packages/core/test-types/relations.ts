/**
 * Ref and Many: what can be read and assigned before a relation is loaded, and how keys are named.
 */
import { expectTypeOf } from 'expect-type';
import type { KeyNames, KeyOf, Loaded, Many, Only, PrimaryKeyValue, QuerySet, Ref, Unloaded } from '../src/query';
import type { Author, Book, Order, OrderLine, Seat, Tag, Ticket, Tracked } from './entities';

declare const author: Author;
declare const book: Book;
declare const tag: Tag;
declare const ticket: Ticket;

// The key of a reference can be read, and nothing else of it.
expectTypeOf(book.author.id).toEqualTypeOf<number>();
// @ts-expect-error the author is not loaded
book.author.name;
// @ts-expect-error nor are its methods to be called
book.author.greet;
// @ts-expect-error nor its relations
book.author.books;

// A nullable reference has to be looked at first.
// @ts-expect-error it may be null
book.editor.id;
expectTypeOf(book.editor?.id).toEqualTypeOf<number | undefined>();

// An entity, loaded or not, is a reference to itself.
book.author = author;
book.editor = author;
book.editor = null;
book.author = book.editor!;
declare const loadedAuthor: Loaded<Author, 'books.tags'>;
book.author = loadedAuthor;
expectTypeOf<Author>().toExtend<Ref<Author>>();
expectTypeOf<Unloaded<Author>>().toExtend<Ref<Author>>();

// Nothing else is.
// @ts-expect-error a tag is no author
book.author = tag;
// @ts-expect-error a look-alike of the key is no reference
book.author = { id: 3 };
// @ts-expect-error the author is not nullable
book.author = null;
// @ts-expect-error a reference to a book is no reference to an author
book.author = {} as Unloaded<Book>;
// @ts-expect-error a reference is no entity
const notKnownToBeLoaded: Author = book.author;

// References and entities can be told to be the same.
if (book.author === author) book.author.id.toFixed();

// A key that is not called `id` is named.
declare const line: OrderLine;
expectTypeOf(line.order.number).toExtend<number>();
expectTypeOf(line.seat!.row).toEqualTypeOf<number>();
expectTypeOf(line.seat!.place).toEqualTypeOf<string>();
// @ts-expect-error not part of the key
line.order.note;
// @ts-expect-error not part of the key
line.seat!.comfortable;
// @ts-expect-error an order has no such property
type Misspelt = Ref<Order, 'numbr'>;

expectTypeOf<KeyNames<Author>>().toEqualTypeOf<'id'>();
expectTypeOf<KeyNames<Seat>>().toEqualTypeOf<never>();
expectTypeOf<KeyOf<Author>>().toEqualTypeOf<Pick<Author, 'id'>>();
expectTypeOf<KeyOf<Seat, 'row' | 'place'>>().toEqualTypeOf<{ row: number; place: string }>();

// A reference to an abstract base takes what is derived from it; its key is inherited.
declare const tracked: { subject: Ref<Tracked> };
tracked.subject = ticket;
expectTypeOf(tracked.subject.id).toEqualTypeOf<number>();

// The items of a to-many relation are asked for explicitly.
expectTypeOf(author.books.query()).toEqualTypeOf<QuerySet<Book>>();
author.books.add(book, book);
author.books.remove(book);
declare const loadedBook: Loaded<Book, 'author'>;
author.books.add(loadedBook);
// @ts-expect-error not loaded
for (const each of author.books) each;
// @ts-expect-error not loaded
author.books.length;
// @ts-expect-error a tag is no book
author.books.add(tag);
// @ts-expect-error books of an author are no tags of a book
book.tags = author.books;
expectTypeOf<Many<Book>>().not.toExtend<Many<Tag>>();

// The key of a row as a value, or with its name.
expectTypeOf<3>().toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<{ id: 3 }>().toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<string>().not.toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<{ name: 'x' }>().not.toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<null>().not.toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<undefined>().not.toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<Ref<Author>>().toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<Only<Author, 'name'>>().toExtend<PrimaryKeyValue<Author>>();
expectTypeOf<string>().toExtend<PrimaryKeyValue<Tag>>();
expectTypeOf<number>().not.toExtend<PrimaryKeyValue<Tag>>();
expectTypeOf<{ row: 1; place: 'a' }>().toExtend<PrimaryKeyValue<Seat>>();
expectTypeOf<{ row: 'a'; place: 'a' }>().not.toExtend<PrimaryKeyValue<Seat>>();
expectTypeOf<number>().toExtend<PrimaryKeyValue<Order>>();
