/** Chinook's eleven tables as they are: one set of classes, the names of tables and columns made by a naming strategy for each script. */
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  PrimaryKey,
  type Defaulted,
  type Many,
  type NamingStrategy,
  type Ref,
} from '@espalier/core';

const name = { type: 'varchar', length: 220, nullable: true } as const;
const money = { type: 'decimal', precision: 10, scale: 2 } as const;
/** The scripts write whole seconds; on SQLite as text, which a comparison must meet digit by digit. */
const moment = { type: 'timestamp', precision: 0 } as const;

@Entity()
export class Artist {
  @PrimaryKey({ type: 'integer' }) artistId!: Defaulted<number>;
  @Column(name) name!: string | null;
  @HasMany(() => Album, 'artist') albums!: Many<Album>;
}

@Entity()
export class Album {
  @PrimaryKey({ type: 'integer' }) albumId!: Defaulted<number>;
  @Column({ type: 'varchar', length: 160 }) title!: string;
  @BelongsTo(() => Artist) artist!: Ref<Artist, 'artistId'>;
  @HasMany(() => Track, 'album') tracks!: Many<Track>;
}

@Entity()
export class Genre {
  @PrimaryKey({ type: 'integer' }) genreId!: Defaulted<number>;
  @Column(name) name!: string | null;
}

@Entity()
export class MediaType {
  @PrimaryKey({ type: 'integer' }) mediaTypeId!: Defaulted<number>;
  @Column(name) name!: string | null;
}

@Entity()
export class Track {
  @PrimaryKey({ type: 'integer' }) trackId!: Defaulted<number>;
  @Column({ type: 'varchar', length: 200 }) name!: string;
  @BelongsTo(() => Album, { nullable: true }) album!: Ref<Album, 'albumId'> | null;
  @BelongsTo(() => MediaType) mediaType!: Ref<MediaType, 'mediaTypeId'>;
  @BelongsTo(() => Genre, { nullable: true }) genre!: Ref<Genre, 'genreId'> | null;
  @Column(name) composer!: string | null;
  @Column({ type: 'integer' }) milliseconds!: number;
  @Column({ type: 'integer', nullable: true }) bytes!: number | null;
  @Column(money) unitPrice!: string;
  @HasMany(() => InvoiceLine, 'track') invoiceLines!: Many<InvoiceLine>;
  @ManyToMany(() => Playlist, 'tracks') playlists!: Many<Playlist>;
}

@Entity()
export class Playlist {
  @PrimaryKey({ type: 'integer' }) playlistId!: Defaulted<number>;
  @Column(name) name!: string | null;
  @ManyToMany(() => Track) tracks!: Many<Track>;
}

@Entity()
export class Employee {
  @PrimaryKey({ type: 'integer' }) employeeId!: Defaulted<number>;
  @Column({ type: 'varchar', length: 20 }) lastName!: string;
  @Column({ type: 'varchar', length: 20 }) firstName!: string;
  @Column(name) title!: string | null;
  @BelongsTo(() => Employee, { nullable: true }) reportsTo!: Ref<Employee, 'employeeId'> | null;
  @Column({ ...moment, nullable: true }) birthDate!: Date | null;
  @Column({ ...moment, nullable: true }) hireDate!: Date | null;
  @Column(name) city!: string | null;
  @Column(name) country!: string | null;
  @Column(name) email!: string | null;
  @HasMany(() => Employee, 'reportsTo') reports!: Many<Employee>;
  @HasMany(() => Customer, 'supportRep') customers!: Many<Customer>;
}

@Entity()
export class Customer {
  @PrimaryKey({ type: 'integer' }) customerId!: Defaulted<number>;
  @Column({ type: 'varchar', length: 40 }) firstName!: string;
  @Column({ type: 'varchar', length: 20 }) lastName!: string;
  @Column(name) company!: string | null;
  @Column(name) city!: string | null;
  @Column(name) state!: string | null;
  @Column(name) country!: string | null;
  @Column({ type: 'varchar', length: 60 }) email!: string;
  @BelongsTo(() => Employee, { nullable: true }) supportRep!: Ref<Employee, 'employeeId'> | null;
  @HasMany(() => Invoice, 'customer') invoices!: Many<Invoice>;
}

@Entity()
export class Invoice {
  @PrimaryKey({ type: 'integer' }) invoiceId!: Defaulted<number>;
  @BelongsTo(() => Customer) customer!: Ref<Customer, 'customerId'>;
  @Column(moment) invoiceDate!: Date;
  @Column(name) billingCity!: string | null;
  @Column(name) billingCountry!: string | null;
  @Column(money) total!: string;
  @HasMany(() => InvoiceLine, 'invoice') lines!: Many<InvoiceLine>;
}

@Entity()
export class InvoiceLine {
  @PrimaryKey({ type: 'integer' }) invoiceLineId!: Defaulted<number>;
  @BelongsTo(() => Invoice) invoice!: Ref<Invoice, 'invoiceId'>;
  @BelongsTo(() => Track) track!: Ref<Track, 'trackId'>;
  @Column(money) unitPrice!: string;
  @Column({ type: 'integer' }) quantity!: number;
}

export const chinook = [Artist, Album, Genre, MediaType, Track, Playlist, Employee, Customer, Invoice, InvoiceLine];

/** Foreign keys are called like the key they refer to, but for these relations. */
const OWN_FOREIGN_KEYS: Readonly<Record<string, string>> = { reportsTo: 'reportsTo', supportRep: 'supportRepId' };

const snake = (text: string): string => text.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
const pascal = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function strategy(spell: (text: string) => string, joinTable: NamingStrategy['joinTable']): NamingStrategy {
  return {
    table: spell,
    column: spell,
    foreignKey: (relation, target) => (OWN_FOREIGN_KEYS[relation] ? spell(OWN_FOREIGN_KEYS[relation]) : target),
    joinTable,
    joinColumn: (_, key) => key,
  };
}

/** `invoice_line.unit_price`: the script for PostgreSQL. */
export const snakeCaseNames = strategy(snake, (owner, target) => `${owner}_${target}`);
/** `InvoiceLine.UnitPrice`: the scripts for MySQL and SQLite. */
export const pascalCaseNames = strategy(pascal, (owner, target) => `${owner}${target}`);
