/** A job that begins its successor, as pollers do, runs in the context of all before it: that must keep no session alive. */
import { Column, Entity, Espalier, PrimaryKey, type Session } from '@espalier/core';
import { sqlite } from '@espalier/sqlite';
import { isCollected } from './garbage';

@Entity()
class Job {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) step!: number;
}

type Run = (orm: Espalier, work: (session: Session) => Promise<void>) => Promise<unknown>;

const WAYS: readonly [string, Run][] = [
  ['orm.transaction', (orm, work) => orm.transaction(work)],
  ['orm.run', (orm, work) => orm.run(work)],
  [
    'session.transaction',
    async (orm, work) => {
      await using session = orm.session();
      await session.transaction(work);
      await session.commit();
    },
  ],
  [
    'a block inside of orm.run',
    (orm, work) =>
      orm.run(async (session) => {
        await session.transaction(work);
        await session.commit();
      }),
  ],
];

test.each(WAYS)(
  'a job that begins its successor from inside of %s keeps nothing of those before it',
  async (_name, run) => {
    await using orm = await Espalier.connect({ entities: [Job], databases: { default: sqlite(':memory:') } });
    await orm.schema.create();
    const sessions: WeakRef<object>[] = [];
    const collected = await new Promise<boolean[]>((resolve, reject) => {
      function begin(step: number): void {
        const ended = run(orm, async (session) => {
          if (sessions.length < 3) sessions.push(new WeakRef(session));
          session.create(Job, { step });
          await session.flush();
          setImmediate(() => {
            // In the context of the last job, which is alive.
            if (step === 12) resolve(Promise.all(sessions.map(isCollected)));
            else void ended.then(() => begin(step + 1), reject);
          });
        });
      }
      begin(1);
    });
    expect(collected).toEqual([true, true, true]);
  },
);
