/**
 * What a session knows of one entity. The record is stamped on to the entity as a private field of another class:
 * invisible to spread, JSON, inspection and equality, and measured to cost nothing, where a WeakMap cost as much as hydration itself.
 */
import type { EntityModel, EntityObject } from '../metadata';
import type { QueryRunner } from '../query';

export type EntityStatus =
  /** Added, no row yet. */
  | 'new'
  /** Has a row; its snapshot says what was read or written last. */
  | 'managed'
  /** To be deleted at the next flush. */
  | 'removed'
  /** Not of any session. */
  | 'detached';

/** Entities that came from one query. */
export interface LoadGroup {
  readonly members: readonly EntityRecord[];
}

/** What entities know of the session that holds them. */
export interface RecordOwner {
  readonly runner: QueryRunner;
  /** Entities to be deleted at the next flush; true: their rows too, where they are soft-deleted otherwise. */
  readonly removed: ReadonlyMap<EntityRecord, boolean>;
  /** A collection got changes that are to be flushed. */
  collectionChanged(collection: object): void;
}

/** Stands in a snapshot where a column was not read. */
export const UNREAD: unique symbol = Symbol('unread');

export class EntityRecord {
  status: EntityStatus = 'new';
  /** The row by column index, in snapshot form; undefined for a new entity. */
  snapshot: unknown[] | undefined = undefined;
  /** Whether some column of the snapshot is UNREAD. */
  partial = false;
  /** The entities that were loaded together with this one. */
  group: LoadGroup | undefined = undefined;
  /** What has-one relations held when they were loaded, to tell what was replaced. */
  loadedOnes: Map<string, EntityObject | null> | undefined = undefined;

  constructor(
    readonly entity: EntityObject,
    readonly model: EntityModel,
    readonly database: string,
    public store: RecordOwner | undefined,
  ) {}
}

/** The key of an entity's row as it was read or written last; undefined where it has none. */
export function rowKey({ model, snapshot }: EntityRecord): unknown[] | undefined {
  if (!snapshot) return undefined;
  return model.key.map(({ index, type }) => (type.immutable ? snapshot[index] : type.fromSnapshot(snapshot[index])));
}

class ReturnsItsArgument {
  constructor(entity: object) {
    return entity;
  }
}

class Stamp extends ReturnsItsArgument {
  #record: EntityRecord;

  constructor(entity: object, record: EntityRecord) {
    super(entity);
    this.#record = record;
  }

  static read(entity: object): EntityRecord | undefined {
    return #record in entity ? entity.#record : undefined;
  }

  static write(entity: object, record: EntityRecord): void {
    if (#record in entity) entity.#record = record;
    else new Stamp(entity, record);
  }
}

/** Ties a record to its entity, in place of any earlier one. */
export const stamp = (entity: object, record: EntityRecord): void => {
  Stamp.write(entity, record);
};

/** For an entity that was made a moment ago and has no stamp yet. */
export const stampFresh = (entity: object, record: EntityRecord): void => {
  new Stamp(entity, record);
};

/** The record of an entity; undefined for one that no session has seen. */
export const recordOf = (entity: object): EntityRecord | undefined => Stamp.read(entity);
