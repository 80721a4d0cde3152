/** `@BelongsTo`, `@HasMany`, `@HasOne`, `@ManyToMany`. Classes are named by functions, so that modules may refer to one another. */
import type {
  BelongsToOptions,
  HasManyOptions,
  HasOneOptions,
  ManyToManyInverseOptions,
  ManyToManyOptions,
} from '../definition';
import type { EntityClass } from '../entity-model';
import { manyToManyDefinition, relationDefinition } from '../property-definition';
import { fieldDecorator, type FieldDecorator } from './dual';

/** A foreign key in this entity's table. */
export function BelongsTo<T extends object>(
  target: () => EntityClass<T>,
  options: BelongsToOptions & { inverse?: keyof T & string } = {},
): FieldDecorator {
  return fieldDecorator(relationDefinition({ kind: 'belongsTo', target, options }));
}

/** The entities whose `inverse` refers to this one. */
export function HasMany<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options: HasManyOptions = {},
): FieldDecorator {
  return fieldDecorator(relationDefinition({ kind: 'hasMany', target, inverse, options }));
}

/** The one entity whose `inverse` refers to this one. */
export function HasOne<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options: HasOneOptions = {},
): FieldDecorator {
  return fieldDecorator(relationDefinition({ kind: 'hasOne', target, inverse, options }));
}

/** A relation through a join table, seen from the other side: `inverse` is the property that declares it. */
export function ManyToMany<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options?: ManyToManyInverseOptions,
): FieldDecorator;
/** A relation through a join table, seen from the side that declares the table. */
export function ManyToMany<T extends object>(target: () => EntityClass<T>, options?: ManyToManyOptions): FieldDecorator;
export function ManyToMany<T extends object>(
  target: () => EntityClass<T>,
  given: ManyToManyOptions | (keyof T & string) = {},
  inverseOptions: ManyToManyInverseOptions = {},
): FieldDecorator {
  return fieldDecorator(manyToManyDefinition(target, given, inverseOptions));
}
