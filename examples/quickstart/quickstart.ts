/**
 * A small music library on SQLite: relations, the unit of work, a race that nobody loses, soft delete and a chained query.
 * It prints what it does and the SQL that it sends.
 */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  failsafeAdd,
  HasMany,
  icontains,
  gt,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  some,
  Timestamps,
  type Many,
  type QueryEvent,
  type Ref,
} from '@espalier/core';
import { sqlite } from '@espalier/sqlite';

@Entity()
class Artist {
  @PrimaryKey() id!: number;
  @Column({ type: 'text' }) name!: string;
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
}

@Entity()
@Timestamps()
@SoftDelete()
class Album {
  @PrimaryKey() id!: number;
  @Column({ length: 160 }) title!: string;
  @Column({ type: 'decimal', precision: 10, scale: 2 }) price!: string;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
  @HasMany(() => Track, 'album', { orderBy: ['position'] }) tracks!: Many<Track>;
  @ManyToMany(() => Tag) tags!: Many<Tag>;
  createdAt!: Date;
  updatedAt!: Date;
  deletedAt!: Date | null;
}

@Entity()
class Track {
  @PrimaryKey() id!: number;
  @Column({ type: 'integer' }) position!: number;
  @Column({ type: 'text' }) title!: string;
  @Column({ type: 'integer' }) milliseconds!: number;
  @BelongsTo(() => Album) album!: Ref<Album>;
}

@Entity()
class Tag {
  @PrimaryKey() id!: number;
  @Column({ length: 40, unique: true }) name!: string;
  @ManyToMany(() => Album, 'tags') albums!: Many<Album>;
}

function say(text: string): void {
  console.log(`\n${text}`);
}

async function main(): Promise<void> {
  const orm = await Espalier.connect({
    entities: [Artist, Album, Track, Tag],
    databases: { default: sqlite(':memory:') },
  });
  await orm.schema.create();
  const log = ({ sql, rowCount }: QueryEvent): void => {
    console.log(`  ${sql.replace(/\s+/g, ' ')}  -- ${String(rowCount)} row${rowCount === 1 ? '' : 's'}`);
  };
  let stopLog = orm.on('query', log);

  say('A graph of new objects is written by one commit: a statement a table, in the order of the foreign keys.');
  await orm.transaction(async (session) => {
    const miles = session.create(Artist, { name: 'Miles Davis' });
    const album = session.create(Album, { title: 'Kind of Blue', price: '9.99', artist: miles });
    const titles = ['So What', 'Freddie Freeloader', 'Blue in Green'];
    for (const [i, title] of titles.entries()) {
      session.create(Track, { position: i + 1, title, milliseconds: 300_000 + i * 60_000, album });
    }
    session.create(Album, { title: 'Sketches of Spain', price: '7.50', artist: miles });
    album.tags.add(session.create(Tag, { name: 'modal' }));
  });

  say('A session remembers what it read: a change is found by comparison, and only that column is written.');
  await orm.transaction(async (session) => {
    const album = await session.repository(Album).get({ title: 'Kind of Blue' });
    album.price = '10.49';
    console.log(
      `  changed: ${session
        .changes()
        .map(({ model, properties }) => `${model}.${properties.join(', ')}`)
        .join('; ')}`,
    );
  });

  say('Ten callers race to add one tag; each holds the one row that is there in the end.');
  stopLog();
  const ids = await Promise.all(
    Array.from({ length: 10 }, () =>
      orm.transaction(async (session) => {
        const tag = await failsafeAdd(session, Object.assign(new Tag(), { name: 'jazz' }), { name: 'jazz' });
        return tag.id;
      }),
    ),
  );
  stopLog = orm.on('query', log);
  console.log(`  the ids they hold: ${ids.join(', ')}`);

  say('A soft-deleted album is left out of queries, and still found by its key.');
  await orm.transaction(async (session) => {
    const albums = session.repository(Album);
    const sketches = await albums.get({ title: 'Sketches of Spain' });
    session.delete(sketches);
    await session.flush();
    console.log(
      `  albums: ${String(await albums.count())}, with deleted ones: ${String(await albums.withDeleted().count())}`,
    );
  });

  say('Querysets are chained, typed, and say what they load. Nothing is sent before they are awaited.');
  await using session = orm.session();
  const found = await session
    .repository(Album)
    .filter({ artist: { name: icontains('davis') }, tracks: some({ milliseconds: gt(300_000) }) })
    .orderBy('-createdAt', 'title')
    .include('artist', 'tracks', 'tags')
    .limit(20);
  for (const album of found) {
    const tracks = album.tracks.map((track) => track.title).join(', ');
    console.log(
      `  ${album.title} by ${album.artist.name} (${album.tags.map((tag) => tag.name).join(', ')}): ${tracks}`,
    );
  }
  stopLog();
  await session.close();
  await orm.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
