/** Hostile and mistaken input, at every entry point: a typed error before any SQL, and nothing half-written. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  and,
  contains,
  endsWith,
  EspalierError,
  every,
  gt,
  icontains,
  iendsWith,
  ilike,
  inList,
  isNotNull,
  isNull,
  istartsWith,
  like,
  none,
  not,
  notIn,
  or,
  QueryError,
  some,
  startsWith,
  type Criterion,
  type Quantifier,
  type Repository,
  type Session,
} from '@espalier/core';
import { Album, Artist, Genre, library, Track } from '../fixtures';
import type { CaseGroup, ComplianceContext } from '../suite';

type Loose = Record<string, unknown>;

/** Calls a repository as untyped code would. */
interface LooseRepository {
  filter(
    ...criteria: unknown[]
  ): Promise<unknown[]> & Loose & { update(values: unknown): Promise<number>; delete(): Promise<number> };
  exclude(criterion: unknown): Promise<unknown[]>;
  get(criterion: unknown): Promise<unknown>;
  find(key: unknown): Promise<unknown>;
  create(data: unknown): Promise<unknown>;
  getOrCreate(where: unknown, defaults?: unknown): Promise<unknown>;
  updateOrCreate(where: unknown, values: unknown): Promise<unknown>;
  insertMany(rows: unknown): Promise<unknown>;
  orderBy(...terms: unknown[]): Promise<unknown[]>;
  limit(rows: unknown): Promise<unknown[]>;
  offset(rows: unknown): Promise<unknown[]>;
  include(...paths: unknown[]): Promise<unknown[]>;
  only(...columns: unknown[]): Promise<unknown[]>;
  update(values: unknown): Promise<number>;
  delete(): Promise<number>;
  all(): { update(values: unknown): Promise<number> };
}

const loose = <T extends object>(repository: Repository<T>): LooseRepository =>
  repository as unknown as LooseRepository;

/** What must never be taken for a text. */
const NO_TEXT: Readonly<Record<string, unknown>> = {
  'a number': 0,
  'a boolean': false,
  undefined,
  'a plain object': { password: 1 },
  'an operator from JSON': JSON.parse('{"not":""}'),
  'a dollar operator': JSON.parse('{"$ne":null}'),
  'a raw marker from JSON': JSON.parse('{"__raw":true,"sql":"1"}'),
  'an object with toSqlString': { toSqlString: () => '1 OR 1=1' },
  'an object with toPostgres': { toPostgres: () => '1' },
  'an object with toString': { toString: () => 'x' },
  'an object without prototype': Object.create(null) as unknown,
  'a function': () => 'x',
  'a symbol': Symbol('x'),
  'an array': ['x'],
  'a nested array': [['x']],
  'a date': new Date(0),
  'an invalid date': new Date('x'),
  NaN,
  Infinity,
  'a text with NUL': 'a\0b',
  'a bigint': 1n,
};

/** What must never be taken for an integer. */
const NO_INTEGER: Readonly<Record<string, unknown>> = {
  'a text': '1',
  'a text with exponent': '1e3',
  'a text in hex': '0x10',
  'a fraction': 1.5,
  NaN,
  Infinity: -Infinity,
  'more than 32 bits': 2 ** 31,
  'more than 53 bits': 2 ** 53,
  'an object': { valueOf: () => 1 },
  'a boolean': true,
  undefined,
  'an array': [1],
};

/** Every way a value of `property` can come in. */
const entries = (
  property: string,
  fill: Loose,
): Readonly<Record<string, (repository: LooseRepository, value: unknown) => Promise<unknown>>> => ({
  filter: (repository, value) => repository.filter({ [property]: value }),
  exclude: (repository, value) => repository.exclude({ [property]: value }),
  'filter, then update': (repository, value) => repository.filter({ [property]: value }).update(fill),
  'filter, then delete': (repository, value) => repository.filter({ [property]: value }).delete(),
  get: (repository, value) => repository.get({ [property]: value }),
  create: (repository, value) => repository.create({ ...fill, [property]: value }),
  getOrCreate: (repository, value) => repository.getOrCreate({ [property]: value }),
  insertMany: (repository, value) => repository.insertMany([{ ...fill, [property]: value }]),
  'mass update': (repository, value) => repository.all().update({ [property]: value }),
  inList: (repository, value) => repository.filter({ [property]: inList([value as string]) }),
});

async function refuses(name: string, attempt: () => Promise<unknown>): Promise<void> {
  let outcome: unknown;
  try {
    await attempt();
  } catch (error) {
    outcome = error;
  }
  assert.ok(
    outcome instanceof EspalierError,
    `${name} was not refused by an EspalierError, but ${outcome instanceof Error ? outcome.stack! : 'accepted'}`,
  );
}

const withArtists = (
  { withOrm }: ComplianceContext,
  work: (session: Session, sent: () => string[]) => Promise<void>,
): Promise<void> =>
  withOrm(library, async (orm, statements) => {
    await orm.transaction(async (session) => {
      session.create(Artist, { name: 'Miles Davis', country: 'US' });
    });
    await using session = orm.session();
    await session.begin();
    statements.clear();
    await work(session, () => [...statements.texts]);
    await session.rollback();
    assert.equal(await session.repository(Artist).count(), 1);
    assert.equal(({} as Loose).polluted, undefined);
  });

export const refusals: CaseGroup = {
  name: 'refusals',
  cases: {
    'nothing but a text is taken for a text, at any entry point, and nothing is sent': (context) =>
      withArtists(context, async (session, sent) => {
        const repository = loose(session.repository(Artist));
        for (const [entry, call] of Object.entries(entries('name', { country: 'US' }))) {
          for (const [kind, value] of Object.entries(NO_TEXT))
            await refuses(`${entry}: ${kind}`, () => call(repository, value));
        }
        assert.deepEqual(sent(), []);
      }),

    'nothing but an integer in range is taken for an integer': (context) =>
      withArtists(context, async (session, sent) => {
        const repository = loose(session.repository(Track));
        const fill = { title: 'x', position: 1, album: { id: 1 } };
        for (const [entry, call] of Object.entries(entries('milliseconds', fill))) {
          for (const [kind, value] of Object.entries(NO_INTEGER))
            await refuses(`${entry}: ${kind}`, () => call(repository, value));
        }
        assert.deepEqual(sent(), []);
      }),

    'keys are checked like values': (context) =>
      withArtists(context, async (session, sent) => {
        const repository = loose(session.repository(Artist));
        for (const value of [
          undefined,
          null,
          '1',
          1.5,
          NaN,
          {},
          { id: { not: 1 } },
          [1],
          true,
          { id: 1, name: 'x' },
          () => 1,
        ]) {
          await refuses(`find ${inspect(value)}`, () => repository.find(value));
        }
        for (const value of [undefined, null, '1', 1.5, [1]])
          await refuses(`get ${inspect(value)}`, () => repository.get(value));
        assert.deepEqual(sent(), []);
      }),

    'unknown and inherited names are refused, wherever they stand': (context) =>
      withArtists(context, async (session, sent) => {
        const repository = loose(session.repository(Artist));
        const polluting = JSON.parse(
          '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
        ) as unknown;
        for (const name of [
          'nmae',
          'OR',
          'AND',
          '_connector',
          'raw',
          'having',
          'toString',
          'hasOwnProperty',
          '"id"; drop table artists; --',
        ]) {
          await refuses(`filter ${name}`, () => repository.filter({ [name]: 'x' }));
          await refuses(`create ${name}`, () => repository.create({ name: 'x', [name]: 'x' }));
          await refuses(`update ${name}`, () => repository.all().update({ [name]: 'x' }));
          await refuses(`insertMany ${name}`, () => repository.insertMany([{ name: 'x', [name]: 'x' }]));
          await refuses(`orderBy ${name}`, () => repository.orderBy(name));
          await refuses(`include ${name}`, () => repository.include(name));
          await refuses(`only ${name}`, () => repository.only(name));
        }
        await refuses('filter', () => repository.filter(polluting));
        await refuses('create', () => repository.create(polluting));
        await refuses('update', () => repository.all().update(polluting));
        assert.deepEqual(sent(), []);
      }),

    'orders, limits and offsets are never text': (context) =>
      withArtists(context, async (session, sent) => {
        const repository = loose(session.repository(Artist));
        for (const term of [
          'name; delete from artists',
          'name desc',
          '--name',
          { name: 'asc' },
          ['name', 'desc'],
          '',
          null,
          'albums',
          'albums.title',
          'name.length',
        ]) {
          await refuses(`orderBy ${JSON.stringify(term)}`, () => repository.orderBy(term));
        }
        for (const rows of ['1; drop table artists', '10', -1, 1.5, NaN, Infinity, 2 ** 60, {}, null]) {
          await refuses(`limit ${inspect(rows)}`, () => repository.limit(rows));
          await refuses(`offset ${inspect(rows)}`, () => repository.offset(rows));
        }
        assert.deepEqual(sent(), []);
      }),

    'a condition that came out empty never reaches every row': (context) =>
      withArtists(context, async (session, sent) => {
        const repository = loose(session.repository(Artist));
        for (const criterion of [{}, and(), or({}, { name: 'x' }), and({}, {})]) {
          await refuses('update', () => repository.filter(criterion).update({ name: 'x' }));
          await refuses('delete', () => repository.filter(criterion).delete());
        }
        await refuses('update without filter', () => repository.update({ name: 'x' }));
        await refuses('delete without filter', () => repository.delete());
        assert.deepEqual(sent(), []);
      }),

    'nor does one that every row meets, nor a limit alone': (context) =>
      withArtists(context, async (session, sent) => {
        const artists = session.repository(Artist);
        const everyArtist: Criterion<Artist>[] = [
          ...[every({}), every(and()), every({ title: notIn([]) }), none(or()), none({ title: inList([]) })].map(
            (albums: Quantifier<Album>) => ({ albums }),
          ),
          { albums: some({}) },
          not(or()),
          not({ name: inList([]) }),
          ...[contains, icontains, startsWith, istartsWith, endsWith, iendsWith].map((text) => ({ name: text('') })),
          ...[like, ilike].map((text) => ({ name: text('%') })),
          { id: isNotNull() },
          not({ name: isNull() }),
        ];
        for (const [i, criterion] of everyArtist.entries()) {
          await refuses(`update ${String(i)}`, () => artists.filter(criterion).update({ name: 'x' }));
          await refuses(`delete ${String(i)}`, () => artists.filter(criterion).delete());
        }
        for (const criterion of [{ artist: {} }, { artist: { name: contains('') } }, { cover: {} }])
          await refuses(inspect(criterion), () => session.repository(Album).filter(criterion).delete());
        await refuses('exclude', () => artists.exclude(or()).delete());
        await refuses('limit', () => artists.limit(1e9).delete());
        await refuses('offset', () => artists.orderBy('id').limit(1).offset(1).update({ name: 'x' }));
        assert.deepEqual(sent(), []);
      }),

    'a row is neither found nor made by an empty condition': (context) =>
      withArtists(context, async (session, sent) => {
        const repository = loose(session.repository(Artist));
        for (const nothing of [{}, and(), undefined, null, [], 1]) {
          await refuses(`getOrCreate ${inspect(nothing)}`, () => repository.getOrCreate(nothing, { name: 'x' }));
          await refuses(`updateOrCreate ${inspect(nothing)}`, () => repository.updateOrCreate(nothing, { name: 'x' }));
        }
        assert.deepEqual(sent(), []);
      }),

    'null is compared only where a column can be null': (context) =>
      withArtists(context, async (session) => {
        const repository = loose(session.repository(Artist));
        await refuses('null', () => repository.filter({ name: null }));
        assert.deepEqual(await repository.filter({ country: null }), []);
      }),

    'conditions as deep as a stack, or going round in circles, are refused': (context) =>
      withArtists(context, async (session) => {
        const repository = loose(session.repository(Artist));
        let deep: object = { name: 'x' };
        for (let i = 0; i < 10_000; i++) deep = and(deep);
        await refuses('deep', () => repository.filter(deep));
        const circle: Loose = {};
        circle.albums = circle;
        await refuses('circle', () => repository.filter(circle));
      }),

    'lists as long as a program makes them work': (context) =>
      withArtists(context, async (session) => {
        const ids = Array.from({ length: 20_000 }, (_, i) => i + 1);
        assert.equal(
          await session
            .repository(Artist)
            .filter({ id: inList(ids) })
            .count(),
          1,
        );
      }),

    'texts that look like SQL, placeholders or escapes are data': (context) =>
      withArtists(context, async (session) => {
        const hostile = [
          "'; drop table artists; --",
          '\\',
          "\\' or 1=1 -- ",
          '$1',
          '?',
          ':name',
          '{{x}}',
          '%',
          '_',
          '"',
          '`',
          '*/ drop',
          '😀',
          '\u2028',
          '__proto__',
        ];
        for (const name of hostile) {
          const artist = await session.repository(Artist).create({ name });
          const found = await session.repository(Artist).get({ name });
          assert.equal(found.id, artist.id);
          assert.equal(
            (await session.sql<{ name: string }>`select name from artists where name = ${name}`)[0]!.name,
            name,
          );
        }
      }),

    'raw templates bind every value and refuse objects': (context) =>
      withArtists(context, async (session) => {
        await assert.rejects(async () => session.sql`select ${{ toSqlString: () => '1' }}`, QueryError);
        await assert.rejects(async () => session.sql`select ${[1, 2]}`, QueryError);
        await assert.rejects(async () => session.sql`select ${NaN}`, QueryError);
        const text = 'select * from artists' as unknown as TemplateStringsArray;
        await assert.rejects(async () => session.sql(text), QueryError);
      }),

    'values of new entities are checked when they are flushed, by entity and property': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        const genre = session.create(Genre, { name: 'jazz' });
        (genre as unknown as Loose).name = { toSqlString: () => '1' };
        statements.clear();
        await assert.rejects(
          session.flush(),
          (error: unknown) => error instanceof EspalierError && error.entity === 'Genre' && error.property === 'name',
        );
        genre.name = 'x'.repeat(61);
        await assert.rejects(session.flush(), EspalierError);
        assert.deepEqual(statements.texts, []);
        genre.name = 'x'.repeat(60);
        await session.commit();
        assert.equal(
          await session
            .repository(Genre)
            .filter({ id: gt(0) })
            .count(),
          1,
        );
      }),
  },
};
