/** `@espalier/core/define`: entities without decorators, for plain JavaScript, for runtimes that strip types, and for generated code. */
export {
  entity,
  mappedSuperclass,
  type CheckDefinition,
  type EntityDefinition,
  type IndexDefinition,
  type SharedDefinition,
} from './entity';
export {
  belongsTo,
  column,
  hasMany,
  hasOne,
  manyToMany,
  primaryKey,
  version,
  type TypedColumnOptions,
  type TypedKeyOptions,
} from './properties';
export type {
  BelongsToDefinition,
  CollectionDefinition,
  ColumnDefinition,
  DefinitionOf,
  HasOneDefinition,
  KeyDefinition,
  ReferenceKeyDefinition,
  VersionDefinition,
} from './definitions';
