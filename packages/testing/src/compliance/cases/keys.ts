/** Keys that the database spells or compares in its own way: what it holds for one row is one object, and no row is lost or read twice. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  eq,
  HasMany,
  inList,
  PrimaryKey,
  type Defaulted,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'key_moments' })
class Moment {
  @PrimaryKey({ type: 'timestamptz', as: 'string' }) at!: string;
  @Column({ type: 'integer' }) value!: number;
}

@Entity({ table: 'key_readings' })
class Reading {
  @PrimaryKey({ type: 'char', length: 6 }) sensor!: string;
  @PrimaryKey({ type: 'timestamptz', as: 'string' }) at!: string;
  @Column({ type: 'integer' }) value!: number;
}

@Entity({ table: 'key_labels' })
class Label {
  @PrimaryKey({ type: 'char', length: 6 }) code!: string;
}

/** The type of PostgreSQL that fills with blanks, by its own name. */
@Entity({ table: 'key_shelves' })
class Shelf {
  @PrimaryKey({ type: { sqlType: 'char(6)', base: 'text' } }) code!: Defaulted<string>;
  @Column({ type: { sqlType: 'CHARACTER (4)', base: 'varchar' }, nullable: true, unique: true }) mark!: string | null;
  @HasMany(() => Crate, 'shelf', { orderBy: 'id' }) crates!: Many<Crate>;
}

@Entity({ table: 'key_crates' })
class Crate {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Shelf) shelf!: Ref<Shelf, 'code'>;
}

/** A key whose conversion loses what the database tells rows apart by. */
@Entity({ table: 'key_folded' })
class Folded {
  @PrimaryKey({
    type: 'varchar',
    length: 20,
    transform: { toDatabase: (value: string) => value, fromDatabase: (value: string) => value.replaceAll('x', '') },
  })
  code!: string;
}

/** A key that the application holds as an object. */
class Code {
  constructor(readonly text: string) {}
}

const code = {
  toDatabase: (value: Code) => value.text,
  fromDatabase: (text: string) => new Code(text),
};

@Entity({ table: 'key_roots' })
class Root {
  @PrimaryKey({ type: 'varchar', length: 20, transform: code }) id!: Code;
  @Column({ type: 'integer' }) value!: number;
  @HasMany(() => Leaf, 'root', { orderBy: 'id' }) leaves!: Many<Leaf>;
}

@Entity({ table: 'key_leaves' })
class Leaf {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Root) root!: Ref<Root>;
}

/** A key that the database numbers. */
class Ticket {
  constructor(readonly number: number) {}
}

@Entity({ table: 'key_guests' })
class Guest {
  @PrimaryKey({
    type: 'integer',
    generated: 'identity',
    transform: { toDatabase: (value: Ticket) => value.number, fromDatabase: (number: number) => new Ticket(number) },
  })
  id!: Ticket;
  @BelongsTo(() => Guest, { nullable: true }) host!: Ref<Guest> | null;
}

const NUMBERS = Array.from({ length: 8 }, (_, i) => i);

/** What `iterate` gives in a transaction, where it reads by windows. */
async function iterated<R>(orm: Espalier, work: (session: Session) => AsyncIterable<R>): Promise<R[]> {
  const found: R[] = [];
  await using session = orm.session();
  await session.begin();
  for await (const each of work(session)) {
    found.push(each);
    // A stream that repeats rows would never end.
    if (found.length > 100) break;
  }
  return found;
}

export const keys: CaseGroup = {
  name: 'keys',
  cases: {
    'iterating in a transaction goes on after keys of microseconds': ({ withOrm }) =>
      withOrm([Moment], async (orm) => {
        const at = (i: number): string => `2024-02-29T12:00:00.00000${String(i)}Z`;
        await orm.transaction(async (session) => {
          for (const value of NUMBERS) session.create(Moment, { at: at(value + 1), value });
        });
        const found = await iterated(orm, (session) => session.repository(Moment).all().iterate({ batch: 3 }));
        assert.deepEqual(
          found.map(({ value }) => value),
          NUMBERS,
        );
      }),

    'iterating in an order of its own finds the rows of composite keys with blanks and microseconds': ({ withOrm }) =>
      withOrm([Reading], async (orm) => {
        await orm.transaction(async (session) => {
          for (const value of NUMBERS)
            session.create(Reading, { sensor: 'ab', at: `2024-02-29T12:00:00.00000${String(value)}Z`, value });
        });
        const found = await iterated(orm, (session) =>
          session.repository(Reading).all().orderBy('-value').iterate({ batch: 3 }),
        );
        assert.deepEqual(
          found.map(({ value }) => value),
          [...NUMBERS].reverse(),
        );
      }),

    'iterating goes on after keys that a char column fills with blanks': ({ withOrm }) =>
      withOrm([Label], async (orm) => {
        await orm.transaction(async (session) => {
          for (const value of NUMBERS) session.create(Label, { code: `c${String(value)}` });
        });
        const found = await iterated(orm, (session) => session.repository(Label).all().iterate({ batch: 3 }));
        assert.deepEqual(
          found.map(({ code }) => code),
          NUMBERS.map((value) => `c${String(value)}`),
        );
      }),

    'iterating goes on after the key that the database holds, whatever a conversion makes of it': ({ withOrm }) =>
      withOrm([Folded], async (orm) => {
        await orm.transaction(async (session) => {
          for (const value of NUMBERS) session.create(Folded, { code: `xx${String(value)}` });
        });
        const plain = await iterated(orm, (session) => session.repository(Folded).all().iterate({ batch: 3 }));
        assert.deepEqual(
          plain.map(({ code }) => code),
          NUMBERS.map(String),
        );
        const ordered = await iterated(orm, (session) =>
          session.repository(Folded).all().orderBy('-code').iterate({ batch: 3 }),
        );
        assert.equal(ordered.length, NUMBERS.length);
      }),

    'a key that is filled with blanks is one object, new or read, with what refers to it': ({ withOrm }) =>
      withOrm([Shelf, Crate], async (orm) => {
        await using session = orm.session();
        const made = session.create(Shelf, { code: 'xy', mark: 'a' });
        session.create(Crate, { shelf: made });
        await session.commit();
        assert.equal(await session.repository(Shelf).filter({ mark: 'a' }).one(), made);
        assert.equal(await session.repository(Shelf).get('xy  '), made);
        await using other = orm.session();
        const shelf = await other.repository(Shelf).include('crates').one();
        const crate = await other.repository(Crate).include('shelf').one();
        assert.deepEqual([shelf.code, shelf.mark, shelf.crates.length], ['xy', 'a', 1]);
        assert.equal(crate.shelf, shelf);
        assert.equal(other.reference(Shelf, 'xy'), shelf);
        shelf.mark = 'a ';
        assert.deepEqual(other.changes(), []);
        shelf.mark = 'b';
        other.create(Crate, { shelf: 'xy   ' });
        assert.deepEqual(await other.repository(Shelf).getOrCreate({ code: 'xy  ' }), [shelf, false]);
        await other.commit();
        assert.equal(
          await other
            .repository(Crate)
            .filter({ shelf: { mark: 'b' } })
            .count(),
          2,
        );
      }),

    'a key of an own type that the database makes is named by what comes with it': ({ withOrm }) =>
      withOrm([Guest], async (orm) => {
        await orm.transaction((session) => {
          const first = session.create(Guest, {});
          session.create(Guest, { host: session.create(Guest, { host: first }) });
          return Promise.resolve();
        });
        await using session = orm.session();
        const guests = await session.repository(Guest).orderBy('id');
        assert.deepEqual(
          guests.map(({ id, host }) => [id, host?.id.number]),
          [
            [new Ticket(1), undefined],
            [new Ticket(2), 1],
            [new Ticket(3), 2],
          ],
        );
      }),

    'a key of an own type is taken by its value': ({ withOrm }) =>
      withOrm([Root, Leaf], async (orm) => {
        const key = (text: string): Code => new Code(text);
        await orm.transaction(async (session) => {
          session.create(Root, { id: new Code('a'), value: 1 });
          session.create(Root, { id: new Code('b'), value: 2 });
          await session.flush();
          session.create(Leaf, { root: key('a') });
          await session.repository(Leaf).create({ root: key('b') });
          await session.repository(Leaf).insertMany([{ root: key('b') }]);
        });
        await using session = orm.session();
        const roots = session.repository(Root);
        const leaves = session.repository(Leaf);
        const a = await roots.get(key('a'));
        assert.equal(a.value, 1);
        assert.equal(await roots.find(key('a')), a);
        assert.equal(await roots.get({ id: key('a') }), a);
        assert.equal(await roots.find(key('c')), null);
        await assert.rejects(roots.get(key('c')), /c/);
        assert.equal(await leaves.filter({ root: key('b') }).count(), 2);
        assert.equal(await leaves.filter({ root: eq(key('b')) }).count(), 2);
        assert.equal(await leaves.filter({ root: inList([key('a'), key('b')]) }).count(), 3);
        assert.equal(await roots.filter({ id: inList([key('a')]) }).count(), 1);
        assert.equal(await leaves.filter({ root: key('b') }).update({ root: key('a') }), 2);
        const [loaded] = await roots.include('leaves').orderBy('value');
        assert.equal(loaded, a);
        assert.equal(loaded.leaves.length, 3);
      }),
  },
};
