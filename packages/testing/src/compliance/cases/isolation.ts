/** What a transaction vouches for: levels, snapshots, races and retries. For targets that have isolation levels and several connections. */
import assert from 'node:assert/strict';
import {
  DeadlockError,
  failsafeAdd,
  NotFoundError,
  SerializationError,
  StaleDataError,
  type Espalier,
} from '@espalier/core';
import { Album, Artist, Genre, library } from '../fixtures';
import type { CaseGroup } from '../suite';

const LEVELS = ['repeatable read', 'serializable'] as const;

async function artistOf(orm: Espalier, name = 'Sun Ra'): Promise<number> {
  return orm.transaction(async (session) => {
    const artist = session.create(Artist, { name });
    await session.flush();
    return artist.id;
  });
}

const rename = (orm: Espalier, id: number, name: string) =>
  orm.transaction((other) => other.repository(Artist).filter({ id }).update({ name }));

export const isolation: CaseGroup = {
  name: 'isolation',
  cases: {
    'what was read before a transaction of such a level is read again at its first use': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        for (const level of LEVELS) {
          const id = await artistOf(orm);
          await using session = orm.session();
          const artists = session.repository(Artist);
          const artist = await artists.get(id);
          await rename(orm, id, 'Moondog');
          assert.equal((await artists.get(id)).name, 'Sun Ra', 'outside of a transaction it is known');
          await session.begin({ isolation: level });
          assert.equal(await artists.get(id), artist);
          assert.equal(artist.name, 'Moondog');
          artist.name += '!';
          await session.commit();
          assert.equal((await orm.session().repository(Artist).get(id)).name, 'Moondog!');
        }
      }),

    'a query merges what it reads into what is stale, and load reads it with its relations': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await artistOf(orm);
        await using session = orm.session();
        const artist = await session.repository(Artist).include('albums').get(id);
        assert.equal(artist.albums.length, 0);
        await orm.transaction(async (other) => {
          const theirs = await other.repository(Artist).get(id);
          theirs.name = 'Moondog';
          other.create(Album, { title: 'Lanquidity', meta: null, artist: theirs });
        });
        await session.begin({ isolation: 'repeatable read' });
        await session.load(artist, 'albums');
        assert.deepEqual([artist.name, artist.albums.length], ['Moondog', 1]);
        await session.rollback();
        await rename(orm, id, 'Sun Ra');
        await session.begin({ isolation: 'repeatable read' });
        await session.repository(Artist).filter({ id });
        assert.equal(artist.name, 'Sun Ra');
      }),

    'a row that the transaction has not read is compared before it is written': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await artistOf(orm);
        await using session = orm.session();
        const artist = await session.repository(Artist).get(id);
        await rename(orm, id, 'Moondog');
        await session.begin({ isolation: 'serializable' });
        artist.country = 'us';
        await assert.rejects(session.flush(), StaleDataError);
        await session.rollback();
        await session.refresh(artist);
        await session.begin({ isolation: 'serializable' });
        artist.country = 'us';
        await session.commit();
        const { name, country } = await orm.session().repository(Artist).get(id);
        assert.deepEqual([name, country], ['Moondog', 'us']);
      }),

    'what was changed before the transaction is kept where the row is as it was': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await artistOf(orm);
        await using session = orm.session();
        const artist = await session.repository(Artist).get(id);
        artist.name = 'Moondog';
        await session.begin({ isolation: 'repeatable read' });
        assert.equal((await session.repository(Artist).get(id)).name, 'Moondog');
        await session.commit();
        assert.equal((await orm.session().repository(Artist).get(id)).name, 'Moondog');
      }),

    'what a relation is set to is compared with the rows that the transaction sees': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await artistOf(orm);
        await orm.transaction(async (session) => {
          session.create(Album, { title: 'first', artist: await session.repository(Artist).get(id) });
        });
        for (const isolation of ['repeatable read', 'serializable'] as const) {
          await using session = orm.session();
          const artist = await session.repository(Artist).include('albums').get(id);
          const kept = [...artist.albums];
          await orm.transaction(async (other) => {
            other.create(Album, { title: isolation, artist: await other.repository(Artist).get(id) });
          });
          await session.begin({ isolation });
          artist.albums.set(kept);
          await assert.rejects(session.commit(), { property: 'albums' });
          await session.rollback();
          await orm.transaction((other) => other.repository(Album).filter({ title: isolation }).delete());
          await session.begin({ isolation });
          artist.albums.set(kept);
          await session.commit();
        }
        assert.equal(await orm.session().repository(Album).count(), 1);
      }),

    'what a transaction of such a level did not read is written after it as if it had not been': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        const id = await artistOf(orm);
        for (const end of ['commit', 'rollback'] as const) {
          await using session = orm.session();
          const artist = await session.repository(Artist).get(id);
          await session.begin({ isolation: 'serializable' });
          await session.repository(Album).count();
          await session[end]();
          await session.begin();
          statements.clear();
          artist.name = `after ${end}`;
          await session.flush();
          assert.equal(statements.count, 1);
          await session.commit();
        }
      }),

    'a level that was not asked for costs no statement': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        const id = await artistOf(orm);
        await using session = orm.session();
        const artist = await session.repository(Artist).get(id);
        await session.begin();
        statements.clear();
        await session.repository(Artist).get(id);
        artist.name = 'Moondog';
        await session.flush();
        assert.equal(statements.count, 1);
        await session.rollback();
      }),

    'sessions that are kept lose no appends at serializable': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await artistOf(orm, '');
        const appends = await Promise.all(
          [0, 1, 2].map(async (worker) => {
            await using session = orm.session();
            let done = 0;
            for (let i = 0; i < 8; i++) {
              try {
                await session.begin({ isolation: 'serializable' });
                (await session.repository(Artist).get(id)).name += String(worker);
                await session.commit();
                done += 1;
              } catch (error) {
                await session.rollback();
                const expected =
                  error instanceof SerializationError ||
                  error instanceof DeadlockError ||
                  error instanceof StaleDataError;
                if (!expected) throw error;
              }
            }
            return done;
          }),
        );
        const { name } = await orm.session().repository(Artist).get(id);
        assert.equal(
          name.length,
          appends.reduce((sum, done) => sum + done, 0),
        );
      }),

    'relations and changes of a winner outside of the snapshot are right, or a SerializationError': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        await session.begin({ isolation: 'repeatable read' });
        assert.equal(await session.repository(Genre).count(), 0);
        await orm.transaction(async (other) => {
          const genre = other.create(Genre, { name: 'jazz' });
          const artist = other.create(Artist, { name: 'Sun Ra' });
          other.create(Album, { title: 'Lanquidity', meta: null, artist }).genres.add(genre);
        });
        const genre = await failsafeAdd(session, Object.assign(new Genre(), { name: 'jazz' }), { name: 'jazz' });
        const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
        const loaded = await outcomeOf(session.load(genre, 'albums'));
        if (!(loaded instanceof SerializationError)) assert.equal((loaded as { albums: unknown[] }).albums.length, 1);
        const refreshed = await outcomeOf(session.refresh(genre));
        assert.ok(!(refreshed instanceof NotFoundError));
        genre.name = 'bebop';
        const flushed = await outcomeOf(session.flush());
        assert.ok(flushed === 1 || flushed instanceof SerializationError, String(flushed));
        await session.rollback();
      }),

    'updateOrCreate compares with the row as it is now, not as the session read it': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await artistOf(orm);
        await using session = orm.session();
        const artists = session.repository(Artist);
        await artists.get(id);
        await orm.transaction((other) => other.repository(Artist).filter({ id }).update({ country: 'de' }));
        const [artist] = await artists.updateOrCreate({ name: 'Sun Ra' }, { country: null });
        await session.commit();
        assert.equal(artist.country, null);
        assert.equal((await orm.session().repository(Artist).get(id)).country, null);
      }),

    'a failure that a later call reports is retried too': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await artistOf(orm, '');
        let attempts = 0;
        await orm.transaction(
          async (session) => {
            attempts += 1;
            const artist = await session.repository(Artist).get(id);
            if (attempts === 1) await rename(orm, id, 'x');
            artist.name += 'y';
            await session.flush().catch(() => undefined);
          },
          { isolation: 'repeatable read', retries: 3 },
        );
        const { name } = await orm.session().repository(Artist).get(id);
        assert.equal(name.at(-1), 'y');
      }),
  },
};
