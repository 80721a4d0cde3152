/** What code outside of a block does while the block runs: it stays pending where the block fails. */
import assert from 'node:assert/strict';
import { AsyncResource } from 'node:async_hooks';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'outside_farms' })
class Farm {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @HasMany(() => Hen, 'farm') hens!: Many<Hen>;
  @HasOne(() => Gate, 'farm') gate!: Ref<Gate> | null;
  @ManyToMany(() => Herb) herbs!: Many<Herb>;
}
@Entity({ table: 'outside_hens' })
class Hen {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Farm) farm!: Ref<Farm>;
  @HasMany(() => Egg, 'hen') eggs!: Many<Egg>;
}
@Entity({ table: 'outside_eggs' })
class Egg {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Hen) hen!: Ref<Hen>;
}
@Entity({ table: 'outside_gates' })
class Gate {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Farm, { unique: true }) farm!: Ref<Farm>;
}
@Entity({ table: 'outside_herbs' })
class Herb {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Farm, 'herbs') farms!: Many<Farm>;
}

const hen = (name: string): Hen => Object.assign(new Hen(), { name });

interface Yard {
  readonly orm: Espalier;
  readonly session: Session;
  readonly farm: Farm;
  readonly herbs: readonly Herb[];
}

/** A farm with one herb of two. */
const inYard =
  (work: (yard: Yard) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Farm, Hen, Egg, Gate, Herb], async (orm) => {
      await using session = orm.session();
      const herbs = ['mint', 'sage'].map((name) => session.create(Herb, { name }));
      const farm = session.create(Farm, { name: 'a', herbs: [herbs[0]!] });
      await session.commit();
      await work({ orm, session, farm, herbs });
    });

/** Does `inside` in a block that fails, after `outside`, while it runs. */
async function beside(session: Session, inside: () => Promise<unknown>, outside: () => void): Promise<void> {
  let [begin, end]: (() => void)[] = [];
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const done = new Promise<void>((resolve) => (end = resolve));
  const block = session.transaction(async () => {
    begin!();
    await done;
    await inside();
    throw new Error('enough');
  });
  await begun;
  try {
    outside();
  } finally {
    end!();
  }
  await assert.rejects(block, /enough/);
}

async function found(orm: Espalier, farm: Farm): Promise<string[][]> {
  await using session = orm.session();
  const read = await session.repository(Farm).include('hens.eggs', 'herbs', 'gate').get(farm.id);
  return [
    read.hens.map(({ name, eggs }) => `${name} ${String(eggs.length)}`).sort(),
    read.herbs.map(({ name }) => name).sort(),
    read.gate ? ['gate'] : [],
  ];
}

const names = async (orm: Espalier): Promise<string[]> =>
  (await orm.session().repository(Herb).orderBy('name')).map(({ name }) => name);

const nothing = (): Promise<void> => Promise.resolve();

export const outsideBlocks: CaseGroup = {
  name: 'outside of blocks',
  cases: {
    'new children that were added through a collection stay pending': inYard(async ({ orm, session, farm }) => {
      await beside(session, nothing, () => {
        farm.hens.add(hen('x'));
      });
      await session.commit();
      assert.deepEqual(await found(orm, farm), [['x 0'], ['mint'], []]);
    }),

    'so does what the flush of the block had written, with its own children': inYard(
      async ({ orm, session, farm, herbs }) => {
        await session.load(farm, 'hens', 'herbs', 'gate');
        await beside(
          session,
          async () => {
            farm.hens.add(hen('inside'));
            await session.flush();
          },
          () => {
            const mother = Object.assign(hen('x'), { eggs: [new Egg(), new Egg()] });
            farm.hens.add(mother);
            farm.herbs.remove(herbs[0]!);
            farm.herbs.add(herbs[1]!, Object.assign(new Herb(), { name: 'dill' }));
            farm.gate = new Gate();
          },
        );
        await session.commit();
        assert.deepEqual(await found(orm, farm), [['x 2'], ['dill', 'sage'], ['gate']]);
        assert.equal([...(farm.hens as unknown as Iterable<Hen>)].length, 1);
        assert.deepEqual(session.changes(), []);
      },
    ),

    'items that were set stay set': inYard(async ({ orm, session, farm, herbs }) => {
      await beside(session, nothing, () => {
        farm.herbs.set([herbs[1]!]);
      });
      await session.commit();
      assert.deepEqual(await found(orm, farm), [[], ['sage'], []]);
    }),

    'deletions stay, and what went with the block is no matter': inYard(async ({ orm, session, farm, herbs }) => {
      let inner: Farm | undefined;
      let [begin, end]: (() => void)[] = [];
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const done = new Promise<void>((resolve) => (end = resolve));
      const block = session.transaction(async () => {
        inner = session.create(Farm, { name: 'inner' });
        await session.flush();
        begin!();
        await done;
        throw new Error('enough');
      });
      await begun;
      session.delete(herbs[1]!, inner!);
      inner!.hens.add(hen('lost'));
      end!();
      await assert.rejects(block, /enough/);
      await session.commit();
      assert.deepEqual(
        (await session.repository(Herb).all()).map(({ name }) => name),
        ['mint'],
      );
      assert.deepEqual(await found(orm, farm), [[], ['mint'], []]);
      assert.equal(await session.repository(Farm).count(), 1);
    }),

    'a deletion that is taken back is taken back, and one that follows that counts': inYard(
      async ({ orm, session, herbs }) => {
        const [mint, sage] = herbs as [Herb, Herb];
        await beside(session, nothing, () => {
          session.delete(mint, sage);
          session.add(mint, sage);
          session.delete(sage);
        });
        assert.deepEqual(
          session.changes().map(({ kind, entity }) => [kind, entity]),
          [['delete', sage]],
        );
        await session.commit();
        assert.deepEqual(await names(orm), ['mint']);
      },
    ),

    'a new entity that goes again goes, whether the block has written it or not, and comes where it is added once more':
      inYard(async ({ orm, session }) => {
        const expected = ['mint', 'sage'];
        for (const isWritten of [false, true]) {
          let made: Herb[] = [];
          const takeBack = AsyncResource.bind(() => {
            const [dill, thyme, basil] = made as [Herb, Herb, Herb];
            session.delete(dill, thyme);
            session.add(thyme);
            session.detach(basil);
          });
          await beside(
            session,
            async () => {
              if (isWritten) await session.flush();
              takeBack();
            },
            () => {
              made = ['dill', 'thyme', 'basil'].map((name) => session.create(Herb, { name }));
            },
          );
          await session.commit();
          expected.push('thyme');
          assert.deepEqual(await names(orm), expected);
        }
      }),

    'assign keeps columns and references as well as collections, and clear forgets all': inYard(
      async ({ orm, session, farm, herbs }) => {
        const other = session.create(Farm, { name: 'other' });
        const bird = session.create(Hen, { name: 'bird', farm });
        await session.commit();
        await beside(
          session,
          () => session.flush(),
          () => {
            session.assign(farm, { name: 'b', herbs: [herbs[1]!.id] });
            session.assign(bird, { name: 'c', farm: other.id });
            const late = session.create(Hen, { name: 'x', farm });
            session.assign(late, { name: 'y' });
            late.name = 'z';
          },
        );
        await session.commit();
        assert.deepEqual(await found(orm, farm), [['z 0'], ['sage'], []]);
        assert.deepEqual(await found(orm, other), [['c 0'], [], []]);
        assert.equal((await orm.session().repository(Farm).get(farm.id)).name, 'b');
        await beside(session, nothing, () => {
          session.assign(farm, { name: 'd' });
          session.delete(herbs[0]!);
          session.create(Herb, { name: 'dill' });
          session.clear();
        });
        await session.commit();
        assert.deepEqual(await names(orm), ['mint', 'sage']);
        assert.equal((await orm.session().repository(Farm).get(farm.id)).name, 'b');
      },
    ),

    'what a block does beside an inner one goes with the outer block alone': inYard(async ({ orm, session, farm }) => {
      await assert.rejects(
        session.transaction(async () => {
          await beside(session, nothing, () => {
            farm.hens.add(hen('outer'));
          });
          assert.equal(await session.flush(), 1);
          throw new Error('enough');
        }),
        /enough/,
      );
      await session.commit();
      assert.deepEqual(await found(orm, farm), [[], ['mint'], []]);
    }),

    'a block that ends well has no say in what comes after it': inYard(async ({ orm, session, farm, herbs }) => {
      await session.load(farm, 'herbs');
      await session.transaction(async () => {
        await Promise.resolve();
      });
      farm.herbs.remove(herbs[0]!);
      await session.flush();
      farm.herbs.add(herbs[0]!);
      await session.flush();
      await beside(session, nothing, () => undefined);
      await session.commit();
      assert.deepEqual(await found(orm, farm), [[], ['mint'], []]);
    }),
  },
};
