/**
 * The transaction of one session on one database. Its life is the table below; a call that the state does not allow names both.
 */
import type { Connection } from './connection';
import type { Database, Route } from './database';
import { watchForSilence } from './deadline';
import { joinedLimits, limitOf, wasNotBegun, type Limit } from './limit';
import {
  CommitOutcomeUnknownError,
  ConnectionLostError,
  DeadlockError,
  EspalierError,
  LockTimeoutError,
  SerializationError,
  TransactionError,
} from '../errors';
import type { BoundStatement, Dialect, StatementBounds, StatementResult, TransactionOptions } from '../sql';

export type TransactionState =
  /** No transaction: reads take a connection each. */
  | 'none'
  | 'open'
  /** A statement failed: only a rollback, to a savepoint or of all, goes on from here. */
  | 'failed'
  /** The database gave the transaction up, or the connection is lost: only a rollback of all goes on from here. */
  | 'dead';

type Operation = 'begin' | 'execute' | 'savepoint' | 'release' | 'rollbackTo' | 'commit' | 'rollback';

const ALLOWED: Record<TransactionState, ReadonlySet<Operation>> = {
  none: new Set(['begin', 'execute', 'rollback', 'commit']),
  open: new Set(['begin', 'execute', 'savepoint', 'release', 'rollbackTo', 'commit', 'rollback']),
  failed: new Set(['rollbackTo', 'rollback']),
  dead: new Set(['rollback']),
};

export interface ExecuteOptions {
  /** Whether the transaction counts as untouched afterwards: whoever looks for a row and finds none has learnt nothing that binds it. */
  readonly onlyLooks?: boolean;
  /** Of this statement alone. */
  readonly limit?: Limit | undefined;
}

export interface BeginLimits {
  /** Of the whole transaction. */
  readonly all?: Limit | undefined;
  /** Of the beginning alone. */
  readonly here?: Limit | undefined;
}

export class DatabaseTransaction {
  #state: TransactionState = 'none';
  #connection: Connection | undefined;
  /** The connection that was borrowed last, from before its `begin` on: what it is asked may hang. */
  #borrowed: Connection | undefined;
  /** Connections that rows are streamed from, beside that of the transaction. */
  readonly #streaming = new Set<Connection>();
  #opening: Promise<void> | undefined;
  /** A commit that was not answered yet: what comes now waits for it. */
  #closing: Promise<void> | undefined;
  /** What made it fail. */
  #failure: Error | undefined;
  /** Of all that is asked in it but to roll back. */
  #limit: Limit | undefined;
  /** Whether it has read. */
  hasRead = false;
  /** Whether nothing was done in it: it was only looked whether rows are there. */
  isUntouched = true;
  /** Counted through a whole transaction and never by depth: an equal name would replace an outer savepoint. */
  #savepoints = 0;

  constructor(readonly database: Database) {}

  get state(): TransactionState {
    return this.#state;
  }

  get isOpen(): boolean {
    return this.#state !== 'none';
  }

  get dialect(): Dialect {
    return this.database.dialect;
  }

  /** Opens the transaction, if none is open. */
  async begin(options: TransactionOptions = {}, limits: BeginLimits = {}): Promise<void> {
    await this.#closing;
    this.#check('begin');
    if (this.#state === 'open') return;
    this.#opening ??= this.#open(options, limits).finally(() => (this.#opening = undefined));
    await this.#opening;
  }

  async #open(options: TransactionOptions, { all, here }: BeginLimits): Promise<void> {
    // For its refusal: an isolation level that does not exist takes no connection.
    this.dialect.transaction.begin(options);
    const limit = joinedLimits(all, here);
    const connection = await this.database.connect('primary', 'transaction', limit);
    this.#borrowed = connection;
    try {
      await connection.begin(options, limit);
    } catch (error) {
      connection.discard();
      this.#letGo(connection);
      throw error;
    }
    this.#connection = connection;
    this.#savepoints = 0;
    this.hasRead = false;
    this.isUntouched = true;
    this.#limit = all;
    this.#state = 'open';
  }

  /** Runs a statement in the transaction, or on a connection of its own where none is open. */
  async execute(
    statement: BoundStatement,
    route: Route,
    { onlyLooks = false, limit }: ExecuteOptions = {},
  ): Promise<StatementResult> {
    if (this.#closing) await this.#closing;
    this.#check('execute');
    if (this.#opening) await this.#opening;
    if (!this.#connection) return this.database.execute(statement, route, limit);
    if (statement.readOnly) this.hasRead = true;
    if (!onlyLooks) this.isUntouched = false;
    return this.#judged(this.#connection.execute(statement, joinedLimits(limit, this.#limit)));
  }

  async *stream(
    statement: BoundStatement,
    batch: number,
    { route, bounds }: { route: Route; bounds?: StatementBounds | undefined },
  ): AsyncGenerator<readonly (readonly unknown[])[]> {
    this.#check('execute');
    if (this.#connection) {
      this.isUntouched = false;
      yield* this.#connection.stream(statement, batch, bounds);
      return;
    }
    const connection = await this.database.connect(route, 'iterator', limitOf(bounds));
    this.#streaming.add(connection);
    try {
      yield* connection.stream(statement, batch, bounds);
    } finally {
      connection.release();
      this.#streaming.delete(connection);
    }
  }

  /** @returns the savepoint's name */
  async savepoint(limit?: Limit): Promise<string> {
    this.#check('savepoint');
    const name = `espalier_${String(++this.#savepoints)}`;
    this.isUntouched = false;
    await this.#judged(this.#need().savepoint(name, joinedLimits(limit, this.#limit)));
    return name;
  }

  async release(name: string, limit?: Limit): Promise<void> {
    this.#check('release');
    await this.#judged(this.#need().releaseSavepoint(name, joinedLimits(limit, this.#limit)));
  }

  /** Undoes what came after the savepoint and gives it up; the transaction is usable again. */
  async rollbackTo(name: string): Promise<void> {
    this.#check('rollbackTo');
    const connection = this.#need();
    try {
      await connection.rollbackTo(name);
      await connection.releaseSavepoint(name);
    } catch (error) {
      this.#state = 'dead';
      this.#failure ??= error as EspalierError;
      throw error;
    }
    this.#state = 'open';
    this.#failure = undefined;
  }

  /** @throws what the database says; the transaction is over either way */
  async commit(): Promise<void> {
    this.#check('commit');
    const connection = this.#connection;
    if (!connection) return;
    this.#connection = undefined;
    const committed = connection.commit();
    this.#closing = committed
      .catch(() => undefined)
      .then(() => {
        this.#closing = undefined;
        this.#end();
      });
    try {
      await committed;
      connection.release();
    } catch (error) {
      const isUnknown = error instanceof ConnectionLostError || connection.broken;
      // Anything else that the database says (a deferred constraint, a serialization failure) comes with a rollback.
      if (isUnknown) connection.discard();
      else connection.release();
      throw isUnknown ? this.#unknownOutcome(error) : error;
    } finally {
      await this.#closing;
      this.#letGo(connection);
    }
  }

  #unknownOutcome(cause: unknown): CommitOutcomeUnknownError {
    return new CommitOutcomeUnknownError(
      `The connection to database '${this.database.name}' broke while it committed: whether it did is not known. ` +
        'Look for what was to be written before you write it again.',
      { cause },
    );
  }

  /** For who waits for its statement in flight only to undo it or to close: gives up one that is not answered. @returns a function that ends it */
  watch(): () => void {
    return watchForSilence(() => this.#borrowed, this.database.closeTimeout);
  }

  /** The same for rows that are streamed, for who waits for these streams to end. */
  watchStreams(): () => void {
    const ends = [...this.#streaming].map((connection) =>
      watchForSilence(() => connection, this.database.closeTimeout),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  /** Never rejects: a connection that cannot roll back, or does not answer, is closed, which rolls back as well. */
  async rollback(): Promise<void> {
    const endWatch = this.watch();
    try {
      await this.#rollBack();
    } finally {
      endWatch();
    }
  }

  async #rollBack(): Promise<void> {
    if (this.#opening) await this.#opening.catch(() => undefined);
    const connection = this.#connection;
    this.#end();
    if (!connection) return;
    try {
      if (connection.broken) connection.discard();
      else {
        await connection.rollback();
        connection.release();
      }
    } catch {
      connection.discard();
    } finally {
      this.#letGo(connection);
    }
  }

  /** It is given back. What it was asked last was asked in a context that must not live as long as this. */
  #letGo(connection: Connection): void {
    if (this.#borrowed === connection) this.#borrowed = undefined;
  }

  /** A failure of several statements that belong together, of which some may have been carried out. */
  fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#failure = error instanceof Error ? error : new Error(String(error));
  }

  #end(): void {
    this.#connection = undefined;
    this.#state = 'none';
    this.#failure = undefined;
    this.#limit = undefined;
  }

  #need(): Connection {
    if (!this.#connection) throw new TransactionError(`No transaction is open on database '${this.database.name}'.`);
    return this.#connection;
  }

  #check(operation: Operation): void {
    if (this.#limit?.reached && operation !== 'rollback') throw this.#limit.error();
    if (ALLOWED[this.#state].has(operation)) return;
    const remedy =
      this.#state === 'failed' ? 'roll back the block or the session first' : 'roll back the session first';
    const message =
      `${operation} is not possible: the transaction on database '${this.database.name}' is ${this.#state}` +
      `${this.#failure ? ` since "${this.#failure.message}"` : ''}; ${remedy}.`;
    if (this.#failure instanceof ConnectionLostError) throw new ConnectionLostError(message, { cause: this.#failure });
    throw new TransactionError(message, { cause: this.#failure });
  }

  async #judged<R>(result: Promise<R>): Promise<R> {
    try {
      return await result;
    } catch (error) {
      this.#judge(error);
      throw error;
    }
  }

  /** What an error leaves of the transaction. */
  #judge(error: unknown): void {
    if (!(error instanceof EspalierError) || wasNotBegun(error)) return;
    const { broken, transactionLost } = this.#connection ?? { broken: false, transactionLost: false };
    const gone = error instanceof DeadlockError || error instanceof ConnectionLostError || broken || transactionLost;
    if (gone) this.#state = 'dead';
    else if (this.#fails(error) && this.#state === 'open') this.#state = 'failed';
    else return;
    this.#failure ??= error;
  }

  #fails(error: EspalierError): boolean {
    // A lock timeout undoes only its statement on some engines; to go on would commit half of the work.
    if (error instanceof LockTimeoutError || error instanceof SerializationError) return true;
    return this.dialect.capabilities.errorAbortsTransaction;
  }
}
