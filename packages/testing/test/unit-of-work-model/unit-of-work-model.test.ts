/** The unit of work does what a naive oracle says, whatever program runs. */
import { Espalier, type DatabaseConfig } from '@espalier/core';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';
import { freshDatabase, testDatabases, type AvailableDatabase } from '@espalier/testing';
import fc from 'fast-check';
import { programs } from './commands';
import { Author, Book, Employee, Tag } from './entities';
import { Faults, withFaults } from './failing-connections';
import { Oracle } from './oracle';
import { System } from './system';
import { INTERNALS } from '../../../core/src/session';

/**
 * How many programs, and which: the same ones for each change, so that a change is judged by what it does. To look for new faults
 * `MODEL_RUNS` and `MODEL_SEED` in the environment ask for more and for others.
 */
const RUNS = Number(process.env.MODEL_RUNS ?? 0);
const SEED = Number(process.env.MODEL_SEED ?? 23);

interface Target {
  readonly runs: number;
  readonly maxCommands: number;
  /** An empty database. */
  open(): Promise<{ config: DatabaseConfig; drop(): Promise<void> }>;
}

const targets: Record<string, Target> = {
  sqlite: {
    runs: RUNS || 120,
    maxCommands: 40,
    open: () => Promise.resolve({ config: sqlite(':memory:'), drop: () => Promise.resolve() }),
  },
};
const server = testDatabases().find(
  (each): each is AvailableDatabase => each.dialect === 'postgres' && each.url !== undefined,
);
if (server) {
  targets.postgres = {
    runs: Math.ceil(RUNS / 10) || 10,
    maxCommands: 30,
    open: async () => {
      const { url, drop } = await freshDatabase(server);
      return { config: postgres(url), drop };
    },
  };
}

describe.each(Object.entries(targets))('the unit of work on %s', (_, { runs, maxCommands, open }) => {
  let database: Awaited<ReturnType<Target['open']>>;
  let orm: Espalier;
  const faults = new Faults();

  beforeAll(async () => {
    database = await open();
    orm = await Espalier.connect({
      entities: [Author, Book, Tag, Employee],
      databases: { default: withFaults(database.config, faults) },
    });
    await orm.schema.create();
  });

  afterAll(async () => {
    await orm.close();
    await database.drop();
  });

  async function empty(): Promise<void> {
    await orm.sql`delete from book_tags`;
    await orm.sql`delete from books`;
    await orm.sql`delete from authors`;
    await orm.sql`delete from tags`;
    await orm.sql`update employees set manager_id = null`;
    await orm.sql`delete from employees`;
  }

  test('whatever a program does, rows and entities are what the oracle says', async () => {
    const property = fc.asyncProperty(programs(maxCommands), async (commands) => {
      await empty();
      const session = orm.session();
      const { unit } = session[INTERNALS];
      const oracle = new Oracle();
      const system = new System(orm, session, faults);
      try {
        await fc.asyncModelRun(() => ({ model: oracle, real: system }), commands);
        await session.commit();
        oracle.commit();
        await system.check(oracle, { clean: true });
      } finally {
        faults.disarm();
        await session.close();
      }
      expect(unit.database('default').pool.stats().used).toBe(0);
    });
    await fc.assert(property, { numRuns: runs, seed: SEED, endOnFailure: false });
  });
});
