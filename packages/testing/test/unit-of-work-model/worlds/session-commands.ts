/** What the session does with the edits of a program. Each compares library and oracle when it is done. */
import assert from 'node:assert/strict';
import { UniqueViolationError } from '@espalier/core';
import { KNOWN } from '../known';
import { EDITS, type Edit } from './edits';
import type { State, Uid } from './oracle';
import { RELATION_EDITS } from './relation-edits';
import { Choice, type Run } from './run';
import type { Kind } from './schema';

/** @returns false where it makes no sense now */
export type Command = (run: Run, choice: Choice) => Promise<boolean>;

export const ALL_EDITS: readonly Edit[] = [...EDITS, ...RELATION_EDITS];

/** A flush that is to do it all: nothing is left for a second one. */
async function flushed(run: Run): Promise<true> {
  const { oracle, system } = run;
  run.say('flush');
  await system.session.flush();
  oracle.flush();
  await system.settle();
  await system.check({ clean: true });
  assert.equal(await system.session.flush(), 0, 'rows of a second flush');
  return true;
}

const flush: Command = (run) => {
  run.repair();
  return flushed(run);
};

export const commit: Command = async (run) => {
  const { oracle, system } = run;
  run.repair();
  run.say('commit');
  await system.session.commit();
  oracle.commit();
  await system.settle();
  await system.check({ clean: true });
  return true;
};

/** Back to a former state, in memory too; @returns what was new and left the session */
async function undone(run: Run, state: State): Promise<Uid[]> {
  const { oracle, system } = run;
  const left = [...oracle.memory.rows.keys()].filter((uid) => !state.rows.has(uid) && system.entities.has(uid));
  oracle.backTo(state);
  await system.check({ clean: true });
  return left;
}

const rollback: Command = async (run) => {
  run.say('rollback');
  await run.system.session.rollback();
  await undone(run, run.oracle.committed);
  return true;
};

/** Edits one after another. */
function editSome(run: Run, choice: Choice, most: number): void {
  for (let n = choice.number(most + 1); n > 0; n--) choice.one(ALL_EDITS)!(run, new Choice(choice.number(997)));
}

/** Work that is undone after it was flushed, and done again: what was new is added, and the same graph is saved. */
const retry: Command = async (run, choice) => {
  if (KNOWN.has('work that was undone is done again')) return false;
  await commit(run, choice);
  const { oracle, system } = run;
  const inBlock = choice.flag();
  const before = oracle.committed.copy();
  const work = async () => {
    for (let i = 0; i < 3; i++) editSome(run, choice, 2);
    run.repair();
    oracle.flush();
    run.say('flush');
    await system.session.flush();
  };
  if (inBlock) {
    run.say('block {');
    await assert.rejects(
      system.session.transaction(async () => {
        await work();
        throw new Error('undone');
      }),
      { message: 'undone' },
    );
    run.say('} undone');
  } else {
    await work();
    run.say('rollback');
    await system.session.rollback();
  }
  const after = oracle.memory.copy();
  const left = await undone(run, before);
  for (const uid of left) {
    oracle.memory.rows.set(uid, after.rows.get(uid)!);
    system.in(after.rows.get(uid)!.database).add(system.entity(uid));
    run.say(`add ${run.name(uid)} again`);
  }
  rejoin(run, { left: new Set(left), after });
  return flush(run, choice);
};

/** The links of entities that come back, and the join rows that stood for them. */
function rejoin({ oracle, system }: Run, { left, after }: { left: ReadonlySet<Uid>; after: State }): void {
  const isThere = (uid: Uid | null) => uid === null || oracle.memory.rows.has(uid);
  for (const [name, pairs] of after.pairs) {
    for (const pair of pairs) {
      const ends = pair.split('|').map(Number);
      // What left knows its links as far as its own relation leads to them.
      const { owner, target } = oracle.world.links.find((links) => links.name === name)!;
      const knows = (uid: Uid, i: number) => left.has(uid) && [owner, target][i]!.property !== undefined;
      if (!ends.some(knows) || !ends.every(isThere)) continue;
      oracle.memory.pairs.set(name, (oracle.memory.pairs.get(name) ?? new Set()).add(pair));
    }
  }
  for (const [uid, row] of after.rows) {
    const ends = Object.values(row.references);
    if (!oracle.kind(row.kind).through || oracle.memory.rows.has(uid) || system.entities.has(uid)) continue;
    if (ends.some((end) => left.has(end!)) && ends.every(isThere)) oracle.memory.rows.set(uid, row);
  }
  for (const uid of left) {
    // What it referred to may be gone for good.
    for (const [property, target] of Object.entries(oracle.row(uid).references))
      if (!isThere(target)) oracle.row(uid).references[property] = null;
  }
}

/** Blocks in blocks, with flushes that fail in the midst of them. */
async function block(run: Run, choice: Choice, depth: number): Promise<void> {
  const { oracle, system } = run;
  run.repair();
  run.say('block {');
  oracle.flush();
  const before = oracle.flushed.copy();
  const end = choice.one(['returns', 'throws', 'fails'] as const)!;
  const work = system.session.transaction(async () => {
    await system.settle();
    editSome(run, choice, 3);
    if (choice.flag()) await flush(run, choice);
    if (depth > 0 && choice.flag()) await block(run, choice, depth - 1);
    editSome(run, choice, 2);
    run.repair();
    if (end === 'throws') throw new Error('undone');
    if (end === 'fails') system.faults.arm(1);
  });
  const outcome = await work.catch((error: unknown) => error);
  const failed = end === 'throws' || (end === 'fails' && system.faults.disarm());
  if (!failed && outcome !== undefined) throw outcome as Error;
  run.say(`} ${failed ? 'undone' : 'done'}`);
  if (failed) {
    assert.match(String(outcome), /undone|injected failure/);
    await undone(run, before);
  } else {
    oracle.flush();
    await system.settle();
    await system.check({ clean: true });
  }
}

const nested: Command = async (run, choice) => {
  await block(run, choice, 2);
  return true;
};

/** A flush whose k-th statement fails: without an open transaction all is as before and the same flush succeeds then. */
const interrupted: Command = async (run, choice) => {
  const { oracle, system } = run;
  const before = choice.flag();
  if (before) await commit(run, choice);
  editSome(run, choice, 3);
  run.repair();
  const k = 1 + choice.number(8);
  run.say(`flush whose statement ${String(k)} fails`);
  system.faults.arm(k);
  const outcome = await system.session.flush().catch((error: unknown) => error);
  if (!system.faults.disarm()) {
    assert.equal(typeof outcome, 'number', String(outcome));
    oracle.flush();
    await system.settle();
    await system.check({ clean: true });
    return true;
  }
  assert.match(String(outcome), /injected failure/);
  if (before) return flushed(run);
  await system.session.rollback();
  run.say('rollback');
  await undone(run, oracle.committed);
  return true;
};

/** A value that another row has, refused by the database; corrected, the same flush succeeds. */
const duplicate: Command = async (run, choice) => {
  const { oracle, system } = run;
  await commit(run, choice);
  const kind = oracle.world.kinds.find(({ values }) => Object.values(values ?? {}).includes('unique'));
  const [property] = Object.entries(kind?.values ?? {}).find(([, sort]) => sort === 'unique') ?? [];
  const [first, second] = kind ? run.stored(kind.name, 'default') : [];
  if (!property || second === undefined) return true;
  editSome(run, choice, 3);
  run.repair();
  if (oracle.removed.size > 0 || !oracle.alive().includes(second)) return true;
  const own = oracle.row(second).values[property]!;
  run.setValue(second, property, oracle.row(first!).values[property]!);
  await assert.rejects(system.session.flush(), UniqueViolationError);
  run.say('flush (refused)');
  system.checkMemory();
  run.setValue(second, property, own);
  return flush(run, choice);
};

// -- reading

/** Loads relations of what has rows, in the midst of changes. */
const load: Command = async (run, choice) => {
  const { oracle, system } = run;
  for (const uid of run.stored()) {
    const names = relationsOf(run, oracle.kindOf(uid));
    const name = names[choice.number(names.length + 1)];
    if (!name) continue;
    run.say(`load ${run.name(uid)}.${name}`);
    await system.session.load(system.entity(uid), name as never);
  }
  system.checkMemory();
  return true;
};

/** Without those to one entity: what a reference points to is read by a kind of its own. */
function relationsOf({ oracle }: Run, kind: Kind): string[] {
  const own = [...oracle.inversesOf(kind.name)].map(({ inverse }) => inverse.property);
  const ends = oracle.world.links.flatMap(({ owner, target }) => [owner, target]);
  return [...new Set([...own, ...ends.filter((end) => end.kind === kind.name).map((end) => end.property)])].filter(
    (name) => name !== undefined,
  );
}

/** Overwrites what was said of a row since; what is pending along its relations stays. */
const refresh: Command = async (run, choice) => {
  const { oracle, system } = run;
  if (!oracle.isClean && KNOWN.has('what was added from the other end stays pending in a refresh')) return false;
  const settled = run.stored().filter((uid) => {
    const row = oracle.flushed.rows.get(uid)!;
    return JSON.stringify(row.references) === JSON.stringify(oracle.row(uid).references);
  });
  const uid = choice.one(settled);
  if (uid === undefined) return false;
  run.say(`refresh ${run.name(uid)}`);
  await system.session.refresh(system.entity(uid));
  Object.assign(oracle.row(uid).values, oracle.flushed.rows.get(uid)!.values);
  system.checkMemory();
  return true;
};

/** One entity leaves the session and is read again. */
const detach: Command = async (run, choice) => {
  const { oracle, system } = run;
  await flush(run, choice);
  const uid = choice.one(run.stored());
  if (uid === undefined || KNOWN.has('an entity that left the session is read again')) return true;
  const kind = oracle.kindOf(uid);
  const names = relationsOf(run, kind).filter(() => choice.flag());
  run.say(`detach ${run.name(uid)}; get it again, include(${names.join()})`);
  system.session.detach(system.entity(uid));
  const repository = system.in(oracle.row(uid).database).repository<object>(kind.entity);
  system.remember(uid, await repository.include(...(names as never[])).get(system.keyValue(uid) as never));
  await system.check({ clean: true });
  return true;
};

/** Lets go of all entities and reads them again: some row after row with reads in between, some in part, some with their relations. */
const clear: Command = async (run, choice) => {
  const { oracle, system } = run;
  await commit(run, choice);
  const keys = new Map([...oracle.memory.rows.keys()].map((uid) => [uid, system.keyValue(uid)]));
  run.say('clear');
  system.session.clear();
  const kinds = oracle.world.kinds;
  const databases = oracle.world.databases ?? ['default'];
  for (const kind of choice.flag() ? kinds : [...kinds].reverse()) {
    const partial = choice.flag() && !kind.through && kind.key === undefined;
    const iterates = choice.flag() && !KNOWN.has('an entity that left the session is read again');
    const names = relationsOf(run, kind).filter(() => choice.flag());
    run.say(
      `read ${kind.name}${partial ? ' in part' : ''}${iterates ? ', iterated before' : ''} include(${names.join()})`,
    );
    for (const database of databases) {
      const repository = system.in(database).repository<object>(kind.entity);
      if (iterates) await iterate(run, { kind, database });
      if (partial) await repository.all().only('id' as never);
      if (names.length > 0) await repository.include(...(names as never[]));
      for (const [uid, row] of oracle.memory.rows) {
        if (row.kind !== kind.name || row.database !== database) continue;
        const key = kind.through ? throughKey(run, uid) : keys.get(uid);
        const found = await (partial
          ? repository
              .withDeleted()
              .only('id' as never)
              .get({ id: key } as never)
          : repository.find(key as never));
        system.remember(uid, found!);
      }
    }
  }
  await system.check({ clean: !choice.flag() });
  return true;
};

const throughKey = ({ oracle, system }: Run, uid: Uid): unknown => {
  const { kind, references } = oracle.row(uid);
  if (!oracle.kind(kind).key) return system.keyValue(uid);
  return Object.fromEntries(
    Object.entries(references).map(([property, target]) => {
      const keys = system.keys.get(target!)!;
      const parts = oracle.kindOf(target!).key ?? ['id'];
      return [property, keys.length === 1 ? keys[0] : Object.fromEntries(parts.map((part, i) => [part, keys[i]]))];
    }),
  );
};

/** Row after row, with a query of the children of each in between. */
async function iterate({ oracle, system }: Run, { kind, database }: { kind: Kind; database: string }): Promise<void> {
  const session = system.in(database);
  for await (const entity of session.repository<object>(kind.entity).all().iterate({ batch: 1 })) {
    system.meet(kind, database, entity);
    for (const { child, property } of oracle.inversesOf(kind.name))
      await session.repository<object>(child.entity).filter({ [property]: entity });
  }
}

export const COMMANDS: readonly Command[] = [
  flush,
  flush,
  commit,
  rollback,
  retry,
  nested,
  nested,
  interrupted,
  duplicate,
  load,
  load,
  refresh,
  detach,
  clear,
];
