/**
 * The state that all views of one session share: its entities, its transactions, the journals of open blocks, and the turns that
 * calls take. The operations on it are functions in the files beside this one.
 */
import {
  databaseNamed,
  DatabaseTransaction,
  executorWithin,
  type Executor,
  type Database,
  type Events,
  type ExecuteOptions,
  type Limit,
} from '../database';
import { TransactionError } from '../errors';
import { EntityStore, Journal, recordOf, type EntityRecord, type View } from '../entities';
import type { ReadPort, ReadTarget } from '../loading';
import type { EntityModels } from '../metadata';
import type { QueryRunner } from '../query';
import type { BoundStatement, Dialect, StatementResult, TransactionOptions } from '../sql';
import { attach } from './attach';
import { collectChanges } from './flush/collect';
import { flushChanges, type Collect, type FlushContext } from './flush/flush';
import { compareStale, isClean, isSnapshotLevel, renewStale } from './stale';
import { Turns } from './turns';

/** What a session needs of the Espalier that made it. */
export interface SessionContext {
  readonly databases: ReadonlyMap<string, Database>;
  readonly models: EntityModels;
  readonly events: Events;
  readonly defaultDatabase: string;
}

export class UnitOfWork implements ReadPort {
  readonly store: EntityStore;
  readonly turns = new Turns();
  /** The journal of the transaction, then one for each open block. */
  readonly journals: Journal[] = [new Journal()];
  /** How transactions of this session are opened. */
  transactionOptions: TransactionOptions = {};
  /** Of the transactions that are opened from now on. */
  limit: Limit | undefined = undefined;
  /** From its first write on the session reads from the primary: a replica may not have heard of it yet. */
  hasWritten = false;
  closed = false;
  /** Iterators that have begun and not ended: they may hold connections. */
  readonly streams = new Set<AsyncGenerator<object>>();
  /** While a statement may fail that a savepoint will undo: reads wait, for on some engines nothing can be read in between. */
  risk: Promise<void> | undefined = undefined;
  readonly #transactions = new Map<string, DatabaseTransaction>();

  constructor(
    readonly context: SessionContext,
    makeRunner: (unit: UnitOfWork) => QueryRunner,
  ) {
    this.store = new EntityStore(context.models, makeRunner(this), context.defaultDatabase);
    this.store.renews = { clean: isClean, stale: renewStale };
    this.store.outside = () => this.turns.outside;
  }

  /** @throws QueryError for a database that was not connected */
  database(name: string): Database {
    return databaseNamed(this.context.databases, name);
  }

  dialect(name: string): Dialect {
    return this.database(name).dialect;
  }

  transaction(name: string): DatabaseTransaction {
    let transaction = this.#transactions.get(name);
    if (!transaction) this.#transactions.set(name, (transaction = new DatabaseTransaction(this.database(name))));
    return transaction;
  }

  /** The transactions that are open, in the order of their databases' first use. */
  get openTransactions(): DatabaseTransaction[] {
    return [...this.#transactions.values()].filter((transaction) => transaction.isOpen);
  }

  /** Gives up what its transactions are asked and do not answer, and its streams where they are waited for. @returns a function that ends it */
  watch({ streams = false } = {}): () => void {
    const transactions = [...this.#transactions.values()];
    const ends = transactions.map((transaction) => transaction.watch());
    if (streams) ends.push(...transactions.map((transaction) => transaction.watchStreams()));
    return () => {
      for (const end of ends) end();
    };
  }

  /** The level of a transaction on this database that was asked for, by `begin` or by the server's settings; undefined: the engine's own. */
  isolation(name: string): TransactionOptions['isolation'] {
    return this.transactionOptions.isolation ?? this.database(name).isolation;
  }

  /** Puts an entity into the session, and along its relations what is new. */
  attach(entity: object, database: string): void {
    const before = this.store.added.size;
    attach(this.store, entity, { database });
    for (const outside of this.turns.outside) {
      for (const record of [...this.store.added].slice(before)) outside.added.add(record);
      // It may take back a deletion that is made once more.
      outside.note(() => {
        const record = recordOf(entity)!;
        if (this.store.owns(record) || outside.added.has(record)) attach(this.store, entity, { database });
      });
    }
  }

  /** Opens transactions where none is open. @returns those it opened */
  async begin(databases: Iterable<string>, limit?: Limit): Promise<DatabaseTransaction[]> {
    this.assertUsable('begin');
    const opened: DatabaseTransaction[] = [];
    try {
      for (const name of databases) {
        const transaction = this.transaction(name);
        const wasOpen = transaction.isOpen;
        await transaction.begin(this.transactionOptions, { all: this.limit, here: limit });
        if (wasOpen) continue;
        opened.push(transaction);
        if (isSnapshotLevel(this.transactionOptions.isolation)) this.store.noteStale(name);
      }
    } catch (error) {
      for (const transaction of opened) await transaction.rollback();
      throw error;
    }
    return opened;
  }

  async read(
    { database, route }: ReadTarget,
    statement: BoundStatement,
    options?: ExecuteOptions,
  ): Promise<StatementResult> {
    while (this.risk) await this.risk;
    this.assertUsable('read');
    return this.transaction(database).execute(statement, route ?? (this.hasWritten ? 'primary' : 'replica'), options);
  }

  /** What was read after a write of this transaction is no more than that write: a rollback makes it unloaded again. */
  beforeFill(view: View): void {
    if (this.store.readJournal) this.journals.at(-1)!.keepView(view);
  }

  /** Writes everything that is pending, in the caller's turn. @returns number of rows */
  writePending(limit?: Limit): Promise<number> {
    return this.write((journal) => collectChanges(this, journal), { limit });
  }

  /** Writes what `collect` finds in the caller's turn. @returns number of rows */
  async write(
    collect: Collect,
    { journal = this.journals.at(-1)!, limit }: { journal?: Journal; limit?: Limit | undefined } = {},
  ): Promise<number> {
    this.assertUsable('flush');
    const context: FlushContext = {
      store: this.store,
      events: this.context.events,
      journal,
      transaction: ({ database }) => executorWithin(this.transaction(database), limit),
      begin: (databases) => this.begin(databases, limit),
      fail: (database, error) => {
        this.transaction(database).fail(error);
      },
    };
    let written: readonly EntityRecord[] = [];
    const rows = await flushChanges(context, async (changesOf) => {
      const changes = await collect(changesOf);
      await compareStale(this, changes);
      written = changes.updates.map(({ record }) => record);
      return changes;
    });
    for (const record of written) this.store.noteFresh(record);
    if (rows > 0) this.noteWrite({ isPastUs: false });
    return rows;
  }

  /**
   * Runs statements in the caller's turn, in a transaction on this database. If they fail, a transaction that was opened for them is
   * rolled back; one that was open before has failed.
   */
  async writeDirectly<R>(database: string, work: (transaction: Executor) => Promise<R>, limit?: Limit): Promise<R> {
    this.assertUsable('write');
    const [opened] = await this.begin([database], limit);
    this.noteWrite({ isPastUs: true });
    const transaction = this.transaction(database);
    try {
      return await work(executorWithin(transaction, limit));
    } catch (error) {
      if (opened) await opened.rollback();
      else transaction.fail(error);
      throw error;
    }
  }

  /** Whether rows were written that a rollback would undo. */
  get hasPendingRows(): boolean {
    return this.store.readJournal !== undefined;
  }

  /**
   * From now on reads go to the primary, and what they bring may be undone by a rollback.
   *
   * @param isPastUs whether rows were written that no entity shows: by mass writes, by raw SQL
   */
  noteWrite({ isPastUs }: { isPastUs: boolean }): void {
    this.hasWritten = true;
    this.store.readJournal = {
      notesAll: isPastUs || (this.store.readJournal?.notesAll ?? false),
      keepRead: (record, snapshot) => {
        this.journals.at(-1)!.keepRead(record, snapshot);
      },
    };
  }

  assertUsable(operation: string): void {
    if (!this.closed) return;
    throw new TransactionError(
      `${operation} is not possible: this session is closed. Open another with orm.session().`,
    );
  }
}
