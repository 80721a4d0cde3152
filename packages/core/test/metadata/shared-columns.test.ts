/** Columns that several properties hold: who owns them, and what contradicts. */
import { BelongsTo, Column, Entity, ManyToMany, PrimaryKey, type EntityClass } from '../../src/metadata';
import { complaintsOf, modelOf, relationOf } from './models-of';

@Entity()
class Order {
  @PrimaryKey({ type: 'integer' }) tenantId!: unknown;
  @PrimaryKey({ type: 'integer' }) number!: unknown;
}

@Entity()
class Product {
  @PrimaryKey({ type: 'integer' }) tenantId!: unknown;
  @PrimaryKey({ type: 'varchar', length: 10 }) code!: unknown;
}

@Entity()
class Tenant {
  @PrimaryKey({ type: 'integer' }) id!: unknown;
}

const ORDER = { columns: ['tenant_id', 'order_number'] };
const PRODUCT = { columns: ['tenant_id', 'product_code'] };

const complaints = (entity: EntityClass): string[] => complaintsOf(entity, Order, Product, Tenant);

test('a plain column owns what it shares, and the table has it once', () => {
  @Entity()
  class Line {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Order, ORDER) order!: unknown;
    @Column('integer') tenantId!: unknown;
    @BelongsTo(() => Product, { ...PRODUCT, nullable: true }) product!: unknown;
  }
  const line = modelOf(Line, Order, Product, Tenant);
  expect(line.columns.map(({ name }) => name)).toEqual(['id', 'order_number', 'tenant_id', 'product_code']);
  const [tenant] = line.shared;
  expect([line.shared.length, tenant?.property, tenant?.nullable]).toEqual([1, 'tenantId', false]);
  expect(tenant?.references.map(({ property }) => property)).toEqual(['order', 'product']);
  expect(relationOf(line, 'product', 'belongsTo').own.map(({ name }) => name)).toEqual(['product_code']);
});

test('without a plain column the reference owns it that has no other column, or the one that is required', () => {
  @Entity()
  class Line {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Product, { ...PRODUCT, nullable: true }) product!: unknown;
    @BelongsTo(() => Order, ORDER) order!: unknown;
    @BelongsTo(() => Tenant) tenant!: unknown;
  }
  expect(modelOf(Line, Order, Product, Tenant).shared[0]?.property).toBe('tenant');
  @Entity()
  class Parcel {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Product, { ...PRODUCT, nullable: true }) product!: unknown;
    @BelongsTo(() => Order, ORDER) order!: unknown;
  }
  const [tenant] = modelOf(Parcel, Order, Product, Tenant).shared;
  expect([tenant?.property, tenant?.nullable]).toEqual(['order', false]);
});

test('a key that is a foreign key too is not generated', () => {
  @Entity()
  class Owner {
    @PrimaryKey() tenantId!: number;
    @BelongsTo(() => Tenant) tenant!: unknown;
  }
  expect(modelOf(Owner, Tenant).key[0]?.generated).toBeUndefined();
  @Entity()
  class Wrong {
    @PrimaryKey({ generated: 'identity' }) tenantId!: number;
    @BelongsTo(() => Tenant) tenant!: unknown;
  }
  expect(complaints(Wrong)).toEqual([
    "Wrong.tenantId: is generated: 'identity', but its column 'tenant_id' is a foreign key of tenant too, which has the value of another row: write generated: false.",
  ]);
});

test('all that contradicts is told at once', () => {
  @Entity()
  class Wrong {
    @PrimaryKey() id!: number;
    @Column('text') tenantId!: string;
    @Column({ type: 'integer', nullable: true }) orderNumber!: number | null;
    @BelongsTo(() => Order, ORDER) order!: unknown;
  }
  expect(complaints(Wrong)).toEqual([
    "Wrong.order: shares the column 'tenant_id' with Wrong.tenantId, which is text, but the key of Order is integer there: give both the same type, or name another column.",
    "Wrong.order: shares the column 'order_number' with Wrong.orderNumber, which is nullable, but is not nullable itself: leave nullable out at orderNumber, or write nullable: true here.",
  ]);
});

test('a reference that cannot be empty is not nullable', () => {
  @Entity()
  class Wrong {
    @PrimaryKey() id!: number;
    @Column('integer') tenantId!: number;
    @BelongsTo(() => Tenant, { nullable: true }) tenant!: unknown;
  }
  expect(complaints(Wrong)).toEqual([
    'Wrong.tenant: is nullable, but each of its columns (tenant_id) is held by a property that is not: leave nullable out, or write nullable: true there too.',
  ]);
});

test("the database does not empty a column that others need: no 'set null'", () => {
  @Entity()
  class Wrong {
    @PrimaryKey() id!: number;
    @Column('integer') tenantId!: number;
    @BelongsTo(() => Order, { ...ORDER, nullable: true, onDelete: 'set null' }) order!: unknown;
  }
  expect(complaints(Wrong)).toEqual([
    "Wrong.order: has the action 'set null', which would empty the column 'tenant_id' of tenantId too: write another action.",
  ]);
});

test('a plain column that a reference of the key shares is part of the key', () => {
  @Entity()
  class Wrong {
    @PrimaryKey() @BelongsTo(() => Order, ORDER) order!: unknown;
    @Column('integer') tenantId!: number;
  }
  expect(complaints(Wrong)).toEqual([
    "Wrong.order: is part of the key and shares the column 'tenant_id' with Wrong.tenantId, which is not: write @PrimaryKey at tenantId too.",
  ]);
});

test('both sides of a join table may share a column, but not all', () => {
  @Entity()
  class Basket {
    @PrimaryKey({ type: 'integer' }) tenantId!: unknown;
    @PrimaryKey({ type: 'integer' }) id!: unknown;
    @ManyToMany(() => Product, { from: ['tenant_id', 'basket_id'], to: ['tenant_id', 'product_code'] })
    products!: unknown;
  }
  const { through } = relationOf(modelOf(Basket, Product), 'products', 'manyToMany');
  expect(through.columns.map(({ name }) => name)).toEqual(['tenant_id', 'basket_id', 'product_code']);
  @Entity()
  class Wrong {
    @PrimaryKey({ type: 'integer' }) tenantId!: unknown;
    @PrimaryKey({ type: 'varchar', length: 10 }) id!: unknown;
    @ManyToMany(() => Product, { from: ['tenant_id', 'code'], to: ['tenant_id', 'code'] }) products!: unknown;
  }
  expect(complaints(Wrong)).toEqual([
    "Wrong.products: two columns of its join table have one name (tenant_id, code, tenant_id, code): give others by 'from' and 'to'.",
  ]);
});
