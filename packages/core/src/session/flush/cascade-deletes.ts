/**
 * Deleting goes along relations that say so, to the children that belong to the deleted ones now: children that are not loaded are read first, one
 * query a relation and level; those that were given elsewhere stay, those that were given here go too.
 */
import {
  byPlace,
  Links,
  placeOfTarget,
  recordOf,
  rowKey,
  viewIn,
  type EntityRecord,
  type Journal,
  type KeyValues,
  type Link,
} from '../../entities';
import { fetchRecords, keyChunks, type ReadPort } from '../../loading';
import type { EntityObject, HasManyModel, HasOneModel, ManyToManyModel, RelationModel } from '../../metadata';
import { childrenOf, membersOf, type QueryState } from '../../query';
import { belongingTo, goesAlong, type ToChildren } from '../belonging';
import { remove } from '../leave';
import { membersOfGone, readUnlinked } from './unread-members';

export class DeleteCascade {
  readonly #port: ReadPort;
  readonly #journal: Journal;
  /** Whether their rows go: what was to be marked only may have come to be deleted since. */
  readonly #followed = new Map<EntityRecord, boolean>();
  readonly #unlinked = new Set<Link>();
  /** New entities that go along with what gets a mark: their rows come with one. */
  readonly bornMarked = new Set<EntityRecord>();

  constructor(port: ReadPort, journal: Journal) {
    this.#port = port;
    this.#journal = journal;
  }

  /** Reads the entities that are pairs which are taken out by now, each once. */
  async readUnlinked(): Promise<void> {
    const { store } = this.#port;
    const fresh: Link[] = [];
    for (const view of store.changedViews) {
      if (!(view instanceof Links) || !store.owns(recordOf(view.owner))) continue;
      for (const link of view.links) {
        if (link.isWanted || this.#unlinked.has(link)) continue;
        this.#unlinked.add(link);
        fresh.push(link);
      }
    }
    await readUnlinked(this.#port, fresh);
  }

  /** Follows what is deleted by now, each once in the way that it goes. */
  async run(): Promise<void> {
    const { removed } = this.#port.store;
    for (;;) {
      const next = [...removed.keys()].filter((record) => this.#followed.get(record) !== this.#goes(record));
      if (next.length === 0) return;
      for (const record of next) this.#followed.set(record, this.#goes(record));
      for (const { parents, soft } of this.#alike(next)) {
        await this.#removeChildren(parents, soft);
        if (!soft) await this.#removeMembers(parents);
      }
    }
  }

  /** New entities that came in since belong to what was followed: they go along too. */
  takeAlong(): void {
    const { store } = this.#port;
    for (const { parents, soft } of this.#alike([...this.#followed.keys()])) {
      for (const relation of parents[0]!.model.relations) {
        if (!follows(relation, soft)) continue;
        this.#take(
          belongingTo(store, parents, relation).filter((child) => recordOf(child)?.status === 'new'),
          soft,
        );
      }
    }
  }

  /** Whether the row of a deleted entity goes, or gets its mark. */
  #goes(record: EntityRecord): boolean {
    return record.model.softDelete === undefined || this.#port.store.removed.get(record) === true;
  }

  async #removeChildren(parents: readonly EntityRecord[], soft: boolean): Promise<void> {
    for (const relation of parents[0]!.model.relations) {
      if (!follows(relation, soft)) continue;
      const children =
        relation.kind === 'manyToMany'
          ? await membersNow(this.#port, parents, { relation, soft })
          : await childrenNow(this.#port, parents, { relation, soft });
      this.#take(children, soft);
    }
  }

  /** Children go as their parents do: their rows go, or get a mark. Those without a row get none where it would go. */
  #take(children: Iterable<EntityObject>, soft: boolean): void {
    const { store } = this.#port;
    const stored: EntityObject[] = [];
    const fresh: EntityRecord[] = [];
    for (const child of children) {
      const record = recordOf(child);
      if (!soft || record?.status !== 'new') stored.push(child);
      else if (store.owns(record) && !this.bornMarked.has(record)) fresh.push(record);
    }
    remove(store, stored, { force: !soft, journal: this.#journal });
    for (const record of fresh) this.bornMarked.add(record);
    for (const some of byPlace(fresh).values())
      for (const relation of some[0]!.model.relations)
        if (follows(relation, soft)) this.#take(belongingTo(store, some, relation), soft);
  }

  async #removeMembers(ends: readonly EntityRecord[]): Promise<void> {
    const members = await membersOfGone(this.#port, ends);
    const entities = members.map(({ entity }) => entity);
    // Whatever marks they would get: the rows that they refer to go.
    remove(this.#port.store, entities, { force: true, journal: this.#journal });
  }

  /** Of one place, and going in one way. */
  *#alike(records: readonly EntityRecord[]): Generator<{ parents: readonly EntityRecord[]; soft: boolean }> {
    for (const some of byPlace(records).values()) {
      const [marked, going] = [
        some.filter((record) => !this.#goes(record)),
        some.filter((record) => this.#goes(record)),
      ];
      if (marked.length > 0) yield { parents: marked, soft: true };
      if (going.length > 0) yield { parents: going, soft: false };
    }
  }
}

/** What only marks the parent must not delete rows of children. */
function follows(relation: RelationModel, soft: boolean): relation is ToChildren {
  return goesAlong(relation) && !(soft && !relation.target.softDelete);
}

async function stored(port: ReadPort, states: readonly QueryState[], soft: boolean): Promise<Set<EntityObject>> {
  const found = new Set<EntityObject>();
  for (const state of states)
    for (const { entity } of await fetchRecords(port, { ...state, deleted: soft ? 'hidden' : 'shown' }))
      found.add(entity);
  return found;
}

/** Those that the rows name less those that were given elsewhere, and those that were given to the parents since. */
async function childrenNow(
  port: ReadPort,
  parents: readonly EntityRecord[],
  { relation, soft }: { relation: HasManyModel | HasOneModel; soft: boolean },
): Promise<Set<EntityObject>> {
  const owners = new Set<unknown>(parents.map(({ entity }) => entity));
  const { database } = placeOfTarget(relation, parents[0]!);
  const states = keysOf(port, parents, database).map((some) => childrenOf(relation, some, database));
  const found = await stored(port, states, soft);
  const { property } = relation.inverse;
  const children = new Set<EntityObject>();
  for (const child of found) if (!Object.hasOwn(child, property) || owners.has(child[property])) children.add(child);
  for (const child of belongingTo(port.store, parents, relation)) children.add(child);
  for (const { entity } of parents) {
    for (const child of viewIn(entity, relation.property)?.came() ?? [])
      if (owners.has(child[property])) children.add(child);
  }
  return children;
}

/** A member goes as long as a link to one of the parents is there, or is to be. */
async function membersNow(
  port: ReadPort,
  parents: readonly EntityRecord[],
  { relation, soft }: { relation: ManyToManyModel; soft: boolean },
): Promise<Set<EntityObject>> {
  const { database } = placeOfTarget(relation, parents[0]!);
  const members = new Set<EntityObject>();
  const whole: EntityRecord[] = [];
  for (const parent of parents) {
    const out = new Set<EntityObject>();
    const view = viewIn(parent.entity, relation.property);
    for (const link of view instanceof Links ? view.links : []) {
      const item = link.owner === parent.entity ? link.item : link.owner;
      if (link.isWanted) members.add(item);
      else out.add(item);
    }
    if (out.size === 0) {
      whole.push(parent);
      continue;
    }
    // What was taken out of this one may be there by another: its rows are asked for by themselves.
    const found = await stored(port, [membersOf(relation, [rowKey(parent)!], database, { isLasting: true })], soft);
    for (const item of found) if (!out.has(item)) members.add(item);
  }
  const states = keysOf(port, whole, database).map((some) => membersOf(relation, some, database, { isLasting: true }));
  for (const item of await stored(port, states, soft)) members.add(item);
  return members;
}

function keysOf(port: ReadPort, parents: readonly EntityRecord[], database: string): (readonly KeyValues[])[] {
  return keyChunks(
    parents.map((record) => rowKey(record)!),
    port.dialect(database),
  );
}
