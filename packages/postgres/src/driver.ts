/** The wire: connections of `pg`'s client, driven through the extended protocol only. */
import {
  cannotConnect,
  QueryError,
  QueryTimeoutError,
  TransactionError,
  type BoundStatement,
  type ConnectError,
  type Driver,
  type DriverConnection,
  type DriverValue,
  type EspalierError,
  type NetworkBounds,
  type StatementResult,
  type TransactionOptions,
  withDeadline,
} from '@espalier/core/driver';
import { cancelStatement } from './cancel';
import type { PostgresDialect } from './dialect';
import { connectError, endsConnection, isStalePlan, targetOf, translateError } from './errors';
import { affectedRows, Exchange, type ExchangeResult } from './exchange';
import { HeldVerbs } from './held-verbs';
import { Portal } from './portal';
import { PreparedStatements } from './prepared-statements';
import type { ProtocolClient, StatementUse, WireField, WireRow, WireValue } from './protocol';
import { rawReader } from './raw-readers';
import { transaction } from './transaction';

/** What one message of the protocol can count. */
const MAX_PARAMETERS = 65_535;
/** PostgreSQL takes no message above 1 GiB; UTF-8 may need three bytes for a character counted here. */
const MAX_PARAMETER_CHARACTERS = 350_000_000;
const CLOSE_TIMEOUT_MS = 2_000;

export interface PostgresDriverOptions {
  readonly dialect: PostgresDialect;
  /** A client of `pg`, not yet connected. */
  createClient(): ProtocolClient;
  readonly preparedStatements: boolean;
  /** Sent once a connection is open, where the settings could not go into the startup message. */
  readonly setup: string | undefined;
  readonly bounds: NetworkBounds;
}

export class PostgresDriver implements Driver {
  readonly dialect: PostgresDialect;
  #isIsolationKnown = false;
  isolation: TransactionOptions['isolation'] = undefined;

  constructor(private readonly options: PostgresDriverOptions) {
    this.dialect = options.dialect;
  }

  async connect(): Promise<DriverConnection> {
    const { bounds, setup } = this.options;
    const client = this.options.createClient();
    const connection = new PostgresConnection(client, this.options);
    const open = async (): Promise<void> => {
      await client.connect();
      if (setup !== undefined) await connection.run(setup);
      // All connections have the same settings: the first one tells.
      if (!this.#isIsolationKnown) this.isolation = await connection.defaultIsolation();
      this.#isIsolationKnown = true;
    };
    try {
      await withDeadline(bounds.connectTimeout, open(), () => connectTimedOut(client, bounds.connectTimeout));
    } catch (error) {
      client.connection.stream.destroy();
      throw connectError(error, client);
    }
    return connection;
  }

  get closeTimeout(): number {
    return this.options.bounds.closeTimeout;
  }

  translateError(error: unknown, sql: string | undefined): EspalierError {
    return translateError(error, sql);
  }
}

class PostgresConnection implements DriverConnection {
  readonly #client: ProtocolClient;
  readonly #prepared: PreparedStatements;
  readonly #held = new HeldVerbs();
  readonly #statementTimeout: number | undefined;
  #broken = false;
  #ended = false;

  constructor(
    client: ProtocolClient,
    private readonly options: PostgresDriverOptions,
  ) {
    const { preparedStatements, bounds } = options;
    this.#client = client;
    this.#prepared = new PreparedStatements(preparedStatements);
    this.#statementTimeout = bounds.statementTimeout;
    // An 'error' without a listener ends the process, and a dying connection may emit several: listen until the very end.
    client.on('error', () => {
      this.#broken = true;
    });
    client.on('end', () => {
      this.#broken = true;
      this.#ended = true;
    });
  }

  get broken(): boolean {
    return this.#broken;
  }

  async execute(statement: BoundStatement): Promise<StatementResult> {
    const { rows, tag, fields } = await this.#exchange(statement);
    const rowCount = affectedRows(tag);
    if (statement.columns !== undefined || fields === undefined) return { rows, rowCount, insertId: undefined };
    return { rows: readRaw(rows, fields), rowCount, insertId: undefined, fields: fields.map(({ name }) => name) };
  }

  async *stream(statement: BoundStatement, batchSize: number): AsyncGenerator<readonly (readonly unknown[])[]> {
    if (this.#held.holdsAny) await this.#send('', [], UNNAMED, false);
    const portal = new Portal(statement.sql, wireValues(statement.parameters), batchSize);
    try {
      for (;;) {
        const rows = await this.#bounded(portal.next(this.#client));
        if (rows.length === 0) return;
        yield statement.columns === undefined ? readRaw(rows, portal.fields ?? []) : rows;
      }
    } catch (error) {
      this.#note(error);
      throw error;
    } finally {
      await portal.close();
    }
  }

  async run(sql: string): Promise<void> {
    await this.#send(sql, [], UNNAMED, false);
  }

  begin(options: TransactionOptions): Promise<void> {
    this.#held.begin(options);
    return DONE;
  }

  async commit(): Promise<void> {
    const sql = transaction.commit;
    if (this.#held.holdsBegin) {
      this.#held.take();
      return;
    }
    const { tag } = await this.#send(sql, [], UNNAMED, false);
    // COMMIT of a failed transaction is no error to the server: it rolls back and says so in its tag only.
    // https://www.postgresql.org/docs/current/tutorial-transactions.html
    if (tag !== 'ROLLBACK') return;
    throw new TransactionError(
      'The transaction was rolled back instead of committed, because a statement in it had failed. Nothing of it is stored: run it again.',
      { sql },
    );
  }

  rollback(): Promise<void> {
    const { holdsBegin } = this.#held;
    this.#held.take();
    return holdsBegin ? DONE : this.run(transaction.rollback);
  }

  savepoint(name: string): Promise<void> {
    this.#held.savepoint(name);
    return DONE;
  }

  release(name: string): Promise<void> {
    this.#held.release(name);
    return DONE;
  }

  rollbackTo(name: string): Promise<void> {
    return this.#held.rollbackTo(name) ? DONE : this.run(transaction.rollbackTo(name));
  }

  /** The level of transactions that ask for none; undefined for PostgreSQL's own, read committed. */
  async defaultIsolation(): Promise<TransactionOptions['isolation']> {
    const { rows } = await this.#send('show default_transaction_isolation', [], UNNAMED, false);
    const level = rows[0]?.[0];
    return level === 'repeatable read' || level === 'serializable' ? level : undefined;
  }

  cancel(): Promise<void> {
    return cancelStatement(this.#client, this.options.createClient());
  }

  async ping(): Promise<void> {
    await this.#send('select 1', [], UNNAMED, false);
  }

  ref(): void {
    this.#client.connection.stream.ref();
  }

  unref(): void {
    this.#client.connection.stream.unref();
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    const { stream } = this.#client.connection;
    if (this.#broken) {
      stream.destroy();
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        stream.destroy();
        resolve();
      }, CLOSE_TIMEOUT_MS);
    });
    await Promise.race([this.#client.end().catch(() => undefined), timeout]);
    clearTimeout(timer);
  }

  async #exchange(statement: BoundStatement): Promise<ExchangeResult> {
    const { sql, columns } = statement;
    const values = wireValues(statement.parameters);
    const describe = columns === undefined;
    const use = this.#prepared.use(sql, statement.reusable);
    // The status before this statement: that of the last answer.
    const autocommit = this.#client.getTransactionStatus() === 'I' && !this.#held.holdsBegin;
    try {
      const result = await this.#send(sql, values, use, describe);
      if (use.parse && use.name !== '') this.#prepared.parsed(sql);
      return result;
    } catch (error) {
      if (use.parse || !isStalePlan(error)) throw error;
      this.#prepared.clear();
      // Inside a transaction the error has failed the transaction; it will be prepared again in the next one.
      if (!autocommit) throw error;
      return this.#send(sql, values, UNNAMED, describe);
    }
  }

  async #send(
    text: string,
    values: readonly WireValue[],
    use: StatementUse,
    describe: boolean,
  ): Promise<ExchangeResult> {
    try {
      return await this.#bounded(
        Exchange.run(this.#client, { before: this.#held.take(), text, values, use, describe }),
      );
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  /** The server ends a statement by itself; one whose answer does not come in time either is given up with its connection. */
  #bounded<R>(answer: Promise<R>): Promise<R> {
    const limit = this.#statementTimeout;
    if (limit === undefined) return answer;
    return withDeadline(limit + GRACE_MS, answer, () => {
      this.#broken = true;
      this.#client.connection.stream.destroy();
      return new QueryTimeoutError(
        `The server has not answered within the statementTimeout of ${String(limit)} ms: the connection is closed.`,
      );
    });
  }

  #note(error: unknown): void {
    if (endsConnection(error)) this.#broken = true;
  }
}

/** For the answer of a server that ended a statement in time. */
const GRACE_MS = 500;

function connectTimedOut(client: ProtocolClient, limit: number): ConnectError {
  const reason = `the server has not answered within the connectTimeout of ${String(limit)} ms`;
  return cannotConnect('PostgreSQL', targetOf(client), { reason, remedy: undefined, cause: undefined });
}

const DONE = Promise.resolve();

const UNNAMED: StatementUse = { name: '', parse: true, close: [] };

function wireValues(parameters: readonly DriverValue[]): WireValue[] {
  if (parameters.length > MAX_PARAMETERS) {
    throw new QueryError(
      `A statement has ${String(parameters.length)} parameters, but PostgreSQL takes ${String(MAX_PARAMETERS)}: split it into several.`,
    );
  }
  let size = 0;
  const values = new Array<WireValue>(parameters.length);
  for (let i = 0; i < parameters.length; i++) {
    const value = wireValue(parameters[i]!);
    values[i] = value;
    if (value !== null) size += value.length;
  }
  if (size > MAX_PARAMETER_CHARACTERS) {
    throw new QueryError(
      `The values of a statement take ${String(size)} characters, more than a message to PostgreSQL can hold: split it into several.`,
    );
  }
  return values;
}

function wireValue(value: DriverValue): WireValue {
  if (typeof value === 'string' || value === null) return value;
  if (typeof value === 'object') return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return String(value);
}

function readRaw(rows: readonly WireRow[], fields: readonly WireField[]): unknown[][] {
  const readers = fields.map(({ dataTypeID }) => rawReader(dataTypeID));
  return rows.map((row) => row.map((raw, i) => (raw === null ? null : readers[i]!(raw))));
}
