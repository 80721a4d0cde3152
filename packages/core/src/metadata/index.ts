/** Annotated classes → frozen entity models. Decorators write drafts; `createModels` makes models of them, or says everything that is wrong. */
export * from './entity-model';
export type {
  BelongsToOptions,
  CheckOptions,
  ColumnOptions,
  ColumnTypeOption,
  CustomType,
  ElementOptions,
  EntityOptions,
  EnumValues,
  HasManyOptions,
  HasOneOptions,
  IndexOptions,
  ManyToManyInverseOptions,
  ManyToManyOptions,
  PrimaryKeyOptions,
  TimestampsOptions,
  Transform,
  VersionOptions,
} from './definition';
export { keyColumn, readReference, tellersOf } from './column-access';
export type { EntityDecorator, FieldDecorator } from './decorators/dual';
export { Column, PrimaryKey, Version } from './decorators/column';
export { BelongsTo, HasMany, HasOne, ManyToMany } from './decorators/relation';
export { Check, Entity, Index, SoftDelete, Timestamps, Unique } from './decorators/entity';
export { describeKey, describeRow } from './describe-key';
export { defineClass, type ClassDefinition } from './define';
export {
  columnDefinition,
  keyDefinition,
  manyToManyDefinition,
  relationDefinition,
  versionDefinition,
  type PropertyDefinition,
} from './property-definition';
export { GeneratedNames } from './generated-names';
export { snakeCaseNaming, type NamingStrategy } from './naming';
export { nearest } from './nearest';
export { checkDatabases, refuseArrays, refuseNames } from './places';
export { connectedModels, createModels, draftModels } from './registry';
export { uuidv7 } from './uuid';
