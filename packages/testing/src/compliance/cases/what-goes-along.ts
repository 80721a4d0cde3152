/** What is new and belongs to an entity that the same flush marks as deleted: it is written, with a mark of its own where it goes along. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  PrimaryKey,
  SoftDelete,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'along_tickets' })
@SoftDelete()
class Ticket {
  @PrimaryKey() id!: number;
  @HasMany(() => Remark, 'ticket', { cascade: ['persist', 'delete'], orderBy: 'id' }) remarks!: Many<Remark>;
  @HasMany(() => Entry, 'ticket', { cascade: ['persist'] }) entries!: Many<Entry>;
  deletedAt!: Date | null;
}

@Entity({ table: 'along_remarks' })
@SoftDelete()
class Remark {
  @PrimaryKey() id!: number;
  @Column({ type: 'varchar', length: 20 }) body!: string;
  @BelongsTo(() => Ticket, { nullable: true }) ticket!: Ref<Ticket> | null;
  @BelongsTo(() => Remark, { nullable: true }) about!: Ref<Remark> | null;
  @HasMany(() => Remark, 'about', { cascade: ['persist', 'delete'] }) replies!: Many<Remark>;
  deletedAt!: Date | null;
}

/** Does not go along. */
@Entity({ table: 'along_entries' })
class Entry {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Ticket) ticket!: Ref<Ticket>;
}

const withTicket =
  (work: (scene: { orm: Espalier; session: Session; ticket: Ticket }) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Ticket, Remark, Entry], async (orm) => {
      await orm.transaction((session) => {
        const ticket = session.create(Ticket, {});
        session.create(Remark, { body: 'old', ticket });
        return Promise.resolve();
      });
      await using session = orm.session();
      await work({ orm, session, ticket: await session.repository(Ticket).one() });
    });

/** The texts of all remarks, and whether each has the mark of the ticket. */
async function marksOf(orm: Espalier): Promise<[string, boolean][]> {
  await using session = orm.session();
  const ticket = await session.repository(Ticket).withDeleted().one();
  const remarks = await session.repository(Remark).withDeleted().orderBy('id');
  return remarks.map(({ body, deletedAt }) => [
    body,
    deletedAt !== null && deletedAt.getTime() === ticket.deletedAt?.getTime(),
  ]);
}

export const whatGoesAlong: CaseGroup = {
  name: 'what goes along with a mark',
  cases: {
    'a new child gets a row with the mark of the others, made before the deletion or after it': withTicket(
      async ({ orm, session, ticket }) => {
        const before = session.create(Remark, { body: 'before', ticket });
        session.delete(ticket);
        const after = session.create(Remark, { body: 'after', ticket });
        session.create(Entry, { ticket });
        assert.equal(await session.flush(), 5);
        await session.commit();
        assert.ok(before.id < after.id);
        assert.deepEqual(await marksOf(orm), [
          ['old', true],
          ['before', true],
          ['after', true],
        ]);
        assert.equal(await session.repository(Entry).count(), 1);
        assert.equal(await session.repository(Remark).count(), 0);
        assert.equal(session.isDirty(after), false);
      },
    ),

    'what is below a new child goes along too': withTicket(async ({ orm, session, ticket }) => {
      session.delete(ticket);
      const remark = session.create(Remark, { body: 'new', ticket });
      const reply = session.create(Remark, { body: 'reply', about: remark });
      reply.replies.add(session.create(Remark, { body: 'to it' }));
      await session.commit();
      assert.deepEqual(
        (await marksOf(orm)).filter(([, isMarked]) => !isMarked),
        [],
      );
      assert.equal((await marksOf(orm)).length, 4);
    }),

    'a child that was loaded with its parent shows no more, and comes back with a rollback as new': withTicket(
      async ({ orm, session, ticket }) => {
        await session.load(ticket, 'remarks');
        await session.begin();
        const remark = session.create(Remark, { body: 'new', ticket });
        session.delete(ticket);
        await session.flush();
        assert.ok(remark.deletedAt instanceof Date);
        await session.rollback();
        assert.ok(!(remark.deletedAt as unknown));
        assert.equal(remark.id, undefined);
        assert.deepEqual(await marksOf(orm), [['old', false]]);
        session.add(remark);
        await session.commit();
        assert.deepEqual(await marksOf(orm), [
          ['old', false],
          ['new', false],
        ]);
      },
    ),

    'where the row of the parent goes, a new child gets none': withTicket(async ({ orm, session, ticket }) => {
      session.create(Remark, { body: 'new', ticket });
      session.delete(ticket, { force: true });
      await session.commit();
      await using other = orm.session();
      assert.equal(await other.repository(Remark).withDeleted().count(), 0);
    }),
  },
};
