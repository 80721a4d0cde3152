/** Zones: keys that programs give, of one part and of two, which rows take over from deleted ones; a join entity whose key is its pair. */
import { BelongsTo, Column, Entity, HasMany, ManyToMany, PrimaryKey, type Many, type Ref } from '@espalier/core';
import type { World } from './schema';

@Entity()
class Zone {
  @PrimaryKey({ type: 'varchar', length: 20 }) code!: string;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @HasMany(() => Site, 'zone') sites!: Many<Site>;
  @ManyToMany(() => Seat, { through: 'zone_seats' }) seats!: Many<Seat>;
}

@Entity()
class Site {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Zone, { nullable: true }) zone!: Ref<Zone, 'code'> | null;
  @ManyToMany(() => Seat, { through: () => Ticket }) seats!: Many<Seat>;
}

@Entity()
class Seat {
  @PrimaryKey({ type: 'varchar', length: 20 }) row!: string;
  @PrimaryKey({ type: 'varchar', length: 20 }) place!: string;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Zone, 'seats') zones!: Many<Zone>;
  @ManyToMany(() => Site, 'seats') sites!: Many<Site>;
  @HasMany(() => Guest, 'seat') guests!: Many<Guest>;
}

@Entity()
class Ticket {
  @PrimaryKey() @BelongsTo(() => Site) site!: Ref<Site>;
  @PrimaryKey() @BelongsTo(() => Seat) seat!: Ref<Seat, 'row' | 'place'>;
}

@Entity()
class Guest {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Seat, { nullable: true }) seat!: Ref<Seat, 'row' | 'place'> | null;
}

export const zones: World = {
  name: 'zones',
  kinds: [
    { name: 'zone', entity: Zone, table: 'zones', key: ['code'], values: { name: 'text' } },
    {
      name: 'site',
      entity: Site,
      table: 'sites',
      values: { name: 'text' },
      references: { zone: { target: 'zone', nullable: true, inverse: { property: 'sites', many: true } } },
    },
    { name: 'seat', entity: Seat, table: 'seats', key: ['row', 'place'], values: { name: 'text' } },
    {
      name: 'ticket',
      entity: Ticket,
      table: 'tickets',
      key: ['site', 'seat'],
      references: { site: { target: 'site' }, seat: { target: 'seat' } },
      through: 'tickets',
    },
    {
      name: 'guest',
      entity: Guest,
      table: 'guests',
      values: { name: 'text' },
      references: { seat: { target: 'seat', nullable: true, inverse: { property: 'guests', many: true } } },
    },
  ],
  links: [
    {
      name: 'seats',
      table: 'zone_seats',
      owner: { kind: 'zone', property: 'seats', columns: ['zone_code'] },
      target: { kind: 'seat', property: 'zones', columns: ['seat_row', 'seat_place'] },
    },
    {
      name: 'tickets',
      table: 'tickets',
      owner: { kind: 'site', property: 'seats', columns: ['site_id'], reference: 'site' },
      target: { kind: 'seat', property: 'sites', columns: ['seat_row', 'seat_place'], reference: 'seat' },
    },
  ],
};
