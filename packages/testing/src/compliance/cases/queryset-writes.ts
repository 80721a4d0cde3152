/** What querysets change: in one statement, as part of the session's transaction. */
import assert from 'node:assert/strict';
import {
  Column,
  contains,
  Entity,
  eq,
  inList,
  isNull,
  ne,
  none,
  PrimaryKey,
  QueryError,
  SoftDelete,
  some,
  type Defaulted,
} from '@espalier/core';
import { Album, Artist, Genre, Track } from '../fixtures';
import { withLibrary } from '../library-data';
import type { CaseGroup } from '../suite';

let touches = 0;

@Entity()
@SoftDelete()
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) body!: string;
  @Column({ type: 'integer', default: () => 0, onUpdate: () => ++touches }) touched!: Defaulted<number>;
  deletedAt!: Date | null;
}

export const querysetWrites: CaseGroup = {
  name: 'writing by querysets',
  cases: {
    'update and delete of a queryset are one statement, and roll back with the session': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        const tracks = session.repository(Track);
        statements.clear();
        assert.equal(await tracks.filter({ album: { title: 'Kind of Blue' } }).update({ milliseconds: 7 }), 3);
        assert.equal(await tracks.filter({ milliseconds: 7 }).count(), 3);
        assert.equal(await tracks.filter({ milliseconds: 7 }).orderBy('id').limit(2).delete(), 2);
        assert.equal(statements.texts.filter((text) => /^(update|delete)/.test(text)).length, 2);
        await session.rollback();
        assert.equal(await tracks.count(), 6);
        assert.equal(await tracks.filter({ milliseconds: 7 }).count(), 0);
        assert.equal(await tracks.all().delete(), 6);
        await session.commit();
        assert.equal(await tracks.count(), 0);
      }),

    'update gives columns what their onUpdate says, once for all rows, unless they are given a value': ({ withOrm }) =>
      withOrm([Note], async (orm) => {
        await using session = orm.session();
        const notes = session.repository(Note);
        const touched = async (): Promise<number[]> => {
          session.clear();
          return (await notes.withDeleted().orderBy('id')).map((note) => note.touched);
        };
        await notes.insertMany([{ body: 'a' }, { body: 'b' }, { body: 'c' }]);
        touches = 0;
        assert.equal(await notes.filter({ body: ne('c') }).update({ body: 'd' }), 2);
        assert.deepEqual(await touched(), [1, 1, 0]);
        assert.equal(await notes.filter({ body: 'c' }).update({ touched: 7 }), 1);
        assert.deepEqual(await touched(), [1, 1, 7]);
        // To mark rows as deleted is to change them, as it is when a flush does it.
        assert.equal(await notes.filter({ body: 'c' }).delete(), 1);
        assert.deepEqual(await touched(), [1, 1, 2]);
        await session.commit();
      }),

    'a condition that leaves something out is one; a limit is one with all() only': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artists = session.repository(Artist);
        assert.equal(await artists.filter({ country: contains('') }).update({ country: 'CA' }), 2);
        assert.equal(await artists.filter({ albums: some() }).update({ country: 'UK' }), 2);
        assert.equal(await artists.filter({ albums: none() }).update({ country: 'SA' }), 1);
        assert.equal(await artists.exclude({ name: '' }).update({ country: 'FR' }), 3);
        assert.equal(await session.repository(Track).all().orderBy('id').limit(2).delete(), 2);
      }),

    'create inserts at once; getOrCreate and updateOrCreate tell whether they made the row': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const genres = session.repository(Genre);
        const blues = await genres.create({ name: 'blues' });
        assert.notEqual(blues.id, undefined);
        assert.deepEqual(await genres.getOrCreate({ name: 'blues' }), [blues, false]);
        const [rock, made] = await genres.getOrCreate({ name: 'rock' });
        assert.equal(made, true);
        assert.equal(rock.name, 'rock');
        const artists = session.repository(Artist);
        const [miles, isNew] = await artists.updateOrCreate({ name: 'Miles Davis' }, { country: 'FR' });
        assert.equal(isNew, false);
        assert.equal(miles.country, 'FR');
        const [other, isOtherNew] = await artists.updateOrCreate({ name: 'Sun Ra' }, { country: 'SA' });
        assert.equal(isOtherNew, true);
        assert.equal(other.country, 'SA');
        await session.commit();
        await using later = orm.session();
        assert.equal((await later.repository(Artist).get({ name: 'Miles Davis' })).country, 'FR');
      }),

    'updateOrCreate writes its values though the session has them from before, with or without pending changes': (
      context,
    ) =>
      withLibrary(context, async (orm) => {
        for (const isPending of [false, true]) {
          await using session = orm.session();
          const artists = session.repository(Artist);
          const miles = await artists.get({ name: 'Miles Davis' });
          const before = miles.country;
          await orm.transaction((other) =>
            other.repository(Artist).filter({ name: 'Miles Davis' }).update({ country: 'GB' }),
          );
          if (isPending) miles.country = 'SE';
          const [found] = await artists.updateOrCreate({ name: 'Miles Davis' }, { country: before });
          await session.commit();
          assert.equal(found, miles);
          await using later = orm.session();
          assert.equal((await later.repository(Artist).get({ name: 'Miles Davis' })).country, before);
        }
      }),

    'getOrCreate makes rows of equalities, by value or by operator': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artists = session.repository(Artist);
        const [sun, made] = await artists.getOrCreate({ name: eq('Sun Ra'), country: eq(null) });
        assert.deepEqual([made, sun.name, sun.country], [true, 'Sun Ra', null]);
        assert.deepEqual(await artists.getOrCreate({ name: eq('Sun Ra'), country: isNull() }), [sun, false]);
        const [album] = await session.repository(Album).getOrCreate({ title: 'Lanquidity', artist: eq(sun) });
        assert.equal(album.artist, sun);
        const [again, isNew] = await session
          .repository(Album)
          .getOrCreate({ title: eq('Sleeping'), artist: { id: sun.id } });
        assert.deepEqual([isNew, again.artist], [true, sun]);
        for (const name of [ne('x'), inList(['x']), contains('x')])
          await assert.rejects(artists.getOrCreate({ name, country: 'none' }), QueryError);
        await assert.rejects(session.repository(Album).getOrCreate({ title: 'x', artist: { id: eq(0) } }), QueryError);
        await session.rollback();
      }),

    'insertMany writes rows without entities, in few statements': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        statements.clear();
        const rows = Array.from({ length: 500 }, (_, i) => ({ name: `genre ${String(i)}` }));
        assert.equal(await session.repository(Genre).insertMany(rows), 500);
        assert.ok(statements.texts.filter((text) => text.startsWith('insert')).length <= 2);
        const album = await session.repository(Album).first();
        assert.equal(
          await session.repository(Track).insertMany([{ position: 9, title: 'x', milliseconds: 1, album: album! }]),
          1,
        );
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 503);
        assert.equal(await session.repository(Track).filter({ position: 9, album: album! }).count(), 1);
      }),
  },
};
