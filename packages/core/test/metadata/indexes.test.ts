/** Indexes, unique constraints and checks. */
import { BelongsTo, Check, Column, Entity, HasMany, Index, PrimaryKey, Unique } from '../../src/metadata';
import { complaintsOf, modelOf } from './models-of';

@Entity()
class Artist {
  @PrimaryKey() id!: number;
  @HasMany(() => Album, 'artist') albums!: unknown;
}

@Entity()
@Index(['title', 'artist'])
@Index('year', { where: 'year > 1950', using: 'brin' })
@Index('year')
@Index({ expression: 'lower(title)' })
@Unique(['artist', 'title'], { name: 'one_title_each' })
@Unique('code')
@Check('year >= 1900')
@Check('length(title) > 0', { name: 'has_title' })
class Album {
  @PrimaryKey() id!: number;
  @Column() title!: string;
  @Column() year!: number;
  @Column({ unique: true }) code!: string;
  @Column({ unique: true }) barcode!: string;
  @BelongsTo(() => Artist) artist!: unknown;
}

const album = modelOf(Album, Artist);
const index = (name: string) => album.indexes.find((one) => one.name === name);

test('indexes come in the order in which they are written', () => {
  expect(album.indexes.map(({ name }) => name)).toEqual([
    'ix_albums_title_artist_id',
    'ix_albums_year',
    expect.stringMatching(/^ix_albums_year_[0-9a-f]{8}$/),
    'ix_albums_lower_title',
    'one_title_each',
    'uq_albums_code',
    'uq_albums_barcode',
  ]);
});

test('a relation stands for its foreign key columns', () => {
  expect(index('ix_albums_title_artist_id')?.columns.map(({ name }) => name)).toEqual(['title', 'artist_id']);
});

test('condition and method are kept', () => {
  expect(index('ix_albums_year')).toMatchObject({ where: 'year > 1950', using: 'brin', unique: false });
});

test('an expression stands in place of columns', () => {
  expect(index('ix_albums_lower_title')).toMatchObject({ columns: [], expression: 'lower(title)' });
});

test('unique is said on the class or on the column, and is one index where it is said on both', () => {
  expect(index('one_title_each')?.unique).toBe(true);
  expect(album.indexes.filter(({ columns }) => columns[0]?.property === 'code')).toHaveLength(1);
  expect(index('uq_albums_barcode')?.columns[0]).toMatchObject({ property: 'barcode', unique: true });
});

test('checks are named, by the user or after what they say', () => {
  expect(album.checks).toEqual([
    { name: 'ck_albums_year_1900', expression: 'year >= 1900' },
    { name: 'has_title', expression: 'length(title) > 0' },
  ]);
});

test('a name that would be too long is cut, with a hash that tells it from others', () => {
  @Entity({ table: 't'.repeat(40) })
  @Index(['first', 'second'])
  @Index(['first', 'third'])
  class Wide {
    @PrimaryKey() id!: number;
    @Column({ name: 'a'.repeat(30) }) first!: string;
    @Column({ name: 'b'.repeat(30) }) second!: string;
    @Column({ name: 'c'.repeat(30) }) third!: string;
  }
  const names = modelOf(Wide).indexes.map(({ name }) => name);
  expect(names.map((name) => Buffer.byteLength(name))).toEqual([63, 63]);
  expect(new Set(names).size).toBe(2);
  expect(modelOf(Wide).indexes.map(({ name }) => name)).toEqual(names);
});

test.each<[string, ClassDecorator, RegExp]>([
  [
    'an unknown property',
    Index('titel') as ClassDecorator,
    /Note\.titel: is named by @Index, but there is no such property: did you mean 'title'\?/,
  ],
  [
    'a property without a column',
    Unique('children') as ClassDecorator,
    /Note\.children: is named by @Unique, but has no column in this table/,
  ],
  ['no property', Index([]) as ClassDecorator, /Note: @Index names no property and no expression/],
  [
    'properties and an expression',
    Index('title', { expression: 'lower(title)' }) as ClassDecorator,
    /names properties and an expression/,
  ],
  ['a property twice', Index(['title', 'title']) as ClassDecorator, /@Index names a property twice/],
  [
    'an empty condition',
    Index('title', { where: ' ' }) as ClassDecorator,
    /the option 'where' of @Index must be the text of an SQL expression/,
  ],
  ['an empty name', Index('title', { name: '' }) as ClassDecorator, /an index or check has an empty name/],
  ['an empty check', Check('  ') as ClassDecorator, /Note: @Check has no condition/],
])('%s is a mistake', (_, decorate, message) => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column() title!: string;
    @BelongsTo(() => Note, { nullable: true }) parent!: unknown;
    @HasMany(() => Note, 'parent') children!: unknown;
  }
  decorate(Note);
  expect(complaintsOf(Note)).toEqual([expect.stringMatching(message)]);
});

test('two indexes of one name are a mistake, in two entities too', () => {
  @Entity()
  @Index('title', { name: 'by_title' })
  class Note {
    @PrimaryKey() id!: number;
    @Column() title!: string;
  }
  @Entity()
  @Index('title', { name: 'By_Title' })
  class Memo {
    @PrimaryKey() id!: number;
    @Column() title!: string;
  }
  expect(complaintsOf(Note, Memo)).toEqual([
    "Memo: has an index or check 'By_Title', and Note has one of the same name: give each a name of its own.",
  ]);
});
