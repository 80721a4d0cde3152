/** What errors of relations name: the row, the property, and the constraint that was in the way. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { BelongsTo, Entity, ForeignKeyViolationError, PrimaryKey, type Ref } from '@espalier/core';
import type { CaseGroup } from '../suite';
import { failure, says } from './errors';

@Entity({ table: 'violation_places' })
class Place {
  @PrimaryKey({ type: 'uuid' }) hall!: string;
  @PrimaryKey({ type: 'integer' }) number!: number;
}

@Entity({ table: 'violation_writers' })
class Writer {
  @PrimaryKey({ type: 'integer' }) id!: number;
}

@Entity({ table: 'violation_papers' })
class Paper {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Writer, { column: 'written_by' }) writer!: Ref<Writer>;
  @BelongsTo(() => Paper, { nullable: true, constraint: 'violation_answers' }) answers!: Ref<Paper> | null;
}

@Entity({ table: 'violation_badges' })
class Badge {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Place, { unique: true }) place!: Ref<Place, 'hall' | 'number'>;
}

async function violation(
  work: () => unknown,
): Promise<object & Partial<Record<keyof ForeignKeyViolationError, unknown>>> {
  const error = await failure(work);
  assert.ok(error instanceof ForeignKeyViolationError, error.message);
  const { entity, property, table, columns } = error;
  return { entity, property, table, columns };
}

export const errorsOfRelations: CaseGroup = {
  name: 'errors of relations',
  cases: {
    'a row that others refer to names their table and the columns of its constraint': ({ withOrm, dialect }) =>
      withOrm([Writer, Paper], async (orm) => {
        const tells = !dialect.startsWith('sqlite');
        await using session = orm.session();
        const writer = session.create(Writer, {});
        const first = session.create(Paper, { writer });
        session.create(Paper, { writer: session.create(Writer, {}), answers: first });
        await session.commit();

        session.delete(writer, first);
        const ofPaper = await violation(() => session.flush());
        assert.deepEqual(ofPaper, {
          entity: 'Paper',
          property: tells ? 'answers' : undefined,
          table: tells ? 'violation_papers' : undefined,
          columns: tells ? ['answers_id'] : [],
        });
        session.add(first);
        const ofWriter = await violation(() => session.flush());
        assert.deepEqual(ofWriter, {
          entity: 'Writer',
          property: undefined,
          table: tells ? 'violation_papers' : undefined,
          columns: tells ? ['written_by'] : [],
        });
        session.add(writer);

        session.create(Paper, { writer: session.reference(Writer, 77) });
        const ofReference = await violation(() => session.flush());
        assert.equal(ofReference.table, 'violation_papers');
        if (tells) assert.deepEqual([ofReference.property, ofReference.columns], ['writer', ['written_by']]);
      }),

    'places of several columns that change hands are named once': ({ withOrm }) =>
      withOrm([Place, Badge], async (orm) => {
        await using session = orm.session();
        const [one, two] = [1, 2].map((number) =>
          session.create(Badge, { place: session.create(Place, { hall: randomUUID(), number }) }),
        ) as [Badge, Badge];
        await session.commit();
        [one.place, two.place] = [two.place, one.place];
        const error = await failure(() => session.flush());
        assert.match(error.message, /the unique value of Badge\.place, which/);
      }),

    'a key that is set where an entity belongs is the developer’s, and the message says how to refer to it': ({
      withOrm,
    }) =>
      withOrm([Writer, Paper], async (orm) => {
        await using session = orm.session();
        const paper = session.create(Paper, { writer: session.create(Writer, {}) });
        await session.commit();
        paper.writer = 2 as never;
        const error = await failure(() => session.flush());
        const { code, audience, entity, property } = error;
        assert.deepEqual([code, audience, entity, property], ['INVALID_QUERY', 'developer', 'Paper', 'writer']);
        assert.match(error.message, /^Paper\.writer takes a Writer, got a number: .*session\.reference\(Writer, key\)/);
        await says('INVALID_QUERY', 'developer', () => session.add(Object.assign(new Paper(), { writer: 'x' })));
        await says('VALIDATION_FAILED', 'client', () => {
          session.assign(paper, { writer: 'x' as never });
        });
      }),
  },
};
