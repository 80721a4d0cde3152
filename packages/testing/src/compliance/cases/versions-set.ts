/** A version is counted by the flush alone: it goes on where a new entity takes over a key, and no program writes it. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  PrimaryKey,
  StaleDataError,
  ValidationFailedError,
  Version,
  type Espalier,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'versioned_pages' })
class Page {
  @PrimaryKey({ type: 'varchar', length: 20 }) path!: string;
  @Column({ type: 'varchar', length: 20 }) text!: string;
  @HasMany(() => Line, 'page', { orphanRemoval: true, cascade: ['persist'] }) lines!: Many<Line>;
  @Version() version!: number;
}

@Entity({ table: 'versioned_lines' })
class Line {
  @PrimaryKey() @BelongsTo(() => Page) page!: Ref<Page, 'path'>;
  @PrimaryKey({ type: 'integer', generated: false }) number!: number;
  @Column({ type: 'varchar', length: 20 }) text!: string;
  @Version() version!: number;
}

/** Requires a page, so that the row of one stays where it is handed over. */
@Entity({ table: 'versioned_notes' })
class Note {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Page) page!: Ref<Page, 'path'>;
}

const entities = [Page, Line, Note];

async function writePage(orm: Espalier): Promise<void> {
  await orm.transaction((session) => {
    const page = session.create(Page, { path: '/', text: 'first' });
    session.create(Line, { page, number: 1, text: 'a' });
    session.create(Note, { id: 1, page });
    return Promise.resolve();
  });
}

export const versionsSet: CaseGroup = {
  name: 'versions that go on',
  cases: {
    'a row that is replaced under its key is stale for whoever read the one before': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await writePage(orm);
        await using reader = orm.session();
        const seen = await reader.repository(Line).one();
        await orm.transaction(async (session) => {
          const page = await session.repository(Page).include('lines').one();
          page.lines.set([Object.assign(new Line(), { number: 1, text: 'b' })]);
        });
        seen.text = 'over a';
        await assert.rejects(reader.commit(), StaleDataError);
        await using session = orm.session();
        const line = await session.repository(Line).one();
        assert.deepEqual([line.text, line.version], ['b', 2]);
      }),

    'a row that stays for what was handed over goes on counting': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await writePage(orm);
        await using reader = orm.session();
        const seen = await reader.repository(Page).one();
        await orm.transaction(async (session) => {
          const [page, note] = [await session.repository(Page).one(), await session.repository(Note).one()];
          session.delete(await session.repository(Line).one());
          note.page = session.create(Page, { path: '/', text: 'second' });
          session.delete(page);
        });
        seen.text = 'over first';
        await assert.rejects(reader.commit(), StaleDataError);
        await using session = orm.session();
        const page = await session.repository(Page).one();
        assert.deepEqual([page.text, page.version], ['second', 2]);
      }),

    'a version that is given to a new entity is written as it is': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const page = session.create(Page, { path: '/', text: 'imported', version: 7 });
        await session.commit();
        page.text = 'changed';
        await session.commit();
        assert.equal(page.version, 8);
      }),

    'setting the version of a stored entity is refused, alone and beside other changes': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await writePage(orm);
        await using session = orm.session();
        const page = await session.repository(Page).one();
        for (const text of ['first', 'second']) {
          Object.assign(page, { text, version: 7 });
          await assert.rejects(session.commit(), (error: unknown) => {
            assert.ok(error instanceof ValidationFailedError);
            assert.match(error.message, /Page\.version is counted by each flush/);
            return true;
          });
          assert.equal(page.version, 7);
        }
        page.version = 1;
        await session.commit();
        assert.equal(page.version, 2);
      }),
  },
};
