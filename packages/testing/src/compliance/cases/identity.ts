/** One row is one object in a session. */
import assert from 'node:assert/strict';
import { Album, Artist, library, Track } from '../fixtures';
import type { CaseGroup } from '../suite';

export const identity: CaseGroup = {
  name: 'identity map',
  cases: {
    'the same row is the same object, however it was found': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'Miles Davis' });
          session.create(Album, { title: 'Kind of Blue', artist });
        });
        await using session = orm.session();
        const album = await session.repository(Album).include('artist').one();
        const artist = await session.repository(Artist).get({ name: 'Miles Davis' });
        assert.equal(album.artist, artist);
        assert.equal(await session.repository(Artist).find(artist.id), artist);
      }),

    'a second load does not overwrite what was changed and not flushed; refresh does': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Artist, { name: 'Miles Davis' });
        });
        await using session = orm.session();
        const artist = await session.repository(Artist).one();
        artist.name = 'Miles';
        await session.repository(Artist).all();
        assert.equal(artist.name, 'Miles');
        await session.refresh(artist);
        assert.equal(artist.name, 'Miles Davis');
      }),

    'a key that the session has is found without a query': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        await session.commit();
        statements.clear();
        assert.equal(await session.repository(Artist).find(artist.id), artist);
        assert.equal(statements.count, 0);
      }),

    'refresh reads the loaded relations again, and no others; what is pending in them stays': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        const { id } = await orm.transaction(async (first) => {
          const created = first.create(Album, { title: 'x', artist: first.create(Artist, { name: 'x' }) });
          await first.flush();
          return created;
        });
        await using session = orm.session();
        const album = await session.repository(Album).include('tracks').get(id);
        await orm.transaction(async (other) => {
          other.create(Track, { title: 'added', position: 1, milliseconds: 1, album: album.id });
        });
        album.tracks.add(Object.assign(new Track(), { title: 'pending', position: 2, milliseconds: 1 }));
        statements.clear();
        await session.refresh(album);
        assert.equal(statements.count, 2);
        assert.deepEqual(
          (album.tracks as never as Track[]).map(({ title }) => title),
          ['added', 'pending'],
        );
        await session.commit();
        assert.equal(await session.repository(Track).count(), 2);
      }),
  },
};
