/** Transactions of a session: commit, rollback, and blocks inside them as savepoints. */
import { EspalierError, PartialCommitError, QueryError, TransactionError } from '../errors';
import { checkBounds, type BeginOptions } from '../sql';
import { Journal } from '../entities';
import { discardPending } from './discard';
import { isSnapshotLevel } from './stale';
import { limitOf, type DatabaseTransaction, type Limit } from '../database';
import type { UnitOfWork } from './unit-of-work';

/** Writes what is pending. @returns number of rows written */
export function flush(unit: UnitOfWork): Promise<number> {
  unit.assertUsable('flush');
  return unit.turns.take(() => unit.writePending());
}

/** @throws TransactionError for options of a transaction that is open already */
export async function begin(
  unit: UnitOfWork,
  database: string,
  { options, limit }: { options: BeginOptions; limit?: Limit | undefined },
): Promise<void> {
  unit.assertUsable('begin');
  assertOptions(options);
  return unit.turns.take(async () => {
    const isFirst = unit.openTransactions.length === 0;
    const { isolation, readOnly, signal, timeout } = options;
    if (isFirst) {
      unit.transactionOptions = { isolation, readOnly };
      unit.limit = limit ?? limitOf(options);
    } else if ([isolation, readOnly, signal, timeout].some((option) => option !== undefined)) {
      throw new TransactionError(
        'begin() cannot give options to a transaction that is open already: commit or roll back first, or give them to the first begin().',
      );
    }
    try {
      await unit.begin([database]);
      // A level that the server gives to all counts where a transaction is begun by name.
      if (isFirst && isSnapshotLevel(unit.isolation(database))) unit.store.noteStale(database);
    } catch (error) {
      if (isFirst) forgetOptions(unit);
      throw error;
    }
  });
}

function forgetOptions(unit: UnitOfWork): void {
  unit.transactionOptions = {};
  unit.limit = undefined;
}

/** The isolation level is looked up by the dialect. */
function assertOptions(options: unknown): asserts options is BeginOptions {
  const given = typeof options === 'object' && options !== null ? (options as BeginOptions) : { readOnly: null };
  const { readOnly } = given;
  if (readOnly !== undefined && typeof readOnly !== 'boolean') {
    throw new QueryError(
      'The options of a transaction are an object: { isolation, readOnly, signal, timeout }, where readOnly is true or false.',
    );
  }
  checkBounds('The options of a transaction', given);
}

/** Flushes, then commits on every database with an open transaction, one after another. */
export function commit(unit: UnitOfWork): Promise<void> {
  unit.assertUsable('commit');
  assertOutermost(unit, 'commit');
  return unit.turns.take(async () => {
    await unit.writePending();
    const open = unit.openTransactions;
    await commitAll(open, unit);
    if (open.length === 0) return;
    endTransaction(unit);
    unit.context.events.emit('afterCommit', { databases: open.map(({ database }) => database.name) });
  });
}

async function commitAll(open: readonly DatabaseTransaction[], unit: UnitOfWork): Promise<void> {
  const names = open.map(({ database }) => database.name);
  for (const [i, transaction] of open.entries()) {
    try {
      await transaction.commit();
    } catch (error) {
      for (const later of open.slice(i)) await later.rollback();
      restoreMemory(unit, new Set(names.slice(0, i)));
      tellRollback(unit, open.slice(i));
      if (i === 0) throw error;
      const outcome = { committed: names.slice(0, i), failed: names.slice(i, i + 1), rolledBack: names.slice(i + 1) };
      throw new PartialCommitError(
        `Only a part was committed: ${outcome.committed.join(', ')} committed, ${outcome.failed.join(', ')} failed` +
          `${outcome.rolledBack.length > 0 ? `, ${outcome.rolledBack.join(', ')} rolled back` : ''}.`,
        outcome,
        { cause: error },
      );
    }
  }
}

/** Rolls back on every database; entities are as they were when the transaction began, new ones are not in the session any more. */
export function rollback(unit: UnitOfWork): Promise<void> {
  unit.assertUsable('rollback');
  assertOutermost(unit, 'rollback');
  return watched(unit, () => rollbackNow(unit));
}

/** In its turn. What was sent before it and is not answered is given up: nothing that hangs keeps a rollback or a close from ending. */
async function watched<R>(unit: UnitOfWork, work: () => Promise<R>, what?: { streams: boolean }): Promise<R> {
  const endWatch = unit.watch(what);
  try {
    return await unit.turns.take(work);
  } finally {
    endWatch();
  }
}

async function rollbackNow(unit: UnitOfWork): Promise<void> {
  const open = unit.openTransactions;
  for (const transaction of open) await transaction.rollback();
  restoreMemory(unit);
  tellRollback(unit, open);
}

function tellRollback(unit: UnitOfWork, ended: readonly DatabaseTransaction[]): void {
  if (ended.length === 0) return;
  unit.context.events.emit('afterRollback', { databases: ended.map(({ database }) => database.name) });
}

/** Ends iterators, rolls back what is open, in memory too, and lets all entities go. */
export async function close(unit: UnitOfWork): Promise<void> {
  if (unit.closed) return;
  // Most sessions have only read: there is nothing to wait for.
  if (unit.turns.areFree && unit.openTransactions.length === 0 && unit.streams.size === 0) {
    end(unit);
    return;
  }
  const work = async (): Promise<void> => {
    // One that waits for rows fails or ends after them.
    await Promise.allSettled([...unit.streams].map((rows) => rows.return(undefined)));
    if (unit.openTransactions.length > 0) await rollbackNow(unit);
    end(unit);
  };
  await watched(unit, work, { streams: true });
}

function end(unit: UnitOfWork): void {
  unit.store.clear();
  unit.closed = true;
}

/** `kept`: databases whose rows stay as they are now. */
function restoreMemory(unit: UnitOfWork, kept: ReadonlySet<string> = new Set()): void {
  for (const journal of [...unit.journals].reverse()) journal.undo(unit.store, kept);
  discardPending(unit.store);
  endTransaction(unit);
}

function endTransaction(unit: UnitOfWork): void {
  unit.journals.splice(0, unit.journals.length, new Journal());
  forgetOptions(unit);
  unit.store.readJournal = undefined;
  unit.store.forgetSnapshot();
}

/**
 * Runs `work` in a savepoint of every open transaction. What was pending before is flushed first, outside of it. If `work` throws,
 * rows and entities are as they were before it.
 */
export function nested<R>(unit: UnitOfWork, database: string, work: () => PromiseLike<R>): Promise<R> {
  unit.assertUsable('transaction');
  return unit.turns.takeAsBlock(async (outside) => {
    await unit.writePending();
    if (unit.openTransactions.length === 0) await unit.begin([database]);
    const savepoints = await setSavepoints(unit);
    const outer = unit.journals.at(-1)!;
    const journal = new Journal();
    unit.journals.push(journal);
    try {
      const result = await work();
      // In a turn of its own, after whatever the block left running.
      await unit.turns.take(() => unit.writePending());
      for (const [transaction, name] of savepoints) await transaction.release(name);
      outer.absorb(journal);
      unit.journals.pop();
      return result;
    } catch (error) {
      // What the block left running ends first: it must not write after the savepoint.
      await unit.turns.take(() => Promise.resolve());
      unit.journals.pop();
      await undoBlock(unit, savepoints, journal);
      discardPending(unit.store, outside.added);
      outside.repeat();
      throw error;
    }
  });
}

type Savepoints = ReadonlyMap<DatabaseTransaction, string>;

async function setSavepoints(unit: UnitOfWork): Promise<Savepoints> {
  const savepoints = new Map<DatabaseTransaction, string>();
  for (const transaction of unit.openTransactions) savepoints.set(transaction, await transaction.savepoint());
  return savepoints;
}

async function undoBlock(unit: UnitOfWork, savepoints: Savepoints, journal: Journal): Promise<void> {
  for (const transaction of unit.openTransactions) {
    const name = savepoints.get(transaction);
    // A transaction that was opened inside the block has nothing but the block's work in it.
    if (name === undefined) await transaction.rollback();
    else await backTo(transaction, name);
  }
  journal.undo(unit.store);
}

/** The error that ended the block matters more than one of the rollback; the transaction remembers that it is dead. */
export async function backTo(transaction: DatabaseTransaction, name: string): Promise<void> {
  if (transaction.state === 'dead') return;
  try {
    await transaction.rollbackTo(name);
  } catch (error) {
    if (!(error instanceof EspalierError)) throw error;
  }
}

function assertOutermost(unit: UnitOfWork, operation: string): void {
  if (!unit.turns.isInside) return;
  throw new TransactionError(
    `${operation} is not possible inside of session.transaction(…): the block ends by returning (its work is kept) or by throwing (it is undone).`,
  );
}
