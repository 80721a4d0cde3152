import {
  BelongsTo,
  Column,
  Entity,
  Index,
  ManyToMany,
  PrimaryKey,
  Timestamps,
  Version,
  type Many,
  type Ref,
} from '@espalier/core';
import { Artist } from './artist.js';

@Entity()
@Timestamps()
@Index(['title', 'artist'])
export class Album {
  @PrimaryKey() id!: number;
  @Column({ length: 160 }) title!: string;
  @Column({ type: 'text', nullable: true }) notes!: string | null;
  @Column({ type: 'integer', default: 0 }) plays!: number;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
  @ManyToMany(() => Genre) genres!: Many<Genre>;
  @Version() version!: number;
  createdAt!: Date;
  updatedAt!: Date;

  /** A class that names itself is compiled in another way. */
  static titled(title: string): Album {
    const album = new Album();
    album.title = title;
    return album;
  }
}

@Entity()
export class Genre {
  @PrimaryKey() id!: number;
  @Column({ length: 40 }) name!: string;
  @ManyToMany(() => Album, 'genres') albums!: Many<Album>;
}
