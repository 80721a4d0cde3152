/** What querysets find, load and change. */
import assert from 'node:assert/strict';
import {
  and,
  between,
  contains,
  endsWith,
  eq,
  every,
  gt,
  icontains,
  iendsWith,
  ilike,
  inList,
  isNotNull,
  isNull,
  istartsWith,
  like,
  lt,
  lte,
  matches,
  MultipleFoundError,
  ne,
  none,
  not,
  NotFoundError,
  NotLoadedError,
  notIn,
  or,
  QueryError,
  some,
  startsWith,
  type Criterion,
  type Espalier,
} from '@espalier/core';
import { Album, Artist, Track } from '../fixtures';
import { withLibrary } from '../library-data';
import type { CaseGroup } from '../suite';

async function titles(orm: Espalier, ...criteria: Criterion<Album>[]): Promise<string[]> {
  await using session = orm.session();
  return (
    await session
      .repository(Album)
      .filter(...criteria)
      .orderBy('title')
  ).map(({ title }) => title);
}

async function names(orm: Espalier, criterion: Criterion<Artist>): Promise<string[]> {
  await using session = orm.session();
  return (await session.repository(Artist).filter(criterion).orderBy('name')).map(({ name }) => name);
}

export const querysets: CaseGroup = {
  name: 'querysets',
  cases: {
    'scalar operators compare as their names say': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await titles(orm, { title: 'Milestones' }), ['Milestones']);
        assert.deepEqual(await titles(orm, { title: eq('Milestones') }), ['Milestones']);
        assert.deepEqual(await titles(orm, { title: ne('Milestones') }), ['Kind of Blue', 'Pastel Blues', 'Silence']);
        assert.deepEqual(await titles(orm, { price: gt('9.99') }), ['Pastel Blues', 'Silence']);
        assert.deepEqual(await titles(orm, { price: lte('9.99') }), ['Kind of Blue', 'Milestones']);
        assert.deepEqual(await titles(orm, { price: between('7.50', '12') }), [
          'Kind of Blue',
          'Milestones',
          'Pastel Blues',
        ]);
        assert.deepEqual(await titles(orm, { title: inList(['Silence', 'Milestones']) }), ['Milestones', 'Silence']);
        assert.deepEqual(await titles(orm, { title: notIn(['Silence', 'Milestones']) }), [
          'Kind of Blue',
          'Pastel Blues',
        ]);
      }),

    'decimals compare as numbers, not as texts': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await titles(orm, { price: lt('100') }), ['Kind of Blue', 'Milestones', 'Pastel Blues']);
        await using session = orm.session();
        const prices = (await session.repository(Album).orderBy('price')).map(({ price }) => price);
        assert.deepEqual(prices, ['7.50', '9.99', '12.00', '100.00']);
      }),

    'an empty list is never in, and always not in': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await titles(orm, { title: inList([]) }), []);
        assert.equal((await titles(orm, { title: notIn([]) })).length, 4);
      }),

    'null in a list means rows without a value': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await names(orm, { country: inList(['FR', null]) }), ['100%_sure!']);
        assert.deepEqual(await names(orm, { country: notIn(['FR', null]) }), ['Miles Davis', 'Nina Simone']);
        assert.deepEqual(await names(orm, { country: isNull() }), ['100%_sure!']);
        assert.deepEqual(await names(orm, { country: null }), ['100%_sure!']);
        assert.deepEqual(await names(orm, { country: isNotNull() }), ['Miles Davis', 'Nina Simone']);
      }),

    'matches are literal and case-sensitive, their i-variants are not': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await names(orm, { name: contains('%_') }), ['100%_sure!']);
        assert.deepEqual(await names(orm, { name: contains('_') }), ['100%_sure!']);
        assert.deepEqual(await names(orm, { name: startsWith('miles') }), []);
        assert.deepEqual(await names(orm, { name: istartsWith('miles') }), ['Miles Davis']);
        assert.deepEqual(await names(orm, { name: endsWith('sure!') }), ['100%_sure!']);
        assert.deepEqual(await names(orm, { name: endsWith('DAVIS') }), []);
        assert.deepEqual(await names(orm, { name: iendsWith('DAVIS') }), ['Miles Davis']);
        assert.deepEqual(await names(orm, { name: contains('NINA') }), []);
        assert.deepEqual(await names(orm, { name: icontains('NINA') }), ['Nina Simone']);
        assert.deepEqual(await names(orm, { name: contains('') }), ['100%_sure!', 'Miles Davis', 'Nina Simone']);
      }),

    'like takes % and _ as wildcards and ! as escape': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await names(orm, { name: like('N%S_mone') }), ['Nina Simone']);
        assert.deepEqual(await names(orm, { name: like('n%') }), []);
        assert.deepEqual(await names(orm, { name: ilike('n%') }), ['Nina Simone']);
        assert.deepEqual(await names(orm, { name: like('100!%!_%') }), ['100%_sure!']);
      }),

    'matches is the engine’s regular expression, or a clear refusal': (context) =>
      withLibrary(context, async (orm) => {
        const found = names(orm, { name: matches('^M.*s$') });
        if (context.requirements.regularExpressions) assert.deepEqual(await found, ['Miles Davis']);
        else await assert.rejects(found, QueryError);
      }),

    'and, or and not combine; exclude keeps rows of which nothing can be said': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await titles(orm, or({ title: 'Silence' }, { price: lt('8') })), ['Milestones', 'Silence']);
        assert.deepEqual(await titles(orm, and({ price: gt('8') }, { price: lt('10') })), ['Kind of Blue']);
        assert.deepEqual(await titles(orm, or()), []);
        assert.equal((await titles(orm, and())).length, 4);
        assert.deepEqual(await names(orm, not({ country: 'US' })), ['100%_sure!']);
        await using session = orm.session();
        const rest = await session.repository(Artist).exclude({ country: 'US' });
        assert.deepEqual(
          rest.map(({ name }) => name),
          ['100%_sure!'],
        );
        assert.equal(await session.repository(Artist).exclude(or()).count(), 3);
        assert.throws(() => session.repository(Artist).exclude(and()), QueryError);
      }),

    'conditions go along relations': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await titles(orm, { artist: { name: startsWith('Nina') } }), ['Pastel Blues', 'Silence']);
        assert.deepEqual(await titles(orm, or({ artist: { country: 'FR' } }, { title: 'Silence' })), ['Silence']);
        await using session = orm.session();
        const miles = await session.repository(Artist).get({ name: 'Miles Davis' });
        assert.deepEqual(await titles(orm, { artist: { id: miles.id } }), ['Kind of Blue', 'Milestones']);
        assert.deepEqual(await titles(orm, { artist: miles }), ['Kind of Blue', 'Milestones']);
        assert.deepEqual(await titles(orm, { artist: ne(miles) }), ['Pastel Blues', 'Silence']);
      }),

    'some, none and every quantify over to-many relations': (context) =>
      withLibrary(context, async (orm) => {
        assert.deepEqual(await titles(orm, { tracks: some({ milliseconds: gt(350) }) }), ['Pastel Blues']);
        assert.deepEqual(await titles(orm, { tracks: some() }), ['Kind of Blue', 'Milestones', 'Pastel Blues']);
        assert.deepEqual(await titles(orm, { tracks: none() }), ['Silence']);
        assert.deepEqual(await titles(orm, { tracks: none({ milliseconds: gt(150) }) }), ['Milestones', 'Silence']);
        assert.deepEqual(await titles(orm, { tracks: every({ milliseconds: gt(120) }) }), [
          'Milestones',
          'Pastel Blues',
          'Silence',
        ]);
        assert.deepEqual(await titles(orm, { genres: some({ name: 'soul' }) }), ['Pastel Blues']);
        assert.deepEqual(await titles(orm, { genres: none({ name: 'soul' }), tracks: some() }), [
          'Kind of Blue',
          'Milestones',
        ]);
        assert.deepEqual(await names(orm, { albums: some({ tracks: some({ milliseconds: 500 }) }) }), ['Nina Simone']);
      }),

    'order, limit and offset page through rows': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const albums = session.repository(Album);
        const page = async (offset: number) =>
          (await albums.orderBy('-price').limit(2).offset(offset)).map(({ title }) => title);
        assert.deepEqual(await page(0), ['Silence', 'Pastel Blues']);
        assert.deepEqual(await page(2), ['Kind of Blue', 'Milestones']);
        assert.deepEqual(
          (await albums.orderBy('artist.name', '-title')).map(({ title }) => title),
          ['Milestones', 'Kind of Blue', 'Silence', 'Pastel Blues'],
        );
        assert.deepEqual(
          (await albums.offset(3).orderBy('title')).map(({ title }) => title),
          ['Silence'],
        );
        assert.deepEqual(
          (await albums.orderBy('title').reverse().limit(1)).map(({ title }) => title),
          ['Silence'],
        );
        assert.deepEqual(await albums.limit(0), []);
        // The last rows of all, or the first ones backwards? Rather neither.
        assert.throws(() => albums.limit(2).reverse(), QueryError);
        assert.throws(() => albums.orderBy('title').offset(2).reverse(), QueryError);
      }),

    'include loads a tree: to-one relations in the same query, one query for each to-many level': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        const artists = await session.repository(Artist).include('albums.tracks', 'albums.genres').orderBy('name');
        assert.equal(statements.count, 4);
        const tree = artists.map(({ name, albums }) => [
          name,
          albums
            .map(({ title, tracks, genres }) => [title, tracks.length, genres.map((genre) => genre.name).sort()])
            .sort(),
        ]);
        assert.deepEqual(tree, [
          ['100%_sure!', []],
          [
            'Miles Davis',
            [
              ['Kind of Blue', 3, ['jazz']],
              ['Milestones', 1, ['jazz']],
            ],
          ],
          [
            'Nina Simone',
            [
              ['Pastel Blues', 2, ['jazz', 'soul']],
              ['Silence', 0, []],
            ],
          ],
        ]);
        statements.clear();
        await using other = orm.session();
        const tracks = await other.repository(Track).include('album.artist').orderBy('id');
        assert.equal(statements.count, 1);
        assert.equal(tracks[0]!.album.artist.name, 'Miles Davis');
        assert.equal(tracks[0]!.album, tracks[1]!.album);
      }),

    'loading a relation of one entity loads it for all that were read with it': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        const albums = await session.repository(Album).orderBy('title');
        statements.clear();
        const counts: number[] = [];
        for (const album of albums) counts.push((await session.load(album, 'tracks')).tracks.length);
        assert.equal(statements.count, 1);
        assert.deepEqual(counts, [3, 1, 2, 0]);
        const loaded = await session.load(albums[0]!, 'artist');
        assert.equal(loaded, albums[0]);
        assert.equal(loaded.artist.name, 'Miles Davis');
        assert.equal(statements.count, 2);
      }),

    'what is not loaded is never silently undefined': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const album = await session.repository(Album).get({ title: 'Kind of Blue' });
        const artist = album.artist as Artist;
        assert.equal(typeof artist.id, 'number');
        assert.throws(
          () => artist.name,
          (error: unknown) => error instanceof NotLoadedError && error.property === 'name',
        );
        assert.throws(() => [...(album.tracks as unknown as Iterable<Track>)], NotLoadedError);
        const slim = (await session.repository(Track).only('title').first()) as unknown as Track;
        assert.throws(() => slim.milliseconds, NotLoadedError);
        assert.equal(typeof slim.title, 'string');
      }),

    'only and defer read fewer columns, and what was not read is not written': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        const track = await session.repository(Track).only('title').filter({ title: 'Milestones 1' }).one();
        assert.doesNotMatch(statements.texts.at(-1)!, /milliseconds/);
        track.title = 'Milestones';
        await session.commit();
        await using other = orm.session();
        const stored = await other.repository(Track).get({ title: 'Milestones' });
        assert.equal(stored.milliseconds, 150);
        const deferred = await other.repository(Album).defer('meta').filter({ title: 'Silence' }).one();
        assert.equal(deferred.price, '100.00');
      }),

    'get, one, first, last and find answer as promised': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const albums = session.repository(Album);
        await assert.rejects(albums.get({ title: 'none' }), NotFoundError);
        await assert.rejects(albums.get({ price: gt('1') }), MultipleFoundError);
        await assert.rejects(albums.get(999_999), NotFoundError);
        assert.equal(await albums.find(999_999), null);
        assert.equal((await albums.first())!.title, 'Kind of Blue');
        assert.equal((await albums.last())!.title, 'Silence');
        assert.equal((await albums.orderBy('price').last())!.title, 'Silence');
        assert.equal(await albums.filter({ title: 'none' }).first(), null);
        assert.equal((await albums.filter({ title: 'Silence' }).one()).title, 'Silence');
      }),

    'count and exists count rows, within limit and offset': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const albums = session.repository(Album);
        assert.equal(await albums.count(), 4);
        assert.equal(await albums.filter({ tracks: some({ milliseconds: gt(100) }) }).count(), 3);
        assert.equal(await albums.limit(3).count(), 3);
        assert.equal(await albums.offset(3).count(), 1);
        assert.equal(await albums.filter({ title: 'none' }).exists(), false);
        assert.equal(await albums.exists(), true);
      }),

    'for await streams rows in batches, in and out of a transaction': (context) =>
      withLibrary(context, async (orm) => {
        for (const inTransaction of [false, true]) {
          await using session = orm.session();
          if (inTransaction) await session.begin();
          const seen: string[] = [];
          for await (const track of session.repository(Track).iterate({ batch: 2 })) seen.push(track.title);
          assert.equal(seen.length, 6);
          const withAlbums: string[] = [];
          for await (const track of session.repository(Track).orderBy('-title').include('album'))
            withAlbums.push(track.album.title);
          assert.equal(withAlbums[0], 'Pastel Blues');
          for await (const track of session.repository(Track).all()) {
            track.milliseconds += 1;
            break;
          }
          await session.commit();
        }
      }),

    'an entity that was changed while streaming is flushed': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        for await (const track of session.repository(Track).iterate({ batch: 1 })) track.milliseconds += 1000;
        await session.commit();
        await using other = orm.session();
        assert.equal(
          await other
            .repository(Track)
            .filter({ milliseconds: gt(1000) })
            .count(),
          6,
        );
      }),

    'a collection’s queryset finds its members': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const album = await session.repository(Album).get({ title: 'Pastel Blues' });
        assert.equal(await album.tracks.query().count(), 2);
        assert.deepEqual(
          (await album.genres.query().orderBy('name')).map(({ name }) => name),
          ['jazz', 'soul'],
        );
        assert.equal((await album.genres.query().filter({ name: 'soul' }).one()).name, 'soul');
      }),

    'soft-deleted rows are left out of everything but find, unless asked for': (context) =>
      withLibrary(context, async (orm) => {
        await orm.transaction(async (session) => {
          session.delete(await session.repository(Album).get({ title: 'Kind of Blue' }));
        });
        await using session = orm.session();
        const albums = session.repository(Album);
        assert.equal(await albums.count(), 3);
        assert.equal(await albums.withDeleted().count(), 4);
        const [gone] = await albums.onlyDeleted();
        assert.equal(gone!.title, 'Kind of Blue');
        assert.ok(gone!.deletedAt instanceof Date);
        assert.equal((await albums.find(gone!.id))!.title, 'Kind of Blue');
        await assert.rejects(albums.get(gone!.id), NotFoundError);
        assert.deepEqual(await names(orm, { albums: some({ title: 'Kind of Blue' }) }), []);
        const miles = await session.repository(Artist).include('albums').filter({ name: 'Miles Davis' }).one();
        assert.deepEqual(
          miles.albums.map(({ title }) => title),
          ['Milestones'],
        );
        await using other = orm.session();
        const all = await other
          .repository(Artist)
          .withDeleted()
          .include('albums')
          .filter({ name: 'Miles Davis' })
          .one();
        assert.equal(all.albums.length, 2);
        assert.equal(await other.repository(Album).filter({ title: 'Milestones' }).delete(), 1);
        assert.equal(await other.repository(Album).withDeleted().count(), 4);
        assert.equal(
          await other
            .repository(Album)
            .withDeleted()
            .filter({ title: 'Milestones' })
            .delete({ force: true })
            .catch(() => -1),
          -1,
        );
        await other.rollback();
      }),

    'timestamps are set when a row is made and when it is changed': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const album = await session.repository(Album).first();
        const { createdAt, updatedAt } = album!;
        assert.ok(createdAt instanceof Date);
        album!.title = 'changed';
        album!.updatedAt = updatedAt;
        await session.commit();
        await using other = orm.session();
        const stored = await other.repository(Album).get(album!.id);
        assert.deepEqual(stored.createdAt, createdAt);
        assert.ok(stored.updatedAt.getTime() >= updatedAt.getTime());
      }),

    'toSQL shows the statement and its parameters without sending anything': (context) =>
      withLibrary(context, async (orm, statements) => {
        await using session = orm.session();
        statements.clear();
        const { sql, parameters } = session.repository(Album).filter({ title: 'x' }).limit(3).toSQL();
        assert.match(sql, /^select /);
        assert.deepEqual(parameters, ['x', 3]);
        assert.equal(statements.count, 0);
      }),
  },
};
