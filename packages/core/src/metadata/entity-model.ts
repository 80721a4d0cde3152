/**
 * The frozen model of an entity: the only thing of metadata that other rooms see.
 * Names of columns, foreign keys and join tables are settled here; no SQL is.
 */
import type { ColumnType } from '../types';

/** A class whose instances are entities. Its constructor is called by `session.create` only, never when loading. */
export type EntityClass<T extends object = object> = abstract new (...args: never[]) => T;

/** An entity seen from inside: its properties by name. */
export type EntityObject = Record<string, unknown>;

export interface TableName {
  readonly name: string;
  readonly schema?: string | undefined;
}

export type ReferentialAction = 'cascade' | 'restrict' | 'set null' | 'set default' | 'no action';

/** What a session does to related entities along with this one. `persist`: `add` goes along; `delete`: deleting goes along. */
export type Cascade = 'persist' | 'delete';

/** A database default: a literal value of the column's type, or SQL text by `sql` of the options. */
export type DatabaseDefault = { readonly value: unknown } | { readonly sql: string };

export interface ColumnModel {
  /** The slot of this column in rows and snapshots: its position in `EntityModel.columns`. */
  readonly index: number;
  /** Name in the table. */
  readonly name: string;
  /** The property that holds its value, or of several the one that owns it; for a foreign key the relation's property. */
  readonly property: string;
  /** Set where the column belongs to a relation: its value is a key column of the related entity. */
  readonly relation: BelongsToModel | undefined;
  /** All relations that it is a foreign key of. `property` and `relation` name its owner alone: a plain column where there is one. */
  readonly references: readonly BelongsToModel[];
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly primary: boolean;
  readonly unique: boolean;
  /** Who makes the value of a key that was not set. */
  readonly generated: 'identity' | 'sequence' | 'uuid' | 'uuidv7' | undefined;
  /** Applied at flush to a new entity whose property is undefined. */
  readonly default: (() => unknown) | undefined;
  /** The default is set when the property is first read, not at flush. */
  readonly initialize: 'access' | 'flush';
  readonly databaseDefault: DatabaseDefault | undefined;
  /** Applied at flush to a changed entity. */
  readonly onUpdate: (() => unknown) | undefined;
  /** A generated column's SQL expression: it is read, never written. */
  readonly computed: string | undefined;
  /** Not read unless asked for. */
  readonly deferred: boolean;
  readonly hidden: boolean;
  /** Whether it may change after its row was inserted. */
  readonly updatable: boolean;
  /** Where some are given, `session.serialize` leaves it out unless one of them is asked for. */
  readonly groups: readonly string[];
  readonly comment: string | undefined;
  /** What an entity has in this column. undefined: nothing was given, or the key of a related entity is not known yet. */
  readonly read: (entity: EntityObject) => unknown;
  /** Sets the property: a value, or for a foreign key the related entity. */
  readonly write: (entity: EntityObject, value: unknown) => void;
}

interface RelationCommon {
  readonly property: string;
  readonly owner: EntityModel;
  readonly target: EntityModel;
  readonly cascade: readonly Cascade[];
}

/** A foreign key of this entity's own table. */
export interface BelongsToModel extends RelationCommon {
  readonly kind: 'belongsTo';
  readonly toMany: false;
  /** Foreign key columns, in the order of the target's key columns. */
  readonly columns: readonly ColumnModel[];
  /** Those that are NULL where it refers to nothing: all but what others need. */
  readonly own: readonly ColumnModel[];
  /** Whether other properties own all of its columns: it says what they say. */
  readonly follows: boolean;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly onDelete: ReferentialAction | undefined;
  readonly onUpdate: ReferentialAction | undefined;
  /** Name of the foreign key constraint, where one was given; false: the table has no such constraint. */
  readonly constraint: string | false | undefined;
  readonly deferrable: 'immediate' | 'deferred' | undefined;
  /** The HasMany or HasOne on the other side, where one is declared. */
  readonly inverse: HasManyModel | HasOneModel | undefined;
}

export interface HasManyModel extends RelationCommon {
  readonly kind: 'hasMany';
  readonly toMany: true;
  readonly inverse: BelongsToModel;
  readonly orphanRemoval: boolean;
  /** In the notation of `orderBy`: `'-createdAt'`. */
  readonly orderBy: readonly string[];
}

export interface HasOneModel extends RelationCommon {
  readonly kind: 'hasOne';
  readonly toMany: false;
  readonly inverse: BelongsToModel;
  readonly orphanRemoval: boolean;
}

export interface JoinColumn {
  readonly name: string;
  /** The key column it refers to. */
  readonly target: ColumnModel;
}

/** The table of a many-to-many relation. */
export interface JoinTable {
  readonly table: TableName;
  /** Refers to the entity that owns the relation model at hand (mirrored for the inverse side). */
  readonly from: readonly JoinColumn[];
  /** Refers to its target. */
  readonly to: readonly JoinColumn[];
  /** Those of `from`, and those of `to` that are not among them: both may share a tenant. */
  readonly columns: readonly JoinColumn[];
  readonly onDelete: 'cascade' | 'restrict' | 'no action';
  /** The class that is mapped on the table: the one that `through` names, or whose table it names. */
  readonly mapped: EntityModel | undefined;
}

export interface ManyToManyModel extends RelationCommon {
  readonly kind: 'manyToMany';
  readonly toMany: true;
  /** One side declares the join table and owns it; schema looks at owners only. */
  readonly owning: boolean;
  readonly inverse: ManyToManyModel | undefined;
  readonly through: JoinTable;
  readonly orderBy: readonly string[];
}

export type RelationModel = BelongsToModel | HasManyModel | HasOneModel | ManyToManyModel;
export type ToManyModel = HasManyModel | ManyToManyModel;

/** A property of an entity: a column of its own, or a relation. */
export type PropertyModel =
  | { readonly kind: 'column'; readonly column: ColumnModel }
  | { readonly kind: 'relation'; readonly relation: RelationModel };

export interface IndexModel {
  readonly name: string;
  readonly columns: readonly ColumnModel[];
  readonly unique: boolean;
  /** SQL condition of a partial index. */
  readonly where: string | undefined;
  /** SQL expression instead of columns. */
  readonly expression: string | undefined;
  /** Index method (btree, gin …), as the engine names it. */
  readonly using: string | undefined;
}

export interface CheckModel {
  readonly name: string;
  readonly expression: string;
}

export interface EntityModel<T extends object = object> {
  /** Name of the class. */
  readonly name: string;
  readonly entityClass: EntityClass<T>;
  /** The database it lives in; undefined: the session's. */
  readonly database: string | undefined;
  readonly table: TableName;
  readonly comment: string | undefined;
  readonly readOnly: boolean;
  /** Custom repository class, opaque here. */
  readonly repository: (() => unknown) | undefined;
  /** All columns that are mapped, in order: key columns first, foreign keys where their relation was declared. */
  readonly columns: readonly ColumnModel[];
  /** Empty for a read-only entity without identity. */
  readonly key: readonly ColumnModel[];
  /** Name of the primary key constraint, where one was given. */
  readonly keyConstraint: string | undefined;
  /** The columns that more than one property holds. */
  readonly shared: readonly ColumnModel[];
  /** Names of the properties that make the key: columns, or belongs-to relations. */
  readonly keyProperties: readonly string[];
  /** Columns and relations by property name. */
  readonly properties: ReadonlyMap<string, PropertyModel>;
  readonly relations: readonly RelationModel[];
  readonly indexes: readonly IndexModel[];
  readonly checks: readonly CheckModel[];
  readonly createdAt: ColumnModel | undefined;
  readonly updatedAt: ColumnModel | undefined;
  /** The deletion mark of a soft-deleted entity. */
  readonly softDelete: ColumnModel | undefined;
  /** The optimistic lock. */
  readonly version: ColumnModel | undefined;
}

/** Finds the model of a class or of an entity. Frozen after `connect`. */
export interface EntityModels {
  readonly all: readonly EntityModel[];
  /** @throws MetadataError where the class is no entity of this registry, naming it and the remedy. */
  of<T extends object>(entityClass: EntityClass<T>): EntityModel<T>;
  /** The model of an entity object, by its prototype chain; undefined for other objects. */
  ofEntity(entity: object): EntityModel | undefined;
}
