/** What the tests of isolation read and write. */
import { Column, Entity, PrimaryKey } from '@espalier/core';

@Entity({ table: 'cells' })
export class Cell {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer' }) value!: number;
}

/** A list that transactions append to. */
@Entity({ table: 'lists' })
export class List {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'text' }) items!: string;
}

export const LEVELS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const;
export type Level = (typeof LEVELS)[number];
