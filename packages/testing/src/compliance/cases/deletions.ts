/** Entities that are to be deleted, or were: what becomes of those who ask for them, take them back, or refer to them. */
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
  QueryError,
  SoftDelete,
  type Defaulted,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'deletion_shelves' })
class Shelf {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) code!: string;
  @Column({ type: 'integer', default: 0 }) rank!: Defaulted<number>;
  @HasMany(() => Box, 'shelf', { orphanRemoval: true }) boxes!: Many<Box>;
  @HasMany(() => Label, 'shelf') labels!: Many<Label>;
  @HasOne(() => Lamp, 'shelf') lamp!: Ref<Lamp> | null;
}
@Entity({ table: 'deletion_boxes' })
class Box {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) code!: string;
  @BelongsTo(() => Shelf, { nullable: true }) shelf!: Ref<Shelf> | null;
}
@Entity({ table: 'deletion_labels' })
class Label {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Shelf) shelf!: Ref<Shelf>;
}
@Entity({ table: 'deletion_lamps' })
class Lamp {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Shelf, { unique: true, onDelete: 'cascade' }) shelf!: Ref<Shelf>;
}
@Entity({ table: 'deletion_notes' })
@SoftDelete()
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Reply, 'note', { cascade: ['persist', 'delete'] }) replies!: Many<Reply>;
  deletedAt!: Date | null;
}
@Entity({ table: 'deletion_replies' })
@SoftDelete()
class Reply {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Note) note!: Ref<Note>;
  deletedAt!: Date | null;
}
@Entity({ table: 'deletion_zones' })
class Zone {
  @PrimaryKey({ type: 'varchar', length: 20 }) code!: Defaulted<string>;
  @HasMany(() => Site, 'zone') sites!: Many<Site>;
  @HasMany(() => Page, 'zone', { cascade: ['persist', 'delete'] }) pages!: Many<Page>;
}
@Entity({ table: 'deletion_sites' })
class Site {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Zone) zone!: Ref<Zone, 'code'>;
}
@Entity({ table: 'deletion_pages' })
@SoftDelete()
class Page {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Zone, { nullable: true }) zone!: Ref<Zone, 'code'> | null;
  @HasMany(() => Line, 'page', { cascade: ['persist', 'delete'] }) lines!: Many<Line>;
  @ManyToMany(() => Shelf, { through: 'deletion_page_shelves' }) shelves!: Many<Shelf>;
  deletedAt!: Date | null;
}
@Entity({ table: 'deletion_lines' })
class Line {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Page) page!: Ref<Page>;
}

const entities = [Shelf, Box, Label, Lamp, Note, Reply, Zone, Site, Page, Line];

const refuses = (property: string) => (error: unknown) =>
  error instanceof QueryError && error.property === property && error.message.includes('session.add()');

async function shelfWithBoxes(orm: Espalier): Promise<void> {
  await orm.transaction(async (session) => {
    const shelf = session.create(Shelf, { code: 'old', rank: 5 });
    session.create(Box, { code: 'a', shelf });
    session.create(Box, { code: 'b', shelf });
    await session.flush();
  });
}

export const deletions: CaseGroup = {
  name: 'deletions',
  cases: {
    'a deletion by force stays one when the entity is deleted again, and what goes along too': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [first, second] = [session.create(Note, {}), session.create(Note, {})];
        session.create(Reply, { note: first });
        await session.commit();
        session.delete(first, { force: true });
        session.delete(first);
        session.delete(second);
        session.delete(second, { force: true });
        await session.commit();
        assert.equal(await session.repository(Note).withDeleted().count(), 0);
        assert.equal(await session.repository(Reply).withDeleted().count(), 0);
        const third = session.create(Note, {});
        await session.commit();
        session.delete(third, { force: true });
        session.add(third);
        session.delete(third);
        await session.commit();
        assert.equal(await session.repository(Note).withDeleted().count(), 1);
      }),

    'getOrCreate and updateOrCreate make a new row where the one that is there is to be deleted': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const shelves = session.repository(Shelf);
        const old = session.create(Shelf, { code: 'a', rank: 5 });
        const other = session.create(Shelf, { code: 'b', rank: 5 });
        await session.commit();
        session.delete(old, other);
        const [first, wasMade] = await shelves.getOrCreate({ code: 'a' });
        assert.deepEqual([wasMade, first.rank], [true, 0]);
        assert.notEqual(first, old);
        const [second, wasMadeToo] = await shelves.updateOrCreate({ code: 'b' }, { rank: 7 });
        assert.deepEqual([wasMadeToo, second.rank], [true, 7]);
        await session.commit();
        assert.deepEqual(
          (await shelves.orderBy('code')).map(({ rank }) => rank),
          [0, 7],
        );
      }),

    'getOrCreate does not return an orphan, nor what goes along with its owner': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await shelfWithBoxes(orm);
        await using session = orm.session();
        const boxes = session.repository(Box);
        const shelf = await session.repository(Shelf).include('boxes').one();
        const [a, b] = [await boxes.get({ code: 'a' }), await boxes.get({ code: 'b' })];
        shelf.boxes.remove(a);
        const [again, wasMade] = await boxes.getOrCreate({ code: 'a' });
        assert.ok(wasMade && again !== a);
        session.delete(shelf);
        const [other, wasMadeToo] = await boxes.getOrCreate({ code: 'b' });
        assert.ok(wasMadeToo && other !== b);
        await session.commit();
        assert.deepEqual(
          (await boxes.orderBy('code')).map((box) => box),
          [again, other],
        );
        assert.equal(await session.repository(Shelf).count(), 0);
      }),

    'failsafeAdd inserts where the row in its way is one that the session is to delete': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const old = ['a', 'b'].map((code) => session.create(Shelf, { code, rank: 5 }));
        await session.commit();
        session.delete(...old);
        const make = (code: string): Shelf => Object.assign(new Shelf(), { code, rank: 7 });
        const first = make('a');
        assert.equal(await failsafeAdd(session, first, { code: 'a' }), first);
        session.delete(first);
        await failsafeAdd(session, make('a'));
        await session.commit();
        assert.deepEqual(
          (await session.repository(Shelf).all()).map(({ code, rank }) => [code, rank]),
          [['a', 7]],
        );
      }),

    'a reference to an entity that was deleted is refused by name': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [gone, kept] = [session.create(Shelf, { code: 'gone' }), session.create(Shelf, { code: 'kept' })];
        const label = session.create(Label, { shelf: kept });
        await session.commit();
        session.delete(gone);
        await session.commit();
        session.create(Label, { shelf: gone });
        await assert.rejects(session.commit(), refuses('shelf'));
        await session.rollback();
        label.shelf = gone;
        await assert.rejects(session.commit(), refuses('shelf'));
        label.shelf = kept;
        assert.throws(() => {
          gone.labels.add(label);
        }, refuses('labels'));
        assert.throws(() => {
          gone.labels = [new Label()] as never;
        }, refuses('labels'));
        assert.throws(() => {
          gone.lamp = new Lamp();
        }, refuses('lamp'));
        session.add(gone);
        gone.labels.add(label);
        await session.commit();
        assert.equal(
          await session
            .repository(Label)
            .filter({ shelf: { code: 'gone' } })
            .count(),
          1,
        );
      }),

    'a reference to what the same flush deletes is refused by name, unless the database has an answer': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const shelf = session.create(Shelf, { code: 'a' });
        await session.commit();
        session.delete(shelf);
        const label = session.create(Label, { shelf });
        await assert.rejects(session.commit(), refuses('shelf'));
        session.delete(label);
        session.create(Lamp, { shelf });
        await session.commit();
        assert.deepEqual([await session.repository(Shelf).count(), await session.repository(Lamp).count()], [0, 0]);
      }),

    'what is pending of an entity is written along with its deletion mark': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const page = session.create(Page, { zone: null });
        const shelf = session.create(Shelf, { code: 'a' });
        await session.commit();
        page.zone = Object.assign(new Zone(), { code: 'new' });
        page.lines.add(new Line());
        page.shelves.add(shelf);
        session.delete(page);
        await session.commit();
        assert.equal(await session.flush(), 0);
        session.clear();
        const found = await session.repository(Page).withDeleted().include('zone', 'lines', 'shelves').get(page.id);
        assert.ok(found.deletedAt);
        assert.deepEqual([found.zone?.code, found.lines.length, found.shelves.length], ['new', 1, 1]);
      }),

    'a new entity that is taken back leaves those there that have been given elsewhere': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [note, other] = [session.create(Note, {}), session.create(Note, {})];
        const [gone, moved] = [session.create(Reply, { note }), session.create(Reply, { note })];
        moved.note = other;
        session.delete(note);
        await session.commit();
        assert.deepEqual([await session.repository(Note).count(), await session.repository(Reply).count()], [1, 1]);
        assert.throws(() => session.isDirty(gone), { name: 'QueryError' });
        assert.deepEqual([...(await session.load(other, 'replies')).replies], [moved]);
      }),

    'a new entity that goes along takes along what is to belong to it, in whichever order they came': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const zone = session.create(Zone, { code: 'z' });
        await session.commit();
        const page = new Page();
        zone.pages.add(page);
        session.delete(zone);
        session.create(Line, { page });
        await session.commit();
        const counts = [Zone, Page, Line].map((each) => session.repository<object>(each).count());
        assert.deepEqual(await Promise.all(counts), [0, 0, 0]);
      }),

    'a unique value that was not read changes hands': ({ withOrm }) =>
      withOrm(entities, async (orm, statements) => {
        await shelfWithBoxes(orm);
        await using session = orm.session();
        const box = await session.repository(Box).only('id').get({ code: 'a' });
        const other = await session.repository(Box).get({ code: 'b' });
        Object.assign(box, { code: 'b' });
        other.code = 'c';
        await session.commit();
        const shelf = session.reference(Shelf, (await session.repository(Shelf).only('id').one()).id);
        session.delete(shelf, other);
        session.create(Shelf, { code: 'old' });
        session.create(Box, { code: 'c' });
        await session.commit();
        const { id } = await session.repository(Box).get({ code: 'c' });
        session.clear();
        const unread = session.reference(Box, id) as Box;
        unread.code = 'd';
        statements.clear();
        await session.flush();
        // Blindly, as long as no other row may take what it gives up.
        assert.deepEqual(
          statements.texts.filter((text) => /^select/i.test(text)),
          [],
        );
        session.create(Box, { code: 'e' });
        await session.commit();
        assert.deepEqual(
          (await session.repository(Box).orderBy('code')).map(({ code }) => code),
          ['d', 'e'],
        );
        assert.deepEqual(
          (await session.repository(Shelf).all()).map(({ code }) => code),
          ['old'],
        );
      }),

    'a reference to a new entity of the key that its row has is undone too': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const zone = session.create(Zone, { code: 'z' });
        const site = session.create(Site, { zone });
        await session.commit();
        const block = session.transaction(() => {
          site.zone = session.create(Zone, { code: 'z' });
          session.delete(zone);
          return Promise.reject(new Error('undone'));
        });
        await assert.rejects(block, { message: 'undone' });
        assert.ok((site.zone as object) === zone);
        site.zone = session.create(Zone, { code: 'z' });
        await session.rollback();
        assert.ok((site.zone as object) === zone);
        assert.deepEqual(session.changes(), []);
      }),

    'a reference to a deleted entity is fine where another one has its key': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const old = session.create(Zone, { code: 'z' });
        await session.commit();
        session.delete(old);
        await session.commit();
        session.create(Zone, { code: 'z' });
        await session.commit();
        session.create(Site, { zone: old });
        await session.commit();
        assert.equal(await session.repository(Site).filter({ zone: 'z' }).count(), 1);
      }),
  },
};
