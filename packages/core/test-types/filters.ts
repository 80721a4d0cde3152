/**
 * Conditions: which values and operators fit which property, and what can never be written.
 */
import { expectTypeOf } from 'expect-type';
import {
  and,
  between,
  contains,
  endsWith,
  eq,
  every,
  gt,
  gte,
  icontains,
  iendsWith,
  ilike,
  inList,
  isNotNull,
  isNull,
  istartsWith,
  like,
  lt,
  lte,
  matches,
  ne,
  none,
  not,
  notIn,
  or,
  some,
  startsWith,
} from '../src/query';
import type { Combination, FieldCondition, Many, Only, QuerySet, Ref, Scopes, Where } from '../src/query';
import type { Author, Book, BookStatus, OrderLine, Seat, Tag, Ticket, Tracked } from './entities';

declare const authors: QuerySet<Author>;
declare const books: QuerySet<Book>;
declare const lines: QuerySet<OrderLine>;
declare const tickets: QuerySet<Ticket>;
declare const tracked: QuerySet<Tracked>;
declare const author: Author;
declare const book: Book;
declare const day: Date;
declare const parsed: unknown;

function values(): void {
  authors.filter({ name: 'x', age: 3, active: true, createdAt: day, id: 1 });
  books.filter({ pages: 3n, price: '5.00', status: 'draft', cover: new Uint8Array() });
  authors.filter({}, { name: 'x' });

  // @ts-expect-error a number for a text
  authors.filter({ name: 3 });
  // @ts-expect-error a text for a number
  authors.filter({ age: '3' });
  // @ts-expect-error a number for a bigint
  books.filter({ pages: 3 });
  // @ts-expect-error a text for a date
  authors.filter({ createdAt: '2020-01-01' });
  // @ts-expect-error no such status
  books.filter({ status: 'lost' });
  // @ts-expect-error an array is no list of alternatives
  authors.filter({ name: ['x', 'y'] });
  // @ts-expect-error no such property
  authors.filter({ nam: 'x' });
  // @ts-expect-error a method is no property to compare
  authors.filter({ greet: 'x' });
  // @ts-expect-error conditions are no text
  authors.filter('name = 1');
  // @ts-expect-error conditions are not missing
  authors.filter(undefined);
  // @ts-expect-error nor null
  authors.filter(null);
}

function nulls(): void {
  authors.filter({ bio: null });
  authors.filter({ bio: eq(null) });
  authors.filter({ score: null });
  books.filter({ editor: null });
  tickets.filter({ nickname: null, deletedAt: null });
  // @ts-expect-error names are not nullable
  authors.filter({ name: null });
  // @ts-expect-error the same by an operator
  authors.filter({ name: eq(null) });
  // @ts-expect-error the author is not nullable
  books.filter({ author: null });
  // @ts-expect-error a list of a field that is not nullable
  authors.filter({ age: inList([1, null]) });
  authors.filter({ bio: inList(['x', null]), score: notIn([1, null]) });

  // To ask for null is no mistake anywhere.
  authors.filter({
    name: isNull(),
    age: isNotNull(),
    meta: isNull(),
    mentor: isNull(),
    createdAt: isNull(),
    bio: isNotNull(),
  });
}

function whatJsonBrings(): void {
  // @ts-expect-error a plain object is no operator
  authors.filter({ name: { not: '' } });
  // @ts-expect-error nor this
  authors.filter({ age: { $gt: 1 } });
  // @ts-expect-error nor this
  authors.filter({ bio: { isNull: true } });
  // @ts-expect-error what is not known is no value
  authors.filter({ name: parsed });
  // @ts-expect-error nor a condition
  authors.filter(parsed);
  // @ts-expect-error no key of a condition object combines conditions
  authors.filter({ or: [{ name: 'x' }] });
  // @ts-expect-error an operator is not made of what can be seen of it
  authors.filter({ name: { kind: 'text', name: 'contains', text: '' } });
  // @ts-expect-error json columns are not compared with objects
  authors.filter({ meta: { label: 'x' } });
  // @ts-expect-error nor by operators
  authors.filter({ meta: eq({ label: 'x' }) });
}

function operators(): void {
  authors.filter({ age: eq(1) }, { age: ne(1) }, { age: gt(1) }, { age: gte(1) }, { age: lt(1) }, { age: lte(1) });
  authors.filter({ age: between(1, 5), name: inList(['x', 'y']), createdAt: notIn([day]) });
  authors.filter({ name: like('x%') }, { name: ilike('x%') }, { name: contains('x') }, { name: icontains('x') });
  authors.filter(
    { name: startsWith('x') },
    { name: istartsWith('x') },
    { name: endsWith('x') },
    { name: iendsWith('x') },
  );
  authors.filter({ name: matches('^x'), bio: contains(''), active: eq(true), createdAt: between(day, day) });
  books.filter({
    status: inList(['draft', 'published']),
    publishedAt: gt(day),
    pages: gte(3n),
    cover: eq(new Uint8Array()),
  });
  books.filter({ status: startsWith('dr'), price: lt('5.00') });

  // @ts-expect-error a text for a number
  authors.filter({ age: gte('x') });
  // @ts-expect-error a number for a text
  authors.filter({ name: gte(3) });
  // @ts-expect-error a number for a date
  authors.filter({ createdAt: lt(3) });
  // @ts-expect-error one of the list is no number
  authors.filter({ age: inList([1, 'x']) });
  // @ts-expect-error both ends are numbers
  authors.filter({ age: between(1, 'x') });
  // @ts-expect-error no such status
  books.filter({ status: eq('lost') });
  // @ts-expect-error no such status in the list
  books.filter({ status: inList(['draft', 'lost']) });
  // @ts-expect-error texts only
  authors.filter({ age: contains('1') });
  // @ts-expect-error texts only
  authors.filter({ createdAt: startsWith('2020') });
  // @ts-expect-error texts only
  authors.filter({ active: like('t%') });
  // @ts-expect-error not by a number
  contains(3);
  // @ts-expect-error not by a regular expression of this language
  matches(/x/);
  // @ts-expect-error nothing is less than null
  lt(null);
  // @ts-expect-error a missing value
  eq(undefined);
  // @ts-expect-error a missing value in a list
  inList([1, undefined]);
  // @ts-expect-error a list is an array
  inList(1);
  // @ts-expect-error truth has no order
  gt(true);
  // @ts-expect-error an operator is no operand
  authors.filter({ age: eq(gt(3)) });
  // @ts-expect-error an operator belongs to a property
  authors.filter(gt(3));
}

function relations(): void {
  // By the entity, by its key as an object or as a value.
  books.filter({ author });
  books.filter({ author: book.author });
  books.filter({ author: { id: 3 } });
  books.filter({ author: 3 });
  lines.filter({ order: 3, seat: { row: 1, place: 'a' } });
  lines.filter({ order: { number: 3 } });
  books.filter({ author: {} as Only<Author, 'name'> });
  // By conditions on the entity it refers to, at any depth.
  books.filter({ author: { age: gte(18), mentor: { name: 'x', books: some({ title: 'y' }) } } });
  books.filter({ author: or({ age: 3 }, { name: 'x' }) });
  // By operators that compare keys.
  books.filter({ author: eq(author) }, { author: ne(3) }, { author: inList([author, book.author]) });
  books.filter({ author: notIn([1, 2]), editor: inList([author, null]) });
  lines.filter({ seat: inList([{ row: 1, place: 'a' }]) });

  // @ts-expect-error the key of an author is a number
  books.filter({ author: 'x' });
  // @ts-expect-error nor has it such a name
  books.filter({ author: { nam: 'x' } });
  // @ts-expect-error an age is a number
  books.filter({ author: { age: 'x' } });
  // @ts-expect-error misspelt at depth
  books.filter({ author: { mentor: { nam: 'x' } } });
  // @ts-expect-error two properties make the key of a seat
  lines.filter({ seat: 1 });
  // @ts-expect-error keys have no text
  books.filter({ author: startsWith('x') });
  // @ts-expect-error the key of an author is a number
  books.filter({ author: inList(['x']) });
  // @ts-expect-error one relation, one entity
  books.filter({ author: [author] });
}

function quantifiers(): void {
  authors.filter({ books: some({ title: 'x', tags: none({ name: startsWith('y') }) }) });
  authors.filter({ books: every({ price: lt('5.00') }) });
  authors.filter({ books: some() }, { books: none() });
  authors.filter({ books: some(or({ title: 'x' }, not({ title: 'y' }))) });

  // @ts-expect-error some, none or every must be said
  authors.filter({ books: { title: 'x' } });
  // @ts-expect-error books have no such property
  authors.filter({ books: some({ titel: 'x' }) });
  // @ts-expect-error a title is a text
  authors.filter({ books: some({ title: 3 }) });
  // @ts-expect-error every what?
  authors.filter({ books: every() });
  // @ts-expect-error a to-one relation has no some
  books.filter({ author: some({ name: 'x' }) });
  // @ts-expect-error a field has no some
  authors.filter({ name: some({}) });
  // @ts-expect-error a to-many relation is not null
  authors.filter({ books: null });
  // @ts-expect-error nor does it equal a book
  authors.filter({ books: book });
}

function combinations(): void {
  books.filter(or({ price: lt('5.00') }, and({ publishedAt: gt(day) }, not({ status: 'draft' }))));
  books.exclude(or({ title: 'x' }), { status: 'draft' });
  books.filter(and(), or());

  // @ts-expect-error books have no such property
  books.filter(or({ titel: 'x' }));
  // @ts-expect-error nor below
  books.filter(or({ title: 'x' }, and({ titel: 'x' })));
  // @ts-expect-error a title is a text
  books.filter(not({ title: 3 }));
  // @ts-expect-error combined are conditions on entities, not on fields
  authors.filter({ age: or(gt(3), lt(1)) });
  // @ts-expect-error one at a time
  books.filter(not({ title: 'x' }, { title: 'y' }));

  // One that stands alone says what it is about.
  const cheap = or<Book>({ price: lt('5.00') }, { status: 'draft' });
  expectTypeOf(cheap).toEqualTypeOf<Combination<Book>>();
  books.filter(cheap).exclude(and(cheap, { title: 'x' }));
  // @ts-expect-error it is about books
  authors.filter(cheap);

  // What holds for a base holds for what is derived from it.
  const untouched = and<Tracked>({ version: 1, deletedAt: null });
  tickets.filter(untouched, { subject: 'x' });
  const young: Where<Tracked> = { createdAt: gt(day) };
  tickets.filter(young);
  const dullCombined = and<Ticket>({ subject: 'x' });
  // @ts-expect-error not every Tracked has a subject
  tracked.filter(dullCombined);
}

// Each condition on its own, as an editor shows it.
expectTypeOf<FieldCondition<BookStatus>>().toExtend<unknown>();
expectTypeOf<'draft'>().toExtend<FieldCondition<BookStatus>>();
expectTypeOf<'lost'>().not.toExtend<FieldCondition<BookStatus>>();
expectTypeOf<null>().not.toExtend<FieldCondition<string>>();
expectTypeOf<null>().toExtend<FieldCondition<string | null>>();
expectTypeOf<null>().toExtend<FieldCondition<string[] | null>>();
expectTypeOf<string[]>().not.toExtend<FieldCondition<string[] | null>>();
expectTypeOf<object>().not.toExtend<FieldCondition<unknown>>();
expectTypeOf<'x'>().not.toExtend<FieldCondition<unknown>>();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- users write it for json
expectTypeOf<{ not: '' }>().not.toExtend<FieldCondition<any>>();

// Values with a brand of their users' own are compared like what they are made of.
type Email = string & { readonly brand: 'Email' };
interface Account {
  id: number;
  email: Email;
}
((accounts: QuerySet<Account>, email: Email) => {
  accounts.filter({ email }, { email: eq(email) }, { email: endsWith('@example.org') });
  // @ts-expect-error not every text is an address
  accounts.filter({ email: 'x' });
})({} as QuerySet<Account>, {} as Email);

// Scopes are kept with the class that they are about.
class Album {
  id!: number;
  price!: string;
  createdAt!: Date;
  artist!: Ref<Author>;
  tracks!: Many<Tag>;

  static readonly scopes = {
    cheap: { price: lt('5.00') },
    recent: () => ({ createdAt: gt(new Date()) }),
    short: { tracks: none({ name: 'x' }), artist: { age: lt(30) } },
    either: or<Album>({ price: '1.00' }, { price: '2.00' }),
    nested: () => and<Album>({ price: '1.00' }),
  } satisfies Scopes<Album>;

  static readonly wrong = {
    // @ts-expect-error a price is a text
    cheap: { price: lt(5) },
    // @ts-expect-error there is no such property
    misspelt: { prize: '5.00' },
  } satisfies Scopes<Album>;
}
expectTypeOf(Album.scopes).toHaveProperty('cheap');
