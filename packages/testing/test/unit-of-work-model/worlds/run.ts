/** A program under way: the oracle, the library, and what was done so far, in the words of a program that somebody can repeat by hand. */
import { endsOf, type Oracle, type Uid } from './oracle';
import { hasNaturalKey, keyOf, referencesOf, valuesOf, type Kind, type Reference } from './schema';
import type { Entity, System } from './system';

/** Choices of one command, all made of one number: zero always chooses the first, which is where shrinking goes. */
export class Choice {
  constructor(private left: number) {}

  number(below: number): number {
    const chosen = this.left % below;
    this.left = Math.floor(this.left / below);
    return chosen;
  }

  one<T>(from: readonly T[]): T | undefined {
    return from.length === 0 ? undefined : from[this.number(from.length)];
  }

  flag(): boolean {
    return this.number(2) === 1;
  }
}

export class Run {
  readonly trace: string[] = [];

  constructor(
    readonly oracle: Oracle,
    readonly system: System,
  ) {}

  say(line: string): true {
    this.trace.push(line);
    return true;
  }

  name(uid: Uid | null): string {
    return uid === null ? 'null' : `${this.oracle.row(uid).kind}${String(uid)}`;
  }

  /** Entities that the program holds in its hands. */
  usable(kind?: string, database?: string): Uid[] {
    return this.oracle.alive(kind, database).filter((uid) => this.system.entities.has(uid));
  }

  stored(kind?: string, database?: string): Uid[] {
    return this.usable(kind, database).filter((uid) => this.oracle.isStored(uid));
  }

  /** Entities that this reference of that entity may be set to. */
  targetsOf(uid: Uid, { target }: Reference): Uid[] {
    return this.usable(target, this.oracle.row(uid).database).filter((each) => each !== uid);
  }

  setReference(uid: Uid, property: string, target: Uid | null): true {
    this.oracle.row(uid).references[property] = target;
    if (this.oracle.kindOf(uid).references![property]!.inverse?.many === false) {
      this.oracle.byReference.add(uid);
      if (target !== null) this.oracle.byReference.add(target);
    }
    this.system.entity(uid)[property] = target === null ? null : this.system.entity(target);
    return this.say(`${this.name(uid)}.${property} = ${this.name(target)}`);
  }

  setValue(uid: Uid, property: string, value: string | null): true {
    this.oracle.row(uid).values[property] = value;
    this.system.entity(uid)[property] = value;
    return this.say(`${this.name(uid)}.${property} = ${JSON.stringify(value)}`);
  }

  /** A new entity that no session knows, and no row of the oracle yet. Its own references are null. */
  make(kind: Kind, database: string, given: { values?: Record<string, string | null> } = {}): Uid {
    const { oracle, system } = this;
    const uid = oracle.fresh();
    const values: Record<string, string | null> = {};
    if (hasNaturalKey(kind)) for (const part of keyOf(kind)) values[part] = `${part}${String(uid)}`;
    for (const [property, sort] of valuesOf(kind))
      values[property] = sort === 'slot' ? null : `${property}${String(uid)}`;
    Object.assign(values, given.values);
    const references = Object.fromEntries(referencesOf(kind).map(([property]) => [property, null]));
    oracle.memory.rows.set(uid, { kind: kind.name, database, values, references, marked: false });
    const entity = new kind.entity() as Entity;
    Object.assign(entity, values);
    for (const [property, { nullable }] of referencesOf(kind)) if (nullable) entity[property] = null;
    system.remember(uid, entity);
    return uid;
  }

  /** The same, by `session.create`. */
  create(
    kind: Kind,
    database: string,
    given: { values?: Record<string, string | null>; references?: Record<string, Uid | null> },
  ): Uid {
    const { oracle, system } = this;
    const uid = this.make(kind, database, given);
    const row = oracle.row(uid);
    Object.assign(row.references, given.references);
    const data: Record<string, unknown> = { ...row.values };
    for (const [property, target] of Object.entries(row.references))
      data[property] = target === null ? null : system.entity(target);
    system.remember(uid, system.in(database).create(kind.entity, data));
    oracle.adopt(uid);
    for (const [property, { inverse }] of referencesOf(kind)) {
      const target = row.references[property] ?? null;
      if (inverse?.many === false && target !== null) oracle.byReference.add(uid).add(target);
    }
    const set = Object.entries(row.references).filter(([, target]) => target !== null);
    const own = Object.keys(given.values ?? {}).map((name) => `${name}: ${JSON.stringify(row.values[name])}`);
    const text = [...own, ...set.map(([property, target]) => `${property}: ${this.name(target)}`)].join(', ');
    this.say(`create ${this.name(uid)} { ${text} }${database === 'default' ? '' : ` in ${database}`}`);
    return uid;
  }

  add(uid: Uid): true {
    this.oracle.adopt(uid);
    this.system.in(this.oracle.row(uid).database).add(this.system.entity(uid));
    return this.say(`add ${this.name(uid)}`);
  }

  delete(uid: Uid, force = false): true {
    const { oracle, system } = this;
    // Only what a session knows can be deleted.
    if (oracle.loose.has(uid)) this.add(uid);
    this.say(`delete ${this.name(uid)}${force ? ' by force' : ''}`);
    const entity = system.entity(uid);
    if (force) system.session.delete(entity, { force });
    else system.session.delete(entity);
    if (oracle.isStored(uid)) oracle.removed.set(uid, force);
    else this.#withdraw(uid);
    return true;
  }

  /** A new entity is taken back, with what it would delete along. */
  #withdraw(uid: Uid): void {
    const { oracle } = this;
    const along: Uid[] = [];
    for (const { child, property, inverse } of oracle.inversesOf(oracle.row(uid).kind))
      if (inverse.cascadeDelete || inverse.orphanRemoval) along.push(...oracle.childrenOf(uid, child.name, property));
    for (const links of oracle.world.links.filter(({ cascadeDelete }) => cascadeDelete))
      for (const [owner, target] of [...oracle.pairsOf(links)].map(endsOf)) if (owner === uid) along.push(target);
    this.forget(uid);
    for (const each of along) {
      if (oracle.isStored(each)) oracle.removed.set(each, oracle.removed.get(each) ?? false);
      else if (oracle.memory.rows.has(each)) this.#withdraw(each);
    }
  }

  /** A new entity that leaves has no owner any more. */
  forget(uid: Uid): void {
    const { oracle } = this;
    oracle.memory.rows.delete(uid);
    oracle.loose.delete(uid);
    for (const pairs of oracle.memory.pairs.values()) {
      for (const pair of pairs) if (pair.split('|').includes(String(uid))) pairs.delete(pair);
    }
    for (const [each, { kind, references }] of oracle.memory.rows) {
      if (oracle.kind(kind).through && Object.values(references).includes(uid) && !this.system.entities.has(each))
        oracle.memory.rows.delete(each);
    }
  }

  /** Makes what is pending writable: mends what the caller would be told to mend. */
  repair(): void {
    const { oracle } = this;
    for (let round = 0; ; round++) {
      const problem = oracle.problem();
      if (!problem) return;
      if (round > 60) throw new Error(`cannot repair ${JSON.stringify(problem)}`);
      const { uid, property, fault } = problem;
      const kind = oracle.kindOf(uid);
      const reference = kind.references?.[property];
      if (!reference) {
        if (property === 'key') this.#remove(uid);
        else this.setValue(uid, property, `${property}${String(oracle.fresh())}`);
      } else if (fault === 'taken') {
        if (reference.nullable) this.setReference(uid, property, null);
        else this.#remove(uid);
      } else this.#rehome(uid, property, reference);
    }
  }

  #rehome(uid: Uid, property: string, reference: Reference): void {
    const taken = new Set([...this.oracle.effective().rows.values()].map((row) => row.references[property]));
    const free = this.targetsOf(uid, reference).find(
      (target) => this.oracle.effective().rows.has(target) && (reference.inverse?.many !== false || !taken.has(target)),
    );
    if (reference.nullable) {
      this.setReference(uid, property, null);
      if (this.oracle.loose.has(uid)) this.add(uid);
    } else if (free !== undefined && !this.oracle.kindOf(uid).through) this.setReference(uid, property, free);
    else this.#remove(uid);
  }

  #remove(uid: Uid): void {
    if (this.system.entities.has(uid)) this.delete(uid);
    else this.forget(uid);
  }
}
