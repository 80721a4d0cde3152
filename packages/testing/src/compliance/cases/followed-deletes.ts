/** What the database does by itself when rows are deleted: entities of the session say what their rows say. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  IntegrityError,
  PrimaryKey,
  type Defaulted,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'followed_areas' })
class Area {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @HasMany(() => District, 'area') districts!: Many<District>;
}
@Entity({ table: 'followed_districts' })
class District {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Area, { onDelete: 'cascade' }) area!: Ref<Area>;
  @HasMany(() => Shop, 'district') shops!: Many<Shop>;
}
@Entity({ table: 'followed_shops' })
class Shop {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer', name: 'district_id', databaseDefault: 1 }) districtId!: Defaulted<number>;
  @BelongsTo(() => District, { column: 'district_id', onDelete: 'set default' }) district!: Ref<District>;
  @BelongsTo(() => District, { nullable: true, onDelete: 'set default' }) store!: Ref<District> | null;
}

const entities = [Area, District, Shop];

/** Two areas with a district each, and two shops in the second one. */
async function makeCity(orm: Espalier): Promise<void> {
  await orm.transaction((session) => {
    const [first, second] = [1, 2].map((id) =>
      session.create(District, { id, area: session.create(Area, { id }) }),
    ) as [District, District];
    session.create(Shop, { id: 1, district: second, store: second });
    session.create(Shop, { id: 2, district: second, store: first });
    return Promise.resolve();
  });
}

/** Where the engine has no such action, it refuses, and memory stays as it was. */
async function refusal(orm: Espalier): Promise<void> {
  await makeCity(orm);
  await using session = orm.session();
  const shop = await session.repository(Shop).get(1);
  const district = await session.repository(District).get(2);
  session.delete(district);
  await assert.rejects(session.commit(), IntegrityError);
  assert.equal(shop.district, district);
}

const ids = (items: Iterable<{ id: number }>): number[] => [...items].map(({ id }) => id).sort();

export const followedDefaults: CaseGroup = {
  name: "onDelete: 'set default'",
  cases: {
    'references to what was deleted say what their rows say: the default, or nothing': ({ withOrm, requirements }) =>
      withOrm(entities, async (orm) => {
        if (!requirements.setDefault) return refusal(orm);
        // Deleted by itself, and by a cascade of the database.
        for (const hasMiddle of [false, true]) {
          await makeCity(orm);
          await using session = orm.session();
          const shops = await session.repository(Shop).all().orderBy('id');
          const districts = await session.repository(District).include('shops').orderBy('id');
          const [first] = districts as [(typeof districts)[number]];
          assert.deepEqual(ids(first.shops), []);
          session.delete(hasMiddle ? session.reference(Area, 2) : districts[1]!);
          await session.flush();
          for (const shop of shops) assert.equal(shop.district, first);
          assert.deepEqual(
            shops.map(({ districtId, store }) => [districtId, store]),
            [
              [1, null],
              [1, first],
            ],
          );
          assert.deepEqual(ids(first.shops), [1, 2]);
          assert.deepEqual(session.changes(), []);
          await session.rollback();
          for (const shop of shops) assert.equal(shop.district, districts[1]);
          assert.deepEqual([shops[0]!.districtId, shops[0]!.store], [2, districts[1]]);
          assert.deepEqual(ids(first.shops), []);
          session.delete(hasMiddle ? session.reference(Area, 2) : districts[1]!);
          await session.commit();
          const [one] = await orm.session().repository(Shop).all().orderBy('id');
          assert.deepEqual([one!.districtId, one!.store], [shops[0]!.districtId, shops[0]!.store]);
          await orm.transaction(async (cleaning) => {
            await cleaning.repository(Shop).all().delete();
            await cleaning.repository(Area).all().delete();
          });
        }
      }),

    'a default that no session has seen is a reference, which can be read': ({ withOrm, requirements }) =>
      withOrm(entities, async (orm) => {
        if (!requirements.setDefault) return refusal(orm);
        await makeCity(orm);
        await using session = orm.session();
        const shop = await session.repository(Shop).get(1);
        session.delete(await session.repository(District).get(2));
        await session.commit();
        assert.equal(shop.district.id, 1);
        const { district } = await session.load(shop, 'district.area');
        assert.equal(district.area.id, 1);
      }),
  },
};
