/** `session.assign`: data from outside onto entities. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  QueryError,
  SoftDelete,
  ValidationFailedError,
  Version,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { StatementRecord } from '../../statements';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'assigned_users' })
class User {
  @PrimaryKey({ type: 'uuid', generated: false }) id!: string;
  @Column({ type: 'varchar', length: 40 }) name!: string;
}

@Entity({ table: 'assigned_labels' })
class Label {
  @PrimaryKey({ type: 'bigint', generated: false }) id!: bigint;
  @Column({ type: 'varchar', length: 40 }) name!: string;
}

@Entity({ table: 'assigned_topics' })
@SoftDelete()
class Topic {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  deletedAt!: Date | null;
}

@Entity({ table: 'assigned_issues' })
class Issue {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @Column({ type: 'varchar', length: 40, nullable: true }) summary!: string | null;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) due!: Date | null;
  @Column({ type: 'bigint', nullable: true }) points!: bigint | null;
  @Column({ type: 'binary', nullable: true }) sketch!: Uint8Array | null;
  @Column({ type: 'json', nullable: true }) meta!: { tags: string[] } | null;
  @Column({ type: 'varchar', length: 40, hidden: true, nullable: true }) secret!: string | null;
  @BelongsTo(() => User) author!: Ref<User>;
  @BelongsTo(() => User, { nullable: true }) assignee!: Ref<User> | null;
  @ManyToMany(() => Label, { through: 'assigned_issue_labels' }) labels!: Many<Label>;
  @ManyToMany(() => Topic, { through: 'assigned_issue_topics' }) topics!: Many<Topic>;
  @HasMany(() => Remark, 'issue', { orphanRemoval: true }) remarks!: Many<Remark>;
  @HasOne(() => Cover, 'issue') cover!: Ref<Cover> | null;
}

@Entity({ table: 'assigned_remarks' })
class Remark {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) body!: string;
  @BelongsTo(() => Issue) issue!: Ref<Issue>;
  @Version() version!: number;
}

@Entity({ table: 'assigned_covers' })
class Cover {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) colour!: string;
  @BelongsTo(() => Issue, { nullable: true, unique: true }) issue!: Ref<Issue> | null;
}

const ENTITIES = [User, Label, Topic, Issue, Remark, Cover];
const ANN = '2b8a4b1e-6d8f-4f0a-9a55-0c8f6f6f0a01';
const BOB = '2b8a4b1e-6d8f-4f0a-9a55-0c8f6f6f0a02';

/** An issue of Ann's with the labels 1 and 2, the topics 1 and 2 (which is deleted), remarks 1 and 2 and a cover. */
function filed(work: (orm: Espalier, statements: StatementRecord) => Promise<void>) {
  return ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm(ENTITIES, async (orm, statements) => {
      await orm.transaction(async (session) => {
        session.create(User, { id: ANN, name: 'Ann' });
        session.create(User, { id: BOB, name: 'Bob' });
        for (const id of [1n, 2n, 3n]) session.create(Label, { id, name: `label ${String(id)}` });
        const topics = [1, 2, 3].map((id) => session.create(Topic, { id, name: `topic ${String(id)}` }));
        const issue = session.create(Issue, { id: 7, title: 'old', author: ANN, labels: [1n, 2n], topics: [1, 2] });
        session.create(Remark, { id: 1, body: 'one', issue });
        session.create(Remark, { id: 2, body: 'two', issue });
        session.create(Cover, { id: 1, colour: 'red', issue });
        session.create(Cover, { id: 2, colour: 'blue' });
        await session.flush();
        session.delete(topics[1]!);
      });
      statements.clear();
      await work(orm, statements);
    });
}

/** The body of a request. */
const body = (json: string) => JSON.parse(json) as object;

async function labelsOf(orm: Espalier): Promise<bigint[]> {
  await using session = orm.session();
  const { labels } = await session.repository(Issue).include('labels').get(7);
  return labels.map(({ id }) => id).sort();
}

const says =
  (type: typeof QueryError | typeof ValidationFailedError, property: string, message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof type, String(error));
    assert.match(error.message, message);
    assert.equal(error.property, property);
    assert.equal(error.entity, 'Issue');
    assert.equal(error.audience, 'client');
    return true;
  };

export const assign: CaseGroup = {
  name: 'session.assign',
  cases: {
    'columns take what JSON makes of their values': filed(async (orm) => {
      const sent = {
        title: 'new',
        summary: null,
        due: new Date('2026-02-28T09:30:00.250Z'),
        points: '9007199254740993',
        sketch: Buffer.from([0, 255]),
        meta: { tags: ['a'] },
        secret: 'x',
      };
      await orm.transaction(async (session) => {
        const issue = await session.repository(Issue).get(7);
        assert.equal(session.assign(issue, body(JSON.stringify(sent))), issue);
        assert.ok(issue.due instanceof Date);
      });
      await using session = orm.session();
      const { title, summary, due, points, sketch, meta, secret } = await session.repository(Issue).get(7);
      assert.deepEqual({ title, summary, meta, secret }, { title: 'new', summary: null, meta: sent.meta, secret: 'x' });
      assert.equal(due?.getTime(), sent.due.getTime());
      assert.equal(points, 9007199254740993n);
      assert.deepEqual([...sketch!], [0, 255]);
    }),

    'a changed assignee and changed labels are written without a select of either': filed(async (orm, statements) => {
      await using session = orm.session();
      const issue = await session.repository(Issue).get(7);
      session.assign(issue, body(`{ "assignee": "${BOB}", "labels": ["2", "3"] }`));
      await session.commit();
      const texts = statements.texts.filter((text) => !/^(begin|start|commit|set )/i.test(text.trim()));
      const reads = texts.filter((text) => /^select/i.test(text));
      assert.equal(reads.length, 2, reads.join('\n'));
      assert.ok(!texts.some((text) => /assigned_(users|labels)\b/.test(text)), texts.join('\n'));
      assert.equal(texts.length, 5, texts.join('\n'));
      const sent = statements.count;
      const { labels } = await session.load(issue, 'labels');
      assert.deepEqual(
        labels.map(({ id }) => id),
        [2n, 3n],
      );
      // Their columns, which nothing wanted until now.
      assert.equal(statements.count, sent + 1);
      assert.deepEqual(await labelsOf(orm), [2n, 3n]);
      await using other = orm.session();
      const read = await other.repository(Issue).include('assignee').get(7);
      assert.equal(read.assignee?.name, 'Bob');
    }),

    'a reference is assigned to without a query, and only what was given is written': filed(async (orm, statements) => {
      await using session = orm.session();
      const issue = session.reference(Issue, 7);
      session.assign(issue, { title: 'by reference', assignee: BOB });
      await session.commit();
      assert.ok(!statements.texts.some((text) => /^select/i.test(text)));
      await using other = orm.session();
      const read = await other.repository(Issue).get(7);
      assert.equal(read.title, 'by reference');
      assert.equal(read.assignee?.id, BOB);
      assert.equal(read.author.id, ANN);
    }),

    'relations take entities, references, keys and objects with the key': filed(async (orm) => {
      await using session = orm.session();
      const issue = await session.repository(Issue).get(7);
      const bob = await session.repository(User).get(BOB);
      session.assign(issue, { assignee: bob, labels: [await session.repository(Label).get(1n), 2n, '3', { id: 2n }] });
      assert.equal(issue.assignee, bob);
      session.assign(issue, { author: { id: BOB } });
      assert.equal(issue.author, bob);
      await session.commit();
      assert.deepEqual(await labelsOf(orm), [1n, 2n, 3n]);
    }),

    'a nullable reference takes null, a collection an empty array': filed(async (orm) => {
      await orm.transaction(async (session) => {
        const issue = await session.repository(Issue).get(7);
        session.assign(issue, { assignee: BOB });
        await session.flush();
        session.assign(issue, body('{ "assignee": null, "labels": [], "remarks": [], "cover": null }'));
      });
      await using session = orm.session();
      const read = await session.repository(Issue).include('labels', 'remarks', 'cover').get(7);
      assert.equal(read.assignee, null);
      assert.equal(read.labels.length + read.remarks.length, 0);
      assert.equal(read.cover, null);
      assert.equal(await session.repository(Remark).all().count(), 0);
    }),

    'children are given by their keys': filed(async (orm) => {
      await orm.transaction(async (session) => {
        const issue = await session.repository(Issue).include('cover').get(7);
        session.assign(issue, body('{ "remarks": [2], "cover": 2 }'));
      });
      await using session = orm.session();
      const read = await session.repository(Issue).include('remarks', 'cover').get(7);
      assert.deepEqual(
        read.remarks.map(({ id }) => id),
        [2],
      );
      assert.equal(read.cover?.colour, 'blue');
    }),

    'links to deleted items stay when a collection is given others': filed(async (orm) => {
      await orm.transaction(async (session) => {
        session.assign(await session.repository(Issue).get(7), { topics: [3] });
      });
      await using session = orm.session();
      const read = await session.repository(Issue).include('topics').withDeleted().get(7);
      assert.deepEqual(read.topics.map(({ id }) => id).sort(), [2, 3]);
    }),

    'a new entity takes data before it is added': filed(async (orm) => {
      await orm.transaction(async (session) => {
        const issue = session.assign(new Issue(), body(`{ "title": "fresh", "author": "${BOB}", "labels": ["1"] }`));
        issue.id = 8;
        session.add(issue);
      });
      await using session = orm.session();
      const read = await session.repository(Issue).include('labels', 'author').get(8);
      assert.equal(read.author.name, 'Bob');
      assert.deepEqual(
        read.labels.map(({ id }) => id),
        [1n],
      );
    }),

    'names are refused that are no properties, and nothing is set': filed(async (orm) => {
      await using session = orm.session();
      const issue = await session.repository(Issue).get(7);
      const refuse = (json: string, property: string, message: RegExp) => {
        assert.throws(() => session.assign(issue, body(json)), says(QueryError, property, message));
      };
      refuse('{ "title": "x", "titel": "y" }', 'titel', /no property/);
      refuse('{ "title": "x", "__proto__": { "id": 1 } }', '__proto__', /no property/);
      refuse('{ "title": "x", "constructor": {} }', 'constructor', /no property/);
      refuse('{ "title": "x", "id": 8 }', 'id', /key/);
      assert.equal(issue.title, 'old');
      assert.equal(session.isDirty(issue), false);
      const remark = await session.repository(Remark).get(1);
      assert.throws(() => session.assign(remark, body('{ "body": "x", "version": 9 }')), /optimistic lock/);
      assert.equal(session.isDirty(remark), false);
    }),

    'values are refused that their properties do not take, and nothing is set': filed(async (orm) => {
      await using session = orm.session();
      const issue = await session.repository(Issue).get(7);
      const refuse = (json: string, property: string, message: RegExp) => {
        assert.throws(() => session.assign(issue, body(json)), says(ValidationFailedError, property, message));
      };
      refuse('{ "labels": ["3"], "title": 5 }', 'title', /text/);
      refuse('{ "labels": ["3"], "title": { "toString": "x" } }', 'title', /text/);
      refuse('{ "labels": ["3"], "title": null }', 'title', /not nullable/);
      refuse('{ "labels": ["3"], "due": "tomorrow" }', 'due', /moment with its zone/);
      refuse('{ "labels": ["3"], "due": "2026-02-30T00:00:00Z" }', 'due', /moment with its zone/);
      refuse('{ "labels": ["3"], "due": "2026-02-28T00:00:00" }', 'due', /moment with its zone/);
      refuse('{ "labels": ["3"], "points": "1e3" }', 'points', /bigint/);
      refuse('{ "labels": ["3"], "author": null }', 'author', /not nullable/);
      refuse('{ "labels": ["3"], "author": "no uuid" }', 'author', /uuid/);
      refuse(`{ "labels": ["3"], "author": { "id": "${ANN}", "name": "Eve" } }`, 'author', /by its key/);
      refuse('{ "labels": ["3"], "author": { "name": "Eve" } }', 'author', /by its key/);
      refuse('{ "title": "x", "labels": "3" }', 'labels', /array/);
      refuse('{ "title": "x", "labels": [["3"]] }', 'labels', /array/);
      refuse('{ "title": "x", "labels": [null] }', 'labels', /null/);
      refuse('{ "title": "x", "cover": { "colour": "green" } }', 'cover', /by its key/);
      assert.throws(
        () => session.assign(issue, body('{ "title": 5, "labels": [{}], "summary": "x", "author": null }')),
        ({ failures }: ValidationFailedError) => {
          assert.deepEqual(
            failures.map(({ property, key }) => [property, key]),
            [
              ['title', [7]],
              ['labels', [7]],
              ['author', [7]],
            ],
          );
          return true;
        },
      );
      for (const data of [null, 5, 'x', ['title']])
        assert.throws(() => session.assign(issue, data as object), QueryError);
      assert.equal(session.isDirty(issue), false);
      assert.equal(issue.title, 'old');
    }),

    'only what is allowed may be given': filed(async (orm) => {
      await using session = orm.session();
      const issue = await session.repository(Issue).get(7);
      session.assign(issue, body('{ "title": "x" }'), { allow: ['title', 'labels'] });
      assert.equal(issue.title, 'x');
      assert.throws(
        () => session.assign(issue, body('{ "title": "y", "secret": "z" }'), { allow: ['title'] }),
        says(QueryError, 'secret', /allow/),
      );
      assert.throws(() => session.assign(issue, {}, { allow: ['nothing' as 'title'] }), QueryError);
      assert.equal(issue.title, 'x');
    }),

    'an entity of another session is refused': filed(async (orm) => {
      await using session = orm.session();
      await using other = orm.session();
      const label = await session.repository(Label).get(3n);
      assert.throws(() => other.assign(label, { name: 'x' }), QueryError);
      session.delete(label);
      await session.flush();
      assert.throws(() => session.assign(label, { name: 'x' }), QueryError);
      await session.rollback();
    }),
  },
};
