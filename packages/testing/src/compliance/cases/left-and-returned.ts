/** Entities that leave their session, or lose their row, and come back: what their relations say is what is there, or is written. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  NotLoadedError,
  PrimaryKey,
  QueryError,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'left_clubs' })
class Club {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @HasMany(() => Member, 'club', { orderBy: 'id', cascade: ['persist', 'delete'] }) members!: Many<Member>;
  @HasOne(() => Statute, 'club', { cascade: ['persist', 'delete'] }) statute!: Ref<Statute> | null;
  @ManyToMany(() => Sport, { orderBy: 'id' }) sports!: Many<Sport>;
}

@Entity({ table: 'left_members' })
class Member {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Club, { nullable: true }) club!: Ref<Club> | null;
}

@Entity({ table: 'left_statutes' })
class Statute {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Club, { nullable: true, unique: true }) club!: Ref<Club> | null;
}

@Entity({ table: 'left_sports' })
class Sport {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Club, 'sports') clubs!: Many<Club>;
}

const entities = [Club, Member, Statute, Sport];
interface Loaded {
  members: Iterable<Member>;
  statute: Statute | null;
  sports: Iterable<Sport>;
}

/** A club with two members, a statute and a sport, which a session has read. */
const inClub =
  (work: (scene: { orm: Espalier; session: Session; club: Club }) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm(entities, async (orm) => {
      await orm.transaction((session) => {
        const club = session.create(Club, { name: 'a', sports: [session.create(Sport, { name: 'chess' })] });
        for (const name of ['ann', 'bob']) session.create(Member, { name, club });
        session.create(Statute, { club });
        return Promise.resolve();
      });
      await using session = orm.session();
      await work({ orm, session, club: await session.repository(Club).one() });
    });

/** What the relations of a club hold; null where one is not loaded. */
function held(club: Club): Record<string, unknown> {
  const own = club as unknown as Loaded;
  const read = (take: () => unknown): unknown => {
    try {
      return take();
    } catch (error) {
      assert.ok(error instanceof NotLoadedError, String(error));
      return 'not loaded';
    }
  };
  return {
    members: read(() => [...own.members].map(({ name }) => name)),
    statute: read(() => own.statute !== null),
    sports: read(() => [...own.sports].map(({ name }) => name)),
  };
}

/** What the rows say. */
async function stored(orm: Espalier): Promise<Record<string, unknown>> {
  await using session = orm.session();
  return held(await session.repository(Club).include('members', 'statute', 'sports').one());
}

const everything = { members: ['ann', 'bob'], statute: true, sports: ['chess'] };

async function loadAll(session: Session, club: Club): Promise<void> {
  await session.load(club, 'members', 'statute', 'sports');
}

/** Ways to undo a deletion after which the session was cleared. */
const undoings: Record<string, (session: Session, remove: () => Promise<void>) => Promise<void>> = {
  'a rollback': async (session, remove) => {
    await remove();
    session.clear();
    await session.rollback();
  },
  'a block that fails': async (session, remove) => {
    const block = session.transaction(async () => {
      await remove();
      session.clear();
      throw new Error('stop');
    });
    await assert.rejects(block, /stop/);
  },
  'a rollback after a block': async (session, remove) => {
    await remove();
    const block = session.transaction(() => {
      session.clear();
      return Promise.reject(new Error('stop'));
    });
    await assert.rejects(block, /stop/);
    await session.rollback();
  },
};

const cleared = Object.fromEntries(
  Object.entries(undoings).map(([how, undo]) => [
    `what was deleted before the session was cleared does not come into it again by ${how}`,
    inClub(async ({ orm, session, club }) => {
      await loadAll(session, club);
      const { members, statute } = club as unknown as Loaded;
      const left: object[] = [club, ...members, statute!];
      await undo(session, async () => {
        club.name = 'b';
        await session.flush();
        session.delete(club);
        await session.flush();
      });
      assert.deepEqual(session.changes(), []);
      const [ann, bob] = await session.repository(Member).include('club').orderBy('id');
      const now = await session.repository(Club).include('members', 'statute', 'sports').one();
      assert.deepEqual(
        [ann, bob, now, now.statute].map((entity) => left.includes(entity as object)),
        [false, false, false, false],
      );
      assert.deepEqual([ann!.club, bob!.club, [...now.members]], [now, now, [ann, bob]]);
      assert.deepEqual([now.name, held(now)], ['a', everything]);
      assert.throws(() => {
        session.add(club);
      }, QueryError);
      now.name = 'c';
      now.members.remove(ann!);
      now.sports.set([]);
      await session.commit();
      assert.deepEqual(await stored(orm), { members: ['bob'], statute: true, sports: [] });
      await using other = orm.session();
      assert.equal((await other.repository(Club).one()).name, 'c');
    }),
  ]),
);

export const leftAndReturned: CaseGroup = {
  name: 'entities that leave and come back',
  cases: {
    'relations that are first read of a deleted entity are not taken for empty when the deletion is undone': inClub(
      async ({ session, club }) => {
        session.delete(club);
        await session.flush();
        held(club);
        await session.rollback();
        assert.deepEqual(held(club), { members: 'not loaded', statute: 'not loaded', sports: 'not loaded' });
        await loadAll(session, club);
        assert.deepEqual(held(club), everything);
      },
    ),

    'what a block that fails deletes has its relations afterwards': inClub(async ({ session, club }) => {
      await assert.rejects(
        session.transaction(async () => {
          session.delete(club);
          await session.flush();
          held(club);
          throw new Error('stop');
        }),
        /stop/,
      );
      await loadAll(session, club);
      assert.deepEqual(held(club), everything);
    }),

    'a deleted entity that is added again is written with the links that it shows': inClub(
      async ({ orm, session, club }) => {
        await loadAll(session, club);
        const [chess] = [...(club as unknown as Loaded).sports];
        session.delete(club);
        await session.commit();
        assert.equal(await session.repository(Member).count(), 0);
        session.add(club);
        await session.commit();
        assert.deepEqual(await stored(orm), held(club));
        assert.deepEqual(held(club).sports, ['chess']);
        club.sports.remove(chess!);
        await session.commit();
        assert.deepEqual((await stored(orm)).sports, []);
      },
    ),

    'a deleted entity that is added again before its relations were read has none': inClub(
      async ({ orm, session, club }) => {
        session.delete(club);
        await session.commit();
        session.add(club);
        await session.commit();
        assert.deepEqual(held(club), { members: [], statute: false, sports: [] });
        assert.deepEqual(await stored(orm), held(club));
      },
    ),

    'changes of relations that were pending when their entity left are forgotten': inClub(
      async ({ orm, session, club }) => {
        for (const leave of [() => session.clear(), () => session.detach(club)]) {
          await loadAll(session, club);
          const { members, sports } = club as unknown as Loaded;
          const [[ann], [chess]] = [[...members], [...sports]];
          club.members.remove(ann!);
          club.sports.remove(chess!);
          leave();
          session.clear();
          session.add(club);
          assert.deepEqual(held(club).sports, ['chess']);
          await session.commit();
          assert.deepEqual(await stored(orm), everything);
          club.sports.set([]);
          await session.commit();
          assert.deepEqual((await stored(orm)).sports, []);
          club.sports.add(await session.repository(Sport).one());
          await session.commit();
          session.clear();
          session.add(club);
        }
      },
    ),

    'a relation that was being loaded while its entity left is not taken for empty': inClub(
      async ({ session, club }) => {
        for (const leave of [() => session.clear(), () => session.detach(club)]) {
          const loading = loadAll(session, club);
          leave();
          await loading.catch(() => undefined);
          const { members, statute, sports } = held(club);
          assert.ok(members === 'not loaded' || (members as string[]).length === 2, String(members));
          assert.ok(statute === 'not loaded' || statute === true);
          assert.ok(sports === 'not loaded' || (sports as string[]).length === 1);
          session.clear();
          session.add(club);
        }
      },
    ),

    ...cleared,

    'an entity that was deleted before the session was cleared has its row again after a rollback': inClub(
      async ({ orm, session, club }) => {
        await loadAll(session, club);
        session.delete(club);
        await session.flush();
        session.clear();
        await session.rollback();
        session.add(club);
        assert.deepEqual(session.changes(), []);
        assert.deepEqual(held(club).sports, ['chess']);
        club.name = 'b';
        club.sports.set([]);
        await session.commit();
        assert.deepEqual(await stored(orm), { ...everything, sports: [] });
        await using other = orm.session();
        assert.equal((await other.repository(Club).one()).name, 'b');
      },
    ),

    'a new entity that was deleted before the session was cleared is a new one after a rollback': inClub(
      async ({ orm, session }) => {
        const sport = session.create(Sport, { name: 'golf' });
        await session.flush();
        session.delete(sport);
        await session.flush();
        session.clear();
        await session.rollback();
        session.add(sport);
        assert.deepEqual(
          session.changes().map(({ kind }) => kind),
          ['insert'],
        );
        await session.commit();
        await using other = orm.session();
        assert.equal(await other.repository(Sport).filter({ name: 'golf' }).count(), 1);
      },
    ),

    'what a deleted entity referred to is of now after a rollback': inClub(async ({ orm, session, club }) => {
      await loadAll(session, club);
      const [ann] = (club as unknown as Loaded).members;
      session.delete(ann!);
      await session.flush();
      session.detach(club);
      const now = await session.repository(Club).one();
      await session.rollback();
      assert.equal(ann!.club, now);
      now.name = 'b';
      await session.commit();
      await using other = orm.session();
      assert.equal((await other.repository(Club).one()).name, 'b');
    }),

    'a loop over a stream that clears the session changes every row': inClub(async ({ orm, session }) => {
      for (const take of [
        async () => {
          session.clear();
          await Promise.resolve();
        },
        async () => {
          await session.commit();
          session.clear();
        },
      ]) {
        for await (const member of session.repository(Member).all()) {
          member.name += '!';
          await session.commit();
          await take();
        }
      }
      session.create(Member, { name: 'cid', club: session.create(Club, { name: 'b' }) });
      await session.commit();
      session.clear();
      for await (const club of session.repository(Club).all().include('members').orderBy('id')) {
        for (const member of club.members) member.name += '?';
        await session.commit();
        session.clear();
      }
      let now: Club | undefined;
      for await (const { club } of session.repository(Member).all().include('club').orderBy('id')) {
        // What comes back leads to the object that its row has by now.
        if (now?.id === club!.id) assert.equal(club, now);
        session.clear();
        now = await session.repository(Club).get(club!.id);
      }
      assert.equal(now?.name, 'b');
      await using other = orm.session();
      assert.deepEqual(
        (await other.repository(Member).orderBy('id')).map(({ name }) => name),
        ['ann!!?', 'bob!!?', 'cid?'],
      );
    }),
  },
};
