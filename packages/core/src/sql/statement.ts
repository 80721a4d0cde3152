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

/** A statement ready for a driver, made by `boundStatement`. */
export interface BoundStatement extends StatementTraits {
  /** Its text, by which a driver finds what it has prepared: nothing that differs between two executions is in it. */
  readonly sql: string;
  readonly parameters: readonly DriverValue[];
  readonly columns: readonly ColumnType[] | undefined;
  readonly readOnly: boolean;
  readonly reusable: boolean;
}

/** What a driver may know of a statement beside its text and its values. */
export interface StatementTraits {
  /** Types of the columns it returns, in order; undefined where it returns none or where they are not known (raw SQL). */
  readonly columns?: readonly ColumnType[] | undefined;
  /** Whether it only reads: such a statement may go to a replica and be sent again. Default: false. */
  readonly readOnly?: boolean;
  /** Whether the same text comes again and again, so that preparing it pays. Default: true. */
  readonly reusable?: boolean;
}

/** Makes every statement that a driver gets, so that all have one shape. */
export function boundStatement(
  sql: string,
  parameters: readonly DriverValue[],
  { columns, readOnly = false, reusable = true }: StatementTraits = {},
): BoundStatement {
  return { sql, parameters, columns, readOnly, reusable };
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
  return boundStatement(statement.sql, parameters, statement);
}
