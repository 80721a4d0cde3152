/** `@BelongsTo`, `@HasMany`, `@HasOne`, `@ManyToMany`. Classes are named by functions, so that modules may refer to one another. */
import type { BelongsToOptions, HasManyOptions, HasOneOptions, ManyToManyOptions, Target } from '../definition';
import type { EntityClass } from '../entity-model';
import { fieldDecorator, type FieldDecorator } from './dual';

/** A foreign key in this entity's table. */
export function BelongsTo(target: Target, options: BelongsToOptions = {}): FieldDecorator {
  return fieldDecorator((property) => {
    property.relation = { kind: 'belongsTo', target, options };
  });
}

/** The entities whose `inverse` refers to this one. */
export function HasMany<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options: HasManyOptions = {},
): FieldDecorator {
  return fieldDecorator((property) => {
    property.relation = { kind: 'hasMany', target, inverse, options };
  });
}

/** The one entity whose `inverse` refers to this one. */
export function HasOne<T extends object>(
  target: () => EntityClass<T>,
  inverse: keyof T & string,
  options: HasOneOptions = {},
): FieldDecorator {
  return fieldDecorator((property) => {
    property.relation = { kind: 'hasOne', target, inverse, options };
  });
}

/** A relation through a join table. The side with options owns the table; the other side names the owner's property. */
export function ManyToMany<T extends object>(
  target: () => EntityClass<T>,
  options?: ManyToManyOptions | (keyof T & string),
): FieldDecorator {
  return fieldDecorator((property) => {
    property.relation =
      typeof options === 'string'
        ? { kind: 'manyToMany', target, inverse: options, options: {} }
        : { kind: 'manyToMany', target, inverse: undefined, options: options ?? {} };
  });
}
