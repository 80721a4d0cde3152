/** What compilation gives and what execution takes. */
import type { ColumnType, DriverValue } from '../types';

/** How one placeholder of a compiled text is filled from the values of an execution. */
export interface Binding {
  /** Which value. */
  readonly slot: number;
  /** Which element, where the value is a list that was expanded: element 5 of a list of 3 repeats the last one. */
  readonly element: number | undefined;
  encode(value: unknown): DriverValue;
}

/** SQL text of one shape; constant, so that a driver may prepare it once. */
export interface CompiledStatement {
  readonly sql: string;
  readonly bindings: readonly Binding[];
  /** Types of the columns it returns; undefined where it returns none. */
  readonly columns: readonly ColumnType[] | undefined;
  /** Whether it only reads: such a statement may go to a replica and be sent again. */
  readonly readOnly: boolean;
}

/** A statement ready for a driver. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: readonly DriverValue[];
  /** Types of the columns it returns, in order; undefined where it returns none or where they are not known (raw SQL). */
  readonly columns: readonly ColumnType[] | undefined;
  readonly readOnly: boolean;
  /** True where the same text comes again and again, so that preparing it pays. */
  readonly reusable: boolean;
}

export function bind(statement: CompiledStatement, values: readonly unknown[]): BoundStatement {
  const { bindings } = statement;
  const parameters = new Array<DriverValue>(bindings.length);
  for (let i = 0; i < bindings.length; i++) {
    const binding = bindings[i]!;
    let value = values[binding.slot];
    if (binding.element !== undefined) {
      const list = value as readonly unknown[];
      value = list[Math.min(binding.element, list.length - 1)];
    }
    parameters[i] = value === null ? null : binding.encode(value);
  }
  return { sql: statement.sql, parameters, columns: statement.columns, readOnly: statement.readOnly, reusable: true };
}
