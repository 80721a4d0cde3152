/** What happens while something else is under way: nothing is lost, nothing is written twice. */
import assert from 'node:assert/strict';
import { failsafeAdd, isNull, notIn, QueryError, UniqueViolationError, ValidationFailedError } from '@espalier/core';
import { Album, Artist, Employee, Genre, library, Track } from '../fixtures';
import type { CaseGroup } from '../suite';

export const interleaving: CaseGroup = {
  name: 'interleaving',
  cases: {
    'what is changed or deleted while a flush is under way is for the next flush': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'a' });
        const album = session.create(Album, { title: 't', artist, meta: { label: 'a' } });
        await session.commit();
        artist.name = 'b';
        album.meta!.label = 'b';
        const flushing = session.flush();
        await new Promise(setImmediate);
        artist.name = 'c';
        album.meta!.label = 'c';
        session.delete(album);
        await flushing;
        await session.commit();
        await using other = orm.session();
        assert.equal((await other.repository(Artist).one()).name, 'c');
        assert.equal(await other.repository(Album).count(), 0);
      }),

    'reads while a commit is under way are answered': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        for (let i = 0; i < 5; i++) {
          session.create(Artist, { name: `artist ${String(i)}` });
          const [, count] = await Promise.all([session.commit(), session.repository(Artist).count()]);
          assert.ok(count >= i);
        }
        assert.equal(await session.repository(Artist).count(), 5);
      }),

    'reads beside a failsafeAdd that loses are answered': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction((session) => Promise.resolve(void session.create(Genre, { name: 'jazz' })));
        await using session = orm.session();
        await session.begin();
        const [genre, count] = await Promise.all([
          failsafeAdd(session, Object.assign(new Genre(), { name: 'jazz' }), { name: 'jazz' }),
          session.repository(Genre).count(),
        ]);
        assert.equal(genre.name, 'jazz');
        assert.equal(count, 1);
      }),

    'a block that fails waits for what it left running, and undoes that too': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const block = session.transaction(async () => {
          session.create(Artist, { name: 'undone' });
          session.create(Genre, { name: 'undone' });
          await Promise.all([session.flush(), Promise.reject(new Error('failed'))]);
        });
        await assert.rejects(block, /failed/);
        await session.commit();
        assert.equal(await session.repository(Artist).count(), 0);
        assert.equal(await session.repository(Genre).count(), 0);
      }),

    'a value that is refused before anything is sent can be mended in an open transaction': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        await session.begin();
        const artist = session.create(Artist, { name: 'x'.repeat(121) });
        await assert.rejects(session.flush(), ValidationFailedError);
        artist.name = 'short';
        await session.commit();
        assert.equal(await session.repository(Artist).count(), 1);
      }),

    'insertMany writes all rows or none': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const rows = Array.from({ length: 5_000 }, (_, i) => ({ name: `genre ${String(i)}` }));
        await assert.rejects(
          session.repository(Genre).insertMany([...rows, { name: 'genre 0' }]),
          UniqueViolationError,
        );
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 0);
      }),

    'entities that the body of a loop loads and makes stay in the session': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Genre, { name: 'jazz' });
          for (let i = 0; i < 4; i++) session.create(Artist, { name: `artist ${String(i)}` });
          return Promise.resolve();
        });
        await using session = orm.session();
        let loaded: Genre | undefined;
        const made: Genre[] = [];
        for await (const artist of session.repository(Artist).iterate({ batch: 1 })) {
          loaded ??= await session.repository(Genre).get({ name: 'jazz' });
          made.push(session.create(Genre, { name: artist.name }));
          await session.flush();
        }
        loaded!.name = 'bebop';
        made[0]!.name = 'changed';
        await session.commit();
        await using other = orm.session();
        assert.equal(await other.repository(Genre).filter({ name: 'bebop' }).count(), 1);
        assert.equal(await other.repository(Genre).filter({ name: 'changed' }).count(), 1);
      }),

    'a loop in a transaction visits every row, also those that it changes out of its own condition': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        for (let i = 0; i < 6; i++) session.create(Artist, { name: `artist ${String(i)}` });
        await session.flush();
        let visited = 0;
        for await (const artist of session
          .repository(Artist)
          .filter({ country: isNull() })
          .orderBy('-name')
          .iterate({ batch: 2 })) {
          artist.country = 'US';
          await session.flush();
          visited++;
        }
        assert.equal(visited, 6);
        await session.rollback();
      }),

    'create writes the rows of its many-to-many relations too': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const genre = await session.repository(Genre).create({ name: 'jazz' });
        const artist = await session.repository(Artist).create({ name: 'Miles Davis' });
        await session.repository(Album).create({ title: 'Kind of Blue', artist, genres: [genre] });
        await session.commit();
        await using other = orm.session();
        assert.equal((await other.repository(Album).include('genres').one()).genres.length, 1);
      }),

    'a row that refers to itself is one object': ({ withOrm }) =>
      withOrm([Employee], async (orm) => {
        await orm.transaction(async (session) => {
          const employee = session.create(Employee, { name: 'own boss' });
          employee.manager = employee;
          return Promise.resolve();
        });
        await using session = orm.session();
        const employee = await session.repository(Employee).one();
        assert.equal(employee.manager, employee);
      }),

    'a new entity that is taken out again does not come back along a collection': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        const album = session.create(Album, { title: 'Kind of Blue', artist });
        artist.albums.add(album);
        session.delete(album);
        await session.commit();
        assert.equal(await session.repository(Album).count(), 0);
      }),

    'a value that an update gives up can be taken by a new row in the same flush': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const genre = session.create(Genre, { name: 'jazz' });
        await session.commit();
        genre.name = 'bebop';
        session.create(Genre, { name: 'jazz' });
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 2);
      }),

    'moving a child and rolling back leaves both collections as they were': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'Miles Davis' });
          const album = session.create(Album, { title: 'a', artist });
          session.create(Album, { title: 'b', artist });
          session.create(Track, { title: 't', position: 1, milliseconds: 1, album });
          return Promise.resolve();
        });
        await using session = orm.session();
        const [a, b] = (await session.repository(Album).include('tracks').orderBy('title')) as [never, never] & Album[];
        const lengths = (): number[] => [a, b].map((album: { tracks: { length: number } }) => album.tracks.length);
        const [track] = await session.repository(Track).all();
        (b as Album).tracks.add(track!);
        await session.flush();
        assert.deepEqual(lengths(), [0, 1]);
        await session.rollback();
        assert.deepEqual(lengths(), [1, 0]);
      }),

    'a condition that holds for every row never stands for the condition of a mass write': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        session.create(Artist, { name: 'Miles Davis' });
        await session.commit();
        await assert.rejects(
          session
            .repository(Artist)
            .filter({ id: notIn([]) })
            .delete(),
          QueryError,
        );
        assert.equal(await session.repository(Artist).count(), 1);
      }),

    'only and include go together': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'Miles Davis' });
          session.create(Album, { title: 'a', artist });
          return Promise.resolve();
        });
        await using session = orm.session();
        const album = await session.repository(Album).only('title').include('artist').one();
        assert.equal(album.artist.name, 'Miles Davis');
        await using other = orm.session();
        const slim = await other.repository(Album).only('title').one();
        assert.equal((await other.load(slim, 'artist')).artist.name, 'Miles Davis');
      }),
  },
};
