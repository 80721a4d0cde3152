/** One flush from beginning to end: compare → cascade → prepare → plan → execute. */
import type { Events } from '../../database';
import { EspalierError } from '../../errors';
import type { EntityRecord } from '../../loading';
import type { DatabaseTransaction } from '../transaction';
import { isEmpty, type ChangeSet } from './change-set';
import { executePlan } from './execute';
import { readBack } from './insert-rows';
import { Journal } from './journal';
import { planFlush } from './plan';
import { parentsLeft, settleCollections } from './settle';
import { prepare } from './prepare';
import type { FlushTarget } from './target';

export interface FlushContext extends Omit<FlushTarget, 'journal'> {
  readonly events: Events;
  /** Where what this flush changes in memory is kept for a rollback. */
  readonly journal: Journal;
  /** Opens the transactions on these databases. @returns those that were not open before */
  begin(databases: Iterable<string>): Promise<DatabaseTransaction[]>;
}

/**
 * Writes the changes. On failure everything in memory is as it was before: what was pending is pending again. If the flush had opened
 * the transaction it is rolled back too, and the flush can be repeated; if not, the transaction has failed and must be rolled back.
 *
 * @returns number of rows written
 */
export async function flushChanges(context: FlushContext, found: ChangeSet): Promise<number> {
  if (isEmpty(found)) return 0;
  const journal = new Journal();
  let opened: DatabaseTransaction[] = [];
  let sent = false;
  const touched = databasesOf(found);
  try {
    const changes = prepare(found, journal);
    const steps = planFlush(context.store, changes);
    const figures = {
      inserts: changes.inserts.length,
      updates: changes.updates.length,
      deletes: changes.deletes.length,
    };
    context.events.emit('beforeFlush', figures);
    const left = parentsLeft(context.store, changes);
    opened = await context.begin(touched);
    sent = true;
    await executePlan({ ...context, journal, transaction: (name) => context.transaction(name) }, steps);
    await readBack({ ...context, journal, transaction: (name) => context.transaction(name) }, changes.inserts);
    settleCollections(context.store, changes, { journal, left });
    context.journal.absorb(journal);
    context.events.emit('afterFlush', figures);
    return rowsOf(changes);
  } catch (error) {
    journal.undo(context.store);
    await abandon(context, { opened, touched: sent ? touched : new Set(), error });
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
    if (!fresh.has(transaction) && error instanceof EspalierError) transaction.fail(error);
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
