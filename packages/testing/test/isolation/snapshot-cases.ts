/** What holds where the server refuses to change a row that others have changed since the snapshot. */
import assert from 'node:assert/strict';
import { SerializationError, TransactionError, type Espalier, type Session } from '@espalier/core';
import type { CaseGroup } from '@espalier/testing';
import { Cell } from './entities';

async function reset(orm: Espalier): Promise<void> {
  await orm.transaction(async (session) => {
    session.create(Cell, { id: 1, value: 10 });
  });
}

const setApart = (orm: Espalier, value: number): Promise<unknown> =>
  orm.transaction((other) => other.repository(Cell).filter({ id: 1 }).update({ value }));

const valueOf = async (orm: Espalier): Promise<number> => (await orm.session().repository(Cell).get(1)).value;

/** Reads the cell, lets another session change it, and changes it too. */
async function collide(session: Session, orm: Espalier): Promise<void> {
  const cell = await session.repository(Cell).get(1);
  await setApart(orm, 20);
  cell.value += 1;
  await session.flush();
}

export const refusedByOthers: CaseGroup = {
  name: 'changes that others have overtaken',
  cases: {
    'are a SerializationError, after which the session goes on once it is rolled back': ({ withOrm }) =>
      withOrm([Cell], async (orm) => {
        await reset(orm);
        await using session = orm.session();
        await session.begin();
        await assert.rejects(collide(session, orm), SerializationError);
        await assert.rejects(session.repository(Cell).count(), TransactionError);
        await assert.rejects(session.commit(), TransactionError);
        await session.rollback();
        assert.equal(await session.repository(Cell).count(), 1);
        assert.equal(await valueOf(orm), 20);
      }),

    'are made again by retries': ({ withOrm }) =>
      withOrm([Cell], async (orm) => {
        await reset(orm);
        let attempts = 0;
        await orm.transaction(
          async (session) => {
            attempts += 1;
            if (attempts === 1) await collide(session, orm);
            else (await session.repository(Cell).get(1)).value += 1;
          },
          { retries: 1 },
        );
        assert.deepEqual([attempts, await valueOf(orm)], [2, 21]);
      }),

    'are all counted in the end, however many race': ({ withOrm }) =>
      withOrm([Cell], async (orm) => {
        await reset(orm);
        const increment = () =>
          orm.transaction(
            async (session) => {
              (await session.repository(Cell).get(1)).value += 1;
            },
            { retries: 100 },
          );
        await Promise.all(Array.from({ length: 6 }, increment));
        assert.equal(await valueOf(orm), 16);
      }),
  },
};

/** Where the server ends the whole transaction by that, its savepoints too. */
export const endedByOthers: CaseGroup = {
  name: 'changes that end the transaction',
  cases: {
    'leave it dead, and it says so': ({ withOrm }) =>
      withOrm([Cell], async (orm) => {
        await reset(orm);
        await using session = orm.session();
        await session.begin();
        await assert.rejects(
          session.transaction(() => collide(session, orm)),
          SerializationError,
        );
        await assert.rejects(session.repository(Cell).count(), /is dead since "Record has changed since last read/);
        await session.rollback();
      }),

    'and are made again by retries, though a block was to catch them': ({ withOrm }) =>
      withOrm([Cell], async (orm) => {
        await reset(orm);
        let attempts = 0;
        await orm.transaction(
          async (session) => {
            attempts += 1;
            session.create(Cell, { id: 2, value: 1 });
            await session.flush();
            if (attempts === 1) await session.transaction(() => collide(session, orm)).catch(() => undefined);
          },
          { retries: 1 },
        );
        assert.equal(attempts, 2);
        assert.equal(await orm.session().repository(Cell).count(), 2);
      }),
  },
};
