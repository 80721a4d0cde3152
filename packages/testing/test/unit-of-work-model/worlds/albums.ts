/** Albums: entities that are marked instead of deleted, with children of both sorts. */
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  type Many,
  type Ref,
} from '@espalier/core';
import type { World } from './schema';

const ALONG = ['persist', 'delete'] as const;

@Entity()
@SoftDelete()
class Artist {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @HasMany(() => Album, 'artist', { cascade: [...ALONG] }) albums!: Many<Album>;
  deletedAt!: Date | null;
}

@Entity()
@SoftDelete()
class Album {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @BelongsTo(() => Artist, { nullable: true }) artist!: Ref<Artist> | null;
  @HasMany(() => Song, 'album', { cascade: [...ALONG] }) songs!: Many<Song>;
  @ManyToMany(() => Genre, { through: 'album_genres' }) genres!: Many<Genre>;
  deletedAt!: Date | null;
}

@Entity()
class Song {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Album) album!: Ref<Album>;
}

@Entity()
class Genre {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Album, 'genres') albums!: Many<Album>;
}

export const albums: World = {
  name: 'albums',
  kinds: [
    { name: 'artist', entity: Artist, table: 'artists', values: { name: 'text' }, softDelete: true },
    {
      name: 'album',
      entity: Album,
      table: 'albums',
      values: { title: 'text' },
      references: {
        artist: { target: 'artist', nullable: true, inverse: { property: 'albums', many: true, cascadeDelete: true } },
      },
      softDelete: true,
    },
    {
      name: 'song',
      entity: Song,
      table: 'songs',
      values: { name: 'text' },
      references: { album: { target: 'album', inverse: { property: 'songs', many: true, cascadeDelete: true } } },
    },
    { name: 'genre', entity: Genre, table: 'genres', values: { name: 'text' } },
  ],
  links: [
    {
      name: 'genres',
      table: 'album_genres',
      owner: { kind: 'album', property: 'genres', columns: ['album_id'] },
      target: { kind: 'genre', property: 'albums', columns: ['genre_id'] },
    },
  ],
};
