/** One statement, and the verbs that were held back before it, through the extended protocol in one round trip: parse where needed, bind, execute, sync. */
import { QueryError } from '@espalier/core/driver';
import type {
  ProtocolClient,
  ProtocolConnection,
  ProtocolQuery,
  StatementUse,
  WireField,
  WireRow,
  WireValue,
} from './protocol';

export interface ExchangeRequest {
  /**
   * Statements without values that go first. Where one fails the server skips all that follows, up to the sync.
   * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
   */
  readonly before: readonly string[];
  readonly text: string;
  readonly values: readonly WireValue[];
  readonly use: StatementUse;
  /** Whether the columns of the result are asked for; left out where they are known, which saves a message each way. */
  readonly describe: boolean;
}

export interface ExchangeResult {
  /** The library makes an array of texts of each row; these are those very arrays. */
  readonly rows: WireRow[];
  /** `SELECT 5`, `INSERT 0 3`, `COMMIT`; empty for an empty statement. */
  readonly tag: string;
  readonly fields: readonly WireField[] | undefined;
}

export class Exchange implements ProtocolQuery {
  readonly #rows: WireRow[] = [];
  #tag = '';
  #fields: readonly WireField[] | undefined;
  #copying = false;

  private constructor(
    private readonly request: ExchangeRequest,
    private readonly resolve: (result: ExchangeResult) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  static run(client: ProtocolClient, request: ExchangeRequest): Promise<ExchangeResult> {
    return new Promise((resolve, reject) => {
      client.query(new Exchange(request, resolve, reject));
    });
  }

  submit(connection: ProtocolConnection): null {
    const { before, text, values, use, describe } = this.request;
    connection.stream.cork();
    try {
      for (const verb of before) {
        connection.parse({ name: '', text: verb });
        connection.bind({ statement: '', values: [] });
        connection.execute({});
      }
      for (const name of use.close) connection.close({ type: 'S', name });
      if (use.parse) connection.parse({ name: use.name, text });
      connection.bind({ statement: use.name, values });
      if (describe) connection.describe({ type: 'P' });
      connection.execute({});
      connection.sync();
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

  /** The last one counts: that of the statement itself. */
  handleCommandComplete(message: { readonly text: string }): void {
    this.#tag = message.text;
  }

  handlePortalSuspended(): void {
    // Only executions with a row limit are suspended.
  }

  handleEmptyQuery(): void {
    // A statement of comments only: no rows and no tag.
  }

  handleCopyInResponse(connection: ProtocolConnection): void {
    this.#copying = true;
    connection.sendCopyFail('not supported');
    // The server does not look at a sync that it gets while it waits for data.
    connection.sync();
  }

  handleCopyData(): void {
    // The rows of a COPY TO STDOUT are not collected.
  }

  handleError(error: Error): void {
    this.reject(this.#copying ? copyRefused(error) : error);
  }

  handleReadyForQuery(): void {
    this.resolve({ rows: this.#rows, tag: this.#tag, fields: this.#fields });
  }
}

/** The server calls a copy that is given up a statement that was cancelled. */
export function copyRefused(cause: Error): QueryError {
  return new QueryError('COPY … FROM STDIN has nothing to read from here: insert the rows.', { cause });
}

/** Rows that a command wrote, matched or returned, by its tag: the last number of it. */
export function affectedRows(tag: string): number {
  const count = Number(tag.slice(tag.lastIndexOf(' ') + 1));
  return Number.isNaN(count) ? 0 : count;
}
