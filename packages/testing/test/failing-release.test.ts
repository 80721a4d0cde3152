/** A savepoint that cannot be released: what it held is undone in memory as in the database. */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  failsafeAdd,
  PrimaryKey,
  QueryError,
  type DatabaseConfig,
  type Defaulted,
  type Ref,
} from '@espalier/core';
import type { Driver } from '@espalier/core/driver';
import { sqlite } from '@espalier/sqlite';

@Entity()
class Group {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ length: 20 }) name!: string;
}
@Entity()
class Badge {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ length: 20, unique: true }) code!: string;
  @Column({ type: 'integer', default: () => 7 }) level!: Defaulted<number>;
  @BelongsTo(() => Group) group!: Ref<Group>;
}

/** The next savepoint is not released. */
let failsNext = false;

/** The same database, whose savepoints are not always released. */
function failingToRelease(config: DatabaseConfig<Driver>): DatabaseConfig {
  return {
    ...config,
    async open() {
      const driver = await config.open();
      const connect = driver.connect.bind(driver);
      driver.connect = async () => {
        const connection = await connect();
        const release = connection.release.bind(connection);
        connection.release = async (name) => {
          if (!failsNext) return release(name);
          failsNext = false;
          throw new QueryError('not released');
        };
        return connection;
      };
      return driver;
    },
  };
}

test('of a failsafeAdd neither the row nor the entity is left, and what was pending is written later', async () => {
  await using orm = await Espalier.connect({
    entities: [Group, Badge],
    databases: { default: failingToRelease(sqlite(':memory:')) },
  });
  await orm.schema.create();
  await using session = orm.session();
  const pending = session.create(Group, { name: 'pending' });
  const badge = Object.assign(new Badge(), { code: 'a', group: pending });
  failsNext = true;
  await expect(failsafeAdd(session, badge, { code: 'a' })).rejects.toThrow('not released');
  expect([badge.id, badge.level, pending.id]).toEqual([undefined, undefined, undefined]);
  expect(session.changes().map(({ kind, entity }) => [kind, entity])).toEqual([['insert', pending]]);
  expect(await session.repository(Badge).count()).toBe(0);
  expect(await failsafeAdd(session, badge, { code: 'a' })).toBe(badge);
  await session.commit();
  expect(await session.repository(Group).count()).toBe(1);
  expect(await session.repository(Badge).count()).toBe(1);
});

test('of a block neither the rows nor the entities are left', async () => {
  await using orm = await Espalier.connect({
    entities: [Group, Badge],
    databases: { default: failingToRelease(sqlite(':memory:')) },
  });
  await orm.schema.create();
  await using session = orm.session();
  let group: Group | undefined;
  failsNext = true;
  await expect(
    session.transaction(async () => {
      group = session.create(Group, { name: 'inside' });
      await session.flush();
    }),
  ).rejects.toThrow('not released');
  expect(group?.id).toBeUndefined();
  expect(session.changes()).toEqual([]);
  await session.commit();
  expect(await session.repository(Group).count()).toBe(0);
});
