/** The unit of work does what a naive oracle says, whatever program runs. */
import { Espalier } from '@espalier/core';
import fc from 'fast-check';
import { programs } from './commands';
import { Author, Book, Employee, Tag } from './entities';
import { Faults, withFaults } from './failing-connections';
import { Oracle } from './oracle';
import { askedRuns, seeds } from './seeds';
import { System } from './system';
import { targets, type OpenTarget } from './targets';

describe.each(targets)('the unit of work on $dialect', ({ isServer, open }) => {
  let database: OpenTarget;
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

  test.each(seeds)(
    'whatever a program does, rows and entities are what the oracle says, seed $seed ($origin)',
    async ({ seed }) => {
      const property = fc.asyncProperty(programs(isServer ? 30 : 40), async (commands) => {
        await empty();
        const session = orm.session();
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
        expect(orm.pool().stats().used).toBe(0);
      });
      await fc.assert(property, { numRuns: askedRuns || (isServer ? 8 : 80), seed, endOnFailure: false });
    },
    900_000,
  );
});
