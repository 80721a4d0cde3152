/** Options that bound what a server behind a network may take. */
import { EspalierError } from '../errors';
import { MAX_TIMER_MS } from '../sql';

/** Times in milliseconds. */
export interface NetworkOptions {
  /** Milliseconds that opening a connection may take. Default: 10 000. */
  readonly connectTimeout?: number | undefined;
  /**
   * Milliseconds that a statement may take; after that it is a QueryTimeoutError. The server ends it where the engine can; where no answer comes
   * either, the connection is closed. Default: no limit.
   */
  readonly statementTimeout?: number | undefined;
  /**
   * Milliseconds that a statement is waited for whose caller has given up: by `rollback()` and `close()` of a session, and after its signal or its
   * timeout. Then its connection is closed. Default: 5 000.
   */
  readonly closeTimeout?: number | undefined;
}

export interface NetworkBounds {
  readonly connectTimeout: number;
  readonly statementTimeout: number | undefined;
  readonly closeTimeout: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Where a driver names no other. */
export const CLOSE_TIMEOUT_MS = 5_000;

/** @throws EspalierError naming `caller` and the option */
export function checkedNetwork(caller: string, options: NetworkOptions): NetworkBounds {
  const { connectTimeout = CONNECT_TIMEOUT_MS, statementTimeout, closeTimeout = CLOSE_TIMEOUT_MS } = options;
  for (const [name, value] of Object.entries({ connectTimeout, statementTimeout, closeTimeout })) {
    if (value === undefined || (Number.isSafeInteger(value) && value > 0 && value <= MAX_TIMER_MS)) continue;
    throw new EspalierError(
      `${caller}(…): ${name} is a whole number of milliseconds from 1 to ${String(MAX_TIMER_MS)}.`,
    );
  }
  return { connectTimeout, statementTimeout, closeTimeout };
}
