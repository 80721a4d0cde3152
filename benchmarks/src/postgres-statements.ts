/**
 * Counts on the wire to PostgreSQL, whatever library speaks: statements (simple queries, and executions of portals), and round trips (what makes the
 * server answer: simple queries, syncs and flushes).
 */
import { Socket } from 'node:net';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const SIMPLE_QUERY = 'Q'.charCodeAt(0);
const EXECUTE = 'E'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const FLUSH = 'H'.charCodeAt(0);
const LENGTH_BYTES = 4;

/** How much was sent so far. */
export interface Counts {
  statements: number;
  roundTrips: number;
}

/** Follows what a client sends on one connection, across the borders of the packets. */
class Messages {
  /** The first message has a length but no type. */
  #type: number | undefined = 0;
  #length: number[] = [];
  #bodyLeft = 0;

  constructor(private readonly counts: Counts) {}

  /** Counts the messages that begin in these bytes. */
  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, bytes.length - at);
        this.#bodyLeft -= skipped;
        at += skipped;
      } else if (this.#type === undefined) {
        this.#type = bytes[at]!;
        at += 1;
        if (this.#type === SIMPLE_QUERY || this.#type === EXECUTE) this.counts.statements += 1;
        if (this.#type === SIMPLE_QUERY || this.#type === SYNC || this.#type === FLUSH) this.counts.roundTrips += 1;
      } else {
        this.#length.push(bytes[at]!);
        at += 1;
        if (this.#length.length === LENGTH_BYTES) this.#beginBody();
      }
    }
  }

  #beginBody(): void {
    this.#bodyLeft = Buffer.from(this.#length).readUInt32BE() - LENGTH_BYTES;
    this.#length = [];
    this.#type = undefined;
  }
}

/** Must be called before the contender connects. */
export function countPostgresStatements(): Counts {
  const connections = new WeakMap<Socket, Messages>();
  const counts: Counts = { statements: 0, roundTrips: 0 };
  const { write } = Socket.prototype;
  Socket.prototype.write = function (this: Socket, ...args: unknown[]): boolean {
    const [chunk] = args;
    // Standard output may be a socket too, but what this process prints is text.
    if (chunk instanceof Uint8Array) {
      const messages = connections.get(this) ?? new Messages(counts);
      connections.set(this, messages);
      messages.read(chunk);
    }
    return Reflect.apply(write, this, args) as boolean;
  } as typeof write;
  return counts;
}
