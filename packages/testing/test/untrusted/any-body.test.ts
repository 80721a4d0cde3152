/**
 * Whatever a client sends as a filter, an order or the data of an entity is refused with an error meant for it, or does what it says: the database
 * refuses none of it, and nothing that is not allowed is read or set.
 */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  EspalierError,
  HasMany,
  parseFilter,
  parseOrder,
  PrimaryKey,
  type Many,
  type Ref,
} from '@espalier/core';
import { recordStatements } from '@espalier/testing';
import fc from 'fast-check';
import { targets, type OpenTarget } from '../unit-of-work-model/targets';

@Entity({ table: 'any_authors' })
class Author {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'varchar', length: 40, hidden: true, nullable: true }) secret!: string | null;
  @HasMany(() => Book, 'author') books!: Many<Book>;
}

@Entity({ table: 'any_books' })
class Book {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @Column({ type: 'decimal', precision: 10, scale: 2, nullable: true }) price!: string | null;
  @Column({ type: 'bigint', nullable: true }) sold!: bigint | null;
  @Column({ type: 'boolean', nullable: true }) rare!: boolean | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) printed!: Date | null;
  @Column({ type: 'uuid', nullable: true }) code!: string | null;
  @Column({ type: 'json', nullable: true }) meta!: unknown;
  @Column({ type: 'binary', nullable: true }) cover!: Uint8Array | null;
  @BelongsTo(() => Author, { nullable: true }) author!: Ref<Author> | null;
}

const ALLOW = [
  'id',
  'title',
  'price',
  'sold',
  'rare',
  'printed',
  'code',
  'author',
  'author.name',
  'author.books.title',
] as const;
const COLUMNS = ['title', 'price', 'sold', 'rare', 'printed', 'code', 'meta', 'cover', 'author'] as const;

const aName = fc.oneof(
  fc.constantFrom<string>(
    ...ALLOW,
    ...COLUMNS,
    'secret',
    'author.secret',
    'books',
    'version',
    '__proto__',
    'constructor',
  ),
  fc.constantFrom(
    'and',
    'or',
    'not',
    'eq',
    'ne',
    'lt',
    'gte',
    'in',
    'between',
    'icontains',
    'isNull',
    'like',
    'matches',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const aScalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    'true',
    '',
    '0',
    '-1',
    '5.5',
    'NaN',
    '2026-02-29T00:00:00Z',
    '2026-02-28T00:00:00.5Z',
    '%',
    "'; --",
  ),
  fc.integer(),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.uuid(),
);

const { anyBody } = fc.letrec<{ anyBody: unknown }>((tie) => ({
  anyBody: fc.oneof(
    { maxDepth: 4 },
    aScalar,
    fc.array(tie('anyBody'), { maxLength: 3 }),
    fc.array(fc.tuple(aName, tie('anyBody')), { maxLength: 3 }).map((entries) => fromEntries(entries)),
  ),
}));

/** As `JSON.parse` makes it: `__proto__` is a name like any other. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [name, value] of entries)
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  return object;
}

const aQueryString = fc
  .array(fc.tuple(aName, fc.option(aName), aScalar), { maxLength: 4 })
  .map((parts) =>
    parts
      .map(
        ([name, inner, value]) =>
          `${name}${inner === null ? '' : `[${inner}]`}=${encodeURIComponent(typeof value === 'string' ? Buffer.from(value).toString() : String(value))}`,
      )
      .join('&'),
  );

/** @returns what it gives; undefined where the client is told why not */
function unlessRefused<R>(work: () => R): R | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof EspalierError && error.audience === 'client') return undefined;
    throw error;
  }
}

describe.each(targets)('whatever clients send, on $dialect,', ({ isServer, open }) => {
  let target: OpenTarget;
  let orm: Espalier;

  beforeAll(async () => {
    target = await open();
    orm = await Espalier.connect({ entities: [Author, Book], databases: { default: target.config } });
    await orm.schema.create();
    await orm.transaction((session) => {
      session.create(Book, { id: 1, title: 'x', author: session.create(Author, { id: 1, name: 'y', secret: 'z' }) });
      return Promise.resolve();
    });
  });

  afterAll(async () => {
    await orm.close();
    await target.drop();
  });

  const numRuns = isServer ? 300 : 1_000;

  test('a filter is refused or runs, and reads no hidden column', async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyBody, aQueryString), async (sent) => {
        const filter = unlessRefused(() => parseFilter(Book, sent, { allow: ALLOW }));
        if (!filter) return;
        ran++;
        using statements = recordStatements(orm);
        await using session = orm.session();
        await session.repository(Book).filter(filter);
        expect(statements.texts.filter((text) => text.includes('secret'))).toEqual([]);
      }),
      { numRuns },
    );
    expect(ran).toBeGreaterThan(numRuns / 50);
  });

  test('an order is refused or runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyBody,
          fc.array(aName, { maxLength: 3 }).map((names) => names.join()),
        ),
        async (sent) => {
          const order = unlessRefused(() => parseOrder(Book, sent, { allow: ['id', 'title', 'author.name'] }));
          if (!order) return;
          await using session = orm.session();
          await session
            .repository(Book)
            .all()
            .orderBy(...order);
        },
      ),
      { numRuns },
    );
  });

  test('data is refused as a whole or is written as a whole', async () => {
    const aValue = fc.oneof(aScalar, anyBody);
    const someData = fc.oneof(
      anyBody,
      fc.array(fc.tuple(fc.constantFrom<string>(...COLUMNS), aValue), { maxLength: 2 }).map(fromEntries),
    );
    let written = 0;
    await fc.assert(
      fc.asyncProperty(someData, async (data) => {
        await using session = orm.session();
        const book = await session.repository(Book).get(1);
        const before = JSON.stringify(book);
        const assigned = unlessRefused(() => session.assign(book, data as object));
        if (!assigned) {
          expect(JSON.stringify(book)).toBe(before);
          expect(session.isDirty(book)).toBe(false);
          return;
        }
        // A key that no author has is for the database to refuse.
        if (Object.hasOwn(data as object, 'author')) return;
        if (session.isDirty(book)) written++;
        await session.flush();
        expect(book.id).toBe(1);
        expect(({} as Record<string, unknown>).title).toBeUndefined();
      }),
      { numRuns },
    );
    expect(written).toBeGreaterThan(numRuns / 50);
  });
});
