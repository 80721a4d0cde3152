/** Through entities that are soft-deleted: a pair whose row is marked is no pair, goes by its mark, and comes back by it where its place is unique. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  every,
  HasMany,
  ManyToMany,
  none,
  PrimaryKey,
  SoftDelete,
  some,
  Timestamps,
  Unique,
  Version,
  type Defaulted,
  type Espalier,
  type Loaded,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'marked_kids' })
class Kid {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Toy, { through: () => Play, cascade: ['persist', 'delete'] }) toys!: Many<Toy>;
  @HasMany(() => Play, 'kid') plays!: Many<Play>;
}
@Entity({ table: 'marked_toys' })
class Toy {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
  @ManyToMany(() => Kid, 'toys') kids!: Many<Kid>;
  @HasMany(() => Play, 'toy') plays!: Many<Play>;
}
@Entity({ table: 'marked_plays' })
@SoftDelete()
@Timestamps()
@Unique(['kid', 'toy'])
class Play {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Kid) kid!: Ref<Kid>;
  @BelongsTo(() => Toy) toy!: Ref<Toy>;
  @Column({ type: 'integer', default: 0 }) rank!: Defaulted<number>;
  @Version() version!: number;
  @HasMany(() => Note, 'play', { cascade: ['persist', 'delete'] }) notes!: Many<Note>;
  @HasMany(() => Score, 'play', { cascade: ['persist', 'delete'] }) scores!: Many<Score>;
  createdAt!: Date;
  updatedAt!: Date;
  deletedAt!: Date | null;
}
@Entity({ table: 'marked_notes' })
@SoftDelete()
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Play) play!: Ref<Play>;
  deletedAt!: Date | null;
}
@Entity({ table: 'marked_scores' })
class Score {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Play) play!: Ref<Play>;
}

const entities = [Kid, Toy, Play, Note, Score];

/** Kids a and b who play with toys x and y; b played with y, which is marked. Ranks are 1, 2, … in the order of the names. */
async function fill(orm: Espalier): Promise<void> {
  await orm.transaction(async (session) => {
    const [a, b] = ['a', 'b'].map((name) => session.create(Kid, { name }));
    const [x, y] = ['x', 'y', 'z'].map((name) => session.create(Toy, { name }));
    const all = [
      [a, x],
      [a, y],
      [b, x],
      [b, y],
    ] as const;
    const plays = all.map(([kid, toy], i) => session.create(Play, { kid: kid!, toy: toy!, rank: i + 1 }));
    for (const play of plays) {
      session.create(Note, { play });
      session.create(Score, { play });
    }
    await session.flush();
    session.delete(plays[3]!);
  });
}

interface Scene {
  readonly session: Session;
  readonly kids: { readonly a: Loaded<Kid, 'toys' | 'plays'>; readonly b: Loaded<Kid, 'toys' | 'plays'> };
  readonly toys: Readonly<Record<'x' | 'y' | 'z', Loaded<Toy, 'kids' | 'plays'>>>;
  play(kid: Kid, toy: Toy): Promise<Play>;
  /** Commits, and says which pairs there are: all that shows them says the same. */
  pairs(): Promise<string[]>;
  /** All rows: the pair, the rank, the version, and a minus where it is marked. */
  rows(): Promise<string[]>;
}

const scene =
  (isLoaded: boolean, work: (scene: Scene) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm(entities, async (orm) => {
      await fill(orm);
      await using session = orm.session();
      const kids = isLoaded
        ? await session.repository(Kid).include('toys', 'plays.toy').orderBy('name')
        : await session.repository(Kid).orderBy('name');
      const toys = isLoaded
        ? await session.repository(Toy).include('kids', 'plays.kid').orderBy('name')
        : await session.repository(Toy).orderBy('name');
      const [a, b] = kids as Scene['kids']['a'][];
      const [x, y, z] = toys as Scene['toys']['x'][];
      await work({
        session,
        kids: { a: a!, b: b! },
        toys: { x: x!, y: y!, z: z! },
        play: (kid, toy) => session.repository(Play).withDeleted().get({ kid, toy }),
        async pairs() {
          await session.commit();
          assert.deepEqual(session.changes(), []);
          assert.equal(await session.flush(), 0);
          await using other = orm.session();
          const stored = await shown(other);
          assert.deepEqual(await shown(session), stored);
          return stored;
        },
        rows: () => rowsOf(orm),
      });
    });

/** Pairs as all relations show them. */
async function shown(session: Session): Promise<string[]> {
  const kids = await session.repository(Kid).include('toys', 'plays.toy').all();
  const toys = await session.repository(Toy).include('kids', 'plays.kid').all();
  const [first, ...others] = [
    kids.flatMap((kid) => kid.toys.map((toy) => kid.name + toy.name)),
    kids.flatMap((kid) => kid.plays.map(({ toy }) => kid.name + toy.name)),
    toys.flatMap((toy) => toy.kids.map((kid) => kid.name + toy.name)),
    toys.flatMap((toy) => toy.plays.map(({ kid }) => kid.name + toy.name)),
  ].map((names) => names.sort());
  for (const other of others) assert.deepEqual(other, first);
  return first!;
}

async function rowsOf(orm: Espalier): Promise<string[]> {
  await using session = orm.session();
  const plays = await session
    .repository(Play)
    .include('kid', 'toy')
    .withDeleted()
    .orderBy('kid.name', 'toy.name', 'id');
  return plays.map(
    ({ kid, toy, rank, version, deletedAt }) =>
      `${kid.name}${toy.name} ${String(rank)}.${String(version)}${deletedAt ? '-' : ''}`,
  );
}

const cases: CaseGroup['cases'] = {};
for (const isLoaded of [true, false]) {
  const how = isLoaded ? 'loaded' : 'not loaded';
  Object.assign(cases, {
    [`a pair that is taken out keeps its row, which is marked, from either side (${how})`]: scene(
      isLoaded,
      async ({ kids: { a, b }, toys: { x, y }, pairs, rows }) => {
        a.toys.remove(x);
        x.kids.remove(b);
        // Marked before: it stays as it is.
        b.toys.remove(y);
        assert.deepEqual(await pairs(), ['ay']);
        assert.deepEqual(await rows(), ['ax 1.2-', 'ay 2.1', 'bx 3.2-', 'by 4.2-']);
      },
    ),

    [`a pair that is added again gets its row back as it was, from either side (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { a, b }, toys: { x, y, z }, pairs, rows }) => {
        a.toys.remove(x);
        await session.flush();
        b.toys.add(y, z);
        x.kids.add(a);
        assert.deepEqual(await pairs(), ['ax', 'ay', 'bx', 'by', 'bz']);
        assert.deepEqual(await rows(), ['ax 1.3', 'ay 2.1', 'bx 3.1', 'by 4.3', 'bz 0.1']);
      },
    ),

    [`a collection that is set, assigned or cleared marks and restores rows (${how})`]: scene(
      isLoaded,
      async ({ kids: { a, b }, toys: { x, y, z }, pairs, rows }) => {
        a.toys.clear();
        b.toys.set([y, z]);
        assert.deepEqual(await pairs(), ['by', 'bz']);
        (a as { toys: unknown }).toys = [x, z];
        y.kids.set([]);
        assert.deepEqual(await pairs(), ['ax', 'az', 'bz']);
        assert.deepEqual(await rows(), ['ax 1.3', 'ay 2.2-', 'az 0.1', 'bx 3.2-', 'by 4.4-', 'bz 0.1']);
      },
    ),

    [`collections follow marks of through entities, by delete and by hand (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { a, b }, toys: { x, y }, play, pairs, rows }) => {
        const [ax, bx, by] = [await play(a, x), await play(b, x), await play(b, y)];
        session.delete(ax);
        bx.deletedAt = new Date();
        by.deletedAt = null;
        assert.deepEqual(await pairs(), ['ay', 'by']);
        ax.deletedAt = null;
        session.delete(by);
        assert.deepEqual(await pairs(), ['ax', 'ay']);
        session.delete(by, { force: true });
        assert.deepEqual(await pairs(), ['ax', 'ay']);
        assert.deepEqual(await rows(), ['ax 1.3', 'ay 2.1', 'bx 3.2-']);
      },
    ),

    [`a pair that is added after its entity was deleted, or marked by hand, keeps its row (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { a, b }, toys: { x }, play, pairs, rows }) => {
        session.delete(await play(a, x));
        a.toys.add(x);
        (await play(b, x)).deletedAt = new Date();
        x.kids.add(b);
        assert.deepEqual(await pairs(), ['ax', 'ay', 'bx']);
        assert.deepEqual(
          (await rows()).map((row) => row.replace(/\.\d+/, '')),
          ['ax 1', 'ay 2', 'bx 3', 'by 4-'],
        );
        assert.equal(
          await session
            .repository(Note)
            .filter({ play: { kid: a, toy: x } })
            .count(),
          1,
        );
      },
    ),

    [`a pair that is taken out stays where its entity is added by itself (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { a }, toys: { x }, play, pairs, rows }) => {
        const ax = await play(a, x);
        a.toys.remove(x);
        session.add(ax);
        assert.deepEqual(await pairs(), ['ax', 'ay', 'bx']);
        assert.equal((await rows())[0], 'ax 1.1');
      },
    ),

    [`collections of the ends follow entities that become other pairs, marked or restored on the way (${how})`]: scene(
      isLoaded,
      async ({ kids: { a, b }, toys: { x, y, z }, play, pairs, rows }) => {
        const [ax, ay, by] = [await play(a, x), await play(a, y), await play(b, y)];
        ax.toy = z;
        ay.kid = b;
        ay.toy = z;
        ay.deletedAt = new Date();
        assert.deepEqual(await pairs(), ['az', 'bx']);
        ay.kid = a;
        ay.toy = x;
        ay.deletedAt = null;
        by.toy = z;
        assert.deepEqual(await pairs(), ['ax', 'az', 'bx']);
        by.deletedAt = null;
        a.toys.remove(z);
        assert.deepEqual(await pairs(), ['ax', 'bx', 'bz']);
        assert.deepEqual(await rows(), ['ax 2.3', 'az 1.3-', 'bx 3.1', 'bz 4.4']);
      },
    ),

    [`a pair is added in the place that a marked entity leaves (${how})`]: scene(
      isLoaded,
      async ({ kids: { b }, toys: { y, z }, play, pairs, rows }) => {
        (await play(b, y)).toy = z;
        b.toys.add(y);
        assert.deepEqual(await pairs(), ['ax', 'ay', 'bx', 'by']);
        assert.deepEqual((await rows()).slice(3), ['by 0.1', 'bz 4.3-']);
      },
    ),

    [`what belongs to a pair goes along with its mark as with that of its entity (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { a }, toys: { x, y }, pairs }) => {
        a.toys.remove(x);
        y.kids.clear();
        assert.deepEqual(await pairs(), ['bx']);
        const counts = [
          await session.repository(Note).count(),
          await session.repository(Note).withDeleted().count(),
          await session.repository(Score).count(),
        ];
        assert.deepEqual(counts, [1, 4, 4]);
      },
    ),

    [`an end that is deleted takes all of its rows along, and no item of a marked pair (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { a, b }, toys: { x }, play, pairs, rows }) => {
        const [ax] = [await play(a, x), await play(b, x)];
        a.toys.remove(x);
        session.delete(b);
        await session.flush();
        // With b went x, and with that its row of a.
        assert.throws(() => session.isDirty(ax), { name: 'QueryError' });
        assert.deepEqual(await pairs(), ['ay']);
        assert.deepEqual(await rows(), ['ay 2.1']);
        assert.equal(await session.repository(Score).count(), 1);
      },
    ),

    [`a rollback and a failed flush give back pairs, marks and collections (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { a, b }, toys: { x, y }, pairs, rows }) => {
        const before = await rows();
        const change = (): void => {
          a.toys.remove(x);
          b.toys.add(y);
        };
        change();
        await session.flush();
        await session.rollback();
        assert.deepEqual(await pairs(), ['ax', 'ay', 'bx']);
        assert.deepEqual(await rows(), before);
        change();
        const failing = session.create(Note, { play: undefined as unknown as Play });
        await assert.rejects(session.flush());
        session.delete(failing);
        assert.deepEqual(await rows(), before);
        assert.deepEqual(await pairs(), ['ay', 'bx', 'by']);
        const block = session.transaction(async (inner) => {
          x.kids.add(a);
          y.kids.clear();
          await inner.flush();
          throw new Error('undone');
        });
        await assert.rejects(block, { message: 'undone' });
        await session.commit();
        assert.deepEqual(await pairs(), ['ay', 'bx', 'by']);
        assert.deepEqual(await rows(), ['ax 1.2-', 'ay 2.1', 'bx 3.1', 'by 4.3']);
      },
    ),

    [`what the queryset of a collection makes and writes is of its pairs (${how})`]: scene(
      isLoaded,
      async ({ session, kids: { b }, pairs, rows }) => {
        const toys = b.toys.query();
        assert.deepEqual([await toys.count(), await toys.filter({ name: 'y' }).exists()], [1, false]);
        await toys.update({ name: 'X' });
        assert.equal(await session.repository(Toy).filter({ name: 'X' }).count(), 1);
        await toys.update({ name: 'x' });
        const [, created] = await toys.getOrCreate({ name: 'y' });
        assert.equal(created, false);
        assert.deepEqual(await pairs(), ['ax', 'ay', 'bx', 'by']);
        assert.equal((await rows())[3], 'by 4.3');
      },
    ),
  });
}

export const markedPairs: CaseGroup = {
  name: 'marked pairs',
  cases: {
    ...cases,

    'a marked pair shows nowhere, unless marked rows are asked for': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const [a, b] = await session.repository(Kid).orderBy('name');
        const y = await session.repository(Toy).get({ name: 'y' });
        assert.deepEqual([await b!.toys.count(), await b!.toys.has(y), await y.kids.has(b!)], [1, false, false]);
        const { toys } = await session.load(b!, 'toys');
        assert.deepEqual([toys.length, await y.kids.count()], [1, 1]);
        const kids = session.repository(Kid).orderBy('name');
        const found = async (...filter: Parameters<typeof kids.filter>): Promise<object[]> => kids.filter(...filter);
        assert.deepEqual(await found({ toys: some({ name: 'y' }) }), [a]);
        assert.deepEqual(await found({ toys: some({ plays: some({ kid: { name: 'b' } }), name: 'y' }) }), []);
        assert.deepEqual(await found({ toys: none({ name: 'y' }) }), [b]);
        assert.deepEqual(await found({ toys: every({ name: 'x' }) }), [b]);
        assert.equal(
          await kids
            .filter({ toys: some({ name: 'y' }) })
            .withDeleted()
            .count(),
          2,
        );
        await using other = orm.session();
        const whole = await other.repository(Kid).include('toys').withDeleted().get({ name: 'b' });
        assert.equal(whole.toys.length, 2);
        const streamed: number[] = [];
        for await (const kid of orm.session().repository(Kid).include('toys').orderBy('name').iterate())
          streamed.push(kid.toys.length);
        assert.deepEqual(streamed, [2, 1]);
      }),

    'a collection that was read with marked pairs gives them back and marks the others': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await fill(orm);
        await using session = orm.session();
        const [a, b] = await session.repository(Kid).include('toys').withDeleted().orderBy('name');
        const [x, y] = await session.repository(Toy).orderBy('name');
        b!.toys.add(x!, y!);
        a!.toys.remove(y!);
        await session.commit();
        assert.deepEqual(await rowsOf(orm), ['ax 1.1', 'ay 2.2-', 'bx 3.1', 'by 4.3']);
        b!.toys.remove(y!);
        a!.toys.remove(y!);
        await session.commit();
        assert.deepEqual(await rowsOf(orm), ['ax 1.1', 'ay 2.2-', 'bx 3.1', 'by 4.4-']);
        assert.equal((await session.repository(Kid).include('toys').withDeleted().get({ name: 'b' })).toys.length, 2);
      }),

    'rows of many pairs are found by one query a relation': ({ withOrm }) =>
      withOrm(entities, async (orm, statements) => {
        await fill(orm);
        await using session = orm.session();
        const kids = await session.repository(Kid).include('toys').orderBy('name');
        const toys = await session.repository(Toy).orderBy('name');
        statements.clear();
        for (const kid of kids) kid.toys.add(...toys);
        await session.flush();
        assert.equal(statements.texts.filter((text) => /^select.*marked_plays/is.test(text)).length, 1);
      }),
  },
};
