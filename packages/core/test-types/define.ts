/**
 * `@espalier/core/define`: names of properties, relations and their targets, and the types of columns, are checked against the class.
 */
import { expectTypeOf } from 'expect-type';
import {
  belongsTo,
  column,
  entity,
  hasMany,
  hasOne,
  manyToMany,
  mappedSuperclass,
  primaryKey,
  version,
} from '../src/define';
import type { Defaulted, Many, Ref } from '../src/query';
import { Author, Badge, Book, Order, OrderLine, Profile, Release, Seat, Tag, Ticket, Tracked } from './entities';

// All that the entities of these tests are made of can be said.
expectTypeOf(
  entity(Author, {
    table: 'authors',
    timestamps: { createdAt: 'createdAt', updatedAt: false },
    properties: {
      id: primaryKey(),
      name: column({ length: 80 }),
      age: column('integer'),
      bio: column({ type: 'text', nullable: true }),
      active: column({ type: 'boolean', default: true }),
      score: column({ type: 'integer', nullable: true, default: null }),
      meta: column({ type: 'json' }),
      mentor: belongsTo(() => Author, { nullable: true }),
      books: hasMany(() => Book, 'author', { orderBy: 'title' }),
    },
  }),
).toEqualTypeOf<typeof Author>();
entity(Book, {
  indexes: [
    'title',
    ['title', 'author'],
    { properties: ['title'], where: 'price > 0' },
    { expression: 'lower(title)' },
  ],
  uniques: [['title', 'author']],
  checks: ['price > 0', { name: 'ck_pages', expression: 'pages > 0' }],
  properties: {
    id: primaryKey({ generated: 'sequence' }),
    title: column({ length: 160 }),
    price: column({ type: 'decimal', precision: 10, scale: 2 }),
    pages: column('bigint'),
    status: column({ values: ['draft', 'published'], default: 'draft' }),
    publishedAt: column({ type: 'timestamptz', nullable: true }),
    cover: column({ type: 'binary', nullable: true }),
    author: belongsTo(() => Author, { inverse: 'books' }),
    editor: belongsTo(() => Author, { nullable: true }),
    tags: manyToMany(() => Tag),
  },
});
entity(Tag, {
  properties: { id: primaryKey({ type: 'uuid' }), name: column('text'), books: manyToMany(() => Book, 'tags') },
});
entity(Seat, {
  properties: { row: primaryKey({ type: 'integer' }), place: primaryKey({ type: 'varchar', length: 2 }) },
});
entity(Order, { properties: { number: primaryKey(), lines: hasMany(() => OrderLine, 'order') } });
entity(OrderLine, { properties: { order: belongsTo(() => Order), seat: belongsTo(() => Seat, { nullable: true }) } });
entity(Profile, { properties: { author: [primaryKey(), belongsTo(() => Author)] } });
entity(Badge, { properties: { profile: [belongsTo(() => Profile), primaryKey()] } });
entity(Release, { properties: { oldId: primaryKey(), version: column('integer') } });
mappedSuperclass(Tracked, {
  timestamps: true,
  softDelete: 'deletedAt',
  version: true,
  properties: { id: primaryKey(), version: version() },
});
// A subclass says its own, and what it says of its base's properties.
entity(Ticket, { properties: { subject: column('text'), id: primaryKey(), reporter: belongsTo(() => Author) } });
entity(Tag);

// In the class itself, where the instance's type is not finished.
class Note {
  static {
    entity(this, { properties: { id: primaryKey(), text: column('text'), parent: belongsTo(() => Note) } });
  }
  id!: number;
  text!: string;
  parent!: Ref<Note>;
}
new Note();

// Names are those of the class.
// @ts-expect-error there is no such property
entity(Author, { properties: { nmae: column('text') } });
// @ts-expect-error a method is no property of a row
entity(Author, { properties: { greet: column('text') } });
// @ts-expect-error there is no such property
entity(Author, { indexes: ['nmae'] });
// @ts-expect-error there is no such property
entity(Author, { uniques: [['name', 'nmae']] });
// @ts-expect-error there is no such property
entity(Author, { softDelete: 'deletedAt' });
// @ts-expect-error there is no such property
entity(Author, { timestamps: { createdAt: 'madeAt' } });
// @ts-expect-error there is no such property on the other side
entity(Author, { properties: { books: hasMany(() => Book, 'autor') } });
// @ts-expect-error there is no such property on the other side
entity(Tag, { properties: { books: manyToMany(() => Book, 'tag') } });
// @ts-expect-error there is no such option
entity(Author, { tabel: 'authors' });
// @ts-expect-error there is no such option
column({ lenght: 3 });
// @ts-expect-error a base has no table
mappedSuperclass(Tracked, { table: 'tracked' });

// What a property is and what is said of it agree.
// @ts-expect-error a reference is no column
entity(Book, { properties: { author: column('integer') } });
// @ts-expect-error a column is no reference
entity(Book, { properties: { title: belongsTo(() => Author) } });
// @ts-expect-error a collection is no reference
entity(Author, { properties: { books: belongsTo(() => Book) } });
// @ts-expect-error a reference is no collection
entity(Book, { properties: { author: hasMany(() => Author, 'books') } });
// @ts-expect-error the lock is a number
entity(Book, { properties: { title: version() } });
// @ts-expect-error a reference to an author is none to a tag
entity(Book, { properties: { author: belongsTo(() => Tag) } });
// @ts-expect-error the items are books
entity(Author, { properties: { books: hasMany(() => Tag, 'books') } });
// @ts-expect-error options alone say nothing of the kind
entity(Book, { properties: { title: { type: 'text' } } });

// The column type and the property's type agree, as far as the type is named.
// @ts-expect-error a text is no number
entity(Author, { properties: { age: column('text') } });
// @ts-expect-error a decimal is read as a text
entity(Author, { properties: { age: column({ type: 'decimal', precision: 10, scale: 2 }) } });
// @ts-expect-error a bigint is no number
entity(Author, { properties: { age: column({ type: 'bigint' }) } });
// @ts-expect-error a uuid is a text
entity(Author, { properties: { id: primaryKey({ type: 'uuid' }) } });
// @ts-expect-error a key of which nothing is said is an integer
entity(Tag, { properties: { id: primaryKey() } });

// What converts values says what they are.
class Money {
  constructor(readonly cents: number) {}
}
const money = { toDatabase: (value: Money) => value.cents, fromDatabase: (cents: number) => new Money(cents) };
type Branded = string & { readonly brand: 'slug' };
class Ware {
  id!: Defaulted<number>;
  price!: Money;
  slug!: Branded;
  labels!: string[];
  level!: 'low' | 'high';
  at!: string;
  anything!: unknown;
  untyped!: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- plain JavaScript has it
  more!: Many<Ware>;
  next?: Ref<Ware>;
}
const list = { toDatabase: (all: string[]) => all.join(), fromDatabase: (text: string) => text.split(',') };
entity(Ware, {
  properties: {
    id: primaryKey(),
    price: column({ type: 'integer', transform: money }),
    slug: column('text'),
    labels: column({ type: { sqlType: 'varchar(400)', ...list } }),
    level: column({ type: 'text' }),
    at: column({ type: 'timestamptz', as: 'string' }),
    anything: belongsTo(() => Author),
    untyped: hasOne(() => Author, 'name'),
    next: belongsTo(() => Ware, { nullable: true }),
  },
});
entity(Ware, { properties: { price: column({ type: { base: 'integer', ...money } }), anything: column('text') } });
entity(Ware, { properties: { labels: column({ of: 'text' }), untyped: [primaryKey(), belongsTo(() => Author)] } });
// @ts-expect-error a price is no list
entity(Ware, { properties: { price: column({ type: 'text', transform: list }) } });
// @ts-expect-error a price is no list
entity(Ware, { properties: { price: column({ type: { sqlType: 'text', ...list } }) } });
// @ts-expect-error money is not kept by an integer
entity(Ware, { properties: { price: column('integer') } });
