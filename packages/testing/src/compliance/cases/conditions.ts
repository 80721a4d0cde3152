/** Conditions along relations: whom they reach where a reference is empty, a related row is soft-deleted, or two relations look alike. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  isNotNull,
  isNull,
  ManyToMany,
  ne,
  not,
  notIn,
  or,
  PrimaryKey,
  SoftDelete,
  type Criterion,
  type Espalier,
  type Many,
  type QuerySet,
  type Ref,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity()
class Person {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'text', nullable: true }) country!: string | null;
  @BelongsTo(() => Person, { nullable: true }) mentor!: Ref<Person> | null;
}

@Entity()
@SoftDelete()
class Label {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text', nullable: true }) city!: string | null;
  deletedAt!: Date | null;
}

@Entity({ table: 'recordings' })
class Recording {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @BelongsTo(() => Person) artist!: Ref<Person>;
  @BelongsTo(() => Person, { nullable: true }) producer!: Ref<Person> | null;
  @BelongsTo(() => Label) label!: Ref<Label>;
}

/** Recordings by their producers: Miles of the US, Gil and Teo of nowhere, nobody. Gil's is on a label that is soft-deleted. */
const withRecordings = (
  { withOrm }: ComplianceContext,
  work: (orm: Espalier, find: (criterion: Criterion<Recording>) => Promise<string>) => Promise<void>,
): Promise<void> =>
  withOrm([Person, Label, Recording], async (orm) => {
    await orm.transaction(async (session) => {
      const miles = session.create(Person, { name: 'Miles', country: 'US' });
      const gil = session.create(Person, { name: 'Gil', mentor: miles });
      const teo = session.create(Person, { name: 'Teo', mentor: gil });
      const [label, gone] = [session.create(Label, {}), session.create(Label, {})];
      session.create(Recording, { title: 'of Miles', artist: miles, producer: miles, label });
      session.create(Recording, { title: 'of Gil', artist: miles, producer: gil, label: gone });
      session.create(Recording, { title: 'of Teo', artist: miles, producer: teo, label });
      session.create(Recording, { title: 'of nobody', artist: miles, label });
      await session.flush();
      session.delete(gone);
    });
    await using session = orm.session();
    await work(orm, (criterion) => titlesOf(session.repository(Recording).filter(criterion)));
  });

async function titlesOf(recordings: QuerySet<Recording>): Promise<string> {
  return (await recordings.orderBy('id')).map(({ title }) => title.slice('of '.length)).join(' ');
}

@Entity()
class Player {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
}

@Entity({ table: 'matches' })
class Match {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Tournament) tournament!: Ref<Tournament>;
  @BelongsTo(() => Player) winner!: Ref<Player>;
  @BelongsTo(() => Player) loser!: Ref<Player>;
}

@Entity()
class Tournament {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Player, { through: () => Match, from: 'tournament_id', to: 'winner_id' }) winners!: Many<Player>;
  @ManyToMany(() => Player, { through: () => Match, from: 'tournament_id', to: 'loser_id' }) losers!: Many<Player>;
}

/** Its key is its person's. */
@Entity()
class Passport {
  @PrimaryKey() @BelongsTo(() => Person) person!: Ref<Person>;
}

/** Its key is its passport's, which is its person's. */
@Entity()
class Visa {
  @PrimaryKey() @BelongsTo(() => Passport) passport!: Ref<Passport, 'person'>;
}

export const conditions: CaseGroup = {
  name: 'conditions along relations',
  cases: {
    'two relations through one table that differ in one column are two': ({ withOrm }) =>
      withOrm([Player, Match, Tournament], async (orm) => {
        await orm.transaction((session) => {
          const [winner, loser] = [session.create(Player, { name: 'first' }), session.create(Player, { name: 'last' })];
          session.create(Match, { tournament: session.create(Tournament, {}), winner, loser });
          return Promise.resolve();
        });
        await using session = orm.session();
        const tournament = await session.repository(Tournament).include('winners', 'losers').one();
        const names = (players: Iterable<Player>): string => [...players].map(({ name }) => name).join();
        assert.equal(names(tournament.winners), 'first');
        assert.equal(names(tournament.losers), 'last');
        assert.equal(names(await tournament.winners.query()), 'first');
        assert.equal(names(await tournament.losers.query()), 'last');
      }),

    'a key that is a relation is refused where nothing stands in it, at each end': ({ withOrm }) =>
      withOrm([Person, Passport, Visa], async (orm) => {
        await using session = orm.session();
        for (const nothing of [null, undefined] as never[]) {
          const refused = {
            name: 'QueryError',
            message: new RegExp(`needs the key of a .* is ${String(nothing)}`),
          };
          assert.throws(() => session.reference(Passport, { person: nothing }), refused);
          assert.throws(() => session.reference(Visa, { passport: { person: nothing } }), refused);
          assert.throws(() => session.create(Visa, { passport: { person: nothing } }), refused);
        }
      }),

    'a key that is a relation is named by the value of the key at its other end': ({ withOrm }) =>
      withOrm([Person, Passport, Visa], async (orm) => {
        await using session = orm.session();
        const person = session.create(Person, { name: 'Miles' });
        session.create(Visa, { passport: session.create(Passport, { person }) });
        await session.commit();
        await using other = orm.session();
        const passport = await other.repository(Passport).get(person.id);
        assert.equal(passport.person.id, person.id);
        assert.equal(await other.repository(Passport).find(person.id), passport);
        assert.equal((await other.repository(Visa).get(person.id)).passport, passport);
        assert.equal(await other.repository(Visa).filter({ passport: person.id }).count(), 1);
      }),

    'conditions on a to-one relation are met by rows that have one': (context) =>
      withRecordings(context, async (_, find) => {
        assert.equal(await find({ producer: { country: null } }), 'Gil Teo');
        assert.equal(await find({ producer: not({ name: 'Miles' }) }), 'Gil Teo');
        assert.equal(await find({ producer: or({ name: 'Miles' }, { country: isNull() }) }), 'Miles Gil Teo');
        assert.equal(await find({ producer: { name: notIn([]) } }), 'Miles Gil Teo');
        assert.equal(await find({ producer: { name: ne('Miles') } }), 'Gil Teo');
        assert.equal(await find({ producer: {} }), 'Miles Gil Teo');
        assert.equal(await find({ producer: { mentor: { country: isNull() } } }), 'Teo');
        assert.equal(await find({ producer: { mentor: null } }), 'Miles');
        assert.equal(await find({ producer: { mentor: not({ name: 'Miles' }) } }), 'Teo');
        assert.equal(await find({ producer: null }), 'nobody');
        assert.equal(await find({ producer: isNotNull() }), 'Miles Gil Teo');
      }),

    'the opposite of such a condition keeps the rows that have none': (context) =>
      withRecordings(context, async (orm, find) => {
        assert.equal(await find(not({ producer: { name: 'Miles' } })), 'Gil Teo nobody');
        assert.equal(await find(not({ producer: not({ name: 'Miles' }) })), 'Miles nobody');
        await using session = orm.session();
        const recordings = session.repository(Recording);
        assert.equal(await titlesOf(recordings.exclude({ producer: { name: 'Miles' } })), 'Gil Teo nobody');
        assert.equal(await titlesOf(recordings.exclude({ producer: {} })), 'nobody');
      }),

    'a soft-deleted row meets no condition of those who refer to it, unless it is shown': (context) =>
      withRecordings(context, async (orm, find) => {
        assert.equal(await find({ label: { city: null } }), 'Miles Teo nobody');
        assert.equal(await find({ label: not({ city: 'Paris' }) }), 'Miles Teo nobody');
        await using session = orm.session();
        const all = session.repository(Recording).withDeleted();
        assert.equal(await titlesOf(all.filter({ label: { city: null } })), 'Miles Gil Teo nobody');
      }),

    'mass writes reach the same rows': (context) =>
      withRecordings(context, async (orm) => {
        await using session = orm.session();
        const recordings = session.repository(Recording);
        assert.equal(await recordings.filter({ producer: { country: null } }).update({ title: 'of nowhere' }), 2);
        assert.equal(await recordings.filter({ label: { city: null } }).delete(), 3);
        assert.equal(await titlesOf(recordings.all()), 'nowhere');
      }),

    'what follows from the condition is not asked again': (context) =>
      withRecordings(context, async (orm) => {
        await using session = orm.session();
        const recordings = session.repository(Recording);
        const asked = (criterion: Criterion<Recording>): boolean => {
          const { sql } = recordings.filter(criterion).toSQL();
          return sql.includes('is not null');
        };
        assert.equal(asked({ producer: { name: 'Miles' } }), false);
        assert.equal(asked({ producer: { name: 'Miles', country: null } }), false);
        assert.equal(asked({ artist: not({ name: 'Miles' }) }), false);
        assert.equal(asked({ artist: { mentor: { name: 'Miles' } } }), false);
        assert.equal(asked({ artist: { mentor: not({ name: 'Miles' }) } }), true);
      }),
  },
};
