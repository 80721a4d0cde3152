/** Models while they are made: the same shapes as the frozen ones, writable, and what the passes share. */
import type { NamingStrategy } from '../naming';
import type {
  BelongsToModel,
  CheckModel,
  ColumnModel,
  EntityClass,
  EntityModel,
  HasManyModel,
  HasOneModel,
  IndexModel,
  ManyToManyModel,
  PropertyModel,
  RelationModel,
} from '../entity-model';
import type { Problems } from '../problems';
import type { MergedDraft } from './merged-draft';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export type BuildingColumn = Writable<ColumnModel>;
export type BuildingBelongsTo = Writable<BelongsToModel>;
export type BuildingHasMany = Writable<HasManyModel>;
export type BuildingHasOne = Writable<HasOneModel>;
export type BuildingManyToMany = Writable<ManyToManyModel>;

export interface BuildingModel extends Writable<
  Omit<EntityModel, 'columns' | 'key' | 'shared' | 'keyProperties' | 'properties' | 'relations' | 'indexes' | 'checks'>
> {
  columns: BuildingColumn[];
  key: BuildingColumn[];
  shared: BuildingColumn[];
  keyProperties: string[];
  properties: Map<string, PropertyModel>;
  relations: RelationModel[];
  indexes: IndexModel[];
  checks: CheckModel[];
}

export interface Building {
  readonly naming: NamingStrategy;
  readonly problems: Problems;
  readonly drafts: ReadonlyMap<EntityClass, MergedDraft>;
  readonly models: ReadonlyMap<EntityClass, BuildingModel>;
}

/** A relation's owner and the entity at its other end. */
export interface Ends {
  readonly draft: MergedDraft;
  readonly owner: BuildingModel;
  readonly target: BuildingModel;
}

/** Whether all parts of the key could be made. Where not, that mistake is noted, and others that follow from it are not. */
export function hasWholeKey(model: BuildingModel): boolean {
  return model.key.length > 0 && model.keyProperties.every((property) => model.properties.has(property));
}
