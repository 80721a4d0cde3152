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
  type Session,
} from '@espalier/core';
import { mysql, type MysqlOptions } from '@espalier/mysql';
import { postgres, type PostgresOptions } from '@espalier/postgres';
import { freshDatabase, testDatabases, type FreshDatabase } from '@espalier/testing';
import { ENGINES } from '../time-limits/engines';
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
    const orm = await connect({ closeTimeout: 1_000 });
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
    await orm.close({ timeout: 500 });
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

  describe('where the caller sets a bound', () => {
    const options = { closeTimeout: 200, pool: { prePing: false } };
    const bounds = { timeout: 100 };

    test('is waited for no longer, whatever it is asked', async () => {
      const orm = await connect(options);
      type Ask = (session: Session) => PromiseLike<unknown>;
      const asks: readonly Ask[] = [
        (session) => session.sql(bounds)`select 1`,
        (session) => session.repository(Parcel).timeout(100),
        (session) => session.repository(Parcel).timeout(100).count(),
        (session) => session.repository(Parcel).timeout(100).find(1),
        (session) => session.repository(Parcel).filter({ id: 1 }).timeout(100).update({ label: 'x' }),
        (session) => session.repository(Parcel).timeout(100).getOrCreate({ label: 'x' }),
        (session) => session.repository(Parcel).timeout(100).create({ label: 'x' }),
        (session) =>
          session
            .repository(Parcel)
            .timeout(100)
            .insertMany([{ label: 'x' }]),
        (session) => session.repository(Parcel).timeout(100).iterate()[Symbol.asyncIterator]().next(),
        (session) => session.repository(Parcel).signal(AbortSignal.timeout(100)).count(),
        (session) => session.begin(bounds).then(() => session.repository(Parcel).count()),
      ];
      await Promise.all(asks.map(() => orm.sql`select 1`));
      network.blackhole();
      const failures = await Promise.all(
        asks.map(async (ask) => {
          const session = orm.session();
          const failure = await failureOf(ask(session));
          await session.close();
          return failure;
        }),
      );
      for (const failure of failures) expect(failure).toBeInstanceOf(QueryTimeoutError);
      network.heal();
      expect(await orm.session().repository(Parcel).count()).toBe(0);
    });

    test('nor in a transaction, of which nothing is written', async () => {
      const orm = await connect(options);
      const work = orm.transaction(async (session) => {
        await session.repository(Parcel).create({ label: 'x' });
        network.blackhole();
        await session.repository(Parcel).count();
      }, bounds);
      expect(await failureOf(work)).toBeInstanceOf(QueryTimeoutError);
      network.heal();
      expect(await orm.session().repository(Parcel).count()).toBe(0);
    });

    test('and the outcome of a write by itself is unknown', async () => {
      const orm = await connect(options);
      await orm.sql`insert into parcels (label) values (${'a'})`;
      network.blackhole('toClient');
      const write = failureOf(orm.sql(bounds)`insert into parcels (label) values (${'b'})`);
      expect(await write).toBeInstanceOf(CommitOutcomeUnknownError);
      await direct.sql`delete from parcels`;
    });

    test('keeps no session from closing within closeTimeout, with iterators or without, and not the whole either', async () => {
      const orm = await connect(options);
      await direct.sql`insert into parcels (label) values ('a'), ('b'), ('c'), ('d')`;
      const [reading, writing, idle] = [orm.session(), orm.session(), orm.session()];
      const rows = reading.repository(Parcel).iterate({ batch: 1 })[Symbol.asyncIterator]();
      await rows.next();
      await writing.begin();
      await writing.repository(Parcel).count();
      await idle.begin();
      await idle.repository(Parcel).count();
      network.blackhole();
      const pending = [rows.next(), writing.repository(Parcel).count()].map(failureOf);
      await Promise.all([reading.close(), writing.rollback()]);
      for (const failure of await Promise.all(pending)) expect(failure ?? 'rows that had come').toBeDefined();
      await orm.close({ timeout: 100 });
      await idle.close();
      await direct.sql`delete from parcels`;
    });
  });

  test('is told from a slow network, on which no statement is meant by the cancelling of another one', async () => {
    const orm = await connect({ statementTimeout: 5_000, pool: { max: 1 } });
    network.delay(20);
    for (let i = 0; i < 10; i++) {
      // Some are aborted on their way, some under way.
      const slow = ENGINES[dialect].slow(orm.sql({ signal: AbortSignal.timeout(i * 10 + 1) }));
      expect(await failureOf(slow)).toBeInstanceOf(QueryTimeoutError);
      expect(await orm.sql`select 1 as one`).toEqual([{ one: 1 }]);
    }
    expect(orm.pool().stats()).toMatchObject({ used: 0 });
  });

  test('leaves the outcome of a write outside of a transaction unknown', async () => {
    const orm = await connect();
    // MySQL prepares a statement first, whose answer has to come.
    await orm.sql`insert into parcels (label) values (${'a'})`;
    network.blackhole('toClient');
    const write = failureOf(orm.sql`insert into parcels (label) values (${'b'})`);
    while ((await direct.session().repository(Parcel).count()) < 2);
    network.reset();
    expect(await write).toBeInstanceOf(CommitOutcomeUnknownError);
    await direct.sql`delete from parcels`;
  });

  test('and where it is cut on its way to the server, though nothing was written', async () => {
    const orm = await connect();
    await orm.sql`insert into parcels (label) values (${'a'})`;
    await direct.sql`delete from parcels`;
    network.cutAt('sent', 'toServer');
    const write = failureOf(orm.sql`insert into parcels (label) values (${'sent'})`);
    expect(await write).toBeInstanceOf(CommitOutcomeUnknownError);
    expect(await direct.session().repository(Parcel).count()).toBe(0);
    expect(await orm.session().repository(Parcel).count()).toBe(0);
  });

  test('in a transaction is a lost connection, after whose rollback the session goes on', async () => {
    const orm = await connect();
    await using session = orm.session();
    const parcel = await session.repository(Parcel).create({ label: 'a' });
    network.cutAt('sent', 'toServer');
    parcel.label = 'sent';
    const failure = await failureOf(session.flush());
    expect(failure).toBeInstanceOf(ConnectionLostError);
    expect(failure).not.toBeInstanceOf(CommitOutcomeUnknownError);
    await session.rollback();
    expect(await session.repository(Parcel).count()).toBe(0);
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
