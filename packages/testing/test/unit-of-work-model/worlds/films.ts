/** Films: links from both ends, by a plain join table and by an entity that has children of its own, and a relation of a kind with itself. */
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  PrimaryKey,
  Unique,
  type Many,
  type Ref,
} from '@espalier/core';
import type { World } from './schema';

@Entity()
class Film {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @ManyToMany(() => Label, { through: 'film_labels' }) labels!: Many<Label>;
  @ManyToMany(() => Actor, { through: () => Play }) actors!: Many<Actor>;
  @HasMany(() => Play, 'film') plays!: Many<Play>;
  @ManyToMany(() => Film, { through: 'film_sequels', from: 'film_id', to: 'sequel_id' }) sequels!: Many<Film>;
  @ManyToMany(() => Film, 'sequels') prequels!: Many<Film>;
}

@Entity()
class Label {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Film, 'labels') films!: Many<Film>;
}

@Entity()
class Actor {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Film, 'actors') films!: Many<Film>;
}

@Entity()
@Unique(['film', 'actor'])
class Play {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Film) film!: Ref<Film>;
  @BelongsTo(() => Actor) actor!: Ref<Actor>;
  @HasMany(() => Role, 'play', { cascade: ['persist', 'delete'] }) roles!: Many<Role>;
}

@Entity()
class Role {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Play, { onDelete: 'cascade' }) play!: Ref<Play>;
}

export const films: World = {
  name: 'films',
  kinds: [
    { name: 'film', entity: Film, table: 'films', values: { title: 'text' } },
    { name: 'label', entity: Label, table: 'labels', values: { name: 'text' } },
    { name: 'actor', entity: Actor, table: 'actors', values: { name: 'text' } },
    {
      name: 'play',
      entity: Play,
      table: 'plays',
      references: {
        film: { target: 'film', inverse: { property: 'plays', many: true } },
        actor: { target: 'actor' },
      },
      through: 'actors',
    },
    {
      name: 'role',
      entity: Role,
      table: 'roles',
      values: { name: 'text' },
      references: {
        play: {
          target: 'play',
          onDelete: 'cascade',
          inverse: { property: 'roles', many: true, cascadeDelete: true },
        },
      },
    },
  ],
  links: [
    {
      name: 'labels',
      table: 'film_labels',
      owner: { kind: 'film', property: 'labels', columns: ['film_id'] },
      target: { kind: 'label', property: 'films', columns: ['label_id'] },
    },
    {
      name: 'actors',
      table: 'plays',
      owner: { kind: 'film', property: 'actors', columns: ['film_id'], reference: 'film' },
      target: { kind: 'actor', property: 'films', columns: ['actor_id'], reference: 'actor' },
    },
    {
      name: 'sequels',
      table: 'film_sequels',
      owner: { kind: 'film', property: 'sequels', columns: ['film_id'] },
      target: { kind: 'film', property: 'prequels', columns: ['sequel_id'] },
    },
  ],
};
