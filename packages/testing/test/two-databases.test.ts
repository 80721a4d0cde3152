import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  HasMany,
  ManyToMany,
  MetadataError,
  PartialCommitError,
  PrimaryKey,
  QueryError,
  some,
  type DatabaseConfig,
  type Many,
  type Ref,
} from '@espalier/core';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';
import { freshDatabase, testDatabases, type AvailableDatabase, type FreshDatabase } from '@espalier/testing';
import { internalsOf } from '../../core/src/session';

@Entity()
class Account {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60, unique: true }) name!: string;
}

@Entity({ database: 'analytics' })
class Visit {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) page!: string;
}

@Entity({ database: 'default' })
class Person {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @HasMany(() => Purchase, 'buyer') purchases!: Many<Purchase>;
}

@Entity({ database: 'analytics' })
class Purchase {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) amount!: number;
  @BelongsTo(() => Person) buyer!: Ref<Person>;
}

@Entity({ database: 'analytics' })
class Click {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Account) account!: Ref<Account>;
}

/** Of no database by itself, related in every way. */
@Entity()
class Post {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) title!: string;
  @BelongsTo(() => Post, { nullable: true }) next!: Ref<Post> | null;
  @ManyToMany(() => Topic) topics!: Many<Topic>;
}

@Entity()
class Topic {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
  @ManyToMany(() => Post, 'topics') posts!: Many<Post>;
}

const CONNECT: Record<string, (url: string) => DatabaseConfig> = {
  sqlite: (url) => sqlite(url),
  postgres: (url) => postgres(url),
  mariadb: (url) => mysql(url),
  mysql: (url) => mysql(url),
};

const servers = testDatabases().filter((database): database is AvailableDatabase => database.url !== undefined);

describe.each(servers.map(({ dialect }) => dialect))('one unit of work on SQLite and %s', (dialect) => {
  let files: FreshDatabase[] = [];
  let orm: Espalier;

  beforeEach(async () => {
    const main = await freshDatabase({ dialect: 'sqlite', url: ':memory:' });
    const other = await freshDatabase(servers.find((server) => server.dialect === dialect)!);
    files = [main, other];
    orm = await Espalier.connect({
      entities: [Account, Visit, Person, Purchase, Post, Topic],
      databases: { default: sqlite(main.url), analytics: CONNECT[dialect]!(other.url) },
    });
    await orm.schema.create();
    // The same entity in the other database, for using().
    await orm.schema.create({ database: 'analytics', entities: [Account, Post, Topic] });
  });

  afterEach(async () => {
    await orm.close();
    for (const file of files) await file.drop();
  });

  test('an entity goes to the database that its annotation names, and both commit together', async () => {
    await using session = orm.session();
    session.create(Account, { name: 'Ann' });
    session.create(Visit, { page: '/' });
    const databases = new Set<string>();
    orm.on('query', ({ sql, database }) => {
      if (sql.startsWith('insert')) databases.add(database);
    });
    await session.commit();
    expect([...databases].sort()).toEqual(['analytics', 'default']);
    await using other = orm.session();
    expect(await other.repository(Visit).count()).toBe(1);
    expect(await other.repository(Account).count()).toBe(1);
  });

  test('using() is the same unit of work on another database', async () => {
    await using session = orm.session();
    const analytics = session.using('analytics');
    const here = session.create(Account, { name: 'Ann' });
    const there = analytics.create(Account, { name: 'Ann' });
    await session.commit();
    expect(await session.repository(Account).count()).toBe(1);
    expect(await analytics.repository(Account).count()).toBe(1);
    expect(await analytics.repository(Account).get({ name: 'Ann' })).toBe(there);
    expect(await session.repository(Account).using('analytics').get({ name: 'Ann' })).toBe(there);
    expect(await session.repository(Account).get({ name: 'Ann' })).toBe(here);
  });

  /** The links of both databases, as titles and names. */
  const links = async (): Promise<Record<string, string[]>> => {
    const found: Record<string, string[]> = {};
    for (const database of ['default', 'analytics']) {
      await using session = orm.session();
      const posts = await session.using(database).repository(Post).include('topics').orderBy('id');
      found[database] = posts.flatMap(({ title, topics }) => topics.map(({ name }) => `${title}-${name}`)).sort();
    }
    return found;
  };

  test('many-to-many rows go each to the database of their ends, with equal keys and with others', async () => {
    await using session = orm.session();
    const analytics = session.using('analytics');
    const topics = [session.create(Topic, { name: 'a' }), analytics.create(Topic, { name: 'a' })];
    const [here, there] = [
      session.create(Post, { title: 'here', topics: [topics[0]!] }),
      analytics.create(Post, { title: 'there', topics: [topics[1]!] }),
    ];
    await session.commit();
    expect(here.id).toBe(there.id);
    expect(await links()).toEqual({ default: ['here-a'], analytics: ['there-a'] });
    const others = ['b', 'c'].map((name) => analytics.create(Topic, { name }));
    there.topics.add(...others);
    topics[0]!.posts.remove(here);
    await session.commit();
    expect(await links()).toEqual({ default: [], analytics: ['there-a', 'there-b', 'there-c'] });
    here.topics.add(topics[0]!);
    there.topics.remove(others[0]!);
    topics[1]!.posts.remove(there);
    await session.commit();
    expect(await links()).toEqual({ default: ['here-a'], analytics: ['there-c'] });
    session.delete(here, topics[1]!, others[1]!);
    await session.commit();
    expect(await links()).toEqual({ default: [], analytics: [] });
  });

  test('unique values that change hands in one database leave the other alone', async () => {
    await using session = orm.session();
    const analytics = session.using('analytics');
    const here = ['a', 'b'].map((name) => session.create(Topic, { name }));
    const there = ['a', 'b'].map((name) => analytics.create(Topic, { name }));
    await session.commit();
    [here[0]!.name, here[1]!.name] = ['b', 'a'];
    there[0]!.name = 'c';
    analytics.create(Topic, { name: 'a' });
    await session.commit();
    const names = async (of: typeof session) => (await of.repository(Topic).orderBy('id')).map(({ name }) => name);
    await using other = orm.session();
    expect(await names(other)).toEqual(['b', 'a']);
    expect(await names(other.using('analytics'))).toEqual(['c', 'b', 'a']);
  });

  test('rings of rows in both databases are written and deleted in one flush', async () => {
    await using session = orm.session();
    const rings = [session, session.using('analytics')].map((view) => {
      const posts = [1, 2, 3].map((n) => view.create(Post, { title: `p${String(n)}` }));
      posts.forEach((post, i) => (post.next = posts[(i + 1) % 3]!));
      return posts;
    });
    await session.commit();
    session.delete(...rings.flat());
    await session.commit();
    for (const view of [session, session.using('analytics')]) expect(await view.repository(Post).count()).toBe(0);
  });

  test('rollback undoes both', async () => {
    await using session = orm.session();
    session.create(Account, { name: 'Ann' });
    session.create(Visit, { page: '/' });
    await session.flush();
    await session.rollback();
    expect(await session.repository(Account).count()).toBe(0);
    expect(await session.repository(Visit).count()).toBe(0);
  });

  test('a block undoes both to its savepoints', async () => {
    await using session = orm.session();
    session.create(Account, { name: 'Ann' });
    session.create(Visit, { page: '/' });
    await session.flush();
    const block = session.transaction(async () => {
      session.create(Account, { name: 'Bob' });
      session.create(Visit, { page: '/b' });
      await session.flush();
      throw new Error('undone');
    });
    await expect(block).rejects.toThrow('undone');
    await session.commit();
    expect(await session.repository(Account).count()).toBe(1);
    expect(await session.repository(Visit).count()).toBe(1);
  });

  test('a failure after the first commit says what was committed where', async () => {
    await using session = orm.session();
    session.create(Account, { name: 'Ann' });
    session.create(Visit, { page: '/' });
    await session.flush();
    const { unit } = internalsOf(session);
    jest.spyOn(unit.transaction('analytics'), 'commit').mockRejectedValueOnce(new QueryError('the server went away'));
    const failure = await session.commit().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialCommitError);
    expect((failure as PartialCommitError).outcome).toEqual({
      committed: ['default'],
      failed: ['analytics'],
      rolledBack: [],
    });
    expect(await session.repository(Account).count()).toBe(1);
    expect(await session.repository(Visit).count()).toBe(0);
  });

  test('a relation into the other database is included, and no condition of a query', async () => {
    await using session = orm.session();
    session.create(Purchase, { amount: 3, buyer: session.create(Person, { name: 'Ann' }) });
    await session.commit();
    await using other = orm.session();
    const purchase = await other.repository(Purchase).include('buyer').one();
    expect(purchase.buyer.name).toBe('Ann');
    const person = await other.repository(Person).include('purchases').one();
    expect(person.purchases.toArray()).toEqual([purchase]);
    expect(await other.repository(Purchase).filter({ buyer: person }).count()).toBe(1);
    const refusal = /Purchase.buyer leads into database 'default'/;
    expect(() => other.repository(Purchase).filter({ buyer: { name: 'Ann' } })).toThrow(refusal);
    expect(() => other.repository(Purchase).orderBy('buyer.name')).toThrow(refusal);
    expect(() => other.repository(Person).filter({ purchases: some({ amount: 3 }) })).toThrow(QueryError);
  });

  test('a reference to an entity of another database is refused from either end, also where both have the same key', async () => {
    for (const link of [
      (here: Post, there: Post) => (here.next = there),
      (here: Post, there: Post) => (there.next = here),
      (here: Post, _there: Post, topic: Topic) => {
        here.topics.add(topic);
      },
      (here: Post, _there: Post, topic: Topic) => {
        topic.posts.add(here);
      },
    ]) {
      await using session = orm.session();
      const analytics = session.using('analytics');
      const here = session.create(Post, { id: 1, title: 'here', next: null });
      const there = analytics.create(Post, { id: 1, title: 'there', next: null });
      const topic = analytics.create(Topic, { id: 1, name: 'topic' });
      await session.flush();
      link(here, there, topic);
      await expect(session.commit()).rejects.toThrow(
        /in database '(default|analytics)' refers to a (Post|Topic) in database/,
      );
      await session.rollback();
    }
  });

  test('a reference to an entity that another session read in another database is refused, where this one knows no other', async () => {
    const elsewhere = orm.session();
    const there = elsewhere.using('analytics').create(Post, { id: 1, title: 'there', next: null });
    await elsewhere.commit();
    await elsewhere.close();
    await using session = orm.session();
    session.create(Post, { id: 1, title: 'here', next: null });
    session.create(Post, { id: 2, title: 'second', next: there });
    await expect(session.commit()).rejects.toThrow(/in database 'default' refers to a Post in database 'analytics'/);
  });

  test('a database that is not there is refused by name', () => {
    expect(() => orm.session().using('reports')).toThrow(/no database 'reports'.*default, analytics/);
  });
});

test('a relation into another database is refused where one end does not say where it lives', async () => {
  const databases = { default: sqlite(':memory:'), analytics: sqlite(':memory:') };
  const failure = await Espalier.connect({ entities: [Account, Click], databases }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MetadataError);
  expect((failure as MetadataError).message).toMatch(/Click.account: .* @Entity\({ database: 'default' }\) on Account/);
});
