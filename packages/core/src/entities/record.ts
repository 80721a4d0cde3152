/**
 * What a session knows of one entity. The record is stamped on to the entity as a private field of another class:
 * invisible to spread, JSON, inspection and equality, and measured to cost nothing, where a WeakMap cost as much as hydration itself.
 */
import type {
  BelongsToModel,
  EntityModel,
  EntityObject,
  HasManyModel,
  HasOneModel,
  ManyToManyModel,
} from '../metadata';
import { defaultColumns, type Asked, type QueryRunner } from '../query';
import type { Place } from './place';
import type { Present, View } from './view';

export type EntityStatus =
  /** Added, no row yet. */
  | 'new'
  /** Has a row; its snapshot says what was read or written last. */
  | 'managed'
  /** To be deleted at the next flush. */
  | 'removed'
  /** It has no row any more, or was deleted before it got one; it belongs to no session. */
  | 'deleted'
  /** Belongs to no session: it was taken out, or the session has ended. */
  | 'detached';

/** Entities that came from one query: see `load-group.ts`. */
export interface LoadedTogether {
  readonly members: readonly EntityRecord[];
  loadOf(shape: string): Promise<void> | undefined;
  note(shape: string, load: Promise<void>): void;
}

/** A row of a join table, from either side. */
export interface PairOfEntities {
  readonly relation: ManyToManyModel;
  readonly owner: EntityObject;
  readonly item: EntityObject;
}

/** What entities know of the session that holds them. */
export interface RecordOwner {
  readonly runner: QueryRunner;
  /** Relations with changes that were not flushed. */
  readonly changedViews: Set<View>;
  /** Entities that were taken out of a relation and may be orphans. */
  readonly takenOut: Set<EntityObject>;
  /** Whether an entity was read before a transaction that vouches for what it shows, and not in it. */
  isStale(record: EntityRecord): boolean;
  /** What it held of objects that have left. */
  readonly former: { readonly present: Present };
  /** The entities of the session that their rows give to this owner, whatever they refer to by now. */
  childrenByRow(owner: EntityRecord, relation: HasManyModel | HasOneModel): readonly EntityObject[];
  /** Whether the row of a pair is that of an entity which is to be deleted, or was taken out of a relation. */
  isLeaving(pair: PairOfEntities): boolean;
  /** Makes a change that is to be flushed, and once more where a block fails that it does not belong to. */
  perform(change: () => void): void;
  /** Whoever was taken out is no orphan: it was added elsewhere, or by itself. */
  pardon(entity: EntityObject): void;
}

/** Stands in a snapshot where a column was not read. */
export const UNREAD: unique symbol = Symbol('unread');

/** Its status, snapshot and session are written by `lifecycle.ts`, and by the hydration that makes it. */
export class EntityRecord {
  status: EntityStatus = 'new';
  /** The row by column index, in snapshot form; undefined for a new entity. */
  snapshot: unknown[] | undefined = undefined;
  /** Whether some column of the snapshot is UNREAD. */
  partial = false;
  /** The entities that were loaded together with this one. */
  group: LoadedTogether | undefined = undefined;
  /** Other spellings of its key that rows refer to it by, where the database holds them for equal. */
  spellings: readonly (readonly unknown[])[] | undefined = undefined;
  /** What its JSON has; undefined: its key. Nothing else of what the session knows is in it. */
  asked: Asked | undefined = undefined;

  constructor(
    readonly entity: EntityObject,
    public place: Place,
    public store: RecordOwner | undefined,
  ) {}

  get model(): EntityModel {
    return this.place.model;
  }

  get database(): string {
    return this.place.database;
  }

  /** Whether the database may have a row of it. */
  get hasRow(): boolean {
    return this.snapshot !== undefined;
  }
}

/** The key of an entity's row as it was read or written last; undefined where it has none. */
export function rowKey({ model, snapshot }: EntityRecord): unknown[] | undefined {
  if (!snapshot) return undefined;
  return model.key.map(({ index, type }) => (type.immutable ? snapshot[index] : type.fromSnapshot(snapshot[index])));
}

/**
 * The key that a foreign key of the row named when it was read or written last; null where it named none, undefined where it was not read.
 */
export function rowReference({ snapshot }: EntityRecord, { columns }: BelongsToModel): unknown[] | null | undefined {
  if (!snapshot) return undefined;
  const key = new Array<unknown>(columns.length);
  for (let i = 0; i < columns.length; i++) {
    const { index, type } = columns[i]!;
    const image = snapshot[index];
    if (image === UNREAD) return undefined;
    if (image === null) return null;
    key[i] = type.immutable ? image : type.fromSnapshot(image);
  }
  return key;
}

/** Whether the row of an entity has its deletion mark, as it was read or written last. */
export function hasMark({ model: { softDelete }, snapshot }: EntityRecord): boolean {
  const mark = softDelete && snapshot?.[softDelete.index];
  return mark !== undefined && mark !== null && mark !== UNREAD;
}

/** Whether an entity has its deletion mark, in its row and as it is. */
export function isMarked(record: EntityRecord): boolean {
  return hasMark(record) && record.model.softDelete!.read(record.entity) !== null;
}

/** Whether an entity has its deletion mark as it is, whatever its row says. */
export function bearsMark({ model: { softDelete }, entity }: EntityRecord): boolean {
  const mark = softDelete && Object.hasOwn(entity, softDelete.property) ? softDelete.read(entity) : undefined;
  return mark !== null && mark !== undefined;
}

/** Whether a query would read columns that this entity lacks. @param wanted those that it reads. Default: all that are not deferred */
export function lacksColumns({ partial, snapshot, model }: EntityRecord, wanted = defaultColumns(model)): boolean {
  return partial && (!snapshot || wanted.some(({ index }) => snapshot[index] === UNREAD));
}

/** The snapshot of which nothing but the key was read. */
export function bareSnapshot(model: EntityModel, key: readonly unknown[]): unknown[] {
  const snapshot = new Array<unknown>(model.columns.length).fill(UNREAD);
  model.key.forEach((column, i) => {
    snapshot[column.index] = column.type.immutable ? key[i] : column.type.snapshot(key[i]);
  });
  return snapshot;
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

/** An entity that never had a row has no rows that could be missing here; the deletion of one that had may be undone. */
export function isWithoutRows(owner: EntityObject): boolean {
  const record = recordOf(owner);
  return record === undefined || (!record.hasRow && record.status !== 'deleted');
}

/** Whether what is known of the rows of an entity is older than the transaction that is to vouch for it. */
export function isStale(owner: EntityObject): boolean {
  const record = recordOf(owner);
  return record?.store?.isStale(record) ?? false;
}
