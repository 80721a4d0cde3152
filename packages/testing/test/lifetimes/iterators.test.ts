/** An iterator that is not read to its end holds a connection: until it is left, its session closes, or the program has forgotten it. */
import {
  Column,
  Entity,
  Espalier,
  PoolTimeoutError,
  PrimaryKey,
  TransactionError,
  type DatabaseConfig,
} from '@espalier/core';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';
import { freshDatabase, testDatabases, type AvailableDatabase, type FreshDatabase } from '@espalier/testing';
import { collectGarbage, isCollected } from './garbage';

@Entity()
class Leaf {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) size!: number;
}

const POOL = { max: 2, acquireTimeout: 200 };
const CONFIGS: Record<string, (url: string) => DatabaseConfig> = {
  sqlite: (url) => sqlite(url, { pool: POOL }),
  postgres: (url) => postgres(url, { pool: POOL }),
  mariadb: (url) => mysql(url, { pool: POOL }),
  mysql: (url) => mysql(url, { pool: POOL }),
};

const databases = testDatabases().filter((each): each is AvailableDatabase => each.url !== undefined);

describe.each(databases)('an iterator on $dialect', (available) => {
  let fresh: FreshDatabase;
  let orm: Espalier;

  beforeAll(async () => {
    fresh = await freshDatabase(available);
    orm = await Espalier.connect({ entities: [Leaf], databases: { default: CONFIGS[available.dialect]!(fresh.url) } });
    await orm.schema.create();
    await orm.transaction((session) =>
      session.repository(Leaf).insertMany(Array.from({ length: 50 }, (_, size) => ({ size }))),
    );
  });

  afterAll(async () => {
    await orm.close();
    await fresh.drop();
  });

  const used = (): number => orm.pool().stats().used;
  const leaves = (session = orm.session()) => session.repository(Leaf).iterate({ batch: 2 })[Symbol.asyncIterator]();

  test('gives its connection back when it is left', async () => {
    for await (const leaf of orm.session().repository(Leaf).iterate({ batch: 2 })) if (leaf.size > 4) break;
    const failing = async (): Promise<void> => {
      for await (const leaf of orm.session().repository(Leaf).iterate({ batch: 2 })) throw new Error(String(leaf.size));
    };
    await expect(failing()).rejects.toThrow('0');
    expect(used()).toBe(0);
  });

  test('and when its session closes, after which it is no shorter list but an error', async () => {
    const session = orm.session();
    const iterator = leaves(session);
    const other = leaves(session);
    await iterator.next();
    await other.next();
    expect(used()).toBe(2);
    await session.close();
    expect(used()).toBe(0);
    await expect(iterator.next()).rejects.toThrow(TransactionError);
    await expect(other.next()).rejects.toThrow('iterate is not possible: this session is closed');
  });

  test('and when its session closes while it waits for a row', async () => {
    const session = orm.session();
    const iterator = leaves(session);
    const first = iterator.next();
    await session.close();
    expect((await first).done).toBe(false);
    await expect(iterator.next()).rejects.toThrow(TransactionError);
    expect(used()).toBe(0);
  });

  test('and when the program has forgotten it', async () => {
    async function begin(): Promise<WeakRef<object>> {
      const iterator = leaves();
      await iterator.next();
      return new WeakRef(iterator);
    }
    expect(await isCollected(await begin())).toBe(true);
    // The registry is told of it later.
    for (let i = 0; i < 200 && used() > 0; i++) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    expect(used()).toBe(0);
    expect(await orm.session().repository(Leaf).count()).toBe(50);
  });

  test('is kept by who goes on with it', async () => {
    const iterator = leaves();
    await iterator.next();
    for (let i = 0; i < 5; i++) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    expect(used()).toBe(1);
    expect((await iterator.next()).value).toMatchObject({ size: 1 });
    await iterator.return!();
    expect(used()).toBe(0);
  });

  test('is named by a pool that has no connection left, as a transaction is', async () => {
    const failureOf = (work: PromiseLike<unknown>): Promise<unknown> =>
      Promise.resolve(work).then(
        () => undefined,
        (error: unknown) => error,
      );
    await using session = orm.session();
    await leaves(session).next();
    await leaves(session).next();
    const failure = await failureOf(orm.sql`select 1`);
    expect(failure).toBeInstanceOf(PoolTimeoutError);
    expect((failure as Error).message).toContain('by an iterator that has not ended');
    await session.close();
    const sessions = [orm.session(), orm.session()];
    for (const each of sessions) await each.begin({ readOnly: true });
    expect(((await failureOf(orm.sql`select 1`)) as Error).message).toContain('by a transaction that has not ended');
    for (const each of sessions) await each.close();
  });
});
