/**
 * Many-to-many relations. What is to become of a row of the join table stands in one link, which the collections of both sides hold: whichever
 * side changes it, the other one says the same.
 */
import type { EntityObject, ManyToManyModel } from '../metadata';
import { Collection } from './collection';
import { hasMark, recordOf } from './record';
import { keepView, viewIn, type ViewJournal } from './view';

/** A row of a join table that is not as it is to be, as far as that is known. */
export class Link {
  /** As seen from the owner's side. */
  readonly relation: ManyToManyModel;
  readonly owner: EntityObject;
  readonly item: EntityObject;
  /** Whether there is such a row; undefined: that is not known. */
  isThere: boolean | undefined;
  /** Whether there is to be one. */
  isWanted: boolean;

  constructor({
    relation,
    owner,
    item,
    isThere,
    isWanted,
  }: Pick<Link, 'relation' | 'owner' | 'item' | 'isThere' | 'isWanted'>) {
    this.relation = relation;
    this.owner = owner;
    this.item = item;
    this.isThere = isThere;
    this.isWanted = isWanted;
  }

  /** The views of both sides. */
  views(): Links<object>[] {
    const { relation, owner, item } = this;
    const views = [linksOf(owner, relation)];
    if (relation.inverse) views.push(linksOf(item, relation.inverse));
    return views;
  }
}

const NONE: ReadonlyMap<object, Link> = new Map();

export class Links<T extends object> extends Collection<T> {
  declare readonly relation: ManyToManyModel;
  /** By the entity at the other end: what is to be written. Most collections are never changed. */
  #changes: Map<T, Link> | undefined;
  /** What its rows have and it does not show, since it got its deletion mark. */
  #leftOut: ReadonlySet<object> | undefined;

  get isChanged(): boolean {
    return this.#links.size > 0;
  }

  /** The rows that are to be written. */
  get links(): Iterable<Link> {
    return this.#links.values();
  }

  get #links(): ReadonlyMap<T, Link> {
    return this.#changes ?? (NONE as ReadonlyMap<T, Link>);
  }

  came(): EntityObject[] {
    const items: EntityObject[] = [];
    for (const [item, { isWanted }] of this.#links) if (isWanted) items.push(item as unknown as EntityObject);
    return items;
  }

  /** These links of it are written: its rows say so. */
  settle(written: ReadonlySet<Link>, journal: ViewJournal): void {
    journal.keepView(this);
    const done = [...this.#links].filter(([, link]) => written.has(link));
    if (this.rows) {
      const out = new Set(done.flatMap(([item, { isWanted }]) => (isWanted ? [] : [item])));
      const rows = this.rows.filter((row) => !out.has(row));
      for (const [item, { isWanted }] of done) if (isWanted && !this.hasRowOf(item)) rows.push(item);
      this.setRows(rows);
    }
    for (const [item] of done) {
      this.#changes!.delete(item);
      this.#keepOut(item, false);
    }
    this.changed();
  }

  /** From now on the other side holds what this one holds: its owner has come into a session. */
  joined(): void {
    for (const link of this.#links.values())
      for (const view of link.views()) if (view !== (this as unknown as Links<object>)) view.#enter(link);
    this.changed();
  }

  reborn(): void {
    const items = this.held().filter((item) => recordOf(item)?.status !== 'deleted');
    this.forgetChanges();
    this.replacement = undefined;
    this.#leftOut = undefined;
    this.setRows([]);
    for (const item of items) this.#want(item as unknown as T, true);
  }

  left(isDeleted = false): void {
    const isNew = !recordOf(this.owner)?.hasRow;
    for (const [item, link] of this.#links) {
      // What has no row either leaves with it, and they still belong together.
      if (isNew && !isDeleted && !recordOf(item)?.hasRow) continue;
      for (const view of link.views()) if (view !== (this as unknown as Links<object>)) view.#forget(link);
    }
  }

  takenOut(): readonly EntityObject[] {
    // Without a row of the join table nothing is an orphan.
    return [];
  }

  /** The entity that is the pair was added by itself. */
  readmit(item: EntityObject): void {
    const link = this.#links.get(item as unknown as T);
    if (link?.isWanted === false) for (const view of link.views()) view.#forget(link);
  }

  pardon(): void {
    // It has no orphans.
  }

  meet(): void {
    // No entity refers to it.
  }

  /** An item got its deletion mark; its row of the join table stays. */
  leaveOut(item: EntityObject): void {
    const isThere = this.hasRowOf(item);
    this.drop(item);
    if (isThere) this.#keepOut(item, true);
  }

  /** An item has lost its mark: it shows again, or where it is not known whether it belongs here, the rows are to be read again. */
  bringBack(item: EntityObject): void {
    const isThere = this.#leftOut?.has(item) ?? false;
    if (isThere || (this.leavesOutMarked && this.#otherSideHas(item))) this.take(item);
    else if (this.leavesOutMarked && this.#otherSideHas(item) === undefined) this.unload();
  }

  take(item: EntityObject): void {
    const one = item as unknown as T;
    this.#keepOut(item, false);
    this.#changes?.delete(one);
    if (this.rows && !this.hasRowOf(one)) this.setRows([...this.rows, one]);
    this.changed();
  }

  drop(item: EntityObject): void {
    const one = item as unknown as T;
    this.#keepOut(item, false);
    this.#changes?.delete(one);
    this.replacement?.delete(one);
    if (this.hasRowOf(one)) this.setRows(this.rows!.filter((row) => row !== one));
    else this.changed();
  }

  forget(item: EntityObject): void {
    const link = this.#links.get(item as unknown as T);
    if (link) this.#forget(link);
  }

  concerned(): Iterable<EntityObject> {
    return this.#links.keys() as Iterable<EntityObject>;
  }

  image(): () => void {
    const { rows, leavesOutMarked } = this;
    const leftOut = this.#leftOut;
    const links = [...this.#links].map(([item, link]) => ({
      item,
      link,
      isThere: link.isThere,
      isWanted: link.isWanted,
    }));
    const replacement = this.replacement && new Set(this.replacement);
    return () => {
      this.#changes = new Map(links.map(({ item, link }) => [item, link]));
      for (const { link, isThere, isWanted } of links) Object.assign(link, { isThere, isWanted });
      this.replacement = replacement;
      this.#leftOut = leftOut;
      this.leavesOutMarked = leavesOutMarked;
      this.setRows(rows);
      this.changed();
    };
  }

  protected addOne(item: T): void {
    this.#want(item, true);
  }

  protected removeOne(item: T): void {
    this.#want(item, false);
  }

  protected itemsOf(rows: readonly T[]): readonly T[] {
    const items = rows.filter((row) => this.#links.get(row)?.isWanted !== false);
    for (const [item, { isWanted }] of this.#links) if (isWanted && !this.hasRowOf(item)) items.push(item);
    return items;
  }

  protected heldByRows(): readonly T[] {
    // Both sides hold the same links.
    return [];
  }

  protected pendingOf(item: T): boolean | undefined {
    return this.#links.get(item)?.isWanted;
  }

  protected rowsRead(): void {
    this.#leftOut = undefined;
    for (const [item, link] of this.#links) {
      link.isThere = this.hasRowOf(item);
      this.#dropIfDone(link);
    }
  }

  /** Both sides forget what was changed; an end without a row, which is about to leave its session, remembers. */
  protected forgetChanges(): void {
    for (const link of [...this.#links.values()]) {
      for (const view of link.views()) {
        if (view === (this as unknown as Links<object>) || recordOf(view.owner)?.hasRow) view.#forget(link);
      }
    }
  }

  /** Notes whether there is to be a row for this item. */
  #want(item: T, isWanted: boolean): void {
    const pair = { relation: this.relation, owner: this.owner, item: item as unknown as EntityObject };
    const link = this.#links.get(item) ?? new Link({ ...pair, isThere: this.#isThere(item), isWanted });
    link.isWanted = isWanted;
    // The entity that is this pair may be about to go.
    if (isWanted && link.isThere && recordOf(this.owner)?.store?.isLeaving(pair)) link.isThere = undefined;
    if (this.#dropIfDone(link)) return;
    for (const view of link.views()) view.#enter(link);
  }

  /** What is known of the row: from the rows of either side, or because one of them has none at all. */
  #isThere(item: T): boolean | undefined {
    const here = this.hasRowOf(item);
    const record = recordOf(item);
    if (record?.hasRow && this.#leftOut?.has(item)) return true;
    if (here && this.#showsMarkedPairs) return undefined;
    // Rows that were read without marked ones may have it.
    if (here !== undefined && !(this.leavesOutMarked && record && hasMark(record))) return here;
    if (!record?.hasRow) return false;
    return this.#otherSideHas(item);
  }

  /** What the collection of the item, which may be loaded, says of the row. */
  #otherSideHas(item: object): boolean | undefined {
    const { inverse } = this.relation;
    const other = inverse && viewIn(item as EntityObject, inverse.property);
    if (!(other instanceof Links)) return undefined;
    const isThere = other.hasRowOf(this.owner);
    if (isThere && other.#showsMarkedPairs) return undefined;
    const owner = recordOf(this.owner);
    return isThere === false && other.leavesOutMarked && owner && hasMark(owner) ? undefined : isThere;
  }

  /** Whether it may show pairs whose rows have their mark, which is not the same as to be there. */
  get #showsMarkedPairs(): boolean {
    return !this.leavesOutMarked && this.relation.through.mapped?.softDelete !== undefined;
  }

  #keepOut(item: object, isLeftOut: boolean): void {
    const has = this.#leftOut?.has(item) ?? false;
    if (has === isLeftOut) return;
    const leftOut = new Set(this.#leftOut);
    if (isLeftOut) leftOut.add(item);
    else leftOut.delete(item);
    this.#leftOut = leftOut;
  }

  /** Where there is nothing to write any more, both sides let go of the link. */
  #dropIfDone(link: Link): boolean {
    if (link.isThere !== link.isWanted) return false;
    for (const view of link.views()) view.#forget(link);
    return true;
  }

  #enter(link: Link): void {
    (this.#changes ??= new Map<T, Link>()).set(this.#otherEnd(link), link);
    this.changed();
  }

  #forget(link: Link): void {
    const end = this.#otherEnd(link);
    if (this.#links.get(end) === link) this.#changes!.delete(end);
    this.changed();
  }

  #otherEnd({ relation, owner, item }: Link): T {
    return (relation === this.relation ? item : owner) as unknown as T;
  }
}

/** The collection of an entity for a many-to-many relation; made where it was not touched yet. */
export function linksOf(entity: EntityObject, relation: ManyToManyModel): Links<object> {
  const found = viewIn(entity, relation.property);
  if (found instanceof Links) return found as Links<object>;
  const made = new Links<object>(entity, relation);
  keepView(entity, relation.property, made);
  return made;
}
