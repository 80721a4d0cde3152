/** Rows that go and references that were not read: who refers to whom is found out before the flush writes. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  inList,
  isNull,
  PrimaryKey,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

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

@Entity({ table: 'unread_shops' })
class Shop {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Clerk, 'shop') clerks!: Many<Clerk>;
  @HasMany(() => Offer, 'shop', { orphanRemoval: true }) offers!: Many<Offer>;
}

@Entity({ table: 'unread_clerks' })
class Clerk {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Shop, { nullable: true }) shop!: Ref<Shop> | null;
}

@Entity({ table: 'unread_offers' })
class Offer {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Shop) shop!: Ref<Shop>;
}

interface Shops {
  readonly session: Session;
  readonly own: Shop;
  readonly other: Shop;
  /** Of the first shop; of neither is it known to whom it belongs. */
  readonly clerk: Clerk;
  readonly offer: Offer;
  /** Commits. @returns the shops that the clerk and the offer have in the database; null: none, undefined: no row */
  stored(): Promise<unknown[]>;
}

/** Two shops whose clerks and offers are not loaded. */
const inShops =
  (work: (shops: Shops) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Shop, Clerk, Offer], async (orm) => {
      const ids = await orm.transaction(async (session) => {
        const [own, other] = [session.create(Shop, {}), session.create(Shop, {})];
        const [clerk, offer] = [session.create(Clerk, { shop: own }), session.create(Offer, { shop: own })];
        await session.flush();
        return { own: own.id, other: other.id, clerk: clerk.id, offer: offer.id };
      });
      await using session = orm.session();
      const stored = async (): Promise<unknown[]> => {
        await session.commit();
        assert.deepEqual(session.changes(), []);
        await using fresh = orm.session();
        const [clerk, offer] = [await fresh.repository(Clerk).first(), await fresh.repository(Offer).first()];
        const named = (shop: Ref<Shop> | null | undefined): unknown => shop && (shop.id === ids.own ? 'own' : 'other');
        return [named(clerk!.shop), named(offer?.shop)];
      };
      const [own, other] = (await session.repository(Shop).orderBy('id')) as [Shop, Shop];
      const [clerk, offer] = [session.reference(Clerk, ids.clerk), session.reference(Offer, ids.offer)];
      await work({ session, own, other, clerk: clerk as Clerk, offer: offer as Offer, stored });
    });

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

    'a child is taken out of the relation of its own owner only, where it was not read whose it is': inShops(
      async ({ session, own, other, clerk, offer, stored }) => {
        other.clerks.remove(clerk);
        other.offers.remove(offer);
        assert.deepEqual(
          session.changes().map(({ entity, properties }) => [entity, properties]),
          [[other, ['clerks', 'offers']]],
        );
        assert.deepEqual(await stored(), ['own', 'own']);
        own.clerks.remove(clerk);
        own.offers.remove(offer);
        assert.deepEqual(await stored(), [null, undefined]);
      },
    ),

    'what an unread child refers to after it was taken out is its owner': inShops(
      async ({ own, other, clerk, offer, stored }) => {
        own.clerks.remove(clerk);
        clerk.shop = own;
        other.offers.remove(offer);
        offer.shop = other;
        assert.deepEqual(await stored(), ['own', 'other']);
        own.clerks.set([]);
        clerk.shop = own;
        assert.deepEqual(await stored(), ['own', 'other']);
      },
    ),

    'an unread child that was taken out is taken out of nothing after a flush that fails': inShops(
      async ({ session, own, other, clerk, offer, stored }) => {
        other.clerks.remove(clerk);
        own.offers.remove(offer);
        const twice = session.create(Clerk, { id: clerk.id });
        await assert.rejects(session.flush());
        session.delete(twice);
        await session.rollback();
        assert.deepEqual(session.changes(), []);
        assert.deepEqual(await stored(), ['own', 'own']);
      },
    ),
  },
};
