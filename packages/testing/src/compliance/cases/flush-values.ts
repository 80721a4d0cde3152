/** What a flush writes: the values that were checked, each to the table of its own class. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  EspalierError,
  PrimaryKey,
  ValidationFailedError,
  type Defaulted,
  type EntityClass,
  type Espalier,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

/** Two classes of one name. */
function shopItem() {
  @Entity({ table: 'shop_items' })
  class Item {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'text' }) name!: string;
  }
  return Item;
}

function gameItem() {
  @Entity({ table: 'game_items' })
  class Item {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'text' }) name!: string;
  }
  return Item;
}

@Entity()
class Port {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 5 }) name!: string;
  @BelongsTo(() => Port, { nullable: true }) next!: Ref<Port> | null;
}

/** Its default is set when it is first read. */
@Entity()
class Draft {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text', default: () => 'untitled', initialize: 'access' }) title!: Defaulted<string>;
}

/** Its area is computed by the database. */
@Entity({ table: 'computed_plots' })
class Plot {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) width!: number;
  @Column({ type: 'integer' }) depth!: number;
  @Column({ type: 'integer', generated: 'width * depth' }) area!: Defaulted<number>;
}

/** The names of all rows, in their order. */
async function names(orm: Espalier, of: EntityClass<{ name: string }>): Promise<string[]> {
  await using session = orm.session();
  return (await session.repository<{ name: string }>(of).all()).map(({ name }) => name).sort();
}

export const flushValues: CaseGroup = {
  name: 'the values of a flush',
  cases: {
    'a computed column is read back and cannot be set, neither of a new row nor of one that is there': ({ withOrm }) =>
      withOrm([Plot], async (orm) => {
        await using session = orm.session();
        const plot = session.create(Plot, { width: 2, depth: 3 });
        await session.commit();
        assert.equal(plot.area, 6);
        plot.depth = 5;
        await session.commit();
        assert.equal(plot.area, 10);
        Object.assign(plot, { area: 1 });
        const made = Object.assign(session.create(Plot, { width: 1, depth: 1 }), { area: 7 });
        await assert.rejects(session.commit(), (error: unknown) => {
          assert.ok(error instanceof ValidationFailedError);
          assert.deepEqual(
            error.failures.map(({ property, key }) => [property, key]),
            [
              ['area', undefined],
              ['area', [plot.id]],
            ],
          );
          return true;
        });
        session.detach(made);
        await session.refresh(plot);
        assert.equal(plot.area, 10);
        assert.equal(await session.repository(Plot).count(), 1);
      }),

    'a default that is set when it is first read is there for an entity that was made by new': ({ withOrm }) =>
      withOrm([Draft], async (orm) => {
        await using session = orm.session();
        const [made, given, created] = [new Draft(), new Draft(), session.create(Draft, {})];
        given.title = 'Given';
        session.add(made);
        session.add(given);
        assert.deepEqual([made.title, given.title, created.title], ['untitled', 'Given', 'untitled']);
        await session.commit();
        await using other = orm.session();
        const titles = (await other.repository(Draft).orderBy('title')).map(({ title }) => title);
        assert.deepEqual(titles, ['Given', 'untitled', 'untitled']);
      }),

    'two entity classes of one name are written each to its own table': async ({ withOrm }) => {
      const [ShopItem, GameItem] = [shopItem(), gameItem()];
      await withOrm([ShopItem, GameItem], async (orm) => {
        await using session = orm.session();
        const shop = [1, 2].map((n) => session.create(ShopItem, { name: `shop ${String(n)}` }));
        const game = [1, 2].map((n) => session.create(GameItem, { name: `game ${String(n)}` }));
        await session.commit();
        shop[0]!.name = 'shop changed';
        game[1]!.name = 'game changed';
        session.delete(shop[1]!);
        session.create(GameItem, { name: 'game new' });
        await session.commit();
        assert.deepEqual(await names(orm, ShopItem), ['shop changed']);
        assert.deepEqual(await names(orm, GameItem), ['game 1', 'game changed', 'game new']);
      });
    },

    'what a listener changes before a flush is checked, and what it adds is written': ({ withOrm }) =>
      withOrm([Port], async (orm, statements) => {
        await using session = orm.session();
        const port = session.create(Port, { name: 'Genoa', next: null });
        await session.commit();
        for (const wrong of ['far too long for five', 42, 'a\0b', {}, null, undefined] as string[]) {
          const stop = orm.on('beforeFlush', () => (port.name = wrong));
          session.create(Port, { name: 'Pisa', next: port });
          statements.clear();
          await assert.rejects(session.flush(), ValidationFailedError, wrong);
          assert.equal(statements.count, 0);
          stop();
          await session.rollback();
        }
        port.name = 'Bari';
        const stop = orm.on('beforeFlush', () => {
          port.name = 'Rome';
          session.create(Port, { name: 'added', next: port });
        });
        assert.equal(await session.flush(), 2);
        stop();
        await session.commit();
        assert.deepEqual(await names(orm, Port), ['Rome', 'added']);
      }),

    'what is changed while a flush is under way is written by the next one': ({ withOrm }) =>
      withOrm([Port], async (orm) => {
        await using session = orm.session();
        const port = session.create(Port, { name: 'Genoa', next: null });
        port.next = session.create(Port, { name: 'Pisa', next: port });
        let changed = false;
        const stop = orm.on('query', ({ sql }) => {
          if (changed || !/^insert/i.test(sql)) return;
          changed = true;
          (port as { name: unknown }).name = 42;
          (port as { next: unknown }).next = { no: 'port' };
        });
        await session.flush();
        stop();
        assert.ok(session.isDirty(port));
        await assert.rejects(session.flush(), EspalierError);
        port.name = 'later';
        port.next = null;
        await session.commit();
        assert.deepEqual(await names(orm, Port), ['Pisa', 'later']);
      }),
  },
};
