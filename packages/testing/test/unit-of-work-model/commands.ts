/** The commands of the model test: edits, and what the session does with them. Each compares library and oracle when it is done. */
import assert from 'node:assert/strict';
import { failsafeAdd, UniqueViolationError } from '@espalier/core';
import fc from 'fast-check';
import { EDITS, type Edit } from './edits';
import { Author, Book, Employee, ENTITY_CLASSES, Tag, type AnyEntity } from './entities';
import { copy, copyOfWorld, type AuthorRow, type Oracle, type Uid } from './oracle';
import type { System } from './system';

export type ModelCommand = fc.AsyncCommand<Oracle, System>;

class EditCommand implements ModelCommand {
  constructor(
    readonly edit: Edit,
    readonly pick: number,
  ) {}

  check(oracle: Readonly<Oracle>): boolean {
    return this.edit.candidates(oracle as Oracle).length > 0;
  }

  async run(oracle: Oracle, system: System): Promise<void> {
    this.apply(oracle, system);
    await system.check(oracle);
  }

  apply(oracle: Oracle, system: System): void {
    const candidates = this.edit.candidates(oracle);
    if (candidates.length > 0) this.edit.apply({ oracle, system }, candidates[this.pick % candidates.length]);
  }

  toString(): string {
    return `${this.edit.name} #${String(this.pick)}`;
  }
}

abstract class SessionCommand implements ModelCommand {
  abstract readonly name: string;

  check(_oracle: Readonly<Oracle>): boolean {
    return true;
  }

  abstract run(oracle: Oracle, system: System): Promise<void>;

  toString(): string {
    return this.name;
  }
}

/** A flush that is to do it all: nothing is left for a second one. */
async function flushAndCheck(oracle: Oracle, system: System): Promise<void> {
  await system.session.flush();
  oracle.flush();
  await system.check(oracle, { clean: true });
  assert.equal(await system.session.flush(), 0, 'rows of a second flush');
}

async function rollbackAndCheck(oracle: Oracle, system: System): Promise<void> {
  await system.session.rollback();
  oracle.rollback();
  await system.check(oracle, { clean: true });
}

class Flush extends SessionCommand {
  readonly name = 'flush';

  run = flushAndCheck;
}

class Commit extends SessionCommand {
  readonly name = 'commit';

  async run(oracle: Oracle, system: System): Promise<void> {
    await system.session.commit();
    oracle.commit();
    assert.equal(system.inTransaction, false);
    await system.check(oracle, { clean: true });
  }
}

class Rollback extends SessionCommand {
  readonly name = 'rollback';

  run = rollbackAndCheck;
}

/** What a failed flush leaves: without a transaction all as before, with one a rollback. @returns whether all is as before */
async function recover(oracle: Oracle, system: System, wasOpen: boolean): Promise<boolean> {
  if (wasOpen) {
    await rollbackAndCheck(oracle, system);
    return false;
  }
  assert.equal(system.inTransaction, false, 'the flush rolled its own transaction back');
  await system.check(oracle);
  return true;
}

/** Two authors whose addresses are not to change. */
const settledAuthors = (oracle: Oracle): Uid[] =>
  oracle
    .stored('author')
    .filter(([uid, { email }]) => (oracle.flushed.rows.get(uid) as AuthorRow).email === email)
    .map(([uid]) => uid);

class FlushDuplicate extends SessionCommand {
  readonly name = 'flush a duplicate, then mend it';

  override check(oracle: Readonly<Oracle>): boolean {
    return settledAuthors(oracle as Oracle).length > 1;
  }

  async run(oracle: Oracle, system: System): Promise<void> {
    const [first, second] = settledAuthors(oracle) as [Uid, Uid];
    const { email } = oracle.row(first, 'author');
    const wasOpen = system.inTransaction;
    setEmail(oracle, system, second, email);
    await assert.rejects(system.session.flush(), UniqueViolationError);
    if (!(await recover(oracle, system, wasOpen))) return;
    setEmail(oracle, system, second, `mended${String(oracle.fresh())}@example.org`);
    await flushAndCheck(oracle, system);
  }
}

function setEmail(oracle: Oracle, system: System, uid: Uid, email: string): void {
  oracle.row(uid, 'author').email = email;
  system.entity(uid, 'author').email = email;
}

class FlushInterrupted extends SessionCommand {
  constructor(readonly k: number) {
    super();
  }

  get name(): string {
    return `flush whose statement ${String(this.k)} fails, then flush again`;
  }

  async run(oracle: Oracle, system: System): Promise<void> {
    const wasOpen = system.inTransaction;
    system.faults.arm(this.k);
    const outcome = await system.session.flush().catch((error: unknown) => error);
    const failed = system.faults.disarm();
    assert.equal(outcome instanceof Error, failed, String(outcome));
    if (failed) {
      if (await recover(oracle, system, wasOpen)) await flushAndCheck(oracle, system);
      return;
    }
    oracle.flush();
    await system.check(oracle, { clean: true });
  }
}

type BlockEnd = 'return' | 'throw' | 'duplicate';

class Nested extends SessionCommand {
  constructor(
    readonly edits: readonly (EditCommand | 'flush')[],
    readonly end: BlockEnd,
  ) {
    super();
  }

  get name(): string {
    return `block [${this.edits.join(', ')}] that ends by ${this.end}`;
  }

  async run(oracle: Oracle, system: System): Promise<void> {
    oracle.flush();
    const before = copyOfWorld(oracle.flushed);
    const end = this.end === 'duplicate' && settledAuthors(oracle).length < 2 ? 'throw' : this.end;
    const block = system.session.transaction(async () => {
      for (const each of this.edits) {
        if (each === 'flush') await flushAndCheck(oracle, system);
        else each.apply(oracle, system);
      }
      if (end === 'throw') throw new Error('undone');
      const authors = settledAuthors(oracle);
      if (end === 'duplicate' && authors.length > 1) {
        setEmail(oracle, system, authors[1]!, oracle.row(authors[0]!, 'author').email);
      } else if (end === 'duplicate') throw new Error('undone');
    });
    if (end === 'return') {
      await block;
      oracle.flush();
    } else {
      await assert.rejects(
        block,
        (error) => error instanceof UniqueViolationError || (error as Error).message === 'undone',
      );
      oracle.backTo(before);
    }
    await system.check(oracle, { clean: true });
  }
}

class FailsafeAdd extends SessionCommand {
  constructor(readonly conflict: boolean) {
    super();
  }

  get name(): string {
    return `failsafeAdd${this.conflict ? ' that finds another row' : ''}`;
  }

  override check(oracle: Readonly<Oracle>): boolean {
    return !this.conflict || settledAuthors(oracle as Oracle).length > 0;
  }

  async run(oracle: Oracle, system: System): Promise<void> {
    const meta = { tags: [], nested: { level: 0 } };
    const [there] = this.conflict ? settledAuthors(oracle) : [];
    const email = there === undefined ? `safe${String(oracle.fresh())}@example.org` : oracle.row(there, 'author').email;
    const given = Object.assign(new Author(), { email, bio: null, meta: copy(meta) });
    const entity = await failsafeAdd(system.session, given, { email });
    if (there !== undefined) assert.ok(entity === system.entities.get(there), 'the entity of the row in the way');
    else {
      assert.ok(entity === given);
      const uid = oracle.fresh();
      system.entities.set(uid, given);
      oracle.insertNow(uid, { kind: 'author', email, bio: null, meta });
    }
    await system.check(oracle);
  }
}

/** Lets go of all entities and reads them again, in a transaction that has written nothing. */
class ClearAndReload extends SessionCommand {
  readonly name = 'clear and reload';

  async run(oracle: Oracle, system: System): Promise<void> {
    if (system.inTransaction) {
      await system.session.commit();
      oracle.commit();
      await system.check(oracle);
    }
    system.session.clear();
    oracle.committed.buried.clear();
    oracle.rollback();
    const { session } = system;
    const read: AnyEntity[][] = [
      await session.repository(Author).all(),
      await session.repository(Book).include('tags'),
      await session.repository(Tag).all(),
      await session.repository(Employee).include('reports'),
    ];
    const byKey = new Map(read.flat().map((entity) => [`${entity.constructor.name} ${String(entity.id)}`, entity]));
    for (const [uid, { kind }] of oracle.memory.rows) {
      system.entities.set(uid, byKey.get(`${ENTITY_CLASSES[kind].name} ${String(system.ids.get(uid))}`)!);
    }
    await system.check(oracle, { clean: true });
  }
}

/** Reads in the midst of changes: they find the same objects and overwrite nothing. */
class Read extends SessionCommand {
  constructor(readonly pick: number) {
    super();
  }

  get name(): string {
    return `read and load #${String(this.pick)}`;
  }

  async run(oracle: Oracle, system: System): Promise<void> {
    const { session } = system;
    if (this.pick % 3 === 0) await session.repository(Book).include('author', 'editor');
    for (const [uid] of oracle.stored('author')) {
      if (this.pick % 2 === 0) await session.load(system.entity(uid, 'author'), 'books');
    }
    for (const [uid] of oracle.stored('book')) {
      if (this.pick % 5 === 0) await session.load(system.entity(uid, 'book'), 'tags');
    }
    for (const [uid] of oracle.stored('tag')) {
      if (this.pick % 7 === 0) await session.load(system.entity(uid, 'tag'), 'books');
    }
    for (const uid of oracle.removed) {
      const id = system.ids.get(uid);
      const { kind } = oracle.memory.rows.get(uid)!;
      if (!oracle.flushed.rows.has(uid) || kind !== 'tag' || oracle.orphans.has(uid)) continue;
      assert.equal(await session.repository(Tag).find(id!), null, 'a deleted entity is not found');
    }
    await system.check(oracle);
  }
}

/** Overwrites what was said of a row since. */
class Refresh extends SessionCommand {
  constructor(readonly pick: number) {
    super();
  }

  get name(): string {
    return `refresh #${String(this.pick)}`;
  }

  override check(oracle: Readonly<Oracle>): boolean {
    return (oracle as Oracle).stored('author').length > 0;
  }

  async run(oracle: Oracle, system: System): Promise<void> {
    const authors = oracle.stored('author');
    const [uid] = authors[this.pick % authors.length]!;
    await system.session.refresh(system.entity(uid, 'author'));
    oracle.memory.rows.set(uid, copy(oracle.flushed.rows.get(uid)!));
    await system.check(oracle);
  }
}

const editCommand = fc.tuple(fc.constantFrom(...EDITS), fc.nat(99)).map(([edit, pick]) => new EditCommand(edit, pick));

const sessionCommands: fc.Arbitrary<ModelCommand>[] = [
  fc.constant(new Flush()),
  fc.constant(new Commit()),
  fc.constant(new Rollback()),
  fc.constant(new FlushDuplicate()),
  fc.integer({ min: 1, max: 9 }).map((k) => new FlushInterrupted(k)),
  fc
    .tuple(
      fc.array(
        fc.oneof({ weight: 4, arbitrary: editCommand }, { weight: 1, arbitrary: fc.constant('flush' as const) }),
        { maxLength: 5 },
      ),
      fc.constantFrom<BlockEnd>('return', 'throw', 'duplicate'),
    )
    .map(([edits, end]) => new Nested(edits, end)),
  fc.boolean().map((conflict) => new FailsafeAdd(conflict)),
  fc.constant(new ClearAndReload()),
  fc.nat(99).map((pick) => new Read(pick)),
  fc.nat(99).map((pick) => new Refresh(pick)),
];

/** Programs: three edits to each thing that the session does. */
export const programs = (maxCommands: number): fc.Arbitrary<Iterable<ModelCommand>> =>
  fc.commands<Oracle, System, false>(
    [
      ...EDITS.map((each) => fc.nat(99).map((pick) => new EditCommand(each, pick))),
      ...sessionCommands,
      ...sessionCommands,
    ],
    { maxCommands, size: '+1' },
  );
