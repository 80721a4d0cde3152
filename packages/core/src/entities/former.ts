/**
 * One row is one object of a session. An object that has left may still be held, by references and by relations that were loaded. Where its row comes in
 * again as another object, all that held the former one holds the one of now. docs/decisions/015-former-objects.md
 */
import type { BelongsToModel, EntityObject } from '../metadata';
import { rowIdentity, type Identity, type KeyValues } from './entity-key';
import type { Place } from './place';
import { recordOf, rowKey, type EntityRecord, type RecordOwner } from './record';
import { addSpelling } from './spellings';
import { viewsOf, type Present } from './view';

/** What is asked of the session's store. */
interface Store extends RecordOwner {
  readonly added: Iterable<EntityRecord>;
  readonly size: number;
  made: EntityRecord[] | undefined;
  find(place: Place, key: KeyValues): EntityRecord | undefined;
  managed(): Iterable<EntityRecord>;
}

/** So many may be noted before it is looked which of them are held. */
const FEW = 1000;

export class FormerObjects {
  /** Rows whose objects have left and may be held; null: several objects. Few sessions have any. */
  #rows: Map<Place, Map<Identity, EntityRecord | null>> | undefined;
  #size = 0;
  #limit = FEW;
  /** While rows are read. */
  #isReading = false;
  /** Whether some of them have had objects that may be held. */
  #hasMet = false;

  constructor(private readonly store: Store) {}

  /** The record, which knows its row, has left. */
  note(record: EntityRecord): void {
    this.#note(record);
    // A stream lets go of one row after another, and most are held by nothing.
    if (this.#size > this.#limit && this.#size > this.store.size) this.renew();
  }

  /** A record comes in under its key: where another object of its row may be held, this one is to take its place. */
  meets(record: EntityRecord, identity: Identity): void {
    if (!this.#rows) return;
    const rows = this.#rows.get(record.place);
    const former = rows?.get(identity);
    if (former === undefined) return;
    rows!.delete(identity);
    this.#size--;
    if (former === record) return;
    if (this.#isReading) this.#hasMet = true;
    else this.renew();
  }

  /** The object of now in place of one that has left this session, or is of another one. */
  readonly present: Present = (held) => {
    const record = recordOf(held);
    if (!record?.snapshot || record.store === this.store) return held;
    const now = this.successor(record);
    if (now) return now.entity as typeof held;
    this.#note(record);
    return held;
  };

  /** The record that the session has for the row of one that has left. */
  successor(former: EntityRecord): EntityRecord | undefined {
    const key = rowKey(former);
    const now = key && this.store.find(former.place, key);
    if (now) for (const spelled of former.spellings ?? []) addSpelling(now, spelled);
    return now;
  }

  /** All that the session holds is of now. */
  renew(): void {
    if (!this.#rows) return;
    this.#rows = new Map();
    this.#size = 0;
    this.#hasMet = false;
    for (const record of this.store.managed()) renewHeld(record, this.present);
    for (const record of this.store.added) renewHeld(record, this.present);
    this.#limit = Math.max(FEW, 2 * this.#size);
  }

  /** Reads rows, and renews what is held once, when all of them have come in. @param made takes the records that are made */
  reading<R>(made: EntityRecord[] | undefined, read: () => R): R {
    this.#isReading = true;
    this.store.made = made;
    try {
      return read();
    } finally {
      this.store.made = undefined;
      this.#isReading = false;
      if (this.#hasMet) this.renew();
    }
  }

  /** Nothing is held any more. */
  forget(): void {
    this.#rows = undefined;
    this.#size = 0;
    this.#limit = FEW;
  }

  #note(record: EntityRecord): void {
    const identity = rowIdentity(record)!;
    this.#rows ??= new Map();
    let rows = this.#rows.get(record.place);
    if (!rows) this.#rows.set(record.place, (rows = new Map<Identity, EntityRecord | null>()));
    const known = rows.get(identity);
    if (known === record) return;
    if (known === undefined) this.#size++;
    rows.set(identity, known === undefined ? record : null);
  }
}

/** All that an entity holds is of now. */
export function renewHeld(record: EntityRecord, present: Present): void {
  renewReferences(record, present);
  for (const view of viewsOf(record.entity, record.model)) view.renew(present);
}

export function renewReferences({ entity, model }: EntityRecord, present: Present): void {
  for (const relation of model.relations) if (relation.kind === 'belongsTo') renewed(entity, relation, present);
}

/** What an entity refers to: null for nothing, undefined where that was not read. */
export function referenceIn(entity: EntityObject, relation: BelongsToModel): unknown {
  return renewed(entity, relation, recordOf(entity)?.store?.former.present);
}

function renewed(entity: EntityObject, { property }: BelongsToModel, present: Present | undefined): unknown {
  const held = Object.hasOwn(entity, property) ? entity[property] : undefined;
  if (!present || typeof held !== 'object' || held === null) return held;
  const now = present(held);
  if (now !== held) entity[property] = now;
  return now;
}
