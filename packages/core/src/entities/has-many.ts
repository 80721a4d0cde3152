/** The children of a has-many relation. Each child's own reference says whose it is; the collection keeps it in step, and remembers who came and went. */
import type { EntityObject, HasManyModel } from '../metadata';
import { Collection } from './collection';
import { identityOf } from './entity-key';
import { referenceIn } from './former';
import { recordOf, rowKey, rowReference } from './record';
import { viewIn, type ViewJournal } from './view';

type Change =
  /** Came since the last flush. */
  | 'added'
  /** Was taken out, so that it may be an orphan. */
  | 'removed'
  /** Was taken out, though whose it is was not read. */
  | 'removed unread'
  /** Went to another parent. */
  | 'moved';

const NONE: readonly never[] = [];

export class Children<T extends object> extends Collection<T> {
  declare readonly relation: HasManyModel;
  /** Most collections are never changed. */
  #changes: Map<T, Change> | undefined;

  get isChanged(): boolean {
    return this.#changes !== undefined && this.#changes.size > 0;
  }

  came(): readonly EntityObject[] {
    return this.#changed('added') as unknown as readonly EntityObject[];
  }

  /** The children that were taken out since the last flush, wherever they are now. */
  takenOut(): readonly EntityObject[] {
    return [...this.#changed('removed'), ...this.uncertain()] as readonly unknown[] as readonly EntityObject[];
  }

  /** Those of them that may belong to another parent: their references were not read when they were taken out. */
  uncertain(): readonly EntityObject[] {
    return this.#changed('removed unread') as readonly unknown[] as readonly EntityObject[];
  }

  /** It is known by now whether a child that was taken out belonged here. */
  settleUncertain(child: EntityObject, wasHere: boolean): void {
    this.#note(child, wasHere ? 'removed' : undefined);
  }

  /** A child that was taken out belongs here again: its reference was set to the owner by itself. */
  readmit(child: EntityObject): void {
    if (this.hasRowOf(child)) this.#note(child, undefined);
    else this.#note(child, 'added');
  }

  /** A child that was taken out is no orphan: it was added to the session by itself. */
  pardon(child: EntityObject): void {
    if (this.#isOut(child)) this.#note(child, 'moved');
  }

  /** What was pending is written: the rows have the children that refer to the owner now. */
  settle(journal: ViewJournal): void {
    journal.keepView(this);
    const { rows } = this;
    const came = this.#changed('added').filter((item) => !this.hasRowOf(item));
    this.#changes = undefined;
    if (!rows) return;
    this.setRows(
      [...rows, ...came].filter((item) => refersTo(item as unknown as EntityObject, this.relation, this.owner)),
    );
  }

  joined(): void {
    this.changed();
  }

  reborn(): void {
    const children = this.held().filter(
      (child) => referenceIn(child, this.relation.inverse) === this.owner && recordOf(child)?.status !== 'deleted',
    );
    this.replacement = undefined;
    this.#changes = undefined;
    this.setRows([]);
    for (const child of children) this.#note(child, 'added');
  }

  left(): void {
    // Its children go on referring to it.
  }

  /** A child went to another parent, which takes it in. */
  lose(child: EntityObject): void {
    const cameHere = this.#changes?.get(child as unknown as T) === 'added';
    this.replacement?.delete(child as unknown as T);
    this.#note(child, cameHere && !this.hasRowOf(child) ? undefined : 'moved');
  }

  meet(child: EntityObject): void {
    if (!this.isLoaded || this.hasRowOf(child)) return;
    this.replacement?.add(child as unknown as T);
    this.#note(child, 'added');
  }

  take(child: EntityObject): void {
    if (!this.rows) return;
    if (!this.hasRowOf(child)) this.setRows([...this.rows, child as unknown as T]);
    this.#note(child, undefined);
  }

  drop(child: EntityObject): void {
    if (this.hasRowOf(child)) this.setRows(this.rows!.filter((row) => row !== (child as unknown)));
    this.replacement?.delete(child as unknown as T);
    this.#note(child, undefined);
  }

  forget(child: EntityObject): void {
    const change = this.#changes?.get(child as unknown as T);
    if (!change) return;
    if (change === 'added') this.replacement?.delete(child as unknown as T);
    this.#note(child, undefined);
  }

  concerned(): Iterable<EntityObject> {
    return (this.#changes?.keys() ?? []) as Iterable<EntityObject>;
  }

  image(): () => void {
    const { rows, replacement, leavesOutMarked } = this;
    const changes = this.#changes && new Map(this.#changes);
    const replaced = replacement && new Set(replacement);
    return () => {
      this.#changes = changes;
      this.replacement = replaced;
      this.leavesOutMarked = leavesOutMarked;
      this.setRows(rows);
      this.changed();
    };
  }

  protected addOne(item: T): void {
    const child = item as unknown as EntityObject;
    const { inverse } = this.relation;
    const before = referenceIn(child, inverse);
    // The row may say so already, where it is not known which there are.
    const isHere = this.hasRowOf(child) ?? (before === this.owner && this.#rowSaysSo(child) === true);
    this.#note(child, isHere ? undefined : 'added');
    if (before === this.owner) return;
    child[inverse.property] = this.owner;
    if (typeof before === 'object' && before !== null) {
      const previous = viewIn(before as EntityObject, this.relation.property);
      if (previous instanceof Children) previous.lose(child);
    } else if (before === null) recordOf(this.owner)?.store?.pardon(child);
  }

  protected removeOne(item: T): void {
    const child = item as unknown as EntityObject;
    if (!this.#isHere(child)) return;
    const isUnread = this.rows === undefined && !Object.hasOwn(child, this.relation.inverse.property);
    this.#note(child, isUnread ? 'removed unread' : 'removed');
    recordOf(child)?.store?.takenOut.add(child);
    if (!isUnread && refersTo(child, this.relation, this.owner)) child[this.relation.inverse.property] = null;
  }

  /** Whether a child belongs to the owner: its reference says so, or, where that leads nowhere, a row. */
  #isHere(child: EntityObject): boolean {
    const { inverse } = this.relation;
    const held = referenceIn(child, inverse);
    if (held === this.owner) return true;
    if ((held !== null && held !== undefined) || this.#isOut(child)) return false;
    const isRow = this.hasRowOf(child);
    if (isRow !== undefined) return isRow;
    // Of a child whose reference was not read it is not known.
    return this.#rowSaysSo(child) ?? recordOf(child)?.hasRow === true;
  }

  /** Whether the row of a child names the owner; undefined where that was not read. */
  #rowSaysSo(child: EntityObject): boolean | undefined {
    const [record, owner] = [recordOf(child), recordOf(this.owner)];
    const key = record && rowReference(record, this.relation.inverse);
    if (!key || !owner?.hasRow) return key === undefined ? undefined : false;
    return identityOf(owner.model, key) === identityOf(owner.model, rowKey(owner)!);
  }

  #isOut(child: EntityObject): boolean {
    const change = this.#changes?.get(child as unknown as T);
    return change === 'removed' || change === 'removed unread';
  }

  protected itemsOf(rows: readonly T[]): readonly T[] {
    const changes = this.#changes;
    if (!changes) return rows;
    const items = rows.filter((row) => !changes.has(row) || changes.get(row) === 'added');
    for (const item of this.#changed('added')) if (!this.hasRowOf(item)) items.push(item);
    return items;
  }

  protected heldByRows(): readonly T[] {
    const { inverse } = this.relation;
    const record = recordOf(this.owner);
    const isKnown = this.rows !== undefined || !record?.hasRow;
    const rows = isKnown ? (this.rows ?? NONE) : (record.store?.childrenByRow(record, this.relation) ?? NONE);
    const held: T[] = [];
    for (const row of rows as readonly unknown[] as readonly EntityObject[]) {
      const item = row as unknown as T;
      if (referenceIn(row, inverse) === this.owner) held.push(item);
      // Where it comes back by its reference, that was set later.
      else if (!isKnown && !this.#changes?.has(item)) this.#note(row, 'moved');
    }
    return held;
  }

  protected pendingOf(item: T): boolean | undefined {
    const change = this.#changes?.get(item);
    return change && change === 'added';
  }

  protected rowsRead(rows: readonly T[]): void {
    for (const row of rows) {
      const child = row as unknown as EntityObject;
      if (this.#changes?.get(row) === 'added') this.#changes.delete(row);
      // It was given to another parent by its own reference before these rows were read.
      if (!this.#changes?.has(row) && !refersTo(child, this.relation, this.owner)) this.#note(child, 'moved');
    }
  }

  protected forgetChanges(): void {
    this.#changes = undefined;
  }

  #note(child: EntityObject, change: Change | undefined): void {
    const item = child as unknown as T;
    if (change) (this.#changes ??= new Map<T, Change>()).set(item, change);
    else this.#changes?.delete(item);
    this.changed();
  }

  #changed(wanted: Change): readonly T[] {
    if (!this.#changes) return NONE;
    const items: T[] = [];
    for (const [item, change] of this.#changes) if (change === wanted) items.push(item);
    return items;
  }
}

/** Whether a child refers to this owner, as far as its reference was read. */
function refersTo(child: EntityObject, { inverse }: HasManyModel, owner: EntityObject): boolean {
  return !Object.hasOwn(child, inverse.property) || referenceIn(child, inverse) === owner;
}
