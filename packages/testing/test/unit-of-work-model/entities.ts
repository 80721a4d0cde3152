/** The entities of the model test: required, nullable and self references, both kinds of to-many relations, unique columns, json. */
import { BelongsTo, Column, Entity, HasMany, ManyToMany, PrimaryKey, type Many, type Ref } from '@espalier/core';

export interface Meta {
  tags: string[];
  nested: { level: number };
}

@Entity()
export class Author {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60, unique: true }) email!: string;
  @Column({ type: 'text', nullable: true }) bio!: string | null;
  @Column({ type: 'json' }) meta!: Meta;
  @HasMany(() => Book, 'author', { orphanRemoval: true }) books!: Many<Book>;
}

@Entity()
export class Book {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) title!: string;
  @BelongsTo(() => Author) author!: Ref<Author>;
  @BelongsTo(() => Author, { nullable: true }) editor!: Ref<Author> | null;
  @ManyToMany(() => Tag, { through: 'book_tags' }) tags!: Many<Tag>;
}

@Entity()
export class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  /** Unique and nullable: changes hands between rows. */
  @Column({ type: 'varchar', length: 60, nullable: true, unique: true }) slug!: string | null;
  @ManyToMany(() => Book, 'tags') books!: Many<Book>;
}

@Entity()
export class Employee {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @BelongsTo(() => Employee, { nullable: true }) manager!: Ref<Employee> | null;
  @HasMany(() => Employee, 'manager') reports!: Many<Employee>;
}

export type AnyEntity = Author | Book | Tag | Employee;

export const ENTITY_CLASSES = { author: Author, book: Book, tag: Tag, employee: Employee } as const;
