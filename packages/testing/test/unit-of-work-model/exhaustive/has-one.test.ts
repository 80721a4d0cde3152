/**
 * Two children and two owners of a has-one relation, from both ends: the later assignment counts. Giving an owner another child takes it from
 * the owner before and lets the child go that the owner had: its reference is null then, or, with `orphanRemoval`, its row goes unless it
 * found another home.
 */
import assert from 'node:assert/strict';
import { BelongsTo, Column, Entity, HasOne, NotLoadedError, PrimaryKey, type Ref, type Session } from '@espalier/core';
import { declareEveryProgram, type World } from './every-program';

@Entity()
class Kite {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @HasOne(() => Tail, 'kite') tail!: Ref<Tail> | null;
  @HasOne(() => Badge, 'kite', { orphanRemoval: true }) badge!: Ref<Badge> | null;
}

@Entity()
class Tail {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Kite, { nullable: true, unique: true }) kite!: Ref<Kite> | null;
}

@Entity()
class Badge {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Kite, { nullable: true, unique: true }) kite!: Ref<Kite> | null;
}

const BY_OWNER = ['a.one = c', 'a.one = null', 'b.one = c', 'b.one = null', 'flush'] as const;
const BY_CHILD = ['c.kite = a', 'c.kite = b', 'c.kite = null'] as const;
const ALL = [...BY_OWNER, ...BY_CHILD] as const;
type Step = (typeof ALL)[number];
type OwnerName = 'a' | 'b';
type ChildName = 'c' | 'd';
type Origin = 'stored' | 'created' | 'made';

interface Setup {
  /** How `c` comes into the session; `d` has a row. */
  child: Origin;
  c: OwnerName | null;
  d: OwnerName | null;
  loaded: string;
  orphanRemoval: boolean;
}

interface Cast {
  owners: Record<OwnerName, Kite>;
  children: Record<ChildName, Tail | Badge>;
}

const NAMES = ['a', 'b'] as const;

class Household implements World<Step> {
  readonly homes: Record<ChildName, OwnerName | null>;
  readonly orphans = new Set<ChildName>();
  readonly gone = new Set<ChildName>();
  isSaved: boolean;
  readonly #stored: Record<ChildName, OwnerName | null>;
  /** Since the last flush: owners that were given something, or nothing, and what the reference of `c` was set to. */
  readonly #assigned = new Set<OwnerName>();
  readonly #emptied = new Set<OwnerName>();
  readonly #referred = new Set<OwnerName | null>();

  constructor(
    readonly cast: Cast,
    readonly setup: Setup,
  ) {
    this.homes = { c: setup.c, d: setup.d };
    this.#stored = { ...this.homes };
    this.isSaved = setup.child !== 'made';
  }

  apply(step: Step): boolean {
    if (this.gone.has('c')) return false;
    const { owners, children } = this.cast;
    const [left, value] = step.split(' = ') as [string, OwnerName | ChildName | 'null'];
    if (left === 'c.kite') {
      const home = value === 'null' ? null : (value as OwnerName);
      // What cannot be seen in the reference is not judged: its stored value again after an owner said otherwise.
      const isUnseen = this.#assigned.size > 0 && home === this.#stored.c;
      // Whom an owner let go, whom another took, and who then says to have no owner: an orphan to some.
      const isTorn = home === null && this.setup.orphanRemoval && this.#assigned.size > 0;
      if (!this.isSaved || isUnseen || isTorn || (home && this.#emptied.has(home))) return false;
      this.#referred.add(home);
      this.homes.c = home;
      children.c.kite = home && owners[home];
      return true;
    }
    const name = left[0] as OwnerName;
    // A child that says it is this owner's, and an owner that says it has none: a contradiction of the caller's.
    if (value === 'null' && this.#referred.has(name)) return false;
    this.#assigned.add(name);
    if (value === 'null') this.#emptied.add(name);
    const property = this.setup.orphanRemoval ? 'badge' : 'tail';
    for (const child of ['c', 'd'] as const) {
      const had = this.homes[child] ?? this.#stored[child];
      if (child !== value && had === name) this.#letGo(child);
    }
    if (value !== 'null') {
      this.homes.c = name;
      this.orphans.delete('c');
    }
    (owners[name] as unknown as Record<string, object | null>)[property] = value === 'null' ? null : children.c;
    return true;
  }

  #letGo(child: ChildName): void {
    this.homes[child] = null;
    if (this.setup.orphanRemoval) this.orphans.add(child);
  }

  /** The column is unique: two children of one owner are the caller's mistake. */
  isWritable(): boolean {
    const { c, d } = this.homes;
    return c === null || c !== d || this.gone.has('d');
  }

  settle(): void {
    if (this.homes.c) this.isSaved = true;
    for (const orphan of this.orphans) {
      if (this.homes[orphan] === null && (orphan === 'd' || this.isSaved)) this.gone.add(orphan);
    }
    this.orphans.clear();
    Object.assign(this.#stored, this.homes);
    for (const each of [this.#assigned, this.#emptied, this.#referred]) each.clear();
  }

  check(): void {}

  async checkRows(session: Session): Promise<void> {
    const { owners, children } = this.cast;
    for (const child of ['c', 'd'] as const) {
      const { id } = children[child];
      const hasRow = !this.gone.has(child) && (child === 'd' || this.isSaved);
      const home = this.homes[child];
      const found = this.setup.orphanRemoval
        ? await session.repository(Badge).filter({ id })
        : await session.repository(Tail).filter({ id });
      assert.equal(found.length, hasRow ? 1 : 0, `rows of ${child}`);
      if (!hasRow) continue;
      assert.equal(found[0]!.kite?.id ?? null, home && owners[home].id, `foreign key of ${child}`);
      assert.ok(children[child].kite === (home && owners[home]), `reference of ${child}`);
    }
    for (const name of NAMES) {
      const expected = (['c', 'd'] as const).find((child) => !this.gone.has(child) && this.homes[child] === name);
      const held = this.#held(owners[name]);
      if (held !== undefined) assert.ok(held === (expected ? children[expected] : null), `child of ${name} in memory`);
    }
  }

  /** undefined where it is not loaded. */
  #held(owner: Kite): object | null | undefined {
    try {
      return this.setup.orphanRemoval ? owner.badge : owner.tail;
    } catch (error) {
      if (error instanceof NotLoadedError) return undefined;
      throw error;
    }
  }
}

async function prepare(session: Session, setup: Setup, n: number): Promise<World<Step>> {
  const keys = { a: 2 * n, b: 2 * n + 1, c: 2 * n, d: 2 * n + 1 };
  const { orphanRemoval } = setup;
  for (const name of NAMES) await session.sql`insert into kites (id) values (${keys[name]})`;
  for (const child of ['c', 'd'] as const) {
    if (child === 'c' && setup.child !== 'stored') continue;
    const home = setup[child];
    const kite = home && keys[home];
    if (orphanRemoval)
      await session.sql`insert into badges (id, name, kite_id) values (${keys[child]}, ${child}, ${kite})`;
    else await session.sql`insert into tails (id, name, kite_id) values (${keys[child]}, ${child}, ${kite})`;
  }
  await session.commit();
  const kites = session.repository(Kite);
  const Child = orphanRemoval ? Badge : Tail;
  const repository = session.repository<Tail | Badge>(Child);
  const owners = { a: await kites.get(keys.a), b: await kites.get(keys.b) };
  const data = { id: keys.c, name: 'c' };
  const c =
    setup.child === 'stored'
      ? await repository.get(keys.c)
      : setup.child === 'created'
        ? session.create(Child, { ...data, kite: null })
        : Object.assign(new Child(), data);
  const children = { c, d: await repository.get(keys.d) };
  for (const name of NAMES) {
    if (setup.loaded.includes(name)) await session.load(owners[name], orphanRemoval ? 'badge' : 'tail');
  }
  return new Household({ owners, children }, setup);
}

const setupsOf = (children: readonly Origin[], orphanRemoval: boolean): Setup[] =>
  children.flatMap((child) =>
    (child === 'stored' ? (['a', null] as const) : [null]).flatMap((c) =>
      (['b', null] as const).flatMap((d) =>
        ['', 'a', 'ab'].map((loaded): Setup => ({ child, c, d, loaded, orphanRemoval })),
      ),
    ),
  );

for (const orphanRemoval of [false, true]) {
  const kind = orphanRemoval ? 'a has-one child that goes when it is let go' : 'a has-one child';
  const subject = { entities: [Kite, Tail, Badge], prepare };
  declareEveryProgram<Step, Setup>({
    ...subject,
    name: `${kind}, by its owners`,
    steps: BY_OWNER,
    longest: 3,
    setups: setupsOf(['stored'], orphanRemoval),
  });
  declareEveryProgram<Step, Setup>({
    ...subject,
    name: `${kind}, new`,
    steps: BY_OWNER,
    longest: 3,
    setups: setupsOf(['created', 'made'], orphanRemoval),
  });
  declareEveryProgram<Step, Setup>({
    ...subject,
    name: `${kind}, from both ends`,
    steps: ALL,
    longest: 3,
    setups: setupsOf(['stored'], orphanRemoval).filter(({ d }) => d === null),
  });
}
