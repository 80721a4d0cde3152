/** What a column is besides its type: name, nullability, defaults, computed, deferred. */
import { Column, Entity, PrimaryKey, Version } from '../../src/metadata';
import { columnOf, complaintsOf, modelOf } from './models-of';

@Entity()
class Track {
  @PrimaryKey() id!: number;
  @Column() playCount!: number;
  @Column({ name: 'Titel' }) title!: string;
  @Column({ type: 'text', nullable: true }) notes!: string | null;
  @Column({ default: 'draft' }) status!: string;
  @Column({ default: () => 'made' }) made!: string;
  @Column({ type: 'json', default: { labels: ['a'] } }) meta!: { labels: string[] };
  @Column({ default: Buffer.from('ab') }) digest!: Buffer;
  @Column({ type: 'text', nullable: true, default: null }) remark!: string | null;
  @Column({ databaseDefault: 3 }) rank!: number;
  @Column({ type: 'timestamptz', databaseDefault: { sql: 'now()' } }) at!: Date;
  @Column({ type: 'timestamptz', databaseDefault: 'current_timestamp' }) since!: Date;
  @Column({ databaseDefault: 'now()' }) word!: string;
  @Column({ onUpdate: () => 5 }) touched!: number;
  @Column({ initialize: 'access', default: () => 1 }) lazy!: number;
  @Column({ generated: 'play_count * 2' }) double!: number;
  @Column({ deferred: true, hidden: true, comment: 'long' }) lyrics!: string;
  @Version() version!: number;
}

const track = modelOf(Track);
const column = (property: string) => columnOf(track, property);

test('names are made by the naming strategy unless given', () => {
  expect(column('playCount').name).toBe('play_count');
  expect(column('title').name).toBe('Titel');
});

test('columns are not nullable unless said', () => {
  expect(column('title').nullable).toBe(false);
  expect(column('notes').nullable).toBe(true);
});

test('a slot is the position among the columns, key first', () => {
  expect(track.columns.map(({ index }) => index)).toEqual(track.columns.map((_, i) => i));
  expect(track.columns[0]?.property).toBe('id');
});

test('a default is a function, whether it was given as one or not', () => {
  expect(column('status').default?.()).toBe('draft');
  expect(column('made').default?.()).toBe('made');
  expect(column('remark').default?.()).toBeNull();
  expect(column('title').default).toBeUndefined();
});

test('each entity gets an object of its own of a default', () => {
  const first = column('meta').default?.() as { labels: string[] };
  first.labels.push('b');
  expect(column('meta').default?.()).toEqual({ labels: ['a'] });
});

test('a Buffer stays one as a default', () => {
  expect(column('digest').default?.()).toEqual(Buffer.from('ab'));
  expect(Buffer.isBuffer(column('digest').default?.())).toBe(true);
});

test('a database default is a value of the type, or SQL', () => {
  expect(column('rank').databaseDefault).toEqual({ value: 3 });
  expect(column('at').databaseDefault).toEqual({ sql: 'now()' });
});

test('a text that the type refuses is SQL, one that it takes is a value', () => {
  expect(column('since').databaseDefault).toEqual({ sql: 'current_timestamp' });
  expect(column('word').databaseDefault).toEqual({ value: 'now()' });
});

test('what is done on access, at updates and by the database is kept', () => {
  expect(column('lazy').initialize).toBe('access');
  expect(column('status').initialize).toBe('flush');
  expect(column('touched').onUpdate?.()).toBe(5);
  expect(column('double').computed).toBe('play_count * 2');
});

test('deferred, hidden and comment are kept', () => {
  expect(column('lyrics')).toMatchObject({ deferred: true, hidden: true, comment: 'long' });
});

test('the version is an integer that is not null', () => {
  expect(track.version).toBe(column('version'));
  expect(track.version).toMatchObject({ nullable: false, type: { name: 'integer' } });
});

test.each<[string, object, RegExp]>([
  ['a default of another type', { type: 'text', default: 5 }, /Note\.value: its default must be a text, got a number/],
  ['a default of null', { type: 'text', default: null }, /default null, but is not nullable/],
  ['a databaseDefault of another type', { type: 'text', databaseDefault: 5 }, /its databaseDefault must be a text/],
  ['a databaseDefault of null', { type: 'text', databaseDefault: null }, /databaseDefault null, but is not nullable/],
  ['a databaseDefault without SQL', { type: 'text', databaseDefault: { sql: ' ' } }, /no SQL in its databaseDefault/],
  ['initialize without a default', { type: 'text', initialize: 'access' }, /no default that could be set then/],
  ["a key's generator", { type: 'uuid', generated: 'uuid' }, /which only a @PrimaryKey can have/],
  ['an empty expression', { type: 'integer', generated: ' ' }, /no expression in 'generated'/],
  [
    'a computed column with a default',
    { type: 'integer', generated: 'a + b', default: 1 },
    /is computed by the database/,
  ],
  ['an empty name', { type: 'text', name: '' }, /its column has an empty name/],
  ['a NUL in the name', { type: 'text', name: 'a\0b' }, /its column has a NUL character/],
])('%s is a mistake', (_, options, message) => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column(options) value!: unknown;
  }
  expect(complaintsOf(Note)).toEqual([expect.stringMatching(message)]);
});

test('two columns of one name are a mistake, whatever their case', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column() title!: string;
    @Column({ name: 'Title' }) heading!: string;
  }
  expect(complaintsOf(Note)).toEqual([
    expect.stringMatching(/Note\.heading: has the column 'Title', which Note\.title has/),
  ]);
});

test.each(['constructor', 'prototype', 'then', '__proto__'])('a property cannot be called %s', (name) => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
  }
  Column('text')(Note.prototype, name);
  expect(complaintsOf(Note)).toEqual([
    `Note.${name}: cannot be the name of a property: rename it, and keep the column by name: '${name}'.`,
  ]);
});

test('a column may be called then', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column({ name: 'then' }) followUp!: string;
  }
  expect(columnOf(modelOf(Note), 'followUp').name).toBe('then');
});

test.each(['a.b', '-title', ''])('a property %j, which no path could name, is a mistake', (name) => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
  }
  Column({ type: 'text', name: 'value' })(Note.prototype, name);
  expect(complaintsOf(Note)).toEqual([expect.stringMatching(/cannot be named in paths and orders/)]);
});

test('two versions are a mistake', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Version() version!: number;
    @Version() revision!: number;
  }
  expect(complaintsOf(Note)).toEqual(['Note.revision: is a second @Version beside version: leave one of them out.']);
});

test('a property has one decorator', () => {
  @Entity()
  class Note {
    @PrimaryKey() @Column({ length: 3 }) id!: string;
    @Column() @Column() twice!: string;
    @Version() @Column() version!: number;
  }
  expect(complaintsOf(Note)).toEqual([
    expect.stringMatching(/Note\.id: has @Column and @PrimaryKey: leave one of them out/),
    expect.stringMatching(/Note\.twice: has @Column and @Column/),
    expect.stringMatching(/Note\.version: has @Column and @Version/),
  ]);
});
