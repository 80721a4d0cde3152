/** Shared columns of references that lead to nothing: a part of the key may stand there, and a rollback gives all of them back. */
import assert from 'node:assert/strict';
import { BelongsTo, Column, Entity, PrimaryKey, type Espalier, type Ref, type Session } from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'nulls_products' })
class Product {
  @PrimaryKey({ type: 'integer' }) tenantId!: number;
  @PrimaryKey({ type: 'varchar', length: 9 }) code!: string;
}

@Entity({ table: 'nulls_baskets' })
class Basket {
  @PrimaryKey({ type: 'integer' }) tenantId!: number;
  @PrimaryKey({ type: 'integer', generated: false }) number!: number;
}

/** No column is held by the reference to its product alone. */
@Entity({ table: 'nulls_lines' })
class Line {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer', nullable: true }) tenantId!: number | null;
  @Column({ type: 'varchar', length: 9, nullable: true }) productCode!: string | null;
  @Column({ type: 'varchar', length: 9, nullable: true }) note!: string | null;
  @BelongsTo(() => Product, { columns: ['tenant_id', 'product_code'], nullable: true })
  product!: Ref<Product, 'tenantId' | 'code'> | null;
  @BelongsTo(() => Basket, { columns: ['tenant_id', 'basket_number'], nullable: true })
  basket!: Ref<Basket, 'tenantId' | 'number'> | null;
}

const entities = [Product, Basket, Line];

/** Lines of tenant 1: with nothing, with a basket, with a product. */
const withLines =
  (work: (scene: { orm: Espalier; session: Session; lines: readonly Line[] }) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm(entities, async (orm) => {
      await orm.transaction((session) => {
        const product = session.create(Product, { tenantId: 1, code: 'tea' });
        const basket = session.create(Basket, { tenantId: 1, number: 5 });
        session.create(Line, { id: 1, tenantId: 1 });
        session.create(Line, { id: 2, basket });
        session.create(Line, { id: 3, product });
        return Promise.resolve();
      });
      await using session = orm.session();
      await work({ orm, session, lines: await session.repository(Line).orderBy('id') });
    });

async function stored(orm: Espalier): Promise<unknown[]> {
  await using session = orm.session();
  const lines = await session.repository(Line).orderBy('id');
  return lines.map(({ tenantId, productCode, basket }) => [tenantId, productCode, basket?.number ?? null]);
}

const ROWS = [
  [1, null, null],
  [1, null, 5],
  [1, 'tea', null],
];

export const sharedNulls: CaseGroup = {
  name: 'Shared columns where a reference leads to nothing',
  cases: {
    'a row that was read is not changed by its references to nothing': withLines(async ({ orm, session, lines }) => {
      assert.deepEqual(
        lines.map((line) => session.isDirty(line)),
        [false, false, false],
      );
      assert.equal(await session.flush(), 0);
      for (const line of lines) line.note = 'read';
      await session.commit();
      assert.deepEqual(await stored(orm), ROWS);
    }),

    'a plain column makes a reference of a part of its key': withLines(
      async ({ orm, session, lines: [first, second] }) => {
        first!.productCode = 'tea';
        second!.productCode = 'tea';
        await session.commit();
        assert.deepEqual(await stored(orm), [
          [1, 'tea', null],
          [1, 'tea', 5],
          [1, 'tea', null],
        ]);
        assert.deepEqual(
          [first, second].map((line) => line!.product?.code),
          ['tea', 'tea'],
        );
        assert.equal(await session.flush(), 0);
      },
    ),

    'a rollback and a failed block give back references to something and to nothing': withLines(
      async ({ orm, session, lines: [first, second, third] }) => {
        const [product, basket] = [await session.repository(Product).one(), await session.repository(Basket).one()];
        const change = (): void => {
          first!.product = product;
          second!.basket = null;
          third!.product = null;
        };
        const assertAsStored = async (): Promise<void> => {
          assert.deepEqual([first!.product, second!.basket, third!.product], [null, basket, product]);
          assert.deepEqual(session.changes(), []);
          await session.commit();
          assert.deepEqual(await stored(orm), ROWS);
        };
        change();
        await session.rollback();
        await assertAsStored();
        await assert.rejects(
          session.transaction(() => {
            change();
            return Promise.reject(new Error('the block fails'));
          }),
          { message: 'the block fails' },
        );
        await assertAsStored();
        change();
        await session.commit();
        assert.deepEqual((await stored(orm))[0], [1, 'tea', null]);
      },
    ),
  },
};
