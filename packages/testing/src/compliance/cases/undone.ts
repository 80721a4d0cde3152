/** A flush that fails and a rollback: memory is as it was, or as the rows are. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  PrimaryKey,
  UniqueViolationError,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'undone_boxes' })
class Box {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
  @HasMany(() => Thing, 'box') things!: Many<Thing>;
  @HasOne(() => Lid, 'box') lid!: Ref<Lid> | null;
}

@Entity({ table: 'undone_things' })
class Thing {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Box, { nullable: true }) box!: Ref<Box> | null;
}

@Entity({ table: 'undone_lids' })
class Lid {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Box, { nullable: true, unique: true }) box!: Ref<Box> | null;
}

/** The key of a lab names its firm, and so does the key of a worker: one column for both. */
@Entity({ table: 'undone_labs' })
class Lab {
  @PrimaryKey({ type: 'integer', generated: false }) firmId!: number;
  @PrimaryKey({ type: 'varchar', length: 10 }) code!: string;
}

@Entity({ table: 'undone_workers' })
class Worker {
  @PrimaryKey({ type: 'integer', generated: false }) firmId!: number;
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Lab, { columns: ['firm_id', 'lab_code'] }) lab!: Ref<Lab, 'firmId' | 'code'>;
}

export const undone: CaseGroup = {
  name: 'what is undone',
  cases: {
    'children that a relation gave up before its rows were known are its own again after a failed flush': ({
      withOrm,
    }) =>
      withOrm([Box, Thing, Lid], async (orm) => {
        await orm.transaction((session) => {
          const box = session.create(Box, { name: 'a' });
          for (let i = 0; i < 2; i++) session.create(Thing, { box });
          session.create(Lid, { box });
          return Promise.resolve();
        });
        await using session = orm.session();
        const box = await session.repository(Box).one();
        const [lid, [thing]] = [await session.repository(Lid).one(), await session.repository(Thing).orderBy('id')];
        box.lid = null;
        box.things.set([]);
        const before = [lid.box, thing!.box, session.isDirty(lid), session.isDirty(thing!)];
        const twin = session.create(Box, { name: 'a' });
        await assert.rejects(session.flush(), UniqueViolationError);
        assert.deepEqual([lid.box, thing!.box, session.isDirty(lid), session.isDirty(thing!)], before);
        twin.name = 'b';
        await session.commit();
        await using other = orm.session();
        const found = await other.repository(Box).include('things', 'lid').get({ name: 'a' });
        assert.deepEqual([found.things.length, found.lid], [0, null]);
      }),

    'what a relation was set to before its rows were known is forgotten by a rollback': ({ withOrm }) =>
      withOrm([Box, Thing, Lid], async (orm) => {
        await orm.transaction((session) => {
          const box = session.create(Box, { name: 'a' });
          session.create(Thing, { box });
          session.create(Lid, { box });
          return Promise.resolve();
        });
        await using session = orm.session();
        const box = await session.repository(Box).one();
        box.things.set([]);
        box.lid = null;
        assert.deepEqual(
          session.changes().map(({ kind, properties }) => [kind, properties]),
          [['update', ['things', 'lid']]],
        );
        await session.rollback();
        assert.deepEqual(session.changes(), []);
        await session.commit();
        const loaded = await session.load(box, 'things', 'lid');
        assert.deepEqual([loaded.things.length, loaded.lid !== null], [1, true]);
      }),

    'what a block that fails loaded after it wrote is not loaded afterwards': ({ withOrm }) =>
      withOrm([Box, Thing, Lid], async (orm) => {
        await using session = orm.session();
        session.create(Box, { name: 'a' });
        await session.commit();
        session.clear();
        const box = await session.repository(Box).one();
        const things = session.repository(Thing);
        session.create(Box, { name: 'b' });
        await session.flush();
        const block = session.transaction(async () => {
          await things.insertMany([{ box }]);
          assert.equal((await session.load(box, 'things')).things.length, 1);
          throw new Error('stop');
        });
        await assert.rejects(block, /stop/);
        assert.equal((await session.load(box, 'things')).things.length, 0);
      }),

    'a reference that is refused because its columns are shared is that of the row after a rollback': ({ withOrm }) =>
      withOrm([Lab, Worker], async (orm) => {
        await orm.transaction((session) => {
          for (const firmId of [1, 2])
            session.create(Worker, { firmId, id: 7, lab: session.create(Lab, { firmId, code: 'x' }) });
          return Promise.resolve();
        });
        await using session = orm.session();
        const [one, two] = (await session.repository(Worker).include('lab').orderBy('firmId')) as [Worker, Worker];
        const own = one.lab;
        one.lab = two.lab;
        await assert.rejects(session.commit());
        await session.rollback();
        assert.equal(one.lab, own);
        assert.deepEqual(session.changes(), []);
        await session.commit();
      }),
  },
};
