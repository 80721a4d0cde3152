/** To-one relations as conditions and orders, from whichever side holds the key; collections that make rows; marks that stay. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  eq,
  gt,
  gte,
  HasMany,
  HasOne,
  inList,
  lt,
  lte,
  ManyToMany,
  ne,
  not,
  notIn,
  or,
  PrimaryKey,
  QueryError,
  SoftDelete,
  type Criterion,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'harbours' })
@SoftDelete()
class Harbour {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  deletedAt!: Date | null;
}

@Entity({ table: 'ships' })
class Ship {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'decimal', precision: 10, scale: 2 }) draught!: string;
  @BelongsTo(() => Harbour) home!: Ref<Harbour>;
  @BelongsTo(() => Harbour, { nullable: true }) refuge!: Ref<Harbour> | null;
  @HasOne(() => Ensign, 'ship') ensign!: Ref<Ensign> | null;
  @HasMany(() => Sailor, 'ship', { orderBy: ['-rank'] }) crew!: Many<Sailor>;
  @ManyToMany(() => Route) routes!: Many<Route>;
}

@Entity({ table: 'ensigns' })
class Ensign {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer' }) size!: number;
  @BelongsTo(() => Ship, { unique: true }) ship!: Ref<Ship>;
}

@Entity({ table: 'sailors' })
class Sailor {
  @PrimaryKey() id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ type: 'integer' }) rank!: number;
  @BelongsTo(() => Ship, { nullable: true }) ship!: Ref<Ship> | null;
}

@Entity({ table: 'routes' })
class Route {
  @PrimaryKey() id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
}

/** The key of a log is its ship. */
@Entity({ table: 'logs' })
class Log {
  @PrimaryKey() @BelongsTo(() => Ship) ship!: Ref<Ship>;
}

@Entity({ table: 'log_pages' })
class LogPage {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Log) log!: Ref<Log, 'ship'>;
}

/** Ships 1 to 4 at home in harbour 1, 2, 3 and 1; harbour 2 is marked as deleted. Ship 2 takes refuge in 1, ship 3 in 2; ensigns 10 and 20 are of ships 1 and 2. */
const withShips = (
  { withOrm }: ComplianceContext,
  work: (session: Session, find: (criterion: Criterion<Ship>) => Promise<number[]>, orm: Espalier) => Promise<void>,
): Promise<void> =>
  withOrm([Harbour, Ship, Ensign, Sailor, Route, Log, LogPage], async (orm) => {
    await orm.transaction(async (session) => {
      const harbours = [1, 2, 3].map((id) => session.create(Harbour, { id, name: `h${String(id)}` }));
      const [one, two, three] = harbours as [Harbour, Harbour, Harbour];
      const ships = [
        session.create(Ship, { id: 1, draught: '1.49', home: one }),
        session.create(Ship, { id: 2, draught: '1.50', home: two, refuge: one }),
        session.create(Ship, { id: 3, draught: '-1.49', home: three, refuge: two }),
        session.create(Ship, { id: 4, draught: '-1.50', home: one }),
      ] as const;
      session.create(Ensign, { id: 10, size: 5, ship: ships[0] });
      session.create(Ensign, { id: 20, size: 3, ship: ships[1] });
      const logs = [session.create(Log, { ship: ships[0] }), session.create(Log, { ship: ships[1] })] as const;
      session.create(LogPage, { id: 1, log: logs[0] });
      session.create(LogPage, { id: 2, log: logs[1] });
      await session.flush();
      session.delete(two);
    });
    await using session = orm.session();
    const find = async (criterion: Criterion<Ship>): Promise<number[]> =>
      (await session.repository(Ship).filter(criterion).orderBy('id')).map(({ id }) => id);
    await work(session, find, orm);
  });

export const toOne: CaseGroup = {
  name: 'to-one relations and collections in querysets',
  cases: {
    'a condition on nothing but the key of a relation is met by the reference, whether the row is marked or not': (
      context,
    ) =>
      withShips(context, async (_, find) => {
        for (const home of [2, { id: 2 }, { id: eq(2) }, { id: inList([2]) }, or({ id: 2 }, { id: 7 })])
          assert.deepEqual(await find({ home }), [2]);
        assert.deepEqual(await find({ home: { id: 2, name: 'h2' } }), []);
        assert.deepEqual(await find({ home: { id: ne(1) } }), [2, 3]);
      }),

    'a condition on the key is never met by rows without a reference': (context) =>
      withShips(context, async (_, find) => {
        assert.deepEqual(await find({ refuge: not({ id: 1 }) }), [3]);
        assert.deepEqual(await find({ refuge: { id: ne(2) } }), [2]);
        assert.deepEqual(await find(not({ refuge: { id: 1 } })), [1, 3, 4]);
      }),

    'a key that is a relation is asked by the columns at its other end': (context) =>
      withShips(context, async (session) => {
        const pages = session.repository(LogPage);
        const ids = async (criterion: Criterion<LogPage>): Promise<number[]> =>
          (await pages.filter(criterion).orderBy('id')).map(({ id }) => id);
        assert.deepEqual(await ids({ log: { ship: { draught: '1.50' } } }), [2]);
        assert.deepEqual(await ids({ log: { ship: { id: 1 } } }), [1]);
        assert.deepEqual(await ids({ log: { ship: { id: gt(1) } } }), [2]);
        assert.deepEqual(await ids({ log: { ship: inList([1, 2]) } }), [1, 2]);
      }),

    'the row of a has-one is compared as a reference is': (context) =>
      withShips(context, async (session, find) => {
        const ensign = await session.repository(Ensign).get(10);
        assert.deepEqual(await find({ ensign: eq(ensign) }), [1]);
        assert.deepEqual(await find({ ensign: ne(ensign) }), [2]);
        assert.deepEqual(await find({ ensign: inList([10, 20]) }), [1, 2]);
        assert.deepEqual(await find({ ensign: inList([10, null]) }), [1, 3, 4]);
        assert.deepEqual(await find({ ensign: notIn([ensign]) }), [2]);
        assert.deepEqual(await find({ ensign: notIn([20, null]) }), [1]);
        assert.deepEqual(await find({ ensign: inList([]) }), []);
        assert.deepEqual(await find({ ensign: notIn([]) }), [1, 2, 3, 4]);
        assert.deepEqual(await find({ ensign: { id: 20 } }), [2]);
      }),

    'rows are sorted along a has-one, and by the key of a relation': (context) =>
      withShips(context, async (session) => {
        const ships = session.repository(Ship).filter({ ensign: { size: gt(0) } });
        const ids = (found: { id: number }[]): number[] => found.map(({ id }) => id);
        assert.deepEqual(ids(await ships.orderBy('ensign.size')), [2, 1]);
        assert.deepEqual(ids(await ships.orderBy('-ensign')), [2, 1]);
        assert.deepEqual(ids(await session.repository(Ship).orderBy('-home', '-id')), [3, 2, 4, 1]);
      }),

    'a decimal is compared with one of more digits than the column keeps': (context) =>
      withShips(context, async (session, find) => {
        assert.deepEqual(await find({ draught: gt('1.499') }), [2]);
        assert.deepEqual(await find({ draught: gte('1.499') }), [2]);
        assert.deepEqual(await find({ draught: lt('1.499') }), [1, 3, 4]);
        assert.deepEqual(await find({ draught: lte('-1.491') }), [4]);
        assert.deepEqual(await find({ draught: gt('-1.491') }), [1, 2, 3]);
        assert.deepEqual(await find({ draught: '1.499' }), []);
        assert.deepEqual(await find({ draught: ne('1.499') }), [1, 2, 3, 4]);
        assert.deepEqual(await find({ draught: inList(['1.499', '1.5']) }), [2]);
        assert.deepEqual(await find({ draught: notIn(['1.499']) }), [1, 2, 3, 4]);
        await assert.rejects(session.repository(Ship).all().update({ draught: '1.499' }), QueryError);
      }),

    'the last of limited rows is the last by key, where no order was given': (context) =>
      withShips(context, async (session) => {
        assert.equal((await session.repository(Ship).limit(3).last())?.id, 3);
        assert.equal((await session.repository(Ship).offset(1).limit(1).last())?.id, 2);
      }),

    'limit and offset are applied last, wherever they stand': (context) =>
      withShips(context, async (session) => {
        const ships = await session
          .repository(Ship)
          .limit(2)
          .filter({ id: gt(1) })
          .orderBy('-id');
        assert.deepEqual(
          ships.map(({ id }) => id),
          [4, 3],
        );
      }),

    'getOrCreate refuses what no row can be made of before it looks for one': (context) =>
      withShips(context, async (session) => {
        await assert.rejects(session.repository(Harbour).getOrCreate({ name: ne('x') }), QueryError);
      }),

    'the queryset of a collection has its order, and what it makes belongs to it': (context) =>
      withShips(context, async (session) => {
        const ship = await session.repository(Ship).get(1);
        const crew = ship.crew.query();
        const [ann, made] = await crew.getOrCreate({ name: 'Ann' }, { rank: 1 });
        const [again, madeAgain] = await crew.getOrCreate({ name: 'Ann' }, { rank: 1 });
        assert.deepEqual([made, again === ann, madeAgain], [true, true, false]);
        await crew.create({ name: 'Bob', rank: 3 });
        assert.equal(await crew.insertMany([{ name: 'Cy', rank: 2 }]), 1);
        assert.deepEqual(
          (await crew).map(({ name }) => name),
          ['Bob', 'Cy', 'Ann'],
        );
        const other = await session.repository(Ship).get(2);
        await assert.rejects(crew.create({ name: 'Dee', rank: 0, ship: other }), QueryError);
        assert.equal(await other.crew.query().count(), 0);
      }),

    'a row that a many-to-many collection makes or finds is linked to it': (context) =>
      withShips(context, async (session) => {
        const [one, two] = [await session.repository(Ship).get(1), await session.repository(Ship).get(2)];
        const [north, made] = await one.routes.query().getOrCreate({ name: 'north' });
        const [same, madeAgain] = await two.routes.query().getOrCreate({ name: 'north' });
        assert.deepEqual([made, madeAgain, same === north], [true, false, true]);
        await two.routes.query().create({ name: 'south' });
        await session.commit();
        assert.deepEqual([await one.routes.query().count(), await two.routes.query().count()], [1, 2]);
        await assert.rejects(one.routes.query().insertMany([{ name: 'east' }]), QueryError);
      }),

    'getOrCreate makes a row that meets the equalities of the queryset': (context) =>
      withShips(context, async (session) => {
        const ship = await session.repository(Ship).get(3);
        const aboard = session.repository(Sailor).filter({ ship }, { rank: gt(0) });
        const [eve, made] = await aboard.getOrCreate({ name: 'Eve' }, { rank: 1 });
        assert.deepEqual([made, eve.ship === (ship as unknown)], [true, true]);
        assert.equal((await aboard.getOrCreate({ name: 'Eve' }, { rank: 1 }))[1], false);
      }),

    'deleting rows that are marked leaves their marks as they are': (context) =>
      withShips(context, async (session) => {
        const harbours = session.repository(Harbour);
        const mark = (await harbours.find(2))!.deletedAt;
        assert.equal(await harbours.onlyDeleted().all().delete(), 0);
        assert.equal(
          await harbours
            .withDeleted()
            .filter({ id: inList([2, 3]) })
            .delete(),
          1,
        );
        assert.equal(
          await harbours
            .withDeleted()
            .orderBy('id')
            .limit(2)
            .filter({ id: gt(0) })
            .delete(),
          1,
        );
        session.clear();
        assert.deepEqual((await harbours.find(2))!.deletedAt, mark);
        assert.equal(await harbours.all().count(), 0);
      }),
  },
};
