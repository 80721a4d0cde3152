/** Columns that several properties hold, in rows that are written together with what they refer to. */
import assert from 'node:assert/strict';
import { ValidationFailedError, type Espalier, type Session } from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';
import {
  Badge,
  Clerk,
  Member,
  Memo,
  Note,
  Org,
  Post,
  Project,
  Review,
  Sale,
  Shop,
  Step,
  Task,
  Ticket,
  everyTenant,
} from '../shared-tenants-model';

const scene =
  (work: (session: Session, orm: Espalier) => Promise<void>) =>
  (context: ComplianceContext): Promise<void> =>
    context.withOrm(everyTenant, async (orm) => {
      await using session = orm.session();
      await work(session, orm);
    });

const memberOf = (session: Session, org: Org, no = 1): Member => session.create(Member, { org, no });

/** A tenant and a member of it that have their rows. */
async function stored(session: Session): Promise<{ org: Org; member: Member }> {
  const org = session.create(Org, {});
  const member = memberOf(session, org);
  await session.commit();
  return { org, member };
}

async function isSettled(session: Session, entity: object): Promise<void> {
  assert.equal(session.isDirty(entity), false);
  await session.commit();
}

function forgets(entity: string, property: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ValidationFailedError, String(error));
    assert.match(error.message, new RegExp(`${entity}\\.${property} is required`));
    return true;
  };
}

export const sharedColumnsOfNewRows: CaseGroup = {
  name: 'Columns that several properties of new rows hold',
  cases: {
    'give a reference that owns them and was left out its entity': scene(async (session) => {
      const { org, member } = await stored(session);
      const task = Object.assign(new Task(), { member });
      session.add(task);
      await session.commit();
      assert.equal(task.org, org);
      await isSettled(session, task);
    }),

    'give a reference that owns them and is null its entity': scene(async (session) => {
      const { org, member } = await stored(session);
      const memo = session.create(Memo, { org: null, member });
      await session.commit();
      assert.equal(memo.org, org);
      await isSettled(session, memo);
    }),

    'give a reference that was left out the new entity that is written along': scene(async (session) => {
      const org = session.create(Org, {});
      const task = Object.assign(new Task(), { member: memberOf(session, org) });
      session.add(task);
      await session.commit();
      assert.equal(task.org, org);
      await isSettled(session, task);
    }),

    'give a reference of the key that was left out its entity': scene(async (session) => {
      const { org, member } = await stored(session);
      const late = session.create(Org, {});
      const notes = [member, memberOf(session, late)].map((one) => Object.assign(new Note(), { no: 5, member: one }));
      session.add(...notes);
      await session.commit();
      assert.deepEqual(
        notes.map((note) => note.org),
        [org, late],
      );
      assert.equal(await session.repository(Note).get({ org, no: 5 }), notes[0]);
      await isSettled(session, notes[1]!);
    }),

    'show what came by another reference in a collection that is loaded': scene(async (session) => {
      const { org, member } = await stored(session);
      const loaded = await session.load(org, 'tasks');
      const task = Object.assign(new Task(), {});
      member.tasks.add(task);
      await session.commit();
      assert.equal(task.org, org);
      assert.deepEqual(
        loaded.tasks.map(({ id }) => id),
        [task.id],
      );
      await isSettled(session, task);
    }),

    'are known to what getOrCreate makes': scene(async (session) => {
      const { org, member } = await stored(session);
      const [memo, created] = await session.repository(Memo).getOrCreate({ member });
      assert.deepEqual([created, memo.org === org], [true, true]);
      await isSettled(session, memo);
    }),

    'are left as they were by a flush that fails': scene(async (session) => {
      const { org, member } = await stored(session);
      const task = Object.assign(new Task(), { member });
      session.add(task);
      const wrong = session.create(Member, { org, no: 'x' as unknown as number });
      await assert.rejects(session.flush(), ValidationFailedError);
      assert.equal(task.org, undefined);
      session.delete(wrong);
      await session.commit();
      assert.equal(task.org, org);
    }),

    'are one value where references agree about a new tenant': scene(async (session) => {
      const org = session.create(Org, {});
      const member = memberOf(session, org);
      const task = session.create(Task, { org, member });
      const badge = session.create(Badge, { org, member });
      await session.commit();
      assert.deepEqual([task.org, task.member, badge.org], [org, member, org]);
      await isSettled(session, task);
    }),

    'are refused where references lead to two new tenants': scene(async (session) => {
      const [one, two] = [session.create(Org, {}), session.create(Org, {})];
      const task = session.create(Task, { org: one, member: memberOf(session, two) });
      await assert.rejects(session.commit(), (error: unknown) => {
        assert.ok(error instanceof ValidationFailedError);
        assert.match(error.message, /Task\.org says .*Task\.member says/);
        return true;
      });
      task.org = two;
      await session.commit();
      assert.equal(task.org.id, two.id);
    }),

    'are a plain column, too, of a new tenant': scene(async (session) => {
      const org = session.create(Org, {});
      const member = memberOf(session, org);
      const tickets = [session.create(Ticket, { org, member }), session.create(Ticket, { member })];
      await session.commit();
      for (const ticket of tickets) {
        assert.deepEqual([ticket.orgId, ticket.org, ticket.member], [org.id, org, member]);
        await isSettled(session, ticket);
      }
    }),

    'are a key of two references to members of a new tenant': scene(async (session, orm) => {
      const org = session.create(Org, {});
      const [author, reader] = [memberOf(session, org, 1), memberOf(session, org, 2)];
      const review = session.create(Review, { author, reader });
      await session.commit();
      await isSettled(session, review);
      await using other = orm.session();
      const found = await other.repository(Review).include('author', 'reader').one();
      assert.deepEqual([found.author.no, found.reader.no], [1, 2]);
    }),

    'come with a has-one relation and two collections of a new tenant': scene(async (session) => {
      const org = session.create(Org, {});
      const member = memberOf(session, org);
      const task = new Task();
      org.tasks.add(task);
      member.tasks.add(task);
      member.badge = Object.assign(new Badge(), {});
      await session.commit();
      assert.deepEqual([task.org, task.member], [org, member]);
      assert.equal(member.badge.org, org);
      await isSettled(session, task);
    }),

    'move a row to a new tenant and a new member of it': scene(async (session, orm) => {
      const { org, member } = await stored(session);
      const task = session.create(Task, { org, member });
      const ticket = session.create(Ticket, { member });
      await session.commit();
      const late = session.create(Org, {});
      const other = memberOf(session, late, 7);
      Object.assign(task, { org: late, member: other });
      Object.assign(ticket, { org: late, member: other });
      await session.commit();
      assert.equal(ticket.orgId, late.id);
      await isSettled(session, task);
      await using again = orm.session();
      const found = await again.repository(Task).include('org', 'member').get(task.id);
      assert.deepEqual([found.org.id, found.member.no], [late.id, 7]);
    }),

    'follow two references that were changed and agree': scene(async (session) => {
      const { org, member } = await stored(session);
      const ticket = session.create(Ticket, { orgId: org.id, member });
      const other = await stored(session);
      Object.assign(ticket, other);
      await session.commit();
      assert.deepEqual([ticket.orgId, ticket.org, ticket.member], [other.org.id, other.org, other.member]);
      await isSettled(session, ticket);
      ticket.org = org;
      await assert.rejects(session.commit(), /Ticket\.org says .*Ticket\.member says/);
      await session.rollback();
      ticket.member = member;
      await assert.rejects(session.commit(), /Ticket\.orgId says .*Ticket\.member says/);
    }),

    'are written for two new rows of a new tenant that refer to each other': scene(async (session, orm) => {
      const org = session.create(Org, {});
      const project = session.create(Project, { org, no: 1, latest: null });
      project.latest = session.create(Post, { org, no: 2, project });
      await session.commit();
      await isSettled(session, project);
      await using other = orm.session();
      const found = await other.repository(Project).include('latest.project').one();
      assert.equal(found.latest?.no, 2);
      assert.equal(found.latest.project, found);
    }),

    'are found round a ring of new rows where one of them says the tenant': scene(async (session) => {
      const org = session.create(Org, {});
      const project = Object.assign(new Project(), { org, no: 1 });
      const post = Object.assign(new Post(), { no: 2, project });
      project.latest = post;
      session.add(project);
      await session.commit();
      assert.equal(post.org, org);
      const steps = [1, 2, 3].map((no) => Object.assign(new Step(), { no }));
      steps.forEach((step, i) => (step.next = steps[(i + 1) % 3]!));
      steps[1]!.org = session.create(Org, {});
      session.add(...steps);
      await session.commit();
      assert.deepEqual(
        steps.map(({ tenantId, org: of }) => [tenantId === steps[1]!.org.id, of === steps[1]!.org]),
        [1, 2, 3].map(() => [true, true]),
      );
    }),

    'are written later where the tenant requires the row that has them': scene(async (session) => {
      for (const isGiven of [true, false]) {
        const shop = new Shop();
        const clerk = session.create(Clerk, { shop, no: 1 });
        const sale = Object.assign(new Sale(), isGiven ? { shop, clerk } : { clerk });
        shop.first = sale;
        session.add(sale);
        await session.commit();
        assert.deepEqual([sale.shopId, sale.shop, shop.first.id], [shop.id, shop, sale.id]);
        await isSettled(session, sale);
      }
    }),

    'of a join table are one value for rows of one new tenant, and refused for rows of two': scene(
      async (session, orm) => {
        const [org, other] = [session.create(Org, {}), session.create(Org, {})];
        const project = session.create(Project, { org, no: 1, latest: null });
        project.members.add(memberOf(session, org));
        await session.commit();
        await using again = orm.session();
        const found = await again.repository(Project).include('members').one();
        assert.deepEqual(
          found.members.map(({ no }) => no),
          [1],
        );
        const late = session.create(Org, {});
        const wrong = session.create(Project, { org: late, no: 2, latest: null });
        wrong.members.add(memberOf(session, session.create(Org, {}), 2));
        await assert.rejects(session.commit(), /Project\.members joins rows that disagree about the column 'org_id'/);
        await session.rollback();
        const also = session.create(Project, { org: session.create(Org, {}), no: 3, latest: null });
        also.members.add(memberOf(session, other, 3));
        await assert.rejects(session.commit(), /Project\.members joins rows that disagree about the column 'org_id'/);
      },
    ),

    'are refused where a ring of new rows does not say the tenant': scene(async (session) => {
      const steps = [1, 2].map((no) => Object.assign(new Step(), { no }));
      steps.forEach((step, i) => (step.next = steps[1 - i]!));
      session.add(steps[0]!);
      await assert.rejects(session.commit(), forgets('Step', 'tenantId'));
      steps[0]!.org = session.create(Org, {});
      await session.commit();
      const itself = Object.assign(new Step(), { no: 3 });
      itself.next = itself;
      session.add(itself);
      await assert.rejects(session.commit(), forgets('Step', 'tenantId'));
      session.delete(itself);
      const project = Object.assign(new Project(), { no: 1 });
      project.latest = Object.assign(new Post(), { no: 2, project });
      session.add(project);
      await assert.rejects(session.commit(), forgets('Project', 'org'));
    }),
  },
};
