/** What can be said of a property: one definition for each decorator, which `@Column(…)` and `column(…)` share. */
import type { ColumnTypeName } from '../types';
import type {
  ColumnOptions,
  ManyToManyInverseOptions,
  ManyToManyOptions,
  PrimaryKeyOptions,
  PropertyDraft,
  RelationDraft,
  Target,
  VersionOptions,
} from './definition';

type Said = Pick<PropertyDraft, 'column' | 'key' | 'relation' | 'version'>;

export class PropertyDefinition {
  /** `decorator`: the one that says the same, for messages. */
  constructor(
    readonly decorator: string,
    readonly said: Said,
  ) {}
}

/** How a complaint about a definition in the wrong place begins. */
export const ON_A_FIELD = 'describes a field of each entity';
export const ON_A_METHOD = `${ON_A_FIELD}, and this is a method or accessor: declare a field instead.`;

export function addToProperty(property: PropertyDraft, { decorator, said }: PropertyDefinition): void {
  property.decorators.push(decorator);
  Object.assign(property, said);
}

export function keyDefinition(options: PrimaryKeyOptions): PropertyDefinition {
  return new PropertyDefinition('PrimaryKey', { key: options });
}

export function columnDefinition(options: ColumnTypeName | ColumnOptions): PropertyDefinition {
  return new PropertyDefinition('Column', { column: typeof options === 'string' ? { type: options } : options });
}

export function versionDefinition(options: VersionOptions): PropertyDefinition {
  return new PropertyDefinition('Version', { version: options });
}

const RELATION_DECORATORS: Readonly<Record<RelationDraft['kind'], string>> = {
  belongsTo: 'BelongsTo',
  hasMany: 'HasMany',
  hasOne: 'HasOne',
  manyToMany: 'ManyToMany',
};

export function relationDefinition(relation: RelationDraft): PropertyDefinition {
  return new PropertyDefinition(RELATION_DECORATORS[relation.kind], { relation });
}

/** `given`: the property on the other side that declares the join table, or what this side says of its own. */
export function manyToManyDefinition(
  target: Target,
  given: string | ManyToManyOptions,
  inverseOptions: ManyToManyInverseOptions,
): PropertyDefinition {
  return relationDefinition(
    typeof given === 'string'
      ? { kind: 'manyToMany', target, inverse: given, options: inverseOptions }
      : { kind: 'manyToMany', target, inverse: undefined, options: given },
  );
}
