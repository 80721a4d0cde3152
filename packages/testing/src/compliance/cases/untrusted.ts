/** `parseFilter` and `parseOrder`: what clients send, as conditions and orders. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  EspalierError,
  HasMany,
  MetadataError,
  parseFilter,
  parseOrder,
  PrimaryKey,
  QueryError,
  type FilterOperator,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'sent_makers' })
class Maker {
  @PrimaryKey({ type: 'bigint', generated: false }) id!: bigint;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'varchar', length: 40, hidden: true, nullable: true }) secret!: string | null;
}

@Entity({ table: 'sent_clocks' })
class Clock {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @Column({ type: 'decimal', precision: 10, scale: 2 }) price!: string;
  @Column({ type: 'boolean' }) rare!: boolean;
  @Column({ type: 'timestamptz', precision: 3, nullable: true }) made!: Date | null;
  @Column({ type: 'enum', values: ['wall', 'hand'], nullable: true }) kind!: 'wall' | 'hand' | null;
  @BelongsTo(() => Maker, { nullable: true }) maker!: Ref<Maker> | null;
  @HasMany(() => Part, 'clock') parts!: Many<Part>;
}

@Entity({ table: 'sent_parts' })
class Part {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'integer' }) teeth!: number;
  @BelongsTo(() => Clock) clock!: Ref<Clock>;
}

/** Four clocks; the first two of maker 7, the first one with parts of 10 and 20 teeth, the second with one of 20. */
function stocked(work: (session: Session) => Promise<void>) {
  return ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Maker, Clock, Part], async (orm) => {
      await orm.transaction((session) => {
        const maker = session.create(Maker, { id: 7n, name: 'Huygens', secret: 'x' });
        const made = new Date('2026-01-01T00:00:00Z');
        const [first, second] = [
          session.create(Clock, { id: 1, title: 'Sun', price: '5.00', rare: true, made, kind: 'wall', maker }),
          session.create(Clock, { id: 2, title: 'Moon', price: '9.50', rare: false, kind: 'hand', maker }),
          session.create(Clock, { id: 3, title: '100% moon', price: '20.00', rare: false }),
          session.create(Clock, { id: 4, title: 'Stars', price: '9.50', rare: true }),
        ];
        session.create(Part, { id: 1, name: 'wheel', teeth: 10, clock: first });
        session.create(Part, { id: 2, name: 'gear', teeth: 20, clock: first });
        session.create(Part, { id: 3, name: 'wheel', teeth: 20, clock: second });
        return Promise.resolve();
      });
      await using session = orm.session();
      await work(session);
    });
}

const ALLOW = [
  'id',
  'title',
  'price',
  'rare',
  'made',
  'kind',
  'maker',
  'maker.name',
  'parts.name',
  'parts.teeth',
] as const;

const filter = (sent: unknown, operators?: Partial<Record<(typeof ALLOW)[number], readonly FilterOperator[]>>) =>
  parseFilter(Clock, sent, { allow: ALLOW, ignore: ['page'], ...(operators && { operators }) });

async function found(session: Session, sent: unknown): Promise<number[]> {
  const clocks = await session.repository(Clock).filter(filter(sent)).orderBy('id');
  return clocks.map(({ id }) => id);
}

const ofClient = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof QueryError, String(error));
  assert.equal(error.audience, 'client', error.message);
  assert.match(error.message, message);
  return true;
};

const ofDeveloper = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EspalierError, String(error));
  assert.equal(error.audience, 'developer', error.message);
  assert.match(error.message, message);
  return true;
};

export const untrusted: CaseGroup = {
  name: 'filters and orders from outside',
  cases: {
    'a JSON body says conditions by values, operators, connectives and relations': stocked(async (session) => {
      const bodies: [string, number[]][] = [
        ['{}', [1, 2, 3, 4]],
        ['null', [1, 2, 3, 4]],
        ['{ "title": "Sun" }', [1]],
        ['{ "price": { "lt": "9.50" } }', [1]],
        ['{ "price": { "gte": 9.5, "lt": 20 } }', [2, 4]],
        ['{ "price": { "between": ["5", "9.5"] } }', [1, 2, 4]],
        ['{ "id": [1, 3, 9] }', [1, 3]],
        ['{ "id": { "in": [1, 3] }, "rare": false }', [3]],
        ['{ "id": { "notIn": [1, 3] } }', [2, 4]],
        ['{ "made": null }', [2, 3, 4]],
        ['{ "made": { "isNull": false } }', [1]],
        ['{ "made": { "gt": "2025-12-31T23:00:00+00:00" } }', [1]],
        ['{ "kind": { "ne": "wall" } }', [2]],
        ['{ "title": { "icontains": "MOON" } }', [2, 3]],
        ['{ "title": { "contains": "%" } }', [3]],
        ['{ "maker": "7" }', [1, 2]],
        ['{ "maker": { "id": "7" }, "rare": true }', [1]],
        ['{ "maker": null }', [3, 4]],
        ['{ "maker": { "ne": "8" } }', [1, 2]],
        ['{ "maker.name": { "startsWith": "Huy" } }', [1, 2]],
        ['{ "maker": { "name": "Huygens" } }', [1, 2]],
        ['{ "parts": { "name": "wheel", "teeth": 20 } }', [2]],
        ['{ "parts.name": "wheel", "parts.teeth": { "gt": 15 } }', [2]],
        ['{ "or": [{ "title": "Sun" }, { "price": { "gt": "10" } }] }', [1, 3]],
        ['{ "not": { "rare": true } }', [2, 3]],
        ['{ "and": [{ "rare": true }, { "not": { "title": "Sun" } }] }', [4]],
        ['{ "parts": { "or": [{ "teeth": 10 }, { "name": "gear" }] } }', [1]],
        ['{ "or": [] }', []],
      ];
      for (const [json, ids] of bodies) assert.deepEqual(await found(session, JSON.parse(json)), ids, json);
    }),

    'a query string says the same, values by the types of their columns': stocked(async (session) => {
      const strings: [string, number[]][] = [
        ['', [1, 2, 3, 4]],
        ['?title=Sun&page=3', [1]],
        ['price[lt]=9.50', [1]],
        ['price[gte]=9.5&price[lt]=20', [2, 4]],
        ['id=1&id=3', [1, 3]],
        ['id[]=1&id[]=3', [1, 3]],
        ['id[in]=1,3', [1, 3]],
        ['rare=true&id[gt]=1', [4]],
        ['made[isNull]=true&rare=true', [4]],
        ['made[gt]=2025-12-31T23:00:00Z', [1]],
        ['maker=7&rare=false', [2]],
        ['maker.name=Huygens&rare=true', [1]],
        ['maker[name][istartsWith]=huy', [1, 2]],
        ['parts[name]=wheel&parts.teeth=20', [2]],
        ['title[contains]=%25', [3]],
      ];
      for (const [text, ids] of strings) {
        assert.deepEqual(await found(session, text), ids, text);
        assert.deepEqual(await found(session, new URLSearchParams(text)), ids, text);
      }
    }),

    'what is not allowed or cannot be read is told to the client': stocked((session) => {
      const refused: [unknown, RegExp][] = [
        [{ secret: 'x' }, /not allowed in this filter/],
        [{ 'maker.secret': 'x' }, /"maker.secret" is not allowed in this filter/],
        [{ maker: { secret: { startsWith: 'x' } } }, /"maker.secret"/],
        [{ parts: { id: 1 } }, /not allowed in this filter/],
        [{ page: 3, parts: { page: 1 } }, /"parts.page"/],
        [JSON.parse('{ "__proto__": { "title": "x" } }'), /"__proto__"/],
        [{ constructor: { prototype: 1 } }, /"constructor"/],
        [{ title: { $ne: null } }, /title/],
        [{ title: { toString: 'x' } }, /title/],
        [{ title: { like: '%' } }, /cannot be compared by "like"/],
        [{ title: { matches: '(a+)+$' } }, /cannot be compared by "matches"/],
        [{ title: {} }, /given no condition/],
        [{ title: 5 }, /text/],
        [{ title: null }, /title/],
        [{ title: ['x', { y: 1 }] }, /title/],
        [{ title: { contains: 5 } }, /takes a text/],
        [{ title: { contains: 'x'.repeat(2_000) } }, /1000 characters/],
        [{ title: 'a\0b' }, /title/],
        [{ price: { lt: 'cheap' } }, /price/],
        [{ price: { between: ['1'] } }, /two values/],
        [{ price: { contains: '5' } }, /price/],
        [{ rare: 'yes' }, /rare/],
        [{ id: 1.5 }, /id/],
        [{ id: '1e3' }, /id/],
        [{ id: { in: Array.from({ length: 2_000 }, (_, i) => i) } }, /more than 1000 values/],
        [{ kind: 'floor' }, /kind/],
        [{ made: 'yesterday' }, /made/],
        [{ made: { isNull: 'perhaps' } }, /true or false/],
        [{ maker: 'seven' }, /maker/],
        [{ maker: { id: 7, name: 'x' } }, /"maker.id"/],
        [{ parts: 5 }, /parts/],
        [{ or: { title: 'x' } }, /takes an array/],
        [{ or: [5] }, /takes an object/],
        [{ not: [] }, /takes an object/],
        [[], /takes an object/],
        [5, /takes an object/],
        [{ title: 'x', 'maker.name': 'x', maker: 7 }, /given twice/],
        ['price[lt=5', /brackets/],
        ['title=a&title[ne]=b', /given twice|title/],
        [`title=${'x'.repeat(20_000)}`, /too long/],
        [{ or: Array.from({ length: 200 }, () => ({ title: 'x' })) }, /more than 100 conditions/],
        [Array.from({ length: 20 }).reduce<object>((inner) => ({ not: inner }), { title: 'x' }), /deeper than/],
      ];
      for (const [sent, message] of refused) {
        const label = JSON.stringify(sent).slice(0, 100);
        assert.throws(() => filter(sent), ofClient(message), label);
      }
      assert.ok(session);
      return Promise.resolve();
    }),

    'operators can be narrowed down, and patterns allowed by their names': stocked(async (session) => {
      assert.throws(() => filter({ price: { gt: 5 } }, { price: ['eq', 'lt'] }), ofClient(/It can by eq, lt/));
      const patterns = filter({ title: { like: '%oo%' } }, { title: ['like'] });
      assert.equal(await session.repository(Clock).filter(patterns).count(), 2);
    }),

    'mistakes of the program are told to its developer': stocked((session) => {
      const wrong: [() => unknown, RegExp][] = [
        [() => parseFilter(Clock, {}, { allow: ['titel' as 'title'] }), /no property/],
        [() => parseFilter(Clock, {}, { allow: ['maker.secret'] }), /hidden/],
        [() => parseFilter(Clock, {}, { allow: ['parts' as 'title'] }), /no column holds/],
        [() => parseFilter(Clock, {}, { allow: ['title.name' as 'title'] }), /no relation/],
        [() => parseFilter(Clock, {}, {} as never), /paths that are allowed/],
        [() => parseFilter(Clock, {}, undefined as never), /paths that are allowed/],
        [
          () => parseFilter(Clock, {}, { allow: ['title'], operators: { price: ['lt'] } as never }),
          /not among 'allow'/,
        ],
        [() => parseFilter(Clock, {}, { allow: ['title'], operators: { title: ['$gt' as 'gt'] } }), /not an operator/],
        [() => parseOrder(Clock, '', { allow: ['parts.name' as 'title'] }), /parts/],
      ];
      for (const [call, message] of wrong) assert.throws(call, ofDeveloper(message));
      class Stranger {
        id!: number;
      }
      assert.throws(() => parseFilter(Stranger, {}, { allow: ['id'] }), MetadataError);
      assert.ok(session);
      return Promise.resolve();
    }),

    'an order is names with or without a minus sign, each once': stocked(async (session) => {
      const order = (sent: unknown) => parseOrder(Clock, sent, { allow: ['price', 'title', 'maker.name'] });
      const ids = async (sent: unknown) =>
        (
          await session
            .repository(Clock)
            .all()
            .orderBy(...order(sent), 'id')
        ).map(({ id }) => id);
      assert.deepEqual(await ids('-price,title'), [3, 2, 4, 1]);
      assert.deepEqual(await ids(['price', '-title']), [1, 4, 2, 3]);
      for (const nothing of [undefined, null, '', []]) assert.deepEqual(await ids(nothing), [1, 2, 3, 4]);
      assert.throws(() => order('id'), ofClient(/not allowed in this order/));
      assert.throws(() => order('--price'), ofClient(/not allowed in this order/));
      assert.throws(() => order('price,-price'), ofClient(/twice/));
      assert.throws(() => order('price desc; drop table x'), ofClient(/not allowed in this order/));
      assert.throws(() => order(['price', { toString: 'x' }]), ofClient(/takes names/));
      assert.throws(() => order({ price: -1 }), ofClient(/takes names/));
    }),
  },
};
