/** What raw SQL may do, how far conditions reach, and which options there are. */
import assert from 'node:assert/strict';
import {
  contains,
  endsWith,
  Espalier,
  EspalierError,
  icontains,
  iendsWith,
  ilike,
  istartsWith,
  like,
  matches,
  MetadataError,
  QueryError,
  startsWith,
  type Criterion,
} from '@espalier/core';
import { Album, Artist, Employee, library } from '../fixtures';
import type { CaseGroup } from '../suite';

export const limits: CaseGroup = {
  name: 'limits',
  cases: {
    'raw SQL that begins or ends a transaction is refused': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        statements.clear();
        for (const refused of [
          () => session.sql`rollback`,
          () => session.sql`/* quietly */ COMMIT`,
          () => session.sql`-- so
            begin`,
          () => session.sql`savepoint espalier_1`,
          () => session.sql`set autocommit = 0`,
          () => orm.sql`start transaction`,
        ]) {
          await assert.rejects(refused, QueryError);
        }
        assert.equal(statements.count, 0);
      }),

    'raw SQL is one statement, and its values are scalars': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await assert.rejects(orm.sql`insert into artists (name) values ('a'); insert into artists (name) values ('b')`);
        for (const value of [
          'a\0b',
          '\ud800',
          new Date(NaN),
          new Date(8.64e15),
          Object.create(Date.prototype),
          {},
          undefined,
        ])
          await assert.rejects(async () => orm.sql`select ${value}`, QueryError);
        await assert.rejects(async () => orm.sql(['drop table artists'] as never), QueryError);
        await using session = orm.session();
        assert.equal(await session.repository(Artist).count(), 0);
      }),

    'unknown options of connect are refused': async ({ config }) => {
      for (const options of [
        undefined,
        {},
        { entities: [] },
        { entities: {}, databases: { default: config() } },
      ] as never[])
        await assert.rejects(Espalier.connect(options), MetadataError);
      for (const databases of [{}, { default: null }, { default: 'app.db' }, []] as never[])
        await assert.rejects(Espalier.connect({ entities: [], databases }), MetadataError);
    },

    'texts that are searched for are of a thousand characters at most': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const most = 'x'.repeat(1_000);
        await using session = orm.session();
        const artists = session.repository(Artist);
        for (const search of [contains, icontains, startsWith, istartsWith, endsWith, iendsWith, like, ilike]) {
          assert.equal(await artists.filter({ name: search(most) }).count(), 0);
          for (const long of [`${most}x`, `${'!'.repeat(40_000)}a`])
            assert.throws(() => search(long), { name: 'QueryError', message: /at most 1000 characters/ });
        }
        assert.throws(() => matches(`${most}x`), QueryError);
      }),

    'conditions and orders follow so many relations and no more': ({ withOrm }) =>
      withOrm([Employee], async (orm, statements) => {
        await using session = orm.session();
        const employees = session.repository(Employee);
        let condition: Criterion<Employee> = { name: 'x' };
        for (let i = 0; i < 20; i++) condition = { manager: condition };
        statements.clear();
        assert.throws(() => employees.filter(condition), QueryError);
        assert.throws(() => employees.orderBy(`${'manager.'.repeat(20)}name` as never), QueryError);
        assert.equal(statements.count, 0);
      }),

    'a pattern that ends in the middle of an escape, unknown options, values that are not rows': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        assert.throws(() => like('100!'), QueryError);
        assert.doesNotThrow(() => like('100!!'));
        assert.throws(() => ilike('!!!'), QueryError);
        assert.throws(() => session.repository(Album).include(['artist'] as never), QueryError);
        assert.throws(() => session.repository(Album).include('artist', { strategie: 'join' } as never), QueryError);
        for (const rows of [[null], [undefined], [5], [[]]] as never[])
          await assert.rejects(session.repository(Artist).insertMany(rows), QueryError);
        await assert.rejects(orm.transaction(5 as never), QueryError);
        await assert.rejects(
          orm.transaction(() => Promise.resolve(), { retries: NaN }),
          QueryError,
        );
        await assert.rejects(session.begin({ readOnly: 'false' as never }), QueryError);
        assert.throws(() => orm.on('nope' as never, () => undefined), EspalierError);
      }),
  },
};
