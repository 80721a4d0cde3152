/**
 * One child and two parents: the child's reference says whose it is, and `add` and `remove` of a collection set it. So the last step counts,
 * and a parent's collection is known to hold what refers to it after each flush (between flushes a reference that was assigned is only seen
 * in the child).
 */
import assert from 'node:assert/strict';
import { BelongsTo, Column, Entity, HasMany, PrimaryKey, type Many, type Ref, type Session } from '@espalier/core';
import { declareEveryProgram, type World } from './every-program';

@Entity()
class Team {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @HasMany(() => Player, 'team') players!: Many<Player>;
  @HasMany(() => Cup, 'team', { orphanRemoval: true }) cups!: Many<Cup>;
}

@Entity()
class Player {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Team, { nullable: true }) team!: Ref<Team> | null;
}

/** A child that goes when it is taken out. */
@Entity()
class Cup {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Team, { nullable: true }) team!: Ref<Team> | null;
}

const ONE_PARENT = ['c.team = a', 'c.team = null', 'a.add(c)', 'a.remove(c)', 'flush'] as const;
const TWO_PARENTS = [...ONE_PARENT, 'c.team = b', 'b.add(c)', 'b.remove(c)'] as const;
type Step = (typeof TWO_PARENTS)[number];
type ParentName = 'a' | 'b';

/** How the child comes into the session: by its row, made by `create`, or with `new` for a parent to bring in. */
type Origin = 'stored' | 'created' | 'made';

interface Setup {
  child: Origin;
  isMember: boolean;
  loaded: string;
  orphanRemoval?: boolean;
}

interface Group {
  isLoaded: boolean;
  toArray(): object[];
  add(item: object): void;
  remove(item: object): void;
}

interface Cast {
  child: Player | Cup;
  parents: Record<ParentName, Team>;
}

class Family implements World<Step> {
  /** Whose the child is. */
  team: ParentName | null;
  /** Whose it is by its row. */
  stored: ParentName | null;
  /** Taken out of a collection with `orphanRemoval`: it goes unless it refers to a parent when it is written. */
  isOrphan = false;
  isGone = false;
  /** The child has a row, or the session knows that it is to have one. */
  isSaved: boolean;

  constructor(
    readonly cast: Cast,
    readonly setup: Setup,
  ) {
    this.team = this.stored = setup.isMember ? 'a' : null;
    this.isSaved = setup.child !== 'made';
  }

  apply(step: Step): boolean {
    if (this.isGone) return false;
    const assigned = /^c\.team = (.*)$/.exec(step)?.[1];
    if (assigned) return this.#assign(assigned === 'null' ? null : (assigned as ParentName));
    const name = step[0] as ParentName;
    return step.includes('add') ? this.#add(name) : this.#remove(name);
  }

  #assign(name: ParentName | null): boolean {
    // No session knows a child yet that only refers to a parent.
    if (!this.isSaved) return false;
    // A reference that is emptied takes nothing out of a collection: that alone makes no orphan.
    this.team = name;
    this.cast.child.team = name && this.cast.parents[name];
    return true;
  }

  #add(name: ParentName): boolean {
    this.#group(name).add(this.cast.child);
    this.team = name;
    this.isOrphan = false;
    return true;
  }

  #remove(name: ParentName): boolean {
    const wasMember = this.team === name || (this.team === null && this.stored === name);
    // A child that had a home by no row, found one and lost it: an orphan to some, as before to others.
    if (this.setup.orphanRemoval && wasMember && this.isSaved && this.stored === null) return false;
    if (this.team === name) this.team = null;
    if (wasMember) this.isOrphan = this.setup.orphanRemoval === true;
    this.#group(name).remove(this.cast.child);
    return true;
  }

  isWritable(): boolean {
    return true;
  }

  settle(): void {
    if (this.isOrphan && this.isSaved && this.team === null) this.isGone = true;
    if (this.team) this.isSaved = true;
    this.stored = this.team;
    this.isOrphan = false;
  }

  check(): void {
    const { child, parents } = this.cast;
    if (this.isOrphan || this.isGone) return;
    assert.ok((child.team ?? null) === (this.team && parents[this.team]), 'reference of the child');
  }

  async checkRows(session: Session): Promise<void> {
    const { child } = this.cast;
    const hasRow = this.isSaved && !this.isGone;
    for (const name of ['a', 'b'] as const) {
      const group = this.#group(name);
      if (!group.isLoaded) continue;
      const expected = hasRow && this.team === name ? [child] : [];
      assert.ok(group.toArray().length === expected.length && group.toArray()[0] === expected[0], `${name} in memory`);
    }
    const found = this.setup.orphanRemoval
      ? await session.repository(Cup).filter({ id: child.id })
      : await session.repository(Player).filter({ id: child.id });
    assert.equal(found.length, hasRow ? 1 : 0, 'rows of the child');
    if (!hasRow) return;
    assert.equal(found[0]!.team?.id ?? null, this.team && this.cast.parents[this.team].id, 'foreign key');
  }

  #group(name: ParentName): Group {
    const parent = this.cast.parents[name];
    return (this.setup.orphanRemoval ? parent.cups : parent.players) as unknown as Group;
  }
}

async function prepare(session: Session, setup: Setup, n: number): Promise<World<Step>> {
  const keys = { a: 2 * n, b: 2 * n + 1 };
  const Child = setup.orphanRemoval ? Cup : Player;
  const data = { id: n, name: `child ${n}` };
  await session.sql`insert into teams (id) values (${keys.a})`;
  await session.sql`insert into teams (id) values (${keys.b})`;
  const team = setup.isMember ? keys.a : null;
  if (setup.child === 'stored' && setup.orphanRemoval)
    await session.sql`insert into cups (id, name, team_id) values (${n}, ${data.name}, ${team})`;
  else if (setup.child === 'stored')
    await session.sql`insert into players (id, name, team_id) values (${n}, ${data.name}, ${team})`;
  await session.commit();
  const teams = session.repository(Team);
  const parents = { a: await teams.get(keys.a), b: await teams.get(keys.b) };
  const child =
    setup.child === 'stored'
      ? await session.repository<Player | Cup>(Child).get(n)
      : setup.child === 'created'
        ? session.create(Child, { ...data, team: null })
        : Object.assign(new Child(), data);
  for (const name of ['a', 'b'] as const) {
    if (setup.loaded.includes(name)) await session.load(parents[name], setup.orphanRemoval ? 'cups' : 'players');
  }
  return new Family({ child, parents }, setup);
}

const setupsOf = (origins: readonly Origin[], loaded: readonly string[], orphanRemoval: boolean): Setup[] =>
  origins.flatMap((child) =>
    (child === 'stored' ? [true, false] : [false]).flatMap((isMember) =>
      loaded.map((names) => ({ child, isMember, loaded: names, orphanRemoval })),
    ),
  );

const subject = { entities: [Team, Player, Cup], prepare };
const ORIGINS: readonly Origin[] = ['stored', 'created', 'made'];

for (const orphanRemoval of [false, true]) {
  const kind = orphanRemoval ? 'a has-many child that goes when it is taken out' : 'a has-many child';
  declareEveryProgram<Step, Setup>({
    ...subject,
    name: `${kind}, one parent`,
    steps: ONE_PARENT,
    longest: 4,
    setups: setupsOf(['stored'], ['', 'a'], orphanRemoval),
  });
  declareEveryProgram<Step, Setup>({
    ...subject,
    name: `${kind}, two parents`,
    steps: TWO_PARENTS,
    longest: 3,
    setups: setupsOf(['stored'], ['', 'a', 'ab'], orphanRemoval),
  });
  declareEveryProgram<Step, Setup>({
    ...subject,
    name: `${kind}, new`,
    steps: ONE_PARENT,
    longest: 3,
    setups: setupsOf(ORIGINS.slice(1), ['', 'a'], orphanRemoval),
  });
}
