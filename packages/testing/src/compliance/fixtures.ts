/** The entities of most cases: a music library. All types are explicit, so that it compiles under every kind of decorators. */
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  Timestamps,
  type Defaulted,
  type Many,
  type Ref,
} from '@espalier/core';

@Entity()
export class Artist {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 120 }) name!: string;
  @Column({ type: 'text', nullable: true }) country!: string | null;
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
}

@Entity()
@Timestamps()
@SoftDelete()
export class Album {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 160 }) title!: string;
  @Column({ type: 'decimal', precision: 10, scale: 2, default: '0.00' }) price!: Defaulted<string>;
  @Column({ type: 'json', nullable: true }) meta!: { label?: string; tags?: string[] } | null;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
  @HasMany(() => Track, 'album', { orderBy: ['position'], cascade: ['persist', 'delete'], orphanRemoval: true })
  tracks!: Many<Track>;
  @HasOne(() => Cover, 'album') cover!: Ref<Cover> | null;
  @ManyToMany(() => Genre) genres!: Many<Genre>;
  createdAt!: Date;
  updatedAt!: Date;
  deletedAt!: Date | null;
}

@Entity()
export class Track {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) position!: number;
  @Column({ type: 'varchar', length: 200 }) title!: string;
  @Column({ type: 'integer' }) milliseconds!: number;
  @BelongsTo(() => Album) album!: Ref<Album>;
}

@Entity()
export class Cover {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) url!: string;
  @BelongsTo(() => Album, { unique: true }) album!: Ref<Album>;
}

@Entity()
export class Genre {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60, unique: true }) name!: string;
  @ManyToMany(() => Album, 'genres') albums!: Many<Album>;
}

/** A self-reference, nullable: the reporting chain. */
@Entity()
export class Employee {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @BelongsTo(() => Employee, { nullable: true }) manager!: Ref<Employee> | null;
  @HasMany(() => Employee, 'manager') reports!: Many<Employee>;
}

/** A composite key made of plain columns. */
@Entity()
export class Seat {
  @PrimaryKey({ type: 'varchar', length: 4 }) row!: Defaulted<string>;
  @PrimaryKey({ type: 'integer' }) place!: Defaulted<number>;
  @Column({ type: 'text', nullable: true }) guest!: string | null;
}

export const library = [Artist, Album, Track, Cover, Genre];
