/** Which server of a database a read goes to: all queries of one read go to the one that `using` said. */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  HasMany,
  ManyToMany,
  PrimaryKey,
  type Many,
  type Ref,
} from '@espalier/core';
import { sqlite } from '@espalier/sqlite';
import { internalsOf } from '../../src/session';

@Entity()
class Artist {
  @PrimaryKey() id!: number;
  @Column() name!: string;
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
}

@Entity()
class Genre {
  @PrimaryKey() id!: number;
  @Column() name!: string;
}

@Entity()
class Album {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
  @ManyToMany(() => Genre) genres!: Many<Genre>;
}

async function connect(): Promise<Espalier> {
  const orm = await Espalier.connect({ entities: [Artist, Genre, Album], databases: { default: sqlite(':memory:') } });
  await orm.schema.create();
  await orm.transaction((session) => {
    const artist = session.create(Artist, { name: 'Miles Davis' });
    session.create(Album, { artist }).genres.add(session.create(Genre, { name: 'jazz' }));
    return Promise.resolve();
  });
  return orm;
}

describe.each(['primary', 'replica'] as const)('using %s', (route) => {
  test('holds for what is included, at every level', async () => {
    await using orm = await connect();
    await using session = orm.session();
    const read = jest.spyOn(internalsOf(session).unit, 'read');
    await session.repository(Artist).using(route).include('albums.genres').one();
    session.clear();
    await session.repository(Album).using(route).include('artist', { strategy: 'query' }).one();
    expect(read.mock.calls.map(([target]) => target.route)).toEqual([route, route, route, route, route]);
  });

  test('holds for what is included along a stream', async () => {
    await using orm = await connect();
    await using session = orm.session();
    const read = jest.spyOn(internalsOf(session).unit, 'read');
    for await (const artist of session.repository(Artist).using(route).include('albums.genres'))
      expect(artist.albums.length).toBe(1);
    expect(new Set(read.mock.calls.map(([target]) => target.route))).toEqual(new Set([route]));
  });
});

test('without using, reads go to a replica until the first write of the session, also behind its commit', async () => {
  await using orm = await connect();
  await using session = orm.session();
  const execute = jest.spyOn(internalsOf(session).unit.transaction('default'), 'execute');
  await session.repository(Artist).count();
  session.create(Genre, { name: 'soul' });
  await session.commit();
  await session.repository(Artist).count();
  const reads = execute.mock.calls.filter(([{ readOnly }]) => readOnly);
  expect(reads.map(([, route]) => route)).toEqual(['replica', 'primary']);
});
