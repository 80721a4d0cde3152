/** What the constructor of a class sets, and what it does with the object that it makes, where `create` makes the entity. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  PrimaryKey,
  type Defaulted,
  type LoadedMany,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

/** Fields without values. */
@Entity()
class Shop {
  @PrimaryKey() id!: number;
  @HasMany(() => Shelf, 'shop', { cascade: ['persist'] }) shelves!: Many<Shelf>;
  @Column({ type: 'text' }) name!: string;
  @HasOne(() => Sign, 'shop', { cascade: ['persist'] }) sign!: Ref<Sign> | null;
  note?: string;

  get title(): string {
    return `${this.name} (${String(this.note)})`;
  }
}

const counted = { shelves: 0 };

/** Fields with values, each of its own. */
@Entity()
class Shelf {
  @PrimaryKey() id!: number;
  @Column({ type: 'integer' }) number: Defaulted<number> = ++counted.shelves;
  @Column({ type: 'json' }) labels: Defaulted<string[]> = [];
  @BelongsTo(() => Shop, { nullable: true }) shop!: Ref<Shop> | null;
  @HasMany(() => Box, 'shelf', { cascade: ['persist'] }) boxes!: Many<Box>;
  readonly opened: Date[] = [];
}

/** Fields that keep the object that they are made on, and one that only this object has. */
@Entity()
class Box {
  readonly #secret = { value: 'kept' };
  readonly describe = (): string => `box ${this.name}`;
  readonly self: { box: Box } = { box: this };
  @PrimaryKey() id!: number;
  @Column({ type: 'varchar', length: 20, default: 'plain' }) name!: Defaulted<string>;
  @BelongsTo(() => Shelf, { nullable: true }) shelf!: Ref<Shelf> | null;
  @HasMany(() => Lid, 'box') lids!: Many<Lid>;

  secret(): string {
    return this.#secret.value;
  }
}

const made: object[] = [];

/** A base that hears of each object. */
class Heard {
  constructor() {
    made.push(this);
  }
}

@Entity()
class Lid extends Heard {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Box) box!: Ref<Box>;
  @HasMany(() => Knob, 'lid') knobs!: Many<Knob>;
}

@Entity()
class Knob {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Lid) lid!: Ref<Lid>;
}

@Entity()
class Sign {
  @PrimaryKey() id!: number;
  @Column({ type: 'varchar', length: 20, initialize: 'access', default: () => 'open' }) text!: Defaulted<string>;
  @Column({ type: 'varchar', length: 20, initialize: 'access', default: () => 'red' }) colour: Defaulted<string> =
    'green';
  @BelongsTo(() => Shop, { unique: true }) shop!: Ref<Shop>;
}

/** A new entity has no rows that could be missing in its relations. */
const lengthOf = (items: Many<object>): number => (items as LoadedMany<object>).length;

const entities = [Shop, Shelf, Box, Lid, Knob, Sign];

export const madeByCreate: CaseGroup = {
  name: 'entities made by create',
  cases: {
    'no field hides a relation, for the first entity of a class and for each that follows': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        for (const name of ['a', 'b', 'c']) {
          const shop = session.create(Shop, { name });
          shop.shelves.add(session.create(Shelf, {}));
          shop.sign = session.create(Sign, { shop });
          assert.equal(lengthOf(shop.shelves), 1);
          assert.equal(shop.title, `${name} (undefined)`);
          shop.note = 'near';
          assert.equal(shop.title, `${name} (near)`);
        }
        await session.commit();
        assert.equal(
          await session
            .repository(Shelf)
            .filter({ shop: { name: 'b' } })
            .count(),
          1,
        );
        assert.equal(
          await session
            .repository(Sign)
            .filter({ shop: { name: 'c' } })
            .count(),
          1,
        );
      }),

    'what a constructor sets is set for each entity by itself': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const start = counted.shelves;
        const shelves = [1, 2, 3].map(() => session.create(Shelf, {}));
        assert.deepEqual(
          shelves.map((shelf) => shelf.number - start),
          [1, 2, 3],
        );
        shelves[1]!.labels.push('wood');
        shelves[2]!.opened.push(new Date(0));
        assert.deepEqual(
          shelves.map(({ labels, opened }) => [labels.length, opened.length]),
          [
            [0, 0],
            [1, 0],
            [0, 1],
          ],
        );
        assert.equal(lengthOf(shelves[2]!.boxes), 0);
        await session.commit();
        assert.equal(
          await session
            .repository(Shelf)
            .filter({ number: start + 3 })
            .count(),
          1,
        );
      }),

    'a value given to create stands in place of what the constructor set': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const shelves = [10, 20].map((number) => session.create(Shelf, { number, labels: [String(number)] }));
        await session.commit();
        assert.deepEqual(
          shelves.map(({ number, labels }) => [number, labels]),
          [
            [10, ['10']],
            [20, ['20']],
          ],
        );
      }),

    'an object that its fields or its private ones know is the entity': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        for (const name of ['first', 'second']) {
          const box = session.create(Box, { name });
          assert.equal(box.describe(), `box ${name}`);
          assert.equal(box.self.box, box);
          assert.equal(box.secret(), 'kept');
          assert.equal(lengthOf(box.lids), 0);
        }
      }),

    'the object that a base class heard of is the entity': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        for (const name of ['first', 'second']) {
          const lid = session.create(Lid, { box: session.create(Box, { name }) });
          assert.equal(made.at(-1), lid);
          assert.equal(lengthOf(lid.knobs), 0);
        }
      }),

    'what comes along is inserted in the order in which it was added': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const shop = session.create(Shop, { name: 'a' });
        for (const name of ['x', 'y', 'z']) {
          const boxes = [Object.assign(new Box(), { name })];
          shop.shelves.add(Object.assign(new Shelf(), { boxes }));
        }
        await session.commit();
        const boxes = await session.repository(Box).orderBy('id');
        assert.deepEqual(
          boxes.map(({ name }) => name),
          ['x', 'y', 'z'],
        );
      }),

    'a field without a value leaves the default for the first read, one with a value keeps it': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        for (const name of ['first', 'second']) {
          const sign = session.create(Sign, { shop: session.create(Shop, { name }) });
          assert.equal(sign.text, 'open');
          assert.equal(sign.colour, 'green');
        }
      }),
  },
};
