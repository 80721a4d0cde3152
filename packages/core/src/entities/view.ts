/**
 * Relations that no column of their entity holds: a to-many relation is read through a collection, a has-one relation through a slot. Both are
 * views of what the rows say and of what was changed since. They live in a private field of their entity, under accessors of its
 * prototype, so that every assignment is noticed, and nothing of them is seen by spread, JSON or equality.
 */
import type { EntityModel, EntityObject, RelationModel } from '../metadata';

/** Notes what a view says before it changes. */
export interface ViewJournal {
  keepView(view: View): void;
}

/** The object of now in place of one that has left the session; every other object is its own. */
export type Present = <T extends object>(held: T) => T;

/** What the unit of work knows of every view. */
export interface View {
  readonly owner: EntityObject;
  readonly relation: Exclude<RelationModel, { kind: 'belongsTo' }>;
  /** Whether its rows were read, or it can have none. */
  readonly hasRows: boolean;
  /** Whether they are to be read before what is to be written can be told. */
  readonly needsRows: boolean;
  /** Whether its rows were read without those that are soft-deleted. */
  leavesOutMarked: boolean;
  /** Whether it holds changes that are to be flushed. */
  readonly isChanged: boolean;
  /** The entities that it holds as far as they are known, those that were added among them. */
  held(): readonly EntityObject[];
  /** Of these, the ones that were added since the last flush. */
  came(): readonly EntityObject[];
  /** Whether an entity is among the ones that were added. */
  brings(item: EntityObject): boolean;
  /** What an entity says of a relation in JSON and on the console; undefined where it is not loaded. */
  shown(): unknown;
  /** Its owner came into a session: what was changed before counts from now on. */
  joined(): void;
  /** Its owner, whose row has gone, is to get another: what it holds is to be written, and it has no rows that are not known. */
  reborn(): void;
  /** Its owner, which has no row, leaves its session: it keeps what it holds, and the other ends let go of it; new ones only where it is deleted. */
  left(isDeleted?: boolean): void;
  /** The entities that its changes concern. */
  concerned(): Iterable<EntityObject>;
  /** Entities that were taken out since the last flush, so that they may be orphans. */
  takenOut(): readonly EntityObject[];
  /** An entity that was taken out belongs here again: its own reference says so. */
  readmit(item: EntityObject): void;
  /** An entity that was taken out is no orphan: it was added elsewhere, or by itself. */
  pardon(item: EntityObject): void;
  /** A new entity refers to its owner, and shows in it where it is loaded. */
  meet(item: EntityObject): void;
  /** An entity that the rows say belongs to it was found elsewhere than in its rows, by its reference. */
  take(item: EntityObject): void;
  /** An entity does not belong to it any more: its row has gone, or its reference leads elsewhere. */
  drop(item: EntityObject): void;
  /** An entity that has a row leaves the session: of what is pending here nothing concerns it any more. */
  forget(item: EntityObject): void;
  /** Its rows are to be read again; what was not flushed stays on top of them. */
  unload(): void;
  /** What its rows hold are the objects of now. */
  renew(present: Present): void;
  /** Forgets what was not flushed: it is what the rows say. */
  discard(): void;
  /** Its state, for a rollback. */
  image(): () => void;
}

/** Private fields for the views of an entity, by property; without a prototype, so that a property may have any name. */
type Slots = Record<string, View | undefined>;

function Empty(this: Slots): void {
  // Has no properties yet.
}
Empty.prototype = Object.create(null) as object;
const EmptySlots = Empty as unknown as new () => Slots;

class ReturnsItsArgument {
  constructor(entity: object) {
    return entity;
  }
}

class Views extends ReturnsItsArgument {
  #slots: Slots = new EmptySlots();

  static of(entity: object): Slots | undefined {
    return #slots in entity ? entity.#slots : undefined;
  }

  static made(entity: object): Slots {
    if (!(#slots in entity)) new Views(entity);
    return (entity as Views).#slots;
  }
}

/** The view of a relation that an entity has; undefined where it was not touched yet. */
export function viewIn(entity: EntityObject, property: string): View | undefined {
  return Views.of(entity)?.[property];
}

/** Ties a view to its entity. */
export function keepView(entity: EntityObject, property: string, view: View): void {
  Views.made(entity)[property] = view;
}

const NONE: readonly never[] = [];

/** The views that an entity has, in the order of its relations. */
export function viewsOf(entity: EntityObject, { relations }: EntityModel): readonly View[] {
  const slots = Views.of(entity);
  if (!slots) return NONE;
  const views: View[] = [];
  for (const { property } of relations) {
    const view = slots[property];
    if (view) views.push(view);
  }
  return views;
}
