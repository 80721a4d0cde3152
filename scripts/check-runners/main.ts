/** Writes and reads a small library, and prints what it found as one line of JSON. It closes nothing: the process ends by itself. */
import { Espalier } from '@espalier/core';
import { sqlite } from '@espalier/sqlite';
import { Album, Genre } from './album.js';
import { Artist } from './artist.js';

export async function main(): Promise<unknown> {
  const orm = await Espalier.connect({
    entities: [Artist, Album, Genre],
    databases: { default: sqlite(':memory:') },
  });
  const tables = orm.schema.sql().flatMap((sql) => /^create table `(\w+)`/.exec(sql)?.[1] ?? []);
  await orm.schema.create();
  await orm.transaction(async (session) => {
    const album = Album.titled('Kind of Blue');
    album.artist = session.create(Artist, { name: 'Miles Davis' });
    session.add(album);
    album.genres.add(session.create(Genre, { name: 'Jazz' }));
  });
  const session = orm.session();
  const album = await session.repository(Album).include('artist.albums', 'genres').get(1);
  album.notes = 'Modal';
  await session.commit();
  const { artist, genres, plays, version } = album;
  const names = [artist.name, ...artist.albums.map(({ title }) => title), ...genres.map(({ name }) => name)];
  return { tables, names, plays, version, created: album.createdAt instanceof Date };
}
