/** Entity models → tables. */
import { tablesOf } from '../../src/schema/from-metadata';
import type { Table } from '../../src/schema/table';
import { createColumnType } from '../../src/types';
import { addColumn, belongsTo, entity, index, integer, manyToMany, text } from './models';

const named = (tables: readonly Table[], name: string): Table => tables.find((table) => table.name === name)!;

it('makes a table of an entity, with its columns in order', () => {
  const artist = entity('artists', { comment: 'who plays' });
  addColumn(artist, 'name', text, { comment: 'as printed', databaseDefault: { value: '?' } });
  addColumn(artist, 'initial', text, { nullable: true, computed: 'left(name, 1)' });
  expect(tablesOf([artist])).toEqual([
    {
      entity: artist.name,
      name: 'artists',
      schema: undefined,
      columns: [
        {
          name: 'id',
          type: integer,
          nullable: false,
          identity: true,
          default: undefined,
          computed: undefined,
          comment: undefined,
        },
        {
          name: 'name',
          type: text,
          nullable: false,
          identity: false,
          default: { value: '?' },
          computed: undefined,
          comment: 'as printed',
        },
        {
          name: 'initial',
          type: text,
          nullable: true,
          identity: false,
          default: undefined,
          computed: 'left(name, 1)',
          comment: undefined,
        },
      ],
      primaryKey: ['id'],
      uniques: [],
      foreignKeys: [],
      indexes: [],
      checks: [],
      comment: 'who plays',
    },
  ]);
});

it('makes a foreign key of a relation, and an index for it', () => {
  const artist = entity('artists');
  const album = entity('albums');
  belongsTo(album, 'artist', artist, { onDelete: 'cascade', onUpdate: 'no action' });
  const table = named(tablesOf([album, artist]), 'albums');
  expect(table.foreignKeys).toEqual([
    {
      name: 'fk_albums_artist_id',
      columns: ['artist_id'],
      target: { name: 'artists' },
      targetColumns: ['id'],
      onDelete: 'cascade',
      onUpdate: 'no action',
    },
  ]);
  expect(table.indexes).toMatchObject([
    { name: 'ix_albums_artist_id', columns: ['artist_id'], unique: false, forForeignKey: true },
  ]);
});

it('makes a foreign key of several columns for a composite key', () => {
  const seat = entity('seats', { keys: { row: integer, place: text } });
  const ticket = entity('tickets');
  belongsTo(ticket, 'seat', seat);
  expect(named(tablesOf([seat, ticket]), 'tickets').foreignKeys).toMatchObject([
    { name: 'fk_tickets_seat_row_seat_place', columns: ['seat_row', 'seat_place'], targetColumns: ['row', 'place'] },
  ]);
});

it('makes a key of foreign keys, for which no index is needed but for the second', () => {
  const order = entity('orders');
  const product = entity('products');
  const line = entity('lines', { keys: {} });
  belongsTo(line, 'order', order, { primary: true });
  belongsTo(line, 'product', product, { primary: true });
  const table = named(tablesOf([order, product, line]), 'lines');
  expect(table.primaryKey).toEqual(['order_id', 'product_id']);
  expect(table.indexes.map(({ columns }) => columns)).toEqual([['product_id']]);
});

it('makes no index for a foreign key that an index begins with', () => {
  const artist = entity('artists');
  const album = entity('albums');
  belongsTo(album, 'artist', artist);
  const title = addColumn(album, 'title', text);
  album.indexes = [index('by_artist', [album.columns[1]!, title])];
  expect(named(tablesOf([artist, album]), 'albums').indexes.map(({ name }) => name)).toEqual(['by_artist']);
});

it('makes one for a foreign key that only a partial index begins with', () => {
  const artist = entity('artists');
  const album = entity('albums');
  belongsTo(album, 'artist', artist);
  album.indexes = [index('some', [album.columns[1]!], { where: 'title is not null' })];
  expect(named(tablesOf([artist, album]), 'albums').indexes.map(({ name }) => name)).toEqual([
    'some',
    'ix_albums_artist_id',
  ]);
});

it('makes a unique constraint of a unique column, a one-to-one relation and a plain unique index', () => {
  const user = entity('users');
  const email = addColumn(user, 'email', text, { unique: true });
  const name = addColumn(user, 'name', text);
  const profile = entity('profiles');
  belongsTo(profile, 'user', user, { unique: true });
  user.indexes = [index('name_and_email', [name, email], { unique: true })];
  const tables = tablesOf([user, profile]);
  expect(named(tables, 'users').uniques).toEqual([
    { name: 'name_and_email', columns: ['name', 'email'] },
    { name: 'uq_users_email', columns: ['email'] },
  ]);
  expect(named(tables, 'profiles')).toMatchObject({
    uniques: [{ name: 'uq_profiles_user_id', columns: ['user_id'] }],
    indexes: [],
  });
});

it('says a uniqueness once that is declared twice', () => {
  const user = entity('users');
  const email = addColumn(user, 'email', text, { unique: true });
  user.indexes = [index('mails', [email], { unique: true })];
  expect(tablesOf([user])[0]!.uniques).toEqual([{ name: 'mails', columns: ['email'] }]);
});

it('leaves a unique index with a condition, an expression or a method an index', () => {
  const user = entity('users');
  const email = addColumn(user, 'email', text);
  user.indexes = [
    index('a', [email], { unique: true, where: 'active' }),
    index('b', [], { unique: true, expression: 'lower(email)' }),
    index('c', [email], { unique: true, using: 'btree' }),
  ];
  const [table] = tablesOf([user]);
  expect(table!.uniques).toEqual([]);
  expect(table!.indexes.map(({ name, columns, unique }) => [name, columns, unique])).toEqual([
    ['a', ['email'], true],
    ['b', [], true],
    ['c', ['email'], true],
  ]);
});

it('checks the values of an enum, and what the user wants checked', () => {
  const post = entity('posts', { checks: [{ name: 'positive', expression: 'size > 0' }] });
  addColumn(post, 'state', createColumnType('enum', { values: ['draft', "it's"] }));
  expect(tablesOf([post])[0]!.checks).toEqual([
    { kind: 'expression', name: 'positive', expression: 'size > 0' },
    { kind: 'oneOf', name: 'ck_posts_state', column: 'state', values: ['draft', "it's"] },
  ]);
});

describe('a join table', () => {
  it('has both keys as its key, foreign keys that cascade, and an index for the way back', () => {
    const album = entity('albums');
    const genre = entity('genres', { keys: { code: text } });
    manyToMany(album, genre, 'album_genres');
    const tables = tablesOf([album, genre]);
    expect(tables.map(({ name }) => name)).toEqual(['albums', 'genres', 'album_genres']);
    const cascade = { onDelete: 'cascade', onUpdate: 'cascade' };
    expect(named(tables, 'album_genres')).toMatchObject({
      columns: [
        { name: 'albums_id', type: integer, nullable: false, identity: false },
        { name: 'genres_code', type: text, nullable: false, identity: false },
      ],
      primaryKey: ['albums_id', 'genres_code'],
      foreignKeys: [
        { name: 'fk_album_genres_albums_id', target: { name: 'albums' }, targetColumns: ['id'], ...cascade },
        { name: 'fk_album_genres_genres_code', target: { name: 'genres' }, targetColumns: ['code'], ...cascade },
      ],
      indexes: [{ name: 'ix_album_genres_genres_code', columns: ['genres_code'] }],
    });
  });

  it('joins composite keys', () => {
    const seat = entity('seats', { keys: { row: integer, place: text } });
    const tag = entity('tags');
    manyToMany(seat, tag, 'seat_tags');
    expect(named(tablesOf([seat, tag]), 'seat_tags')).toMatchObject({
      primaryKey: ['seats_row', 'seats_place', 'tags_id'],
      foreignKeys: [
        { columns: ['seats_row', 'seats_place'], targetColumns: ['row', 'place'] },
        { columns: ['tags_id'] },
      ],
    });
  });

  it('joins an entity with itself', () => {
    const person = entity('people');
    manyToMany(person, person, 'friends');
    expect(named(tablesOf([person]), 'friends')).toMatchObject({
      primaryKey: ['people_id', 'other_id'],
      foreignKeys: [{ target: { name: 'people' } }, { target: { name: 'people' } }],
    });
  });

  it('is left to the entity that is mapped on it', () => {
    const album = entity('albums');
    const genre = entity('genres');
    const link = entity('album_genres');
    manyToMany(album, genre, 'album_genres');
    expect(tablesOf([album, genre, link]).map(({ name }) => name)).toEqual(['albums', 'genres', 'album_genres']);
    expect(named(tablesOf([album, genre, link]), 'album_genres').primaryKey).toEqual(['id']);
  });

  it('is made once, by the side that owns it', () => {
    const album = entity('albums');
    const genre = entity('genres');
    manyToMany(album, genre, 'album_genres');
    expect(tablesOf([genre]).map(({ name }) => name)).toEqual(['genres']);
  });
});

describe('databases', () => {
  it('a relation into another database has a column, but no foreign key', () => {
    const user = entity('users', { database: 'accounts' });
    const event = entity('events', { database: 'analytics' });
    belongsTo(event, 'user', user);
    expect(tablesOf([event])).toMatchObject([{ columns: [{ name: 'id' }, { name: 'user_id' }], foreignKeys: [] }]);
  });

  it('a table that is created by itself refers to the tables of its own database all the same', () => {
    const user = entity('users');
    const event = entity('events');
    belongsTo(event, 'user', user);
    expect(tablesOf([event])[0]!.foreignKeys).toMatchObject([{ target: { name: 'users' } }]);
  });

  it('entities that are placed together refer to one another, however they say where they live', () => {
    const user = entity('users');
    const event = entity('events', { database: 'default' });
    belongsTo(event, 'user', user);
    expect(tablesOf([user, event])[1]!.foreignKeys).toHaveLength(1);
  });
});

describe('names', () => {
  const long = 'a_table_whose_name_is_as_long_as_a_name_can_be_without_being_refu';

  it('are the same each time', () => {
    const make = () => {
      const artist = entity('artists');
      const album = entity(long.slice(0, 60));
      belongsTo(album, 'artist', artist);
      return tablesOf([artist, album])[1]!.foreignKeys[0]!.name;
    };
    expect(make()).toBe(make());
  });

  it('are cut to what every engine keeps, and differ still', () => {
    const artist = entity('artists');
    const album = entity(long.slice(0, 60));
    belongsTo(album, 'artist', artist);
    belongsTo(album, 'producer', artist);
    const names = tablesOf([artist, album])[1]!.foreignKeys.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    for (const name of names)
      expect(name).toMatch(/^fk_a_table_whose_name_is_as_long_as_a_name_can_be_with_[0-9a-f]{8}$/);
    for (const name of names) expect(Buffer.byteLength(name)).toBe(63);
  });

  it('are cut between characters, and counted in bytes', () => {
    const artist = entity('artists');
    const album = entity('🎷'.repeat(15));
    belongsTo(album, 'artist', artist);
    const { name } = tablesOf([artist, album])[1]!.foreignKeys[0]!;
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^fk_(?:🎷)+_[0-9a-f]{8}$/u);
  });

  it('that would be the same for two tables are told apart', () => {
    const artist = entity('artists');
    const one = entity('a_b');
    const other = entity('a');
    belongsTo(one, 'c', artist);
    belongsTo(other, 'b_c', artist);
    const names = tablesOf([artist, one, other]).flatMap(({ foreignKeys }) => foreignKeys.map(({ name }) => name));
    expect(names[0]).toBe('fk_a_b_c_id');
    expect(names[1]).toMatch(/^fk_a_b_c_id_[0-9a-f]{8}$/);
  });

  it('give way to those that the user has given', () => {
    const user = entity('users');
    const email = addColumn(user, 'email', text, { unique: true });
    user.indexes = [index('UQ_users_email', [email, user.columns[0]!])];
    expect(tablesOf([user])[0]!.uniques[0]!.name).toMatch(/^uq_users_email_[0-9a-f]{8}$/);
  });
});
