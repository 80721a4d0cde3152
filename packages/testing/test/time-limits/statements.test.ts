/** The server, too, gives up statements that take too long or whose caller has given up. Later statements run as before. */
import {
  BelongsTo,
  Column,
  DeadlockError,
  Entity,
  Espalier,
  HasMany,
  LockTimeoutError,
  PrimaryKey,
  QueryAbortedError,
  QueryTimeoutError,
  TransactionError,
  type Many,
  type Ref,
} from '@espalier/core';
import { freshDatabase, testDatabases, type AvailableDatabase, type FreshDatabase } from '@espalier/testing';
import { ENGINES } from './engines';

@Entity()
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) text!: string;
  @HasMany(() => Line, 'note') lines!: Many<Line>;
}

@Entity()
class Line {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Note) note!: Ref<Note>;
}

const databases = testDatabases().filter((each): each is AvailableDatabase => each.url !== undefined);

describe.each(databases)('on $dialect', (available) => {
  const engine = ENGINES[available.dialect];
  let fresh: FreshDatabase;
  let orm: Espalier;

  beforeAll(async () => {
    fresh = await freshDatabase(available);
    orm = await Espalier.connect({ entities: [Note, Line], databases: { default: engine.config(fresh.url) } });
    await orm.schema.create();
  });

  afterEach(async () => {
    await orm.sql`delete from notes`;
    expect(orm.pool().stats()).toMatchObject({ used: 0, pending: 0 });
  });

  afterAll(async () => {
    await orm.close();
    await fresh.drop();
  });

  /** Aborts when the statement has begun. */
  async function aborted(work: (signal: AbortSignal) => PromiseLike<unknown>): Promise<unknown> {
    const controller = new AbortController();
    const failure = Promise.resolve(work(controller.signal)).then(
      () => undefined,
      (error: unknown) => error,
    );
    while ((await (engine.running(orm.sql) ?? Promise.resolve(1))) === 0);
    await new Promise(setImmediate);
    controller.abort(new Error('the caller has left'));
    return failure;
  }

  async function expectNothingRuns(): Promise<void> {
    expect((await engine.running(orm.sql)) ?? 0).toBe(0);
  }

  test('raw SQL ends at its timeout, and its connection is lent again', async () => {
    await orm.sql`select 1`;
    const { free } = orm.pool().stats();
    await expect(engine.slow(orm.sql({ timeout: 50 }))).rejects.toThrow(QueryTimeoutError);
    await expectNothingRuns();
    expect(orm.pool().stats().free).toBeGreaterThanOrEqual(free);
  });

  test('raw SQL ends at its signal, whose reason is the cause', async () => {
    const failure = await aborted((signal) => engine.slow(orm.sql({ signal })));
    expect(failure).toBeInstanceOf(QueryAbortedError);
    expect((failure as Error).cause).toEqual(new Error('the caller has left'));
    await expectNothingRuns();
  });

  test('a write by itself that is given up has written nothing', async () => {
    expect(await aborted((signal) => engine.slowInsert(orm.sql({ signal })))).toBeInstanceOf(QueryAbortedError);
    expect(await orm.session().repository(Note).count()).toBe(0);
  });

  test('nothing is sent where the signal is aborted already', async () => {
    const signal = AbortSignal.abort();
    const sent: string[] = [];
    const stop = orm.on('query', ({ sql }) => sent.push(sql));
    await using session = orm.session();
    const notes = session.repository(Note).filter({ text: 'a' }).signal(signal);
    const calls: (() => PromiseLike<unknown>)[] = [
      () => orm.sql({ signal })`select 1`,
      () => session.sql({ signal })`insert into notes (text) values ('a')`,
      () => notes,
      () => notes.first(),
      () => notes.get(1),
      () => notes.find(1),
      () => notes.count(),
      () => notes.exists(),
      () => notes.iterate()[Symbol.asyncIterator]().next(),
      () => notes.update({ text: 'b' }),
      () => notes.delete(),
      () => notes.create({ text: 'b' }),
      () => notes.insertMany([{ text: 'b' }]),
      () => notes.getOrCreate({ text: 'a' }),
      () => notes.updateOrCreate({ text: 'a' }, { text: 'b' }),
      () => orm.transaction((one) => one.repository(Note).count(), { signal }),
      () => session.begin({ signal }),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(QueryAbortedError);
    expect(sent).toEqual([]);
    expect(session.changes()).toEqual([]);
    stop();
  });

  test('bounds that are not reached change nothing', async () => {
    await using session = orm.session();
    const { signal } = new AbortController();
    const notes = session.repository(Note).signal(signal).timeout(60_000);
    const note = await notes.create({ text: 'a' });
    await session.repository(Line).timeout(60_000).create({ note });
    expect(await notes.updateOrCreate({ text: 'a' }, { text: 'b' })).toEqual([note, false]);
    expect((await notes.getOrCreate({ text: 'c' }))[1]).toBe(true);
    expect(await notes.filter({ text: 'c' }).update({ text: 'd' })).toBe(1);
    expect(await notes.insertMany([{ text: 'e' }])).toBe(1);
    session.clear();
    const found = await notes.include('lines').orderBy('id');
    expect(found.map(({ text, lines }) => [text, lines.length])).toEqual([
      ['b', 1],
      ['d', 0],
      ['e', 0],
    ]);
    for await (const { text } of notes.iterate({ batch: 1 })) expect(text).toMatch(/[bde]/);
    expect(await notes.filter({ text: 'e' }).delete()).toBe(1);
    await session.rollback();
  });

  test('a transaction that takes too long is rolled back, whatever it is at', async () => {
    const slow = orm.transaction(
      async (session) => {
        await session.repository(Note).create({ text: 'a' });
        await engine.slow(session.sql);
      },
      { timeout: 100 },
    );
    await expect(slow).rejects.toThrow(QueryTimeoutError);
    await expectNothingRuns();
    expect(await orm.session().repository(Note).count()).toBe(0);
  });

  test('a transaction whose signal is aborted between two statements sends no more, and its session goes on after the rollback', async () => {
    const controller = new AbortController();
    await using session = orm.session();
    await session.begin({ signal: controller.signal });
    const note = await session.repository(Note).create({ text: 'a' });
    note.text = 'b';
    controller.abort();
    await expect(session.repository(Note).count()).rejects.toThrow(QueryAbortedError);
    await expect(session.commit()).rejects.toThrow(QueryAbortedError);
    await session.rollback();
    expect(note.id).toBeUndefined();
    expect(await session.repository(Note).count()).toBe(0);
    await session.begin();
    await session.repository(Note).create({ text: 'a' });
    await session.commit();
    expect(await orm.session().repository(Note).count()).toBe(1);
  });

  test('a read that is given up leaves its transaction as the engine does', async () => {
    await using session = orm.session();
    await session.repository(Note).create({ text: 'a' });
    await expect(engine.slow(session.sql({ timeout: 50 }))).rejects.toThrow(QueryTimeoutError);
    if (engine.failsTransaction) await expect(session.commit()).rejects.toThrow(TransactionError);
    else {
      await session.commit();
      expect(await session.repository(Note).count()).toBe(1);
    }
    await session.rollback();
  });

  test('a write that is given up does as well, and a block takes it back', async () => {
    await using session = orm.session();
    await session.repository(Note).create({ text: 'a' });
    const block = session.transaction(() => engine.slowInsert(session.sql({ timeout: 50 })));
    await expect(block).rejects.toThrow(QueryTimeoutError);
    if (engine.writeEndsTransaction) await expect(session.commit()).rejects.toThrow(/is dead/);
    else {
      await session.commit();
      expect(await session.repository(Note).count()).toBe(1);
    }
    await session.rollback();
  });

  test('what waits for its turn, for a lock or for a connection ends as well', async () => {
    await using session = orm.session();
    await session.begin();
    const [note] = await session.repository(Note).getOrCreate({ text: 'a' });
    const controller = new AbortController();
    const first = engine.slow(session.sql({ signal: controller.signal })).catch((error: unknown) => error);
    // For the connection of the transaction.
    await expect(session.repository(Note).timeout(50).count()).rejects.toThrow(QueryTimeoutError);
    await expect(session.repository(Note).filter({ id: note.id }).timeout(50).update({ text: 'b' })).rejects.toThrow(
      QueryTimeoutError,
    );
    controller.abort();
    expect(await first).toBeInstanceOf(QueryAbortedError);
    await expect(session.commit()).rejects.toThrow(TransactionError);
    await session.rollback();
    await orm.sql`insert into notes (id, text) values (1, 'a')`;
    await session.sql`update notes set text = 'b' where id = 1`;
    // For a lock that the session has.
    const waiting = orm.sql({ timeout: 50 })`update notes set text = 'c' where id = 1`;
    await expect(waiting).rejects.toThrow(QueryTimeoutError);
    await expect(waiting).rejects.not.toThrow(LockTimeoutError);
    // For a connection.
    const others = [orm.session(), orm.session()];
    for (const other of others) await other.begin({ readOnly: true });
    await expect(orm.sql({ timeout: 50 })`select 1`).rejects.toThrow(QueryTimeoutError);
    for (const other of others) await other.close();
  });

  test('a read that was not sent leaves its transaction as it was', async () => {
    await using session = orm.session();
    await session.repository(Note).create({ text: 'a' });
    const controller = new AbortController();
    const first = session.repository(Note).count();
    const second = session.repository(Note).signal(controller.signal).count();
    controller.abort();
    await expect(second).rejects.toThrow(QueryAbortedError);
    expect(await first).toBe(1);
    await session.commit();
    expect(await session.repository(Note).count()).toBe(1);
  });

  test('an iterator ends between two rows, and gives its connection back', async () => {
    await orm.sql`insert into notes (id, text) values (1, 'a'), (2, 'b'), (3, 'c')`;
    const controller = new AbortController();
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const { id } of orm.session().repository(Note).signal(controller.signal).iterate({ batch: 3 })) {
        seen.push(id);
        if (id === 2) controller.abort();
      }
    };
    await expect(loop()).rejects.toThrow(QueryAbortedError);
    expect(seen).toEqual([1, 2]);
  });

  test('a wait between two tries ends with the signal', async () => {
    const controller = new AbortController();
    const tries: number[] = [];
    const work = orm.transaction(
      () => {
        tries.push(1);
        if (tries.length === 3) controller.abort();
        return Promise.reject(new DeadlockError('again'));
      },
      { retries: 1_000, signal: controller.signal },
    );
    await expect(work).rejects.toThrow(QueryAbortedError);
    expect(tries).toHaveLength(3);
  });

  test('session.close() cancels what is under way', async () => {
    const session = orm.session();
    await session.begin();
    const slow = engine.slow(session.sql).catch((error: unknown) => error);
    await session.close();
    expect(await slow).toBeInstanceOf(QueryTimeoutError);
    await expectNothingRuns();
  });
});
