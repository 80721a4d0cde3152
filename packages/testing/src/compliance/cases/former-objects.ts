/** Objects that left their session, and rows that are read again: what stayed holds the objects of now. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  failsafeAdd,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  type Espalier,
  type LoadedMany,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'former_farms' })
class Farm {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) code!: string;
  @HasMany(() => Hen, 'farm') hens!: Many<Hen>;
  @HasOne(() => Gate, 'farm') gate!: Ref<Gate> | null;
  @ManyToMany(() => Tag, { through: 'former_farm_tags' }) tags!: Many<Tag>;
  @ManyToMany(() => Tool, { through: 'former_farm_tools' }) tools!: Many<Tool>;
}
@Entity({ table: 'former_hens' })
class Hen {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Farm, { nullable: true }) farm!: Ref<Farm> | null;
}
@Entity({ table: 'former_gates' })
class Gate {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Farm, { nullable: true, unique: true }) farm!: Ref<Farm> | null;
}
@Entity({ table: 'former_tags' })
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Farm, 'tags') farms!: Many<Farm>;
}
/** Knows nothing of the farms that it is at. */
@Entity({ table: 'former_tools' })
class Tool {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
}

const entities = [Farm, Hen, Gate, Tag, Tool];

interface Filled {
  readonly farm: Farm;
  readonly hen: Hen;
  readonly gate: Gate;
  readonly tag: Tag;
  readonly tool: Tool;
}

/** A farm with one of each, all in the session and known to each other. */
async function fill(session: Session): Promise<Filled> {
  const farm = session.create(Farm, { code: 'a' });
  const hen = session.create(Hen, { name: 'a', farm });
  const gate = session.create(Gate, { name: 'a', farm });
  const tag = session.create(Tag, { name: 'a' });
  const tool = session.create(Tool, { name: 'a' });
  farm.tags.add(tag);
  farm.tools.add(tool);
  await session.commit();
  await session.load(farm, 'hens', 'gate', 'tags', 'tools');
  await session.load(tag, 'farms');
  return { farm, hen, gate, tag, tool };
}

const itemsOf = <T extends object>(collection: Many<T>): T[] => [...(collection as LoadedMany<T>)];

/** The same objects, not equal ones. */
const holds = (collection: Many<object>, ...items: object[]): void => {
  const held = itemsOf(collection);
  assert.equal(held.length, items.length);
  held.forEach((item, i) => {
    isNow(item, items[i]!);
  });
};

const isNow = (held: unknown, now: object): void => {
  assert.ok(held === now, 'holds another object than the one of now');
};

/** How many rows of each are the farm's. */
async function stored(orm: Espalier, id: number): Promise<object> {
  await using session = orm.session();
  const farm = await session.repository(Farm).include('hens', 'gate', 'tags', 'tools').get(id);
  const { hens, gate, tags, tools } = farm;
  return { hens: hens.length, gate: gate ? 1 : 0, tags: tags.length, tools: tools.length };
}

export const formerObjects: CaseGroup = {
  name: 'objects that left their session',
  cases: {
    'what referred to an owner that left refers to the one that is read again': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen, gate, tag } = await fill(session);
        session.detach(farm);
        const again = await session.repository(Farm).get(farm.id);
        isNow(hen.farm, again);
        isNow(gate.farm, again);
        holds(tag.farms, again);
        again.hens.remove(hen);
        again.gate = null;
        again.tags.remove(tag);
        assert.equal(hen.farm, null);
        holds(tag.farms);
        await session.commit();
        assert.equal(gate.farm, null);
        assert.deepEqual(await stored(orm, farm.id), { hens: 0, gate: 0, tags: 0, tools: 1 });
      }),

    'relations that hold what left hold what is read again': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, ...items } = await fill(session);
        for (const item of Object.values(items) as object[]) session.detach(item);
        const hen = await session.repository(Hen).get(items.hen.id);
        const gate = await session.repository(Gate).get(items.gate.id);
        const tag = await session.repository(Tag).get(items.tag.id);
        const tool = await session.repository(Tool).get(items.tool.id);
        isNow(farm.gate, gate);
        holds(farm.hens, hen);
        holds(farm.tags, tag);
        holds(farm.tools, tool);
        hen.farm = null;
        gate.farm = null;
        farm.tags.remove(tag);
        farm.tools.remove(tool);
        await session.commit();
        for (const collection of [farm.hens, farm.tags, farm.tools]) holds(collection);
        assert.equal(farm.gate, null);
        assert.deepEqual(await stored(orm, farm.id), { hens: 0, gate: 0, tags: 0, tools: 0 });
      }),

    'a reference by key takes the place of what left, and is filled when the row is read': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen } = await fill(session);
        session.detach(farm);
        const again = session.reference(Farm, farm.id);
        isNow(hen.farm, again);
        isNow(await session.repository(Farm).get({ code: 'a' }), again);
        assert.equal((hen.farm as Farm).code, 'a');
      }),

    'a relation that is loaded or included leads to no object that left': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen, gate } = await fill(session);
        session.detach(farm);
        const loaded = (await session.load(hen, 'farm')).farm;
        assert.notEqual(loaded, farm);
        isNow(gate.farm, loaded!);
        loaded!.code = 'b';
        session.detach(loaded!);
        const { farm: included } = await session.repository(Gate).include('farm').get(gate.id);
        isNow(hen.farm, included!);
        assert.equal(included!.code, 'a');
      }),

    'what a stream lets go of is held by what stays, until its row is read again': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm } = await fill(session);
        session.clear();
        let hen: Hen | undefined;
        for await (const one of session.repository(Farm).iterate({ batch: 1 }))
          [hen] = await session.repository(Hen).filter({ farm: one });
        const again = await session.repository(Farm).include('hens').get(farm.id);
        isNow(hen!.farm, again);
        session.detach(hen!);
        for await (const one of session.repository(Hen).iterate({ batch: 1 })) isNow(itemsOf(again.hens)[0], one);
        again.hens.remove(await session.repository(Hen).get(hen!.id));
        await session.commit();
        assert.deepEqual(await stored(orm, farm.id), { hens: 0, gate: 1, tags: 1, tools: 1 });
      }),

    'a stream keeps what is added to a relation that the other end does not know': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm } = await fill(session);
        await orm.transaction(async (other) => {
          other.create(Tool, { name: 'b' });
          other.create(Tool, { name: 'c' });
        });
        for await (const tool of session.repository(Tool).iterate({ batch: 1 })) farm.tools.add(tool);
        await session.repository(Tool).all();
        await session.commit();
        assert.deepEqual(await stored(orm, farm.id), { hens: 1, gate: 1, tags: 1, tools: 3 });
      }),

    'more rows leave than are remembered, and those that are held are': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen } = await fill(session);
        session.detach(farm);
        for (let i = 0; i < 3000; i++) session.detach(session.reference(Tool, 1000 + i));
        isNow(hen.farm, farm);
        const again = await session.repository(Farm).get(farm.id);
        isNow(hen.farm, again);
      }),

    'an entity that comes back holds what was read meanwhile, and what is read after': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, ...items } = await fill(session);
        session.clear();
        const [hen, tag] = [
          await session.repository(Hen).only('name').get(items.hen.id),
          await session.repository(Tag).get(items.tag.id),
        ];
        session.add(farm);
        const gate = await session.repository(Gate).get(items.gate.id);
        holds(farm.hens, hen);
        isNow(farm.gate, gate);
        holds(farm.tags, tag);
        farm.tags.remove(tag);
        gate.farm = null;
        await session.commit();
        assert.deepEqual(await stored(orm, farm.id), { hens: 1, gate: 0, tags: 0, tools: 1 });
      }),

    'an object of another time that is assigned gives way to the one of now': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen } = await fill(session);
        session.clear();
        const again = await session.repository(Farm).include('hens').get(farm.id);
        const [known] = itemsOf(again.hens);
        known!.farm = farm;
        const fresh = session.create(Hen, { name: 'b', farm });
        isNow(fresh.farm, again);
        holds(again.hens, known!, fresh);
        again.hens.remove(known!);
        assert.equal(known!.farm, null);
        await session.commit();
        holds(again.hens, fresh);
        assert.equal(known!.id, hen.id);
        assert.deepEqual(await stored(orm, farm.id), { hens: 1, gate: 1, tags: 1, tools: 1 });
      }),

    'what was pending of an entity is forgotten when it leaves': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen, gate, tag, tool } = await fill(session);
        const other = session.create(Farm, { code: 'b' });
        await session.commit();
        farm.hens.remove(hen);
        farm.gate = null;
        farm.tags.remove(tag);
        farm.tools.remove(tool);
        for (const item of [hen, gate, tag, tool]) session.detach(item);
        holds(farm.hens, hen);
        holds(farm.tags, tag);
        holds(farm.tools, tool);
        isNow(farm.gate, gate);
        const more = [new Hen(), new Gate(), new Tag(), new Tool()] as const;
        for (const item of more) item.name = 'more';
        session.add(...more);
        await session.commit();
        other.hens.add(more[0]);
        other.gate = more[1];
        other.tags.add(more[2]);
        other.tools.add(more[3]);
        for (const item of more) session.detach(item);
        assert.equal(await session.flush(), 0);
        for (const collection of [other.hens, other.tags, other.tools]) holds(collection);
        assert.equal(other.gate, null);
        await session.commit();
        assert.deepEqual(await stored(orm, farm.id), { hens: 1, gate: 1, tags: 1, tools: 1 });
        assert.deepEqual(await stored(orm, other.id), { hens: 0, gate: 0, tags: 0, tools: 0 });
      }),

    'a rollback undoes what was written of a row, also of the object that was read after': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen } = await fill(session);
        farm.code = 'b';
        hen.farm = null;
        const made = session.create(Farm, { code: 'c' });
        await session.flush();
        const ids = { farm: farm.id, hen: hen.id, made: made.id };
        for (const one of [farm, hen, made]) session.detach(one);
        const again = await session.repository(Farm).get(ids.farm);
        const henAgain = await session.repository(Hen).get(ids.hen);
        const madeAgain = await session.repository(Farm).get(ids.made);
        assert.equal(again.code, 'b');
        await session.rollback();
        assert.equal(again.code, 'a');
        isNow(henAgain.farm, again);
        assert.deepEqual(session.changes(), []);
        assert.throws(() => session.isDirty(madeAgain), { name: 'QueryError' });
        session.add(madeAgain);
        await session.commit();
        assert.equal(await session.repository(Farm).filter({ code: 'c' }).count(), 1);
        assert.deepEqual(await stored(orm, farm.id), { hens: 1, gate: 1, tags: 1, tools: 1 });
      }),

    'a rollback brings no object back that has left since': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm, hen, gate, tag } = await fill(session);
        farm.hens.remove(hen);
        farm.gate = null;
        farm.tags.remove(tag);
        await session.flush();
        for (const one of [hen, gate, tag]) session.detach(one);
        const henAgain = await session.repository(Hen).get(hen.id);
        const gateAgain = await session.repository(Gate).get(gate.id);
        const tagAgain = await session.repository(Tag).get(tag.id);
        await session.rollback();
        holds(farm.hens, henAgain);
        holds(farm.tags, tagAgain);
        isNow(farm.gate, gateAgain);
        isNow(henAgain.farm, farm);
        isNow(gateAgain.farm, farm);
      }),

    'what is read after a clear in a transaction is not taken for true when it is rolled back': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm } = await fill(session);
        farm.code = 'b';
        await session.flush();
        session.clear();
        const again = await session.repository(Farm).get(farm.id);
        assert.equal(again.code, 'b');
        await session.rollback();
        assert.equal((await session.repository(Farm).get(farm.id)).code, 'a');
        assert.equal(again.code, 'a');
      }),

    'what referred to the loser of a race refers to the winner': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const { farm } = await fill(session);
        session.clear();
        const mine = Object.assign(new Farm(), { code: 'a' });
        const stray = session.create(Hen, { name: 'b' });
        await session.commit();
        stray.farm = mine;
        const winner = await failsafeAdd(session, mine, { code: 'a' });
        isNow(stray.farm, winner);
        await session.commit();
        assert.equal(winner.id, farm.id);
        assert.equal(await session.repository(Hen).filter({ farm: winner }).count(), 2);
      }),
  },
};
