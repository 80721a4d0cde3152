/** Tables that are made from entities do what the annotations say. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Check,
  CheckViolationError,
  Column,
  Entity,
  ForeignKeyViolationError,
  HasMany,
  Index,
  ManyToMany,
  PrimaryKey,
  Unique,
  UniqueViolationError,
  type Defaulted,
  type Many,
  type Ref,
} from '@espalier/core';
import { library } from '../fixtures';
import type { CaseGroup } from '../suite';

@Entity({ table: 'select' })
@Index(['order', 'team'])
@Unique(['order', 'size'])
@Check('size >= 0')
export class Group {
  @PrimaryKey({ type: 'uuid' }) id!: Defaulted<string>;
  @Column({ type: 'varchar', length: 20 }) order!: string;
  @Column({ type: 'integer', databaseDefault: 7 }) size!: Defaulted<number>;
  @Column({ type: 'text', nullable: true, default: () => 'made at flush' }) note!: Defaulted<string> | null;
  @Column({ type: 'timestamptz', databaseDefault: { sql: 'current_timestamp' } }) since!: Defaulted<Date>;
  @BelongsTo(() => Team, { nullable: true, onDelete: 'set null' }) team!: Ref<Team> | null;
}

@Entity()
export class Team {
  @PrimaryKey({ type: 'varchar', length: 10, name: 'code' }) id!: Defaulted<string>;
  @BelongsTo(() => Group, { nullable: true, onDelete: 'cascade' }) favourite!: Ref<Group> | null;
  @HasMany(() => Group, 'team') groups!: Many<Group>;
  @ManyToMany(() => Team) rivals!: Many<Team>;
}

/** A key that lies in a relation, and one that is a bigint. */
@Entity()
export class Badge {
  @PrimaryKey() @BelongsTo(() => Team) team!: Ref<Team>;
  @PrimaryKey({ type: 'bigint' }) serial!: Defaulted<bigint>;
  @Column({ type: 'text' }) text!: string;
}

const club = [Group, Team, Badge];

export const schema: CaseGroup = {
  name: 'schema',
  cases: {
    'tables with cycles, reserved names and every kind of key are made, used, dropped, and dropped again': ({
      withOrm,
    }) =>
      withOrm(club, async (orm) => {
        await using session = orm.session();
        const team = session.create(Team, { id: 'red' });
        const group = session.create(Group, { order: 'first', team });
        await session.flush();
        team.favourite = group;
        team.rivals.add(session.create(Team, { id: 'blue' }));
        session.create(Badge, { team, serial: 9_007_199_254_740_993n, text: 'gold' });
        await session.commit();
        await using other = orm.session();
        const read = await other.repository(Team).include('favourite', 'rivals', 'groups').get('red');
        assert.equal(read.favourite!.order, 'first');
        assert.equal(read.favourite, read.groups.at(0));
        assert.deepEqual(
          read.rivals.map(({ id }) => id),
          ['blue'],
        );
        const badge = await other.repository(Badge).one();
        assert.equal(badge.serial, 9_007_199_254_740_993n);
        assert.equal(badge.team, read);
        await orm.schema.drop();
        await orm.schema.drop();
        await orm.schema.create();
      }),

    'defaults of the database and of flush come back with the insert': ({ withOrm }) =>
      withOrm(club, async (orm) => {
        await using session = orm.session();
        const group = session.create(Group, { order: 'x' });
        await session.commit();
        assert.equal(group.size, 7);
        assert.equal(group.note, 'made at flush');
        assert.ok(group.since instanceof Date);
        assert.match(group.id, /^[0-9a-f-]{36}$/);
        assert.deepEqual(session.changes(), []);
      }),

    'constraints hold, with typed errors that name table and columns': ({ withOrm }) =>
      withOrm(club, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Group, { order: 'x', size: 1 });
        });
        await using session = orm.session();
        session.create(Group, { order: 'x', size: 1 });
        await assert.rejects(session.flush(), (error: unknown) => {
          assert.ok(error instanceof UniqueViolationError);
          assert.equal(error.table, 'select');
          assert.notEqual(error.cause, undefined);
          return true;
        });
        session.clear();
        session.create(Group, { order: 'y', size: -1 });
        await assert.rejects(session.flush(), CheckViolationError);
        session.clear();
        session.create(Group, { order: 'z', team: { id: 'none' } as Team });
        await assert.rejects(session.flush(), ForeignKeyViolationError);
      }),

    'onDelete is carried out by the database': ({ withOrm }) =>
      withOrm(club, async (orm) => {
        await orm.transaction(async (session) => {
          const team = session.create(Team, { id: 'red' });
          session.create(Group, { order: 'x', team });
        });
        await orm.transaction(async (session) => {
          session.delete(await session.repository(Team).get('red'));
        });
        await using session = orm.session();
        assert.equal((await session.repository(Group).one()).team, null);
      }),

    'schema.sql tells what create would send, and sends nothing': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        statements.clear();
        const texts = orm.schema.sql();
        assert.ok(texts.some((text) => /create table .?albums_genres/.test(text)));
        assert.equal(statements.count, 0);
        const artists = texts.findIndex((text) => /create table .?artists/.test(text));
        const albums = texts.findIndex((text) => /create table .?albums\b/.test(text));
        assert.ok(artists < albums);
        await Promise.resolve();
      }),
  },
};
