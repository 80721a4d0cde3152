/** Rows as messages name them: by their keys, never by other values. */
import { types } from 'node:util';
import { keyImage, timeOf } from '../types';
import type { ColumnModel, EntityModel } from './entity-model';

/** A key can be a text of any length. */
const SHOWN_CHARACTERS = 60;

/** `Album 3`, `Seat (4, 7)`; of a hidden key the class only. */
export function describeRow(model: EntityModel, key: readonly unknown[]): string {
  return `${model.name} ${describeKey(model, key)}`;
}

/** `3`, `(4, 7)`. */
export function describeKey(model: EntityModel, key: readonly unknown[]): string {
  const parts = key.map((value, i) => describePart(model.key[i]!, value));
  return parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`;
}

function describePart({ hidden, type }: ColumnModel, value: unknown): string {
  if (hidden) return '(hidden)';
  const text = textOf(type.custom ? keyImage(type, value) : value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function textOf(value: unknown): string {
  if (types.isDate(value)) return Number.isNaN(timeOf(value)) ? 'an invalid Date' : value.toISOString();
  if (types.isUint8Array(value)) return Buffer.from(value).toString('hex');
  return String(value);
}
