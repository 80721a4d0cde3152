/** Makes selects and their parts. */
import { createColumnType } from '../../types';
import { value } from './expression';
import type { CountNode, ExpressionNode, OrderNode, ResultRow, SelectNode, Source, ValueNode } from './tree';

export function order(expression: ExpressionNode, descending = false): OrderNode {
  return Object.freeze({ kind: 'order', expression, descending });
}

let lastRow = 0;

export function resultRow(columns: readonly ExpressionNode[]): ResultRow {
  return Object.freeze({ id: ++lastRow, columns });
}

const whole = createColumnType('integer', {});

/** The row of `select 1`: whether there is one. */
export const ONE = resultRow([Object.freeze({ kind: 'constant', type: whole, value: 1 })]);

const counted: CountNode = Object.freeze({ kind: 'count', type: createColumnType('bigint', {}) });

/** The row of `select count(*)`. */
export const COUNT = resultRow([counted]);

/** A number of rows, for `limit` and `offset`. */
export function rowCount(rows: number): ValueNode {
  return value(whole, rows);
}

const NONE: readonly never[] = [];

/** A select of these columns; what else there is to it may be given. */
export function select(
  row: ResultRow,
  from: Source,
  parts: Partial<Omit<SelectNode, 'kind' | 'row' | 'from'>> = {},
): SelectNode {
  return {
    kind: 'select',
    row,
    from,
    joins: parts.joins ?? NONE,
    where: parts.where,
    orderBy: parts.orderBy ?? NONE,
    limit: parts.limit,
    offset: parts.offset,
    lock: parts.lock,
    hideMarked: parts.hideMarked,
  };
}
