/**
 * Relations under every short program: all sequences of a few changes, made from both ends, with the relations loaded or not. Each program has rows of
 * its own, so that one flush writes them all, and the last word on each pair is what rows and collections must say.
 */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  type EntityClass,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Film {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Mark) marks!: Many<Mark>;
}

@Entity()
class Mark {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Film, 'marks') films!: Many<Film>;
}

@Entity()
class Nest {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Bird, 'nest') birds!: Many<Bird>;
  @HasOne(() => Ring, 'nest') ring!: Ref<Ring> | null;
}

@Entity()
class Bird {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Nest, { nullable: true }) nest!: Ref<Nest> | null;
}

@Entity()
class Ring {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Nest, { nullable: true }) nest!: Ref<Nest> | null;
}

@Entity()
class Barn {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Hay, 'barn', { orphanRemoval: true }) hay!: Many<Hay>;
  @HasOne(() => Door, 'barn', { orphanRemoval: true }) door!: Ref<Door> | null;
}

@Entity()
class Hay {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Barn, { nullable: true }) barn!: Ref<Barn> | null;
}

@Entity()
class Door {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Barn, { nullable: true }) barn!: Ref<Barn> | null;
}

/** All sequences of one to `length` steps. */
function programs<S>(steps: readonly S[], length: number): S[][] {
  let last: S[][] = [[]];
  const all: S[][] = [];
  for (let i = 0; i < length; i++) {
    last = last.flatMap((program) => steps.map((step) => [...program, step]));
    all.push(...last);
  }
  return all;
}

/** The items of a collection that is loaded. */
const items = (collection: unknown): object[] => [...(collection as Iterable<object>)];

type Turn = 'at once' | 'flushed between' | 'after a block that failed' | 'after a flush in a block that failed';
const TURNS: readonly Turn[] = [
  'at once',
  'flushed between',
  'after a block that failed',
  'after a flush in a block that failed',
];

/** Runs all programs, step by step, in one session. */
async function runAll(session: Session, all: readonly (() => void)[][], turn: Turn): Promise<void> {
  if (turn.startsWith('after')) {
    const block = session.transaction(async () => {
      for (const steps of all) for (const step of steps) step();
      if (turn.includes('flush')) await session.flush();
      throw new Error('enough');
    });
    await assert.rejects(block, /enough/);
  }
  if (turn === 'flushed between') {
    const longest = Math.max(...all.map(({ length }) => length));
    for (let i = 0; i < longest; i++) {
      for (const steps of all) steps[i]?.();
      await session.flush();
    }
  } else for (const steps of all) for (const step of steps) step();
}

// -- many-to-many

type LinkStep = 'film.add' | 'film.remove' | 'mark.add' | 'mark.remove';
const LINK_STEPS: readonly LinkStep[] = ['film.add', 'film.remove', 'mark.add', 'mark.remove'];

interface Pair {
  readonly film: Film;
  readonly mark: Mark;
  readonly program: readonly LinkStep[];
  readonly wanted: boolean;
}

function linkStep({ film, mark }: Pick<Pair, 'film' | 'mark'>, step: LinkStep): void {
  if (step === 'film.add') film.marks.add(mark);
  else if (step === 'film.remove') film.marks.remove(mark);
  else if (step === 'mark.add') mark.films.add(film);
  else mark.films.remove(film);
}

async function checkLinks(orm: Espalier, known: 'stored' | 'new', turn: Turn): Promise<void> {
  const all = programs(LINK_STEPS, 3).flatMap((program) => [true, false].map((isThere) => ({ program, isThere })));
  for (const loads of known === 'new' ? [[]] : [[], ['film'], ['mark'], ['film', 'mark']]) {
    await using session = orm.session();
    const pairs = all.map(({ program, isThere }): Pair => {
      const [film, mark] = [session.create(Film, {}), session.create(Mark, {})];
      if (isThere) film.marks.add(mark);
      return { film, mark, program, wanted: program.at(-1)!.endsWith('add') };
    });
    if (known === 'stored') {
      await session.commit();
      session.clear();
      const films = new Map((await session.repository(Film).all()).map((film) => [film.id, film]));
      const marks = new Map((await session.repository(Mark).all()).map((mark) => [mark.id, mark]));
      for (const [i, { film, mark }] of pairs.entries())
        pairs[i] = { ...pairs[i]!, film: films.get(film.id)!, mark: marks.get(mark.id)! };
      if (loads.includes('film')) await session.load([...films.values()], 'marks');
      if (loads.includes('mark')) await session.load([...marks.values()], 'films');
    }
    await runAll(
      session,
      pairs.map(({ film, mark, program }) => program.map((step) => () => linkStep({ film, mark }, step))),
      known === 'new' ? 'at once' : turn,
    );
    const inMemory = (): void => {
      for (const { film, mark, program, wanted } of pairs) {
        const at = `${known}, ${turn}, loaded: ${loads.join()}: ${program.join(', ')}`;
        if (loads.includes('film') || known === 'new') assert.equal(items(film.marks).includes(mark), wanted, at);
        if (loads.includes('mark') || known === 'new') assert.equal(items(mark.films).includes(film), wanted, at);
      }
    };
    inMemory();
    await session.commit();
    inMemory();
    await using other = orm.session();
    const stored = new Map((await other.repository(Film).include('marks')).map((film) => [film.id, film.marks]));
    for (const { film, mark, program, wanted } of pairs) {
      const ids = items(stored.get(film.id)).map((one) => (one as Mark).id);
      assert.deepEqual(ids, wanted ? [mark.id] : [], `${known}, ${turn}, ${loads.join()}: ${program.join(', ')}`);
    }
    await session.commit();
    session.delete(...pairs.flatMap(({ film, mark }) => [film, mark]));
    await session.commit();
  }
}

// -- children of one of two owners

/** How a relation to children is used: the same programs for a collection and for a slot, with and without the removal of orphans. */
interface Family {
  readonly owner: EntityClass;
  readonly child: EntityClass;
  /** The owner's relation. */
  readonly relation: string;
  /** The child's reference. */
  readonly reference: string;
  readonly isSlot: boolean;
  readonly removesOrphans: boolean;
}

const FAMILIES: Record<string, Family> = {
  'has-many': {
    owner: Nest,
    child: Bird,
    relation: 'birds',
    reference: 'nest',
    isSlot: false,
    removesOrphans: false,
  },
  'has-one': { owner: Nest, child: Ring, relation: 'ring', reference: 'nest', isSlot: true, removesOrphans: false },
  'has-many with orphanRemoval': {
    owner: Barn,
    child: Hay,
    relation: 'hay',
    reference: 'barn',
    isSlot: false,
    removesOrphans: true,
  },
  'has-one with orphanRemoval': {
    owner: Barn,
    child: Door,
    relation: 'door',
    reference: 'barn',
    isSlot: true,
    removesOrphans: true,
  },
};

type Row = Record<string, unknown> & { id: number };

interface Trio {
  readonly owners: readonly [Row, Row];
  readonly child: Row;
}

/** Which owner (0, 1) the step is about, and what it does. */
interface ChildStep {
  readonly name: 'put in' | 'taken out' | 'set to it' | 'emptied' | 'refers' | 'refers to none';
  readonly to: 0 | 1;
}

const CHILD_STEPS: readonly ChildStep[] = [
  { name: 'put in', to: 0 },
  { name: 'put in', to: 1 },
  { name: 'taken out', to: 0 },
  { name: 'taken out', to: 1 },
  { name: 'set to it', to: 0 },
  { name: 'emptied', to: 0 },
  { name: 'emptied', to: 1 },
  { name: 'refers', to: 0 },
  { name: 'refers', to: 1 },
  { name: 'refers to none', to: 0 },
];

function childStep({ owners, child }: Trio, { name, to }: ChildStep, family: Family): void {
  const owner = owners[to];
  if (name === 'refers') child[family.reference] = owner;
  else if (name === 'refers to none') child[family.reference] = null;
  else if (family.isSlot) {
    // A slot is emptied of whatever it holds: here it can hold this child alone.
    if (name === 'put in') owner[family.relation] = child;
    else owner[family.relation] = null;
  } else {
    const collection = owner[family.relation] as Many<object>;
    if (name === 'put in') collection.add(child);
    else if (name === 'taken out') collection.remove(child);
    else collection.set(name === 'emptied' ? [] : [child]);
  }
}

/** Whose the child is after these steps, if it was the first owner's: 'gone' where it became an orphan that is removed. */
function ownerAfter(program: readonly ChildStep[], { removesOrphans }: Family): 0 | 1 | null | 'gone' {
  let owner: 0 | 1 | null = 0;
  for (const { name, to } of program) {
    if (name === 'put in' || name === 'set to it' || name === 'refers') owner = to;
    else if (name === 'refers to none' || owner === to) owner = null;
  }
  return owner === null && removesOrphans ? 'gone' : owner;
}

/** Who empties a relation does not name the child: one that came to refer to the owner by its own reference is seen there at the next flush. */
function emptiesWhatRefersByItself(program: readonly ChildStep[], { isSlot }: Family): boolean {
  const refers = program.findIndex(({ name, to }) => name === 'refers' && to === 1);
  const empties = program.findLastIndex(({ name, to }) => name === (isSlot ? 'taken out' : 'emptied') && to === 1);
  return refers !== -1 && refers < empties;
}

function childPrograms(family: Family, turn: Turn): ChildStep[][] {
  const steps = CHILD_STEPS.filter(
    ({ name }) =>
      // A reference that is emptied by itself makes no orphan; a child that went between two flushes does not come back.
      !(family.removesOrphans && name === 'refers to none') &&
      // A slot is set and emptied by what puts in and takes out.
      !(family.isSlot && (name === 'set to it' || name === 'emptied')),
  );
  return programs(steps, 3).filter((program) =>
    turn === 'flushed between'
      ? program.every((_, i) => i === 0 || ownerAfter(program.slice(0, i), family) !== 'gone')
      : !emptiesWhatRefersByItself(program, family),
  );
}

async function checkChildren(orm: Espalier, family: Family, turn: Turn): Promise<void> {
  const all = childPrograms(family, turn);
  for (const loads of [[], [0], [1], [0, 1]]) {
    await using session = orm.session();
    const ids = all.map(() => {
      const owners = [session.create(family.owner, {}) as Row, session.create(family.owner, {}) as Row] as const;
      const child = session.create(family.child, { [family.reference]: owners[0] }) as Row;
      return { owners, child };
    });
    await session.commit();
    session.clear();
    const byId = async (entity: EntityClass): Promise<Map<number, Row>> =>
      new Map(((await session.repository<object>(entity).all()) as Row[]).map((row) => [row.id, row]));
    const [owners, children] = [await byId(family.owner), await byId(family.child)];
    const trios = ids.map((one): Trio => ({
      owners: [owners.get(one.owners[0].id)!, owners.get(one.owners[1].id)!],
      child: children.get(one.child.id)!,
    }));
    for (const i of loads)
      await session.load(
        trios.map((trio) => trio.owners[i]!),
        family.relation as never,
      );
    await runAll(
      session,
      trios.map((trio, i) => all[i]!.map((step) => () => childStep(trio, step, family))),
      turn,
    );
    await session.commit();
    const stored = new Map<number, Row>();
    await using other = orm.session();
    for (const row of (await other.repository<object>(family.child).all()) as Row[]) stored.set(row.id, row);
    for (const [i, { owners: pair, child }] of trios.entries()) {
      const owner = ownerAfter(all[i]!, family);
      const program = all[i]!.map(({ name, to }) => `${name} ${String(to)}`).join(', ');
      const at = `${turn}, loaded: ${loads.join()}: ${program}`;
      const row = stored.get(child.id);
      const wanted = typeof owner === 'number' ? pair[owner].id : owner;
      const reference = row && (row[family.reference] as Row | null);
      assert.equal(row ? (reference?.id ?? null) : 'gone', wanted, at);
      for (const j of loads) {
        const held = family.isSlot
          ? pair[j]![family.relation] === child
          : items(pair[j]![family.relation]).includes(child);
        assert.equal(held, owner === j, `${at}: memory of ${String(j)}`);
      }
    }
    await other.repository<object>(family.child).all().delete();
    await other.repository<object>(family.owner).all().delete();
    await other.commit();
  }
}

export const linkPrograms: CaseGroup = {
  name: 'relations under every short program',
  cases: {
    ...Object.fromEntries(
      TURNS.map((turn): [string, CaseGroup['cases'][string]] => [
        `rows of a join table are there if the last change from either end added them, ${turn}`,
        ({ withOrm }) => withOrm([Film, Mark], (orm) => checkLinks(orm, 'stored', turn)),
      ]),
    ),

    'rows of a join table between new entities are there if the last change from either end added them': ({
      withOrm,
    }) => withOrm([Film, Mark], (orm) => checkLinks(orm, 'new', 'at once')),

    ...Object.fromEntries(
      Object.entries(FAMILIES).flatMap(([kind, family]) =>
        TURNS.map((turn): [string, CaseGroup['cases'][string]] => [
          `a child belongs to the owner that got it last, from whichever end (${kind}, ${turn})`,
          ({ withOrm }) => withOrm([Nest, Bird, Ring, Barn, Hay, Door], (orm) => checkChildren(orm, family, turn)),
        ]),
      ),
    ),
  },
};
