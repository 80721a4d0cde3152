/** How a column's type is found: said, implied by options, or emitted by the compiler. */
import { Column, Entity, PrimaryKey } from '../../src/metadata';
import { columnOf, complaintsOf, modelOf } from './models-of';

enum Mood {
  Calm = 'calm',
  Wild = 'wild',
}

@Entity()
class Everything {
  @PrimaryKey() id!: number;
  @Column() title!: string;
  @Column() pages!: number;
  @Column() active!: boolean;
  @Column() views!: bigint;
  @Column() at!: Date;
  @Column() cover!: Buffer;
  @Column() bytes!: Uint8Array;
  @Column('json') meta!: { label?: string };
  @Column({ type: 'float' }) ratio!: number;
  @Column({ length: 160 }) short!: string;
  @Column({ length: 16 }) digest!: Buffer;
  @Column({ precision: 10, scale: 2 }) price!: string;
  @Column({ precision: 20 }) count!: string;
  @Column({ values: ['draft', 'final'] }) status!: 'draft' | 'final';
  @Column({ values: Mood }) mood!: Mood;
  @Column({ of: 'text' }) tags!: string[];
  @Column({ of: { type: 'varchar', length: 20 } }) labels!: string[];
  @Column({ as: 'string' }) exact!: string;
  @Column({ zone: false }) local!: Date;
  @Column({ type: 'timestamp', zone: true }) moment!: Date;
  @Column({ precision: 3 }) rough!: Date;
  @Column({ default: 0.5 }) share!: number;
  @Column({ default: 0 }) large!: bigint;
  @Column({ default: true }) flag!: unknown;
  @Column({ default: 'x' }) word!: unknown;
  @Column({ default: 7n }) big!: unknown;
  @Column({ default: new Date(0) }) epoch!: unknown;
  @Column({ default: new Uint8Array(2) }) zeros!: unknown;
  @Column({ default: { a: 1 } }) plain!: unknown;
}

const everything = modelOf(Everything);
const typeOf = (property: string) => columnOf(everything, property).type;

test.each([
  ['id', 'integer'],
  ['title', 'text'],
  ['pages', 'integer'],
  ['active', 'boolean'],
  ['views', 'bigint'],
  ['at', 'timestamptz'],
  ['cover', 'binary'],
  ['bytes', 'binary'],
])('the emitted type of %s makes it %s', (property, name) => {
  expect(typeOf(property).name).toBe(name);
});

test.each([
  ['meta', 'json', {}],
  ['ratio', 'float', {}],
  ['short', 'varchar', { length: 160 }],
  ['digest', 'binary', { length: 16 }],
  ['price', 'decimal', { precision: 10, scale: 2 }],
  ['count', 'decimal', { precision: 20, scale: 0 }],
  ['status', 'enum', { values: ['draft', 'final'] }],
  ['mood', 'enum', { values: ['calm', 'wild'] }],
  ['exact', 'timestamptz', { as: 'string' }],
  ['local', 'timestamp', {}],
  ['moment', 'timestamptz', {}],
  ['rough', 'timestamptz', { precision: 3 }],
  ['share', 'float', {}],
  ['large', 'bigint', {}],
  ['flag', 'boolean', {}],
  ['word', 'text', {}],
  ['big', 'bigint', {}],
  ['epoch', 'timestamptz', {}],
  ['zeros', 'binary', {}],
  ['plain', 'json', {}],
])('the options of %s make it %s', (property, name, options) => {
  const type = typeOf(property);
  expect(type.name).toBe(name);
  expect(type.options).toMatchObject(options);
});

test('an array knows the type of its elements', () => {
  expect(typeOf('tags').name).toBe('array');
  expect(typeOf('tags').options.element?.name).toBe('text');
  expect(typeOf('labels').options.element?.options.length).toBe(20);
});

test('an explicit type beats what options and compiler say', () => {
  @Entity()
  class Note {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'char', length: 3 }) code!: string;
    @Column({ type: 'bigint' }) size!: number;
  }
  const note = modelOf(Note);
  expect(columnOf(note, 'code').type.name).toBe('char');
  expect(columnOf(note, 'size').type.name).toBe('bigint');
});

test('a native enum that names none is called after its table and column', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column({ values: ['a'], native: true }) kind!: 'a';
    @Column({ values: ['a'], native: true, enumName: 'grade' }) grade!: 'a';
  }
  expect(columnOf(modelOf(Note), 'kind').type.options.enumName).toBe('notes_kind');
  expect(columnOf(modelOf(Note), 'grade').type.options.enumName).toBe('grade');
});

test('a custom type has the SQL type given, and converts values', () => {
  @Entity()
  class User {
    @PrimaryKey() id!: number;
    @Column({
      type: { sqlType: 'citext', toDatabase: (value: string) => value.trim(), fromDatabase: (value: string) => value },
    })
    email!: string;
  }
  const { type } = columnOf(modelOf(User), 'email');
  expect(type.name).toBe('text');
  expect(type.options.sqlType).toBe('citext');
  expect(type.toDatabase(' a@b ')).toBe('a@b');
});

test('a transform wraps any type', () => {
  @Entity()
  class Price {
    @PrimaryKey() id!: number;
    @Column({
      type: 'integer',
      transform: { toDatabase: (euros: number) => euros * 100, fromDatabase: (cents: number) => cents / 100 },
    })
    amount!: number;
  }
  const { type } = columnOf(modelOf(Price), 'amount');
  expect(type.toDatabase(2.5)).toBe(250);
  expect(type.fromDatabase(250)).toBe(2.5);
});

test('a type that cannot be seen is a mistake that shows the line to write, options included', () => {
  @Entity()
  class Album {
    @PrimaryKey() id!: number;
    @Column({ name: 'remarks' }) notes!: string | number;
  }
  expect(complaintsOf(Album)).toEqual([
    "Album.notes: its type cannot be seen: write @Column({ type: 'text', name: 'remarks' }) notes!: string; or whichever type it has.",
  ]);
});

test('a nullable column, for which compilers emit no type, is text unless it says another', () => {
  @Entity()
  class Album {
    @PrimaryKey() id!: number;
    @Column({ nullable: true }) notes!: string | null;
    @Column({ nullable: true, type: 'integer' }) year!: number | null;
  }
  expect(columnOf(modelOf(Album), 'notes').type.name).toBe('text');
  expect(columnOf(modelOf(Album), 'year').type.name).toBe('integer');
});

test('a list without a type is told to be json', () => {
  @Entity()
  class Album {
    @PrimaryKey() id!: number;
    @Column() tags!: string[];
  }
  expect(complaintsOf(Album)[0]).toContain("write @Column({ type: 'json' }) tags!: unknown[];");
});

test('a class where a type belongs is pointed to the relation', () => {
  class Artist {
    id!: number;
  }
  @Entity()
  class Album {
    @PrimaryKey() id!: number;
    @Column() artist!: Artist;
  }
  expect(complaintsOf(Album)[0]).toContain('@BelongsTo(() => Artist)');
});

test.each<[string, object, RegExp]>([
  ['an unknown type', { type: 'string' }, /Note\.value: there is no column type 'string'/],
  ['an enum without values', { type: 'enum' }, /Note\.value: An enum needs its values/],
  ['an enum with an empty list', { values: [] }, /An enum needs its values/],
  ['an enum that has a value twice', { values: ['a', 'a'] }, /must differ from one another/],
  ['a length of nothing', { length: 0 }, /length of a varchar must be a positive integer/],
  ['a scale without a precision', { type: 'decimal', scale: 2 }, /needs a precision/],
  ['an array without elements', { type: 'array' }, /needs the type of its elements/],
  ['an array of arrays', { of: 'array' }, /needs the type of its elements/],
  ['an unknown element', { of: 'strings' }, /there is no column type 'strings'/],
  ['an option of another type', { type: 'integer', length: 4 }, /has no option 'length'/],
  ['a zone that contradicts the type', { type: 'timestamptz', zone: false }, /contradict each other/],
  ['a zone on what has none', { type: 'date', zone: true }, /contradict each other/],
])('%s is a mistake', (_, options, message) => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column(options) value!: unknown;
  }
  expect(complaintsOf(Note)).toEqual([expect.stringMatching(message)]);
});
