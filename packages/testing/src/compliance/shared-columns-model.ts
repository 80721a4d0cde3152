/** Tables whose foreign keys share columns: tenants, and a foreign key as a value beside its reference. */
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  KEY,
  ManyToMany,
  PrimaryKey,
  type Defaulted,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';

@Entity({ table: 'shared_tenants' })
export class Tenant {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}

@Entity({ table: 'shared_orders' })
export class Order {
  declare readonly [KEY]?: 'tenantId' | 'number';
  @PrimaryKey({ type: 'integer' }) tenantId!: Defaulted<number>;
  @PrimaryKey({ type: 'integer' }) number!: number;
  @BelongsTo(() => Tenant, { column: 'tenant_id' }) tenant!: Defaulted<Ref<Tenant>>;
  @HasMany(() => Line, 'order', { cascade: ['persist', 'delete'] }) lines!: Many<Line>;
}

@Entity({ table: 'shared_products' })
export class Product {
  declare readonly [KEY]?: 'tenantId' | 'code';
  @PrimaryKey({ type: 'integer' }) tenantId!: Defaulted<number>;
  @PrimaryKey({ type: 'varchar', length: 10 }) code!: string;
  @BelongsTo(() => Tenant, { column: 'tenant_id' }) tenant!: Defaulted<Ref<Tenant>>;
}

/** The tenant is a column of the key and of two foreign keys. */
@Entity({ table: 'shared_lines' })
export class Line {
  declare readonly [KEY]?: 'tenantId' | 'id';
  @PrimaryKey({ type: 'integer' }) tenantId!: Defaulted<number>;
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer', default: 1 }) amount!: Defaulted<number>;
  @BelongsTo(() => Order, { columns: ['tenant_id', 'order_number'] }) order!: Ref<Order, 'tenantId' | 'number'>;
  @BelongsTo(() => Product, { columns: ['tenant_id', 'product_code'], nullable: true })
  product!: Ref<Product, 'tenantId' | 'code'> | null;
}

/** Nothing but two foreign keys has the tenant. */
@Entity({ table: 'shared_parcels' })
export class Parcel {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Order, { columns: ['tenant_id', 'order_number'], nullable: true })
  order!: Ref<Order, 'tenantId' | 'number'> | null;
  @BelongsTo(() => Product, { columns: ['tenant_id', 'product_code'], nullable: true })
  product!: Ref<Product, 'tenantId' | 'code'> | null;
}

@Entity({ table: 'shared_artists' })
export class Artist {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
}

/** The foreign key as a value beside its reference. */
@Entity({ table: 'shared_albums' })
export class Album {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer', nullable: true }) artistId!: number | null;
  @BelongsTo(() => Artist, { nullable: true }) artist!: Ref<Artist> | null;
}

/** The key is a foreign key too, and both are properties. */
@Entity({ table: 'shared_profiles' })
export class Profile {
  declare readonly [KEY]?: 'artistId';
  @PrimaryKey({ type: 'integer' }) artistId!: Defaulted<number>;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
  @Column({ type: 'varchar', length: 20 }) text!: string;
}

/** A key of two foreign keys that share the tenant. */
@Entity({ table: 'shared_marks' })
export class Mark {
  declare readonly [KEY]?: 'order' | 'product';
  @PrimaryKey()
  @BelongsTo(() => Order, { columns: ['tenant_id', 'order_number'] })
  order!: Ref<Order, 'tenantId' | 'number'>;
  @PrimaryKey()
  @BelongsTo(() => Product, { columns: ['tenant_id', 'product_code'] })
  product!: Ref<Product, 'tenantId' | 'code'>;
  @Column({ type: 'varchar', length: 20, nullable: true }) note!: string | null;
}

/** Products by a join table that has the tenant once. */
@Entity({ table: 'shared_baskets' })
export class Basket {
  declare readonly [KEY]?: 'tenantId' | 'id';
  @PrimaryKey({ type: 'integer' }) tenantId!: number;
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Product, {
    through: 'shared_basket_products',
    from: ['tenant_id', 'basket_id'],
    to: ['tenant_id', 'product_code'],
  })
  products!: Many<Product>;
}

export const orderOf = (session: Session, tenantId: number, number: number): Ref<Order, 'tenantId' | 'number'> =>
  session.reference(Order, { tenantId, number });
export const productOf = (session: Session, tenantId: number, code: string): Ref<Product, 'tenantId' | 'code'> =>
  session.reference(Product, { tenantId, code });

export const everySharing = [Tenant, Order, Product, Line, Parcel, Artist, Album, Profile, Mark, Basket];
