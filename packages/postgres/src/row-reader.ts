/**
 * Rows on their way in. The client's parser makes each field of a row a text of its own by a call into C++, which is most of the time of a large
 * result. Here a row becomes one text, and its fields are parts of that; all other messages go to the client's parser as they came.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-DATAROW
 */
import { EventEmitter } from 'node:events';
import type { ProtocolClient, RowMessage, WireRow } from './protocol';

const DATA_ROW = 'D'.charCodeAt(0);
/** A letter, and a length that counts itself. */
const LETTER_BYTES = 1;
const LENGTH_BYTES = 4;
const HEADER_BYTES = LETTER_BYTES + LENGTH_BYTES;
const COUNT_BYTES = 2;
/** A part of a text keeps the whole of it in memory: the fields of longer rows are texts of their own. */
const LONGEST_SHARED_ROW = 4_096;

/** Who takes what was read. */
export interface MessageReceiver {
  row(message: RowMessage): void;
  /** Whole messages that are no rows. */
  others(bytes: Buffer): void;
  /** The bytes are no messages: nothing that follows can be read. */
  corrupt(error: Error): void;
}

/** Cuts the bytes of a connection into messages. They come in pieces of any size. */
export class RowReader {
  /** The beginning of a message whose end is still to come. */
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** How many bytes there must be before it is worth a look. */
  #needed = HEADER_BYTES;
  #corrupt = false;

  constructor(private readonly receiver: MessageReceiver) {}

  read(piece: Buffer): void {
    if (this.#corrupt) return;
    this.#bytes += piece.length;
    if (this.#bytes < this.#needed) {
      this.#pieces.push(piece);
      return;
    }
    const buffer = this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece], this.#bytes);
    const end = this.#readMessages(buffer);
    this.#pieces = end < buffer.length ? [buffer.subarray(end)] : [];
    this.#bytes = buffer.length - end;
  }

  /** Returns where the first message begins that is not whole yet. */
  #readMessages(buffer: Buffer): number {
    let at = 0;
    /** Where those begin that are no rows and were not handed on yet. */
    let others = 0;
    this.#needed = HEADER_BYTES;
    while (at + HEADER_BYTES <= buffer.length) {
      const end = at + LETTER_BYTES + buffer.readUInt32BE(at + LETTER_BYTES);
      if (end < at + HEADER_BYTES) return this.#refuse(buffer);
      if (end > buffer.length) {
        this.#needed = end - at;
        break;
      }
      if (buffer[at] === DATA_ROW) {
        if (others < at) this.receiver.others(buffer.subarray(others, at));
        others = end;
        const fields = fieldsOf(buffer, at + HEADER_BYTES, end);
        if (!fields) return this.#refuse(buffer);
        this.receiver.row({ name: 'dataRow', length: end - at - LETTER_BYTES, fieldCount: fields.length, fields });
      }
      at = end;
    }
    if (others < at) this.receiver.others(buffer.subarray(others, at));
    return at;
  }

  #refuse(buffer: Buffer): number {
    this.#corrupt = true;
    this.receiver.corrupt(
      new Error('PostgreSQL sent bytes that are no message of its protocol: the connection is given up.'),
    );
    return buffer.length;
  }
}

/** undefined where a field goes beyond the row. */
function fieldsOf(buffer: Buffer, from: number, end: number): WireRow | undefined {
  if (from + COUNT_BYTES > end) return undefined;
  const fields = new Array<string | null>(buffer.readUInt16BE(from));
  const text = end - from <= LONGEST_SHARED_ROW ? buffer.toString('latin1', from, end) : undefined;
  let at = from + COUNT_BYTES;
  for (let i = 0; i < fields.length; i++) {
    if (at + LENGTH_BYTES > end) return undefined;
    const length = buffer.readInt32BE(at);
    at += LENGTH_BYTES;
    if (length < 0) {
      fields[i] = null;
      continue;
    }
    const next = at + length;
    if (next > end) return undefined;
    const shared = text !== undefined && isAscii(buffer, at, next);
    fields[i] = shared ? text.slice(at - from, next - from) : buffer.toString('utf8', at, next);
    at = next;
  }
  return fields;
}

function isAscii(buffer: Buffer, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (buffer[i]! >= 0x80) return false;
  return true;
}

/**
 * Puts the reader between the socket of a client and the client's parser; to be done before the client connects. A client that reads
 * its messages in another way than `pg` 8 does reads rows by itself, as before.
 */
export function withRowReader<Client extends ProtocolClient>(client: Client): Client {
  const { connection } = client;
  const { attachListeners } = connection;
  if (typeof attachListeners !== 'function') return client;
  connection.attachListeners = (stream) => {
    const parsed = new EventEmitter();
    attachListeners.call(connection, parsed);
    const reader = new RowReader({
      row: (message) => {
        connection.emit('dataRow', message);
      },
      others: (bytes) => {
        parsed.emit('data', bytes);
      },
      corrupt: (error) => {
        connection.stream.destroy(error);
      },
    });
    stream.on('data', (piece: Buffer) => {
      reader.read(piece);
    });
    stream.on('end', () => {
      parsed.emit('end');
    });
  };
  return client;
}
