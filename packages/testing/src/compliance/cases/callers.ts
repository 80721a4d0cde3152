/** Where the stack of an error begins: at the line that called, over awaits, in a flush and in a query alike. */
import assert from 'node:assert/strict';
import { failsafeAdd, type Espalier, type Repository, type Session } from '@espalier/core';
import { Album, Artist, Cover, Genre, library, Track } from '../fixtures';
import type { CaseGroup } from '../suite';
import { failure } from './errors';

interface Place {
  readonly orm: Espalier;
  readonly session: Session;
  /** Their table is not there. */
  readonly genres: Repository<Genre>;
  readonly artist: Artist;
  /** Of the table that is not there. */
  readonly gone: Genre;
}

/** Each fails, in a function that is called `caller`. */
const CALLS: Readonly<Record<string, (place: Place) => unknown>> = {
  'await queryset': async function caller({ genres }: Place) {
    await genres.all();
  },
  'queryset returned': async function caller({ genres }: Place) {
    return await genres.filter({ name: 'x' }).orderBy('name');
  },
  get: async function caller({ session }: Place) {
    await session.repository(Artist).get(77);
  },
  one: async function caller({ session }: Place) {
    await session.repository(Artist).filter({ name: 'x' }).one();
  },
  first: async function caller({ genres }: Place) {
    await genres.first();
  },
  count: async function caller({ genres }: Place) {
    await genres.count();
  },
  find: async function caller({ genres }: Place) {
    await genres.find(77);
  },
  exists: async function caller({ genres }: Place) {
    await genres.exists();
  },
  update: async function caller({ genres }: Place) {
    await genres.all().update({ name: 'x' });
  },
  delete: async function caller({ genres }: Place) {
    await genres.all().delete();
  },
  create: async function caller({ genres }: Place) {
    await genres.create({ name: 'x' });
  },
  insertMany: async function caller({ genres }: Place) {
    await genres.insertMany([{ name: 'x' }]);
  },
  getOrCreate: async function caller({ genres }: Place) {
    await genres.getOrCreate({ name: 'x' });
  },
  failsafeAdd: async function caller({ session }: Place) {
    await failsafeAdd(session, Object.assign(new Genre(), { name: 'x' }), { name: 'x' });
  },
  refresh: async function caller({ session, gone }: Place) {
    await session.refresh(gone);
  },
  load: async function caller({ session, gone }: Place) {
    await session.load(gone, 'albums');
  },
  flush: async function caller({ session, gone }: Place) {
    gone.name = 'y';
    await session.flush();
  },
  commit: async function caller({ session, gone }: Place) {
    gone.name = 'z';
    await session.commit();
  },
  'flush, before any SQL': async function caller({ session, artist }: Place) {
    artist.name = 5 as never;
    await session.flush();
  },
  'session.transaction': async function caller({ session, gone }: Place) {
    gone.name = 'u';
    await session.transaction(() => Promise.resolve(1));
  },
  'orm.transaction': async function caller({ orm }: Place) {
    await orm.transaction(async (inner) => {
      inner.create(Genre, { name: 'x' });
      await Promise.resolve();
    });
  },
  'inside of orm.transaction': ({ orm }) =>
    orm.transaction(async function caller(inner) {
      await inner.repository(Genre).count();
    }),
  'orm.sql': async function caller({ orm }: Place) {
    await orm.sql`select nothing from nowhere`;
  },
  'session.sql': async function caller({ session }: Place) {
    await session.sql`select nothing from nowhere`;
  },
  iterate: async function caller({ genres }: Place) {
    for await (const genre of genres.iterate()) assert.fail(genre.name);
  },
  'Promise.all': async function caller({ genres }: Place) {
    await Promise.all([genres.count(), genres.first()]);
  },
  'schema.create': async function caller({ orm }: Place) {
    await orm.schema.create({ entities: [Artist] });
  },
};

const FIRST_FRAME = /^\s+at .*$/m;

export const callers: CaseGroup = {
  name: 'callers',
  cases: Object.fromEntries(
    Object.entries(CALLS).map(([name, call]) => [
      `the stack of an error begins at the line that called: ${name}`,
      ({ withOrm }) =>
        withOrm(library, async (orm) => {
          await using session = orm.session();
          session.create(Artist, { name: 'Miles' });
          session.create(Genre, { name: 'jazz' });
          await session.commit();
          session.clear();
          const genres = session.repository(Genre);
          const place = {
            orm,
            session,
            genres,
            artist: await session.repository(Artist).one(),
            gone: await genres.one(),
          };
          await orm.schema.drop({ entities: [Album, Track, Cover, Genre] });
          const { stack = '', message } = await failure(() => call(place));
          const [first = ''] = FIRST_FRAME.exec(stack.slice(stack.indexOf(message) + message.length)) ?? [];
          assert.match(first, /\bcaller\b.*callers\.[jt]s/, stack);
          await session.rollback();
          await orm.schema.create({ entities: [Album, Track, Cover, Genre] });
        }),
    ]),
  ),
};
