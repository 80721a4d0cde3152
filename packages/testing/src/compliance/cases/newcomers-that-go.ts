/** New entities that go before they have a row: with an owner that is deleted, with a new one that is taken back. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  UniqueViolationError,
  type EntityClass,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'new_folders' })
class Folder {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Doc, 'folder', { cascade: ['persist', 'delete'] }) docs!: Many<Doc>;
  @ManyToMany(() => Note, { cascade: ['persist', 'delete'] }) notes!: Many<Note>;
}

@Entity({ table: 'new_docs' })
class Doc {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Folder, { nullable: true }) folder!: Ref<Folder> | null;
}

@Entity({ table: 'new_notes' })
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Folder, 'notes') folders!: Many<Folder>;
}

@Entity({ table: 'new_slips' })
class Slip {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Note, { nullable: true, onDelete: 'set null' }) about!: Ref<Note> | null;
  @BelongsTo(() => Doc, { nullable: true }) doc!: Ref<Doc> | null;
}

@Entity({ table: 'new_engines' })
class Engine {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Piece, 'engine', { orphanRemoval: true }) pieces!: Many<Piece>;
  @HasOne(() => Lock, 'engine', { orphanRemoval: true }) lock!: Ref<Lock> | null;
}

@Entity({ table: 'new_pieces' })
class Piece {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Engine, { nullable: true }) engine!: Ref<Engine> | null;
  @ManyToMany(() => Maker) makers!: Many<Maker>;
  /** Known at this end only. */
  @ManyToMany(() => Note) notes!: Many<Note>;
}

@Entity({ table: 'new_makers' })
class Maker {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
  @ManyToMany(() => Piece, 'makers') pieces!: Many<Piece>;
}

@Entity({ table: 'new_locks' })
class Lock {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Engine, { nullable: true }) engine!: Ref<Engine> | null;
}

const entities = [Folder, Doc, Note, Slip, Engine, Piece, Lock, Maker];

const count = async (orm: Espalier, entity: EntityClass): Promise<number> => {
  await using session = orm.session();
  return await session.repository<object>(entity).count();
};

export const newcomersThatGo: CaseGroup = {
  name: 'newcomers that go',
  cases: {
    'a new entity that two collections hold goes with the owner that is deleted': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [first, second] = [session.create(Folder, {}), session.create(Folder, {})];
        await session.commit();
        const note = new Note();
        second.notes.add(note);
        first.notes.add(note);
        session.delete(first);
        await session.commit();
        assert.equal(await count(orm, Note), 0);
        assert.equal((await session.load(second, 'notes')).notes.length, 0);
      }),

    'a new child that goes with its parent is not brought in again by what refers to it': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const folder = session.create(Folder, {});
        await session.commit();
        const doc = new Doc();
        folder.docs.add(doc);
        const slip = session.create(Slip, { doc });
        session.delete(folder);
        await assert.rejects(session.commit(), { name: 'QueryError', property: 'doc' });
        slip.doc = null;
        await session.commit();
        assert.equal(await count(orm, Doc), 0);
        assert.equal(await count(orm, Slip), 1);
      }),

    'a reference that becomes null with the row that it names lets go of a new entity that is deleted': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const stored = session.create(Slip, {});
        await session.commit();
        const note = session.create(Note, {});
        const made = session.create(Slip, { about: note });
        stored.about = note;
        session.delete(note);
        const twins = ['a', 'a'].map((name) => session.create(Maker, { name }));
        await assert.rejects(session.flush(), UniqueViolationError);
        assert.deepEqual([stored.about, made.about], [note, note]);
        session.detach(twins[1]!);
        await session.commit();
        assert.deepEqual([stored.about, made.about], [null, null]);
        assert.equal(await count(orm, Note), 0);
      }),

    'a new entity that is deleted is not brought in again by a new one that it was linked with': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [note, folder] = [session.create(Note, {}), new Folder()];
        note.folders.add(folder);
        session.delete(note);
        session.add(folder);
        await session.commit();
        assert.equal(await count(orm, Note), 0);
        assert.equal(await count(orm, Folder), 1);
      }),

    'what would be deleted along with a new entity, or be an orphan of it, is taken back with it': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [folder, engine] = [session.create(Folder, {}), session.create(Engine, {})];
        folder.notes.add(new Note());
        session.create(Doc, { folder });
        session.create(Piece, { engine });
        engine.lock = new Lock();
        session.add(folder, engine);
        session.delete(folder, engine);
        assert.deepEqual(session.changes(), []);
        await session.commit();
        for (const entity of [Note, Doc, Piece, Lock]) assert.equal(await count(orm, entity), 0, entity.name);
      }),

    'a new orphan that a failed flush let go has the links that it had': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [engine, maker] = [session.create(Engine, {}), session.create(Maker, { name: 'a' })];
        const note = session.create(Note, {});
        await session.commit();
        const piece = session.create(Piece, {});
        engine.pieces.add(piece);
        maker.pieces.add(piece);
        piece.notes.add(note);
        engine.pieces.remove(piece);
        const twin = session.create(Maker, { name: 'a' });
        await assert.rejects(session.commit(), UniqueViolationError);
        twin.name = 'b';
        engine.pieces.add(piece);
        await session.commit();
        await using other = orm.session();
        const found = await other.repository(Piece).include('makers', 'notes').one();
        assert.deepEqual([found.makers.map(({ name }) => name), found.notes.length], [['a'], 1]);
      }),
  },
};
