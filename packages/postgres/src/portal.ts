/** Rows of one statement in batches, through a portal that is executed again and again with a row limit. */
import { copyRefused } from './exchange';
import type { ProtocolClient, ProtocolConnection, ProtocolQuery, WireField, WireRow, WireValue } from './protocol';

/**
 * The portal lives in one implicit transaction: nothing is synced before it is closed, so it needs no transaction of
 * its own, and the connection takes no other statement meanwhile.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class Portal implements ProtocolQuery {
  #connection: ProtocolConnection | undefined;
  #rows: WireRow[] = [];
  #fields: readonly WireField[] | undefined;
  #error: Error | undefined;
  /** True once the last row is read or an error came: nothing more can be asked of the portal. */
  #complete = false;
  #ready = false;
  #copying = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly text: string,
    private readonly values: readonly WireValue[],
    private readonly batchSize: number,
  ) {}

  /** Columns of the rows, known with the first batch. */
  get fields(): readonly WireField[] | undefined {
    return this.#fields;
  }

  /** The next rows; an empty array at the end. */
  async next(client: ProtocolClient): Promise<readonly WireRow[]> {
    this.#throwIfFailed();
    if (this.#complete) return [];
    const answered = this.#answer();
    if (this.#connection) {
      this.#connection.execute({ rows: this.batchSize });
      this.#connection.flush();
    } else {
      client.query(this);
    }
    await answered;
    this.#throwIfFailed();
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** Closes the portal and waits until the connection takes statements again. */
  async close(): Promise<void> {
    if (!this.#connection || this.#ready || this.#error) return;
    const answered = this.#answer();
    if (!this.#complete) {
      this.#complete = true;
      // Inside a transaction a portal left open would outlive the sync and keep its tables from being altered.
      this.#connection.close({ type: 'P', name: '' });
      this.#connection.sync();
    }
    await answered;
  }

  submit(connection: ProtocolConnection): null {
    this.#connection = connection;
    connection.stream.cork();
    try {
      connection.parse({ name: '', text: this.text });
      connection.bind({ statement: '', values: this.values });
      connection.describe({ type: 'P' });
      connection.execute({ rows: this.batchSize });
      connection.flush();
    } finally {
      connection.stream.uncork();
    }
    return null;
  }

  handleRowDescription(message: { readonly fields: readonly WireField[] }): void {
    this.#fields = message.fields;
  }

  handleDataRow(message: { readonly fields: WireRow }): void {
    this.#rows.push(message.fields);
  }

  handlePortalSuspended(): void {
    this.#done();
  }

  handleCommandComplete(_message: { readonly text: string }, connection: ProtocolConnection): void {
    this.#complete = true;
    connection.sync();
  }

  handleEmptyQuery(connection: ProtocolConnection): void {
    this.#complete = true;
    connection.sync();
  }

  handleCopyInResponse(connection: ProtocolConnection): void {
    this.#copying = true;
    connection.sendCopyFail('not supported');
  }

  handleCopyData(): void {
    // The rows of a COPY TO STDOUT are not collected.
  }

  handleError(error: Error, connection: ProtocolConnection): void {
    const synced = this.#complete;
    this.#complete = true;
    this.#error = this.#copying ? copyRefused(error) : error;
    // The server skips all messages up to the next sync, then answers statements again.
    if (!synced) connection.sync();
    this.#done();
  }

  handleReadyForQuery(): void {
    this.#ready = true;
    this.#done();
  }

  #throwIfFailed(): void {
    if (this.#error) throw this.#error;
  }

  #answer(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #done(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
