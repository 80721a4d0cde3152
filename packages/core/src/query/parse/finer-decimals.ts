/** Decimals that a column does not hold, as it keeps fewer digits: they can be compared with all the same, and the engines would round them. */
import type { ColumnModel } from '../../metadata';
import type { ComparisonOperator } from '../../sql';

export interface Bound {
  readonly operator: ComparisonOperator;
  readonly value: string;
}

const DECIMAL = /^([+-]?)(\d+)\.(\d+)$/;

/** The comparison with a value of the column that means the same; 'unequal' where no value of the column is equal to this one; undefined for what the column holds. */
export function heldBound(
  { type: { name, options, custom } }: ColumnModel,
  operator: ComparisonOperator,
  value: unknown,
): Bound | 'unequal' | undefined {
  const { scale } = options;
  if (name !== 'decimal' || custom || scale === undefined) return undefined;
  const parts = typeof value === 'string' || typeof value === 'number' ? DECIMAL.exec(String(value)) : null;
  if (!parts || !/[1-9]/.test(parts[3]!.slice(scale))) return undefined;
  if (operator === '=' || operator === '<>') return 'unequal';
  const [, sign, whole, fraction] = parts as unknown as [string, string, string, string];
  // Towards zero: the greatest value of the column below a positive number, the least above a negative one.
  const cut = `${sign}${whole}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
  const above = operator === '>' || operator === '>=';
  if (sign === '-') return { operator: above ? '>=' : '<', value: cut };
  return { operator: above ? '>' : '<=', value: cut };
}
