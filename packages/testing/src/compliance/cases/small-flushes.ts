/** Flushes of one or two rows: what is written does not depend on how many of a kind there are. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  failsafeAdd,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  UniqueViolationError,
  type Defaulted,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'small_houses' })
class House {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Cat, { through: 'small_house_cats' }) cats!: Many<Cat>;
  @ManyToMany(() => Key, { through: () => Ring, from: 'house', to: 'key' }) keys!: Many<Key>;
  @HasMany(() => Chair, 'house', { orphanRemoval: true }) chairs!: Many<Chair>;
  @HasMany(() => Lamp, 'house', { orphanRemoval: true }) lamps!: Many<Lamp>;
  @HasMany(() => Book, 'house') books!: Many<Book>;
  @HasOne(() => Stove, 'house') stove!: Ref<Stove> | null;
}
@Entity({ table: 'small_yards' })
class Yard {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Lamp, 'yard', { orphanRemoval: true }) lamps!: Many<Lamp>;
  @HasMany(() => Chair, 'yard', { orphanRemoval: true }) chairs!: Many<Chair>;
}
@Entity({ table: 'small_cats' })
class Cat {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}
@Entity({ table: 'small_keys' })
class Key {
  @PrimaryKey({ type: 'integer' }) id!: number;
}
/** Mapped on the join table, which has a pair once. */
@Entity({ table: 'small_rings' })
class Ring {
  @PrimaryKey() @BelongsTo(() => House) house!: Ref<House>;
  @PrimaryKey() @BelongsTo(() => Key) key!: Ref<Key>;
}
/** Needs a house: it cannot stay without one, whoever else holds it. */
@Entity({ table: 'small_chairs' })
class Chair {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => House) house!: Ref<House>;
  @BelongsTo(() => Yard, { nullable: true }) yard!: Ref<Yard> | null;
}
/** May be in a house, in a yard, in both. */
@Entity({ table: 'small_lamps' })
class Lamp {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => House, { nullable: true }) house!: Ref<House> | null;
  @BelongsTo(() => Yard, { nullable: true }) yard!: Ref<Yard> | null;
}
/** Stays without a house. */
@Entity({ table: 'small_books' })
class Book {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => House, { nullable: true }) house!: Ref<House> | null;
}
@Entity({ table: 'small_stoves' })
class Stove {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => House, { nullable: true, unique: true }) house!: Ref<House> | null;
}
@Entity({ table: 'small_folders' })
@SoftDelete()
class Folder {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Paper, 'folder', { cascade: ['persist', 'delete'] }) papers!: Many<Paper>;
  @HasMany(() => Clip, 'folder', { cascade: ['persist', 'delete'] }) clips!: Many<Clip>;
  deletedAt!: Date | null;
}
@Entity({ table: 'small_papers' })
@SoftDelete()
class Paper {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Folder) folder!: Ref<Folder>;
  deletedAt!: Date | null;
}
@Entity({ table: 'small_clips' })
class Clip {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Folder) folder!: Ref<Folder>;
}
@Entity({ table: 'small_groups' })
class Group {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}
@Entity({ table: 'small_badges' })
class Badge {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) code!: string;
  @Column({ type: 'integer', default: () => 7 }) level!: Defaulted<number>;
  @BelongsTo(() => Group) group!: Ref<Group>;
}

const entities = [House, Yard, Cat, Key, Ring, Chair, Lamp, Book, Stove, Folder, Paper, Clip, Group, Badge];

async function catsOf(orm: Espalier, id: number): Promise<string[]> {
  await using session = orm.session();
  const house = await session.repository(House).include('cats').get(id);
  return [house.name, ...house.cats.map(({ name }) => name).sort()];
}

export const smallFlushes: CaseGroup = {
  name: 'small flushes',
  cases: {
    'as many pairs come as go, or as other rows change, and nothing else': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [a, b, c] = ['a', 'b', 'c'].map((name) => session.create(Cat, { name })) as [Cat, Cat, Cat];
        const house = session.create(House, { name: 'x', cats: [a, b] });
        await session.commit();
        house.cats.remove(a);
        house.cats.add(c);
        assert.equal(await session.flush(), 2);
        await session.commit();
        assert.deepEqual(await catsOf(orm, house.id), ['x', 'b', 'c']);
        house.name = 'y';
        house.cats.add(a);
        assert.equal(await session.flush(), 2);
        await session.commit();
        assert.deepEqual(await catsOf(orm, house.id), ['y', 'a', 'b', 'c']);
        house.name = 'z';
        house.cats.remove(b);
        await session.commit();
        assert.deepEqual(await catsOf(orm, house.id), ['z', 'a', 'c']);
        const other = session.create(House, { name: 'new' });
        house.cats.add(b);
        await session.commit();
        assert.deepEqual(await catsOf(orm, house.id), ['z', 'a', 'b', 'c']);
        session.delete(other);
        house.cats.remove(c);
        await session.commit();
        assert.deepEqual(await catsOf(orm, house.id), ['z', 'a', 'b']);
        assert.equal(await session.repository(House).count(), 1);
      }),

    'one pair that is there already is no error, nor are several, and what is new among them comes': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        const ids = await orm.transaction(async (session) => {
          const keys = [session.create(Key, {}), session.create(Key, {}), session.create(Key, {})];
          const house = session.create(House, { name: 'x', keys: keys.slice(0, 2) });
          await session.flush();
          return { house: house.id, keys: keys.map(({ id }) => id) };
        });
        for (const some of [[0], [0, 1], [1, 2], [2]]) {
          await using session = orm.session();
          const house = await session.repository(House).get(ids.house);
          house.keys.add(...some.map((i) => session.reference(Key, ids.keys[i]!)));
          await session.commit();
        }
        await using session = orm.session();
        assert.equal(await session.repository(Ring).count(), 3);
      }),

    'an orphan goes, unless it may stay and has another home or its relation lets it': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const yard = session.create(Yard, {});
        const house = session.create(House, { name: 'x' });
        const chairs = [session.create(Chair, { house, yard }), session.create(Chair, { house, yard: null })];
        const lamps = [session.create(Lamp, { house, yard }), session.create(Lamp, { house, yard: null })];
        const book = session.create(Book, { house });
        const stove = session.create(Stove, { house });
        await session.commit();
        await session.load(house, 'chairs', 'lamps', 'books', 'stove');
        house.chairs.remove(...chairs);
        house.lamps.remove(...lamps);
        house.books.remove(book);
        house.stove = null;
        await session.commit();
        const count = (entity: typeof Chair | typeof Lamp | typeof Book | typeof Stove): Promise<number> =>
          session.repository<object>(entity).count();
        assert.deepEqual([await count(Chair), await count(Lamp), await count(Book), await count(Stove)], [0, 1, 1, 1]);
        await using other = orm.session();
        assert.deepEqual(
          (await other.repository(Lamp).all()).map((lamp) => [lamp.house, lamp.yard?.id]),
          [[null, yard.id]],
        );
        assert.deepEqual((await other.repository(Book).one()).house, null);
        assert.deepEqual((await other.repository(Stove).one()).house, null);
        assert.equal(stove.house, null);
      }),

    'a mark goes along to what can be marked, force to all rows, and marks that are there stay': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        const left = async (): Promise<number[]> => {
          await using other = orm.session();
          const papers = other.repository(Paper);
          return [await papers.count(), await papers.withDeleted().count(), await other.repository(Clip).count()];
        };
        await using session = orm.session();
        const folder = session.create(Folder, {});
        const papers = [session.create(Paper, { folder }), session.create(Paper, { folder })];
        session.create(Clip, { folder });
        await session.commit();
        session.delete(papers[0]!);
        await session.commit();
        const mark = papers[0]!.deletedAt;
        assert.deepEqual(await left(), [1, 2, 1]);
        session.delete(folder);
        await session.commit();
        assert.deepEqual(await left(), [0, 2, 1]);
        assert.deepEqual(papers[0]!.deletedAt, mark);
        assert.ok(papers[1]!.deletedAt);
        session.clear();
        session.delete((await session.repository(Folder).find(folder.id))!, { force: true });
        await session.commit();
        assert.deepEqual(await left(), [0, 0, 0]);
      }),

    'a new child of what is deleted is not written, one that is deleted already goes once': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const folder = session.create(Folder, {});
        const clip = session.create(Clip, { folder });
        const paper = session.create(Paper, { folder });
        await session.commit();
        folder.clips.add(new Clip());
        session.delete(clip, paper);
        session.delete(folder, { force: true });
        await session.commit();
        assert.equal(await session.repository(Clip).count(), 0);
        assert.equal(await session.repository(Paper).withDeleted().count(), 0);
      }),

    'a failsafeAdd that loses undoes what came in with the entity, and what was pending is written later': ({
      withOrm,
    }) =>
      withOrm(entities, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Badge, { code: 'a', group: session.create(Group, { name: 'first' }) });
          await session.flush();
        });
        await using session = orm.session();
        const pending = session.create(Group, { name: 'pending' });
        const lost = Object.assign(new Badge(), { code: 'a', group: pending });
        const winner = await failsafeAdd(session, lost, { code: 'a' });
        assert.notEqual(winner, lost);
        assert.deepEqual([lost.id, lost.level, pending.id], [undefined, undefined, undefined]);
        assert.deepEqual(
          session.changes().map(({ kind, entity }) => [kind, entity]),
          [['insert', pending]],
        );
        const fresh = Object.assign(new Group(), { name: 'fresh' });
        const again = Object.assign(new Badge(), { code: 'a', group: fresh });
        await failsafeAdd(session, again);
        assert.equal(fresh.id, undefined);
        await assert.rejects(failsafeAdd(session, again, { code: 'b' }), UniqueViolationError);
        assert.deepEqual([again.id, again.level, fresh.id], [undefined, undefined, undefined]);
        await session.commit();
        assert.deepEqual(
          (await session.repository(Group).orderBy('id')).map(({ name }) => name),
          ['first', 'pending'],
        );
        again.code = 'b';
        session.add(again);
        await session.commit();
        assert.equal(
          await session
            .repository(Badge)
            .filter({ group: { name: 'fresh' } })
            .count(),
          1,
        );
      }),

    'a failsafeAdd that wins is undone by a rollback, in memory too': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const badge = Object.assign(new Badge(), { code: 'a', group: Object.assign(new Group(), { name: 'g' }) });
        assert.equal(await failsafeAdd(session, badge, { code: 'a' }), badge);
        assert.ok(badge.id);
        await session.rollback();
        assert.deepEqual([badge.id, badge.level, badge.group.id], [undefined, undefined, undefined]);
        assert.throws(() => session.isDirty(badge));
        session.add(badge);
        await session.commit();
        assert.equal(await session.repository(Badge).count(), 1);
      }),
  },
};
