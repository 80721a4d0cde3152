/**
 * Values on their way in as JSON: many of them, or whole rows, in one parameter, so that the text of a statement does not depend on their
 * number. JSON's own numbers would not do for all: SQLite rounds one float in ten thousand by a bit when it reads JSON.
 */
import { types } from 'node:util';
import { QueryError, type Codec, type ColumnType, type DriverValue } from '@espalier/core/driver';
import { codecOf } from './codecs';

export type JsonValue = string | number | null | readonly [number, number];

/** How values of a column type are carried. */
export interface Carrier {
  /** A value as the entity holds it → what stands in the JSON. */
  encode(value: unknown): JsonValue;
  /** SQL of an element of the JSON → SQL of the value that it stands for. */
  read(element: string): string;
}

const carriers = new WeakMap<ColumnType, Carrier>();

export function carrierOf(type: ColumnType): Carrier {
  let carrier = carriers.get(type);
  if (!carrier) carriers.set(type, (carrier = makeCarrier(type)));
  return carrier;
}

function makeCarrier(type: ColumnType): Carrier {
  const codec = codecOf(type);
  switch (type.name) {
    case 'float':
      return {
        encode: (value) => floatParts(encoded(codec, value)),
        read: (element) => `(${element} ->> 0) * pow(2.0, ${element} ->> 1)`,
      };
    case 'binary':
      return { encode: (value) => hex(encoded(codec, value)), read: (element) => `unhex(${element})` };
    case 'bigint':
      return { encode: (value) => scalar(encoded(codec, value)), read: (element) => `cast(${element} as integer)` };
    case 'array':
    case 'boolean':
    case 'char':
    case 'date':
    case 'decimal':
    case 'enum':
    case 'integer':
    case 'json':
    case 'smallint':
    case 'text':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'uuid':
    case 'varchar':
      return { encode: (value) => scalar(encoded(codec, value)), read: (element) => element };
  }
}

function encoded(codec: Codec, value: unknown): DriverValue {
  return value === null ? null : codec.toDatabase(value);
}

function scalar(value: DriverValue): JsonValue {
  if (typeof value === 'string' || value === null) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw new QueryError(
    `SQLite takes ${typeof value === 'number' ? String(value) : typeof value} in columns of type float or binary only.`,
  );
}

function hex(value: DriverValue): JsonValue {
  if (types.isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  return scalar(value);
}

const bits = new DataView(new ArrayBuffer(8));
const MANTISSA_BITS = 52;
const EXPONENT_BIAS = 1_075;
/** 2 to this power is no finite double. */
const INFINITE_EXPONENT = 1_024;

/** A double as an integer and a power of two, whose product is exact; null stays null on the way. */
function floatParts(value: DriverValue): JsonValue {
  if (typeof value !== 'number') return scalar(value);
  if (Number.isSafeInteger(value)) return [value, 0];
  if (Number.isNaN(value)) throw new QueryError('SQLite cannot store NaN: it would become NULL.');
  if (!Number.isFinite(value)) return [Math.sign(value), INFINITE_EXPONENT];
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (high & 0xf_ffff) * 2 ** 32 + bits.getUint32(4);
  // Numbers next to zero have no leading one, and the exponent of those above them.
  const mantissa = exponent === 0 ? fraction : fraction + 2 ** MANTISSA_BITS;
  return [value < 0 ? -mantissa : mantissa, Math.max(exponent, 1) - EXPONENT_BIAS];
}
