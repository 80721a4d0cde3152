/** How names in the database are made. */
import {
  BelongsTo,
  Column,
  createModels,
  Entity,
  ManyToMany,
  PrimaryKey,
  snakeCaseNaming,
  Timestamps,
} from '../../src/metadata';
import { complaintsOf, modelOf, relationOf } from './models-of';

test.each([
  ['Album', 'albums'],
  ['OrderItem', 'order_items'],
  ['Category', 'categories'],
  ['Person', 'people'],
  ['UserStatus', 'user_statuses'],
  ['HTTPRequest', 'http_requests'],
  ['News', 'news'],
])('the table of %s is %s', (className, table) => {
  expect(snakeCaseNaming.table(className)).toBe(table);
});

test.each([
  ['createdAt', 'created_at'],
  ['line2', 'line2'],
  ['line2Text', 'line2_text'],
  ['isHTML', 'is_html'],
  ['already_snake', 'already_snake'],
])('the column of %s is %s', (property, column) => {
  expect(snakeCaseNaming.column(property)).toBe(column);
});

@Entity()
class Artist {
  @PrimaryKey() id!: number;
}

@Entity({ schema: 'music', comment: 'records', database: 'main' })
@Timestamps()
class Album {
  @PrimaryKey() id!: number;
  @Column() firstTitle!: string;
  @BelongsTo(() => Artist) leadArtist!: unknown;
  @ManyToMany(() => Artist) guests!: unknown;
}

test('another strategy names everything that has no name of its own', () => {
  const naming = {
    table: (name: string) => `T_${name}`,
    column: (name: string) => `C_${name}`,
    foreignKey: (relation: string, key: string) => `F_${relation}_${key}`,
    joinTable: (owner: string, target: string, property: string) => `J_${owner}_${target}_${property}`,
    joinColumn: (name: string, key: string) => `K_${name}_${key}`,
  };
  const album = createModels([Album, Artist], { naming }).of(Album);
  expect(album.table.name).toBe('T_Album');
  expect(album.columns.map(({ name }) => name)).toEqual([
    'C_id',
    'C_firstTitle',
    'F_leadArtist_C_id',
    'C_createdAt',
    'C_updatedAt',
  ]);
  const { table, from, to } = relationOf(album, 'guests', 'manyToMany').through;
  expect([table.name, from[0]?.name, to[0]?.name]).toEqual([
    'J_T_Album_T_Artist_guests',
    'K_Album_C_id',
    'K_Artist_C_id',
  ]);
});

test('what @Entity says is in the model', () => {
  expect(modelOf(Album, Artist)).toMatchObject({
    name: 'Album',
    table: { name: 'albums', schema: 'music' },
    database: 'main',
    comment: 'records',
    readOnly: false,
  });
});

test('generated names are cut to what every engine keeps', () => {
  @Entity({ table: 'a'.repeat(60) })
  class Long {
    @PrimaryKey() id!: number;
    @ManyToMany(() => Artist) artists!: unknown;
  }
  const { table } = relationOf(modelOf(Long, Artist), 'artists', 'manyToMany').through;
  expect(table.name).toMatch(/^a{54}_[0-9a-f]{8}$/);
});

test('two entities on one table are a mistake, whatever the case of its name', () => {
  @Entity({ table: 'Artists' })
  class Painter {
    @PrimaryKey() id!: number;
  }
  expect(complaintsOf(Artist, Painter)).toEqual([
    "Painter: is mapped on table 'Artists', which Artist is mapped on already: give one of them another by @Entity({ table: '…' }), or name this one at both if they are to share it.",
  ]);
});

test('two entities may share the name of a table in two schemas or databases', () => {
  @Entity({ table: 'artists', schema: 'old' })
  class Past {
    @PrimaryKey() id!: number;
  }
  @Entity({ table: 'artists', database: 'archive' })
  class Archived {
    @PrimaryKey() id!: number;
  }
  expect(createModels([Artist, Past, Archived]).all).toHaveLength(3);
});
