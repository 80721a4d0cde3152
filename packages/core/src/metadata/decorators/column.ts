/** `@PrimaryKey`, `@Column`, `@Version`. */
import type { ColumnOptions, PrimaryKeyOptions, Transform } from '../definition';
import type { ColumnTypeName } from '../../types';
import { fieldDecorator, type FieldDecorator } from './dual';

/** Options whose transform may be typed by the property's own values. */
type Typed<O> = Omit<O, 'transform'> & { transform?: Transform };

/**
 * A key property. Integers are numbered by the database unless `generated: false`; several make a composite key; together with
 * `@BelongsTo` the key is the related entity's.
 */
export function PrimaryKey(options: Typed<PrimaryKeyOptions> = {}): FieldDecorator {
  return fieldDecorator((property) => {
    property.key = options;
  });
}

/** A column. The type is taken from the options, else from what the compiler emits; `@Column('text')` names it in short. */
export function Column(options: ColumnTypeName | Typed<ColumnOptions> = {}): FieldDecorator {
  return fieldDecorator((property) => {
    property.column = typeof options === 'string' ? { type: options } : options;
  });
}

/** The optimistic lock: a number that each update counts up and checks. */
export function Version(options: Pick<ColumnOptions, 'name' | 'comment'> = {}): FieldDecorator {
  return fieldDecorator((property) => {
    property.version = true;
    property.column = { ...options, type: 'integer' };
  });
}
