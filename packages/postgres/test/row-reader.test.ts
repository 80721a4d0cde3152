/** Rows are read as the client's own parser reads them, and all else is left to it. */
import { EventEmitter } from 'node:events';
import { createColumnType } from '@espalier/core/driver';
import fc from 'fast-check';
import { Connection } from 'pg';
import type { ProtocolClient } from '../src/protocol';
import { withRowReader } from '../src/row-reader';
import { onPostgres, openConnection, select } from './open-driver';

const EVENTS = [
  'dataRow',
  'commandComplete',
  'readyForQuery',
  'errorMessage',
  'notice',
  'parameterStatus',
  'bindComplete',
  'rowDescription',
  'copyData',
  'portalSuspended',
  'end',
] as const;

type Seen = [event: string, message: unknown][];

/** What a connection of the library makes of the bytes, with and without our reader. */
class Listener {
  readonly seen: Seen = [];
  readonly stream = Object.assign(new EventEmitter(), {
    error: undefined as Error | undefined,
    destroy(error?: Error) {
      this.error = error;
    },
  });

  constructor(ours: boolean) {
    const connection = new Connection({ stream: this.stream } as never);
    const typed = connection as unknown as ProtocolClient['connection'];
    if (ours) withRowReader({ connection: typed } as ProtocolClient);
    typed.attachListeners!(this.stream);
    for (const event of EVENTS) connection.on(event, (message: unknown) => this.seen.push([event, message]));
  }

  hear(pieces: readonly Buffer[]): this {
    for (const piece of pieces) this.stream.emit('data', piece);
    return this;
  }
}

function message(letter: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(letter);
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

function int(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 2) buffer.writeInt16BE(value);
  else buffer.writeInt32BE(value);
  return buffer;
}

function dataRow(fields: readonly (string | null)[]): Buffer {
  const parts = fields.map((field) => {
    if (field === null) return int(-1, 4);
    const bytes = Buffer.from(field);
    return Buffer.concat([int(bytes.length, 4), bytes]);
  });
  return message('D', Buffer.concat([int(fields.length, 2), ...parts]));
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, bytes.length, ...cuts.map((cut) => Math.floor(cut * bytes.length))])];
  places.sort((a, b) => a - b);
  return places.slice(1).map((to, i) => bytes.subarray(places[i], to));
}

const field = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('', '\u007f', '\u0080', '\u00ff', '\u2028', '😀', '\n', 'D\0\0\0\x05') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', 'é', '😀'), fc.integer({ min: 100, max: 9_000 }))
      .map(([unit, n]) => unit.repeat(n)),
  },
);

const others = fc.constantFrom(
  message('C', Buffer.from('SELECT 5\0')),
  message('Z', Buffer.from('I')),
  message('2', Buffer.alloc(0)),
  message('s', Buffer.alloc(0)),
  message('S', Buffer.from('TimeZone\0UTC\0')),
  message('E', Buffer.from('SERROR\0C22012\0Mdivision by zéro\0\0')),
  message('N', Buffer.from('SNOTICE\0C00000\0Mdear\0\0')),
  message('d', Buffer.from('D\0\0\0\x06\0\0')),
  message(
    'T',
    Buffer.concat([int(1, 2), Buffer.from('D\0'), int(0, 4), int(0, 2), int(25, 4), int(-1, 2), int(-1, 4), int(0, 2)]),
  ),
);

const messages = fc.array(fc.oneof(fc.array(field, { maxLength: 12 }).map(dataRow), others), { maxLength: 12 });
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('the reader of rows', () => {
  it('gives the messages that the parser of the library gives, however the bytes are cut', () => {
    fc.assert(
      fc.property(messages, cuts, (given, at) => {
        const pieces = split(Buffer.concat(given), at);
        expect(new Listener(true).hear(pieces).seen).toEqual(new Listener(false).hear(pieces).seen);
      }),
      { numRuns: 1_000 },
    );
  });

  it('waits for each byte', () => {
    const bytes = Buffer.concat([dataRow(['a', null, 'é', '']), message('Z', Buffer.from('T')), dataRow([])]);
    const single = Array.from(bytes, (byte) => Buffer.from([byte]));
    const { seen } = new Listener(true).hear(single);
    expect(seen).toEqual(new Listener(false).hear(single).seen);
    expect(seen.map(([event]) => event)).toEqual(['dataRow', 'readyForQuery', 'dataRow']);
  });

  it('hands on the end of the stream', () => {
    const listener = new Listener(true);
    let ended = false;
    listener.stream.on('end', () => (ended = true));
    listener.stream.emit('end');
    expect(ended).toBe(true);
  });

  it.each([
    ['a length below its own', Buffer.from([0x5a, 0, 0, 0, 3, 0x49])],
    ['a row without a number of fields', message('D', Buffer.alloc(1))],
    ['a field beyond its row', message('D', Buffer.concat([int(1, 2), int(5, 4), Buffer.from('abcd')]))],
    ['more fields than there are', message('D', Buffer.concat([int(2, 2), int(1, 4), Buffer.from('a')]))],
    ['fields beyond any row', message('D', Buffer.concat([int(-1, 2), int(1, 4), Buffer.from('a')]))],
  ])('gives up a connection that sends %s, and reads nothing after it', (_, bytes) => {
    const listener = new Listener(true).hear([dataRow(['kept']), bytes, dataRow(['lost'])]);
    expect(listener.stream.error?.message).toContain('no message of its protocol');
    expect(listener.seen).toMatchObject([['dataRow', { fields: ['kept'] }]]);
  });
});

onPostgres('rows of a server', () => {
  it('hold long texts, texts of any script, empty ones and NULL', async () => {
    const connection = await openConnection();
    const text = createColumnType('text');
    const values = ['x'.repeat(1_000_000), 'é'.repeat(500_000), '😀', '', null, 'plain', '\u00ff'];
    const columns = values.map(() => text);
    const fields = values.map((_value, i) => `$${String(i + 1)}::text`).join(', ');
    const { rows } = await connection.execute(select(`select ${fields} from generate_series(1, 3)`, columns, values));
    expect(rows).toEqual([values, values, values]);
    expect((await connection.execute(select('select from generate_series(1, 2)', []))).rows).toEqual([[], []]);
  });
});
