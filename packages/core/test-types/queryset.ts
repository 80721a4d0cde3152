/**
 * The queryset as a whole: what its methods take and give.
 */
import { expectTypeOf } from 'expect-type';
import { gt, startsWith, type CreateData, type Loaded, type QuerySet, type SqlText } from '../src/query';
import type { Repository } from '../src/session';
import type { Author, Badge, Book, Order, Profile, Seat } from './entities';

declare const authors: QuerySet<Author>;
declare const books: QuerySet<Book>;
declare const orders: QuerySet<Order>;
declare const seats: QuerySet<Seat>;
declare const profiles: QuerySet<Profile>;
declare const badges: QuerySet<Badge>;
declare const author: Author;

async function reading(): Promise<void> {
  expectTypeOf(await books).toEqualTypeOf<Book[]>();
  expectTypeOf(await books.all()).toEqualTypeOf<Book[]>();
  for await (const book of books) expectTypeOf(book).toEqualTypeOf<Book>();
  for await (const book of books.include('author').iterate({ batch: 10 })) {
    expectTypeOf(book).toEqualTypeOf<Loaded<Book, 'author'>>();
  }
  expectTypeOf(await Promise.all([books, authors])).toEqualTypeOf<[Book[], Author[]]>();

  expectTypeOf(await books.get(1)).toEqualTypeOf<Book>();
  expectTypeOf(await books.get({ title: 'x' })).toEqualTypeOf<Book>();
  expectTypeOf(await books.get({ title: startsWith('x'), author: { age: gt(3) } })).toEqualTypeOf<Book>();
  expectTypeOf(await books.filter({ title: 'x' }).get()).toEqualTypeOf<Book>();
  expectTypeOf(await books.one()).toEqualTypeOf<Book>();
  expectTypeOf(await books.find(1)).toEqualTypeOf<Book | null>();
  expectTypeOf(await books.first()).toEqualTypeOf<Book | null>();
  expectTypeOf(await books.last()).toEqualTypeOf<Book | null>();
  expectTypeOf(await books.count()).toEqualTypeOf<number>();
  expectTypeOf(await books.exists()).toEqualTypeOf<boolean>();
  expectTypeOf(books.toSQL()).toEqualTypeOf<SqlText>();
  expectTypeOf(books.using('analytics')).toEqualTypeOf<QuerySet<Book>>();

  // @ts-expect-error a key is a number here
  books.get('1');
  // @ts-expect-error a key is a number here
  books.find('1');
  // @ts-expect-error a missing key finds nothing
  books.find(undefined);
  // @ts-expect-error nor does null
  books.find(null);
  // @ts-expect-error find takes a key, not conditions
  books.find({ title: 'x' });
  // @ts-expect-error find takes a key, not operators
  books.find({ id: gt(3) });
  // @ts-expect-error a missing key gets nothing
  books.get(undefined);
  // @ts-expect-error no such property
  books.get({ titel: 'x' });

  expectTypeOf(await orders.find(3)).toEqualTypeOf<Order | null>();
  expectTypeOf(await seats.find({ row: 1, place: 'a' })).toEqualTypeOf<Seat | null>();
  await books.find({ id: 3 });
  await authors.get((await books.one()).author);
  // A key that is a relation: by the value of the key at its other end, or as an object.
  expectTypeOf(await profiles.find(author.id)).toEqualTypeOf<Profile | null>();
  await profiles.get(author.id);
  await profiles.get({ author });
  await profiles.find({ author: author.id });
  await badges.find(author.id);
  await badges.filter({ profile: author.id }).get({ profile: { author } });
  // @ts-expect-error the key of an author is a number
  profiles.find(author.createdAt);
  // @ts-expect-error an author is no profile
  profiles.find(author);
  // @ts-expect-error seats have no such property
  seats.find({ row: 1, plaice: 'a' });
}

async function shaping(): Promise<void> {
  const shaped = books
    .filter({ title: startsWith('K') })
    .exclude({ price: '5.00' })
    .orderBy('-title')
    .reverse()
    .limit(20)
    .offset(40)
    .withDeleted()
    .onlyDeleted()
    .using('default');
  expectTypeOf(shaped).toEqualTypeOf<QuerySet<Book>>();
  expectTypeOf(books.include('author').all()).toEqualTypeOf<QuerySet<Book, Loaded<Book, 'author'>>>();

  // @ts-expect-error a number of rows is a number
  books.limit('20');
  // @ts-expect-error a number of rows is a number
  books.offset(null);
  // @ts-expect-error databases have names
  books.using(3);
}

async function writing(): Promise<void> {
  const data: CreateData<Book> = { title: 'x', price: '5.00', pages: 3n, author };
  expectTypeOf(await books.create(data)).toEqualTypeOf<Book>();
  const [found, created] = await books.getOrCreate({ title: 'x', author }, { price: '5.00', pages: 3n });
  expectTypeOf(found).toEqualTypeOf<Book>();
  expectTypeOf(created).toEqualTypeOf<boolean>();
  expectTypeOf(await books.updateOrCreate({ title: 'x' }, data)).toEqualTypeOf<[entity: Book, created: boolean]>();
  expectTypeOf(await books.insertMany([data])).toEqualTypeOf<number>();
  expectTypeOf(await books.filter({ title: 'x' }).update({ price: '6.00' })).toEqualTypeOf<number>();
  expectTypeOf(await books.all().delete()).toEqualTypeOf<number>();
  expectTypeOf(await books.filter({ title: 'x' }).delete({ force: true })).toEqualTypeOf<number>();

  // @ts-expect-error no such property
  books.getOrCreate({ titel: 'x' });
  // @ts-expect-error no such property among the defaults
  books.getOrCreate({ title: 'x' }, { prise: '5.00' });
  const many = await books.getOrCreateMany([{ title: 'x', author }], { price: '5.00', pages: 3n });
  expectTypeOf(many).toEqualTypeOf<[entity: Book, created: boolean][]>();
  await books.all().getOrCreateMany([{ title: 'x' }], ({ title }, index) => ({ price: `${title.length}.${index}0` }));
  // @ts-expect-error no such property
  books.getOrCreateMany([{ titel: 'x' }]);
  // @ts-expect-error a number is no title
  books.getOrCreateMany([{ title: 5 }]);
  // @ts-expect-error no such property among the defaults
  books.getOrCreateMany([{ title: 'x' }], () => ({ prise: '5.00' }));
  // @ts-expect-error one condition is no list of them
  books.getOrCreateMany({ title: 'x' });
  // @ts-expect-error there are values to set
  books.updateOrCreate({ title: 'x' });
  // @ts-expect-error rows come in an array
  books.insertMany(data);
  // @ts-expect-error force is said by name
  books.delete(true);
}

/** A repository includes as a queryset does. */
async function ofRepository(bestsellers: Repository<Book>): Promise<void> {
  expectTypeOf(await bestsellers.include('author', 'tags')).toEqualTypeOf<Loaded<Book, 'author' | 'tags'>[]>();
  expectTypeOf(await bestsellers.include('author', { strategy: 'query' })).toEqualTypeOf<Loaded<Book, 'author'>[]>();
  // @ts-expect-error no such relation
  bestsellers.include('autor');
  // @ts-expect-error paths come before options
  bestsellers.include({ strategy: 'query' });
}

// A queryset of one entity is none of another.
expectTypeOf<QuerySet<Book>>().not.toExtend<QuerySet<Author>>();
// @ts-expect-error books are no authors
const wrong: QuerySet<Author> = books;
