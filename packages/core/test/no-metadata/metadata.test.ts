/** Entities with legacy decorators for which the compiler emits no types, and whose fields are defined. */
import { BelongsTo, Column, createModels, Entity, HasMany, PrimaryKey, Timestamps } from '../../src/metadata';
import type { Many, Ref } from '../../src/query';
import { columnOf, complaintsOf, modelOf, relationOf } from '../metadata/models-of';

@Timestamps()
abstract class Base {
  @PrimaryKey() id!: number;
  createdAt!: Date;
  updatedAt!: Date;
}

@Entity()
class Artist extends Base {
  @Column('text') name!: string;
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
}

@Entity()
class Album extends Base {
  @Column({ length: 160 }) title!: string;
  @Column({ default: 0 }) plays!: number;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
}

const album = modelOf(Album, Artist);

test('the compiler emits nothing here', () => {
  expect(Reflect.getMetadata('design:type', Album.prototype, 'title')).toBeUndefined();
  expect(Object.keys(new Album())).toContain('title');
});

test('scalars have the types that they say or that their options imply', () => {
  expect(columnOf(album, 'title').type.name).toBe('varchar');
  expect(columnOf(album, 'plays').type.name).toBe('integer');
  expect(album.key[0]).toMatchObject({ generated: 'identity', type: { name: 'integer' } });
});

test('relations find their classes and each other', () => {
  const { target, inverse, columns } = relationOf(album, 'artist', 'belongsTo');
  expect([target.entityClass, inverse?.property, columns[0]?.name]).toEqual([Artist, 'albums', 'artist_id']);
});

test('annotations of a base are inherited', () => {
  expect(album.columns.map(({ name }) => name)).toEqual([
    'id',
    'title',
    'plays',
    'artist_id',
    'created_at',
    'updated_at',
  ]);
});

test('a type that cannot be seen is a mistake that shows the line to write', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column() title!: string;
  }
  expect(complaintsOf(Note)).toEqual([
    "Note.title: its type cannot be seen: write @Column({ type: 'text' }) title!: string; or whichever type it has.",
  ]);
});

test('an entity is known by its class though its fields are defined', () => {
  expect(createModels([Album, Artist]).ofEntity(new Album())?.name).toBe('Album');
});
