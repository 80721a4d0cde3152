/** Tables → SQL texts, through a dialect of no engine. */
import { MetadataError } from '../../src/errors';
import { createStatements, dropSteps } from '../../src/schema';
import { createColumnType, customColumnType } from '../../src/types';
import { fakeDialect } from './fake-dialect';
import { addColumn, belongsTo, entity, index, integer, manyToMany, text } from './models';

const dialect = fakeDialect();

function music() {
  const artist = entity('artists');
  addColumn(artist, 'name', text, { unique: true });
  const album = entity('albums');
  belongsTo(album, 'artist', artist, { onDelete: 'cascade' });
  addColumn(album, 'title', createColumnType('varchar', { length: 160 }), { nullable: true });
  return { artist, album };
}

it('creates tables with keys, constraints and indexes', () => {
  const { artist, album } = music();
  expect(createStatements([album, artist], dialect)).toEqual([
    'create table "artists" (\n' +
      '  "id" integer!# not null numbered,\n' +
      '  "name" text! not null,\n' +
      '  primary key ("id"),\n' +
      '  constraint "uq_artists_name" unique ("name")\n' +
      ')',
    'create table "albums" (\n' +
      '  "id" integer!# not null numbered,\n' +
      '  "artist_id" integer! not null,\n' +
      '  "title" varchar,\n' +
      '  primary key ("id"),\n' +
      '  constraint "fk_albums_artist_id" foreign key ("artist_id") references "artists" ("id") on delete cascade\n' +
      ')',
    'create index "ix_albums_artist_id" on "albums" ("artist_id")',
  ]);
});

it('leaves the index of a foreign key to an engine that makes it itself', () => {
  const { artist, album } = music();
  album.indexes = [index('by_title', [album.columns[2]!])];
  const statements = createStatements([album, artist], fakeDialect({ indexesForeignKeys: true }));
  expect(statements.filter((statement) => statement.startsWith('create index'))).toEqual([
    'create index "by_title" on "albums" ("title")',
  ]);
});

it('writes the numbered key with its column where the engine has it so', () => {
  const sqlite = fakeDialect({ identityIsInlineKey: true, identityClause: 'primary key numbered' });
  expect(createStatements([entity('artists')], sqlite)).toEqual([
    'create table "artists" (\n  "id" integer!# primary key numbered\n)',
  ]);
});

it('refuses a numbered column in a key of several where the engine cannot have it', () => {
  const line = entity('lines');
  addColumn(line, 'position', integer, { primary: true });
  expect(createStatements([line], dialect)[0]).toContain('primary key ("id", "position")');
  const create = () => createStatements([line], fakeDialect({ identityIsInlineKey: true }));
  expect(create).toThrow(MetadataError);
  expect(create).toThrow('(table lines), column id: on this engine a key of several columns');
});

describe('circles', () => {
  function circle() {
    const employee = entity('employees');
    const department = entity('departments');
    belongsTo(employee, 'department', department);
    belongsTo(department, 'head', employee, { nullable: true });
    return [employee, department];
  }

  it('are closed after the tables', () => {
    const statements = createStatements(circle(), dialect);
    expect(statements[0]).toMatch(/^create table "departments"/);
    expect(statements[0]).not.toContain('foreign key');
    expect(statements.at(-1)).toBe(
      'alter table "departments" add constraint "fk_departments_head_id" foreign key ("head_id") references "employees" ("id")',
    );
  });

  it('are written inline where the engine does not look for the target', () => {
    const statements = createStatements(circle(), fakeDialect({ foreignKeysByAlter: false }));
    expect(statements.filter((statement) => statement.startsWith('alter'))).toEqual([]);
    expect(statements[0]).toContain('references "employees" ("id")');
  });

  it('of one table are written inline', () => {
    const person = entity('people');
    belongsTo(person, 'boss', person, { nullable: true, onDelete: 'set null' });
    expect(createStatements([person], dialect)[0]).toContain(
      'constraint "fk_people_boss_id" foreign key ("boss_id") references "people" ("id") on delete set null',
    );
  });
});

describe('defaults', () => {
  const withDefault = (type: Parameters<typeof addColumn>[2], value: unknown) => {
    const model = entity('things');
    addColumn(model, 'x', type, { databaseDefault: { value } });
    return createStatements([model], dialect)[0]!;
  };

  it.each([
    [createColumnType('boolean'), false, 'default boolean:false'],
    [createColumnType('json'), { a: "x'); drop table t;--" }, `default json:{"a":"x'); drop table t;--"}`],
    [createColumnType('enum', { values: ["it's"] }), "it's", "default enum:'it''s'"],
    [createColumnType('date'), '2024-02-29', "default date:'2024-02-29'"],
    [text, '', "default text:''"],
    [integer, 0, 'default integer:0'],
  ])('are literals of the dialect', (type, value, clause) => {
    expect(withDefault(type, value)).toContain(`"x" ${type.name} not null ${clause}`);
  });

  it('are refused where the column could not hold them', () => {
    expect(() => withDefault(integer, '0')).toThrow(
      '(table things), column x: its default must be an integer from -2147483648 to 2147483647, got a text.',
    );
  });

  it('that are null need not be said', () => {
    expect(withDefault(text, null)).not.toContain('default');
  });

  it('may be SQL', () => {
    const model = entity('things');
    addColumn(model, 'x', text, { databaseDefault: { sql: 'now()' }, nullable: true });
    expect(createStatements([model], dialect)[0]).toContain('"x" text default (now())');
  });
});

it('writes a generated column without default and not null', () => {
  const model = entity('things');
  addColumn(model, 'x', text, { computed: 'a || b', databaseDefault: { value: '' } });
  expect(createStatements([model], dialect)[0]).toContain('"x" text as (a || b),');
});

describe('enums', () => {
  const state = createColumnType('enum', { values: ['draft', "it's"] });
  const native = createColumnType('enum', { values: ['low', 'high'], native: true, enumName: 'level' });
  const check = (type: typeof state, ddl: Parameters<typeof fakeDialect>[0] = {}) => {
    const model = entity('posts');
    addColumn(model, 'state', type);
    return createStatements([model], fakeDialect(ddl)).join('\n');
  };

  it('are checked, their values literals', () => {
    expect(check(state)).toContain(`constraint "ck_posts_state" check ("state" in (enum:'draft', enum:'it''s'))`);
  });

  it('that are native are checked where the engine does not know them', () => {
    expect(check(native)).toContain('check ("state" in');
    expect(check(native, { nativeEnums: true })).not.toContain('check');
  });

  it('that are native are created before the tables, once for all columns, and dropped after them', () => {
    const post = entity('posts');
    addColumn(post, 'one', native);
    addColumn(post, 'many', createColumnType('array', { element: native }));
    expect(createStatements([post], dialect).filter((statement) => statement.includes('type level'))).toEqual([
      'create type level (low high)',
    ]);
    expect(createStatements([post], dialect)[0]).toBe('create type level (low high)');
    expect(dropSteps([post], dialect).statements).toEqual(['drop table if exists posts', 'drop type level']);
  });

  it('of one name must have the same values', () => {
    const post = entity('posts');
    addColumn(post, 'one', native);
    addColumn(post, 'other', createColumnType('enum', { values: ['x'], native: true, enumName: 'level' }));
    expect(() => createStatements([post], dialect)).toThrow(
      "column other: its enum type 'level' has other values elsewhere",
    );
  });

  it('under a conversion are checked as they are stored', () => {
    const converted = customColumnType(state, {
      toDatabase: (value) => (value as { state: string }).state,
      fromDatabase: (value) => ({ state: value }),
    });
    expect(check(converted)).toContain("in (enum:'draft'");
  });
});

describe('indexes', () => {
  const indexed = (changes: Parameters<typeof index>[2], ddl: Parameters<typeof fakeDialect>[0] = {}) => {
    const model = entity('users');
    const email = addColumn(model, 'email', text);
    model.indexes = [index('mails', [email], changes)];
    return createStatements([model], fakeDialect(ddl)).at(-1);
  };
  it('may have a condition', () => {
    expect(indexed({ where: 'active', unique: true })).toBe(
      'create unique index "mails" on "users" ("email") where active',
    );
  });

  it('with a condition are refused where the engine has none', () => {
    const refused = (unique: boolean) => () => indexed({ where: 'active', unique }, { partialIndexes: false });
    expect(refused(false)).toThrow(/\(table users\), index mails: .*leave out the 'where'/);
    expect(refused(true)).toThrow(/\(table users\), index mails: .*unique on all rows/);
  });

  it('may be on an expression', () => {
    expect(indexed({ expression: 'lower(email)' })).toBe('create index "mails" on "users" ((lower(email)))');
  });

  it('on an expression are refused where the engine has none', () => {
    const refused = () => indexed({ expression: 'lower(email)' }, { expressionIndexes: false });
    expect(refused).toThrow(MetadataError);
    expect(refused).toThrow(/index mails: .*generated: 'lower\(email\)'/);
  });

  it('name their method as the engine wants it', () => {
    expect(indexed({ using: 'gin' })).toBe('create index "mails" on "users" using gin ("email")');
    expect(indexed({ using: 'btree' }, { indexMethod: () => '' })).toBe('create index "mails" on "users" ("email")');
  });

  it('by a method that the engine has not are refused', () => {
    expect(() => indexed({ using: 'other' })).toThrow(/index mails: .*no index method 'other'/);
  });
});

it('refuses arrays where the engine has none', () => {
  const model = entity('things');
  addColumn(model, 'tags', createColumnType('array', { element: text }));
  expect(() => createStatements([model], fakeDialect({}, false))).toThrow(/column tags: .*type 'json'/);
});

it('writes checks of the user as they are', () => {
  const model = entity('things', { checks: [{ name: 'positive', expression: 'size > 0' }] });
  expect(createStatements([model], dialect)[0]).toContain('constraint "positive" check (size > 0)');
});

it('hands comments to the dialect, in and after the table', () => {
  const model = entity('things', { comment: "it's" });
  addColumn(model, 'x', text, { comment: '*/' });
  const [table, comments] = createStatements([model], dialect);
  expect(table).toContain(`"x" text not null comment '*/'`);
  expect(table!.endsWith(`\n) comment 'it''s'`)).toBe(true);
  expect(comments).toBe("comments on things: it's, x */");
});

it('writes no comment clause without comments', () => {
  expect(createStatements([entity('things')], dialect)).toHaveLength(1);
});

it('creates and names schemas', () => {
  const one = entity('one', { table: { name: 'one', schema: 'music' } });
  const other = entity('other', { table: { name: 'other', schema: 'music' } });
  belongsTo(one, 'other', other);
  const statements = createStatements([one, other], dialect);
  expect(statements[0]).toBe('create schema music');
  expect(statements[1]).toMatch(/^create table "music"."other"/);
  expect(statements[2]).toContain('references "music"."other" ("id")');
  expect(statements[3]).toContain('on "music"."one" ("other_id")');
});

it('quotes every name, reserved and hostile ones too', () => {
  const hostile = 'x"; drop table users; --';
  const group = entity('group', { table: { name: hostile, schema: hostile } });
  const order = entity('order', { table: { name: 'order' } });
  addColumn(group, 'select', text, { unique: true });
  addColumn(group, hostile, createColumnType('enum', { values: ['a'] }), { unique: true });
  belongsTo(order, hostile, group);
  manyToMany(order, group, `${hostile}2`);
  const sql = createStatements([group, order], fakeDialect({ prelude: () => [] })).join('\n');
  const outside = sql.replace(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, '');
  expect(outside).not.toMatch(/drop|users|select|order|--/);
});

describe('dropping', () => {
  it('goes backwards, around it what the engine needs', () => {
    const { artist, album } = music();
    manyToMany(artist, album, 'played');
    expect(dropSteps([artist, album], dialect)).toEqual({
      before: ['checks off'],
      statements: ['drop table if exists played', 'drop table if exists albums', 'drop table if exists artists'],
      after: ['checks on'],
    });
  });

  it('tells what must be put back from what may fail', () => {
    expect(dropSteps([entity('artists', { table: { name: 'artists', schema: 'music' } })], dialect)).toEqual({
      before: ['checks off'],
      statements: ['drop table if exists music.artists', 'drop schema music'],
      after: ['checks on'],
    });
  });
});

it('makes nothing of nothing', () => {
  expect(createStatements([], dialect)).toEqual([]);
});
