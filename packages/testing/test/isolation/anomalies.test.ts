/** An anomaly happens through sessions exactly where it happens on the bare driver: at no level do they hide one, or add one. */
import { Espalier } from '@espalier/core';
import { connectToMysql, connectToPostgres, type BareClient } from '../../src/servers/bare-client';
import { freshDatabase, testDatabases, type AvailableDatabase } from '@espalier/testing';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { bareActor, sessionActor, type Actor } from './actors';
import { Cell, LEVELS } from './entities';
import { play } from './play';
import { scenarios, type Scenario } from './scenarios';

const servers = testDatabases().filter(
  (each): each is AvailableDatabase => each.url !== undefined && ['postgres', 'mariadb'].includes(each.dialect),
);
const CONNECT = { postgres: connectToPostgres, mariadb: connectToMysql } as Record<string, typeof connectToPostgres>;

describe.each(servers)('anomalies on $dialect', (server) => {
  const { dialect } = server;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let orm: Espalier;
  let observer: BareClient;

  beforeAll(async () => {
    database = await freshDatabase(server);
    const config = dialect === 'postgres' ? postgres(database.url) : mysql(database.url);
    orm = await Espalier.connect({ entities: [Cell], databases: { default: config } });
    await orm.schema.create();
    observer = await CONNECT[dialect]!(database.url);
  });

  afterAll(async () => {
    await observer.end();
    await orm.close();
    await database.drop();
  });

  const bare = async (): Promise<Actor> => bareActor(await CONNECT[dialect]!(database.url), dialect);

  async function happens(
    scenario: Scenario,
    level: (typeof LEVELS)[number],
    make: () => Promise<Actor>,
  ): Promise<boolean> {
    await observer.query('delete from cells');
    await observer.query('insert into cells (id, value) values (1, 10), (2, 20)');
    const count = Math.max(...scenario.schedule.map(([transaction]) => transaction));
    const actors: Actor[] = [];
    for (let i = 0; i < count; i++) actors.push(await make());
    const outcome = await play({ actors, level, schedule: scenario.schedule }, { observer, dialect });
    return scenario.happened(outcome);
  }

  describe.each(scenarios)('$name', (scenario) => {
    test.each(LEVELS)('at %s', async (level) => {
      const expected = await happens(scenario, level, bare);
      for (const style of ['entities', 'querysets'] as const) {
        const found = await happens(scenario, level, () => Promise.resolve(sessionActor(orm, style)));
        expect({ style, happens: found }).toEqual({ style, happens: expected });
      }
    });
  });

  test('read committed keeps from aborted reads, serializable from all', async () => {
    const [aborted] = scenarios.filter(({ name }) => name.startsWith('aborted'));
    expect(await happens(aborted!, 'read committed', bare)).toBe(false);
    for (const scenario of scenarios) expect(await happens(scenario, 'serializable', bare)).toBe(false);
  });
});
