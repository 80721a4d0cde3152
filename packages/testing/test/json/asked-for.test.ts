/** The JSON of a query's entities says what that query and loads after it asked for, whatever else their session has read. */
import type { EntityClass, Espalier, Session } from '@espalier/core';
import fc from 'fast-check';
import { Badge, Issue, Label, Member, openTracker, SECRET, Team, tracker } from './tracker';

interface Query {
  readonly entity: EntityClass;
  readonly paths: readonly string[];
  readonly only: readonly string[] | undefined;
  readonly undefer: boolean;
  readonly withDeleted: boolean;
  readonly id: number | undefined;
  readonly way: 'query' | 'find' | 'iterate';
}

const KEYS = new Map<EntityClass, readonly number[]>([
  [Team, [1, 2]],
  [Member, [1, 2, 3, 4]],
  [Badge, [1, 2, 3]],
  [Issue, [1, 2, 3, 4, 5, 6, 7, 8]],
  [Label, [1, 2, 3]],
]);

const RELATIONS: Record<string, readonly (readonly [string, EntityClass])[]> = {
  Team: [['members', Member]],
  Member: [
    ['team', Team],
    ['issues', Issue],
    ['badge', Badge],
  ],
  Badge: [['member', Member]],
  Issue: [
    ['reporter', Member],
    ['parent', Issue],
    ['children', Issue],
    ['labels', Label],
  ],
  Label: [['issues', Issue]],
};

const COLUMNS: Record<string, readonly string[]> = {
  Team: ['name', 'charter'],
  Member: ['name', 'email', 'team'],
  Badge: ['color'],
  Issue: ['title', 'body', 'reporter'],
  Label: ['name'],
};

const DEFERRED: Record<string, readonly string[]> = { Team: ['charter'], Issue: ['body'] };

const anEntity = fc.constantFrom(...tracker) as fc.Arbitrary<EntityClass>;

const pathFrom = (entity: EntityClass, steps: readonly number[]): string => {
  const names: string[] = [];
  let at = entity;
  for (const step of steps) {
    const relations = RELATIONS[at.name]!;
    const [name, target] = relations[step % relations.length]!;
    names.push(name);
    at = target;
  }
  return names.join('.');
};

const paths = (entity: EntityClass): fc.Arbitrary<string[]> =>
  fc
    .array(fc.array(fc.nat(11), { minLength: 1, maxLength: 3 }), { maxLength: 3 })
    .map((all) => all.map((steps) => pathFrom(entity, steps)));

const aQuery: fc.Arbitrary<Query> = anEntity.chain((entity) =>
  fc.record({
    entity: fc.constant(entity),
    paths: paths(entity),
    only: fc.option(fc.subarray([...COLUMNS[entity.name]!]), { nil: undefined, freq: 3 }),
    undefer: fc.boolean(),
    withDeleted: fc.boolean(),
    id: fc.option(fc.constantFrom(...KEYS.get(entity)!), { nil: undefined }),
    way: fc.constantFrom('query', 'query', 'find', 'iterate'),
  }),
);

type Step =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'load'; readonly query: Query; readonly more: readonly string[] }
  | { readonly kind: 'refresh' | 'reference'; readonly entity: EntityClass; readonly id: number };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('query' as const), query: aQuery }),
  aQuery.chain((query) =>
    fc.record({ kind: fc.constant('load' as const), query: fc.constant(query), more: paths(query.entity) }),
  ),
  anEntity.chain((entity) =>
    fc.record({
      kind: fc.constantFrom('refresh' as const, 'reference' as const),
      entity: fc.constant(entity),
      id: fc.constantFrom(...KEYS.get(entity)!),
    }),
  ),
);

const keyOf = (entity: EntityClass, id: number): never => (entity === Member ? BigInt(id) : id) as never;

async function run(
  session: Session,
  { entity, paths: asked, only, undefer, withDeleted, id, way }: Query,
): Promise<object[]> {
  let rows = session.repository(entity).include(...(asked as never[]));
  if (only) rows = rows.only(...(only as never[]));
  if (undefer && DEFERRED[entity.name]) rows = rows.undefer(...(DEFERRED[entity.name] as never[]));
  if (withDeleted) rows = rows.withDeleted();
  if (way === 'find' && id !== undefined) {
    const found = await rows.find(keyOf(entity, id));
    return found ? [found] : [];
  }
  rows = rows.orderBy('id' as never);
  if (id !== undefined) rows = rows.filter({ id: keyOf(entity, id) });
  if (way !== 'iterate') return [...(await rows)];
  const all: object[] = [];
  for await (const row of rows.iterate({ batch: 100 })) all.push(row);
  return all;
}

async function take(session: Session, step: Step): Promise<void> {
  switch (step.kind) {
    case 'query':
      await run(session, { ...step.query, way: step.query.way === 'iterate' ? 'query' : step.query.way });
      return;
    case 'load':
      await session.load(await run(session, { ...step.query, way: 'query' }), ...(step.more as never[]));
      return;
    case 'refresh':
      await session.refresh(session.reference(step.entity, keyOf(step.entity, step.id)));
      return;
    case 'reference':
      session.reference(step.entity, keyOf(step.entity, step.id));
  }
}

let orm: Espalier;

beforeAll(async () => {
  orm = await openTracker();
});

afterAll(() => orm.close());

const jsonOf = async (before: readonly Step[], query: Query, more: readonly string[]): Promise<string> => {
  await using session = orm.session();
  for (const step of before) await take(session, step);
  const found = await run(session, query);
  // Those of an iterator leave the session after it.
  if (query.way !== 'iterate') await session.load(found, ...(more as never[]));
  return JSON.stringify(found);
};

const SEED = Number(process.env.JSON_SEED ?? 20_261_126);

test('whatever else a session read before, the JSON of a query and of loads after it is the same, without anything hidden', async () => {
  const aCase = aQuery.chain((query) =>
    fc.record({
      query: fc.constant(query),
      more: fc.option(paths(query.entity), { nil: [], freq: 3 }),
      before: fc.array(aStep, { minLength: 1, maxLength: 6 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(aCase, async ({ query, more, before }) => {
      const alone = await jsonOf([], query, more);
      expect(await jsonOf(before, query, more)).toBe(alone);
      expect(alone).not.toContain(SECRET);
    }),
    { seed: SEED, numRuns: Number(process.env.JSON_RUNS ?? 150) },
  );
});
