/** What a flush writes, in which order, and what is left of it when it fails. */
import assert from 'node:assert/strict';
import {
  NotNullViolationError,
  StaleDataError,
  TransactionError,
  UniqueViolationError,
  ValidationFailedError,
} from '@espalier/core';
import { Album, Artist, Cover, Employee, Genre, library, Seat, Track } from '../fixtures';
import { withLibrary } from '../library-data';
import type { CaseGroup } from '../suite';

const writes = (texts: readonly string[]): string[] => texts.filter((text) => /^(insert|update|delete)/i.test(text));

export const unitOfWork: CaseGroup = {
  name: 'unit of work',
  cases: {
    'a graph of new objects is written by one insert a table, in the order of the foreign keys': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        for (const title of ['Kind of Blue', 'Milestones']) {
          const album = session.create(Album, { title, artist });
          album.tracks.add(Object.assign(new Track(), { position: 1, title: `${title} 1`, milliseconds: 1 }));
          album.tracks.add(Object.assign(new Track(), { position: 2, title: `${title} 2`, milliseconds: 2 }));
        }
        statements.clear();
        await session.commit();
        const inserts = writes(statements.texts).map((text) => /insert into \W?(\w+)/.exec(text)![1]);
        assert.deepEqual(inserts, ['artists', 'albums', 'tracks']);
        const tracks = await session.repository(Track).orderBy('album.title', 'position');
        assert.deepEqual(
          tracks.map((track) => track.title),
          ['Kind of Blue 1', 'Kind of Blue 2', 'Milestones 1', 'Milestones 2'],
        );
      }),

    'generated keys go to the objects they were made for': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artists = Array.from({ length: 250 }, (_, i) => session.create(Artist, { name: `artist ${String(i)}` }));
        await session.commit();
        await using other = orm.session();
        for (const stored of await other.repository(Artist).all()) {
          assert.equal(artists.find(({ id }) => id === stored.id)?.name, stored.name);
        }
      }),

    'only changed columns of changed rows are written, rows of one shape together': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        const artists = Array.from({ length: 10 }, (_, i) => session.create(Artist, { name: `artist ${String(i)}` }));
        await session.commit();
        for (const artist of artists.slice(0, 7)) artist.country = 'US';
        statements.clear();
        assert.equal(await session.flush(), 7);
        const updates = writes(statements.texts);
        assert.equal(updates.length, 1);
        assert.doesNotMatch(updates[0]!, /name/);
        await session.commit();
        assert.equal(await session.repository(Artist).filter({ country: 'US' }).count(), 7);
      }),

    'a second flush writes nothing': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        session.create(Album, { title: 'Kind of Blue', artist, meta: { label: 'Columbia', tags: ['modal'] } });
        await session.flush();
        statements.clear();
        assert.equal(await session.flush(), 0);
        assert.deepEqual(statements.texts, []);
        await session.rollback();
      }),

    'a change inside of a json value is seen': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        const album = session.create(Album, { title: 'Kind of Blue', artist, meta: { tags: ['modal'] } });
        await session.commit();
        album.meta!.tags!.push('jazz');
        assert.equal(session.isDirty(album), true);
        assert.deepEqual(
          session.changes().map(({ properties }) => properties),
          [['meta']],
        );
        await session.commit();
        await using other = orm.session();
        assert.deepEqual((await other.repository(Album).one()).meta, { tags: ['modal', 'jazz'] });
      }),

    'a chain of self-references is written at any depth': ({ withOrm }) =>
      withOrm([Employee], async (orm) => {
        await using session = orm.session();
        let manager: Employee | null = null;
        const staff: Employee[] = [];
        for (let i = 0; i < 5; i++) {
          manager = session.create(Employee, { name: `employee ${String(i)}`, manager });
          staff.push(manager);
        }
        await session.commit();
        for (const employee of [...staff].sort(() => -1)) session.delete(employee);
        await session.commit();
        assert.equal(await session.repository(Employee).count(), 0);
      }),

    'a circle is opened at a nullable foreign key': ({ withOrm }) =>
      withOrm([Employee], async (orm) => {
        await using session = orm.session();
        const a = session.create(Employee, { name: 'a' });
        const b = session.create(Employee, { name: 'b', manager: a });
        a.manager = b;
        await session.commit();
        await using other = orm.session();
        const [first, second] = await other.repository(Employee).orderBy('name');
        assert.equal(first!.manager, second);
        assert.equal(second!.manager, first);
        other.delete(first!, second!);
        await other.commit();
        assert.equal(await other.repository(Employee).count(), 0);
      }),

    'rows of a many-to-many relation come and go with the collection': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        const album = session.create(Album, { title: 'Kind of Blue', artist });
        const jazz = session.create(Genre, { name: 'jazz' });
        const modal = session.create(Genre, { name: 'modal' });
        album.genres.add(jazz, modal);
        await session.commit();

        await using other = orm.session();
        const loaded = await other.repository(Album).include('genres').one();
        assert.deepEqual(loaded.genres.map(({ name }) => name).sort(), ['jazz', 'modal']);
        loaded.genres.remove(loaded.genres.find(({ name }) => name === 'modal')!);
        statements.clear();
        await other.commit();
        assert.equal(writes(statements.texts).length, 1);

        await using third = orm.session();
        const again = await third.repository(Genre).include('albums').orderBy('name');
        assert.deepEqual(
          again.map((genre) => [genre.name, genre.albums.length]),
          [
            ['jazz', 1],
            ['modal', 0],
          ],
        );
      }),

    'adding to a collection that is not loaded needs no loading, and an item that is there already is no error': ({
      withOrm,
    }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'Miles Davis' });
          const album = session.create(Album, { title: 'Kind of Blue', artist });
          album.genres.add(session.create(Genre, { name: 'jazz' }));
        });
        await orm.transaction(async (session) => {
          const album = await session.repository(Album).one();
          const jazz = await session.repository(Genre).one();
          album.genres.add(jazz, session.create(Genre, { name: 'modal' }));
        });
        await using session = orm.session();
        assert.equal((await session.repository(Album).include('genres').one()).genres.length, 2);
      }),

    'a child that is taken out of its collection is deleted where the relation removes orphans': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'Miles Davis' });
          const album = session.create(Album, { title: 'Kind of Blue', artist });
          session.create(Track, { position: 1, title: 'So What', milliseconds: 1, album });
          session.create(Track, { position: 2, title: 'Blue in Green', milliseconds: 1, album });
        });
        await using session = orm.session();
        const album = await session.repository(Album).include('tracks').one();
        album.tracks.remove(album.tracks.at(0)!);
        await session.commit();
        assert.deepEqual(
          (await session.repository(Track).all()).map(({ title }) => title),
          ['Blue in Green'],
        );
      }),

    'deleting goes along relations that cascade it, loaded or not': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'Miles Davis' });
          const album = session.create(Album, { title: 'Kind of Blue', artist });
          session.create(Track, { position: 1, title: 'So What', milliseconds: 1, album });
          album.genres.add(session.create(Genre, { name: 'jazz' }));
        });
        await orm.transaction(async (session) => {
          session.delete(await session.repository(Album).one(), { force: true });
        });
        await using session = orm.session();
        assert.equal(await session.repository(Track).count(), 0);
        assert.equal(await session.repository(Album).withDeleted().count(), 0);
        assert.equal(await session.repository(Genre).count(), 1);
      }),

    'a unique value can be given up and taken in one flush': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const jazz = session.create(Genre, { name: 'jazz' });
        await session.commit();
        session.delete(jazz);
        const again = session.create(Genre, { name: 'jazz' });
        await session.commit();
        assert.notEqual(again.id, jazz.id);
        const modal = session.create(Genre, { name: 'modal' });
        await session.commit();
        again.name = 'bebop';
        modal.name = 'jazz';
        await session.commit();
        assert.deepEqual(
          (await session.repository(Genre).orderBy('name')).map(({ name }) => name),
          ['bebop', 'jazz'],
        );
      }),

    'a value that is missing is refused before anything is sent': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        session.add(new Artist());
        statements.clear();
        await assert.rejects(session.flush(), (error: unknown) => {
          assert.ok(error instanceof ValidationFailedError);
          assert.equal(error.entity, 'Artist');
          assert.equal(error.property, 'name');
          return true;
        });
        assert.deepEqual(statements.texts, []);
      }),

    'a flush that fails leaves everything pending as it was, and can be repeated when the mistake is mended': ({
      withOrm,
    }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Genre, { name: 'jazz' });
        });
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        const genre = session.create(Genre, { name: 'jazz' });
        await assert.rejects(session.flush(), UniqueViolationError);
        assert.equal(artist.id, undefined);
        assert.equal(session.isDirty(artist), true);
        genre.name = 'modal';
        await session.commit();
        assert.equal(await session.repository(Artist).count(), 1);
        assert.equal(await session.repository(Genre).count(), 2);
      }),

    'a flush that fails inside of a transaction with earlier work asks for a rollback, and nothing is half-written': ({
      withOrm,
    }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        session.create(Genre, { name: 'jazz' });
        await session.flush();
        session.create(Artist, { name: 'Miles Davis' });
        session.create(Genre, { name: 'jazz' });
        await assert.rejects(session.flush(), UniqueViolationError);
        await assert.rejects(session.commit(), TransactionError);
        await session.rollback();
        assert.equal(await session.repository(Artist).count(), 0);
        assert.equal(await session.repository(Genre).count(), 0);
        session.create(Genre, { name: 'jazz' });
        await session.commit();
      }),

    'rollback undoes what happened in memory': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        const album = session.create(Album, { title: 'Kind of Blue', artist, meta: { label: 'Columbia' } });
        await session.commit();
        artist.name = 'Miles';
        album.meta!.label = 'Prestige';
        const fresh = session.create(Artist, { name: 'John Coltrane' });
        album.artist = fresh;
        album.tracks.add(Object.assign(new Track(), { position: 1, title: 'So What', milliseconds: 1 }));
        await session.flush();
        assert.notEqual(fresh.id, undefined);
        await session.rollback();
        assert.equal(artist.name, 'Miles Davis');
        assert.deepEqual(album.meta, { label: 'Columbia' });
        assert.equal(album.artist, artist);
        assert.equal(fresh.id, undefined);
        assert.deepEqual(session.changes(), []);
        assert.equal(await session.repository(Artist).count(), 1);
      }),

    'a row that is gone is stale data, not a lost update': ({ withOrm, requirements }) =>
      withOrm(library, async (orm) => {
        if (!requirements.concurrency) return;
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        await session.commit();
        await orm.transaction(async (other) => {
          other.delete(await other.repository(Artist).get(artist.id));
        });
        artist.name = 'Miles';
        await assert.rejects(session.flush(), StaleDataError);
      }),

    'composite keys identify rows like any other': ({ withOrm }) =>
      withOrm([Seat], async (orm) => {
        await using session = orm.session();
        for (const row of ['A', 'B']) for (const place of [1, 2]) session.create(Seat, { row, place });
        await session.commit();
        await using other = orm.session();
        const seat = await other.repository(Seat).get({ row: 'B', place: 2 });
        seat.guest = 'Ann';
        const gone = (await other.repository(Seat).find({ row: 'A', place: 1 }))!;
        other.delete(gone);
        await other.commit();
        const seats = await other.repository(Seat).orderBy('row', 'place');
        assert.deepEqual(
          seats.map(({ row, place, guest }) => [row, place, guest]),
          [
            ['A', 2, null],
            ['B', 1, null],
            ['B', 2, 'Ann'],
          ],
        );
      }),

    'has-one: the child is saved with its owner, and loaded as one': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'Miles Davis' });
          const album = session.create(Album, { title: 'Kind of Blue', artist });
          album.cover = Object.assign(new Cover(), { url: 'blue.png' });
          session.create(Album, { title: 'Milestones', artist });
        });
        await using session = orm.session();
        const albums = await session.repository(Album).include('cover').orderBy('title');
        assert.deepEqual(
          albums.map(({ cover }) => cover?.url ?? null),
          ['blue.png', null],
        );
      }),

    'the database has the last word on not-null, with a typed error': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const insert = session.sql`insert into artists (name) values (${null})`;
        await assert.rejects(insert, NotNullViolationError);
      }),

    'a change of a many-to-many relation is a change of its entity': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        const album = await session.repository(Album).get({ title: 'Silence' });
        album.genres.add(await session.repository(Genre).get({ name: 'soul' }));
        assert.equal(session.isDirty(album), true);
        assert.deepEqual(
          session.changes().map(({ kind, model, properties }) => [kind, model, ...properties]),
          [['update', 'Album', 'genres']],
        );
        await session.commit();
        assert.equal(session.isDirty(album), false);
        statements.clear();
        assert.equal(await session.flush(), 0);
        assert.equal(statements.count, 0);
      }),
  },
};
