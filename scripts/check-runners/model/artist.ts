import { Column, Entity, HasMany, PrimaryKey, type Many } from '@espalier/core';
import { Album } from './album.js';

@Entity()
export class Artist {
  @PrimaryKey() id!: number;
  @Column({ type: 'text' }) name!: string;
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
}
