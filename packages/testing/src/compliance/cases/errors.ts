/** What errors say beside their message: which kind of thing went wrong, and who can mend it. */
import assert from 'node:assert/strict';
import {
  Column,
  Entity,
  EspalierError,
  gt,
  inList,
  PrimaryKey,
  type ErrorAudience,
  type ErrorCode,
  type Session,
} from '@espalier/core';
import { Album, Artist, Genre, library } from '../fixtures';
import type { CaseGroup } from '../suite';

@Entity()
class Token {
  @PrimaryKey({ type: 'uuid', generated: 'uuid' }) id!: string;
  @Column({ type: 'integer' }) uses!: number;
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

async function says(code: ErrorCode, audience: ErrorAudience, work: () => unknown): Promise<void> {
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
        await says('NOT_FOUND', 'client', () => session.repository(Genre).get(77));
        const jazz = await session.repository(Genre).one();
        await orm.sql`delete from genres`;
        session.delete(jazz);
        await says('STALE_DATA', 'client', () => session.flush());
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
