import type { Many, Ref } from '@espalier/core';
import { belongsTo, column, entity, manyToMany, primaryKey } from '@espalier/core/define';
import { Artist } from './artist.js';

export class Album {
  id!: number;
  title!: string;
  notes!: string | null;
  plays!: number;
  artist!: Ref<Artist>;
  genres!: Many<Genre>;
  version!: number;
  createdAt!: Date;
  updatedAt!: Date;

  static titled(title: string): Album {
    const album = new Album();
    album.title = title;
    return album;
  }
}

export class Genre {
  id!: number;
  name!: string;
  albums!: Many<Album>;
}

entity(Album, {
  timestamps: true,
  version: true,
  indexes: [['title', 'artist']],
  properties: {
    id: primaryKey(),
    title: column({ length: 160 }),
    notes: column({ type: 'text', nullable: true }),
    plays: column({ type: 'integer', default: 0 }),
    artist: belongsTo(() => Artist),
    genres: manyToMany(() => Genre),
  },
});
entity(Genre, {
  properties: { id: primaryKey(), name: column({ length: 40 }), albums: manyToMany(() => Album, 'genres') },
});
