/** The wire: connections of `mysql2`, values in the binary protocol of prepared statements only. */
import {
  cannotConnect,
  ConnectionLostError,
  QueryError,
  QueryTimeoutError,
  TransactionError,
  type BoundStatement,
  type ConnectError,
  type DriverConnection,
  type DriverValue,
  type EspalierError,
  type NetworkBounds,
  type Pending,
  type StatementResult,
  type TransactionOptions,
  watchForSilence,
  withDeadline,
} from '@espalier/core/driver';
import type {
  Client,
  ClientCommand,
  ClientField,
  ClientHeader,
  ClientRows,
  ClientStatement,
  ClientValue,
} from './client';
import {
  connectError,
  targetOf,
  CHANGED_SINCE_READ,
  DEADLOCK,
  endsConnection,
  errorNumber,
  NEEDS_REPREPARE,
  UNSUPPORTED_BY_PREPARE,
} from './errors';
import { firstResultSet, isHeader, writtenRows } from './answers';
import { commitsImplicitly } from './implicit-commit';
import { KeptTexts } from './kept-texts';
import { killStatement } from './kill-statement';
import { rawReader } from './raw-readers';
import { MAX_PARAMETERS } from './server';
import { transaction } from './transaction';

const CLOSE_TIMEOUT_MS = 2_000;
/** For the answer of a server that ended a statement in time. */
const GRACE_MS = 500;
const IN_TRANSACTION = 1;

type RowBatch = readonly (readonly unknown[])[];

/** What a connection keeps to. */
export interface ConnectionLimits {
  /** Bytes that one statement with its values may take. */
  readonly maxPacket: number;
  readonly bounds: NetworkBounds;
  /** For a connection that asks the server to end the statement of this one. */
  createClient?(): Client;
}

interface Answer {
  readonly result: unknown;
  readonly fields: readonly ClientField[] | undefined;
}

export class MysqlConnection implements DriverConnection {
  readonly #keptTexts = new KeptTexts();
  #broken = false;
  #inTransaction = false;
  /** Why the transaction ended without the caller's request; until the caller rolls back too. */
  #transactionLost: string | undefined;
  /** The client tells commands with a callback that the connection is lost, but not those whose rows are streamed. */
  #onLost: ((error: Error) => void) | undefined;
  /** Makes the statement that waits for its answer fail: the client forgets those of a connection that it destroys. */
  #giveUp: ((error: Error) => void) | undefined;

  private constructor(
    private readonly client: Client,
    private readonly limits: ConnectionLimits,
  ) {
    // An 'error' without a listener ends the process: listen until the very end.
    client.on('error', (error) => {
      this.#broken = true;
      this.#onLost?.(error);
    });
    client.on('end', () => {
      this.#broken = true;
    });
  }

  /** @throws ConnectError where the server cannot be reached or refuses the user, the database or the settings */
  static async open(client: Client, setup: string, limits: ConnectionLimits): Promise<MysqlConnection> {
    const connection = new MysqlConnection(client, limits);
    const { connectTimeout } = limits.bounds;
    const open = async (): Promise<void> => {
      await new Promise<void>((resolve, reject) => {
        client.connect((error) => {
          if (error) reject(error);
          else resolve();
        });
      });
      await connection.run(setup);
    };
    try {
      await withDeadline(connectTimeout, open(), () => connectTimedOut(client, connectTimeout));
    } catch (error) {
      client.destroy();
      throw connectError(error, client);
    }
    return connection;
  }

  get broken(): boolean {
    return this.#broken;
  }

  get transactionLost(): boolean {
    return this.#transactionLost !== undefined;
  }

  async execute(statement: BoundStatement): Promise<StatementResult> {
    const { result, fields } = await this.#execute(statement);
    if (!Array.isArray(result)) return writtenRows(result as ClientHeader);
    const answer = firstResultSet(result, fields);
    if (statement.columns !== undefined || answer.fields === undefined) {
      return { rows: answer.rows, rowCount: answer.rows.length, insertId: undefined };
    }
    return {
      rows: readRaw(answer.rows, answer.fields),
      rowCount: answer.rows.length,
      insertId: undefined,
      fields: answer.fields.map(({ name }) => name),
    };
  }

  /**
   * The server sends all rows, and the socket is read as fast as they are taken. It cannot be told to stop: what is left after an
   * early end is thrown away, inside a transaction by reading it, outside by giving up the connection.
   */
  async *stream(statement: BoundStatement, batchSize: number): AsyncGenerator<RowBatch> {
    const request = this.#request(statement);
    const command = this.client.execute(request);
    const rows = command.stream({ highWaterMark: batchSize });
    const ended = this.#endOf(command, rows);
    let read = (batch: RowBatch): RowBatch => batch;
    command.on('fields', (fields) => {
      if (statement.columns === undefined && fields) read = (batch) => readRaw(batch, fields);
    });
    let complete = false;
    const silence = { unanswered: 0 as number | undefined, giveUp: () => void this.#timeOut() };
    const endWatch = this.#watch(silence);
    try {
      let batch: (readonly unknown[])[] = [];
      for await (const row of rows) {
        batch.push(row);
        silence.unanswered = batch.length;
        if (batch.length < batchSize) continue;
        silence.unanswered = undefined;
        yield read(batch);
        batch = [];
        silence.unanswered = 0;
      }
      complete = true;
      if (batch.length > 0) yield read(batch);
    } catch (error) {
      complete = true;
      this.#note(error);
      throw error;
    } finally {
      endWatch();
      if (!complete && !this.#inTransaction) this.#broken = true;
      if (!this.#broken) await ended;
      this.#onLost = undefined;
      if (this.#broken) this.#destroy();
      else this.client.unprepare(request);
    }
  }

  async run(sql: string): Promise<void> {
    this.#refuseAfterLoss(sql);
    const { result } = await this.#send('query', { sql, rowsAsArray: true });
    if (isHeader(result)) this.#inTransaction = (result.serverStatus & IN_TRANSACTION) !== 0;
  }

  async begin(options: TransactionOptions): Promise<void> {
    for (const sql of transaction.begin(options)) await this.run(sql);
  }

  async commit(): Promise<void> {
    try {
      await this.run(transaction.commit);
    } catch (error) {
      if (!this.#broken) await this.rollback();
      throw error;
    }
  }

  rollback(): Promise<void> {
    this.#transactionLost = undefined;
    return this.run(transaction.rollback);
  }

  savepoint(name: string): Promise<void> {
    return this.run(transaction.savepoint(name));
  }

  release(name: string): Promise<void> {
    return this.run(transaction.release(name));
  }

  rollbackTo(name: string): Promise<void> {
    return this.run(transaction.rollbackTo(name));
  }

  async cancel(): Promise<void> {
    const { threadId } = this.client;
    const messenger = threadId === null ? undefined : this.limits.createClient?.();
    if (messenger) await killStatement(threadId!, messenger);
  }

  async ping(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.client.ping((error) => {
        if (error) reject(error);
        else resolve();
      });
    }).catch((error: unknown) => {
      this.#broken = true;
      throw error;
    });
  }

  ref(): void {
    this.client.stream.ref();
  }

  unref(): void {
    this.client.stream.unref();
  }

  async close(): Promise<void> {
    if (this.#broken) {
      this.#destroy();
      return;
    }
    this.#broken = true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      this.client.end(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#destroy();
  }

  #destroy(
    error: EspalierError = new ConnectionLostError('The connection was closed before the statement was answered.'),
  ): void {
    this.#broken = true;
    this.client.destroy();
    this.#onLost?.(error);
    this.#giveUp?.(error);
  }

  /** The server ends a statement by itself; one whose answer does not come in time either is given up with its connection. */
  #bounded<R>(answer: Promise<R>): Promise<R> {
    const limit = this.limits.bounds.statementTimeout;
    if (limit === undefined) return answer;
    return withDeadline(limit + GRACE_MS, answer, () => this.#timeOut());
  }

  /** The same for rows that come one by one: no pause between two of them is longer. */
  #watch(rows: Pending): () => void {
    const limit = this.limits.bounds.statementTimeout;
    return limit === undefined ? () => undefined : watchForSilence(() => rows, limit + GRACE_MS);
  }

  #timeOut(): QueryTimeoutError {
    const error = new QueryTimeoutError(
      `The server has not answered within the statementTimeout of ${String(this.limits.bounds.statementTimeout)} ms: the connection is closed.`,
    );
    this.#destroy(error);
    return error;
  }

  /** Resolves when the last row was sent, when the statement failed, or when the connection is lost. */
  #endOf(command: ClientCommand, rows: ClientRows): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        resolve();
      };
      command.once('end', end);
      command.once('error', end);
      this.#onLost = (error) => {
        rows.destroy(error);
        resolve();
      };
    });
  }

  async #execute(statement: BoundStatement): Promise<Answer> {
    const request = this.#request(statement);
    try {
      const answer = await this.#send('execute', request);
      if (!statement.reusable) this.#keep(statement.sql);
      this.#followStatus(answer.result, statement.sql);
      return answer;
    } catch (error) {
      if (this.#broken) throw error;
      // Neither was executed.
      const number = errorNumber(error);
      if (number === UNSUPPORTED_BY_PREPARE && statement.parameters.length === 0) {
        const answer = await this.#send('query', { sql: statement.sql, rowsAsArray: true });
        this.#followStatus(answer.result, statement.sql);
        return answer;
      }
      this.client.unprepare(request);
      if (number !== NEEDS_REPREPARE) throw error;
      return this.#send('execute', request);
    }
  }

  /** The client keeps each statement prepared; of raw SQL, which may be another text each time, a few. */
  #keep(sql: string): void {
    const forgotten = this.#keptTexts.add(sql);
    if (forgotten !== undefined) this.client.unprepare({ sql: forgotten, rowsAsArray: true });
  }

  /** Outside of the transaction that the caller believes in, each statement would be committed by itself. */
  #refuseAfterLoss(sql: string): void {
    if (this.#transactionLost !== undefined) throw new TransactionError(this.#transactionLost, { sql });
  }

  #refuseImplicitCommit({ sql, reusable }: BoundStatement): void {
    if (!this.#inTransaction || reusable || !commitsImplicitly(sql)) return;
    throw new TransactionError(
      'On MySQL and MariaDB this statement commits the transaction that is open, and could not be undone with it: run it outside, by orm.sql.',
      { sql },
    );
  }

  /** The server tells with each answer of a write whether the transaction goes on: a procedure may have ended it. */
  #followStatus(result: unknown, sql: string): void {
    if (!this.#inTransaction || !isHeader(result) || (result.serverStatus & IN_TRANSACTION) !== 0) return;
    this.#inTransaction = false;
    this.#transactionLost =
      'A statement has ended this transaction on the server: what was written before it is committed. Roll back, and look at what is there.';
    this.#refuseAfterLoss(sql);
  }

  #request(statement: BoundStatement): ClientStatement {
    const { sql, parameters } = statement;
    this.#refuseAfterLoss(sql);
    this.#refuseImplicitCommit(statement);
    if (parameters.length > MAX_PARAMETERS) {
      throw new QueryError(
        `A statement has ${String(parameters.length)} parameters, but MySQL takes ${String(MAX_PARAMETERS)}: split it into several.`,
      );
    }
    let bytes = sql.length;
    const values = parameters.map((parameter) => {
      const value = clientValue(parameter);
      if (typeof value === 'object' && value !== null) bytes += value.length;
      // Of a text only the least is known cheaply; one that may exceed the packet is measured.
      else if (typeof value === 'string')
        bytes += value.length * 3 < this.limits.maxPacket ? value.length : Buffer.byteLength(value);
      return value;
    });
    if (bytes > this.limits.maxPacket) {
      throw new QueryError(
        `A statement and its values take ${String(bytes)} bytes, more than the server's max_allowed_packet of ${String(this.limits.maxPacket)}: ` +
          'write less at once, or raise max_allowed_packet.',
      );
    }
    return Object.freeze({ sql, values, rowsAsArray: true });
  }

  #send(how: 'query' | 'execute', statement: ClientStatement): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#giveUp = reject;
      this.client[how](statement, (error, result, fields) => {
        this.#giveUp = undefined;
        if (error) reject(error);
        else resolve({ result, fields });
      });
    });
    return this.#bounded(answer).catch((error: unknown) => {
      this.#note(error);
      throw error;
    });
  }

  #note(error: unknown): void {
    if (endsConnection(error)) this.#broken = true;
    // https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
    const reason = ENDS_TRANSACTION.get(errorNumber(error));
    if (!this.#inTransaction || reason === undefined) return;
    this.#transactionLost = `${reason} has rolled this transaction back as a whole, its savepoints too: roll back, and run all of it again.`;
  }
}

/** After these the server has rolled the transaction back. */
const ENDS_TRANSACTION: ReadonlyMap<number | undefined, string> = new Map([
  [DEADLOCK, 'A deadlock'],
  [CHANGED_SINCE_READ, 'A change by another session to a row that it had read'],
]);

function connectTimedOut(client: Client, limit: number): ConnectError {
  const reason = `the server has not answered within the connectTimeout of ${String(limit)} ms`;
  return cannotConnect('MySQL', targetOf(client), { reason, remedy: undefined, cause: undefined });
}

function clientValue(value: DriverValue): ClientValue {
  return typeof value === 'object' && value !== null
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value;
}

function readRaw(rows: RowBatch, fields: readonly ClientField[]): unknown[][] {
  const readers = fields.map(rawReader);
  return rows.map((row) => row.map((raw, i) => (raw === null ? null : readers[i]!(raw))));
}
