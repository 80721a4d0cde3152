/** Every column type comes back as it went in, whatever the time zone of process and server, and reading writes nothing. */
import assert from 'node:assert/strict';
import {
  between,
  Column,
  Entity,
  gt,
  inList,
  lt,
  PrimaryKey,
  ValidationFailedError,
  type Espalier,
  type Operator,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'specimens' })
export class Specimen {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'smallint', nullable: true }) small!: number | null;
  @Column({ type: 'integer', nullable: true }) whole!: number | null;
  @Column({ type: 'bigint', nullable: true }) big!: bigint | null;
  @Column({ type: 'float', nullable: true }) real!: number | null;
  @Column({ type: 'decimal', precision: 30, scale: 10, nullable: true }) exact!: string | null;
  @Column({ type: 'text', nullable: true }) words!: string | null;
  @Column({ type: 'varchar', length: 100, nullable: true }) line!: string | null;
  @Column({ type: 'boolean', nullable: true }) flag!: boolean | null;
  @Column({ type: 'date', nullable: true }) day!: string | null;
  @Column({ type: 'time', nullable: true }) clock!: string | null;
  @Column({ type: 'timestamp', nullable: true }) local!: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) moment!: Date | null;
  @Column({ type: 'timestamptz', as: 'string', nullable: true }) precise!: string | null;
  @Column({ type: 'timestamp', as: 'string', nullable: true }) preciseLocal!: string | null;
  @Column({ type: 'timestamp', precision: 0, nullable: true }) seconds!: Date | null;
  @Column({ type: 'json', nullable: true }) data!: unknown;
  @Column({ type: 'uuid', nullable: true }) token!: string | null;
  @Column({ type: 'binary', nullable: true }) bytes!: Uint8Array | null;
  @Column({ type: 'enum', values: ['new', "it's", 'done'], nullable: true }) state!: string | null;
}

type Values = Partial<Omit<Specimen, 'id'>>;

const SPECIMENS: readonly Values[] = [
  {
    small: -32_768,
    whole: -2_147_483_648,
    big: -9_223_372_036_854_775_808n,
    real: -1.5e-300,
    exact: '-12345678901234567890.1234567890',
    words: 'naïve 😀 \\ \' " ` % _ \n\t\u2028',
    line: '',
    flag: false,
    day: '0001-01-01',
    clock: '00:00:00',
    local: new Date('1969-12-31T23:59:59.999Z'),
    moment: new Date('2024-03-10T02:30:00.001Z'),
    precise: '2024-11-03T05:30:00.123456Z',
    preciseLocal: '2024-03-10T02:30:00.000001',
    seconds: new Date('2009-01-01T00:00:00Z'),
    data: { a: [1, 2.5, 'x', null, true], 'a.b': { "quote'": '"' }, __proto__x: {} },
    token: '6f1c2a34-9b1e-4c6a-8f54-0123456789ab',
    bytes: Buffer.from([0, 1, 127, 128, 255]),
    state: "it's",
  },
  {
    small: 32_767,
    whole: 2_147_483_647,
    big: 9_007_199_254_740_993n,
    real: 0.1 + 0.2,
    exact: '0.0000000001',
    words: '',
    line: 'x'.repeat(100),
    flag: true,
    day: '2024-02-29',
    clock: '23:59:59.999999',
    local: new Date('2038-01-19T03:14:08Z'),
    moment: new Date('9999-12-31T23:59:59.999Z'),
    precise: '1970-01-01T00:00:00.000001Z',
    preciseLocal: '9999-12-31T23:59:59.999999',
    seconds: new Date('2024-07-01T12:00:00Z'),
    data: [],
    token: '00000000-0000-0000-0000-000000000000',
    bytes: Buffer.alloc(0),
    state: 'new',
  },
  {},
];

function plain(specimen: Specimen): Record<string, unknown> {
  const { id: _, ...values } = specimen;
  return values.bytes ? { ...values, bytes: Buffer.from(values.bytes) } : { ...values };
}

function expected(values: Values): Record<string, unknown> {
  const nothing = Object.fromEntries(Object.keys(SPECIMENS[0]!).map((name) => [name, null]));
  return { ...nothing, ...values };
}

/** In three time zones of the process; the servers have others of their own. */
async function inTimeZones(work: () => Promise<void>): Promise<void> {
  const before = process.env.TZ;
  try {
    for (const zone of ['UTC', 'America/New_York', 'Asia/Kolkata']) {
      process.env.TZ = zone;
      await work();
    }
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

async function store(orm: Espalier): Promise<number[]> {
  return orm.transaction(async (session) => {
    const specimens = SPECIMENS.map((values) => session.create(Specimen, values as never));
    await session.flush();
    return specimens.map(({ id }) => id);
  });
}

const withSpecimens = (
  { withOrm }: ComplianceContext,
  work: Parameters<ComplianceContext['withOrm']>[1],
): Promise<void> =>
  withOrm([Specimen], async (orm, statements) => {
    await work(orm, statements);
  });

export const roundTrips: CaseGroup = {
  name: 'round trips',
  cases: {
    'values come back as they went in, in every time zone, one by one and many at once': (context) =>
      withSpecimens(context, (orm) =>
        inTimeZones(async () => {
          const ids = await store(orm);
          await using session = orm.session();
          for (const [i, id] of ids.entries()) {
            assert.deepEqual(plain(await session.repository(Specimen).get(id)), expected(SPECIMENS[i]!));
          }
          await using other = orm.session();
          const all = await other.repository(Specimen).filter({ id: ids[0]! });
          assert.equal(all.length, 1);
        }),
      ),

    'what one time zone wrote another one reads': (context) =>
      withSpecimens(context, async (orm) => {
        let ids: number[] | undefined;
        await inTimeZones(async () => {
          ids ??= await store(orm);
          await using session = orm.session();
          for (const [i, id] of ids.entries()) {
            assert.deepEqual(plain(await session.repository(Specimen).get(id)), expected(SPECIMENS[i]!));
          }
        });
      }),

    'load followed by flush sends nothing': (context) =>
      withSpecimens(context, (orm, statements) =>
        inTimeZones(async () => {
          await store(orm);
          await using session = orm.session();
          const specimens = await session.repository(Specimen).all();
          statements.clear();
          assert.deepEqual(session.changes(), []);
          assert.equal(await session.flush(), 0);
          assert.equal(statements.count, 0);
          assert.ok(specimens.length >= 3);
        }),
      ),

    'insert followed by flush sends nothing': (context) =>
      withSpecimens(context, async (orm, statements) => {
        await using session = orm.session();
        for (const values of SPECIMENS) session.create(Specimen, values);
        await session.flush();
        statements.clear();
        assert.equal(await session.flush(), 0);
        assert.equal(statements.count, 0);
        await session.commit();
      }),

    'each value finds its row, where a type can be compared': (context) =>
      withSpecimens(context, async (orm) => {
        const [first] = await store(orm);
        await using session = orm.session();
        const values = SPECIMENS[0]!;
        for (const name of Object.keys(values) as (keyof Values)[]) {
          if (name === 'data' || name === 'real') continue;
          const found = await session.repository(Specimen).filter({ [name]: values[name] });
          assert.deepEqual(
            found.map(({ id }) => id),
            [first],
            `by ${name}`,
          );
        }
      }),

    'changed values are written and read back, many rows in one statement': (context) =>
      withSpecimens(context, async (orm) => {
        await store(orm);
        await store(orm);
        await using session = orm.session();
        const all = await session.repository(Specimen).orderBy('id');
        all.forEach((specimen, i) => Object.assign(specimen, expected(SPECIMENS[(i + 1) % 3]!)));
        await session.commit();
        await using other = orm.session();
        const stored = await other.repository(Specimen).orderBy('id');
        stored.forEach((specimen, i) => assert.deepEqual(plain(specimen), expected(SPECIMENS[(i + 1) % 3]!)));
      }),

    'minus zero is stored as zero, and finds it': (context) =>
      withSpecimens(context, async (orm, statements) => {
        await using session = orm.session();
        const specimen = session.create(Specimen, { small: Math.round(-0.4), whole: -0, big: 0n, real: -0 });
        await session.commit();
        statements.clear();
        specimen.whole = 0;
        assert.equal(await session.flush(), 0);
        await using other = orm.session();
        const found = await other.repository(Specimen).get({ small: -0, whole: inList([-0]), real: 0 });
        assert.ok([found.small, found.whole, found.real].every((value) => Object.is(value, 0)));
      }),

    'digits after the second that a column does not keep are refused, never cut': (context) =>
      withSpecimens(context, async (orm) => {
        await using session = orm.session();
        session.create(Specimen, { seconds: new Date('2024-07-01T12:00:00.700Z') });
        await assert.rejects(
          session.flush(),
          (error: unknown) =>
            error instanceof ValidationFailedError &&
            error.property === 'seconds' &&
            /at most 0 digits.*precision: 3/.test(error.message),
        );
        session.clear();
        const written = session.create(Specimen, { seconds: new Date('2024-07-01T12:00:00Z') });
        await session.commit();
        written.seconds = new Date('2024-07-01T12:00:00.001Z');
        await assert.rejects(session.flush(), ValidationFailedError);
      }),

    'a column is compared exactly with moments that are finer than it': (context) =>
      withSpecimens(context, async (orm) => {
        const whole = new Date('2024-07-01T12:00:00Z');
        const finer = new Date('2024-07-01T12:00:00.700Z');
        await orm.transaction(async (session) => {
          session.create(Specimen, { seconds: whole });
          await session.flush();
        });
        await using session = orm.session();
        const count = (seconds: Date | Operator<Date>): Promise<number> =>
          session.repository(Specimen).filter({ seconds }).count();
        assert.deepEqual(
          await Promise.all([count(whole), count(finer), count(lt(finer)), count(gt(finer))]),
          [1, 0, 1, 0],
        );
        assert.equal(await count(inList([finer, new Date(0)])), 0);
        assert.equal(await count(between(new Date(whole.getTime() - 1), finer)), 1);
      }),

    'microseconds that a Date cannot hold are not written back rounded': (context) =>
      withSpecimens(context, async (orm) => {
        await using session = orm.session();
        const specimen = session.create(Specimen, { precise: '2024-11-03T05:30:00.123456Z' });
        await session.commit();
        await session.sql`update specimens set moment = precise where id = ${specimen.id}`;
        await session.commit();
        await using other = orm.session();
        const read = await other.repository(Specimen).get(specimen.id);
        assert.deepEqual(read.moment, new Date('2024-11-03T05:30:00.123Z'));
        read.words = 'changed';
        await other.commit();
        await other.sql`update specimens set precise = moment where id = ${specimen.id}`;
        await other.commit();
        await using third = orm.session();
        assert.equal((await third.repository(Specimen).get(specimen.id)).precise, '2024-11-03T05:30:00.123456Z');
      }),
  },
};
