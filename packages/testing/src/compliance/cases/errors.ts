/** What errors say beside their message: which kind of thing went wrong, and who can mend it. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  Column,
  Entity,
  Espalier,
  EspalierError,
  gt,
  inList,
  PrimaryKey,
  ValidationFailedError,
  type ErrorAudience,
  type ErrorCode,
  type Session,
} from '@espalier/core';
import { Album, Artist, Genre, library, Seat } from '../fixtures';
import type { CaseGroup } from '../suite';

@Entity()
class Token {
  @PrimaryKey({ type: 'uuid', generated: 'uuid' }) id!: string;
  @Column({ type: 'integer' }) uses!: number;
}

@Entity()
class Place {
  @PrimaryKey({ type: 'uuid' }) hall!: string;
  @PrimaryKey({ type: 'integer' }) number!: number;
}

@Entity()
class Member {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'varchar', length: 40, unique: true, hidden: true }) secret!: string;
  @Column({ type: 'json', nullable: true, hidden: true }) extra!: unknown;
}

/** Two ways to see one table: with the types of its values, and with types that its values do not have. */
@Entity({ table: 'readings' })
class Reading {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) taken!: string;
  @Column({ type: 'text' }) note!: string;
}

@Entity({ table: 'readings' })
class StrictReading {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) taken!: number;
  @Column({ type: 'integer', hidden: true }) note!: number;
}

const entities = [...library, Token];

/** As untyped code calls them. */
type Loose = Readonly<
  Record<
    'get' | 'find' | 'filter' | 'limit' | 'orderBy' | 'include' | 'update' | 'getOrCreateMany',
    (...args: unknown[]) => Promise<unknown>
  >
>;

export async function failure(work: () => unknown): Promise<EspalierError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  return assert.fail('It did not fail.');
}

export async function says(code: ErrorCode, audience: ErrorAudience, work: () => unknown): Promise<void> {
  const error = await failure(work);
  assert.deepEqual([error.code, error.audience], [code, audience], error.message);
}

export const errors: CaseGroup = {
  name: 'errors',
  cases: {
    'a value that does not fit its column is the client’s': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const tokens = session.repository(Token) as unknown as Loose;
        const genres = session.repository(Genre) as unknown as Loose;
        for (const work of [
          () => tokens.get('not-a-uuid'),
          () => tokens.find(5),
          () => tokens.get([]),
          () => tokens.filter({ uses: 'many' }),
          () => tokens.filter({ uses: gt('many') }),
          () => tokens.filter({ uses: inList([1.5]) }),
          () => tokens.filter({ uses: { gt: 1 } }),
          () => tokens.filter({ uses: null }),
          () => gt(NaN),
          () => inList({} as never),
          () => tokens.limit(-1),
          () => session.repository(Token).all().update({ uses: 1e12 }),
          () => session.reference(Token, 'not-a-uuid'),
          () => genres.getOrCreateMany([{ name: 5 }]),
        ])
          await says('INVALID_VALUE', 'client', work);
      }),

    'a value that no row can have is the client’s when it is flushed': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        session.create(Artist, { name: 'x'.repeat(121) });
        await says('VALIDATION_FAILED', 'client', () => session.flush());
      }),

    'a call that cannot be meant is the developer’s': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artists = session.repository(Artist) as unknown as Loose;
        for (const work of [
          () => artists.filter({ nmae: 'x' }),
          () => artists.filter({ name: undefined }),
          () => artists.orderBy('nmae'),
          () => artists.include('nmae'),
          () => artists.update({ name: 'x' }),
          () => session.add({}),
          () => orm.current(),
        ])
          await says('INVALID_QUERY', 'developer', work);
      }),

    'a table that is missing is the developer’s': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.schema.drop();
        await says('STATEMENT_REFUSED', 'developer', () => orm.session().repository(Artist).all());
        await says('STATEMENT_REFUSED', 'developer', () => orm.sql`select * from nowhere`);
        await orm.schema.create();
      }),

    'what the rows that are there do not allow is the client’s': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        await session.repository(Genre).create({ name: 'jazz' });
        await session.commit();
        await says('UNIQUE_VIOLATION', 'client', () => session.repository(Genre).create({ name: 'jazz' }));
        await session.rollback();
        session.create(Genre, { name: 'jazz' });
        const { entity, property } = await failure(() => session.flush());
        assert.deepEqual([entity, property], ['Genre', 'name']);
        await session.rollback();
        await says('NOT_FOUND', 'client', () => session.repository(Genre).get(77));
        const jazz = await session.repository(Genre).one();
        await orm.sql`delete from genres`;
        session.delete(jazz);
        await says('STALE_DATA', 'client', () => session.flush());
      }),

    'all values of a flush that do not fit are told at once': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles' });
        await session.commit();
        artist.name = 5 as never;
        const album = session.create(Album, { title: 'x'.repeat(161), price: 'much' } as never);
        const error = await failure(() => session.flush());
        assert.ok(error instanceof ValidationFailedError);
        assert.deepEqual(
          error.failures.map(({ entity, property, key }) => [entity, property, key]),
          [
            ['Album', 'title', undefined],
            ['Album', 'price', undefined],
            ['Album', 'artist', undefined],
            ['Artist', 'name', [artist.id]],
          ],
        );
        for (const { message } of error.failures) assert.ok(error.message.includes(message), error.message);
        assert.match(error.message, new RegExp(`4 values cannot be written.*Artist ${String(artist.id)}`, 's'));
        session.detach(album);
        const single = await failure(() => session.flush());
        assert.match(single.message, /^Artist\.name must be/);
      }),

    'a value that a new row lacks is told with what can be done about it': ({ withOrm }) =>
      withOrm([...library, Seat, Place], async (orm) => {
        await using session = orm.session();
        const says = async (make: () => object, message: RegExp): Promise<void> => {
          const made = make();
          assert.match((await failure(() => session.flush())).message, message);
          session.detach(made);
        };
        await says(
          () => session.create(Genre, {} as never),
          /^Genre\.name is required, but it is undefined: give it a value, or declare it nullable or with a default\.$/,
        );
        await says(
          () => session.create(Album, { title: 'a', price: '1.00' } as never),
          /^Album\.artist is required, but it is undefined: set it, or declare it nullable\.$/,
        );
        await says(
          () => session.create(Seat, { row: 'a' }),
          /^Seat\.place is required, but it is undefined: give it a value, or say where it comes from, as by @PrimaryKey/,
        );
        await says(
          () => session.create(Place, { number: 1 } as never),
          /^Place\.hall is required, .* as by @PrimaryKey\(\{ generated: 'uuid' \}\)\.$/,
        );
        await says(
          () => session.create(Genre, { id: null, name: 'a' } as never),
          /^Genre\.id is required, but it is null: leave it out, and it gets a value by itself\.$/,
        );
      }),

    'of rows without entities an error says which of them it is about': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const rows = [{ name: 'jazz' }, { name: 5 }, {}] as never[];
        const error = await failure(() => session.repository(Genre).insertMany(rows));
        assert.ok(error instanceof ValidationFailedError);
        assert.deepEqual(
          error.failures.map(({ path }) => path),
          ['[1].name', '[2].name'],
        );
        assert.equal(await session.repository(Genre).count(), 0);
      }),

    'the message of many failures is bounded': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const error = await failure(() =>
          session.repository(Genre).insertMany(Array.from({ length: 1_000 }, () => ({ name: 5 }) as never)),
        );
        assert.ok(error instanceof ValidationFailedError && error.failures.length === 1_000);
        assert.ok(error.message.length < 2_000 && error.message.includes('990 more'), error.message);
      }),

    'a row that is missing is named by its key': ({ withOrm }) =>
      withOrm([...library, Seat], async (orm) => {
        await using session = orm.session();
        const named = async (name: RegExp, work: () => unknown): Promise<void> => {
          assert.match((await failure(work)).message, name);
        };
        await named(/no Artist 77\b/, () => session.repository(Artist).get(77));
        await named(/no Artist 77\b/, () => session.repository(Artist).filter({ name: 'x' }).get(77));
        await named(/no Seat \(A, 7\)/, () => session.repository(Seat).get({ row: 'A', place: 7 } as never));
        await named(/No Artist meets the conditions of get\(\)/, () => session.repository(Artist).get({ name: 'x' }));
        await named(/No Artist meets the conditions of one\(\)/, () => session.repository(Artist).one());
        const artist = session.create(Artist, { name: 'Miles' });
        await session.commit();
        await orm.sql`delete from artists`;
        await named(new RegExp(`Artist ${String(artist.id)} is gone`), () => session.refresh(artist));
      }),

    'rows that others have changed are named by their keys': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artists = ['a', 'b', 'c'].map((name) => session.create(Artist, { name }));
        await session.commit();
        await orm.sql`delete from artists`;
        for (const artist of artists) artist.country = 'x';
        const { message } = await failure(() => session.flush());
        assert.match(message, new RegExp(`3 of them.* rows: ${artists.map(({ id }) => id).join(', ')}\\.`));
      }),

    'a hidden column is in no message and no list of changes': ({ withOrm }) =>
      withOrm([Member], async (orm) => {
        await using session = orm.session();
        const member = session.create(Member, { email: 'a@b.c', secret: 'first', extra: { a: 1 } });
        await session.commit();
        member.secret = 'second';
        assert.deepEqual(session.changes()[0]!.original, {});
        await session.commit();
        session.create(Member, { email: 'd@e.f', secret: 'second', extra: null });
        assert.ok(!(await failure(() => session.flush())).message.includes('second'));
        await session.rollback();
        const members = session.repository(Member) as unknown as Loose;
        for (const name of ['secrte', 'wholly other'])
          assert.ok(!(await failure(() => members.filter({ [name]: 'x' }))).message.includes('secret'));
      }),

    'a property that was not loaded is the developer’s': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles' });
        session.create(Album, { title: 'Blue', artist });
        await session.commit();
        session.clear();
        const album = await session.repository(Album).one();
        await says('NOT_LOADED', 'developer', () => (album.artist as Artist).name);
      }),

    'a session that is closed is the developer’s': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const session: Session = orm.session();
        await session.close();
        await says('TRANSACTION_STATE', 'developer', () => session.flush());
      }),
  },
};

/** They see one table in two ways, by two connections. */
export const errorsOfForeignTables: CaseGroup = {
  name: 'errors of tables that hold something else',
  cases: {
    'what the database holds and no entity can have is placed, and not shown of a hidden column': ({
      config,
      withOrm,
    }) =>
      withOrm([Reading], async (orm) => {
        await orm.transaction(async (session) => {
          await session.repository(Reading).insertMany([
            { taken: 'noon', note: '5' },
            { taken: '5', note: 'private' },
          ]);
        });
        await using strict = await Espalier.connect({ entities: [StrictReading], databases: { default: config() } });
        const readings = strict.session().repository(StrictReading).orderBy('id');
        const shown = await failure(() => readings.first());
        assert.deepEqual([shown.code, shown.entity, shown.property], ['UNREADABLE_VALUE', 'StrictReading', 'taken']);
        assert.match(shown.message, /^StrictReading\.taken: .*noon/);
        const hidden = await failure(() => readings.offset(1).first());
        assert.equal(hidden.property, 'note');
        assert.ok(!inspect(hidden).includes('private'), hidden.message);
      }),
  },
};
