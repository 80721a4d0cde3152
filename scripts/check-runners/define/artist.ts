import type { Many } from '@espalier/core';
import { column, entity, hasMany, primaryKey } from '@espalier/core/define';
import { Album } from './album.js';

export class Artist {
  id!: number;
  name!: string;
  albums!: Many<Album>;
}

entity(Artist, {
  properties: { id: primaryKey(), name: column('text'), albums: hasMany(() => Album, 'artist') },
});
