/** In which order a flush writes: unique values that change hands, rows that go, rows that refer to one another, and rows that give their places to others. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  PrimaryKey,
  QueryError,
  Unique,
  UniqueViolationError,
  type EntityClass,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Step {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
  @Column({ type: 'integer', nullable: true, unique: true }) position!: number | null;
}

/** Its unique values are pairs, and those of the second kind leave no room for others. */
@Entity()
@Unique(['board', 'place'])
class Pin {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) board!: string;
  @Column({ type: 'integer' }) place!: number;
  @Column({ type: 'varchar', length: 1, unique: true }) letter!: string;
}

@Entity()
class Shelf {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) code!: string;
}

@Entity()
class Box {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Shelf) shelf!: Ref<Shelf>;
  @BelongsTo(() => Shelf, { nullable: true }) spare!: Ref<Shelf> | null;
}

@Entity()
class Ranch {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}

@Entity()
class Gate {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Ranch, { unique: true }) ranch!: Ref<Ranch>;
}

@Entity()
class Land {
  @PrimaryKey({ type: 'integer' }) id!: number;
}

@Entity()
class Town {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Land, { onDelete: 'cascade' }) land!: Ref<Land>;
}

@Entity()
class Street {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Town, { onDelete: 'cascade' }) town!: Ref<Town>;
}

@Entity()
class Zone {
  @PrimaryKey({ type: 'varchar', length: 8 }) code!: string;
  @Column({ type: 'text', nullable: true }) note!: string | null;
  @HasMany(() => Site, 'zone') sites!: Many<Site>;
}

@Entity()
class Site {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Zone, { nullable: true, onDelete: 'set null' }) zone!: Ref<Zone> | null;
  @BelongsTo(() => Zone, { nullable: true, onDelete: 'cascade' }) home!: Ref<Zone> | null;
}

/** A site that must have a zone. */
@Entity()
class Camp {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Zone, { onDelete: 'cascade' }) zone!: Ref<Zone>;
}

/** Rows of an entity in the order of their keys, as texts of these properties. */
async function rows<T extends object>(orm: Espalier, of: EntityClass<T>, ...names: (keyof T)[]): Promise<string[]> {
  await using session = orm.session();
  const found = await session.repository(of).all();
  return found.map((row) => names.map((name) => String(row[name])).join(' ')).sort();
}

async function steps(orm: Espalier, ...names: string[]): Promise<void> {
  await orm.transaction(async (session) => {
    for (const [position, name] of names.entries()) session.create(Step, { name, position });
    await session.flush();
  });
}

export const flushOrder: CaseGroup = {
  name: 'the order of a flush',
  cases: {
    'a new row takes the unique value at the head of a chain of rows that each take the next': ({ withOrm }) =>
      withOrm([Step], async (orm) => {
        await steps(orm, 'a', 'b');
        await orm.transaction(async (session) => {
          const [a, b] = await session.repository(Step).orderBy('name');
          b!.name = 'z';
          a!.name = 'b';
          session.create(Step, { name: 'a', position: null });
        });
        assert.deepEqual(await rows(orm, Step, 'name', 'position'), ['a null', 'b 0', 'z 1']);
      }),

    'a list shifts by one, whichever row was changed first and whether its head is new, moved or deleted': ({
      withOrm,
    }) =>
      withOrm([Step], async (orm) => {
        await steps(orm, 'a', 'b', 'c', 'd', 'e');
        await orm.transaction(async (session) => {
          for (const step of await session.repository(Step).orderBy('position')) step.position! += 1;
          session.create(Step, { name: 'new', position: 0 });
        });
        assert.deepEqual(await rows(orm, Step, 'position', 'name'), ['0 new', '1 a', '2 b', '3 c', '4 d', '5 e']);
        await orm.transaction(async (session) => {
          const [head, ...others] = await session.repository(Step).orderBy('position');
          session.delete(head!);
          for (const step of others.reverse()) step.position! -= 1;
        });
        assert.deepEqual(await rows(orm, Step, 'position', 'name'), ['0 a', '1 b', '2 c', '3 d', '4 e']);
        await orm.transaction(async (session) => {
          const all = await session.repository(Step).orderBy('position');
          for (const step of all) step.position = (step.position! + 1) % all.length;
        });
        assert.deepEqual(await rows(orm, Step, 'position', 'name'), ['0 e', '1 a', '2 b', '3 c', '4 d']);
      }),

    'unique values that are required change hands between rows': ({ withOrm }) =>
      withOrm([Step], async (orm) => {
        await steps(orm, 'one', 'two', 'three');
        await orm.transaction(async (session) => {
          const [one, two, three] = await session.repository(Step).orderBy('position');
          [one!.name, two!.name, three!.name] = ['two', 'three', 'one'];
        });
        assert.deepEqual(await rows(orm, Step, 'position', 'name'), ['0 two', '1 three', '2 one']);
      }),

    'a swap of unique values that fails leaves both rows as they were, and can be repeated': ({ withOrm }) =>
      withOrm([Step], async (orm) => {
        await steps(orm, 'one', 'two', 'three');
        await using session = orm.session();
        const [one, two] = await session.repository(Step).orderBy('position');
        [one!.name, two!.name] = ['two', 'one'];
        const third = session.create(Step, { name: 'three', position: 7 });
        await assert.rejects(session.flush(), UniqueViolationError);
        assert.deepEqual(await rows(orm, Step, 'position', 'name'), ['0 one', '1 two', '2 three']);
        third.name = 'four';
        await session.commit();
        assert.deepEqual(await rows(orm, Step, 'position', 'name'), ['0 two', '1 one', '2 three', '7 four']);
      }),

    'pairs of unique values change hands by whichever part leaves room': ({ withOrm }) =>
      withOrm([Pin], async (orm) => {
        await orm.transaction((session) => {
          session.create(Pin, { board: 'A', place: 1, letter: 'x' });
          session.create(Pin, { board: 'A', place: 2, letter: 'y' });
          session.create(Pin, { board: 'B', place: 1, letter: 'z' });
          return Promise.resolve();
        });
        await orm.transaction(async (session) => {
          const [one, two, three] = await session.repository(Pin).orderBy('id');
          [one!.place, two!.place] = [2, 1];
          three!.place = 2;
        });
        assert.deepEqual(await rows(orm, Pin, 'board', 'place', 'letter'), ['A 1 y', 'A 2 x', 'B 2 z']);
        await orm.transaction(async (session) => {
          const [one, , three] = await session.repository(Pin).orderBy('id');
          [one!.board, three!.board] = ['B', 'A'];
        });
        assert.deepEqual(await rows(orm, Pin, 'board', 'place', 'letter'), ['A 1 y', 'A 2 z', 'B 2 x']);
      }),

    'unique values that change hands where the type leaves no room are refused, both rows named': ({ withOrm }) =>
      withOrm([Pin], async (orm, statements) => {
        await using session = orm.session();
        const one = session.create(Pin, { board: 'A', place: 1, letter: 'x' });
        const two = session.create(Pin, { board: 'A', place: 2, letter: 'y' });
        await session.commit();
        [one.letter, two.letter] = ['y', 'x'];
        statements.clear();
        await assert.rejects(session.flush(), (error: Error) => {
          assert.ok(error instanceof QueryError);
          assert.match(
            error.message,
            new RegExp(
              `Pin\\D*${String(one.id)}.*Pin\\D*${String(two.id)}|Pin\\D*${String(two.id)}.*Pin\\D*${String(one.id)}`,
            ),
          );
          assert.match(error.message, /Pin\.letter/);
          return true;
        });
        assert.equal(statements.count, 0);
        // One of them first, by way of another value.
        one.letter = '?';
        await session.flush();
        one.letter = 'y';
        await session.commit();
        assert.deepEqual(await rows(orm, Pin, 'place', 'letter'), ['1 y', '2 x']);
      }),

    'a row goes after what referred to it was given elsewhere, also where its unique value comes back': ({ withOrm }) =>
      withOrm([Shelf, Box], async (orm) => {
        for (const relation of ['shelf', 'spare'] as const) {
          await using session = orm.session();
          const [a, b] = [session.create(Shelf, { code: 'A' }), session.create(Shelf, { code: 'B' })];
          const box = session.create(Box, { shelf: b, spare: null });
          box[relation] = a;
          await session.commit();
          const fresh = session.create(Shelf, { code: 'A' });
          box[relation] = fresh;
          session.delete(a);
          await session.commit();
          assert.deepEqual(await rows(orm, Shelf, 'code'), ['A', 'B']);
          await using other = orm.session();
          const stored = await other.repository(Box).get(box.id);
          assert.equal(stored[relation]?.id, fresh.id);
          await other.repository(Box).all().delete();
          await other.repository(Shelf).all().delete();
          await other.commit();
        }
      }),

    'a row goes after what referred to it was given to a row that is there': ({ withOrm }) =>
      withOrm([Shelf, Box], async (orm) => {
        await using session = orm.session();
        const [a, b] = [session.create(Shelf, { code: 'A' }), session.create(Shelf, { code: 'B' })];
        const box = session.create(Box, { shelf: a, spare: a });
        await session.commit();
        session.delete(a);
        box.shelf = b;
        box.spare = null;
        b.code = 'A';
        await session.commit();
        assert.deepEqual(await rows(orm, Shelf, 'id', 'code'), [`${String(b.id)} A`]);
        assert.equal(await session.repository(Box).filter({ shelf: b, spare: null }).count(), 1);
      }),

    'a unique reference is freed before a new row takes it, though its holder goes to a new row': ({ withOrm }) =>
      withOrm([Ranch, Gate], async (orm) => {
        await using session = orm.session();
        const old = session.create(Ranch, { name: 'old' });
        const gate = session.create(Gate, { ranch: old });
        await session.commit();
        const fresh = session.create(Ranch, { name: 'new' });
        const second = session.create(Gate, { ranch: old });
        gate.ranch = fresh;
        await session.commit();
        await using other = orm.session();
        const gates = await other.repository(Gate).include('ranch').orderBy('id');
        assert.deepEqual(
          gates.map(({ id, ranch }) => [id, ranch.name]),
          [
            [gate.id, 'new'],
            [second.id, 'old'],
          ],
        );
      }),

    'owners swap what refers to them by unique references': ({ withOrm }) =>
      withOrm([Ranch, Gate], async (orm) => {
        await using session = orm.session();
        const [east, west] = [session.create(Ranch, { name: 'east' }), session.create(Ranch, { name: 'west' })];
        const [first, second] = [session.create(Gate, { ranch: east }), session.create(Gate, { ranch: west })];
        await session.commit();
        session.delete(first);
        second.ranch = east;
        await session.commit();
        assert.equal(await session.repository(Gate).filter({ ranch: east }).count(), 1);
        assert.equal(await session.repository(Gate).count(), 1);
      }),

    'rows are deleted from the far end, also where what lies between is not known to the session': ({ withOrm }) =>
      withOrm([Land, Town, Street], async (orm) => {
        for (const landFirst of [true, false]) {
          await using session = orm.session();
          const land = session.create(Land, {});
          const street = session.create(Street, { town: session.create(Town, { land }) });
          await session.commit();
          await using other = orm.session();
          const farEnd = await other.repository(Street).get(street.id);
          const nearEnd = await other.repository(Land).get(land.id);
          other.delete(...(landFirst ? [nearEnd, farEnd] : [farEnd, nearEnd]));
          await other.commit();
          for (const entity of [Land, Town, Street]) assert.equal(await other.repository<object>(entity).count(), 0);
        }
      }),

    'a new row that takes the natural key of a deleted one keeps what was handed over to it': ({ withOrm }) =>
      withOrm([Zone, Site, Camp], async (orm) => {
        for (const createsFirst of [true, false]) {
          await using session = orm.session();
          const old = session.create(Zone, { code: 'Z', note: 'old' });
          const site = session.create(Site, { zone: old, home: null });
          const homely = session.create(Site, { zone: null, home: old });
          const camp = session.create(Camp, { zone: old });
          const left = session.create(Site, { zone: old, home: null });
          await session.commit();
          if (!createsFirst) session.delete(old);
          const fresh = session.create(Zone, { code: 'Z', note: 'new' });
          site.zone = fresh;
          homely.home = fresh;
          camp.zone = fresh;
          left.zone = null;
          if (createsFirst) session.delete(old);
          await session.commit();
          await using other = orm.session();
          const sites = await other.repository(Site).include('zone', 'home').orderBy('id');
          assert.deepEqual(
            sites.map(({ zone, home }) => [zone?.code, home?.code]),
            [
              ['Z', undefined],
              [undefined, 'Z'],
              [undefined, undefined],
            ],
          );
          assert.equal((await other.repository(Camp).include('zone').one()).zone.note, 'new');
          other.delete(...sites, await other.repository(Zone).one());
          await other.commit();
          assert.equal(await other.repository(Camp).count(), 0);
        }
      }),

    'a natural key that comes back keeps children where nothing requires its old row': ({ withOrm }) =>
      withOrm([Zone, Site], async (orm) => {
        await using session = orm.session();
        const old = session.create(Zone, { code: 'Z', note: 'old' });
        const [site, home] = [
          session.create(Site, { zone: old, home: null }),
          session.create(Site, { zone: null, home: old }),
        ];
        await session.commit();
        session.delete(old);
        const fresh = session.create(Zone, { code: 'Z', note: null });
        fresh.sites.add(site);
        home.home = fresh;
        await session.commit();
        await using other = orm.session();
        assert.equal((await other.repository(Zone).one()).note, null);
        assert.equal(
          await other
            .repository(Site)
            .filter({ zone: { code: 'Z' } })
            .count(),
          1,
        );
        assert.equal(
          await other
            .repository(Site)
            .filter({ home: { code: 'Z' } })
            .count(),
          1,
        );
      }),
  },
};
