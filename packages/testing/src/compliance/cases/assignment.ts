/** What assigning to a relation does, and what relations say of entities that are new, that failed to be written, or that are read again. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  DeadlockError,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  NotLoadedError,
  PrimaryKey,
  QueryError,
  UniqueViolationError,
  ValidationFailedError,
  Version,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Farm {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
  @HasMany(() => Hen, 'farm') hens!: Many<Hen>;
  @HasOne(() => Fence, 'farm') fence!: Ref<Fence> | null;
  @HasOne(() => Deed, 'farm', { orphanRemoval: true }) deed!: Ref<Deed> | null;
  @ManyToMany(() => Tag) tags!: Many<Tag>;
}

@Entity()
class Hen {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Farm, { nullable: true }) farm!: Ref<Farm> | null;
  @Column({ type: 'integer', nullable: true }) weight!: number | null;
  @Version() version!: number;
}

@Entity()
class Fence {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Farm, { nullable: true }) farm!: Ref<Farm> | null;
}

@Entity()
class Deed {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Farm) farm!: Ref<Farm>;
}

@Entity()
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Farm, 'tags') farms!: Many<Farm>;
}

const farms = [Farm, Hen, Fence, Deed, Tag];

/** A key of two parts, one of which is the owner. */
@Entity()
class Pond {
  @PrimaryKey({ type: 'varchar', length: 10 }) name!: string;
  @HasMany(() => Fish, 'pond', { orphanRemoval: true }) fish!: Many<Fish>;
}

@Entity()
class Fish {
  @PrimaryKey() @BelongsTo(() => Pond) pond!: Ref<Pond>;
  @PrimaryKey({ type: 'integer' }) number!: number;
}

/** What a relation holds that is loaded, as ids. */
const ids = (collection: unknown): number[] => [...(collection as Iterable<{ id: number }>)].map(({ id }) => id);

/** A farm with two hens, a fence, a deed and two tags. @returns its key */
async function filled(orm: Espalier, name = 'one'): Promise<number> {
  return await orm.transaction(async (session) => {
    const farm = session.create(Farm, { name, hens: [new Hen(), new Hen()], tags: [new Tag(), new Tag()] });
    farm.fence = new Fence();
    farm.deed = Object.assign(new Deed(), { farm });
    await session.flush();
    return farm.id;
  });
}

/** What the rows say of a farm. */
async function stored(orm: Espalier, id: number): Promise<Record<string, number>> {
  await using session = orm.session();
  const farm = await session.repository(Farm).include('hens', 'fence', 'deed', 'tags').get(id);
  return {
    hens: farm.hens.length,
    fence: farm.fence ? 1 : 0,
    deed: farm.deed ? 1 : 0,
    tags: farm.tags.length,
  };
}

/** Ends of a unit of work that undo what was pending, after which it is tried again. */
const FAILURES: Record<string, (orm: Espalier, farm: Farm) => Promise<void>> = {
  'a rollback': async (orm, farm) => {
    await using session = orm.session();
    session.add(farm);
    await session.flush();
    await session.rollback();
  },
  'a rollback before it was flushed': async (orm, farm) => {
    await using session = orm.session();
    session.add(farm);
    await session.rollback();
  },
  'a block that fails': async (orm, farm) => {
    await using session = orm.session();
    const block = session.transaction(async () => {
      session.add(farm);
      await session.flush();
      throw new Error('enough');
    });
    await assert.rejects(block, /enough/);
  },
  'a flush that fails': async (orm, farm) => {
    await using session = orm.session();
    session.add(farm);
    session.create(Farm, { name: farm.name });
    await assert.rejects(session.flush(), UniqueViolationError);
    await session.rollback();
  },
  'the end of its session': async (orm, farm) => {
    await using session = orm.session();
    session.add(farm);
    await session.close();
  },
};

export const assignment: CaseGroup = {
  name: 'assigning relations',
  cases: {
    'assigning to a collection sets its items: loaded, touched, or not read at all': ({ withOrm }) =>
      withOrm(farms, async (orm) => {
        for (const state of ['untouched', 'touched', 'loaded'] as const) {
          const id = await filled(orm, state);
          await using session = orm.session();
          const farm = await session.repository(Farm).get(id);
          if (state === 'touched') {
            assert.throws(() => ids(farm.hens), NotLoadedError);
            assert.throws(() => ids(farm.tags), NotLoadedError);
          }
          if (state === 'loaded') await session.load(farm, 'hens', 'tags');
          const [kept] = await session.repository(Hen).filter({ farm }).orderBy('id');
          const [tag] = await session.repository(Tag).orderBy('-id');
          const fresh = new Hen();
          Object.assign(farm, { hens: [fresh, kept!], tags: [tag!] });
          assert.ok(session.isDirty(farm));
          await session.commit();
          assert.deepEqual(await stored(orm, id), { hens: 2, fence: 1, deed: 1, tags: 1 });
          assert.deepEqual(ids(farm.hens).sort(), [kept!.id, fresh.id].sort());
          assert.deepEqual(ids(farm.tags), [tag!.id]);
          Object.assign(farm, { hens: [], tags: [] });
          await session.commit();
          assert.deepEqual(await stored(orm, id), { hens: 0, fence: 1, deed: 1, tags: 0 });
        }
      }),

    'assigning to a collection whose children are keyed by their owner removes and keeps by row': ({ withOrm }) =>
      withOrm([Pond, Fish], async (orm) => {
        await orm.transaction((session) => {
          const pond = session.create(Pond, { name: 'deep' });
          for (const number of [1, 2, 3]) session.create(Fish, { pond, number });
          return Promise.resolve();
        });
        for (const [loads, wanted] of [
          [false, [1, 2]],
          [true, [2]],
        ] as const) {
          await using session = orm.session();
          const pond = await session.repository(Pond).get('deep');
          if (loads) await session.load(pond, 'fish');
          const fish = await session.repository(Fish).all();
          Object.assign(pond, { fish: fish.filter(({ number }) => (wanted as readonly number[]).includes(number)) });
          await session.commit();
          assert.deepEqual((await session.repository(Fish).all()).map(({ number }) => number).sort(), [...wanted]);
        }
      }),

    "assigning another entity's collection copies its items, and the two stay apart": ({ withOrm }) =>
      withOrm(farms, async (orm) => {
        const [one, two] = [await filled(orm, 'one'), await filled(orm, 'two')];
        await using session = orm.session();
        const from = await session.repository(Farm).include('tags', 'hens').get(one);
        const to = await session.repository(Farm).get(two);
        Object.assign(to, { tags: from.tags, hens: from.hens });
        const [tag, hen] = [session.create(Tag, {}), session.create(Hen, { farm: null })];
        to.tags.add(tag);
        to.hens.add(hen);
        assert.equal(from.tags.includes(tag), false);
        assert.equal(from.hens.includes(hen), false);
        await session.commit();
        assert.deepEqual(await stored(orm, one), { hens: 0, fence: 1, deed: 1, tags: 2 });
        assert.deepEqual(await stored(orm, two), { hens: 3, fence: 1, deed: 1, tags: 3 });
      }),

    'what is no array of entities is refused when it is assigned, and the items stay': ({ withOrm }) =>
      withOrm(farms, async (orm) => {
        const id = await filled(orm);
        await using session = orm.session();
        const farm = await session.repository(Farm).include('hens', 'tags').get(id);
        for (const wrong of [5, 'x', null, undefined, {}, [5], [null], [{ id: 1 }], [new Fence()]]) {
          assert.throws(() => Object.assign(farm, { hens: wrong }), QueryError, JSON.stringify(wrong));
          assert.throws(() => Object.assign(farm, { tags: wrong }), QueryError, JSON.stringify(wrong));
        }
        for (const wrong of [5, 'x', undefined, {}, [], { id: 1 }, new Hen()])
          assert.throws(() => Object.assign(farm, { fence: wrong }), QueryError, JSON.stringify(wrong));
        assert.equal(await session.flush(), 0);
        assert.deepEqual([farm.hens.length, farm.tags.length], [2, 2]);
        await session.commit();
        assert.deepEqual(await stored(orm, id), { hens: 2, fence: 1, deed: 1, tags: 2 });
      }),

    'a has-one relation that is set to null or to another child lets its row go, loaded or not': ({ withOrm }) =>
      withOrm(farms, async (orm) => {
        for (const loads of [true, false]) {
          for (const replaces of [true, false]) {
            const id = await filled(orm, `${String(loads)} ${String(replaces)}`);
            await using session = orm.session();
            const farm = await session.repository(Farm).get(id);
            if (loads) await session.load(farm, 'fence', 'deed');
            farm.fence = replaces ? new Fence() : null;
            farm.deed = replaces ? new Deed() : null;
            await session.commit();
            const rest = replaces ? 1 : 0;
            assert.deepEqual(await stored(orm, id), { hens: 2, fence: rest, deed: rest, tags: 2 });
            assert.equal(await session.repository(Fence).filter({ farm: null }).count(), 1);
            assert.equal(await session.repository(Deed).count(), rest);
            await session.repository(Fence).all().delete();
            await session.repository(Deed).all().delete();
            await session.commit();
          }
        }
      }),

    'undefined in a reference or a column of a stored entity is refused, and null is written once': ({ withOrm }) =>
      withOrm(farms, async (orm, statements) => {
        const id = await filled(orm);
        await using session = orm.session();
        const [hen] = await session.repository(Hen).orderBy('id');
        for (const property of ['farm', 'weight']) {
          for (const inBlock of [true, false]) {
            Object.assign(hen!, { [property]: undefined });
            statements.clear();
            const flush = (): Promise<unknown> =>
              inBlock ? session.transaction(() => session.flush()) : session.flush();
            await assert.rejects(flush(), (error: Error) => {
              assert.ok(error instanceof ValidationFailedError);
              assert.match(error.message, new RegExp(`Hen\\.${property}`));
              return true;
            });
            assert.ok(!statements.texts.some((text) => /^(update|insert|delete)/i.test(text)));
          }
          Object.assign(hen!, { [property]: null });
          await session.flush();
          assert.equal(session.isDirty(hen!), false);
        }
        await session.commit();
        assert.equal(await session.flush(), 0);
        assert.deepEqual(await stored(orm, id), { hens: 1, fence: 1, deed: 1, tags: 2 });
      }),

    'relations of a new entity can be read before it is written': ({ withOrm }) =>
      withOrm(farms, async (orm) => {
        await using session = orm.session();
        const farm = session.create(Farm, { name: 'new' });
        assert.equal(farm.fence, null);
        assert.deepEqual([ids(farm.hens), ids(farm.tags)], [[], []]);
        const hen = session.create(Hen, { farm });
        const fence = session.create(Fence, { farm });
        const held = [...(farm.hens as unknown as Iterable<Hen>)];
        assert.deepEqual(held, [hen]);
        assert.equal(farm.fence, fence);
        await session.commit();
        assert.deepEqual(ids(farm.hens), [hen.id]);
        assert.equal(farm.fence, fence);
        assert.equal(farm.deed, null);
        // A stored farm whose relations are loaded takes in new children at once, too.
        const second = session.create(Hen, { farm });
        assert.equal([...(farm.hens as unknown as Iterable<Hen>)].includes(second), true);
        await session.rollback();
        assert.deepEqual(ids(farm.hens), [hen.id]);
      }),

    ...Object.fromEntries(
      Object.entries(FAILURES).map(([how, fail]): [string, CaseGroup['cases'][string]] => [
        `a new entity keeps its relations through ${how}, so that it can be saved again`,
        ({ withOrm }) =>
          withOrm(farms, async (orm) => {
            const farm = Object.assign(new Farm(), { name: 'again', fence: new Fence(), deed: new Deed() });
            Object.assign(farm, { hens: [new Hen(), new Hen()], tags: [new Tag()] });
            await fail(orm, farm);
            await using session = orm.session();
            session.add(farm);
            await session.commit();
            assert.deepEqual(await stored(orm, farm.id), { hens: 2, fence: 1, deed: 1, tags: 1 });
          }),
      ]),
    ),

    'a transaction that is run again saves new entities from outside with their relations': ({ withOrm }) =>
      withOrm(farms, async (orm) => {
        const farm = Object.assign(new Farm(), { name: 'again' });
        Object.assign(farm, { hens: [new Hen(), new Hen()], tags: [new Tag()] });
        let runs = 0;
        await orm.transaction(
          async (session) => {
            session.add(farm);
            await session.flush();
            runs += 1;
            if (runs < 3) throw new DeadlockError('as if');
          },
          { retries: 2 },
        );
        assert.deepEqual(await stored(orm, farm.id), { hens: 2, fence: 0, deed: 0, tags: 1 });
      }),

    'an entity that left its session and is read again has its relations': ({ withOrm }) =>
      withOrm(farms, async (orm) => {
        const id = await filled(orm);
        await using session = orm.session();
        const first = await session.repository(Farm).include('hens', 'tags', 'fence').get(id);
        session.detach(first);
        const again = await session.repository(Farm).include('hens', 'fence', 'tags').get(id);
        assert.notEqual(again, first);
        assert.deepEqual([again.hens.length, again.tags.length], [2, 2]);
        assert.ok(again.fence);
        for await (const one of session.repository(Farm).iterate({ batch: 1 }))
          await session.repository(Hen).filter({ farm: one });
        const third = await session.repository(Farm).include('hens', 'fence').get(id);
        assert.equal(third.hens.length, 2);
        assert.ok(third.fence);
        // Items that were read before their owner was read again are still its items.
        const [hen] = first.hens.toArray();
        const [tag] = first.tags.toArray();
        again.tags.remove(tag!);
        third.hens.remove(hen!);
        await session.commit();
        assert.deepEqual(await stored(orm, id), { hens: 1, fence: 1, deed: 1, tags: 1 });
      }),
  },
};
