/** A network that can be made to fail: a TCP proxy before a server, on a port of its own. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Direction = 'toServer' | 'toClient';

export class FaultyNetwork implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  /** What is kept from arriving, in its order; undefined where everything passes. */
  #swallowed: ReadonlySet<Direction> = new Set();
  #cutAt: { pattern: Buffer; direction: Direction } | undefined;
  #delay = 0;
  /** Chunks that arrived from clients. */
  received = 0;

  private constructor(
    private readonly listener: Server,
    private readonly target: URL,
  ) {}

  /** @param url of the server behind it */
  static async before(url: string, defaultPort: number): Promise<FaultyNetwork> {
    const target = new URL(url);
    if (target.port === '') target.port = String(defaultPort);
    const listener = createServer();
    const network = new FaultyNetwork(listener, target);
    listener.on('connection', (client) => {
      network.#join(client);
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return network;
  }

  /** The server's URL, by way of this network. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.listener.address() as AddressInfo).port);
    return url.href;
  }

  /** From now on nothing arrives, though connections stay open and new ones are taken. */
  blackhole(...directions: Direction[]): void {
    this.#swallowed = new Set(directions.length > 0 ? directions : ['toServer', 'toClient']);
  }

  /** What is sent from now on arrives again; what was swallowed is lost. */
  heal(): void {
    this.#swallowed = new Set();
  }

  /** From now on everything takes that many milliseconds longer, in its order. */
  delay(ms: number): void {
    this.#delay = ms;
  }

  /** Ends all connections when these bytes are about to pass, which then do not. */
  cutAt(text: string, direction: Direction): void {
    this.#cutAt = { pattern: Buffer.from(text, 'latin1'), direction };
  }

  /** Ends all connections at once, by a reset. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => {
      this.listener.close(() => {
        resolve();
      });
    });
  }

  #join(client: Socket): void {
    const server = connect({ host: this.target.hostname, port: Number(this.target.port) });
    const pair = [client, server] as const;
    for (const socket of pair) {
      this.#sockets.add(socket);
      // A cut connection is what this is for.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        // A half-open connection: the other side learns nothing.
        if (this.#swallowed.size === 0) for (const other of pair) other.destroy();
      });
    }
    client.on('data', (chunk) => {
      this.received += 1;
      this.#pass(chunk, server, 'toServer');
    });
    server.on('data', (chunk) => {
      this.#pass(chunk, client, 'toClient');
    });
  }

  #pass(chunk: Buffer, to: Socket, direction: Direction): void {
    if (this.#swallowed.has(direction)) return;
    if (this.#cutAt?.direction === direction && chunk.includes(this.#cutAt.pattern)) {
      this.#cutAt = undefined;
      this.reset();
      return;
    }
    if (this.#delay === 0) to.write(chunk);
    else setTimeout(() => to.writable && to.write(chunk), this.#delay);
  }
}
