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
} from '../../entities';
import { fetchRecords, keyChunks, type ReadPort } from '../../loading';
import type { EntityObject, ManyToManyModel, RelationModel } from '../../metadata';
import { childrenOf, relatedTo, type QueryState } from '../../query';
import { belongingTo, goesAlong, type ToChildren } from '../belonging';
import { remove } from '../leave';

export class DeleteCascade {
  readonly #port: ReadPort;
  readonly #journal: Journal;
  readonly #followed = new Set<EntityRecord>();

  constructor(port: ReadPort, journal: Journal) {
    this.#port = port;
    this.#journal = journal;
  }

  /** Follows what is deleted by now, each once. */
  async run(): Promise<void> {
    const { removed } = this.#port.store;
    for (;;) {
      const next = [...removed.keys()].filter((record) => !this.#followed.has(record));
      if (next.length === 0) return;
      for (const record of next) this.#followed.add(record);
      for (const { parents, soft } of this.#alike(next))
        await removeChildren(this.#port, { parents, soft, journal: this.#journal });
    }
  }

  /** New entities that came in since belong to what was followed: they go along too. */
  takeAlong(): void {
    const { store } = this.#port;
    for (const { parents, soft } of this.#alike([...this.#followed])) {
      for (const relation of parents[0]!.model.relations) {
        if (!follows(relation, soft)) continue;
        const fresh = belongingTo(store, parents, relation).filter((child) => recordOf(child)?.status === 'new');
        remove(store, fresh, { force: !soft, journal: this.#journal });
      }
    }
  }

  /** Of one place, and going in one way. */
  *#alike(records: readonly EntityRecord[]): Generator<{ parents: readonly EntityRecord[]; soft: boolean }> {
    const { removed } = this.#port.store;
    for (const some of byPlace(records).values()) {
      const isMarkedOnly = (record: EntityRecord): boolean =>
        record.model.softDelete !== undefined && !removed.get(record);
      const [marked, going] = [some.filter(isMarkedOnly), some.filter((record) => !isMarkedOnly(record))];
      if (marked.length > 0) yield { parents: marked, soft: true };
      if (going.length > 0) yield { parents: going, soft: false };
    }
  }
}

/** What only marks the parent must not delete rows of children. */
function follows(relation: RelationModel, soft: boolean): relation is ToChildren {
  return goesAlong(relation) && !(soft && !relation.target.softDelete);
}

interface Removal {
  readonly parents: readonly EntityRecord[];
  /** Whether the parents are marked as deleted, or their rows go. */
  readonly soft: boolean;
  readonly journal: Journal;
}

async function removeChildren(port: ReadPort, { parents, soft, journal }: Removal): Promise<void> {
  for (const relation of parents[0]!.model.relations) {
    if (!follows(relation, soft)) continue;
    const found = new Set<EntityObject>();
    for (const state of childrenStates(port, parents, relation)) {
      const stored = await fetchRecords(port, { ...state, deleted: soft ? 'hidden' : 'shown' });
      for (const { entity } of stored) found.add(entity);
    }
    remove(port.store, childrenNow(port, parents, relation, found), { force: !soft, journal });
  }
}

function childrenStates(port: ReadPort, parents: readonly EntityRecord[], relation: ToChildren): QueryState[] {
  const { database } = placeOfTarget(relation, parents[0]!);
  const keys = parents.map((record) => rowKey(record)!);
  if (relation.kind === 'manyToMany') return keys.map((key) => relatedTo(relation, key, database));
  return keyChunks(keys, port.dialect(database)).map((some) => childrenOf(relation, some, database));
}

/** Those that the rows name less those that were given elsewhere, and those that were given to the parents since. */
function childrenNow(
  port: ReadPort,
  parents: readonly EntityRecord[],
  relation: ToChildren,
  found: ReadonlySet<EntityObject>,
): Set<EntityObject> {
  const owners = new Set<unknown>(parents.map(({ entity }) => entity));
  if (relation.kind === 'manyToMany') return membersNow(parents, relation, found);
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
function membersNow(
  parents: readonly EntityRecord[],
  relation: ManyToManyModel,
  found: ReadonlySet<EntityObject>,
): Set<EntityObject> {
  const members = new Set(found);
  for (const { entity } of parents) {
    const view = viewIn(entity, relation.property);
    if (!(view instanceof Links)) continue;
    for (const link of view.links) {
      const item = link.owner === entity ? link.item : link.owner;
      if (link.isWanted) members.add(item);
      else members.delete(item);
    }
  }
  return members;
}
