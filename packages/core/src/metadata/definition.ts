/** What decorators and `entity(…)` write down: a draft for each class, without any logic. Models are made of drafts when an Espalier connects. */
import type { Cascade, EntityClass, ReferentialAction } from './entity-model';
import type { ColumnTypeName } from '../types';

/** A column type that has no name of ours, or values that are converted. */
export interface CustomType {
  /** The SQL type to write in DDL, as it is. */
  sqlType?: string;
  /** The column type that it travels as. Default: `'text'`. */
  base?: ColumnTypeName;
  /** A value of `base` for one of the property; null for NULL. Never called with null. */
  toDatabase?: (value: never) => unknown;
  /** The property's value for one of `base`. Never called with null. */
  fromDatabase?: (value: never) => unknown;
}

/** Converts a property's values to those of its column type and back. Never called with null. */
export interface Transform<V = never, D = never> {
  /** Null for NULL. */
  toDatabase: (value: V) => unknown;
  /** Takes what the column type reads: a text for a decimal. */
  fromDatabase: (value: D) => unknown;
}

/** A type by its name, or one of your own. */
export type ColumnTypeOption = ColumnTypeName | CustomType;

/** `['low', 'high']`, or a TypeScript enum of texts. */
export type EnumValues = readonly string[] | Readonly<Record<string, string>>;

/** The elements of an array, where their type has options. */
export interface ElementOptions {
  /** Of one element; told by the other options where they can. */
  type?: ColumnTypeOption;
  /** Characters, or bytes of binary elements. */
  length?: number;
  /** Decimal: all digits. Time and timestamps: digits after the second, 0 to 6. */
  precision?: number;
  /** Decimal: digits after the point. */
  scale?: number;
  /** The values of an enum. */
  values?: EnumValues;
  /** The engine's own enum type instead of text with a check. */
  native?: boolean;
  /** Name of the native enum type. Default: made of table and column. */
  enumName?: string;
  /** Timestamps: a Date (default), or a text with microseconds. */
  as?: 'date' | 'string';
  /** Timestamps: `true` is `timestamptz`, `false` is `timestamp`. */
  zone?: boolean;
}

/** What `@Column` takes. */
export interface ColumnOptions {
  /** Name of the column. Default: made of the property's by the naming strategy. */
  name?: string;
  /** Told by the other options or the emitted type where they can; MetadataError where nothing tells it. */
  type?: ColumnTypeOption;
  /** Whether it may be NULL, and the property null. Default: false. */
  nullable?: boolean;
  /** Whether no two rows have the same value; `@Unique` is for several columns. Default: false. */
  unique?: boolean;
  /** A value, or a function called at flush for each new entity whose property is undefined. */
  default?: unknown;
  /** A value of the column's type, or SQL: `{ sql: 'now()' }`. A text that is no value of the type is taken for SQL too. */
  databaseDefault?: unknown;
  /** Called at flush for each changed entity. */
  onUpdate?: () => unknown;
  /** `'access'`: the default is set when the property is first read. */
  initialize?: 'access' | 'flush';
  /** Characters, or bytes of a binary column. */
  length?: number;
  /** Decimal: all digits. Time and timestamps: digits after the second, 0 to 6. */
  precision?: number;
  /** Decimal: digits after the point. */
  scale?: number;
  /** The values of an enum, or a TypeScript enum of texts. */
  values?: EnumValues;
  /** The engine's own enum type instead of text with a check. */
  native?: boolean;
  /** Name of the native enum type. */
  enumName?: string;
  /** The type of an array's elements. */
  of?: ColumnTypeName | ElementOptions;
  /** Timestamps: a Date, or a text with microseconds. */
  as?: 'date' | 'string';
  /** Timestamps: `true` is `timestamptz`, `false` is `timestamp`. */
  zone?: boolean;
  /** Left out of the entity's JSON: a password's hash. */
  hidden?: boolean;
  /** false: it is written with a new row, and to change it afterwards is refused. Default: true. */
  updatable?: boolean;
  /** `session.serialize` with `groups` leaves it out unless one of these is among them. */
  groups?: readonly string[];
  /** Not read unless asked for. */
  deferred?: boolean;
  /** A column that the database computes: its SQL expression. */
  generated?: string;
  /** Converts between the property and the column type. */
  transform?: Transform;
  /** Kept in the database, where the engine has comments. */
  comment?: string;
}

/** What `@PrimaryKey` takes. */
export interface PrimaryKeyOptions extends Pick<
  ColumnOptions,
  | 'name'
  | 'type'
  | 'default'
  | 'length'
  | 'precision'
  | 'scale'
  | 'values'
  | 'native'
  | 'enumName'
  | 'as'
  | 'zone'
  | 'transform'
  | 'hidden'
  | 'comment'
> {
  /** Name of the primary key constraint; MySQL and MariaDB call it PRIMARY whatever is said. One of several keys may say it. */
  constraint?: string;
  /** Who makes a key that was not set. Default, by the type: identity for integers, uuid for uuids, the program for texts and composite keys. */
  generated?: 'identity' | 'sequence' | 'uuid' | 'uuidv7' | false;
}

/** What `@Version` takes. */
export type VersionOptions = Pick<ColumnOptions, 'name' | 'comment'>;

/** A class by a function, because modules of entities refer to one another. */
export type Target<T extends object = object> = () => EntityClass<T>;

/** What goes along a relation. Default: `['persist']`. `true` is everything, `false` nothing. */
export type CascadeOption = readonly Cascade[] | boolean;

/** What `@BelongsTo` takes. */
export interface BelongsToOptions {
  /** Name of the foreign key column. */
  column?: string;
  /** Names of the foreign key columns, in the order of the target's key. */
  columns?: readonly string[];
  /** The HasMany or HasOne on the other side; found by itself where there is one. */
  inverse?: string;
  /** Whether the entity may refer to none, and the property be null. Default: false. */
  nullable?: boolean;
  /** Whether at most one row refers to the same: the other side is a HasOne. Default: false. */
  unique?: boolean;
  /** What the database does to this row when the one that it refers to is deleted. */
  onDelete?: ReferentialAction;
  /** What the database does to this row when the key of the one that it refers to changes. */
  onUpdate?: ReferentialAction;
  /** Name of the foreign key constraint; false: the database has none. Default: a constraint whose name is made of table and columns. */
  constraint?: string | false;
  /** When the database checks it: `'deferred'` at the commit, `'immediate'` (or true) after each statement unless a transaction asks for later. MySQL and MariaDB have no such constraints. */
  deferrable?: boolean | 'immediate' | 'deferred';
  /** false: it is written with a new row, and to change it afterwards is refused. Default: true. */
  updatable?: boolean;
  /** What goes along to the entity that this one refers to. */
  cascade?: CascadeOption;
}

/** What `@HasMany` takes. */
export interface HasManyOptions {
  /** What goes along to the children. */
  cascade?: CascadeOption;
  /** A child that is taken out of the collection is deleted. */
  orphanRemoval?: boolean;
  /** The order in which items are loaded: `'position'`, `['-createdAt', 'title']`. */
  orderBy?: string | readonly string[];
}

/** What `@HasOne` takes. */
export type HasOneOptions = Omit<HasManyOptions, 'orderBy'>;

/** What `@ManyToMany` takes on the side that owns the join table. */
export interface ManyToManyOptions {
  /** The join table: its name, or the entity that is mapped on it. */
  through?: string | Target;
  /** Columns that refer to this entity. */
  from?: string | readonly string[];
  /** Columns that refer to the target. */
  to?: string | readonly string[];
  /** What the database does to rows of the join table when a row that they name is deleted. Default: `'cascade'`. */
  onDelete?: 'cascade' | 'restrict' | 'no action';
  /** The order in which items are loaded: `'name'`, `'-createdAt'`. */
  orderBy?: string | readonly string[];
  /** What goes along to the items. Join rows go with the owner anyway. */
  cascade?: CascadeOption;
}

/** A relation as its decorator wrote it down. */
export type RelationDraft =
  | { kind: 'belongsTo'; target: Target; options: BelongsToOptions }
  | { kind: 'hasMany'; target: Target; inverse: string; options: HasManyOptions }
  | { kind: 'hasOne'; target: Target; inverse: string; options: HasOneOptions }
  /** `inverse`: the owner's property, on the side that does not own. */
  | { kind: 'manyToMany'; target: Target; inverse: string | undefined; options: ManyToManyOptions };

/** What the side of a many-to-many relation may say that does not own the join table. */
export type ManyToManyInverseOptions = Pick<ManyToManyOptions, 'orderBy' | 'cascade'>;

/** One property as its decorators wrote it down. */
export interface PropertyDraft {
  /** The decorators that wrote here, in that order: `Column`, `BelongsTo`. */
  readonly decorators: string[];
  column?: ColumnOptions;
  key?: PrimaryKeyOptions;
  relation?: RelationDraft;
  version?: VersionOptions;
  /** The type that the compiler emitted; Object or undefined where it saw none. */
  designType?: unknown;
}

/** What `@Entity` takes. */
export interface EntityOptions {
  /** Name of the table. Default: made of the class's by the naming strategy. */
  table?: string;
  /** Schema of the table; on MySQL and MariaDB a database of the same server. Default: the connection's own. */
  schema?: string;
  /** Name of the database it lives in. */
  database?: string;
  /** Its repository class. */
  repository?: () => unknown;
  /** Comment of the table, where the engine has comments. */
  comment?: string;
  /** Read, never written. */
  readOnly?: boolean;
}

/** What `@Index` and `@Unique` take after their properties. */
export interface IndexOptions {
  /** Name of the index. Default: made of table and columns. */
  name?: string;
  /** SQL condition: a partial index. */
  where?: string;
  /** SQL expression in place of properties. */
  expression?: string;
  /** Index method as the engine names it. */
  using?: string;
}

/** An index as its decorator wrote it down. */
export interface IndexDraft {
  properties: readonly string[];
  unique: boolean;
  options: IndexOptions;
}

/** What `@Check` takes after its condition. */
export interface CheckOptions {
  /** Name of the constraint. Default: made of the table. */
  name?: string;
}

/** A check as its decorator wrote it down. */
export interface CheckDraft {
  expression: string;
  options: CheckOptions;
}

/** Something said of what it cannot describe: a decorator on a method, on a static or private field; an invalid definition. */
export interface Misplaced {
  /** undefined: it was said of the class. */
  readonly property: string | undefined;
  /** What it stands on and what to do, as the end of a sentence. */
  readonly complaint: string;
}

/** What `@Timestamps` takes. */
export interface TimestampsOptions {
  /** Property for the time of insertion; false for none. */
  createdAt?: string | false;
  /** Property for the time of the last change; false for none. */
  updatedAt?: string | false;
}

/** All that was said of one class, without its base classes. */
export interface ClassDraft {
  entity?: EntityOptions;
  readonly properties: Map<string, PropertyDraft>;
  readonly indexes: IndexDraft[];
  readonly checks: CheckDraft[];
  readonly misplaced: Misplaced[];
  timestamps?: TimestampsOptions;
  softDelete?: string;
}

/** A class of which nothing was said. */
export function emptyDraft(): ClassDraft {
  return { properties: new Map(), indexes: [], checks: [], misplaced: [] };
}
