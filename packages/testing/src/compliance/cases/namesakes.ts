/** References to entities that were deleted, and whose keys others have or get: their rows name those. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  PrimaryKey,
  UniqueViolationError,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

/** Before the class that it refers to: rows are written in the order of references. */
@Entity({ table: 'namesake_posts' })
class Post {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Tag, { nullable: true }) tag!: Ref<Tag, 'code'> | null;
}

@Entity({ table: 'namesake_badges' })
class Badge {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Tag, { nullable: true, unique: true }) tag!: Ref<Tag, 'code'> | null;
}

@Entity({ table: 'namesake_tags' })
class Tag {
  @PrimaryKey({ type: 'varchar', length: 10, generated: false }) code!: string;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
  @HasMany(() => Post, 'tag') posts!: Many<Post>;
  @HasOne(() => Badge, 'tag') badge!: Ref<Badge> | null;
}

@Entity({ table: 'namesake_topics' })
class Topic {
  @PrimaryKey({ type: 'varchar', length: 10, generated: false }) code!: string;
}

@Entity({ table: 'namesake_seats' })
class Seat {
  @PrimaryKey({ type: 'varchar', length: 10, generated: false }) hall!: string;
  @PrimaryKey({ type: 'integer', generated: false }) place!: number;
  @Column({ type: 'varchar', length: 20 }) guest!: string;
}

@Entity({ table: 'namesake_tickets' })
class Ticket {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Seat) seat!: Ref<Seat, 'hall' | 'place'>;
}

const entities = [Post, Badge, Tag, Topic, Seat, Ticket];

const within =
  (work: (orm: Espalier, session: Session) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm(entities, async (orm) => {
      await using session = orm.session();
      await work(orm, session);
    });

/** Tags by code, and the names that posts and badges lead to. */
async function stored(orm: Espalier): Promise<Record<string, unknown>> {
  await using session = orm.session();
  const posts = await session.repository(Post).include('tag').orderBy('id');
  const badges = await session.repository(Badge).include('tag').orderBy('id');
  return {
    posts: posts.map(({ tag }) => tag?.name),
    badges: badges.map(({ tag }) => tag?.name),
  };
}

/** How a tag comes to be deleted that has no row. */
const ways: Record<string, (session: Session) => Promise<Tag>> = {
  'never had a row': (session) => {
    const tag = session.create(Tag, { code: 'a', name: 'first' });
    session.delete(tag);
    return Promise.resolve(tag);
  },
  'has none any more': async (session) => {
    const tag = session.create(Tag, { code: 'a', name: 'first' });
    await session.commit();
    session.delete(tag);
    await session.flush();
    return tag;
  },
};

const byWay = Object.fromEntries(
  Object.entries(ways).map(([how, remove]) => [
    `what refers to a deleted entity that ${how} leads to the one that has its key`,
    within(async (orm, session) => {
      const old = session.create(Post, { tag: null });
      await session.commit();
      const first = await remove(session);
      old.tag = first;
      const post = session.create(Post, { tag: first });
      const badge = session.create(Badge, { tag: first });
      const second = session.create(Tag, { code: 'a', name: 'second' });
      await session.flush();
      assert.deepEqual([old.tag, post.tag, badge.tag, second.badge], [second, second, second, badge]);
      assert.deepEqual(new Set(second.posts as unknown as Iterable<Post>), new Set([old, post]));
      const later = session.create(Post, { tag: first });
      await session.flush();
      assert.equal(later.tag, second);
      (post.tag as unknown as Tag).name = 'third';
      await session.commit();
      assert.deepEqual(session.changes(), []);
      assert.deepEqual(await stored(orm), { posts: ['third', 'third', 'third'], badges: ['third'] });
    }),
  ]),
);

export const namesakes: CaseGroup = {
  name: 'namesakes of deleted entities',
  cases: {
    ...byWay,

    'a reference by a key of several parts leads to the entity that has the key of a deleted one': within(
      async (orm, session) => {
        const first = session.create(Seat, { hall: 'a', place: 1, guest: 'first' });
        const ticket = session.create(Ticket, { seat: first });
        session.delete(first);
        session.create(Seat, { hall: 'a', place: 2, guest: 'other' });
        const second = session.create(Seat, { hall: 'a', place: 1, guest: 'second' });
        await session.flush();
        assert.equal(ticket.seat, second);
        second.guest = 'third';
        await session.commit();
        await using other = orm.session();
        assert.equal((await other.repository(Ticket).include('seat').one()).seat.guest, 'third');
      },
    ),

    'a flush that fails leaves references to a deleted entity as they were': within(async (orm, session) => {
      session.create(Tag, { code: 'b', name: 'taken' });
      await session.commit();
      const first = session.create(Tag, { code: 'a', name: 'first' });
      const post = session.create(Post, { tag: first });
      session.delete(first);
      const second = session.create(Tag, { code: 'a', name: 'taken' });
      await assert.rejects(session.flush(), UniqueViolationError);
      assert.equal(post.tag, first);
      second.name = 'second';
      await session.commit();
      assert.equal(post.tag, second);
      assert.deepEqual(await stored(orm), { posts: ['second'], badges: [] });
    }),

    'a deleted entity has no namesake where its key is that of another class': within(async (orm, session) => {
      const stored = session.create(Tag, { code: 'a', name: 'a' });
      await session.commit();
      const made = session.create(Tag, { code: 'b', name: 'b' });
      for (const code of ['a', 'b']) session.create(Topic, { code });
      const post = session.create(Post, { tag: stored });
      session.delete(stored, made);
      for (const tag of [stored, made]) {
        post.tag = tag;
        await assert.rejects(session.flush(), { name: 'QueryError', property: 'tag' });
      }
      post.tag = null;
      await session.commit();
      await using other = orm.session();
      assert.deepEqual([await other.repository(Tag).count(), await other.repository(Topic).count()], [0, 2]);
    }),
  },
};
