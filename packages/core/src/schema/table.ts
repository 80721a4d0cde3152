/**
 * Tables as plain data: what entities want, in no engine's words. Comparing it with what a database has is the business of others,
 * who read that into the same shapes.
 */
import type { DatabaseDefault, ReferentialAction } from '../metadata';
import type { TableReference } from '../sql';
import type { ColumnType } from '../types';

export interface Table extends TableReference {
  /** The entity that wants it, for messages. */
  readonly entity: string;
  readonly columns: readonly Column[];
  /** Names of its key columns, in order. */
  readonly primaryKey: readonly string[];
  /** Name of its constraint; undefined: the engine's own. */
  readonly primaryKeyName: string | undefined;
  readonly uniques: readonly Unique[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly Index[];
  readonly checks: readonly Check[];
  readonly comment: string | undefined;
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Numbered by the engine. */
  readonly identity: boolean;
  readonly default: DatabaseDefault | undefined;
  /** The SQL expression of a generated column. */
  readonly computed: string | undefined;
  readonly comment: string | undefined;
}

export interface Unique {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: TableReference;
  /** In the order of `columns`. */
  readonly targetColumns: readonly string[];
  readonly onDelete: ReferentialAction | undefined;
  readonly onUpdate: ReferentialAction | undefined;
  readonly deferrable: 'immediate' | 'deferred' | undefined;
}

export interface Index {
  readonly name: string;
  /** Empty where there is an expression instead. */
  readonly columns: readonly string[];
  readonly unique: boolean;
  /** SQL condition of a partial index. */
  readonly where: string | undefined;
  /** SQL expression instead of columns. */
  readonly expression: string | undefined;
  /** Index method, as the engine names it. */
  readonly using: string | undefined;
  /** Only the foreign key on its columns asks for it: some engines make such an index themselves. */
  readonly forForeignKey: boolean;
}

/** A condition on each row: SQL of the user, or that a column holds one of some values. */
export type Check =
  | { readonly kind: 'expression'; readonly name: string; readonly expression: string }
  | { readonly kind: 'oneOf'; readonly name: string; readonly column: string; readonly values: readonly string[] };

/** Tells tables apart, whatever characters their names have. */
export function tableId({ schema, name }: TableReference): string {
  return JSON.stringify([schema ?? null, name]);
}
