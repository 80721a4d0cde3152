/** The part of the client library that this package uses, as structural types. */

export interface ClientField {
  readonly name: string;
  /** The number of the column's type in the protocol. */
  readonly columnType?: number | undefined;
  /** `json`, where MariaDB says what its text is. */
  readonly extendedFormat?: string | undefined;
}

/** The answer to a statement that returns no rows. */
export interface ClientHeader {
  readonly affectedRows: number;
  readonly insertId: number | string;
  /** Flags; the first is set inside a transaction. */
  readonly serverStatus: number;
}

/** Of our own making, frozen: nothing that comes from elsewhere may become an option of the client. */
export interface ClientStatement {
  readonly sql: string;
  readonly values?: readonly ClientValue[];
  readonly rowsAsArray: true;
}

export type ClientValue = string | number | boolean | null | Buffer;

type Callback = (error: Error | null, result: unknown, fields?: readonly ClientField[]) => void;

/** Rows one by one; reading them slowly slows the socket down. */
export interface ClientRows extends AsyncIterable<readonly unknown[]> {
  destroy(error: Error): unknown;
}

/** A statement under way whose rows are taken one by one. */
export interface ClientCommand {
  stream(options: { highWaterMark: number }): ClientRows;
  on(event: 'fields', listener: (fields: readonly ClientField[] | undefined) => void): unknown;
  once(event: 'end' | 'error', listener: (error?: Error) => void): unknown;
}

export interface Client {
  /** The socket. */
  readonly stream: { ref(): void; unref(): void };
  /** What the server calls this connection; null before it has said so. */
  readonly threadId: number | null;
  /** What it was made with, and what was left out. */
  readonly config: {
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly socketPath?: string | undefined;
    readonly database?: string | undefined;
    readonly user?: string | undefined;
  };
  connect(callback: (error: Error | null) => void): void;
  /** Text without values. */
  query(statement: ClientStatement, callback: Callback): unknown;
  /** Prepared by the server, values in the binary protocol. */
  execute(statement: ClientStatement, callback: Callback): unknown;
  execute(statement: ClientStatement): ClientCommand;
  unprepare(statement: ClientStatement): unknown;
  ping(callback: (error: Error | null) => void): void;
  end(callback: (error: Error | null) => void): void;
  destroy(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}
