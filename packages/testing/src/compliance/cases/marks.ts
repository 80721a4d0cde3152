/** Deletion marks that are set and taken away, by `delete` and by hand: loaded relations follow, as queries do. */
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
  SoftDelete,
  some,
  type Espalier,
  type LoadedMany,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'mark_posts' })
class Post {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Tag, { through: 'mark_post_tags' }) tags!: Many<Tag>;
  @HasMany(() => Comment, 'post') comments!: Many<Comment>;
  @HasOne(() => Summary, 'post') summary!: Ref<Summary> | null;
}
@Entity({ table: 'mark_tags' })
@SoftDelete()
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Post, 'tags') posts!: Many<Post>;
  deletedAt!: Date | null;
}
@Entity({ table: 'mark_comments' })
@SoftDelete()
class Comment {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Post, { nullable: true }) post!: Ref<Post> | null;
  deletedAt!: Date | null;
}
@Entity({ table: 'mark_summaries' })
@SoftDelete()
class Summary {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Post, { nullable: true, unique: true }) post!: Ref<Post> | null;
  deletedAt!: Date | null;
}

const entities = [Post, Tag, Comment, Summary];

type Item = Tag | Comment | Summary;

/** Two tags, two comments and a summary of one post. */
async function postWithAll(orm: Espalier): Promise<void> {
  await orm.transaction((session) => {
    const post = session.create(Post, {});
    post.tags.add(session.create(Tag, { name: 'a' }), session.create(Tag, { name: 'b' }));
    session.create(Comment, { name: 'a', post });
    session.create(Comment, { name: 'b', post });
    session.create(Summary, { name: 'a', post });
    return Promise.resolve();
  });
}

const postOf = (session: Session) => session.repository(Post).include('tags', 'comments', 'summary').one();

type Loaded = Awaited<ReturnType<typeof postOf>>;

/** What a post shows: the names of its tags, comments and summary. */
function shown(post: Loaded): string[] {
  const names = (items: Iterable<{ name: string }>): string =>
    [...items]
      .map(({ name }) => name)
      .sort()
      .join('');
  return [names(post.tags), names(post.comments), post.summary?.name ?? '-'];
}

/** What a session sees that knows nothing yet. */
async function stored(orm: Espalier): Promise<string[]> {
  await using session = orm.session();
  return shown(await postOf(session));
}

async function firstOnes(session: Session): Promise<Item[]> {
  return [
    await session.repository(Tag).filter({ name: 'a' }).withDeleted().one(),
    await session.repository(Comment).filter({ name: 'a' }).withDeleted().one(),
    await session.repository(Summary).filter({ name: 'a' }).withDeleted().one(),
  ];
}

const ALL = ['ab', 'ab', 'a'];
const REST = ['b', 'b', '-'];

export const marks: CaseGroup = {
  name: 'deletion marks',
  cases: {
    'a mark that is set, by delete or by hand, takes its entity out of loaded relations, and back when it is taken away':
      ({ withOrm }) =>
        withOrm(entities, async (orm) => {
          await postWithAll(orm);
          await using session = orm.session();
          const post = await postOf(session);
          const items = await firstOnes(session);
          const ways = [
            () => {
              session.delete(...items);
            },
            () => {
              for (const item of items) item.deletedAt = new Date();
            },
          ];
          for (const mark of ways) {
            mark();
            await session.commit();
            assert.deepEqual([shown(post), await stored(orm)], [REST, REST]);
            for (const item of items) item.deletedAt = null;
            await session.commit();
            assert.deepEqual([shown(post), await stored(orm)], [ALL, ALL]);
            assert.deepEqual(shown(await postOf(session)), ALL);
          }
        }),

    'what came back is taken out like any other': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await postWithAll(orm);
        await using session = orm.session();
        const post = await postOf(session);
        const items = await firstOnes(session);
        session.delete(...items);
        await session.commit();
        for (const item of items) item.deletedAt = null;
        await session.commit();
        post.tags.remove(items[0] as Tag);
        post.comments.set([]);
        post.summary = null;
        await session.commit();
        assert.deepEqual(
          [shown(post), await stored(orm)],
          [
            ['b', '', '-'],
            ['b', '', '-'],
          ],
        );
      }),

    'a failed flush and a rollback undo what marks did to relations': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await postWithAll(orm);
        await using session = orm.session();
        const post = await postOf(session);
        const items = await firstOnes(session);
        const [first, ...others] = items as [Tag, Comment, Summary];
        session.delete(first);
        for (const item of others) item.deletedAt = new Date();
        await session.flush();
        assert.deepEqual(shown(post), REST);
        await session.rollback();
        assert.deepEqual(shown(post), ALL);
        session.delete(...items);
        await session.commit();
        for (const item of items) item.deletedAt = null;
        await session.flush();
        assert.deepEqual(shown(post), ALL);
        await session.rollback();
        assert.deepEqual(shown(post), REST);
        for (const item of items) item.deletedAt = null;
        const failing = session.create(Comment, { name: undefined as unknown as string });
        await assert.rejects(session.flush());
        assert.deepEqual(shown(post), REST);
        session.delete(failing);
        await session.commit();
        assert.deepEqual([shown(post), await stored(orm)], [ALL, ALL]);
      }),

    'relations that were read with marked rows show them after a mark that was undone': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await postWithAll(orm);
        await using session = orm.session();
        session.delete(...(await firstOnes(session)));
        await session.commit();
        session.clear();
        const post = await session.repository(Post).withDeleted().include('tags', 'comments', 'summary').one();
        assert.deepEqual(shown(post), ALL);
        const [tag, comment] = [post.tags, post.comments].map((items) => items.find(({ name }) => name === 'b')!);
        const block = session.transaction(async () => {
          session.delete(tag!, comment!);
          await session.flush();
          assert.deepEqual(shown(post), ['a', 'a', 'a']);
          throw new Error('undone');
        });
        await assert.rejects(block, /undone/);
        assert.deepEqual(shown(post), ALL);
        post.tags.add(session.create(Tag, { name: 'c' }));
        post.comments.add(session.create(Comment, { name: 'c' }));
        await session.commit();
        assert.deepEqual(shown(post), ['abc', 'abc', 'a']);
      }),

    'what was marked before its relations were read comes back, or they are read again': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await postWithAll(orm);
        await orm.transaction(async (session) => {
          session.delete(...(await firstOnes(session)));
        });
        await using session = orm.session();
        const post = await postOf(session);
        assert.deepEqual(shown(post), REST);
        // A tag does not know its posts, and of a comment only the mark is read.
        const tag = await session.repository(Tag).filter({ name: 'a' }).withDeleted().one();
        const summary = await session.repository(Summary).filter({ name: 'a' }).withDeleted().one();
        const comment = await session
          .repository(Comment)
          .only('name', 'deletedAt')
          .withDeleted()
          .filter({ name: 'a' })
          .one();
        for (const item of [tag, comment, summary]) (item as Item).deletedAt = null;
        await session.commit();
        assert.equal(post.summary, summary);
        assert.throws(() => [...post.tags], NotLoadedError);
        assert.throws(() => [...post.comments], NotLoadedError);
        assert.deepEqual(shown(await postOf(session)), ALL);
        assert.deepEqual(await stored(orm), ALL);
      }),

    'a collection that was read without a marked entity adds it and takes it out by what its row is': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await postWithAll(orm);
        await orm.transaction(async (session) => {
          session.delete(...(await firstOnes(session)));
        });
        const tags = async (change: (tags: LoadedMany<Tag>, tag: Tag) => void): Promise<void> => {
          await using session = orm.session();
          const post = await postOf(session);
          const [tag] = (await firstOnes(session)) as [Tag];
          change(post.tags, tag);
          await session.commit();
          assert.equal(shown(post)[0], 'b');
        };
        const pairs = async (): Promise<number> => {
          await using session = orm.session();
          return await session
            .repository(Post)
            .filter({ tags: some({ name: 'a' }) })
            .withDeleted()
            .count();
        };
        await tags((all, tag) => {
          all.add(tag);
        });
        assert.equal(await pairs(), 1);
        await tags((all, tag) => {
          all.remove(tag);
        });
        assert.equal(await pairs(), 0);
        await tags((all, tag) => {
          all.add(tag);
        });
        assert.equal(await pairs(), 1);
      }),

    'a new entity that comes with a mark shows in no relation, and shows where marked ones are asked for': ({
      withOrm,
    }) =>
      withOrm(entities, async (orm) => {
        await postWithAll(orm);
        await using session = orm.session();
        const post = await postOf(session);
        const comment = session.create(Comment, { name: 'c', post, deletedAt: new Date() });
        session.delete(post.comments[0]!);
        await session.commit();
        assert.deepEqual(shown(post), ['ab', 'b', 'a']);
        const whole = await session.repository(Post).include('comments').withDeleted().one();
        assert.equal(whole.comments.length, 3);
        assert.ok(whole.comments.includes(comment));
      }),
  },
};
