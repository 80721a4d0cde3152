/** Who owns whom: has-one relations, orphans, and what becomes of entities whose rows go with others. */
import assert from 'node:assert/strict';
import {
  some,
  BelongsTo,
  Column,
  Entity,
  type Espalier,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  QueryError,
  UniqueViolationError,
  type Defaulted,
  type Many,
  type Ref,
} from '@espalier/core';
import { Album, Artist, Genre, library } from '../fixtures';
import type { CaseGroup } from '../suite';

@Entity()
class Company {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) name!: string;
  @HasOne(() => Seat, 'company') seat!: Ref<Seat> | null;
  @HasOne(() => Licence, 'company', { orphanRemoval: true }) licence!: Ref<Licence> | null;
  @HasMany(() => Branch, 'company', { orphanRemoval: true, cascade: ['persist', 'delete'] }) branches!: Many<Branch>;
}

@Entity()
class Seat {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) city!: string;
  @BelongsTo(() => Company, { nullable: true }) company!: Ref<Company> | null;
}

@Entity()
class Licence {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) text!: string;
  @BelongsTo(() => Company) company!: Ref<Company>;
}

@Entity()
class Branch {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) city!: string;
  @BelongsTo(() => Company) company!: Ref<Company>;
  @HasMany(() => Desk, 'branch', { cascade: ['persist', 'delete'] }) desks!: Many<Desk>;
}

@Entity()
class Desk {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Branch) branch!: Ref<Branch>;
}

const companies = [Company, Seat, Licence, Branch, Desk];

/** Two companies; the first has a seat, a licence, and a branch with a desk. */
async function fill(orm: Espalier): Promise<void> {
  await orm.transaction(async (session) => {
    const company = session.create(Company, { name: 'one' });
    session.create(Company, { name: 'two' });
    session.create(Seat, { city: 'Bari', company });
    session.create(Licence, { text: 'old', company });
    const branch = session.create(Branch, { city: 'Turin', company });
    branch.desks.add(new Desk());
    await session.flush();
  });
}

/** Where the seats are, and whose they are. */
async function seats(orm: Espalier): Promise<[city: string, company: unknown][]> {
  const rows = await orm.sql<{
    city: string;
    company: unknown;
  }>`select city, company_id as company from seats order by id`;
  return Array.from(rows, ({ city, company }) => [city, company]);
}

@Entity()
class Parent {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) name!: string;
  @HasMany(() => Child, 'parent') children!: Many<Child>;
}

@Entity()
class Child {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) name!: string;
  @BelongsTo(() => Parent, { onDelete: 'cascade' }) parent!: Ref<Parent>;
  @BelongsTo(() => Parent, { nullable: true, onDelete: 'set null' }) guardian!: Ref<Parent> | null;
}

/** The other end of its many-to-many relation is not declared, and its join table does not cascade. */
@Entity()
class Label {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
}

@Entity()
class Paper {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Label, { through: () => Labelling }) labels!: Many<Label>;
}

/** A join table that an entity is mapped on, with columns that fill themselves. */
@Entity()
class Labelling {
  @PrimaryKey() @BelongsTo(() => Paper, { column: 'paper_id' }) paper!: Ref<Paper>;
  @PrimaryKey() @BelongsTo(() => Label, { column: 'label_id' }) label!: Ref<Label>;
  @Column({ type: 'integer', default: 5 }) rank!: Defaulted<number>;
}

export const ownership: CaseGroup = {
  name: 'ownership',
  cases: {
    'a has-one relation that is set to null lets its child go': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await orm.transaction(async (session) => {
          const company = await session.repository(Company).include('seat').get({ name: 'one' });
          company.seat = null;
        });
        assert.deepEqual(await seats(orm), [['Bari', null]]);
      }),

    'a has-one relation that gets another child is written in a flush that nothing else is in, and after one': ({
      withOrm,
    }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const company = await session.repository(Company).include('seat', 'licence').get({ name: 'one' });
        company.seat = Object.assign(new Seat(), { city: 'Rome' });
        company.licence = Object.assign(new Licence(), { text: 'new' });
        await session.repository(Company).create({ name: 'three' });
        await session.commit();
        assert.deepEqual(await seats(orm), [
          ['Bari', null],
          ['Rome', company.id],
        ]);
        assert.equal((await session.repository(Licence).one()).text, 'new');
      }),

    'a child that its own reference moves away stays away, and both parents know': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const [one, two] = await session.repository(Company).orderBy('id').include('seat', 'branches');
        const seat = one!.seat as Seat;
        seat.company = two!;
        await session.flush();
        assert.equal(one!.seat, null);
        assert.equal(two!.seat, seat);
        one!.branches.add(Object.assign(new Branch(), { city: 'Genoa' }));
        await session.commit();
        assert.deepEqual(await seats(orm), [['Bari', two!.id]]);
      }),

    'a deleted child of a has-one relation is gone from it, and does not come back': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const company = await session.repository(Company).include('seat', 'branches').get({ name: 'one' });
        session.delete(company.seat!);
        await session.flush();
        assert.equal(company.seat, null);
        company.branches.add(Object.assign(new Branch(), { city: 'Genoa' }));
        await session.commit();
        assert.deepEqual(await seats(orm), []);
      }),

    'a has-one relation is a condition by the child itself and by its key': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const seat = await session.repository(Seat).one();
        for (const value of [seat, seat.id, { id: seat.id }, { city: 'Bari' }])
          assert.equal((await session.repository(Company).filter({ seat: value }).one()).name, 'one');
      }),

    'a child that is taken out of its collection and refers to its owner again stays': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const company = await session.repository(Company).include('branches').get({ name: 'one' });
        const branch = company.branches.at(0)!;
        company.branches.remove(branch);
        branch.company = company;
        await session.commit();
        assert.equal(await session.repository(Branch).count(), 1);
        assert.equal(company.branches.length, 1);
      }),

    'an item that is added to a collection that is not loaded and has it already can be taken out again': ({
      withOrm,
    }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const branch = await session.repository(Branch).include('company').one();
        const { branches } = branch.company;
        branches.add(branch);
        branches.remove(branch);
        await session.commit();
        assert.equal(await session.repository(Branch).count(), 0);
      }),

    'children of orphans go with them': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await orm.transaction(async (session) => {
          const company = await session.repository(Company).include('branches').get({ name: 'one' });
          company.branches.remove(company.branches.at(0)!);
        });
        await using session = orm.session();
        assert.equal(await session.repository(Branch).count(), 0);
        assert.equal(await session.repository(Desk).count(), 0);
      }),

    'an orphan that comes back before a failed flush is repeated is not deleted': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const [one, two] = await session.repository(Company).orderBy('id').include('branches');
        const branch = one!.branches.at(0)!;
        one!.branches.remove(branch);
        two!.name = 'one';
        await assert.rejects(session.flush(), UniqueViolationError);
        one!.branches.add(branch);
        two!.name = 'second';
        await session.commit();
        assert.equal(await session.repository(Branch).count(), 1);
      }),

    'what a cascade brought in leaves again where the flush fails': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const [one, two] = await session.repository(Company).orderBy('id').include('branches');
        const branch = Object.assign(new Branch(), { city: 'Genoa' });
        one!.branches.add(branch);
        two!.name = 'one';
        await assert.rejects(session.flush(), UniqueViolationError);
        one!.branches.remove(branch);
        two!.name = 'second';
        await session.commit();
        assert.equal(await session.repository(Branch).count(), 1);
      }),

    'many parents are deleted with their children by one query and one delete a table': ({ withOrm }) =>
      withOrm(companies, async (orm, statements) => {
        await orm.transaction((session) => {
          for (let i = 0; i < 20; i++) {
            const company = session.create(Company, { name: `company ${String(i)}` });
            session.create(Branch, { city: 'Turin', company }).desks.add(new Desk());
          }
          return Promise.resolve();
        });
        await using session = orm.session();
        const all = await session.repository(Company).all();
        session.delete(...all);
        statements.clear();
        await session.flush();
        const sent = statements.texts.filter((text) => /^(select|delete)/.test(text));
        assert.equal(sent.length, 6, sent.join('\n'));
        await session.commit();
        assert.equal(await session.repository(Desk).count(), 0);
      }),

    'entities whose rows the database deletes along are gone, and those it lets go refer to nothing': ({ withOrm }) =>
      withOrm([Parent, Child], async (orm) => {
        await using session = orm.session();
        const [a, b] = [session.create(Parent, { name: 'a' }), session.create(Parent, { name: 'b' })];
        const lost = session.create(Child, { name: 'lost', parent: a, guardian: null });
        const kept = session.create(Child, { name: 'kept', parent: b, guardian: a });
        await session.commit();
        session.delete(a);
        await session.flush();
        assert.equal(kept.guardian, null);
        assert.equal(session.isDirty(kept), false);
        assert.equal(await session.repository(Child).find(lost.id), null);
        kept.name = 'still here';
        await session.commit();
        assert.equal(await session.repository(Parent).count(), 1);
        assert.equal(await session.repository(Child).count(), 1);
      }),

    'a rollback brings back entities whose rows went along with others': ({ withOrm }) =>
      withOrm([Parent, Child], async (orm) => {
        await using session = orm.session();
        const parent = session.create(Parent, { name: 'a' });
        const child = session.create(Child, { name: 'child', parent, guardian: parent });
        await session.commit();
        session.delete(parent);
        await session.flush();
        await session.rollback();
        assert.equal(child.guardian, parent);
        assert.equal(await session.repository(Child).find(child.id), child);
        child.name = 'changed';
        await session.commit();
        assert.equal(await session.repository(Child).filter({ name: 'changed' }).count(), 1);
      }),

    'an entity that was added again after its deletion is what it was after a rollback': ({ withOrm }) =>
      withOrm([Parent, Child], async (orm) => {
        await using session = orm.session();
        const parent = session.create(Parent, { name: 'a' });
        await session.commit();
        for (const flushes of [false, true]) {
          session.delete(parent);
          await session.flush();
          session.add(parent);
          if (flushes) await session.flush();
          await session.rollback();
          assert.equal(await session.repository(Parent).find(parent.id), parent);
        }
        session.delete(parent);
        await session.commit();
        assert.equal(await session.repository(Parent).count(), 0);
      }),

    'rows of a join table go with both of their ends, also where one end does not declare the relation': ({
      withOrm,
    }) =>
      withOrm([Paper, Label, Labelling], async (orm) => {
        await using session = orm.session();
        const label = session.create(Label, { name: 'draft' });
        session.create(Paper, { labels: [label] });
        await session.commit();
        session.delete(label);
        await session.commit();
        assert.equal(await session.repository(Labelling).count(), 0);
      }),

    'a row of a join table that an entity is mapped on gets its defaults': ({ withOrm }) =>
      withOrm([Paper, Label, Labelling], async (orm) => {
        await using session = orm.session();
        session.create(Paper, { labels: [session.create(Label, { name: 'draft' })] });
        await session.commit();
        assert.equal((await session.repository(Labelling).one()).rank, 5);
      }),

    'soft-deleted entities leave loaded collections': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        const genre = session.create(Genre, { name: 'jazz' });
        const album = session.create(Album, { title: 'Kind of Blue', artist, genres: [genre] });
        await session.commit();
        await session.load(artist, 'albums');
        await session.load(genre, 'albums');
        session.delete(album);
        await session.commit();
        assert.deepEqual(
          [artist.albums, genre.albums].map((albums) => [...(albums as never as Album[])]),
          [[], []],
        );
      }),

    'an entity of another session is refused in a collection, at the flush that would write it': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Genre, { name: 'jazz' });
          session.create(Album, { title: 'x', artist: session.create(Artist, { name: 'x' }) });
          await session.flush();
        });
        await using other = orm.session();
        const foreign = await other.repository(Genre).one();
        await using session = orm.session();
        (await session.repository(Album).one()).genres.add(foreign);
        await assert.rejects(session.flush(), (error: Error) => {
          assert.ok(error instanceof QueryError);
          assert.match(error.message, /Genre belongs to another session/);
          return true;
        });
      }),

    'assigning to a collection sets its items, loaded or not': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const [jazz, soul] = [session.create(Genre, { name: 'jazz' }), session.create(Genre, { name: 'soul' })];
        const artist = session.create(Artist, { name: 'x' });
        const album = session.create(Album, { title: 'x', artist, genres: [jazz] });
        await session.commit();
        for (const paths of [[], ['genres']] as 'genres'[][]) {
          await using other = orm.session();
          const stored = await other
            .repository(Album)
            .include(...paths)
            .get(album.id);
          const wanted = await other.repository(Genre).get(paths.length === 0 ? soul.id : jazz.id);
          Object.assign(stored, { genres: [wanted] });
          await other.commit();
          assert.deepEqual([...(stored.genres as unknown as Iterable<Genre>)], [wanted]);
          const rows = await session
            .repository(Album)
            .filter({ genres: some({ id: wanted.id }) })
            .count();
          assert.equal(rows, 1);
          assert.equal(
            await session
              .repository(Genre)
              .filter({ albums: some({ id: album.id }) })
              .count(),
            1,
          );
        }
      }),

    'a hundred thousand new children come in with their parent': ({ withOrm }) =>
      withOrm(companies, async (orm) => {
        await using session = orm.session();
        const company = session.create(Company, { name: 'large' });
        company.branches.add(...Array.from({ length: 1000 }, () => Object.assign(new Branch(), { city: 'x' })));
        for (let i = 0; i < 150_000; i++) company.branches.add(new Branch());
        session.add(company);
        session.clear();
      }),
  },
};
