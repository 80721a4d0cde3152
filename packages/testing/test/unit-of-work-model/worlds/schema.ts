/** How a world's entities are described to the oracle: by hand, beside the entities, for the oracle is to know nothing of the library's metadata. */

/** What the oracle knows of one entity class. */
export interface Kind {
  /** By which programs and messages call it. */
  readonly name: string;
  readonly entity: new () => object;
  readonly table: string;
  /** Properties of the key; `['id']`, made by the database, where it says nothing. A reference may be part of it. */
  readonly key?: readonly string[];
  /** Scalar properties, without those of the key. */
  readonly values?: Readonly<Record<string, ValueKind>>;
  readonly references?: Readonly<Record<string, Reference>>;
  /** Deleting sets `deletedAt`. */
  readonly softDelete?: true;
  /** The rows of the join table of this many-to-many relation. */
  readonly through?: string;
}

/** `unique` is required, `slot` unique and nullable: it changes hands between rows. */
export type ValueKind = 'text' | 'unique' | 'slot';

export interface Reference {
  readonly target: string;
  readonly nullable?: true;
  /** The other side; a has-one relation where it is not `many`. */
  readonly inverse?: Inverse;
  /** What the database does with this row when the target's goes. */
  readonly onDelete?: 'cascade' | 'set null';
}

export interface Inverse {
  readonly property: string;
  readonly many: boolean;
  readonly orphanRemoval?: true;
  readonly cascadeDelete?: true;
}

/** A many-to-many relation. */
export interface Links {
  readonly name: string;
  readonly table: string;
  readonly owner: End;
  readonly target: End;
  /** Deleting the owner deletes what it is linked with. */
  readonly cascadeDelete?: true;
}

export interface End {
  readonly kind: string;
  /** undefined where this end does not declare the relation. */
  readonly property?: string;
  /** The join table's columns, one a part of this end's key; with a `through` entity its reference. */
  readonly columns: readonly string[];
  readonly reference?: string;
}

export interface World {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly links: readonly Links[];
  /** Where entities live; `default` alone where it says nothing. */
  readonly databases?: readonly string[];
}

export const keyOf = (kind: Kind): readonly string[] => kind.key ?? ['id'];

/** A key that programs give: rows may take over the key of a deleted one. */
export const hasNaturalKey = (kind: Kind): boolean => kind.key !== undefined && kind.through === undefined;

export const referencesOf = (kind: Kind): [property: string, reference: Reference][] =>
  Object.entries(kind.references ?? {});

export const valuesOf = (kind: Kind): [property: string, kind: ValueKind][] => Object.entries(kind.values ?? {});

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
