/** Farms: has-many and has-one relations, with and without orphan removal, unique values that change hands. */
import { BelongsTo, Column, Entity, HasMany, HasOne, PrimaryKey, type Many, type Ref } from '@espalier/core';
import type { World } from './schema';

@Entity()
class Farm {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) code!: string;
  @Column({ type: 'varchar', length: 40, unique: true, nullable: true }) slot!: string | null;
  @HasMany(() => Hen, 'farm') hens!: Many<Hen>;
  @HasMany(() => Field, 'farm', { orphanRemoval: true }) fields!: Many<Field>;
  @HasOne(() => Gate, 'farm') gate!: Ref<Gate> | null;
  @HasOne(() => Sign, 'farm', { orphanRemoval: true }) sign!: Ref<Sign> | null;
}

@Entity()
class Hen {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Farm, { nullable: true }) farm!: Ref<Farm> | null;
}

@Entity()
class Field {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Farm) farm!: Ref<Farm>;
}

@Entity()
class Gate {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Farm, { nullable: true, unique: true }) farm!: Ref<Farm> | null;
}

@Entity()
class Sign {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Farm, { unique: true }) farm!: Ref<Farm>;
}

export const farms: World = {
  name: 'farms',
  kinds: [
    { name: 'farm', entity: Farm, table: 'farms', values: { code: 'unique', slot: 'slot' } },
    {
      name: 'hen',
      entity: Hen,
      table: 'hens',
      values: { name: 'text' },
      references: { farm: { target: 'farm', nullable: true, inverse: { property: 'hens', many: true } } },
    },
    {
      name: 'field',
      entity: Field,
      table: 'fields',
      values: { name: 'text' },
      references: { farm: { target: 'farm', inverse: { property: 'fields', many: true, orphanRemoval: true } } },
    },
    {
      name: 'gate',
      entity: Gate,
      table: 'gates',
      values: { name: 'text' },
      references: { farm: { target: 'farm', nullable: true, inverse: { property: 'gate', many: false } } },
    },
    {
      name: 'sign',
      entity: Sign,
      table: 'signs',
      values: { name: 'text' },
      references: { farm: { target: 'farm', inverse: { property: 'sign', many: false, orphanRemoval: true } } },
    },
  ],
  links: [],
};
