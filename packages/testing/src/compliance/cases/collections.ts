/** Collections as readonly arrays, and what of them needs no loading. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  NotLoadedError,
  PrimaryKey,
  QueryError,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { StatementRecord } from '../../statements';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'collected_shelves' })
class Shelf {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @HasMany(() => Vase, 'shelf', { orderBy: 'id' }) vases!: Many<Vase>;
  @ManyToMany(() => Mark, { through: 'collected_shelf_marks', orderBy: 'id' }) marks!: Many<Mark>;
}

@Entity({ table: 'collected_vases' })
class Vase {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer' }) height!: number;
  @BelongsTo(() => Shelf, { nullable: true }) shelf!: Ref<Shelf> | null;
}

@Entity({ table: 'collected_marks' })
class Mark {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
}

@Entity({ table: 'collected_halls' })
class Hall {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @ManyToMany(() => Guest, { through: () => Seat }) guests!: Many<Guest>;
}

@Entity({ table: 'collected_guests' })
class Guest {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
}

@Entity({ table: 'collected_seats' })
class Seat {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Hall) hall!: Ref<Hall>;
  @BelongsTo(() => Guest) guest!: Ref<Guest>;
  @HasMany(() => Wish, 'seat', { cascade: ['persist', 'delete'] }) wishes!: Many<Wish>;
}

@Entity({ table: 'collected_wishes' })
class Wish {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Seat) seat!: Ref<Seat>;
}

/** Shelf 1 with vases 1 to 4 of heights 10 to 40 and marks 1 and 2; vase 5 and mark 3 stand alone. */
function shelved(work: (session: Session, statements: StatementRecord) => Promise<void>) {
  return ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Shelf, Vase, Mark], async (orm, statements) => {
      await orm.transaction((session) => {
        const shelf = session.create(Shelf, { id: 1 });
        for (const id of [1, 2, 3, 4, 5]) session.create(Vase, { id, height: id * 10, shelf: id < 5 ? shelf : null });
        shelf.marks.add(...[1, 2].map((id) => session.create(Mark, { id })));
        session.create(Mark, { id: 3 });
        return Promise.resolve();
      });
      await using session = orm.session();
      statements.clear();
      await work(session, statements);
    });
}

const heights = (vases: readonly Vase[]): number[] => vases.map(({ height }) => height);

export const collections: CaseGroup = {
  name: 'collections',
  cases: {
    'a loaded collection does what a readonly array does': shelved(async (session) => {
      const { vases } = await session.repository(Shelf).include('vases').get(1);
      assert.deepEqual(heights(vases), [10, 20, 30, 40]);
      assert.equal(vases[0]?.height, 10);
      assert.equal(vases[3]?.height, 40);
      assert.equal(vases[4], undefined);
      assert.equal(vases.at(-1)?.height, 40);
      assert.equal(vases.length, 4);
      assert.equal(
        vases.reduce((sum, { height }) => sum + height, 0),
        100,
      );
      assert.equal(
        vases.reduceRight((text, { id }) => text + String(id), ''),
        '4321',
      );
      assert.deepEqual(heights(vases.slice(1, 3)), [20, 30]);
      assert.deepEqual(heights(vases.toSorted((a, b) => b.height - a.height)), [40, 30, 20, 10]);
      assert.deepEqual(heights(vases.toReversed()), [40, 30, 20, 10]);
      assert.deepEqual(heights(vases), [10, 20, 30, 40]);
      assert.equal(
        vases.findIndex(({ height }) => height === 30),
        2,
      );
      assert.equal(vases.findLast(({ height }) => height < 40)?.height, 30);
      assert.equal(vases.indexOf(vases[2]!), 2);
      assert.deepEqual(
        [...vases.entries()].map(([i, { id }]) => [i, id]),
        [
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 4],
        ],
      );
      assert.deepEqual(vases.flatMap(({ id }) => [id, id]).length, 8);
      const seen: unknown[] = [];
      vases.forEach((vase, i, all) => seen.push(all === vases && vases[i] === vase));
      assert.deepEqual(seen, [true, true, true, true]);
      const [first, ...rest] = vases;
      assert.deepEqual([first.id, rest.length], [1, 3]);
    }),

    'it is an array to functions that take one, by length and index too': shelved(async (session) => {
      const { vases } = await session.repository(Shelf).include('vases').get(1);
      assert.deepEqual(heights(([] as Vase[]).concat(vases)), [10, 20, 30, 40]);
      assert.deepEqual(heights(Array.from(vases)), [10, 20, 30, 40]);
      assert.deepEqual(
        Array.prototype.map.call(vases, (vase: unknown) => (vase as Vase).id),
        [1, 2, 3, 4],
      );
      let sum = 0;
      let at = 0;
      while (at < vases.length) sum += vases[at++]!.height;
      assert.equal(sum, 100);
    }),

    'what is done to arrays that it gives does not change it': shelved(async (session) => {
      const { vases } = await session.repository(Shelf).include('vases').get(1);
      vases.toArray().pop();
      vases.slice().pop();
      vases.filter(() => true).pop();
      vases.forEach((_, __, all) => (all as Vase[]).length);
      assert.equal(vases.length, 4);
      assert.equal(session.isDirty(await session.repository(Shelf).get(1)), false);
    }),

    'what is not loaded names the relation and the use': shelved(async (session) => {
      const shelf = await session.repository(Shelf).get(1);
      const vases = shelf.vases as unknown as readonly Vase[];
      const uses: Record<string, () => unknown> = {
        '[0]': () => vases[0],
        length: () => vases.length,
        'reduce()': () => vases.reduce((sum) => sum, 0),
        'slice()': () => vases.slice(),
        iterating: () => [...vases],
      };
      for (const [use, read] of Object.entries(uses))
        assert.throws(
          read,
          (error) => error instanceof NotLoadedError && error.message.includes(`Shelf.vases is not loaded (${use})`),
        );
    }),

    'clear takes all items out without loading them': shelved(async (session, statements) => {
      const shelf = await session.repository(Shelf).get(1);
      shelf.marks.clear();
      shelf.vases.clear();
      await session.commit();
      assert.ok(!statements.texts.some((text) => text.includes('collected_marks')));
      const read = await session.repository(Shelf).include('marks', 'vases').get(1);
      assert.equal(read.marks.length + read.vases.length, 0);
      assert.equal(await session.repository(Vase).all().count(), 5);
    }),

    'has asks the database where memory does not know, and reads no item': shelved(async (session, statements) => {
      const shelf = await session.repository(Shelf).get(1);
      assert.equal(await shelf.marks.has(session.reference(Mark, 1)), true);
      assert.equal(await shelf.marks.has(session.reference(Mark, 3)), false);
      assert.equal(await shelf.vases.has(session.reference(Vase, 4)), true);
      assert.equal(await shelf.vases.has(session.reference(Vase, 5)), false);
      assert.equal(statements.count, 5);
      shelf.marks.add(session.reference(Mark, 3));
      shelf.vases.remove(await session.repository(Vase).get(4));
      assert.equal(await shelf.marks.has(session.reference(Mark, 3)), true);
      assert.equal(await shelf.vases.has(session.reference(Vase, 4)), false);
      await session.load(shelf, 'marks');
      const sent = statements.count;
      assert.equal(await shelf.marks.has(session.reference(Mark, 1)), true);
      assert.equal(await shelf.marks.has(Object.assign(new Mark(), { id: 9 })), false);
      assert.equal(statements.count, sent);
      await assert.rejects(shelf.marks.has(5 as never), QueryError);
    }),

    'count asks the database unless the items are in memory': shelved(async (session, statements) => {
      const shelf = await session.repository(Shelf).get(1);
      assert.equal(await shelf.vases.count(), 4);
      assert.ok(statements.texts.at(-1)!.includes('count(*)'));
      const { vases } = await session.load(shelf, 'vases');
      const sent = statements.count;
      vases.add(session.create(Vase, { id: 6, height: 60 }));
      assert.equal(await vases.count(), 5);
      assert.equal(statements.count, sent);
    }),

    'of an owner without a row the items in memory count': shelved(async (session, statements) => {
      const shelf = session.create(Shelf, { id: 2 });
      shelf.marks.add(session.reference(Mark, 1));
      assert.equal(await shelf.marks.count(), 1);
      assert.equal(await shelf.marks.has(session.reference(Mark, 1)), true);
      assert.equal(await shelf.marks.has(session.reference(Mark, 2)), false);
      assert.equal(statements.count, 0);
      assert.throws(() => shelf.marks.query(), /has no row in this session yet/);
    }),

    'a join entity whose pair is taken out goes with what belongs to it': async ({ withOrm }) => {
      await withOrm([Hall, Guest, Seat, Wish], async (orm) => {
        await orm.transaction((session) => {
          const hall = session.create(Hall, { id: 1 });
          const guest = session.create(Guest, { id: 1 });
          const seat = session.create(Seat, { id: 1, hall, guest });
          session.create(Wish, { id: 1, seat });
          return Promise.resolve();
        });
        await orm.transaction(async (session) => {
          const hall = await session.repository(Hall).include('guests').get(1);
          const seat = await session.repository(Seat).get(1);
          const wish = session.create(Wish, { id: 2, seat });
          hall.guests.remove(hall.guests[0]!);
          await session.flush();
          assert.deepEqual(session.changes(), []);
          assert.equal(hall.guests.length, 0);
          assert.throws(() => session.isDirty(seat), QueryError);
          assert.throws(() => session.isDirty(wish), QueryError);
        });
        await using session = orm.session();
        assert.equal(await session.repository(Seat).all().count(), 0);
        assert.equal(await session.repository(Wish).all().count(), 0);
        assert.equal(await session.repository(Guest).all().count(), 1);
      });
    },
  },
};
