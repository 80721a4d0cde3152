/** Entities with standard (TC39) decorators: nothing of types is emitted. */
import {
  BelongsTo,
  Check,
  Column,
  Entity,
  HasMany,
  HasOne,
  Index,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  Timestamps,
  Unique,
  Version,
} from '../../src/metadata';
import { belongsTo, column, entity, hasMany, primaryKey } from '../../src/define';
import type { Many, Ref } from '../../src/query';
import { columnOf, complaintsOf, modelOf, relationOf } from '../metadata/models-of';

@Timestamps()
abstract class Base {
  @PrimaryKey() id!: number;
  @Column('text') name!: string;
  @Version() version!: number;
  createdAt!: Date;
  updatedAt!: Date;
}

@Entity()
class Artist extends Base {
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
  @HasOne(() => Portrait, 'artist') portrait!: Ref<Portrait> | null;
}

@Entity()
@SoftDelete()
@Index(['name', 'artist'])
@Unique('price')
@Check('price > 0')
class Album extends Base {
  @Column({ length: 160 }) override name = '';
  @Column({ type: 'decimal', precision: 10, scale: 2 }) price!: string;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
  @ManyToMany(() => Genre) genres!: Many<Genre>;
  deletedAt!: Date | null;
}

@Entity()
class Portrait {
  @PrimaryKey() @BelongsTo(() => Artist) artist!: Ref<Artist>;
}

@Entity()
class Genre {
  @PrimaryKey({ generated: 'uuid' }) id!: string;
  @ManyToMany(() => Album, 'genres') albums!: Many<Album>;
}

const album = modelOf(Album, Artist, Portrait, Genre);

test('scalars have the types that they say or that their options imply', () => {
  expect(album.columns.map(({ name, type }) => [name, type.name])).toEqual([
    ['id', 'integer'],
    ['name', 'varchar'],
    ['version', 'integer'],
    ['price', 'decimal'],
    ['artist_id', 'integer'],
    ['created_at', 'timestamptz'],
    ['updated_at', 'timestamptz'],
    ['deleted_at', 'timestamptz'],
  ]);
  expect(album.key[0]?.generated).toBe('identity');
});

test('relations find their classes and each other', () => {
  const artist = relationOf(album, 'artist', 'belongsTo');
  expect(artist.target.entityClass).toBe(Artist);
  expect(artist.inverse?.property).toBe('albums');
  expect(relationOf(artist.target, 'portrait', 'hasOne').inverse.columns[0]?.primary).toBe(true);
  expect(relationOf(album, 'genres', 'manyToMany').inverse?.property).toBe('albums');
});

test('classes share a base without sharing what they declare themselves', () => {
  const { target: artist } = relationOf(album, 'artist', 'belongsTo');
  expect(columnOf(artist, 'name').type.name).toBe('text');
  expect(artist.columns.map(({ name }) => name)).toEqual(['id', 'name', 'version', 'created_at', 'updated_at']);
  expect([artist.softDelete, artist.indexes, artist.checks]).toEqual([undefined, [], []]);
});

test('class decorators are kept', () => {
  expect(album.indexes.map(({ name }) => name)).toEqual(['ix_albums_name_artist_id', 'uq_albums_price']);
  expect(album.checks.map(({ expression }) => expression)).toEqual(['price > 0']);
  expect(album.softDelete?.name).toBe('deleted_at');
});

test('a type that cannot be seen is a mistake that shows the line to write', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column() title!: string;
    @Column({ nullable: true }) text!: string | null;
  }
  expect(complaintsOf(Note)).toEqual([
    "Note.title: its type cannot be seen: write @Column({ type: 'text' }) title!: string; or whichever type it has.",
    "Note.text: its type cannot be seen: write @Column({ type: 'text', nullable: true }) text!: string | null; or whichever type it has.",
  ]);
});

test('decorators on static and private fields are told of', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column('text') static kind: string;
    @Column('text') #secret = '';

    reveal(): string {
      return this.#secret;
    }
  }
  expect(complaintsOf(Note).sort()).toEqual([
    "Note.#secret: @Column describes a field of each entity, and no one can fill a private one: write 'private' instead of '#'.",
    "Note.kind: @Column describes a field of each entity, and this field is static: remove 'static'.",
  ]);
});

test('decorators on accessors are told of', () => {
  const accessor = Column('text') as unknown as (
    value: ClassAccessorDecoratorTarget<unknown, string>,
    context: ClassAccessorDecoratorContext,
  ) => undefined;
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @accessor accessor text!: string;
  }
  expect(complaintsOf(Note)).toEqual([
    "Note.text: @Column describes a field of each entity, and this is of the kind 'accessor': declare a field instead.",
  ]);
});

test('a base that was compiled with legacy decorators serves as well', () => {
  abstract class Legacy {
    id!: number;
    label!: string;
  }
  // What the compiler makes of legacy decorators: calls with the prototype and the name.
  PrimaryKey()(Legacy.prototype, 'id');
  Column('text')(Legacy.prototype, 'label');
  Timestamps()(Legacy);

  @Entity()
  class Note extends Legacy {
    @Column('integer') size!: number;
  }
  @Entity()
  class Memo extends Note {
    static readonly kind = 'memo';
  }
  expect(modelOf(Note).columns.map(({ name }) => name)).toEqual(['id', 'label', 'size', 'created_at', 'updated_at']);
  expect(complaintsOf(Memo)).toEqual([expect.stringMatching(/Memo: extends Note, which is an entity itself/)]);
});

test('entity() adds to decorators, after the class and in a static block of it', () => {
  @Entity()
  @Index('title')
  class Song {
    static {
      entity(this, { comment: 'c', properties: { title: column({ length: 9 }) } });
    }
    @PrimaryKey() id!: number;
    title!: string;
    artist!: Ref<Singer>;
  }
  class Singer {
    id!: number;
    songs!: Many<Song>;
  }
  entity(Song, { table: 'tunes', properties: { artist: belongsTo(() => Singer) } });
  entity(Singer, { properties: { id: primaryKey(), songs: hasMany(() => Song, 'artist') } });

  const song = modelOf(Song, Singer);
  expect([song.table.name, song.comment, song.indexes[0]?.name]).toEqual(['tunes', 'c', 'ix_tunes_title']);
  expect(song.columns.map(({ name }) => name)).toEqual(['id', 'title', 'artist_id']);
  expect(relationOf(song, 'artist', 'belongsTo').inverse?.property).toBe('songs');
});
