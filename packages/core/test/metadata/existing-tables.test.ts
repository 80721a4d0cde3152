/** What existing tables ask for: two classes on one table, no key, constraints by name, written once. */
import { BelongsTo, Column, Entity, HasMany, PrimaryKey } from '../../src/metadata';
import { complaintsOf, modelOf } from './models-of';

test('two classes share a table that both name, if they say the same of it', () => {
  @Entity({ table: 'users' })
  class User {
    @PrimaryKey() id!: number;
    @Column('text') name!: string;
  }
  @Entity({ table: 'users' })
  class UserName {
    @PrimaryKey() id!: number;
    @Column('text') name!: string;
  }
  @Entity({ table: 'users' })
  class Wrong {
    @PrimaryKey({ type: 'bigint' }) id!: unknown;
    @Column({ type: 'text', nullable: true }) name!: string | null;
  }
  @Entity()
  class Users {
    @PrimaryKey() id!: number;
  }
  expect(modelOf(UserName, User).table.name).toBe('users');
  expect(complaintsOf(User, Wrong)).toEqual([
    "Wrong.id: and User.id are the column 'id' of 'users', but bigint and integer: declare both alike.",
    "Wrong.name: and User.name are the column 'name' of 'users', but nullable and not nullable: declare both alike.",
  ]);
  expect(complaintsOf(User, Users)).toEqual([
    "Users: is mapped on table 'users', which User is mapped on already: give one of them another by @Entity({ table: '…' }), or name this one at both if they are to share it.",
  ]);
});

test('only what is read alone needs no key, and nothing refers to it', () => {
  @Entity({ readOnly: true })
  class Total {
    @Column('integer') sum!: number;
    @HasMany(() => Line, 'total') lines!: unknown;
  }
  @Entity()
  class Line {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Total) total!: unknown;
  }
  @Entity()
  class Keyless {
    @Column('integer') sum!: number;
  }
  expect(complaintsOf(Total, Line, Keyless)).toEqual([
    'Keyless: has no key: write @PrimaryKey() id!: number; or @Entity({ readOnly: true }) for a view or a table that is only read.',
    'Line.total: relates to Total, which has no key to refer to: declare one there by @PrimaryKey, or leave the relation out.',
    'Total.lines: is referred to by the key of Total, which has none: declare one by @PrimaryKey, or leave the relation out.',
  ]);
});

test('options of constraints that contradict are told', () => {
  @Entity()
  class Artist {
    @PrimaryKey({ constraint: 'pk_artist' }) id!: number;
  }
  @Entity()
  class Album {
    @PrimaryKey({ constraint: 'a', type: 'integer' }) id!: number;
    @PrimaryKey({ constraint: 'b', type: 'integer' }) part!: number;
    @BelongsTo(() => Artist, { constraint: false, onDelete: 'cascade', deferrable: true }) artist!: unknown;
    @Column({ type: 'integer', updatable: false, onUpdate: () => 1 }) count!: number;
  }
  expect(modelOf(Artist).keyConstraint).toBe('pk_artist');
  expect(complaintsOf(Album, Artist)).toEqual([
    'Album.count: has updatable: false and an onUpdate, which changes it: leave one of them out.',
    "Album.part: names the constraint of the key 'b', and another one 'a': name it once.",
    'Album.artist: has constraint: false and onDelete, deferrable, which only a constraint does: leave one of them out.',
  ]);
});
