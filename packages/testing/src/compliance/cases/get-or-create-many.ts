/** `getOrCreateMany`: many rows found or made at once, by few statements, in the order given, and by callers who race. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  eq,
  inList,
  IntegrityError,
  ManyToMany,
  MultipleFoundError,
  PrimaryKey,
  QueryError,
  Unique,
  type Defaulted,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { StatementRecord } from '../../statements';
import type { CaseGroup } from '../suite';

@Entity({ table: 'many_tags' })
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) name!: string;
  @Column({ type: 'varchar', length: 40, nullable: true }) colour!: string | null;
}

@Entity({ table: 'many_articles' })
class Article {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) title!: string;
  @ManyToMany(() => Tag, { orderBy: 'name' }) tags!: Many<Tag>;
}

@Entity({ table: 'many_comments' })
@Unique(['article', 'place'])
class Comment {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Article) article!: Ref<Article>;
  @Column({ type: 'integer', nullable: true }) place!: number | null;
  @Column({ type: 'varchar', length: 40, default: 'none' }) body!: Defaulted<string>;
}

const entities = [Tag, Article, Comment];

const named = (...names: string[]): { name: string }[] => names.map((name) => ({ name }));

/** What was asked and written, without the words of the transaction. */
function kinds(statements: StatementRecord): string[] {
  return statements.texts.flatMap((text) => /\b(select|insert|update|delete) /i.exec(text)?.[1]!.toLowerCase() ?? []);
}

const tagsIn = async (orm: Espalier): Promise<string[]> =>
  (await orm.session().repository(Tag).orderBy('name')).map(({ name }) => name);

export const manyRows: CaseGroup = {
  name: 'getOrCreateMany',
  cases: {
    'one query and one insert find and make rows, in the order given, each once': ({ withOrm }) =>
      withOrm(entities, async (orm, statements) => {
        await using session = orm.session();
        const tags = session.repository(Tag);
        const jazz = await tags.create({ name: 'jazz', colour: 'blue' });
        await session.commit();
        statements.clear();
        const found = await tags.getOrCreateMany(named('swing', 'jazz', 'bop', 'swing'), { colour: 'red' });
        assert.deepEqual(kinds(statements), ['select', 'insert']);
        await session.commit();
        assert.deepEqual(
          found.map(([{ name, colour }, created]) => [name, colour, created]),
          [
            ['swing', 'red', true],
            ['jazz', 'blue', false],
            ['bop', 'red', true],
            ['swing', 'red', false],
          ],
        );
        assert.equal(found[1]![0], jazz);
        assert.equal(found[3]![0], found[0]![0]);
        for (const [{ id, name }] of found) assert.equal((await orm.session().repository(Tag).get(id)).name, name);
        statements.clear();
        await tags.getOrCreateMany(named('bop', 'jazz'));
        assert.deepEqual(kinds(statements), ['select']);
        assert.deepEqual(await tags.getOrCreateMany([]), []);
        assert.deepEqual(session.changes(), []);
      }),

    'defaults may differ from row to row': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const found = await session
          .repository(Tag)
          .getOrCreateMany(named('b', 'a'), ({ name }, index) => ({ colour: `${name}${String(index)}` }));
        assert.deepEqual(
          found.map(([{ colour }]) => colour),
          ['b0', 'a1'],
        );
      }),

    'a collection takes its rows in, by one statement for all links': ({ withOrm }) =>
      withOrm(entities, async (orm, statements) => {
        await using session = orm.session();
        const article = await session.repository(Article).create({ title: 'So What' });
        const jazz = await session.repository(Tag).create({ name: 'jazz' });
        article.tags.add(jazz);
        await session.commit();
        await session.repository(Tag).create({ name: 'modal' });
        statements.clear();
        await article.tags.query().getOrCreateMany(named('cool', 'jazz', 'modal', 'blue'));
        assert.deepEqual(kinds(statements), ['select', 'insert', 'insert']);
        await session.commit();
        const { tags } = await orm.session().repository(Article).include('tags').one();
        assert.deepEqual(
          tags.map(({ name }) => name),
          ['blue', 'cool', 'jazz', 'modal'],
        );
      }),

    'rows are known by several properties, by references, and by null': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const articles = await session.repository(Article).getOrCreateMany([{ title: 'a' }, { title: 'b' }]);
        const [a, b] = articles.map(([article]) => article) as [Article, Article];
        const comments = session.repository(Comment);
        const first = await comments.create({ article: a, place: 1, body: 'first' });
        const loose = await comments.create({ article: b, place: null, body: 'loose' });
        const found = await comments.getOrCreateMany([
          { article: a, place: 2 },
          { place: 1, article: a.id },
          { article: { id: b.id }, place: eq(1) },
          { article: b, place: null },
          { article: a, place: null },
        ]);
        assert.deepEqual(
          found.map(([{ article, place, body }, created]) => [article, place, body, created]),
          [
            [a, 2, 'none', true],
            [a, 1, 'first', false],
            [b, 1, 'none', true],
            [b, null, 'loose', false],
            [a, null, 'none', true],
          ],
        );
        assert.equal(found[1]![0], first);
        assert.equal(found[3]![0], loose);
        const ofA = await comments.filter({ article: a }).getOrCreateMany([{ place: 2 }, { place: 3 }]);
        assert.deepEqual(
          ofA.map(([{ article }, created]) => [article, created]),
          [
            [a, false],
            [a, true],
          ],
        );
        await session.rollback();
      }),

    'null among the values takes no query more: a row of each kind is found or made': ({ withOrm }) =>
      withOrm(entities, async (orm, statements) => {
        await using session = orm.session();
        const articles = await session
          .repository(Article)
          .getOrCreateMany(Array.from({ length: 10 }, (_, i) => ({ title: `t${String(i)}` })));
        const comments = session.repository(Comment);
        const wanted = articles.flatMap(([article], i) => [
          { article, place: null },
          { article, place: i },
        ]);
        for (const [i, { article, place }] of wanted.entries())
          if (i % 4 < 2) session.create(Comment, { article, place, body: 'there' });
        await session.commit();
        for (const isNew of [true, false]) {
          statements.clear();
          const found = await comments.getOrCreateMany(wanted);
          assert.deepEqual(kinds(statements), isNew ? ['select', 'insert'] : ['select']);
          assert.deepEqual(
            found.map(([{ article, place }]) => [article, place]),
            wanted.map(({ article, place }) => [article, place]),
          );
          assert.deepEqual(
            found.map(([{ body }, created]) => [body, created]),
            wanted.map((_, i) => (i % 4 < 2 ? ['there', false] : ['none', isNew])),
          );
        }
        await session.commit();
        // All values null, beside one of which none is.
        const tags = session.repository(Tag);
        const blank = await tags.create({ name: 'blank', colour: null });
        const [[same], [red, created]] = (await tags.getOrCreateMany([{ colour: null }, { colour: 'red' }], (_, i) => ({
          name: `n${String(i)}`,
        }))) as [[Tag, boolean], [Tag, boolean]];
        assert.equal(same, blank);
        assert.deepEqual([red.name, created], ['n1', true]);
        await session.rollback();
      }),

    'what is renamed in memory is found by what its row says, and what is to be deleted makes room': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const tags = session.repository(Tag);
        const made = await tags.getOrCreateMany(named('a', 'b', 'c'));
        const [a, , c] = made.map(([tag]) => tag) as [Tag, Tag, Tag];
        await session.commit();
        a.name = 'z';
        session.delete(c);
        const found = await tags.getOrCreateMany(named('c', 'b', 'd'));
        assert.deepEqual(
          found.map(([, created]) => created),
          [true, false, true],
        );
        assert.notEqual(found[0]![0], c);
        await session.commit();
        assert.deepEqual(await tagsIn(orm), ['b', 'c', 'd', 'z']);
        a.name = 'b2';
        const [[again, isNew]] = (await tags.getOrCreateMany(named('z', 'b2'))) as [[Tag, boolean]];
        assert.deepEqual([again, isNew], [a, false]);
        await session.rollback();
      }),

    'a conflict that the conditions do not explain is that conflict, and nothing of it is left': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const tags = session.repository(Tag);
        await tags.create({ name: 'taken' });
        await session.commit();
        await assert.rejects(
          tags.getOrCreateMany([{ colour: 'red' }, { colour: 'blue' }], { name: 'taken' }),
          IntegrityError,
        );
        assert.deepEqual(session.changes(), []);
        await tags.getOrCreateMany(named('free'));
        await session.commit();
        assert.deepEqual(await tagsIn(orm), ['free', 'taken']);
      }),

    'conditions, other properties, several rows and what is no value are refused before anything is written': ({
      withOrm,
    }) =>
      withOrm(entities, async (orm, statements) => {
        await using session = orm.session();
        const tags = session.repository(Tag);
        statements.clear();
        const wrong: unknown[] = [
          undefined,
          'jazz',
          [null],
          [{}],
          [{ name: 'a' }, { colour: 'b' }],
          [{ name: 'a' }, { name: 'b', colour: 'c' }],
          [{ name: inList(['a']) }],
          [{ name: 5 }],
          [{ name: null }],
          [{ name: undefined }],
          [{ nome: 'a' }],
        ];
        for (const wheres of wrong)
          await assert.rejects(tags.getOrCreateMany(wheres as { name: string }[]), QueryError, JSON.stringify(wheres));
        await assert.rejects(tags.getOrCreateMany(named('a'), 5 as never), QueryError);
        await assert.rejects(session.repository(Article).getOrCreateMany([{ tags: [] } as never]), QueryError);
        assert.equal(statements.count, 0);
        await tags.getOrCreateMany(named('a', 'b'), { colour: 'red' });
        await assert.rejects(tags.getOrCreateMany([{ colour: 'red' }], { name: 'c' }), MultipleFoundError);
        await session.rollback();
        assert.deepEqual(await tagsIn(orm), []);
      }),

    'a thousand rows take as many statements as two': ({ withOrm }) =>
      withOrm(entities, async (orm, statements) => {
        await using session = orm.session();
        const names = Array.from({ length: 1000 }, (_, i) => `tag ${String(i)}`);
        await session.repository(Tag).getOrCreateMany(named('tag 5', 'tag 500'));
        statements.clear();
        const found = await session.repository(Tag).getOrCreateMany(named(...names));
        assert.equal(kinds(statements).filter((kind) => kind === 'select').length, 1);
        assert.ok(kinds(statements).length <= 4, kinds(statements).join());
        assert.deepEqual(
          found.map(([{ name }]) => name),
          names,
        );
        assert.equal(found.filter(([, created]) => created).length, 998);
        await session.rollback();
      }),
  },
};

const CALLERS = 8;

export const racesForManyRows: CaseGroup = {
  name: 'races of getOrCreateMany',
  cases: {
    'callers who want the same rows in different orders all get them': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        for (let round = 0; round < 4; round++) {
          const names = Array.from({ length: 12 }, (_, i) => `${String(round)}.${String(i)}`);
          const ids = await Promise.all(
            Array.from({ length: CALLERS }, (_, caller) => {
              const own = [...names.slice(caller), ...names.slice(0, caller)];
              if (caller % 2 === 1) own.reverse();
              return orm.transaction(async (session) => {
                // A transaction that has done something else is not begun again: a deadlock would be seen.
                await session.repository(Article).create({ title: `${String(round)} ${String(caller)}` });
                const found = await session.repository(Tag).getOrCreateMany(named(...own));
                return new Map(found.map(([{ name, id }]) => [name, id]));
              });
            }),
          );
          for (const name of names) assert.equal(new Set(ids.map((map) => map.get(name))).size, 1);
        }
        assert.equal(await orm.session().repository(Tag).count(), 48);
      }),

    'rows that another session commits after they were looked for are found, and the others made': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using first = orm.session();
        await first.repository(Tag).insertMany(named('b', 'd'));
        let committed: Promise<void> | undefined;
        const stop = orm.on('query', ({ sql }) => {
          if (/^\W*select/i.test(sql)) committed ??= first.commit();
        });
        await using second = orm.session();
        const found = await second.repository(Tag).getOrCreateMany(named('a', 'b', 'c', 'd'));
        await second.commit();
        await committed;
        stop();
        assert.deepEqual(
          found.map(([{ name }, created]) => [name, created]),
          [
            ['a', true],
            ['b', false],
            ['c', true],
            ['d', false],
          ],
        );
        assert.deepEqual(await tagsIn(orm), ['a', 'b', 'c', 'd']);
      }),
  },
};
