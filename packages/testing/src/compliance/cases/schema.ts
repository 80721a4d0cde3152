/** Tables that are made from entities do what the annotations say. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Check,
  CheckViolationError,
  Column,
  Entity,
  Espalier,
  ForeignKeyViolationError,
  HasMany,
  Index,
  ManyToMany,
  MetadataError,
  PrimaryKey,
  QueryError,
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

@Entity({ table: 'indexed_rows' })
@Index('size', { name: 'some_sizes', where: 'size > 0' })
class PartlyIndexed {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) size!: number;
}

@Entity({ table: 'indexed_rows' })
@Index({ name: 'lower_names', expression: 'lower(name)' })
class IndexedByExpression {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}

@Entity({ table: 'indexed_rows' })
@Index('size', { name: 'hashed_sizes', using: 'hash' })
class IndexedByHash {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) size!: number;
}

const INDEXED = [
  [PartlyIndexed, 'some_sizes', /where size > 0$/],
  [IndexedByExpression, 'lower_names', /lower\(name\)/],
  [IndexedByHash, 'hashed_sizes', /using .?hash/],
] as const;

@Entity()
class Tagged {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'array', of: 'text' }) tags!: string[];
  @Column({ type: 'integer', length: 5 }) length!: number;
}

@Entity({ database: 'nowhere' })
class Lost {
  @PrimaryKey({ type: 'integer' }) id!: number;
}

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

    'an index has all that was said of it, or is an error before anything is sent': async (context) => {
      for (const [entity, index, said] of INDEXED) {
        const orm = await Espalier.connect({ entities: [entity], databases: { default: context.config() } });
        try {
          await orm.schema.drop();
          const made = orm.schema.sql().find((text) => text.startsWith('create') && text.includes(index));
          assert.match(made!, said);
          await orm.schema.create();
        } catch (error) {
          assert.ok(error instanceof MetadataError, String(error));
          assert.equal(error.entity, entity.name);
          assert.ok(error.message.includes(`index ${index}: `));
          await assert.rejects(orm.sql`select 1 from indexed_rows`, QueryError);
        } finally {
          await orm.schema.drop();
          await orm.close();
        }
      }
    },

    'arrays are a mistake where the engine has none, told with all others': async ({ config, requirements }) => {
      const failure: unknown = await Espalier.connect({
        entities: [Tagged, Lost],
        databases: { default: config() },
      }).catch((error: unknown) => error);
      assert.ok(failure instanceof MetadataError);
      const found = failure.problems.map(({ message }) => message);
      const array = found.find((message) => message.startsWith('Tagged.tags: '));
      if (requirements.arrays) assert.equal(array, undefined);
      else assert.match(array!, /no array columns: declare it with the type 'json'/);
      assert.ok(found.some((message) => /^Tagged.length: .*'length'/.test(message)));
      assert.ok(found.some((message) => message.startsWith("Lost: lives in database 'nowhere'")));
    },

    'a database that was not connected is refused by name': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const refusal = (error: unknown): boolean =>
          error instanceof QueryError && error.message.includes("no database 'nah'");
        await assert.rejects(orm.schema.create({ database: 'nah' }), refusal);
        await assert.rejects(orm.schema.drop({ database: 'nah' }), refusal);
        assert.throws(() => orm.schema.sql({ database: 'nah' }), refusal);
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
