import { Espalier, BelongsTo, Column, Entity, HasMany, PrimaryKey, SoftDelete, type Many, type Ref } from '@espalier/core';
import { sqlite } from '@espalier/sqlite';
@Entity() @SoftDelete()
class Artist { @PrimaryKey({ type: 'integer' }) id!: number; @Column({ type: 'varchar', length: 40 }) name!: string;
  @HasMany(() => Album, 'artist', { cascade: ['persist','delete'] }) albums!: Many<Album>; deletedAt!: Date | null; }
@Entity() @SoftDelete()
class Album { @PrimaryKey({ type: 'integer' }) id!: number; @Column({ type: 'varchar', length: 40 }) title!: string;
  @BelongsTo(() => Artist, { nullable: true }) artist!: Ref<Artist> | null;
  @HasMany(() => Song, 'album', { cascade: ['persist','delete'] }) songs!: Many<Song>; deletedAt!: Date | null; }
@Entity()
class Song { @PrimaryKey({ type: 'integer' }) id!: number; @Column({ type: 'varchar', length: 40 }) name!: string; @BelongsTo(() => Album) album!: Ref<Album>; }
test('x', async () => {
  const orm = await Espalier.connect({ entities: [Artist, Album, Song], databases: { default: sqlite(':memory:') } });
  await orm.schema.create();
  for (const flushed of [false, true]) {
  const session = orm.session();
  const artist = session.create(Artist, { name: 'a' });
  if (flushed) await session.flush();
  const album = Object.assign(new Album(), { title: 't' });
  artist.albums.add(album);
  const song = session.create(Song, { name: 's', album });
  console.log(flushed, session.changes().map((c) => [c.kind, c.entity.constructor.name]), );
  session.delete(artist);
  console.log(session.changes().map((c) => [c.kind, c.entity.constructor.name]), song.album === album);
  await session.commit().catch((e) => console.log(String(e)));
  console.log(JSON.stringify([await orm.sql`select * from artists`, await orm.sql`select * from albums`, await orm.sql`select * from songs`]));
  await session.close();
  }
  await orm.close();
});
