/** What JSON has no values for, as it is written there: moments and bigints as texts, bytes as a Buffer writes itself. */
import { EARLIEST_MS, LATEST_MS, timestampMs } from './calendar';
import type { ColumnType, ValueUse } from './column-type';

/** A moment with its zone, without which it would be one here and another there; what a Date cannot hold is refused and not left out. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3}0*)?(?:Z|[+-]\d\d:\d\d)$/;
const WHOLE = /^-?\d{1,19}$/;

/** The value of a column that came by JSON, as far as its spelling tells it; anything else as it is, which the type then refuses. */
export function fromJson(type: ColumnType, value: unknown): unknown {
  // What the application's own values are in JSON is not known here.
  if (type.custom) return value;
  switch (type.name) {
    case 'timestamp':
    case 'timestamptz':
      return type.options.as === 'string' ? value : momentOf(value);
    case 'bigint':
      return typeof value === 'string' && WHOLE.test(value) ? BigInt(value) : value;
    case 'binary':
      return bytesOf(value);
    case 'array':
      return Array.isArray(value)
        ? value.map((item: unknown) => (item === null ? null : fromJson(type.options.element!, item)))
        : value;
    case 'boolean':
    case 'char':
    case 'date':
    case 'decimal':
    case 'enum':
    case 'float':
    case 'integer':
    case 'json':
    case 'smallint':
    case 'text':
    case 'time':
    case 'uuid':
    case 'varchar':
      return value;
  }
}

/** As the type refuses a value, in words for who wrote JSON. */
export function refuseFromJson(type: ColumnType, value: unknown, use?: ValueUse): string | undefined {
  const isMoment = !type.custom && (type.name === 'timestamp' || type.name === 'timestamptz');
  if (isMoment && type.options.as !== 'string' && typeof value === 'string')
    return 'must be a moment with its zone, such as 2026-12-01T12:00:00Z, got another text';
  return type.refuse(value, use);
}

function momentOf(value: unknown): unknown {
  if (typeof value !== 'string' || !MOMENT.test(value)) return value;
  const ms = timestampMs(value);
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? new Date(ms) : value;
}

/** `{ "type": "Buffer", "data": [1, 2] }` */
function bytesOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { type, data } = value as { type?: unknown; data?: unknown };
  const isBytes = type === 'Buffer' && Array.isArray(data) && data.every(isByte) && Object.keys(value).length === 2;
  return isBytes ? Buffer.from(data as number[]) : value;
}

function isByte(item: unknown): boolean {
  return Number.isInteger(item) && (item as number) >= 0 && (item as number) <= 255;
}
