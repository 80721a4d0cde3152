/** Rows that go and references that were not read: who refers to whom is found out before the flush writes. */
import assert from 'node:assert/strict';
import { BelongsTo, Column, Entity, inList, isNull, PrimaryKey, type Ref } from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Rack {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) code!: string;
}

@Entity()
class Crate {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Rack) rack!: Ref<Rack>;
  @BelongsTo(() => Rack, { nullable: true }) spare!: Ref<Rack> | null;
}

@Entity()
class Bag {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) code!: string;
  @BelongsTo(() => Bag, { nullable: true }) outer!: Ref<Bag> | null;
}

export const unreadReferences: CaseGroup = {
  name: 'references that were not read',
  cases: {
    'a row goes after what referred to it refers to it no more, or goes too, where that was not read': ({ withOrm }) =>
      withOrm([Rack, Crate], async (orm) => {
        for (const goesToo of [true, false]) {
          const [a, b, crate] = await orm.transaction(async (session) => {
            const racks = ['A', 'B'].map((code) => session.create(Rack, { code }));
            const made = session.create(Crate, { rack: racks[1]!, spare: racks[0]! });
            await session.flush();
            return [racks[0]!.id, racks[1]!.id, made.id] as const;
          });
          await orm.transaction(async (session) => {
            const [first, second] = await session
              .repository(Rack)
              .only('code')
              .filter({ id: inList([a, b]) })
              .orderBy('id');
            const known = session.reference(Crate, crate);
            session.delete(first!);
            if (goesToo) session.delete(known);
            else session.assign(known, { spare: null });
            // The unique value of a row that goes, and one that comes free.
            second!.code = 'A';
            session.create(Rack, { code: 'B' });
            await session.flush();
          });
          await using session = orm.session();
          const racks = await session.repository(Rack).all().orderBy('code');
          assert.deepEqual(
            racks.map(({ code }) => code),
            ['A', 'B'],
          );
          assert.equal(await session.repository(Crate).filter({ spare: isNull() }).count(), goesToo ? 0 : 1);
          await session.repository(Crate).all().delete();
          await session.repository(Rack).all().delete();
          await session.commit();
        }
      }),

    'a row that refers to its own kind lets go of another one before that goes, where that was not read': ({
      withOrm,
    }) =>
      withOrm([Bag], async (orm) => {
        await orm.transaction((session) => {
          const outer = session.create(Bag, { id: 2, code: 'two' });
          session.create(Bag, { id: 1, code: 'one', outer });
          return Promise.resolve();
        });
        await orm.transaction(async (session) => {
          const [first, second] = await session.repository(Bag).only('code').orderBy('id');
          first!.code = 'two';
          session.delete(second!);
          session.create(Bag, { id: 3, code: 'one' });
          session.assign(first!, { outer: null });
          await session.flush();
        });
        await using session = orm.session();
        const bags = await session.repository(Bag).all().orderBy('id');
        assert.deepEqual(
          bags.map(({ id, code, outer }) => [id, code, outer]),
          [
            [1, 'two', null],
            [3, 'one', null],
          ],
        );
      }),
  },
};
