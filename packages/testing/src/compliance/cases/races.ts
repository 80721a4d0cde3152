/** Callers who race for one row: none fails where its transaction has done nothing else. For targets that have several connections. */
import assert from 'node:assert/strict';
import {
  Column,
  Entity,
  failsafeAdd,
  PrimaryKey,
  Unique,
  UniqueViolationError,
  Version,
  type Espalier,
  type Session,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

/** A row that is known by one column. */
@Entity()
class Stock {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) code!: string;
  @Column({ type: 'varchar', length: 40, unique: true, nullable: true }) label!: string | null;
  @Column({ type: 'integer' }) quantity!: number;
}

/** By two columns. */
@Entity()
@Unique(['row', 'place'])
class Shelf {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) row!: number;
  @Column({ type: 'integer' }) place!: number;
  @Column({ type: 'integer' }) quantity!: number;
}

/** By its key. */
@Entity()
class Field {
  @PrimaryKey({ type: 'integer', generated: false }) row!: number;
  @PrimaryKey({ type: 'integer', generated: false }) place!: number;
  @Column({ type: 'integer' }) quantity!: number;
}

/** Whose changes are counted. */
@Entity()
class Ledger {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) code!: string;
  @Column({ type: 'integer' }) quantity!: number;
  @Version() version!: number;
}

const entities = [Stock, Shelf, Field, Ledger];
const CALLERS = 8;
const ROUNDS = 2;

/** The calls that may lose a race, on rows of each kind. */
const CALLS: readonly ((session: Session, round: number, quantity: number) => Promise<unknown>)[] = [
  (session, round, quantity) => session.repository(Stock).updateOrCreate({ code: `a${String(round)}` }, { quantity }),
  (session, row, quantity) => session.repository(Shelf).updateOrCreate({ row, place: 1 }, { quantity }),
  (session, row, quantity) => session.repository(Field).updateOrCreate({ row, place: 1 }, { quantity }),
  (session, round, quantity) => session.repository(Ledger).updateOrCreate({ code: `a${String(round)}` }, { quantity }),
  (session, round, quantity) => session.repository(Stock).getOrCreate({ code: `b${String(round)}` }, { quantity }),
  (session, row, quantity) => session.repository(Shelf).getOrCreate({ row, place: 2 }, { quantity }),
  (session, row, quantity) => session.repository(Field).getOrCreate({ row, place: 2 }, { quantity }),
  (session, round, quantity) => addStock(session, `c${String(round)}`, quantity),
];

function addStock(session: Session, code: string, quantity: number): Promise<Stock> {
  return failsafeAdd(session, Object.assign(new Stock(), { code, quantity }), { code });
}

async function race(work: (round: number, caller: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++)
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(round, caller)));
}

async function countRows(orm: Espalier): Promise<number> {
  const counts = entities.map((entity) => orm.session().repository<Stock | Shelf | Field | Ledger>(entity).count());
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

export const races: CaseGroup = {
  name: 'races',
  cases: {
    'callers who make or change one row all succeed, whatever it is known by': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        for (const call of CALLS) {
          await race((round, caller) => orm.transaction((session) => call(session, round, caller)));
        }
        assert.equal(await countRows(orm), CALLS.length * ROUNDS);
      }),

    'callers whose sessions have not begun a transaction do as well': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        for (const call of CALLS) {
          await race(async (round, caller) => {
            await using session = orm.session();
            await call(session, round, caller);
            await session.commit();
          });
        }
        assert.equal(await countRows(orm), CALLS.length * ROUNDS);
      }),

    'callers who change what failsafeAdd gave them do as well': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await race((round, caller) =>
          orm.transaction(async (session) => {
            const stock = await addStock(session, String(round), 0);
            stock.quantity = caller + 1;
          }),
        );
        assert.equal(await orm.session().repository(Stock).filter({ quantity: 0 }).count(), 0);
      }),

    'where the first of them rolls back another one makes the row': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        const failure = new Error('rolled back');
        await race((round, caller) =>
          orm
            .transaction(async (session) => {
              await addStock(session, String(round), caller);
              if (caller < 2) throw failure;
            })
            .catch((error: unknown) => {
              assert.equal(error, failure);
            }),
        );
        assert.equal(await countRows(orm), ROUNDS);
      }),

    'what is pending beside them is written by the transaction that goes on': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await race((round, caller) =>
          orm.transaction(async (session) => {
            session.create(Field, { row: round, place: caller, quantity: 0 });
            await addStock(session, String(round), caller);
          }),
        );
        assert.equal(await countRows(orm), ROUNDS * (CALLERS + 1));
      }),

    'a row that was written before a lost race is written all the same': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await orm.transaction((session) => addStock(session, 'taken', 1));
        await orm.transaction(async (session) => {
          await session.repository(Field).create({ row: 1, place: 1, quantity: 1 });
          await addStock(session, 'taken', 2);
        });
        await orm.transaction(async (session) => {
          await session.repository(Field).create({ row: 2, place: 1, quantity: 1 });
          await session.transaction(() => addStock(session, 'taken', 2));
        });
        assert.equal(await orm.session().repository(Field).count(), 2);
      }),

    'a block inside of which a race is lost first keeps its savepoint': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await orm.transaction((session) => addStock(session, 'taken', 1));
        await orm.transaction(async (session) => {
          const failed = session.transaction(async () => {
            await addStock(session, 'taken', 2);
            session.create(Field, { row: 1, place: 1, quantity: 1 });
            await session.flush();
            throw new Error('undone');
          });
          await assert.rejects(failed, /undone/);
          session.create(Field, { row: 2, place: 1, quantity: 1 });
        });
        assert.deepEqual(
          (await orm.session().repository(Field).all()).map(({ row }) => row),
          [2],
        );
      }),

    'a conflict that the filters do not explain is that conflict at every level': ({ withOrm, requirements }) =>
      withOrm(entities, async (orm) => {
        await orm.transaction(async (session) => {
          (await addStock(session, 'taken', 1)).label = 'red';
        });
        const levels = requirements.isolationLevels ? (['repeatable read', 'serializable'] as const) : [undefined];
        for (const isolation of levels) {
          for (const readsFirst of [false, true]) {
            await using session = orm.session();
            await session.begin({ isolation });
            if (readsFirst) await session.repository(Field).count();
            const other = Object.assign(new Stock(), { code: 'other', label: 'red', quantity: 1 });
            await assert.rejects(failsafeAdd(session, other, { code: 'other' }), UniqueViolationError);
            await session.rollback();
          }
        }
      }),
  },
};

/** For targets that have isolation levels too. */
export const racesAtLevels: CaseGroup = {
  name: 'races at other levels',
  cases: {
    'callers who make one row all succeed at repeatable read and serializable': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        for (const isolation of ['repeatable read', 'serializable'] as const) {
          await race((round, caller) =>
            orm.transaction((session) => addStock(session, `${isolation} ${String(round)}`, caller), { isolation }),
          );
          await race((round, caller) =>
            orm.transaction(
              (session) =>
                session
                  .repository(Stock)
                  .getOrCreate({ code: `${isolation} get ${String(round)}` }, { quantity: caller }),
              { isolation },
            ),
          );
        }
        assert.equal(await countRows(orm), 4 * ROUNDS);
      }),
  },
};
