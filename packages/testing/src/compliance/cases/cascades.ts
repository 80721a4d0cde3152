/** What goes along with a deletion: what belongs to the deleted one now, whatever the rows say. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  EspalierError,
  HasMany,
  HasOne,
  ManyToMany,
  MetadataError,
  PrimaryKey,
  SoftDelete,
  type EntityClass,
  Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Folder {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Doc, 'folder', { cascade: ['persist', 'delete'] }) docs!: Many<Doc>;
  @HasOne(() => Cover, 'folder', { cascade: ['persist', 'delete'] }) cover!: Ref<Cover> | null;
  @ManyToMany(() => Note, { cascade: ['persist', 'delete'] }) notes!: Many<Note>;
}

@Entity()
class Doc {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Folder, { nullable: true }) folder!: Ref<Folder> | null;
}

@Entity()
class Cover {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Folder, { nullable: true }) folder!: Ref<Folder> | null;
}

@Entity()
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Folder, 'notes') folders!: Many<Folder>;
}

const folders = [Folder, Doc, Cover, Note];

@Entity()
@SoftDelete()
class Rack {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Crate, 'rack', { cascade: ['persist', 'delete'] }) crates!: Many<Crate>;
  deletedAt!: Date | null;
}

@Entity()
@SoftDelete()
class Crate {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Rack, { nullable: true }) rack!: Ref<Rack> | null;
  deletedAt!: Date | null;
}

@Entity()
class Engine {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Piece, 'engine', { orphanRemoval: true }) pieces!: Many<Piece>;
  @HasOne(() => Lock, 'engine', { orphanRemoval: true }) lock!: Ref<Lock> | null;
}

@Entity()
class Battery {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Piece, 'battery', { orphanRemoval: true }) pieces!: Many<Piece>;
}

@Entity()
class Piece {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Engine, { nullable: true }) engine!: Ref<Engine> | null;
  @BelongsTo(() => Battery, { nullable: true }) battery!: Ref<Battery> | null;
}

@Entity()
class Lock {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Engine, { nullable: true }) engine!: Ref<Engine> | null;
}

const engines = [Engine, Battery, Piece, Lock];

/** A key of two parts. */
@Entity()
class Block {
  @PrimaryKey({ type: 'integer' }) x!: number;
  @PrimaryKey({ type: 'integer' }) y!: number;
  @HasMany(() => House, 'block', { orphanRemoval: true }) houses!: Many<House>;
}

@Entity()
class House {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Block) block!: Ref<Block>;
}

@Entity()
class Desk {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text', nullable: true }) name!: string | null;
}

@Entity()
class Pen {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Desk, { nullable: true }) desk!: Ref<Desk> | null;
}

function wrongEntities(): EntityClass[] {
  @Entity()
  class Owner {
    @PrimaryKey({ type: 'integer' }) id!: number;
  }
  @Entity()
  class Owned {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @BelongsTo(() => Owner, { cascade: ['persist', 'delete'] } as never) owner!: Ref<Owner>;
  }
  return [Owner, Owned];
}

const count = async (orm: Espalier, entity: EntityClass): Promise<number> => {
  await using session = orm.session();
  return await session.repository<object>(entity).count();
};

/** Two folders; the first has a doc, a cover and a note. */
async function filled(orm: Espalier): Promise<void> {
  await orm.transaction(async (session) => {
    const folder = session.create(Folder, {});
    folder.docs.add(new Doc());
    folder.cover = new Cover();
    folder.notes.add(new Note());
    await session.flush();
    session.create(Folder, {});
  });
}

type Give = (old: Folder, other: Folder, children: { doc: Doc; cover: Cover; note: Note }) => void;

/** Every way to give the children elsewhere, or to let them go. */
const GIVEN: Record<string, Give> = {
  'by their references': (_, other, { doc, cover, note }) => {
    doc.folder = other;
    cover.folder = other;
    Object.assign(note, { folders: [other] });
  },
  'to null': (_, __, { doc, cover, note }) => {
    doc.folder = null;
    cover.folder = null;
    Object.assign(note, { folders: [] });
  },
  'by the relations of the other': (old, other, { doc, cover, note }) => {
    other.docs.add(doc);
    other.cover = cover;
    old.notes.remove(note);
    other.notes.add(note);
  },
  'by taking them out': (old, _, { doc, note, cover }) => {
    old.docs.remove(doc);
    old.notes.remove(note);
    cover.folder = null;
  },
};

/** A case for each: relations loaded or not, given before or after the deletion, at once or with a flush or a failed block between. */
async function survives(orm: Espalier, give: Give, work: (session: Session, steps: (() => void)[]) => Promise<void>) {
  for (const loads of [true, false]) {
    await filled(orm);
    await using session = orm.session();
    const [old, other] = await session.repository(Folder).orderBy('id');
    const children = {
      doc: await session.repository(Doc).one(),
      cover: await session.repository(Cover).one(),
      note: await session.repository(Note).one(),
    };
    if (loads) await session.load([old!, other!], 'docs', 'cover', 'notes');
    await work(session, [
      () => {
        give(old!, other!, children);
      },
      () => {
        session.delete(old!);
      },
    ]);
    for (const entity of [Folder, Doc, Cover, Note]) assert.equal(await count(orm, entity), 1, entity.name);
    await using cleaning = orm.session();
    await cleaning.repository(Doc).all().delete();
    await cleaning.repository(Cover).all().delete();
    cleaning.delete(...(await cleaning.repository(Note).all()), ...(await cleaning.repository(Folder).all()));
    await cleaning.commit();
  }
}

export const cascades: CaseGroup = {
  name: 'cascades',
  cases: {
    ...Object.fromEntries(
      Object.entries(GIVEN).map(([how, give]): [string, CaseGroup['cases'][string]] => [
        `children that were given away ${how} do not go with the parent that they had`,
        ({ withOrm }) =>
          withOrm(folders, async (orm) => {
            await survives(orm, give, async (session, steps) => {
              for (const step of steps) step();
              await session.commit();
            });
            await survives(orm, give, async (session, steps) => {
              steps[0]!();
              await session.flush();
              steps[1]!();
              await session.commit();
            });
            await survives(orm, give, async (session, steps) => {
              const failed = session.transaction(async () => {
                for (const step of steps) step();
                await session.flush();
                throw new Error('enough');
              });
              await assert.rejects(failed, /enough/);
              for (const entity of [Doc, Cover, Note])
                assert.equal(await session.repository<object>(entity).count(), 1, entity.name);
              for (const step of steps) step();
              await session.commit();
            });
          }),
      ]),
    ),

    'children that were given to the parent just now go with it': ({ withOrm }) =>
      withOrm(folders, async (orm) => {
        await filled(orm);
        await using session = orm.session();
        const [, other] = await session.repository(Folder).orderBy('id');
        (await session.repository(Doc).one()).folder = other!;
        (await session.repository(Cover).one()).folder = other!;
        other!.notes.add(await session.repository(Note).one());
        session.delete(other!);
        await session.commit();
        for (const entity of [Doc, Cover, Note]) assert.equal(await count(orm, entity), 0, entity.name);
        assert.equal(await count(orm, Folder), 1);
      }),

    'a child that moved to another parent does not get the deletion mark of its old one': ({ withOrm }) =>
      withOrm([Rack, Crate], async (orm) => {
        for (const way of ['reference', 'collection', 'null'] as const) {
          await using session = orm.session();
          const [old, other] = [session.create(Rack, {}), session.create(Rack, {})];
          const [moved, stays] = [session.create(Crate, { rack: old }), session.create(Crate, { rack: old })];
          await session.commit();
          if (way === 'reference') moved.rack = other;
          else if (way === 'collection') other.crates.add(moved);
          else moved.rack = null;
          session.delete(old);
          await session.commit();
          assert.equal(moved.deletedAt, null);
          assert.ok(stays.deletedAt instanceof Date);
          assert.equal(await session.repository(Crate).filter({ id: moved.id }).count(), 1);
          assert.equal(await session.repository(Crate).filter({ id: stays.id }).count(), 0);
        }
      }),

    'what is taken out of one relation that removes orphans and put into another has a home': ({ withOrm }) =>
      withOrm(engines, async (orm) => {
        for (const loads of [true, false]) {
          await using session = orm.session();
          const [engine, battery] = [session.create(Engine, {}), session.create(Battery, {})];
          const piece = session.create(Piece, { engine, battery: null });
          await session.commit();
          await using other = orm.session();
          const from = await other.repository(Engine).get(engine.id);
          const to = await other.repository(Battery).get(battery.id);
          const moved = await other.repository(Piece).get(piece.id);
          if (loads) {
            await other.load(from, 'pieces');
            await other.load(to, 'pieces');
          }
          from.pieces.remove(moved);
          to.pieces.add(moved);
          await other.commit();
          assert.equal(await session.repository(Piece).filter({ engine: null, battery: to.id }).count(), 1);
          // Out of the last one it is an orphan.
          to.pieces.remove(moved);
          await other.commit();
          assert.equal(await count(orm, Piece), 0);
        }
      }),

    'what is taken out and added to the session by itself is kept': ({ withOrm }) =>
      withOrm(engines, async (orm) => {
        await using session = orm.session();
        const engine = session.create(Engine, {});
        const piece = session.create(Piece, { engine, battery: null });
        engine.lock = new Lock();
        await session.commit();
        const lock = (engine as { lock: Lock }).lock;
        engine.pieces.remove(piece);
        engine.lock = null;
        session.add(piece, lock);
        await session.commit();
        assert.equal(await session.repository(Piece).filter({ engine: null }).count(), 1);
        assert.equal(await session.repository(Lock).filter({ engine: null }).count(), 1);
      }),

    'a has-one child that is handed on is kept, whichever owner comes first': ({ withOrm }) =>
      withOrm(engines, async (orm) => {
        for (const [from, to] of [
          [0, 1],
          [1, 0],
        ] as const) {
          for (const gives of ['then null', 'alone', 'null first'] as const) {
            await using session = orm.session();
            const owners = [session.create(Engine, {}), session.create(Engine, {})];
            owners[from]!.lock = new Lock();
            await session.commit();
            await using other = orm.session();
            const ids = owners.map(({ id }) => id);
            const read = await other.repository(Engine).orderBy('id').include('lock');
            const [giver, taker] = [from, to].map((i) => read.find(({ id }) => id === ids[i])!);
            const lock = giver!.lock as Lock;
            if (gives === 'null first') giver!.lock = null;
            taker!.lock = lock;
            if (gives === 'then null') giver!.lock = null;
            await other.commit();
            await using fresh = orm.session();
            assert.equal((await fresh.repository(Lock).get(lock.id)).engine?.id, taker!.id);
            assert.equal(giver!.lock, null);
          }
        }
      }),

    'a new entity that is deleted is not written, and what refers to it is an error that says so': ({ withOrm }) =>
      withOrm([Desk, Pen], async (orm) => {
        await using session = orm.session();
        const desk = session.create(Desk, { name: null });
        const pen = session.create(Pen, { desk });
        session.delete(desk);
        await assert.rejects(session.flush(), (error: Error) => {
          assert.ok(error instanceof EspalierError);
          assert.match(error.message, /Pen\.desk/);
          return true;
        });
        pen.desk = null;
        await session.commit();
        assert.equal(await count(orm, Desk), 0);
        assert.equal(await count(orm, Pen), 1);
      }),

    'children of relations that remove orphans go along with their parent, loaded or not': ({ withOrm }) =>
      withOrm([...engines, Block, House], async (orm) => {
        for (const loads of [true, false]) {
          await orm.transaction((session) => {
            const engine = session.create(Engine, {});
            engine.pieces.add(new Piece(), new Piece());
            engine.lock = new Lock();
            session.create(Block, { x: 1, y: 2 }).houses.add(new House());
            session.create(Block, { x: 2, y: 1 }).houses.add(new House());
            return Promise.resolve();
          });
          await using session = orm.session();
          const engine = await session.repository(Engine).one();
          const block = await session.repository(Block).get({ x: 1, y: 2 });
          if (loads) {
            await session.load(engine, 'pieces', 'lock');
            await session.load(block, 'houses');
          }
          session.delete(engine, block);
          await session.commit();
          assert.deepEqual(await Promise.all([Piece, Lock, House].map((entity) => count(orm, entity))), [0, 0, 1]);
          session.delete(await session.repository(Block).one());
          await session.commit();
          assert.equal(await count(orm, House), 0);
        }
      }),

    "cascade 'delete' from a child to its parent is refused at connect": async ({ config }) => {
      await assert.rejects(
        Espalier.connect({ entities: wrongEntities(), databases: { default: config() } }),
        (error: Error) => {
          assert.ok(error instanceof MetadataError);
          assert.match(error.message, /Owned\.owner/);
          return true;
        },
      );
    },
  },
};
