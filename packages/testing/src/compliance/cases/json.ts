/** What JSON.stringify makes of entities: trees, though relations go both ways. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { BelongsTo, Column, Entity, PrimaryKey, type Ref, type Session } from '@espalier/core';
import { Album, Artist, Employee, Genre, library } from '../fixtures';
import { withLibrary } from '../library-data';
import type { CaseGroup } from '../suite';

@Entity()
class Account {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @Column({ type: 'varchar', length: 60, hidden: true }) passwordHash!: string;
}

@Entity()
class Point {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) x!: number;
  @Column({ type: 'integer' }) y!: number;

  toJSON(): string {
    return `${String(this.x)}/${String(this.y)}`;
  }
}

@Entity({ table: 'json_counters' })
class Counter {
  @PrimaryKey({ type: 'bigint', generated: false }) id!: bigint;
  @Column({ type: 'bigint' }) count!: bigint;
  @BelongsTo(() => Counter, { nullable: true }) parent!: Ref<Counter> | null;
}

/** Each leads to the other, by relations that are not the two sides of one. */
@Entity({ table: 'json_clients' })
class Client {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @BelongsTo(() => Visit, { nullable: true }) last!: Ref<Visit> | null;
}

@Entity({ table: 'json_visits' })
class Visit {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Client) client!: Ref<Client, 'id'>;
}

/** Whole numbers of any length, as a text of its own making. */
const counts = {
  sqlType: 'varchar(200)',
  base: 'text',
  toDatabase: (value: unknown) =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `n${String(part)}` : part)),
  fromDatabase: (text: unknown) =>
    JSON.parse(String(text), (_, part: unknown) =>
      typeof part === 'string' && part.startsWith('n') ? BigInt(part.slice(1)) : part,
    ) as unknown,
} as const;

@Entity({ table: 'json_surveys' })
class Survey {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: counts }) answers!: unknown;
}

/** As a client would get it. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export const jsonCases: CaseGroup = {
  name: 'JSON of entities',
  cases: {
    'a hidden column is read and is not in it': ({ withOrm }) =>
      withOrm([Account], async (orm) => {
        await using session = orm.session();
        const account = session.create(Account, { name: 'Ann', passwordHash: 'secret' });
        await session.commit();
        assert.deepEqual(json(account), { id: account.id, name: 'Ann' });
        await using other = orm.session();
        const read = await other.repository(Account).one();
        assert.equal(read.passwordHash, 'secret');
        assert.deepEqual(json({ accounts: [read] }), { accounts: [{ id: account.id, name: 'Ann' }] });
      }),

    'what is loaded is in it, a reference is its key, and a collection that is not loaded is left out': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artist = await session.repository(Artist).include('albums').get({ name: 'Miles Davis' });
        const plain = json(artist) as { albums: Record<string, unknown>[] };
        assert.deepEqual(
          plain.albums.map(({ title, artist: owner, tracks }) => [title, owner, tracks]),
          [
            ['Kind of Blue', { id: artist.id }, undefined],
            ['Milestones', { id: artist.id }, undefined],
          ],
        );
        await using other = orm.session();
        const album = await other.repository(Album).include('artist').get({ title: 'Silence' });
        assert.equal((json(album) as { artist: { name: string } }).artist.name, 'Nina Simone');
      }),

    'what was asked for is in it to its last step, where the relations lead back too': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const [album] = await session
          .repository(Album)
          .filter({ title: 'Pastel Blues' })
          .include('genres.albums.genres');
        interface Named {
          name: string;
          albums?: { title: string; genres: Named[] }[];
        }
        const jazz = (json(album) as { genres: Named[] }).genres.find(({ name }) => name === 'jazz');
        const below = jazz!.albums!.map(({ title, genres }) => [
          title,
          genres.map(({ name, albums }) => [name, albums]).sort(),
        ]);
        assert.deepEqual(below.sort(), [
          ['Kind of Blue', [['jazz', undefined]]],
          ['Milestones', [['jazz', undefined]]],
          [
            'Pastel Blues',
            [
              ['jazz', undefined],
              ['soul', undefined],
            ],
          ],
        ]);
      }),

    'what else the session has read is not in it': (context) =>
      withLibrary(context, async (orm) => {
        const kind = (session: Session) => session.repository(Album).only('title').get({ title: 'Kind of Blue' });
        await using alone = orm.session();
        const expected = json(await kind(alone));
        await using session = orm.session();
        const whole = await session
          .repository(Album)
          .include('artist', 'tracks', 'genres')
          .get({ title: 'Kind of Blue' });
        assert.equal((json(whole) as { tracks: object[] }).tracks.length, 3);
        await session.repository(Artist).include('albums.cover');
        assert.deepEqual(json(await kind(session)), expected);
        assert.deepEqual(expected, { id: whole.id, title: 'Kind of Blue' });
      }),

    'a relation that came along for another entity is not in it': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const [first, second] = await session.repository(Album).orderBy('id').limit(2);
        await session.load(first!, 'artist');
        const [loaded, sibling] = json([first, second]) as { artist: { id: number; name?: string } }[];
        assert.equal(loaded!.artist.name, 'Miles Davis');
        assert.deepEqual(sibling!.artist, { id: loaded!.artist.id });
        await session.load(second!, 'artist');
        assert.deepEqual((json(second) as { artist: object }).artist, loaded!.artist);
      }),

    'an entity that comes along with others keeps what was asked for of it': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artist = await session.repository(Artist).include('albums').get({ name: 'Nina Simone' });
        await session.repository(Album).include('artist');
        assert.equal((json(artist) as { albums: object[] }).albums.length, 2);
      }),

    'a load of a reference asks for its columns too': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const { artist } = await session.repository(Album).get({ title: 'Silence' });
        assert.deepEqual(json(artist), { id: artist.id });
        await session.load(artist, 'albums');
        const { name, albums } = json(artist) as { name: string; albums: object[] };
        assert.deepEqual([name, albums.length], ['Nina Simone', 2]);
      }),

    'a soft-deleted entity is in it where such ones were asked for, whatever was read before': (context) =>
      withLibrary(context, async (orm) => {
        await orm.transaction(async (session) => {
          session.delete(await session.repository(Album).get({ title: 'Silence' }));
        });
        await using session = orm.session();
        const nina = (deleted: boolean) => {
          const artists = session.repository(Artist).include('albums');
          return (deleted ? artists.withDeleted() : artists).get({ name: 'Nina Simone' });
        };
        const titles = async (deleted: boolean): Promise<string[]> =>
          (json(await nina(deleted)) as { albums: { title: string }[] }).albums.map(({ title }) => title).sort();
        assert.deepEqual(await titles(false), ['Pastel Blues']);
        assert.deepEqual(await titles(true), ['Pastel Blues', 'Silence']);
        assert.deepEqual(await titles(false), ['Pastel Blues']);
      }),

    'a new entity has what the program set, and ends where it leads back': (context) =>
      context.withOrm(library, async (orm) => {
        await using session = orm.session();
        const known = session.create(Genre, { name: 'jazz' });
        await session.commit();
        await using other = orm.session();
        const genre = other.reference(Genre, known.id);
        const artist = other.create(Artist, { name: 'Nina' });
        const album = other.create(Album, { title: 'Silence', artist });
        const { albums, ...own } = json(artist) as { albums: { title: string; artist: object }[] };
        assert.deepEqual(own, { name: 'Nina' });
        assert.deepEqual(
          albums.map((one) => [one.title, one.artist]),
          [['Silence', {}]],
        );
        album.genres.add(genre);
        await other.repository(Genre).get(known.id);
        const { title, artist: by, tracks, genres, cover } = json(album) as Record<string, unknown>;
        assert.deepEqual(
          { title, by, tracks, genres, cover },
          {
            title: 'Silence',
            by: { name: 'Nina' },
            tracks: [],
            genres: [{ id: known.id }],
            cover: null,
          },
        );
        await other.commit();
        assert.deepEqual((json(album) as { artist: object }).artist, { id: artist.id, name: 'Nina', country: null });
      }),

    'what a later query asks for of an entity is in it too': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artists = session.repository(Artist);
        const [artist] = await artists.filter({ name: 'Nina Simone' }).only('id', 'name');
        assert.deepEqual(json(artist), { id: artist!.id, name: 'Nina Simone' });
        await artists.get({ name: 'Nina Simone' });
        assert.deepEqual(json(artist), { id: artist!.id, name: 'Nina Simone', country: 'US' });
      }),

    'bigints are texts, however deep a value of a custom type holds them': ({ withOrm }) =>
      withOrm([Survey], async (orm) => {
        await using session = orm.session();
        const [flat, deep] = [
          session.create(Survey, { answers: 5n }),
          session.create(Survey, { answers: { yes: 3n, no: [1n, 2], open: 'x' } }),
        ];
        await session.commit();
        assert.deepEqual(json([flat, deep]), [
          { id: flat.id, answers: '5' },
          { id: deep.id, answers: { yes: '3', no: ['1', 2], open: 'x' } },
        ]);
      }),

    'of new entities that lead on by the same relation the second is its key': ({ withOrm }) =>
      withOrm([Client, Visit], async (orm) => {
        await using session = orm.session();
        const make = (name: string, last: Visit | null): Visit =>
          session.create(Visit, { client: session.create(Client, { name, last }) });
        const first = make('a', null);
        const second = make('b', first);
        const third = make('c', second);
        await session.commit();
        assert.deepEqual(json(third), {
          id: third.id,
          client: {
            id: third.client.id,
            name: 'c',
            last: { id: second.id, client: { id: second.client.id } },
          },
        });
      }),

    'nothing of an entity that no session has seen is in it that is hidden or no property': ({ withOrm }) =>
      withOrm([Account], (orm) => {
        assert.ok(orm);
        const account = Object.assign(new Account(), { name: 'Ann', passwordHash: 'secret', echo: 'hello' });
        assert.deepEqual(json(account), { name: 'Ann' });
        assert.ok(!inspect(account).includes('secret'));
        return Promise.resolve();
      }),

    'a property that is not declared is not echoed': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artist = await session.repository(Artist).get({ name: 'Nina Simone' });
        Object.assign(artist, { token: 'secret' });
        assert.deepEqual(json(artist), { id: artist.id, name: 'Nina Simone', country: 'US' });
      }),

    'what the program sets on a reference is in it, before the flush and after it': (context) =>
      withLibrary(context, async (orm) => {
        const { id } = await orm.transaction((session) => session.repository(Artist).get({ name: 'Nina Simone' }));
        await using other = orm.session();
        const artist = other.reference(Artist, id);
        (artist as Artist).country = 'FR';
        assert.deepEqual(json(artist), { id, country: 'FR' });
        await other.commit();
        assert.deepEqual(json(artist), { id, country: 'FR' });
      }),

    'bigints are texts': ({ withOrm }) =>
      withOrm([Counter], async (orm) => {
        await using session = orm.session();
        const counter = session.create(Counter, { id: 9007199254740993n, count: 2n });
        session.create(Counter, { id: 2n, count: 3n, parent: counter });
        await session.commit();
        await using other = orm.session();
        assert.deepEqual(json(await other.repository(Counter).orderBy('-id')), [
          { id: '9007199254740993', count: '2', parent: null },
          { id: '2', count: '3', parent: { id: '9007199254740993' } },
        ]);
      }),

    'a tree is written to its leaves': ({ withOrm }) =>
      withOrm([Employee], async (orm) => {
        await using session = orm.session();
        const top = session.create(Employee, { name: 'top' });
        const middle = session.create(Employee, { name: 'middle', manager: top });
        session.create(Employee, { name: 'leaf', manager: middle });
        await session.commit();
        await using other = orm.session();
        const found = await other.repository(Employee).include('reports.reports').get(top.id);
        interface Node {
          name: string;
          manager: { id: number } | null;
          reports?: Node[];
        }
        const node = json(found) as Node;
        assert.equal(node.reports![0]!.reports![0]!.name, 'leaf');
        assert.deepEqual(node.reports![0]!.reports![0]!.manager, { id: middle.id });
      }),

    'a class that writes its own JSON is let do so': ({ withOrm }) =>
      withOrm([Point], async (orm) => {
        await using session = orm.session();
        const point = session.create(Point, { x: 1, y: 2 });
        await session.commit();
        assert.equal(JSON.stringify([point]), '["1/2"]');
      }),
  },
};
