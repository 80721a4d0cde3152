/**
 * What rows and entities of a world must say, by plain maps; operations are applied to it one by one. Three states: what is committed, what the
 * open transaction has written (`flushed`), and what the program has said since (`memory`).
 *
 * A child's reference alone says whose it is: `add`, `remove` and an assigned has-one set it, so that the later step counts. Collections are
 * not kept here, they are asked for. The rows of a join entity are its links.
 */
import {
  hasNaturalKey,
  keyOf,
  referencesOf,
  valuesOf,
  type Inverse,
  type Kind,
  type Links,
  type World,
} from './schema';

/** Names one entity through its whole life, whatever its key is. */
export type Uid = number;

export interface Row {
  readonly kind: string;
  readonly database: string;
  /** Scalars, natural keys among them. */
  readonly values: Record<string, string | null>;
  readonly references: Record<string, Uid | null>;
  /** Soft-deleted. */
  marked: boolean;
}

export class State {
  constructor(
    readonly rows = new Map<Uid, Row>(),
    /** Pairs `'1|2'` by the name of the relation; without those that a join entity holds. */
    readonly pairs = new Map<string, Set<string>>(),
  ) {}

  copy(): State {
    return new State(
      new Map([...this.rows].map(([uid, row]) => [uid, copyOf(row)])),
      new Map([...this.pairs].map(([name, pairs]) => [name, new Set(pairs)])),
    );
  }
}

export const copyOf = (row: Row): Row => ({ ...row, values: { ...row.values }, references: { ...row.references } });

const pairName = (owner: Uid, target: Uid): string => `${String(owner)}|${String(target)}`;

export const endsOf = (pair: string): [owner: Uid, target: Uid] => pair.split('|').map(Number) as [Uid, Uid];

/** What keeps pending work from being written. */
export interface Problem {
  readonly uid: Uid;
  readonly property: string;
  readonly fault: 'missing' | 'taken';
}

interface FollowLinks {
  links: Links;
  uid: Uid;
  hard: boolean;
  going: ReadonlyMap<Uid, boolean>;
  follow(child: Uid): void;
}

export class Oracle {
  committed = new State();
  flushed = new State();
  memory = new State();
  /** Deleted and not flushed yet, and whether by force. */
  readonly removed = new Map<Uid, boolean>();
  /** Taken out of a collection or has-one with `orphanRemoval`. */
  readonly orphans = new Set<Uid>();
  /**
   * Since the last flush: who was given something along a has-one relation, and who by the reference on its other side. Programs do not
   * contradict themselves by both, for without a look at each assignment it is not known which one was the later.
   */
  readonly byOwner = new Set<Uid>();
  readonly byReference = new Set<Uid>();
  /** Rows of join entities that links have made since the last flush. */
  readonly byLink = new Set<Uid>();
  /** Those of `removed` that are rows of join entities and were taken out of a collection: put into it again, they stay. What was deleted gets another row. */
  readonly unlinked = new Set<Uid>();
  /** Made with `new`: saved only if something holds them at the flush. */
  readonly loose = new Set<Uid>();
  #last = 0;

  constructor(readonly world: World) {}

  fresh(): number {
    return ++this.#last;
  }

  kind(name: string): Kind {
    return this.world.kinds.find((kind) => kind.name === name)!;
  }

  row(uid: Uid): Row {
    return this.memory.rows.get(uid)!;
  }

  kindOf(uid: Uid): Kind {
    return this.kind(this.row(uid).kind);
  }

  isStored(uid: Uid): boolean {
    return this.flushed.rows.has(uid);
  }

  /** Entities that the program may use: neither deleted nor taken out, nor marked. */
  alive(kind?: string, database?: string): Uid[] {
    return [...this.memory.rows]
      .filter(
        ([, row]) => (kind ?? row.kind) === row.kind && (database ?? row.database) === row.database && !row.marked,
      )
      .map(([uid]) => uid)
      .filter((uid) => !this.removed.has(uid) && !(this.orphans.has(uid) && !this.#hasHome(uid)));
  }

  // -- links

  through(links: Links): Kind | undefined {
    return this.world.kinds.find((kind) => kind.through === links.name);
  }

  pairsOf(links: Links, state: State = this.memory): Set<string> {
    const through = this.through(links);
    if (!through) return state.pairs.get(links.name) ?? new Set();
    const ends = [links.owner.reference!, links.target.reference!] as const;
    const rows = [...state.rows].filter(([uid, { kind }]) => kind === through.name && !this.removed.has(uid));
    return new Set(rows.map(([, { references }]) => pairName(references[ends[0]]!, references[ends[1]]!)));
  }

  link(links: Links, [owner, target]: readonly [Uid, Uid]): void {
    const through = this.through(links);
    if (!through) {
      const pairs = this.memory.pairs.get(links.name) ?? new Set();
      this.memory.pairs.set(links.name, pairs.add(pairName(owner, target)));
      return;
    }
    const rows = this.#throughRows(links, [owner, target]);
    if (rows.some((row) => !this.removed.has(row))) return;
    const [kept] = rows.filter((row) => this.unlinked.has(row));
    if (kept !== undefined) this.keep(kept);
    else {
      const references = { [links.owner.reference!]: owner, [links.target.reference!]: target };
      const { database } = this.row(owner);
      const made = this.fresh();
      this.byLink.add(made);
      this.memory.rows.set(made, { kind: through.name, database, values: {}, references, marked: false });
    }
  }

  /** Whether the row of a pair is an entity that a program has made: a collection knows of it after the flush. */
  isEntityToCome(links: Links, pair: readonly [Uid, Uid]): boolean {
    const row = this.through(links) && this.#throughRow(links, pair);
    return row !== undefined && !this.isStored(row) && !this.byLink.has(row);
  }

  unlink(links: Links, [owner, target]: readonly [Uid, Uid]): void {
    this.memory.pairs.get(links.name)?.delete(pairName(owner, target));
    const row = this.through(links) && this.#throughRow(links, [owner, target]);
    if (row === undefined) return;
    if (this.isStored(row)) {
      this.removed.set(row, false);
      this.unlinked.add(row);
    } else this.memory.rows.delete(row);
  }

  /** A deletion is taken back. */
  keep(uid: Uid): void {
    this.removed.delete(uid);
    this.unlinked.delete(uid);
  }

  /** The one that is not to be deleted. */
  #throughRow(links: Links, pair: readonly [Uid, Uid]): Uid | undefined {
    return this.#throughRows(links, pair).find((uid) => !this.removed.has(uid));
  }

  #throughRows(links: Links, [owner, target]: readonly [Uid, Uid]): Uid[] {
    const through = this.through(links)!;
    return [...this.memory.rows]
      .filter(
        ([, { kind, references }]) =>
          kind === through.name &&
          references[links.owner.reference!] === owner &&
          references[links.target.reference!] === target,
      )
      .map(([uid]) => uid);
  }

  // -- relations, as they are asked for

  /** Children of a kind that refer to this entity, without marked ones. */
  childrenOf(owner: Uid, kind: string, property: string, state: State = this.memory): Uid[] {
    return [...state.rows]
      .filter(([, row]) => row.kind === kind && row.references[property] === owner && !row.marked)
      .map(([uid]) => uid);
  }

  /** All relations whose other side is on the given kind. */
  *inversesOf(kind: string): Generator<{ child: Kind; property: string; inverse: Inverse }> {
    for (const child of this.world.kinds) {
      for (const [property, { target, inverse }] of referencesOf(child)) {
        if (target === kind && inverse) yield { child, property, inverse };
      }
    }
  }

  // -- what a flush does

  /** What the rows will be when all that is pending is written. */
  effective(): State {
    const state = this.memory.copy();
    const going = this.#going(state);
    for (const [uid, force] of going) {
      const row = state.rows.get(uid);
      if (!row) continue;
      if (this.kind(row.kind).softDelete && !force && this.isStored(uid)) row.marked = true;
      else state.rows.delete(uid);
    }
    this.#dropUnheld(state);
    for (const [, row] of state.rows) {
      for (const [property, { onDelete }] of referencesOf(this.kind(row.kind))) {
        const target = row.references[property];
        if (onDelete === 'set null' && target !== null && target !== undefined && !state.rows.has(target))
          row.references[property] = null;
      }
    }
    for (const pairs of state.pairs.values()) {
      for (const pair of pairs) if (!endsOf(pair).every((uid) => state.rows.has(uid))) pairs.delete(pair);
    }
    return state;
  }

  /** What is deleted, orphans are, and what goes along with them. */
  #going(state: State): Map<Uid, boolean> {
    const going = new Map(this.removed);
    for (const uid of this.orphans) if (!this.#hasHome(uid)) going.set(uid, going.get(uid) ?? false);
    for (const [uid, force] of going) {
      const row = state.rows.get(uid);
      if (!row) continue;
      const kind = this.kind(row.kind);
      const hard = force || !kind.softDelete;
      const follow = (child: Uid) => {
        // A mark deletes no rows; a row that goes takes the rows of its children, marked ones too.
        if (hard) {
          going.delete(child);
          going.set(child, true);
        } else if (this.#isMarkedKind(state, child) && !going.has(child)) going.set(child, false);
      };
      for (const [child, { kind: name, references }] of state.rows) {
        if (going.get(child) === true) continue;
        for (const [property, { target, inverse, onDelete }] of referencesOf(this.kind(name))) {
          if (target !== kind.name || references[property] !== uid) continue;
          if (inverse?.cascadeDelete || inverse?.orphanRemoval || (hard && onDelete === 'cascade')) follow(child);
        }
      }
      for (const links of this.world.links) this.#followLinks(state, { links, uid, hard, going, follow });
    }
    return going;
  }

  #followLinks(state: State, { links, uid, hard, going, follow }: FollowLinks): void {
    for (const pair of this.pairsOf(links, state)) {
      const [owner, target] = endsOf(pair);
      if (links.cascadeDelete && owner === uid) follow(target);
      // The rows of a join table go with both ends.
      if (hard && this.through(links) && (owner === uid || target === uid)) {
        const row = this.#throughRow(links, [owner, target]);
        // Of a new one the caller is told.
        if (row !== undefined && !going.has(row) && !this.isEntityToCome(links, [owner, target])) follow(row);
      }
    }
  }

  #isMarkedKind(state: State, uid: Uid): boolean {
    return this.kind(state.rows.get(uid)!.kind).softDelete === true;
  }

  /** What has a home is no orphan. */
  #hasHome(uid: Uid): boolean {
    const { kind, references } = this.row(uid);
    return referencesOf(this.kind(kind)).some(
      ([property, { inverse }]) => inverse?.orphanRemoval && (references[property] ?? null) !== null,
    );
  }

  /** What was made with `new` and is held by nothing that is saved is not saved. */
  #dropUnheld(state: State): void {
    const held = new Set([...state.rows.keys()].filter((uid) => !this.loose.has(uid)));
    this.#reach(state, held);
    for (const uid of state.rows.keys()) if (!held.has(uid)) state.rows.delete(uid);
  }

  /** Adds what hangs on these entities along any relation; `follows` says whose relations. */
  #reach(state: State, held: Set<Uid>, follows: (uid: Uid) => boolean = () => true): void {
    for (const uid of held) {
      if (!follows(uid)) continue;
      const row = state.rows.get(uid)!;
      for (const target of Object.values(row.references))
        if (target !== null && state.rows.has(target)) held.add(target);
      for (const { child, property } of this.inversesOf(row.kind)) {
        for (const each of this.childrenOf(uid, child.name, property, state)) held.add(each);
      }
      for (const links of this.world.links) {
        for (const pair of this.pairsOf(links, state)) {
          const ends = endsOf(pair);
          if (ends.includes(uid)) for (const end of ends) if (state.rows.has(end)) held.add(end);
        }
      }
    }
  }

  /** `add` and `create` take along what is new along relations, for good. */
  adopt(uid: Uid): void {
    const held = new Set([uid]);
    // What the session has already takes along what is new at the flush.
    this.#reach(this.memory, held, (each) => each === uid || this.loose.has(each));
    for (const each of held) this.loose.delete(each);
  }

  flush(): void {
    this.memory = this.effective();
    this.flushed = this.memory.copy();
    this.#forget();
  }

  commit(): void {
    this.flush();
    this.committed = this.flushed.copy();
  }

  /** What was pending is forgotten, what was flushed since is undone. */
  backTo(state: State): void {
    this.flushed = state.copy();
    this.memory = state.copy();
    this.#forget();
  }

  #forget(): void {
    this.removed.clear();
    this.orphans.clear();
    this.loose.clear();
    this.byLink.clear();
    this.unlinked.clear();
    this.byOwner.clear();
    this.byReference.clear();
  }

  get isClean(): boolean {
    const text = ({ rows, pairs }: State) =>
      JSON.stringify([[...rows], [...pairs].map(([name, all]) => [name, [...all].sort()])]);
    return this.removed.size + this.orphans.size + this.loose.size === 0 && text(this.memory) === text(this.flushed);
  }

  /**
   * A new child whose parent goes and does not take it along: to some it has no owner and is not saved, to others it is saved without a parent, so
   * programs say which.
   */
  #abandoned(rows: ReadonlyMap<Uid, Row>): Problem | undefined {
    for (const uid of this.loose) {
      const { kind, references } = this.row(uid);
      for (const [property, { inverse }] of referencesOf(this.kind(kind))) {
        const target = references[property] ?? null;
        if (rows.has(uid) || target === null || rows.has(target)) continue;
        if (!inverse?.cascadeDelete && !inverse?.orphanRemoval) return { uid, property, fault: 'missing' };
      }
    }
    return undefined;
  }

  /** The first thing that keeps what is pending from being written: the caller's mistakes. */
  problem(): Problem | undefined {
    const { rows } = this.effective();
    const abandoned = this.#abandoned(rows);
    if (abandoned) return abandoned;
    const taken = new Set<string>();
    for (const [uid, row] of rows) {
      const kind = this.kind(row.kind);
      for (const [property, { nullable, inverse }] of referencesOf(kind)) {
        const target = row.references[property] ?? null;
        if (target === null ? !nullable : !rows.has(target)) return { uid, property, fault: 'missing' };
        if (target === null || !inverse || inverse.many) continue;
        if (isTaken(taken, [row.kind, property, target])) return { uid, property, fault: 'taken' };
      }
      for (const [property, sort] of valuesOf(kind)) {
        const value = row.values[property];
        if (sort === 'text' || value === null) continue;
        if (isTaken(taken, [row.kind, row.database, property, value])) return { uid, property, fault: 'taken' };
      }
      const key = hasNaturalKey(kind) ? keyOf(kind).map((part) => row.values[part]) : Object.values(row.references);
      if ((hasNaturalKey(kind) || kind.through) && isTaken(taken, [row.kind, row.database, key]))
        return { uid, property: 'key', fault: 'taken' };
    }
    return undefined;
  }
}

function isTaken(taken: Set<string>, what: unknown[]): boolean {
  const text = JSON.stringify(what);
  if (taken.has(text)) return true;
  taken.add(text);
  return false;
}
