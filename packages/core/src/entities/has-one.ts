/** The other side of a one-to-one relation: the child whose reference says that it belongs to the owner, as it was read and as it is to be. */
import { NotLoadedError, QueryError } from '../errors';
import type { EntityObject, HasOneModel } from '../metadata';
import { describeValue } from '../query';
import { referenceIn } from './former';
import { isStale, isWithoutRows, recordOf } from './record';
import { viewIn, type Present, type View, type ViewJournal } from './view';

type Child = EntityObject | null;

export class HasOne implements View {
  /** The child that the row of the owner has; undefined while that is not known. */
  #row: Child | undefined;
  /** The child that it is to have; undefined: as the row says. */
  #wanted: Child | undefined;
  /** Children that went since the last flush: those that were let go may be orphans, those that moved were taken in by another owner. */
  #went: Map<EntityObject, 'let go' | 'moved'> | undefined;

  leavesOutMarked = false;

  constructor(
    readonly owner: EntityObject,
    readonly relation: HasOneModel,
  ) {
    if (isWithoutRows(owner)) this.#row = null;
  }

  /** The child, null where it has none; undefined while that is not known. */
  get child(): Child | undefined {
    return this.#wanted === undefined ? this.#row : this.#wanted;
  }

  /** The child that the row has, whatever it is to be. */
  get rowChild(): Child | undefined {
    return this.#row;
  }

  get isChanged(): boolean {
    return (this.#wanted !== undefined && this.#wanted !== this.#row) || this.takenOut().length > 0;
  }

  get hasRows(): boolean {
    return this.#row !== undefined;
  }

  get needsRows(): boolean {
    return this.#row === undefined && this.#wanted !== undefined;
  }

  get isLoaded(): boolean {
    return this.child !== undefined;
  }

  /** @throws NotLoadedError while it is not known */
  read(): Child {
    const { child } = this;
    if (child !== undefined) return child;
    const { owner, property } = this.relation;
    const variable = owner.name.charAt(0).toLowerCase() + owner.name.slice(1);
    throw new NotLoadedError(
      `${owner.name}.${property} is not loaded: write .include('${property}') in the query, or await session.load(${variable}, '${property}').`,
      { entity: owner.name, property },
    );
  }

  /** Gives the owner another child, or none: the children concerned change their references at once. @throws QueryError for what is no such entity */
  write(value: unknown): void {
    // A class field that was declared without a value, of an entity without a row.
    if (value === undefined && !recordOf(this.owner)?.hasRow) return;
    const child = this.#checked(value);
    const record = recordOf(this.owner);
    if (child && record?.status === 'deleted') throw this.#ofDeleted();
    const change = (): void => {
      if (isStale(this.owner)) this.#row = undefined;
      const before = this.child;
      if (before && before !== child) this.#letGoOf(before);
      this.#letGoOfRows(child);
      if (child) this.#takeOver(child);
      if (before !== child) this.#wanted = child;
      this.joined();
    };
    if (record?.store) record.store.perform(change);
    else change();
  }

  #letGoOf(child: EntityObject): void {
    const { inverse } = this.relation;
    const held = referenceIn(child, inverse);
    // It belongs to another owner by its own reference.
    if (held !== this.owner && held !== null && held !== undefined) return;
    if (held === this.owner) child[inverse.property] = null;
    this.#note(child, 'let go');
    recordOf(child)?.store?.takenOut.add(child);
  }

  /** What its row gives it as far as that is known, and belongs to it by now though that may not show. */
  #letGoOfRows(child: Child): void {
    const record = recordOf(this.owner);
    const isKnown = this.#row !== undefined || !record?.hasRow;
    const rows = isKnown ? [this.#row ?? []].flat() : (record.store?.childrenByRow(record, this.relation) ?? []);
    for (const row of rows) {
      if (row === child) continue;
      const held = referenceIn(row, this.relation.inverse);
      // One that was let go by its reference alone is let go of here too, as where it was loaded.
      if (held === this.owner || (held === null && !isKnown)) this.#letGoOf(row);
      // Where it comes back by its reference, that was set later.
      else if (!isKnown && !this.#went?.has(row)) this.#note(row, 'moved');
    }
  }

  #takeOver(child: EntityObject): void {
    const { inverse } = this.relation;
    this.#went?.delete(child);
    const previous = referenceIn(child, inverse);
    if (previous === this.owner) return;
    child[inverse.property] = this.owner;
    if (typeof previous === 'object' && previous !== null) {
      const view = viewIn(previous as EntityObject, this.relation.property);
      if (view instanceof HasOne) view.lose(child);
    } else if (previous === null) recordOf(this.owner)?.store?.pardon(child);
  }

  #note(child: EntityObject, how: 'let go' | 'moved'): void {
    (this.#went ??= new Map<EntityObject, 'let go' | 'moved'>()).set(child, how);
  }

  /** The row was read: what is pending stays on top of it. */
  fill(child: Child): void {
    this.#row = child;
    if (this.#wanted === undefined) {
      // It was given to another owner by its own reference before the row was read.
      if (child && !this.#refersHere(child)) this.#wanted = null;
    } else if (this.#wanted === child) this.#wanted = undefined;
    else if (child && !this.#went?.has(child)) this.#letGoOf(child);
    this.joined();
  }

  unload(): void {
    this.#row = undefined;
  }

  settle(journal: ViewJournal): void {
    journal.keepView(this);
    this.#went = undefined;
    if (this.#wanted === undefined) return;
    // The child's own reference counts: it may have been set since.
    const child = [this.#wanted, this.#row].find((one) => one && this.#refersHere(one));
    this.#row = child ?? null;
    this.#wanted = undefined;
  }

  held(): readonly EntityObject[] {
    const { child } = this;
    return child ? [child] : [];
  }

  shown(): unknown {
    return this.child;
  }

  came(): readonly EntityObject[] {
    return this.#wanted ? [this.#wanted] : [];
  }

  brings(item: EntityObject): boolean {
    return this.#wanted === item;
  }

  takenOut(): EntityObject[] {
    const children: EntityObject[] = [];
    for (const [child, how] of this.#went ?? []) if (how === 'let go') children.push(child);
    return children;
  }

  readmit(child: EntityObject): void {
    this.#went?.delete(child);
    if (this.child === null) this.#wanted = this.#row === child ? undefined : child;
  }

  pardon(child: EntityObject): void {
    if (this.#went?.get(child) === 'let go') this.#note(child, 'moved');
  }

  joined(): void {
    if (this.isChanged) recordOf(this.owner)?.store?.changedViews.add(this);
  }

  reborn(): void {
    const { child } = this;
    this.#row = null;
    this.#went = undefined;
    const isOwn = child && recordOf(child)?.status !== 'deleted' && this.#refersHere(child);
    this.#wanted = isOwn ? child : undefined;
    this.joined();
  }

  left(): void {
    // Its child goes on referring to it.
  }

  /** The child went to another owner. */
  lose(child: EntityObject): void {
    if (this.child !== child) return;
    this.#wanted = null;
    this.#note(child, 'moved');
    this.joined();
  }

  meet(child: EntityObject): void {
    if (this.child !== null) return;
    this.#wanted = child;
    this.joined();
  }

  take(item: EntityObject): void {
    if (this.child === undefined || this.child === item) return;
    this.#row = item;
    this.#wanted = undefined;
  }

  drop(item: EntityObject): void {
    this.#went?.delete(item);
    if (this.child !== item) return;
    this.#row = null;
    this.#wanted = undefined;
  }

  forget(item: EntityObject): void {
    const wasLetGo = this.#went?.delete(item) === true && this.#wanted === null;
    if (wasLetGo || this.#wanted === item) this.#wanted = undefined;
  }

  *concerned(): Generator<EntityObject> {
    if (this.#wanted) yield this.#wanted;
    yield* this.#went?.keys() ?? [];
  }

  renew(present: Present): void {
    if (this.#row) this.#row = present(this.#row);
  }

  discard(): void {
    this.#went = undefined;
    this.#wanted = undefined;
  }

  image(): () => void {
    const [row, wanted, went] = [this.#row, this.#wanted, this.#went && new Map(this.#went)];
    const { leavesOutMarked } = this;
    return () => {
      this.leavesOutMarked = leavesOutMarked;
      [this.#row, this.#wanted, this.#went] = [row, wanted, went];
      this.joined();
    };
  }

  /** Whether a child refers to the owner, as far as its reference was read. */
  #refersHere(child: EntityObject): boolean {
    const { inverse } = this.relation;
    return !Object.hasOwn(child, inverse.property) || referenceIn(child, inverse) === this.owner;
  }

  #ofDeleted(): QueryError {
    const { owner, property } = this.relation;
    return new QueryError(
      `${owner.name}.${property} takes nothing in: this ${owner.name} was deleted. session.add() it first to have it inserted again, or use another ${owner.name}.`,
      { entity: owner.name, property },
    );
  }

  #checked(value: unknown): Child {
    const { owner, property, target } = this.relation;
    if (value === null || (typeof value === 'object' && value instanceof target.entityClass)) return value as Child;
    const remedy = value === undefined ? 'undefined: write null where there is to be none' : describeValue(value);
    throw new QueryError(`${owner.name}.${property} takes a ${target.name} or null, got ${remedy}.`, {
      entity: owner.name,
      property,
    });
  }
}
