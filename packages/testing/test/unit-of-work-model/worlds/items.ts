/** Items: two classes of one name on two tables, each in two databases of one unit of work, with keys that are equal in all of them. */
import { BelongsTo, Column, Entity, HasMany, ManyToMany, PrimaryKey, type Many, type Ref } from '@espalier/core';
import type { Kind, Links, World } from './schema';

@Entity({ table: 'bags' })
class Bag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) code!: string;
  @BelongsTo(() => Bag, { nullable: true }) outer!: Ref<Bag> | null;
  @HasMany(() => Bag, 'outer') inner!: Many<Bag>;
}

const shopItem = () => {
  @Entity({ table: 'shop_items' })
  class Item {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'varchar', length: 40 }) name!: string;
    @BelongsTo(() => Bag, { nullable: true }) bag!: Ref<Bag> | null;
    @ManyToMany(() => Bag, { through: 'shop_item_bags' }) bags!: Many<Bag>;
  }
  return Item;
};

const gameItem = () => {
  @Entity({ table: 'game_items' })
  class Item {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'varchar', length: 40 }) name!: string;
    @BelongsTo(() => Bag, { nullable: true }) bag!: Ref<Bag> | null;
    @ManyToMany(() => Bag, { through: 'game_item_bags' }) bags!: Many<Bag>;
  }
  return Item;
};

const item = (name: 'shop' | 'game', entity: Kind['entity']): Kind => ({
  name: `${name}Item`,
  entity,
  table: `${name}_items`,
  values: { name: 'text' },
  references: { bag: { target: 'bag', nullable: true } },
});

const bagsOf = (name: 'shop' | 'game'): Links => ({
  name: `${name} bags`,
  table: `${name}_item_bags`,
  owner: { kind: `${name}Item`, property: 'bags', columns: ['item_id'] },
  target: { kind: 'bag', columns: ['bag_id'] },
});

export const items: World = {
  name: 'items',
  kinds: [
    {
      name: 'bag',
      entity: Bag,
      table: 'bags',
      values: { code: 'unique' },
      references: { outer: { target: 'bag', nullable: true, inverse: { property: 'inner', many: true } } },
    },
    item('shop', shopItem()),
    item('game', gameItem()),
  ],
  links: [bagsOf('shop'), bagsOf('game')],
  databases: ['default', 'other'],
};
