/** Which columns are read: of the entity and of what is included, with those that are deferred or without some. */
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
  type Defaulted,
  type Espalier,
  type Many,
  type QuerySet,
  type Ref,
  type Repository,
  type Session,
} from '@espalier/core';
import type { StatementRecord } from '../../statements';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'read_teams' })
class Team {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ type: 'text', deferred: true }) charter!: string;
}
@Entity({ table: 'read_authors' })
class Author {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ type: 'integer', default: 30 }) age!: Defaulted<number>;
  @Column({ type: 'varchar', length: 20 }) passwordHash!: string;
  @Column({ type: 'text', nullable: true, deferred: true }) bio!: string | null;
  @BelongsTo(() => Team, { nullable: true }) team!: Ref<Team> | null;
  @HasMany(() => Post, 'author', { orderBy: 'id' }) posts!: Many<Post>;
  @HasOne(() => Badge, 'author') badge!: Ref<Badge> | null;
}
@Entity({ table: 'read_badges' })
class Badge {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) color!: string;
  @Column({ type: 'varchar', length: 20 }) shape!: string;
  @BelongsTo(() => Author, { unique: true }) author!: Ref<Author>;
}
@Entity({ table: 'read_posts' })
class Post {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) title!: string;
  @Column({ type: 'varchar', length: 20, default: '-' }) slug!: Defaulted<string>;
  @Column({ type: 'text', deferred: true }) body!: string;
  @BelongsTo(() => Author) author!: Ref<Author>;
  @ManyToMany(() => Tag, { through: 'read_post_tags', orderBy: 'id' }) tags!: Many<Tag>;
}
@Entity({ table: 'read_tags' })
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ type: 'text', nullable: true, deferred: true }) notes!: string | null;
}

interface Filled {
  readonly orm: Espalier;
  readonly session: Session;
  readonly statements: StatementRecord;
}

const filled =
  (work: (filled: Filled) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Team, Author, Badge, Post, Tag], async (orm, statements) => {
      await orm.transaction((session) => {
        const team = session.create(Team, { name: 'a', charter: 'long' });
        const author = session.create(Author, { name: 'ann', passwordHash: 'secret', bio: 'born', team });
        session.create(Badge, { color: 'red', shape: 'round', author });
        const tags = ['x', 'y'].map((name) => session.create(Tag, { name, notes: `about ${name}` }));
        session.create(Post, { title: 'one', body: 'first', author, tags });
        session.create(Post, { title: 'two', body: 'second', author, tags: [tags[0]!] });
        return Promise.resolve();
      });
      await using session = orm.session();
      statements.clear();
      await work({ orm, session, statements });
    });

/** Which of these properties can be read. */
const readable = (entity: object, ...names: string[]): string[] =>
  names.filter((name) => {
    try {
      return (entity as Record<string, unknown>)[name] !== undefined;
    } catch (error) {
      assert.ok(error instanceof NotLoadedError, String(error));
      return false;
    }
  });

const OF_AUTHOR = ['id', 'name', 'age', 'passwordHash', 'bio', 'team'];

const cases: Record<string, (context: ComplianceContext) => Promise<void>> = {};

for (const strategy of ['join', 'query'] as const) {
  Object.assign(cases, {
    [`an include leaves columns out, and no statement asks for them (${strategy})`]: filled(
      async ({ session, statements }) => {
        const posts = session.repository(Post);
        const [post] = await posts.include('author', { strategy }).defer('author.passwordHash').orderBy('id');
        assert.deepEqual(readable(post!.author, ...OF_AUTHOR), ['id', 'name', 'age', 'team']);
        assert.deepEqual(
          statements.texts.filter((text) => /password/i.test(text)),
          [],
        );
        assert.equal(session.isDirty(post!), false);
        // By any query that finds it.
        assert.equal(await session.repository(Author).get(post!.author.id), post!.author);
        assert.deepEqual(readable(post!.author, ...OF_AUTHOR), ['id', 'name', 'age', 'passwordHash', 'team']);
      },
    ),

    [`an include reads some columns, whichever is said first (${strategy})`]: filled(async ({ orm, session }) => {
      const posts = session.repository(Post);
      const post = await posts.include('author', { strategy }).only('title', 'author.name').get({ title: 'one' });
      assert.deepEqual(readable(post, 'id', 'title', 'slug', 'body', 'author'), ['id', 'title', 'author']);
      assert.deepEqual(readable(post.author, ...OF_AUTHOR), ['id', 'name']);
      await using other = orm.session();
      const again = await other
        .repository(Post)
        .only('title', 'author.name', 'author.age')
        .include('author', { strategy })
        .first();
      assert.deepEqual(readable(again!.author, ...OF_AUTHOR), ['id', 'name', 'age']);
    }),

    [`an include reads deferred columns too (${strategy})`]: filled(async ({ orm, session }) => {
      const posts = session.repository(Post);
      const post = await posts.undefer('body').include('author', { strategy }).undefer('author.bio').first();
      assert.deepEqual([post!.body, post!.author.bio], ['first', 'born']);
      assert.deepEqual(readable(post!, 'title', 'slug', 'body'), ['title', 'slug', 'body']);
      await using other = orm.session();
      const deep = await other
        .repository(Post)
        .include('author.team', { strategy })
        .only('author.team.name')
        .undefer('author.team.charter')
        .defer('author.name')
        .first();
      assert.deepEqual(readable(deep!.author.team!, 'id', 'name', 'charter'), ['id', 'name', 'charter']);
      assert.deepEqual(readable(deep!.author, ...OF_AUTHOR), ['id', 'age', 'passwordHash', 'team']);
    }),

    [`what was read in part is completed by an include that asks for more (${strategy})`]: filled(
      async ({ session }) => {
        const posts = session.repository(Post);
        const part = await posts.include('author', { strategy }).only('author.name').get({ title: 'one' });
        part.author.name = 'changed';
        const whole = await posts.include('author.team', { strategy }).undefer('author.bio').get({ title: 'one' });
        assert.ok(Object.is(whole.author, part.author));
        assert.deepEqual(readable(whole.author, ...OF_AUTHOR), OF_AUTHOR);
        assert.deepEqual([whole.author.name, whole.author.bio, whole.author.team?.name], ['changed', 'born', 'a']);
        assert.deepEqual(
          session.changes().map(({ model, properties }) => [model, properties]),
          [['Author', ['name']]],
        );
      },
    ),
  });
}

Object.assign(cases, {
  'to-many and has-one relations read some columns, or more': filled(async ({ orm, session }) => {
    const authors = session.repository(Author);
    const author = await authors
      .include('posts.tags', 'badge')
      .only('posts.title', 'badge.color')
      .undefer('posts.tags.notes')
      .defer('posts.tags.name')
      .one();
    const [post] = author.posts;
    assert.deepEqual(readable(post!, 'id', 'title', 'slug', 'body', 'author'), ['id', 'title', 'author']);
    assert.deepEqual(readable(author.badge!, 'id', 'color', 'shape'), ['id', 'color']);
    assert.equal((author.badge as unknown as Badge).author, author);
    assert.deepEqual(
      post!.tags.map((tag) => readable(tag, 'id', 'name', 'notes')),
      [
        ['id', 'notes'],
        ['id', 'notes'],
      ],
    );
    assert.deepEqual(session.changes(), []);
    // A partial read hides nothing of what is loaded.
    await using other = orm.session();
    const whole = await other.repository(Author).include('posts.tags', 'badge').undefer('posts.body').one();
    const again = await other.repository(Author).include('posts', 'badge').only('name', 'posts.slug', 'badge.id').one();
    assert.equal(again, whole);
    assert.deepEqual(readable(whole, ...OF_AUTHOR), ['id', 'name', 'age', 'passwordHash', 'team']);
    assert.deepEqual(readable(whole.posts.at(0)!, 'title', 'slug', 'body'), ['title', 'slug', 'body']);
    assert.deepEqual(readable(whole.badge!, 'color', 'shape'), ['color', 'shape']);
  }),

  'items of a relation that is loaded already get the columns that are asked for, by one query': filled(
    async ({ session, statements }) => {
      const authors = session.repository(Author);
      const first = await authors.include('posts.tags', 'badge').only('posts.title', 'badge.color').one();
      statements.clear();
      const author = await authors.include('posts.tags', 'badge').undefer('posts.body', 'posts.tags.notes').one();
      // The author, and what the posts, the badge and the tags lack.
      assert.equal(statements.count, 4);
      assert.equal(author, first);
      assert.deepEqual(
        author.posts.map((post) => [post.title, post.slug, post.body, post.tags.map(({ notes }) => notes)]),
        [
          ['one', '-', 'first', ['about x', 'about y']],
          ['two', '-', 'second', ['about x']],
        ],
      );
      assert.equal(author.badge?.shape, 'round');
      statements.clear();
      await authors.include('posts.tags', 'badge').undefer('posts.body', 'posts.tags.notes').one();
      assert.equal(statements.count, 1);
    },
  ),

  'what was read in part is loaded whole': filled(async ({ session }) => {
    const post = await session.repository(Post).include('author').only('author.name').first();
    const loaded = await session.load(post!, 'author');
    assert.deepEqual(readable(loaded.author, ...OF_AUTHOR), ['id', 'name', 'age', 'passwordHash', 'team']);
  }),

  'changes of what was read in part are written, and nothing else is': filled(async ({ orm, session }) => {
    const post = await session.repository(Post).include('author').only('title', 'author.name').first();
    post!.author.name = 'eve';
    (post as unknown as Post).slug = 'new';
    assert.equal(await session.flush(), 2);
    await session.commit();
    await using other = orm.session();
    const author = await other.repository(Author).undefer('bio').one();
    assert.deepEqual([author.name, author.passwordHash, author.bio], ['eve', 'secret', 'born']);
    assert.equal((await other.repository(Post).get({ title: 'one' })).slug, 'new');
  }),

  'the last only counts, defer takes away, undefer adds': filled(async ({ orm }) => {
    const read = async (shape: (posts: Repository<Post>) => QuerySet<Post, object>): Promise<string[]> => {
      await using session = orm.session();
      return readable((await shape(session.repository(Post)).first())!, 'title', 'slug', 'body');
    };
    assert.deepEqual(await read((all) => all.only('title').only('slug')), ['slug']);
    assert.deepEqual(await read((all) => all.only('title').undefer('body')), ['title', 'body']);
    assert.deepEqual(await read((all) => all.undefer('body').defer('title')), ['slug', 'body']);
    assert.deepEqual(await read((all) => all.undefer('body').defer('body')), ['title', 'slug']);
    assert.deepEqual(await read((all) => all.undefer()), ['title', 'slug']);
    assert.deepEqual(await read((all) => all.only()), []);
  }),

  'what was read after raw SQL of a transaction that is rolled back is not loaded any more': filled(
    async ({ session }) => {
      const [{ id }] = (await session.repository(Author).all()) as [Author];
      session.clear();
      const reference = session.reference(Author, id);
      await session.begin();
      await session.sql`update read_tags set name = 'z'`;
      assert.equal(await session.repository(Author).get(id), reference);
      assert.deepEqual(readable(reference, 'id', 'name', 'team'), ['id', 'name', 'team']);
      await session.rollback();
      assert.deepEqual(readable(reference, 'id', 'name', 'team'), ['id']);
      await session.refresh(reference);
      assert.deepEqual(readable(reference, 'id', 'name', 'team'), ['id', 'name', 'team']);
    },
  ),

  'streams and counts take such shapes': filled(async ({ orm, session }) => {
    const shaped = session.repository(Post).include('author').only('title', 'author.name').undefer('body');
    assert.equal(await shaped.count(), 2);
    const bodies: string[] = [];
    for await (const post of shaped.orderBy('-id').iterate({ batch: 1 }))
      bodies.push(`${post.author.name} ${post.body}`);
    assert.deepEqual(bodies, ['ann second', 'ann first']);
    await using other = orm.session();
    await other.begin();
    const windows: string[] = [];
    for await (const post of other.repository(Post).undefer('body').orderBy('title').iterate({ batch: 1 }))
      windows.push(post.body);
    assert.deepEqual(windows, ['first', 'second']);
  }),

  'columns of what is not included, and what is no column, are refused before any SQL': filled(
    async ({ session, statements }) => {
      const posts = session.repository(Post);
      const refuses = (entity: string, property: string) => (error: unknown) =>
        error instanceof QueryError && error.entity === entity && error.property === property;
      await assert.rejects(async () => posts.only('author.name').first(), refuses('Post', 'author'));
      await assert.rejects(
        async () => posts.include('author').defer('author.team.name').first(),
        /include\('author.team'\)/,
      );
      assert.throws(() => posts.defer('author.nope' as 'author.name'), refuses('Author', 'nope'));
      assert.throws(() => posts.undefer('title.length' as 'title'), refuses('Post', 'title'));
      assert.throws(() => posts.only('author.posts' as 'author.name'), refuses('Author', 'posts'));
      assert.throws(() => posts.only(5 as never), QueryError);
      assert.throws(() => posts.undefer({ name: 'x' } as never), QueryError);
      assert.equal(statements.count, 0);
    },
  ),

  'a deferred column that was not read says how it is': filled(async ({ session }) => {
    const post = await session.repository(Post).first();
    assert.throws(
      () => post!.body,
      (error: unknown) => error instanceof NotLoadedError && error.message.includes(".undefer('body')"),
    );
  }),
});

export const columnsRead: CaseGroup = { name: 'columns read', cases };
