/** Servers that do not answer, answers that are lost: everything settles, and says what is known. */
import {
  Column,
  CommitOutcomeUnknownError,
  ConnectionLostError,
  Entity,
  Espalier,
  EspalierError,
  PoolTimeoutError,
  PrimaryKey,
  QueryTimeoutError,
} from '@espalier/core';
import { mysql, type MysqlOptions } from '@espalier/mysql';
import { postgres, type PostgresOptions } from '@espalier/postgres';
import { freshDatabase, testDatabases, type FreshDatabase } from '@espalier/testing';
import { FaultyNetwork } from './faulty-network';

@Entity()
class Parcel {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) label!: string;
}

jest.setTimeout(30_000);

type Options = Omit<PostgresOptions & MysqlOptions, 'primary'>;

const SERVERS = {
  postgres: { port: 5_432, config: (url: string, options?: Options) => postgres(url, options) },
  mariadb: { port: 3_306, config: (url: string, options?: Options) => mysql(url, options) },
  mysql: { port: 3_306, config: (url: string, options?: Options) => mysql(url, options) },
} as const;

describe.each(['postgres', 'mariadb', 'mysql'] as const)('%s, not answering', (dialect) => {
  const available = testDatabases().find((database) => database.dialect === dialect);
  const test = available?.url === undefined ? it.skip : it;
  const { port, config } = SERVERS[dialect];
  let fresh: FreshDatabase;
  let network: FaultyNetwork;
  let direct: Espalier;
  const opened: Espalier[] = [];

  beforeAll(async () => {
    if (available?.url === undefined) return;
    fresh = await freshDatabase(available);
    direct = await Espalier.connect({ entities: [Parcel], databases: { default: config(fresh.url) } });
    await direct.schema.create();
  });

  beforeEach(async () => {
    if (available?.url !== undefined) network = await FaultyNetwork.before(fresh.url, port);
  });

  afterEach(async () => {
    if (available?.url === undefined) return;
    network.reset();
    for (const orm of opened.splice(0)) await orm.close();
    await network[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    if (available?.url === undefined) return;
    await direct.close();
    await fresh.drop();
  });

  async function connect(options: Options = {}): Promise<Espalier> {
    const orm = await Espalier.connect({
      entities: [Parcel],
      databases: { default: config(network.url, options) },
    });
    opened.push(orm);
    return orm;
  }

  const failureOf = (work: PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve(work).then(
      () => undefined,
      (error: unknown) => error,
    );

  test('is a ConnectionLostError after connectTimeout', async () => {
    network.blackhole();
    const failure = await failureOf(connect({ connectTimeout: 300 }));
    expect(failure).toBeInstanceOf(ConnectionLostError);
    expect((failure as Error).message).toContain('connectTimeout of 300 ms');
  });

  test('is a QueryTimeoutError after statementTimeout, of a stream too, and the pool goes on', async () => {
    const orm = await connect({ statementTimeout: 200, pool: { prePing: false } });
    await using session = orm.session();
    const parcels = session.repository(Parcel);
    const start = parcels.iterate({ batch: 10 })[Symbol.asyncIterator]();
    for (const statement of [() => parcels.count(), () => start.next()]) {
      await orm.sql`select 1`;
      network.blackhole('toClient');
      expect(await failureOf(statement())).toBeInstanceOf(QueryTimeoutError);
      network.heal();
    }
    expect(await parcels.count()).toBe(0);
  });

  test('is told from a server that ends a slow statement itself, whose connection stays', async () => {
    const orm = await connect({ statementTimeout: 200, pool: { max: 1 } });
    const slow = orm.sql`select count(*) from information_schema.columns a, information_schema.columns b,
      information_schema.columns c, information_schema.columns d`;
    expect(await failureOf(slow)).toBeInstanceOf(QueryTimeoutError);
    expect(orm.pool().stats()).toMatchObject({ used: 0, free: 1 });
  });

  test('keeps neither rollback nor close from ending, and fails what was under way', async () => {
    const orm = await connect();
    const endings = ['rollback', 'close'] as const;
    const work = endings.map(async (ending) => {
      const session = orm.session();
      await session.begin();
      await session.repository(Parcel).count();
      session.create(Parcel, { label: ending });
      return { session, ending };
    });
    const begun = await Promise.all(work);
    network.blackhole();
    const failures = await Promise.all(
      begun.map(async ({ session, ending }) => {
        const flush = failureOf(session.flush());
        await session[ending]();
        return flush;
      }),
    );
    for (const failure of failures) expect(failure).toBeInstanceOf(EspalierError);
    expect(await direct.session().repository(Parcel).count()).toBe(0);
  });

  test('keeps orm.close() from ending as little, and no statement stays pending behind it', async () => {
    const orm = await connect();
    const session = orm.session();
    network.blackhole();
    const read = failureOf(session.repository(Parcel).count());
    await orm.close();
    expect(await read).toBeInstanceOf(ConnectionLostError);
  });

  test('is what an exhausted pool of idle connections says', async () => {
    const orm = await connect({ pool: { max: 3, acquireTimeout: 500 } });
    await Promise.all([1, 2, 3].map(() => orm.sql`select 1`));
    // The one that was given back last is lent again at once, until the event loop has gone round.
    await new Promise(setImmediate);
    network.blackhole();
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 60_000);
    const failure = await failureOf(orm.sql`select 1`);
    clock.mockRestore();
    expect(failure).toBeInstanceOf(PoolTimeoutError);
    expect((failure as Error).message).toMatch(/0 of 3 in use.*The server does not answer/s);
    expect((failure as Error).message).not.toContain('raise pool.max');
  });

  test('leaves the outcome of a write outside of a transaction unknown', async () => {
    const orm = await connect();
    network.cutAt(dialect === 'postgres' ? 'INSERT 0 3' : '\x01\x00\x03', 'toClient');
    const write = failureOf(orm.sql`insert into parcels (label) values ('a'), ('b'), ('c')`);
    expect(await write).toBeInstanceOf(CommitOutcomeUnknownError);
    expect(await direct.session().repository(Parcel).count()).toBe(3);
    await direct.sql`delete from parcels`;
  });

  test('leaves a read that was cut a ConnectionLostError, for nothing can have been written', async () => {
    const orm = await connect();
    network.blackhole('toClient');
    const read = failureOf(orm.sql`select 1`);
    const seen = network.received;
    while (network.received === seen) await new Promise(setImmediate);
    network.reset();
    const failure = await read;
    expect(failure).toBeInstanceOf(ConnectionLostError);
    expect(failure).not.toBeInstanceOf(CommitOutcomeUnknownError);
  });
});
