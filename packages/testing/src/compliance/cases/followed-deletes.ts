/** What the database does by itself when rows are deleted: entities of the session say what their rows say. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  IntegrityError,
  PrimaryKey,
  QueryError,
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

@Entity({ table: 'followed_trunks' })
class Trunk {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
}
@Entity({ table: 'followed_boughs' })
class Bough {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Trunk, { onDelete: 'cascade' }) trunk!: Ref<Trunk>;
}
@Entity({ table: 'followed_twigs' })
class Twig {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Bough, { onDelete: 'cascade' }) bough!: Ref<Bough>;
}
@Entity({ table: 'followed_leaves' })
class Leaf {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Twig, { onDelete: 'cascade' }) twig!: Ref<Twig>;
}
@Entity({ table: 'followed_nests' })
class Nest {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Bough, { nullable: true, onDelete: 'set null' }) bough!: Ref<Bough> | null;
}

const tree = [Trunk, Bough, Twig, Leaf, Nest];

/** Two trunks, each with one of everything. */
async function plant(orm: Espalier): Promise<void> {
  await orm.transaction((session) => {
    for (const id of [1, 2]) {
      const bough = session.create(Bough, { id, trunk: session.create(Trunk, { id }) });
      session.create(Leaf, { id, name: 'a', twig: session.create(Twig, { id, bough }) });
      session.create(Nest, { id, bough });
    }
    return Promise.resolve();
  });
}

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

    'a row that is written with a reference to what the same flush deletes gets the default': ({
      withOrm,
      requirements,
    }) =>
      withOrm(entities, async (orm) => {
        if (!requirements.setDefault) return refusal(orm);
        await makeCity(orm);
        await using session = orm.session();
        const [first, second] = await session.repository(District).include('shops').orderBy('id');
        const changed = await session.repository(Shop).get(2);
        const fresh = session.create(Shop, { id: 3, district: second!, store: second! });
        changed.store = second!;
        session.delete(second!);
        await session.commit();
        assert.deepEqual(
          [fresh, changed].map(({ district, districtId, store }) => [district, districtId, store]),
          [
            [first, 1, null],
            [first, 1, null],
          ],
        );
        assert.deepEqual(ids(first!.shops), [1, 2, 3]);
        assert.deepEqual(session.changes(), []);
        const rows = await orm.session().repository(Shop).all().orderBy('id');
        assert.deepEqual(
          rows.map(({ districtId, store }) => [districtId, store]),
          [1, 2, 3].map(() => [1, null]),
        );
      }),

    'so does one that refers to a new entity which is deleted': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await makeCity(orm);
        await using session = orm.session();
        const [first] = await session.repository(District).include('shops').orderBy('id');
        const changed = await session.repository(Shop).get(2);
        const lost = session.create(District, { id: 9, area: session.reference(Area, 1) });
        const fresh = session.create(Shop, { id: 3, district: lost, store: lost });
        [changed.district, changed.store] = [lost, lost];
        session.delete(lost);
        await session.commit();
        assert.deepEqual(
          [fresh, changed].map(({ district, districtId, store }) => [district, districtId, store]),
          [
            [first, 1, null],
            [first, 1, null],
          ],
        );
        assert.deepEqual(ids(first!.shops), [2, 3]);
        assert.equal(await session.flush(), 0);
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

export const followedCascades: CaseGroup = {
  name: "onDelete: 'cascade' through rows that were not read",
  cases: {
    'entities at the end of a chain leave the session, and references to its middle are empty': ({ withOrm }) =>
      withOrm(tree, async (orm) => {
        await plant(orm);
        await using session = orm.session();
        const leaves = await session.repository(Leaf).all().orderBy('id');
        const nests = await session.repository(Nest).all().orderBy('id');
        const [first] = leaves as [Leaf];
        session.delete(session.reference(Trunk, 1));
        await session.flush();
        assert.equal(await session.repository(Leaf).find(1), null);
        assert.equal(await session.repository(Leaf).find(2), leaves[1]);
        assert.deepEqual(
          nests.map(({ bough }) => bough?.id),
          [undefined, 2],
        );
        assert.throws(() => session.isDirty(first), QueryError);
        await session.rollback();
        assert.equal(await session.repository(Leaf).find(1), first);
        assert.equal(nests[0]!.bough, session.reference(Bough, 1));
      }),

    'so do those of which the reference was not read either': ({ withOrm }) =>
      withOrm(tree, async (orm) => {
        await plant(orm);
        await using session = orm.session();
        const leaves = await session.repository(Leaf).only('name').orderBy('id');
        session.delete(session.reference(Trunk, 2));
        await session.commit();
        assert.throws(() => session.isDirty(leaves[1]!), QueryError);
        assert.equal(session.isDirty(leaves[0]!), false);
      }),

    'what the session has read, or what hangs on nothing that goes, is not asked for': ({ withOrm }) =>
      withOrm(tree, async (orm, statements) => {
        await plant(orm);
        await using session = orm.session();
        const [leaf] = await session.repository(Leaf).include('twig.bough').orderBy('id');
        await session.repository(Nest).all();
        statements.clear();
        session.delete(session.reference(Twig, 2));
        await session.flush();
        session.delete(leaf!.twig.bough.trunk);
        await session.flush();
        assert.deepEqual(
          statements.texts.filter((text) => /select /i.test(text)),
          [],
        );
        await session.commit();
        assert.equal(await session.repository(Leaf).count(), 0);
      }),
  },
};
