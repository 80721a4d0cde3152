/** UUIDs that sort by the time of their making (RFC 9562, version 7), in order also within one millisecond. */
import { randomBytes } from 'node:crypto';

let lastTime = 0;
/** The 12 bits after the time: a counter that starts anywhere in its lower half, so that it seldom overflows. */
let counter = 0;

export function uuidv7(): string {
  const now = Date.now();
  const bytes = randomBytes(16);
  if (now > lastTime) {
    lastTime = now;
    counter = ((bytes[6]! & 0x07) << 8) | bytes[7]!;
  } else if (++counter > 0xfff) {
    // More than the counter holds in one millisecond: the next one is taken early.
    lastTime++;
    counter = 0;
  }
  bytes.writeUIntBE(lastTime, 0, 6);
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
