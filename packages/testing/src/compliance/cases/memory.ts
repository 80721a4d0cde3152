/** What entities say after a rollback or a failed block, and what belongs to whom while blocks run. */
import assert from 'node:assert/strict';
import {
  Column,
  Entity,
  EspalierError,
  NotLoadedError,
  PrimaryKey,
  QueryError,
  ValidationFailedError,
} from '@espalier/core';
import { Album, Artist, Genre, library, Track } from '../fixtures';
import { withLibrary } from '../library-data';
import type { CaseGroup } from '../suite';

class Text {
  conversions = 0;

  constructor(readonly text: string) {}
}

/** Its type is checked before a flush sends anything, and converts once more when it does. */
@Entity()
class Fragile {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({
    type: 'text',
    transform: {
      toDatabase(value: Text) {
        if (value.text === 'breaks' && ++value.conversions > 1) throw new RangeError('broken');
        return value.text;
      },
      fromDatabase: (text: string) => new Text(text),
    },
  })
  text!: Text;
}

export const memory: CaseGroup = {
  name: 'memory',
  cases: {
    'a rollback undoes what a refresh read of a mass write, so that the same change is written later': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const genre = await session.repository(Genre).get({ name: 'jazz' });
        await session.repository(Genre).filter({ id: genre.id }).update({ name: 'bebop' });
        await session.refresh(genre);
        assert.equal(genre.name, 'bebop');
        await session.rollback();
        assert.equal(genre.name, 'jazz');
        genre.name = 'bebop';
        assert.ok(session.isDirty(genre));
        await session.commit();
        assert.equal(await session.repository(Genre).filter({ name: 'bebop' }).count(), 1);
      }),

    'an entity that was first read after a mass write is not loaded after the rollback': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        await session.repository(Genre).filter({ name: 'jazz' }).update({ name: 'bebop' });
        const genre = await session.repository(Genre).get({ name: 'bebop' });
        await session.rollback();
        assert.throws(() => genre.name, NotLoadedError);
        assert.equal((await session.repository(Genre).get(genre.id)).name, 'jazz');
        assert.equal(genre.name, 'jazz');
      }),

    'a row of insertMany that was rolled back is not found': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        await session.repository(Genre).insertMany([{ name: 'cool' }]);
        const { id } = await session.repository(Genre).get({ name: 'cool' });
        await session.rollback();
        assert.equal(await session.repository(Genre).find(id), null);
      }),

    'what was read in a transaction without mass writes stays loaded after its rollback': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        session.create(Genre, { name: 'cool' });
        await session.flush();
        const jazz = await session.repository(Genre).get({ name: 'jazz' });
        await session.rollback();
        assert.equal(jazz.name, 'jazz');
      }),

    'a failed block undoes what was read inside of it after a mass write': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const genre = await session.repository(Genre).get({ name: 'jazz' });
        await assert.rejects(
          session.transaction(async () => {
            await session.repository(Genre).filter({ id: genre.id }).update({ name: 'bebop' });
            await session.refresh(genre);
            throw new Error('enough');
          }),
          /enough/,
        );
        assert.equal(genre.name, 'jazz');
        assert.equal(session.isDirty(genre), false);
      }),

    'a flush that a listener asks for comes after the one that it listens to': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const flushes: Promise<number>[] = [];
        const stop = orm.on('beforeFlush', () => flushes.push(session.flush()));
        session.create(Genre, { name: 'jazz' });
        await session.flush();
        stop();
        assert.deepEqual(await Promise.all(flushes), [0]);
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 1);
      }),

    'what comes from outside of a block that fails is not lost': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        let goOn!: () => void;
        const outside = new Promise<void>((resolve) => (goOn = resolve));
        const block = session.transaction(async () => {
          session.create(Genre, { name: 'inside' });
          await outside;
          throw new Error('enough');
        });
        // The block begins when what was pending before is flushed.
        await session.repository(Genre).count();
        session.create(Genre, { name: 'outside' });
        const flushed = session.flush();
        goOn();
        await assert.rejects(block, /enough/);
        assert.equal(await flushed, 1);
        await session.commit();
        assert.deepEqual(
          (await session.repository(Genre).all()).map(({ name }) => name),
          ['outside'],
        );
      }),

    'changes of many-to-many relations made in a stream are kept': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const unused = await session.repository(Genre).get({ name: 'unused' });
        for await (const album of session.repository(Album).iterate({ batch: 2 })) album.genres.add(unused);
        await session.commit();
        await session.load(unused, 'albums');
        assert.equal((unused.albums as never as Album[]).length, 4);
      }),

    'new children of entities of a stream are kept': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const before = await session.repository(Track).count();
        for await (const album of session.repository(Album).iterate({ batch: 2 }))
          album.tracks.add(Object.assign(new Track(), { title: 'bonus', position: 9, milliseconds: 1 }));
        await session.commit();
        assert.equal(await session.repository(Track).count(), before + 4);
      }),

    'what a changed entity of a stream refers to can be loaded afterwards': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const kept: Album[] = [];
        for await (const album of session.repository(Album).iterate({ batch: 2 })) {
          album.title += '!';
          kept.push(album);
        }
        const [first] = await session.load(kept, 'artist');
        assert.equal(typeof first!.artist.name, 'string');
      }),

    'relations are loaded by one query for entities that are asked one after another, at once, and with deferred columns':
      (context) =>
        withLibrary(context, async (orm, statements) => {
          await using session = orm.session();
          const albums = await session.repository(Album).all();
          statements.clear();
          for (const album of albums) await session.load(album, 'artist');
          assert.equal(statements.count, 1);
          statements.clear();
          await Promise.all(albums.map((album) => session.load(album, 'genres')));
          assert.equal(statements.count, 1);
        }),

    'a reference whose row is soft-deleted is sought once': (context) =>
      withLibrary(context, async (orm, statements) => {
        await orm.transaction(async (session) => {
          await session.repository(Album).all().delete();
        });
        await using session = orm.session();
        const tracks = await session.repository(Track).all();
        statements.clear();
        for (const track of tracks) await session.load(track, 'album');
        assert.equal(statements.count, 1);
      }),

    'undefined in a stored entity is a mistake that is found before anything is sent': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        const artist = await session.repository(Artist).get({ name: 'Miles Davis' });
        (artist as { country: string | undefined }).country = undefined;
        statements.clear();
        await assert.rejects(session.flush(), ValidationFailedError);
        artist.country = null;
        await session.flush();
        const album = await session.repository(Album).first();
        (album as { artist: unknown }).artist = undefined;
        statements.clear();
        await assert.rejects(session.flush(), ValidationFailedError);
        assert.equal(statements.count, 0);
      }),

    'a flush that fails by code of the application fails before anything is sent': ({ withOrm }) =>
      withOrm([...library, Fragile], async (orm) => {
        await using session = orm.session();
        await session.begin();
        session.create(Genre, { name: 'jazz' });
        const fragile = session.create(Fragile, { text: new Text('breaks') });
        await assert.rejects(session.flush());
        assert.equal(await session.repository(Genre).count(), 0);
        fragile.text = new Text('holds');
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 1);
      }),

    'an updateOrCreate that is refused leaves nothing pending': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artists = session.repository(Artist);
        const miles = await artists.get({ name: 'Miles Davis' });
        for (const values of [
          { country: 'XX', nope: 1 },
          { country: 'XX', id: 99 },
          { country: 'XX', name: 5 },
        ] as object[]) {
          await assert.rejects(artists.updateOrCreate({ name: 'Miles Davis' }, values), EspalierError);
          assert.equal(session.isDirty(miles), false);
          assert.equal(miles.country, 'US');
        }
        await session.commit();
        assert.equal(await artists.filter({ country: 'XX' }).count(), 0);
      }),

    'delete, add and refresh refuse what is no entity': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        for (const wrong of [null, undefined, 5, 'x', {}, { id: 1 }, [], { force: true }] as never[]) {
          assert.throws(() => session.add(wrong), QueryError);
          assert.throws(() => session.delete(wrong), QueryError);
          await assert.rejects(session.refresh(wrong), QueryError);
        }
      }),
  },
};
