/** A new entity takes the key of one that is deleted while some rows are handed over to it: `onDelete` is carried out for the others. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  PrimaryKey,
  QueryError,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'replaced_regions' })
class Region {
  @PrimaryKey({ type: 'varchar', length: 8, generated: false }) code!: string;
  @Column({ type: 'varchar', length: 8 }) name!: string;
  @HasMany(() => Office, 'region', { orderBy: 'id' }) offices!: Many<Office>;
}
@Entity({ table: 'replaced_offices' })
class Office {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Region, { onDelete: 'cascade' }) region!: Ref<Region, 'code'>;
}
/** Goes with its office, by the database. */
@Entity({ table: 'replaced_desks' })
class Desk {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Office, { onDelete: 'cascade' }) office!: Ref<Office>;
}
@Entity({ table: 'replaced_agents' })
class Agent {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Region, { nullable: true, onDelete: 'set null' }) region!: Ref<Region, 'code'> | null;
}
@Entity({ table: 'replaced_laws' })
class Law {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Region, { onDelete: 'restrict' }) region!: Ref<Region, 'code'>;
}

/** Whose `onDelete` says nothing. */
@Entity({ table: 'replaced_plans' })
class Plan {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Region) region!: Ref<Region, 'code'>;
}

/** A region with two offices, a desk in each, and two agents. */
const inRegion =
  (work: (scene: { orm: Espalier; session: Session; region: Region }) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Region, Office, Desk, Agent, Law, Plan], async (orm) => {
      await orm.transaction((session) => {
        const region = session.create(Region, { code: 'r', name: 'old' });
        for (const id of [1, 2]) {
          session.create(Desk, { id, office: session.create(Office, { id, region }) });
          session.create(Agent, { id, region });
        }
        return Promise.resolve();
      });
      await using session = orm.session();
      await work({ orm, session, region: await session.repository(Region).get('r') });
    });

/** The keys of what is there, and the agents that have a region. */
async function stored(orm: Espalier): Promise<unknown[]> {
  await using session = orm.session();
  const keys = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id);
  const agents = await session.repository(Agent).orderBy('id');
  return [
    (await session.repository(Region).one()).name,
    keys(await session.repository(Office).orderBy('id')),
    keys(await session.repository(Desk).orderBy('id')),
    agents.map(({ region }) => region !== null),
  ];
}

const BEFORE = ['old', [1, 2], [1, 2], [true, true]];
const AFTER = ['new', [1], [1], [true, false]];

const cases: CaseGroup['cases'] = {
  'what was not handed over and is not loaded goes, or refers to nothing': inRegion(
    async ({ orm, session, region }) => {
      const fresh = session.create(Region, { code: 'r', name: 'new' });
      const [office, agent] = [await session.repository(Office).get(1), await session.repository(Agent).get(1)];
      [office.region, agent.region] = [fresh, fresh];
      session.delete(region);
      await session.commit();
      assert.deepEqual(await stored(orm), AFTER);
      const { offices } = await session.load(fresh, 'offices');
      assert.deepEqual([...offices], [office]);
      assert.equal(await session.flush(), 0);
    },
  ),

  'entities that were not handed over say what their rows say, and as before after a rollback': inRegion(
    async ({ orm, session, region }) => {
      await session.load(region, 'offices');
      const [first, second] = await session.repository(Office).orderBy('id');
      const desks = await session.repository(Desk).orderBy('id');
      const agents = await session.repository(Agent).orderBy('id');
      await session.begin();
      const replace = async (): Promise<Region> => {
        const fresh = session.create(Region, { code: 'r', name: 'new' });
        [first!.region, agents[0]!.region] = [fresh, fresh];
        session.delete(region);
        await session.flush();
        assert.deepEqual(
          agents.map((agent) => agent.region),
          [fresh, null],
        );
        for (const gone of [second!, desks[1]!]) assert.throws(() => session.isDirty(gone), QueryError);
        assert.equal(session.isDirty(desks[0]!), false);
        return fresh;
      };
      await replace();
      await session.rollback();
      assert.deepEqual(session.changes(), []);
      assert.deepEqual(
        [first, second, ...agents].map((one) => one!.region),
        [region, region, region, region],
      );
      assert.deepEqual(await stored(orm), BEFORE);
      const fresh = await replace();
      await session.commit();
      assert.deepEqual(await stored(orm), AFTER);
      assert.equal(first!.region, fresh);
    },
  ),

  "what 'restrict' holds is told, and handed over it stays": inRegion(async ({ orm, session, region }) => {
    session.create(Law, { id: 1, region });
    await session.commit();
    session.clear();
    const old = await session.repository(Region).get('r');
    const fresh = session.create(Region, { code: 'r', name: 'new' });
    (await session.repository(Office).get(1)).region = fresh;
    (await session.repository(Agent).get(1)).region = fresh;
    session.delete(old);
    await assert.rejects(session.commit(), (error: unknown) => {
      assert.ok(error instanceof QueryError);
      assert.match(error.message, /Law\.region refers to Region r/);
      return true;
    });
    (await session.repository(Law).get(1)).region = fresh;
    await session.commit();
    assert.deepEqual(await stored(orm), AFTER);
    assert.equal((await session.repository(Law).get(1)).region, fresh);
  }),

  'what says nothing of deletions refers to the new entity': inRegion(async ({ orm, session, region }) => {
    const plan = session.create(Plan, { id: 1, region });
    await session.commit();
    const fresh = session.create(Region, { code: 'r', name: 'new' });
    (await session.repository(Office).get(1)).region = fresh;
    (await session.repository(Agent).get(1)).region = fresh;
    session.delete(region);
    await session.commit();
    assert.deepEqual(await stored(orm), AFTER);
    assert.equal(await session.flush(), 0);
    assert.equal(await session.repository(Plan).filter({ region: fresh }).one(), plan);
    assert.equal(plan.region, fresh);
  }),
};

export const replacedRows: CaseGroup = { name: 'rows that a new entity takes over', cases };
