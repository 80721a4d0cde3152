/** One flush from beginning to end: compare → cascade → prepare → plan → execute. */
import type { Events } from '../../database';
import type { EntityRecord } from '../../entities';
import type { DatabaseTransaction } from '../../database';
import { isEmpty, type ChangeSet } from './change-set';
import { executePlan } from './execute';
import { readBack } from './insert-rows';
import { Journal } from '../../entities';
import { planFlush } from './plan';
import { parentsLeft, settle } from './settle';
import { prepare } from './prepare';
import type { FlushTarget } from './target';

export interface FlushContext extends Omit<FlushTarget, 'journal'> {
  readonly events: Events;
  /** Where what this flush changes in memory is kept for a rollback. */
  readonly journal: Journal;
  /** Opens the transactions on these databases. @returns those that were not open before */
  begin(databases: Iterable<string>): Promise<DatabaseTransaction[]>;
}

/** Finds what is to be written; what it changes in memory on the way goes into the journal. */
export type Collect = (journal: Journal) => ChangeSet | Promise<ChangeSet>;

/**
 * Finds changes and writes them. On failure everything in memory is as it was before: what was pending is pending again. If the flush had opened
 * the transaction it is rolled back too, and the flush can be repeated; if not, the transaction has failed and must be rolled back.
 *
 * @returns number of rows written
 */
export async function flushChanges(context: FlushContext, collect: Collect): Promise<number> {
  const journal = new Journal();
  let opened: DatabaseTransaction[] = [];
  let touched: ReadonlySet<string> = new Set();
  try {
    const found = await collect(journal);
    if (isEmpty(found)) {
      context.journal.absorb(journal);
      return 0;
    }
    const changes = prepare(found, journal);
    const steps = planFlush(context.store, changes);
    const figures = {
      inserts: changes.inserts.length,
      updates: changes.updates.length,
      deletes: changes.deletes.length,
    };
    context.events.emit('beforeFlush', figures);
    const left = parentsLeft(context.store, changes);
    const databases = databasesOf(changes);
    opened = await context.begin(databases);
    touched = databases;
    const target = { ...context, journal, transaction: (name: string) => context.transaction(name) };
    await executePlan(target, steps);
    await readBack(target, changes);
    settle(context.store, changes, { journal, left });
    context.journal.absorb(journal);
    context.events.emit('afterFlush', figures);
    return rowsOf(changes);
  } catch (error) {
    journal.undo(context.store);
    await abandon(context, { opened, touched, error });
    throw error;
  }
}

async function abandon(
  context: FlushContext,
  { opened, touched, error }: { opened: readonly DatabaseTransaction[]; touched: ReadonlySet<string>; error: unknown },
): Promise<void> {
  const fresh = new Set(opened);
  for (const transaction of opened) await transaction.rollback();
  for (const name of touched) {
    const transaction = context.transaction(name);
    if (!fresh.has(transaction)) transaction.fail(error);
  }
}

function databasesOf({ inserts, updates, deletes, links, unlinks }: ChangeSet): Set<string> {
  const records: EntityRecord[] = [...inserts, ...updates.map(({ record }) => record), ...deletes];
  for (const { owner } of [...links, ...unlinks]) records.push(owner);
  return new Set(records.map(({ database }) => database));
}

function rowsOf({ inserts, updates, deletes, links, unlinks }: ChangeSet): number {
  return inserts.length + updates.length + deletes.length + links.length + unlinks.length;
}
