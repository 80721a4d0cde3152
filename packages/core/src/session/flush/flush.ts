/** One flush from beginning to end: compare → fill → plan with the rows as values → execute → settle. */
import type { DatabaseTransaction, Events } from '../../database';
import { Journal, recordOf } from '../../entities';
import { alikeQuestions, askAlike, NONE_ALIKE } from './alike-values';
import { rowsOf, type ChangeSet } from './change-set';
import { executePlan } from './execute';
import { fill } from './fill';
import { readDefaults } from './follow-deletes';
import { orderedSteps, type FlushStep } from './plan';
import { PlanBuilder } from './plan-builder';
import { readBack } from './read-back';
import { outlookOf, settle } from './settle';
import type { FlushTarget } from './target';

export interface FlushContext extends Omit<FlushTarget, 'journal'> {
  readonly events: Events;
  /** Where what this flush changes in memory is kept for a rollback. */
  readonly journal: Journal;
  /** Opens the transactions on these databases. @returns those that were not open before */
  begin(databases: Iterable<string>): Promise<DatabaseTransaction[]>;
  /** A transaction that was open before has failed. */
  fail(database: string, error: unknown): void;
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
    const found = await collectHeard(context, collect, journal);
    if (rowsOf(found) === 0) {
      settle(context.store, found, { journal, outlook: outlookOf(context.store, found) });
      context.journal.absorb(journal);
      return 0;
    }
    const changes = fill(context.store, found, journal);
    const steps = await planned(context, changes);
    const outlook = outlookOf(context.store, changes);
    const databases = databasesOf(changes);
    opened = await context.begin(databases);
    touched = databases;
    const target: FlushTarget = { ...context, journal };
    await executePlan(target, steps);
    await readBack(target, changes);
    const defaulted = await readDefaults(target, changes.deletes);
    settle(context.store, changes, { journal, outlook, defaulted });
    context.journal.absorb(journal);
    context.events.emit('afterFlush', figuresOf(changes));
    return rowsOf(changes);
  } catch (error) {
    journal.undo(context.store);
    await abandon(context, { opened, touched, error });
    throw error;
  }
}

/** From here on all values are in the plan, and what is changed meanwhile is for the next flush. */
async function planned(context: FlushContext, changes: ChangeSet): Promise<FlushStep[]> {
  const plan = new PlanBuilder(context.store, changes);
  const questions = alikeQuestions(plan);
  const alike = questions.length > 0 ? await askAlike(questions, context.transaction) : NONE_ALIKE;
  return orderedSteps(plan, (place) => context.transaction(place).dialect.capabilities, alike);
}

/** What listeners to `beforeFlush` change and add belongs to the flush, so that it is looked for once more after them. */
async function collectHeard({ events }: FlushContext, collect: Collect, journal: Journal): Promise<ChangeSet> {
  const found = await collect(journal);
  if (rowsOf(found) === 0 || !events.heard('beforeFlush')) return found;
  events.emit('beforeFlush', figuresOf(found));
  return collect(journal);
}

function figuresOf({ inserts, updates, deletes }: ChangeSet): { inserts: number; updates: number; deletes: number } {
  return { inserts: inserts.length, updates: updates.length, deletes: deletes.length };
}

async function abandon(
  context: FlushContext,
  { opened, touched, error }: { opened: readonly DatabaseTransaction[]; touched: ReadonlySet<string>; error: unknown },
): Promise<void> {
  const fresh = new Set(opened.map(({ database }) => database.name));
  for (const transaction of opened) await transaction.rollback();
  for (const database of touched) if (!fresh.has(database)) context.fail(database, error);
}

/** In the order in which the changes were made. */
function databasesOf({ inserts, updates, deletes, links }: ChangeSet): Set<string> {
  const databases = new Set<string>();
  for (const { database } of inserts) databases.add(database);
  for (const { record } of updates) databases.add(record.database);
  for (const { database } of deletes) databases.add(database);
  for (const { owner } of links) databases.add(recordOf(owner)!.database);
  return databases;
}
