/** `@PrimaryKey`, `@Column`, `@Version`. */
import type { ColumnTypeName } from '../../types';
import type { ColumnOptions, PrimaryKeyOptions, VersionOptions } from '../definition';
import { columnDefinition, keyDefinition, versionDefinition } from '../property-definition';
import { fieldDecorator, type FieldDecorator } from './dual';

/**
 * A key property. Integers are numbered by the database unless `generated: false`; several make a composite key; together with
 * `@BelongsTo` the key is the related entity's.
 */
export function PrimaryKey(options: PrimaryKeyOptions = {}): FieldDecorator {
  return fieldDecorator(keyDefinition(options));
}

/** A column. The type is taken from the options, else from what the compiler emits; `@Column('text')` names it in short. */
export function Column(options: ColumnTypeName | ColumnOptions = {}): FieldDecorator {
  return fieldDecorator(columnDefinition(options));
}

/** The optimistic lock: a number that each update counts up and checks. */
export function Version(options: VersionOptions = {}): FieldDecorator {
  return fieldDecorator(versionDefinition(options));
}
