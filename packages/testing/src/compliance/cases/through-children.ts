/** Entities that are rows of a join table and have children of their own: whichever way the pair goes, all of it goes, loaded or not. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  type Espalier,
  type Loaded,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'pair_kids' })
class Kid {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Toy, { through: () => Play, from: 'kid', to: 'toy' }) toys!: Many<Toy>;
}
@Entity({ table: 'pair_toys' })
@SoftDelete()
class Toy {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Kid, 'toys') kids!: Many<Kid>;
  deletedAt!: Date | null;
}
@Entity({ table: 'pair_plays' })
class Play {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Kid) kid!: Ref<Kid>;
  @BelongsTo(() => Toy) toy!: Ref<Toy>;
  @HasMany(() => Note, 'play', { cascade: ['persist', 'delete'] }) notes!: Many<Note>;
  @HasMany(() => Score, 'play', { orphanRemoval: true }) scores!: Many<Score>;
}
@Entity({ table: 'pair_notes' })
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Play) play!: Ref<Play>;
  @HasMany(() => Remark, 'note', { cascade: ['persist', 'delete'] }) remarks!: Many<Remark>;
}
@Entity({ table: 'pair_remarks' })
class Remark {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Note) note!: Ref<Note>;
}
@Entity({ table: 'pair_scores' })
class Score {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Play) play!: Ref<Play>;
}

const entities = [Kid, Toy, Play, Note, Remark, Score];

interface Scene {
  readonly session: Session;
  readonly kids: readonly Loaded<Kid, never>[];
  readonly toys: readonly Loaded<Toy, never>[];
  /** Commits, and says which plays are left; what belonged to the others is to have gone. */
  rows(): Promise<string[]>;
  /** How many selects the flush takes. */
  selects(): number;
}

async function fill(orm: Espalier): Promise<void> {
  await orm.transaction((session) => {
    const toys = ['x', 'y', 'z'].map((name) => session.create(Toy, { name }));
    for (const name of ['a', 'b']) {
      const kid = session.create(Kid, { name });
      for (const toy of toys) {
        const play = session.create(Play, { kid, toy });
        session.create(Score, { play });
        session.create(Remark, { note: session.create(Note, { play }) });
      }
    }
    return Promise.resolve();
  });
}

/** Two kids who play with three toys each. */
const scene =
  (isLoaded: boolean, work: (scene: Scene) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm(entities, async (orm, statements) => {
      await fill(orm);
      await using session = orm.session();
      if (isLoaded) {
        await session.repository(Play).include('notes.remarks', 'scores', 'kid', 'toy').all();
        await session.repository(Kid).include('toys').all();
      }
      const kids = await session.repository(Kid).orderBy('name');
      const toys = await session.repository(Toy).orderBy('name');
      statements.clear();
      const rows = async (): Promise<string[]> => {
        await session.commit();
        assert.deepEqual(session.changes(), []);
        assert.equal(await session.flush(), 0);
        await using other = orm.session();
        const left = await other.repository(Play).include('kid', 'toy').withDeleted().all();
        for (const each of [Note, Remark, Score])
          assert.equal(await other.repository<object>(each).count(), left.length);
        return left.map(({ kid, toy }) => kid.name + toy.name).sort();
      };
      const selects = (): number => statements.texts.filter((text) => /^select/i.test(text)).length;
      await work({ session, kids, toys, rows, selects });
    });

const cases: CaseGroup['cases'] = {};
for (const isLoaded of [true, false]) {
  const how = isLoaded ? 'loaded' : 'not loaded';
  Object.assign(cases, {
    [`a pair that is taken out takes along what belongs to its entity, from either side (${how})`]: scene(
      isLoaded,
      async ({ kids: [a, b], toys: [x, y], rows }) => {
        a!.toys.remove(x!);
        y!.kids.remove(b!);
        assert.deepEqual(await rows(), ['ay', 'az', 'bx', 'bz']);
      },
    ),

    [`a collection that is emptied or replaced takes along what belongs to its pairs (${how})`]: scene(
      isLoaded,
      async ({ kids: [a, b], toys: [x], rows }) => {
        a!.toys.set([]);
        b!.toys.set([x!]);
        assert.deepEqual(await rows(), ['bx']);
      },
    ),

    [`an end of pairs that is deleted takes along what belongs to them (${how})`]: scene(
      isLoaded,
      async ({ session, kids: [a], toys: [x], rows }) => {
        session.delete(a!);
        session.delete(x!, { force: true });
        assert.deepEqual(await rows(), ['by', 'bz']);
      },
    ),

    [`pairs of an end that is only marked as deleted stay, and so does what belongs to them (${how})`]: scene(
      isLoaded,
      async ({ session, kids: [a], toys: [x, y], rows }) => {
        session.delete(x!);
        a!.toys.remove(y!);
        assert.deepEqual(await rows(), ['ax', 'az', 'bx', 'by', 'bz']);
      },
    ),

    [`a pair whose end has left the session takes along what belongs to its entity, from either side (${how})`]: scene(
      isLoaded,
      async ({ session, kids: [a, b], toys: [x, y], rows }) => {
        session.detach(x!);
        a!.toys.remove(x!);
        session.detach(b!);
        y!.kids.remove(b!);
        assert.deepEqual(await rows(), ['ay', 'az', 'bx', 'bz']);
        assert.deepEqual(
          (await session.load(a!, 'toys')).toys.map(({ name }) => name),
          ['y', 'z'],
        );
      },
    ),

    [`a pair whose end was read again since takes along what belongs to its entity (${how})`]: scene(
      isLoaded,
      async ({ session, kids: [a], toys: [x, y], rows }) => {
        session.detach(x!);
        a!.toys.remove(x!);
        await session.repository(Toy).all();
        a!.toys.remove(y!);
        assert.deepEqual(await rows(), ['az', 'bx', 'by', 'bz']);
      },
    ),

    [`a pair that is given to another end stays when the first one is deleted (${how})`]: scene(
      isLoaded,
      async ({ session, kids: [a, b], toys: [x], rows }) => {
        const play = await session.repository(Play).get({ kid: a!, toy: x! });
        play.kid = b!;
        session.delete(a!);
        assert.deepEqual(await rows(), ['bx', 'bx', 'by', 'bz']);
        session.delete(play);
        assert.deepEqual(await rows(), ['bx', 'by', 'bz']);
      },
    ),
  });
}

export const throughChildren: CaseGroup = {
  name: 'through entities with children',
  cases: {
    ...cases,

    'what goes along with many pairs is read by one query a relation': scene(
      false,
      async ({ session, kids, toys: [x], rows, selects }) => {
        for (const kid of kids) kid.toys.remove(x!);
        await session.flush();
        // Plays, their notes and scores, and the remarks on the notes.
        assert.equal(selects(), 4);
        session.delete(...kids);
        await session.flush();
        assert.equal(selects(), 8);
        assert.deepEqual(await rows(), []);
      },
    ),

    'a rollback brings back the pair and what went along': scene(
      false,
      async ({ session, kids: [a], toys: [x], rows }) => {
        await assert.rejects(
          session.transaction(async (inner) => {
            a!.toys.remove(x!);
            await inner.flush();
            throw new Error('undone');
          }),
          { message: 'undone' },
        );
        assert.equal((await session.load(a!, 'toys')).toys.length, 3);
        a!.toys.clear();
        assert.deepEqual(await rows(), ['bx', 'by', 'bz']);
      },
    ),
  },
};
