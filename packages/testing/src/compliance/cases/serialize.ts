/** Entities as plain data of a form that the program says. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  NotLoadedError,
  PrimaryKey,
  QueryError,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { ComplianceContext, CaseGroup } from '../suite';

@Entity({ table: 'serialized_people' })
class Person {
  @PrimaryKey({ type: 'bigint', generated: false }) id!: bigint;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'varchar', length: 40, groups: ['staff'] }) phone!: string;
  @Column({ type: 'varchar', length: 40, hidden: true }) secret!: string;
  @HasMany(() => Parcel, 'owner') parcels!: Many<Parcel>;
}

@Entity({ table: 'serialized_parcels' })
class Parcel {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) label!: string;
  @Column({ type: 'boolean' }) fragile!: boolean;
  @Column({ type: 'varchar', length: 200, deferred: true, nullable: true }) note!: string | null;
  @BelongsTo(() => Person) owner!: Ref<Person>;
}

const ANN = { id: '7', name: 'Ann', phone: '555' };

/** Ann with one parcel, in a session that has read nothing. */
function delivered(work: (session: Session) => Promise<void>) {
  return ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Person, Parcel], async (orm) => {
      await orm.transaction(async (session) => {
        const owner = session.create(Person, { id: 7n, name: 'Ann', phone: '555', secret: 'xyz' });
        session.create(Parcel, { id: 1, label: 'vase', fragile: true, note: 'blue', owner });
        await session.flush();
      });
      await using session = orm.session();
      await work(session);
    });
}

const refused = (message: RegExp) => (error: unknown) => error instanceof QueryError && message.test(error.message);

export const serialize: CaseGroup = {
  name: 'session.serialize',
  cases: {
    'without options it gives what was asked for of each entity, bigints as texts and no hidden column': delivered(
      async (session) => {
        const people = await session.repository(Person).all();
        assert.deepEqual(session.serialize(people), [ANN]);
        const [parcel] = await session.repository(Parcel).include('owner');
        assert.deepEqual(session.serialize(parcel!), { id: 1, label: 'vase', fragile: true, owner: ANN });
      },
    ),

    'without options it gives of an entity that load led to what load asked for': delivered(async (session) => {
      const parcel = await session.repository(Parcel).one();
      const own = { id: 1, label: 'vase', fragile: true };
      assert.deepEqual(session.serialize(parcel), { ...own, owner: { id: '7' } });
      await session.load(parcel, 'owner.parcels');
      const owner = { ...ANN, parcels: [{ ...own, owner: { id: '7' } }] };
      assert.deepEqual(session.serialize(parcel), { ...own, owner });
      assert.deepEqual(session.serialize(parcel.owner), owner);
    }),

    'include says which relations are written, whatever was asked for, and the others are keys': delivered(
      async (session) => {
        const parcel = await session.repository(Parcel).include('owner.parcels').one();
        const own = { id: 1, label: 'vase', fragile: true };
        assert.deepEqual(session.serialize(parcel, { include: [] }), { ...own, owner: { id: '7' } });
        assert.deepEqual(session.serialize(parcel, { include: ['owner'] }), { ...own, owner: ANN });
        assert.deepEqual(session.serialize(parcel, { include: ['owner.parcels'] }), {
          ...own,
          owner: { ...ANN, parcels: [{ ...own, owner: { id: '7' } }] },
        });
      },
    ),

    'only and omit name properties by paths': delivered(async (session) => {
      const parcels = await session.repository(Parcel).include('owner');
      assert.deepEqual(session.serialize(parcels, { only: ['label', 'owner.name'] }), [
        { label: 'vase', owner: { name: 'Ann' } },
      ]);
      assert.deepEqual(session.serialize(parcels, { omit: ['fragile', 'owner.phone'] }), [
        { id: 1, label: 'vase', owner: { id: '7', name: 'Ann' } },
      ]);
    }),

    'columns of groups are written where one of these groups is asked for': delivered(async (session) => {
      const ann = await session.repository(Person).one();
      assert.deepEqual(session.serialize(ann, { groups: [] }), { id: '7', name: 'Ann' });
      assert.deepEqual(session.serialize(ann, { groups: ['staff', 'others'] }), ANN);
    }),

    'a relation or a column that is named and not loaded is a NotLoadedError': delivered(async (session) => {
      const parcel = await session.repository(Parcel).one();
      assert.throws(() => session.serialize(parcel, { include: ['owner'] }), NotLoadedError);
      assert.throws(() => session.serialize(parcel, { only: ['note'] }), NotLoadedError);
      const reference = session.reference(Parcel, 99);
      assert.throws(() => session.serialize(reference), NotLoadedError);
      const read = await session.repository(Parcel).undefer('note').one();
      assert.deepEqual(session.serialize(read, { only: ['note'] }), { note: 'blue' });
    }),

    'names that do not exist, hidden columns, other options and what is no entity are refused': delivered(
      async (session) => {
        const ann = await session.repository(Person).one();
        const serialized = session.serialize.bind(session) as (given: unknown, options?: unknown) => unknown;
        assert.throws(() => serialized(ann, { only: ['secret'] }), refused(/Person\.secret is hidden/));
        assert.throws(() => serialized(ann, { omit: ['nmae'] }), refused(/nmae/));
        assert.throws(() => serialized(ann, { include: ['__proto__'] }), refused(/__proto__/));
        assert.throws(() => serialized(ann, { only: ['name.length'] }), refused(/cannot go on after it/));
        assert.throws(() => serialized(ann, { exclude: ['name'] }), refused(/an option "exclude"/));
        assert.throws(() => serialized(ann, { groups: 'staff' }), refused(/groups of session\.serialize is a list/));
        for (const other of [null, 5, 'x', {}, [{}], new Map()])
          assert.throws(() => serialized(other), refused(/serialize takes entities/));
      },
    ),

    'what it gives is a copy: a change of it changes no entity': delivered(async (session) => {
      const ann = await session.repository(Person).one();
      const plain = session.serialize(ann);
      plain.name = 'Bob';
      assert.equal(ann.name, 'Ann');
      assert.equal(session.isDirty(ann), false);
    }),
  },
};
