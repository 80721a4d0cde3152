/**
 * The part of the client library that this package uses, as structural types: a query object of our own is handed to
 * `Client.query`, and it speaks the extended protocol with the library's connection and parser.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */

/** A parameter on the wire: text, or bytes in binary format. */
export type WireValue = string | Buffer | null;

/** A row on the wire: text as the server wrote it. */
export type WireRow = readonly (string | null)[];

export interface WireField {
  readonly name: string;
  readonly dataTypeID: number;
}

/** A message with a row, as the client's parser makes it. */
export interface RowMessage {
  readonly name: 'dataRow';
  readonly length: number;
  readonly fieldCount: number;
  readonly fields: WireRow;
}

/** Where messages come from: a socket, with or without TLS. */
export interface ByteStream {
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}

export interface ProtocolConnection {
  readonly stream: { cork(): void; uncork(): void; destroy(error?: Error): void; ref(): void; unref(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: { portal?: string; statement: string; values: readonly WireValue[] }): void;
  describe(message: { type: 'P'; name?: string }): void;
  execute(message: { portal?: string; rows?: number }): void;
  close(message: { type: 'S' | 'P'; name: string }): void;
  flush(): void;
  sync(): void;
  sendCopyFail(reason: string): void;
  /** Over TCP, or a socket of the file system; with TLS where the client is set to it. */
  connect(port: number, host: string): void;
  connect(path: string): void;
  /** The first message where TLS is asked for. */
  requestSsl(): void;
  /** How TLS is asked for: 'direct' asks for nothing. */
  readonly sslNegotiation?: string;
  /** Sends the request that ends the statement of another connection. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS */
  cancel(processID: number, secretKey: number): void;
  on(event: 'connect' | 'sslconnect' | 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** What the parser has read, by the name of the message. */
  emit(event: 'dataRow', message: RowMessage): unknown;
  /** Begins to parse what a stream brings. A part of the client that is not documented: it may be absent. */
  attachListeners?: (stream: ByteStream) => void;
}

/** What the client calls while our query object is the active one. */
export interface ProtocolQuery {
  submit(connection: ProtocolConnection): Error | null;
  handleRowDescription(message: { readonly fields: readonly WireField[] }): void;
  handleDataRow(message: { readonly fields: WireRow }): void;
  handleCommandComplete(message: { readonly text: string }, connection: ProtocolConnection): void;
  handlePortalSuspended(connection: ProtocolConnection): void;
  handleEmptyQuery(connection: ProtocolConnection): void;
  handleCopyInResponse(connection: ProtocolConnection): void;
  handleCopyData(): void;
  handleError(error: Error, connection: ProtocolConnection): void;
  handleReadyForQuery(connection: ProtocolConnection): void;
}

/** One client of the library. */
export interface ProtocolClient {
  readonly connection: ProtocolConnection;
  readonly host: string;
  readonly port: number;
  readonly database: string | null;
  readonly user: string | null;
  readonly ssl: unknown;
  /** What the server calls this connection; null before it has said so. */
  readonly processID: number | null;
  readonly secretKey: number | null;
  query(query: ProtocolQuery): unknown;
  connect(): Promise<unknown>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  /** `I` outside a transaction, `T` inside one, `E` inside a failed one. */
  getTransactionStatus(): 'I' | 'T' | 'E' | null;
}

/** What goes before the bind message: an unnamed or a named statement, parsed now or before. */
export interface StatementUse {
  /** Empty: unnamed. */
  readonly name: string;
  readonly parse: boolean;
  /** Names of statements to forget first, in the same round trip. */
  readonly close: readonly string[];
}
