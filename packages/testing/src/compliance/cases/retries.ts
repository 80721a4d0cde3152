/** What `orm.transaction` runs again. For targets that have isolation levels and several connections. */
import assert from 'node:assert/strict';
import { Column, Entity, PrimaryKey, StaleDataError, Version, type Espalier, type Session } from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Meter {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer' }) reading!: number;
  @Version() version!: number;
}

const entities = [Meter];

async function setUp(orm: Espalier): Promise<void> {
  await orm.transaction(async (session) => {
    session.create(Meter, { id: 1, reading: 0 });
  });
}

const read = (orm: Espalier): Promise<number> =>
  orm
    .session()
    .repository(Meter)
    .get(1)
    .then(({ reading }) => reading);

/** Runs `work` on a meter that another session has changed since it was read, at its first try only. @returns the number of tries */
async function overtaken(
  orm: Espalier,
  work: (session: Session, meter: Meter) => Promise<unknown>,
  options: { retries: number; retryStale?: boolean; isolation?: 'repeatable read' },
): Promise<number> {
  let tries = 0;
  await orm.transaction(async (session) => {
    tries += 1;
    const meter = await session.repository(Meter).get(1);
    if (tries === 1) {
      await orm.transaction(async (other) => {
        (await other.repository(Meter).get(1)).reading += 10;
      });
    }
    meter.reading += 1;
    await work(session, meter);
  }, options);
  return tries;
}

export const retries: CaseGroup = {
  name: 'retries',
  cases: {
    'a row that others have changed is read again where that is asked for, and else is an error': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await setUp(orm);
        const flush = (session: Session): Promise<number> => session.flush();
        await assert.rejects(overtaken(orm, flush, { retries: 3 }), StaleDataError);
        assert.equal(await overtaken(orm, flush, { retries: 3, retryStale: true }), 2);
        assert.equal(await read(orm), 21);
      }),

    'callers who count by a version all count': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await setUp(orm);
        const count = (): Promise<void> =>
          orm.transaction(
            async (session) => {
              (await session.repository(Meter).get(1)).reading += 1;
            },
            { retries: 100, retryStale: true },
          );
        await Promise.all(Array.from({ length: 6 }, count));
        assert.equal(await read(orm), 6);
      }),

    'a failure is seen through the call that comes after it': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await setUp(orm);
        const ways: ((session: Session) => Promise<unknown>)[] = [
          // The commit says that the transaction has failed.
          (session) => session.flush().catch(() => undefined),
          (session) => Promise.allSettled([session.flush(), session.repository(Meter).count()]),
          // What is thrown is the failure of the count.
          async (session) => {
            try {
              await session.flush();
            } finally {
              await session.repository(Meter).count();
            }
          },
          (session) => session.transaction(() => session.flush()),
          (session) =>
            session.flush().catch((cause: unknown) => Promise.reject(new Error('of the program', { cause }))),
        ];
        for (const [i, way] of ways.entries()) {
          const tries = await overtaken(orm, way, { retries: 3, retryStale: true, isolation: 'repeatable read' });
          assert.equal(tries, 2);
          assert.equal(await read(orm), (i + 1) * 11);
        }
      }),
  },
};
