/** `@Timestamps` and `@SoftDelete`. */
import { BelongsTo, Column, Entity, PrimaryKey, SoftDelete, Timestamps } from '../../src/metadata';
import { complaintsOf, modelOf } from './models-of';

test('timestamps and the deletion mark are made at the end of the table', () => {
  @Entity()
  @Timestamps()
  @SoftDelete()
  class Album {
    @PrimaryKey() id!: number;
    @Column() title!: string;
    createdAt!: Date;
    updatedAt!: Date;
    deletedAt!: Date | null;
  }
  const album = modelOf(Album);
  expect(album.columns.map(({ name, type, nullable }) => [name, type.name, nullable])).toEqual([
    ['id', 'integer', false],
    ['title', 'text', false],
    ['created_at', 'timestamptz', false],
    ['updated_at', 'timestamptz', false],
    ['deleted_at', 'timestamptz', true],
  ]);
  expect([album.createdAt, album.updatedAt, album.softDelete]).toEqual(album.columns.slice(2));
});

test('their properties can be named, and one of the timestamps left out', () => {
  @Entity()
  @Timestamps({ createdAt: 'made', updatedAt: false })
  @SoftDelete('removedAt')
  class Album {
    @PrimaryKey() id!: number;
  }
  const album = modelOf(Album);
  expect(album.createdAt?.name).toBe('made');
  expect(album.updatedAt).toBeUndefined();
  expect(album.softDelete?.name).toBe('removed_at');
});

test('columns that the class declares itself are taken over, where they stand', () => {
  @Entity()
  @Timestamps()
  @SoftDelete()
  class Album {
    @Column({ type: 'timestamp', name: 'made', precision: 0 }) createdAt!: Date;
    @Column({ nullable: true, as: 'string' }) deletedAt!: string | null;
    @PrimaryKey() id!: number;
  }
  const album = modelOf(Album);
  expect(album.createdAt).toMatchObject({ name: 'made', type: { name: 'timestamp', options: { precision: 0 } } });
  expect(album.softDelete?.type.options.as).toBe('string');
  expect(album.columns.map(({ property }) => property)).toEqual(['id', 'createdAt', 'deletedAt', 'updatedAt']);
});

test('an entity without them has none', () => {
  @Entity()
  class Album {
    @PrimaryKey() id!: number;
  }
  expect(modelOf(Album)).toMatchObject({
    createdAt: undefined,
    updatedAt: undefined,
    softDelete: undefined,
    version: undefined,
  });
});

describe('mistakes', () => {
  const noteWith = (...decorators: ClassDecorator[]) => {
    @Entity()
    class Note {
      @PrimaryKey({ type: 'integer' }) id!: number;
      @Column() text!: string;
      @Column() at!: Date;
      @Column({ type: 'timestamptz', generated: 'now()' }) computed!: Date;
      @PrimaryKey({ precision: 3 }) since!: Date;
      @BelongsTo(() => Note) parent!: unknown;
    }
    for (const decorate of decorators) decorate(Note);
    return Note;
  };
  const [timestamps, softDelete] = [
    Timestamps as (o: object) => ClassDecorator,
    SoftDelete as (p?: string) => ClassDecorator,
  ];

  test.each<[string, ClassDecorator[], RegExp]>([
    [
      'a column of another type',
      [timestamps({ createdAt: 'text' })],
      /Note\.text: holds the time that a decorator of the class sets, but is text: write @Column\({ type: 'timestamptz' }\)/,
    ],
    [
      'a deletion mark that is never null',
      [softDelete('at')],
      /Note\.at: is null while a row is not deleted: write @Column\({ type: 'timestamptz', nullable: true }\)/,
    ],
    ['a part of the key', [timestamps({ updatedAt: 'since' })], /Note\.since: is part of the key, which never changes/],
    [
      'a computed column',
      [timestamps({ updatedAt: 'computed' })],
      /Note\.computed: is computed by the database, and cannot be set/,
    ],
    ['a relation', [softDelete('parent')], /Note\.parent: is a relation, and cannot hold a timestamp/],
    [
      'one property for two times',
      [timestamps({ createdAt: 'at', updatedAt: 'at' })],
      /Note\.at: is named for @Timestamps' createdAt and for @Timestamps' updatedAt/,
    ],
    [
      'one property for two decorators',
      [timestamps({}), softDelete('updatedAt')],
      /Note\.updatedAt: is named for @Timestamps' updatedAt and for @SoftDelete/,
    ],
    [
      'timestamps of nothing',
      [timestamps({ createdAt: false, updatedAt: false })],
      /Note: @Timestamps without createdAt and updatedAt does nothing/,
    ],
    [
      'an unknown option',
      [timestamps({ created: 'at' })],
      /Note: @Timestamps has no option "created": did you mean 'createdAt'\?/,
    ],
    ['an empty property', [softDelete('')], /Note: @SoftDelete takes the name of a property/],
  ])('%s', (_, decorators, message) => {
    expect(complaintsOf(noteWith(...decorators))).toEqual([expect.stringMatching(message)]);
  });

  test('a column that holds converted values', () => {
    @Entity()
    @Timestamps()
    class Note {
      @PrimaryKey() id!: number;
      @Column({ type: 'timestamptz', transform: { toDatabase: (v: unknown) => v, fromDatabase: (v: unknown) => v } })
      createdAt!: unknown;
    }
    expect(complaintsOf(Note)).toEqual([expect.stringMatching(/Note\.createdAt: holds the time .* but is converted/)]);
  });
});
