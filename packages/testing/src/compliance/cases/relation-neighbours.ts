/** Relations where several things meet: deletion marks, rollbacks, references to oneself, rows that others moved, several databases. */
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
  Unique,
  Version,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'near_boxes' })
class Box {
  @PrimaryKey() id!: number;
  @Column({ length: 40 }) name!: string;
  @HasMany(() => Thing, 'box') things!: Many<Thing>;
  @HasOne(() => Lid, 'box') lid!: Ref<Lid> | null;
  @HasMany(() => Paper, 'box', { orphanRemoval: true }) papers!: Many<Paper>;
  @ManyToMany(() => Sticker, { through: 'near_box_stickers' }) stickers!: Many<Sticker>;
}
@Entity({ table: 'near_things' })
class Thing {
  @PrimaryKey() id!: number;
  @Column({ length: 40 }) name!: string;
  @BelongsTo(() => Box, { nullable: true }) box!: Ref<Box> | null;
}
@Entity({ table: 'near_lids' })
class Lid {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Box, { nullable: true, unique: true }) box!: Ref<Box> | null;
}
/** Marked where it is taken out, though its box is required. */
@Entity({ table: 'near_papers' })
@SoftDelete()
class Paper {
  @PrimaryKey() id!: number;
  @Column({ length: 40 }) name!: string;
  @BelongsTo(() => Box) box!: Ref<Box>;
  @HasMany(() => Note, 'paper') notes!: Many<Note>;
  @Version() version!: number;
  deletedAt!: Date | null;
}
@Entity({ table: 'near_notes' })
class Note {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Paper) paper!: Ref<Paper>;
}
@Entity({ table: 'near_stickers' })
class Sticker {
  @PrimaryKey() id!: number;
  @Column({ length: 40, unique: true }) name!: string;
}
@Entity({ table: 'near_nodes' })
class Node {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Node, { nullable: true }) parent!: Ref<Node> | null;
}
@Entity({ table: 'near_rings' })
class Ring {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Ring) next!: Ref<Ring>;
}
@Entity({ table: 'near_sites' })
class Site {
  @PrimaryKey() id!: number;
  @HasMany(() => Stay, 'site', { orphanRemoval: true }) stays!: Many<Stay>;
}
@Entity({ table: 'near_guests' })
class Guest {
  @PrimaryKey() id!: number;
  @HasMany(() => Stay, 'guest', { orphanRemoval: true }) stays!: Many<Stay>;
}
@Entity({ table: 'near_stays' })
class Stay {
  @PrimaryKey() @BelongsTo(() => Site) site!: Ref<Site>;
  @PrimaryKey() @BelongsTo(() => Guest) guest!: Ref<Guest>;
}

@Entity({ table: 'near_lists' })
class List {
  @PrimaryKey() id!: number;
}
@Entity({ table: 'near_entries' })
@Unique(['list', 'position'])
class Entry {
  @PrimaryKey() id!: number;
  @BelongsTo(() => List) list!: Ref<List>;
  @Column({ type: 'integer', nullable: true }) position!: number | null;
}

const boxes = [Box, Thing, Lid, Paper, Note, Sticker];

export const relationNeighbours: CaseGroup = {
  name: 'relations and their neighbours',
  cases: {
    'a row that refers to itself is deleted': ({ withOrm }) =>
      withOrm([Node], async (orm) => {
        await using session = orm.session();
        const node = session.create(Node, { parent: null });
        await session.commit();
        node.parent = node;
        await session.commit();
        session.delete(node);
        await session.commit();
        assert.equal(await session.repository(Node).count(), 0);
      }),

    'a new row that must refer to itself and has no key yet is refused as a circle': ({ withOrm }) =>
      withOrm([Ring], async (orm) => {
        await using session = orm.session();
        const ring = new Ring();
        ring.next = ring;
        session.add(ring);
        await assert.rejects(
          session.flush(),
          (error) => error instanceof QueryError && /circle.*Ring\.next/s.test(error.message),
        );
      }),

    'a mark stays as it is where a marked entity is deleted again': ({ withOrm }) =>
      withOrm(boxes, async (orm, statements) => {
        await using session = orm.session();
        const paper = session.create(Paper, { name: 'a', box: session.create(Box, { name: 'b' }) });
        await session.commit();
        session.delete(paper);
        await session.commit();
        const { deletedAt, version } = paper;
        statements.clear();
        session.delete(paper);
        assert.deepEqual(session.changes(), []);
        await session.commit();
        assert.deepEqual([statements.count, paper.deletedAt, paper.version], [0, deletedAt, version]);
        session.delete(paper, { force: true });
        await session.commit();
        assert.equal(await session.repository(Paper).withDeleted().count(), 0);
      }),

    'an orphan that is only marked keeps its reference': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const box = session.create(Box, { name: 'b' });
        const paper = session.create(Paper, { name: 'a', box });
        await session.commit();
        box.papers.remove(paper);
        await session.commit();
        const stored = await session.repository(Paper).withDeleted().get({ name: 'a' });
        assert.ok(stored.deletedAt instanceof Date);
        assert.equal(stored.box, box);
        assert.equal((await session.load(box, 'papers')).papers.length, 0);
      }),

    'what is new below a new child leaves with it when it is taken out': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const box = session.create(Box, { name: 'b' });
        const paper = session.create(Paper, { name: 'a', box });
        paper.notes.add(new Note());
        box.papers.remove(paper);
        await session.commit();
        assert.deepEqual([await session.repository(Paper).count(), await session.repository(Note).count()], [0, 0]);
      }),

    'a child whose reference is required goes when one of two owners that remove orphans lets it go': ({ withOrm }) =>
      withOrm([Site, Guest, Stay], async (orm) => {
        await using session = orm.session();
        const [site, guest] = [session.create(Site, {}), session.create(Guest, {})];
        const stay = session.create(Stay, { site, guest });
        await session.commit();
        site.stays.remove(stay);
        await session.commit();
        assert.equal(await session.repository(Stay).count(), 0);
      }),

    'a new entity knows that it has no has-one child after it was written': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const box = session.create(Box, { name: 'b' });
        assert.equal(box.lid, null);
        await session.commit();
        assert.equal(box.lid, null);
      }),

    'children that another session moved belong to the owner that their rows name': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const [one, two] = [session.create(Box, { name: 'one' }), session.create(Box, { name: 'two' })];
        const thing = session.create(Thing, { name: 't', box: one });
        const lid = session.create(Lid, { box: one });
        await session.commit();
        session.clear();
        const [first, second] = await session.repository(Box).orderBy('id');
        const [held, heldLid] = [
          await session.repository(Thing).get(thing.id),
          await session.repository(Lid).get(lid.id),
        ];
        await orm.transaction(async (other) => {
          await other.sql`update near_things set box_id = ${two.id}`;
          await other.sql`update near_lids set box_id = ${two.id}`;
        });
        const [a, b] = await session.load([first!, second!], 'things', 'lid');
        assert.deepEqual([a!.things.toArray(), b!.things.toArray()], [[], [held]]);
        assert.deepEqual([a!.lid, b!.lid], [null, heldLid]);
        assert.deepEqual([held.box, session.changes()], [second, []]);
      }),

    'a new child shows in relations that are loaded after it was made': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const stored = session.create(Box, { name: 'b' });
        await session.commit();
        session.clear();
        const box = await session.repository(Box).get(stored.id);
        const [thing, lid] = [session.create(Thing, { name: 't', box }), session.create(Lid, { box })];
        const { things, lid: held } = await session.load(box, 'things', 'lid');
        assert.deepEqual([things.toArray(), held], [[thing], lid]);
      }),

    'a rollback gives a deleted parent its children back, though they were handed over': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const stored = session.create(Box, { name: 'one' });
        session.create(Box, { name: 'two' });
        for (const name of ['x', 'y']) session.create(Thing, { name, box: stored });
        session.create(Lid, { box: stored });
        await session.commit();
        session.clear();
        const [one, two] = await session.repository(Box).orderBy('id').include('things', 'lid');
        const held = one!.things.toArray();
        const { lid } = one!;
        for (const block of [false, true]) {
          const handOver = async (): Promise<void> => {
            (two!.things as unknown as Many<Thing>).set([...held]);
            (two as unknown as Box).lid = lid;
            session.delete(one!);
            await session.flush();
            assert.deepEqual(two!.things.toArray(), held);
            if (block) throw new Error('undone');
          };
          if (block) await session.transaction(handOver).catch(() => undefined);
          else await handOver();
          await session.rollback();
          assert.deepEqual([one!.things.toArray(), two!.things.toArray()], [held, []]);
          assert.deepEqual([one!.lid, two!.lid, session.changes()], [lid, null, []]);
        }
      }),

    'unique pairs change hands by a part that is not changed, where only that one can be empty': ({ withOrm }) =>
      withOrm([List, Entry], async (orm) => {
        await using session = orm.session();
        const [one, two] = [session.create(List, {}), session.create(List, {})];
        const entries = [one, two].map((list) => session.create(Entry, { list, position: 1 }));
        await session.commit();
        [entries[0]!.list, entries[1]!.list] = [two, one];
        await session.commit();
        assert.deepEqual(session.changes(), []);
        session.clear();
        const stored = await session.repository(Entry).orderBy('id');
        assert.deepEqual(
          stored.map(({ list, position }) => [list.id, position]),
          [
            [two.id, 1],
            [one.id, 1],
          ],
        );
      }),

    'an orphan goes also where the owner that let it go is deleted in the same flush': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const box = session.create(Box, { name: 'b' });
        const paper = session.create(Paper, { name: 'a', box });
        await session.commit();
        box.papers.remove(paper);
        session.delete(paper, { force: true });
        session.delete(box);
        await session.commit();
        assert.deepEqual([await session.repository(Box).count(), session.changes()], [0, []]);
      }),

    'what went along with a new entity may be deleted once more': ({ withOrm }) =>
      withOrm([Site, Guest, Stay], async (orm) => {
        await using session = orm.session();
        const [site, guest] = [session.create(Site, {}), session.create(Guest, {})];
        const stay = session.create(Stay, { site, guest });
        await session.commit();
        site.stays.remove(stay);
        session.delete(site);
        await session.commit();
        session.delete(stay);
        session.delete(site);
        await session.commit();
        assert.deepEqual([await session.repository(Stay).count(), await session.repository(Site).count()], [0, 0]);
      }),

    'a link of an entity that goes is pending no more': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const sticker = session.create(Sticker, { name: 'red' });
        const made = ['a', 'b', 'c'].map((name) => session.create(Box, { name, stickers: [sticker] }));
        await session.commit();
        const [a, b, c] = made as [Box, Box, Box];
        session.delete(a);
        a.stickers.remove(sticker);
        session.delete(b);
        b.stickers.add(sticker);
        c.stickers.remove(sticker);
        session.delete(sticker);
        await session.commit();
        assert.deepEqual([session.changes(), session.isDirty(c)], [[], false]);
        await session.rollback();
        assert.equal((await session.load(c, 'stickers')).stickers.length, 0);
      }),

    'a refresh that overlaps a flush does not undo it': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await using session = orm.session();
        const box = session.create(Box, { name: 'a' });
        await session.commit();
        for (const name of ['b', 'c', 'd']) {
          box.name = name;
          await Promise.all([session.commit(), session.refresh(box), session.refresh(box)]);
          assert.deepEqual([box.name, session.isDirty(box)], [name, false]);
        }
      }),

    'what was to be linked to the loser of failsafeAdd is linked to the winner': ({ withOrm }) =>
      withOrm(boxes, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Sticker, { name: 'red' });
          await session.flush();
        });
        await using session = orm.session();
        const [one, two] = [session.create(Box, { name: 'one' }), session.create(Box, { name: 'two' })];
        const sticker = Object.assign(new Sticker(), { name: 'red' });
        one.stickers.add(sticker);
        two.stickers.add(sticker);
        const winner = await failsafeAdd(session, sticker, { name: 'red' });
        await session.commit();
        session.clear();
        const read = await session.repository(Box).include('stickers');
        assert.deepEqual(
          read.map(({ stickers }) => stickers.map(({ id }) => id)),
          [[winner.id], [winner.id]],
        );
      }),
  },
};
